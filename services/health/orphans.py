"""Unreferenced files and rows: find them by name and age, remove them while other writers wait.

Only names created by this program and older than a day count, so that foreign files and files being written are
kept. Bytes that are used again are touched (``keep_bytes``, ``ingest``).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.sql.elements import ColumnElement

from services.jobs import ACTIVE
from services.settings import Settings
from services.storage.db import Database
from services.storage.files import GONE, PREFIX, move_aside, remove
from services.storage.references import References, references
from services.storage.tables import jobs, models, uploads

DAY = 24 * 3600  # seconds
JOBS_KEPT = timedelta(days=90)

_SHA256 = r"[0-9a-f]{64}"
_UPLOAD = re.compile(rf"{_SHA256}(\.new)?")
_STORE = re.compile(rf"({_SHA256})(-.+)?")
_PIECE = re.compile(rf"({_SHA256})\.(part|full|json|json\.new)")
_JOB = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ASIDE = re.compile(rf"{re.escape(GONE)}(.+)-[0-9a-f]{{32}}")
_TRAINED = re.compile(r"trained-(.+)\.pth")


@dataclass(frozen=True)
class Orphans:
    """Unreferenced files or folders of one kind."""

    kind: str
    paths: tuple[Path, ...]

    @property
    def size(self) -> int:
        """Bytes freed by their removal; not those with hard links in a backup."""
        return sum(map(_size, self.paths))


@dataclass(frozen=True)
class RemovedFiles:
    """Removed files of one kind: number and bytes."""

    kind: str
    count: int
    size: int


@dataclass(frozen=True)
class _References:
    """References of the database, in one transaction."""

    files: References
    uploads: frozenset[str]
    active: frozenset[str]
    deleted_models: frozenset[str]


def find(settings: Settings, connection: Connection) -> list[Orphans]:
    """All unreferenced files, by kind; empty kinds are omitted."""
    referenced, oldest = _references(connection), time.time() - DAY
    kinds: dict[str, Callable[[], Iterator[Path]]] = {
        "folders of columns that no recording uses": lambda: _stores(settings, referenced),
        "bytes without a recording": lambda: _bytes(settings, referenced),
        "partial uploads that are in no list": lambda: _pieces(settings, referenced),
        "confidences without a run": lambda: _of_jobs(
            settings.confidence_dir, referenced.files.runs | referenced.active
        ),
        "folders of trainings that have ended": lambda: _of_jobs(settings.training_dir, referenced.active),
        "files of deleted models": lambda: _models(settings, referenced),
        "temporary files of a program that was killed": lambda: _temporary(settings, referenced),
    }
    unreferenced = [
        Orphans(kind, tuple(sorted(path for path in search() if _changed(path) < oldest)))
        for kind, search in kinds.items()
    ]
    return [orphan for orphan in unreferenced if orphan.paths]


def old_jobs(connection: Connection) -> int:
    """Number of unreferenced job rows that ended more than 90 days ago."""
    return connection.execute(select(func.count()).select_from(jobs).where(*_is_old())).scalar_one()


def collect(settings: Settings, database: Database) -> tuple[list[RemovedFiles], int]:
    """Remove them; returns the removed files, and the number of job rows.

    Other writers wait while names are compared and files are moved aside, not while bytes are removed. Rows are deleted
    last, since that needs room on the disk.

    Raises:
        StorageFull, Busy: as ``Database.write``.
    """
    with database.write(alone=True) as connection:
        unreferenced = find(settings, connection)
        aside = [[_aside(path) for path in orphan.paths] for orphan in unreferenced]
    sized = [
        RemovedFiles(orphan.kind, len(orphan.paths), sum(map(_size, paths)))
        for orphan, paths in zip(unreferenced, aside, strict=True)
    ]
    for paths in aside:
        for path in paths:
            remove(path)
    with database.write() as connection:
        rows = connection.execute(delete(jobs).where(*_is_old())).rowcount
    return sized, rows


def _aside(path: Path) -> Path:
    """Move a file aside; temporary files already have unused names."""
    return path if path.name.startswith((GONE, PREFIX)) else move_aside(path, path.parent)


# -- references ------------------------------------------------------------------------------------------


def _references(connection: Connection) -> _References:
    states = [str(state) for state in ACTIVE]
    active = connection.execute(select(jobs.c.id, jobs.c.arguments).where(jobs.c.state.in_(states))).all()
    keys = {str(job.arguments.get("key")) for job in active}  # of files being read or inspected
    deleted = models.c.deleted_at < datetime.now(UTC) - timedelta(seconds=DAY)
    return _References(
        references(connection),
        frozenset(connection.execute(select(uploads.c.key)).scalars()) | keys,
        frozenset(job.id for job in active),
        frozenset(connection.execute(select(models.c.file).where(deleted)).scalars()),
    )


def _is_old() -> list[ColumnElement[bool]]:
    ended = jobs.c.state.not_in([str(state) for state in ACTIVE])
    referred = select(uploads.c.job).where(uploads.c.job.is_not(None))
    return [ended, jobs.c.finished_at < datetime.now(UTC) - JOBS_KEPT, jobs.c.id.not_in(referred)]


# -- kinds --------------------------------------------------------------------------------------------------


def _stores(settings: Settings, referenced: _References) -> Iterator[Path]:
    """Columns; those of the automatic reading are kept as long as the bytes, for going back."""
    for path in settings.store_dir.glob("[0-9a-f][0-9a-f]/*"):
        name = _STORE.fullmatch(path.name)
        as_found = name and not name[2] and name[1] in referenced.files.uploads
        if name and not as_found and path.name not in referenced.files.stores:
            yield path


def _bytes(settings: Settings, referenced: _References) -> Iterator[Path]:
    for path in settings.uploads_dir.glob("[0-9a-f][0-9a-f]/*"):
        if _UPLOAD.fullmatch(path.name) and path.name not in referenced.files.uploads:
            yield path


def _pieces(settings: Settings, referenced: _References) -> Iterator[Path]:
    for folder in (settings.uploads_dir / ".partial", settings.models_dir / ".partial"):
        for path in folder.glob("*"):
            name, trained = _PIECE.fullmatch(path.name), _TRAINED.fullmatch(path.name)
            if (name and name[1] not in referenced.uploads) or (
                trained and trained[1] not in referenced.active
            ):
                yield path


def _of_jobs(folder: Path, ids: frozenset[str]) -> Iterator[Path]:
    for path in folder.glob("*"):
        if _JOB.fullmatch(path.name) and path.name not in ids:
            yield path


def _models(settings: Settings, referenced: _References) -> Iterator[Path]:
    for name in referenced.deleted_models - referenced.files.models:
        path = settings.models_dir / name
        if Path(name).name == name and path.is_file():
            yield path


def _temporary(settings: Settings, referenced: _References) -> Iterator[Path]:
    """Files of killed processes: partial files, and files moved aside, unless a row still refers to them."""
    kept = (
        referenced.files.uploads | referenced.files.stores | referenced.files.runs | referenced.files.models
    )
    data = (settings.uploads_dir, settings.store_dir, settings.confidence_dir, settings.training_dir)
    for folder in (*data, settings.models_dir):
        for path in [*folder.glob(f"{GONE}*"), *folder.glob(f"*/{GONE}*")]:
            name = _ASIDE.fullmatch(path.name)
            if name and name[1] not in kept:
                yield path
    for folder in (settings.models_dir, settings.outputs_dir):
        yield from folder.rglob(f"{PREFIX}*")
    yield from settings.data_dir.glob("tidemark.db.restoring-*")


def _changed(path: Path) -> float:
    try:
        return path.stat(follow_symlinks=False).st_mtime
    except OSError:  # removed meanwhile
        return time.time()


def _size(path: Path) -> int:
    if path.is_symlink() or not path.is_dir():
        return path.stat(follow_symlinks=False).st_size if path.exists() else 0
    return sum(file.stat(follow_symlinks=False).st_size for file in path.rglob("*") if file.is_file())
