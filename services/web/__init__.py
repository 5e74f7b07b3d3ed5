"""The running program behind the web server; it imports no Dash and no Flask itself.

- :mod:`.container`: the services, built once
- :mod:`.descriptors`: the limit of open files
- :mod:`.serving`: waitress, and the start and stop of what runs with it
"""
