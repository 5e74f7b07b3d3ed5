"""Composition of the services, and the web server process; imports no Dash and no Flask.

- :mod:`.access`: start-up check of authentication
- :mod:`.container`: builds the services
- :mod:`.descriptors`: limit of open files
- :mod:`.serving`: waitress, start and stop of background work
"""
