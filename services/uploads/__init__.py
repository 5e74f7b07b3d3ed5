"""Uploads: files from the browser, the data folder and the command line that become recordings.

- :mod:`.service`: what arrives, and what became of it
- :mod:`.transfers`, :mod:`.rows`: files that a browser announces and sends over tus, and their list
- :mod:`.pieces`: pieces of a file, appended under a key until all are here
- :mod:`.job`: reading an arrived file, in the worker process
- :mod:`.name_conflicts`, :mod:`.replacing`: a name that is taken, and other bytes for a recording with labels
"""
