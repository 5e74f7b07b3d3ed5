"""Numbered migrations of the database.

- :mod:`.runner`: migrate a database to the newest version
- ``env.py``, ``versions/``: read by Alembic, imported by no module
"""
