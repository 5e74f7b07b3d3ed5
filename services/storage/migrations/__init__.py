"""Numbered migrations of the database.

- :mod:`.runner`: bring a database to the newest version
- ``env.py``, ``versions/``: read by Alembic, imported by no module
"""
