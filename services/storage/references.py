"""Names of the files that a database refers to, by the folder that they lie in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from services.storage.tables import models, recordings, runs


@dataclass(frozen=True)
class References:
    """What must be kept; recordings in the trash count.

    ``uploads`` are hashes, ``stores`` names of folders of columns, ``models`` names of files, ``runs`` ids of runs
    (not each has a folder of confidences), ``saved`` the hash of the saved file of each path.
    """

    uploads: frozenset[str]
    stores: frozenset[str]
    models: frozenset[str]
    runs: frozenset[str]
    saved: dict[str, str]


def references(connection: Connection) -> References:
    """Everything that the database refers to, in the caller's transaction."""
    columns = (recordings.c.path, recordings.c.sha256, recordings.c.store_key)
    known = connection.execute(
        select(*columns, recordings.c.output_sha256, recordings.c.saved_at, recordings.c.deleted_at)
    ).all()
    live = models.c.deleted_at.is_(None)
    return References(
        uploads=frozenset(row.sha256 for row in known),
        stores=frozenset(row.store_key for row in known),
        models=frozenset(connection.execute(select(models.c.file).where(live)).scalars()),
        runs=frozenset(connection.execute(select(runs.c.id)).scalars()),
        saved={
            row.path: row.output_sha256 or ""
            for row in known
            if row.saved_at is not None and row.deleted_at is None
        },
    )


def sharded(folder: Path, name: str) -> Path:
    """Where a file or folder named by a hash lies: below the first two digits of its name."""
    return folder / name[:2] / name
