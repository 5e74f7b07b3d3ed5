"""Composition of the services and the web server process; imports no Dash and no Flask.

- :mod:`.access`: refuse to start where others could come in, or nobody
- :mod:`.container`: the services, built once
- :mod:`.descriptors`: the limit of open files
- :mod:`.serving`: waitress, and the start and stop of what runs with it
"""
