"""Backup and restore of a running installation.

- :mod:`.create`, :mod:`.restore`: the two commands
- :mod:`.schedule`: daily backups by a setting
- :mod:`.collect`: copy or link the files that a database refers to
- :mod:`.database_copy`: copy of the database, for SQLite and PostgreSQL
- :mod:`.manifest`: content of a backup, with a SHA-256 for each file
"""

from services.backup.create import BackupResult, create
from services.backup.restore import RestoreResult, restore

__all__ = ["BackupResult", "RestoreResult", "create", "restore"]
