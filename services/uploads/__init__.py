"""Uploads: import files from the browser, the data folder and the command line as recordings.

- :mod:`.service`: receive files, report results
- :mod:`.transfers`, :mod:`.rows`: uploads of a browser over tus, and their list
- :mod:`.pieces`: partial uploads, appended under a key
- :mod:`.job`: read a received file, in the worker process
- :mod:`.name_conflicts`, :mod:`.replacing`: name conflicts; replace the bytes of a recording with labels
"""
