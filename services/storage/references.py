"""File names referenced by the database, by folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from services.storage.files import is_within
from services.storage.output_files import saved_in
from services.storage.tables import models, recordings, runs


@dataclass(frozen=True)
class References:
    """References that protect files from removal; those of recordings in the trash count too.

    ``uploads``: hashes; ``stores``: folder names of columns; ``models``: file names; ``runs``: ids of runs (not all
    have a confidence folder); ``saved``: hash of each saved file by its path.
    """

    uploads: frozenset[str]
    stores: frozenset[str]
    models: frozenset[str]
    runs: frozenset[str]
    saved: dict[str, str]


def references(connection: Connection) -> References:
    """All references of the database, in the caller's transaction."""
    columns = (recordings.c.path, recordings.c.sha256, recordings.c.store_key)
    hashes = (recordings.c.output_sha256, recordings.c.output_json_sha256, recordings.c.output_authors)
    rows = connection.execute(select(*columns, *hashes, recordings.c.saved_at, recordings.c.deleted_at)).all()
    live = models.c.deleted_at.is_(None)
    return References(
        uploads=frozenset(row.sha256 for row in rows),
        stores=frozenset(row.store_key for row in rows),
        models=frozenset(connection.execute(select(models.c.file).where(live)).scalars()),
        runs=frozenset(connection.execute(select(runs.c.id)).scalars()),
        saved={path: sha256 for row in rows if row.deleted_at is None for path, sha256 in saved_in(row)},
    )


def sharded(folder: Path, name: str) -> Path:
    """Path of a file or folder named by a hash: in a folder named by its first two digits."""
    return folder / name[:2] / name


def own(folder: Path, name: str) -> Path | None:
    """:func:`sharded` if it exists; None if it is missing, or a link to another place."""
    path = sharded(folder, name)
    return path if path.exists() and is_within(path, folder) else None
