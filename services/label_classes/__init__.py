"""Label classes (name, colour, key) and label sets.

A class that is deleted, or merged into another, stays in its table with ``deleted_at``: undo and restore may restore
labels of it, and then restore the class too (``services/recordings/edit_log.py``).

- :mod:`.classes`, :mod:`.cascade`: the service; :mod:`.sets`: label sets; :mod:`.rows`: queries
- :mod:`.validation`, :mod:`.colors`: names, colours and keys, without the database, for commands that do not use it
- :mod:`.csv`: export and import; :mod:`.view`: JSON for the pages
"""
