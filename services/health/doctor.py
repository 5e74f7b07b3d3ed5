"""``python app.py doctor``: every check of an installation, each with a remedy.

Changes nothing, except with ``fix``, which removes unreferenced files; may run while the server runs.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryFile

from sqlalchemy import select

from services.backup.schedule import LATE, complete_backups
from services.errors import NotFound, StorageFull, TidemarkError
from services.health import orphans
from services.health.ready import ping
from services.jobs import ACTIVE
from services.jobs.rows import is_dead
from services.settings import HOME, MEBIBYTE, Settings
from services.storage.db import Database, database_file, open_existing
from services.storage.files import is_within
from services.storage.migrations.runner import versions
from services.storage.references import own, references
from services.storage.tables import jobs, models, recordings
from services.timeseries.store import Store
from services.version import VERSION
from services.wording import counted, first_of

LEAST_FREE = 1024 * MEBIBYTE  # bytes
MAKE_ROOM = (
    "Make room: move other files of this disk away, empty the trash, run doctor --fix, or use a larger disk."
)
SHOWN = 3
MODEL_NAMES = select(models.c.name, models.c.file)
REQUIREMENTS = HOME / "requirements.txt"


class Level(StrEnum):
    """Severity of a finding; only problems cause exit code 1."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """A line of the report."""

    level: Level
    what: str
    remedy: str = ""


def examine(settings: Settings, fix: bool = False) -> Iterator[Finding]:
    """Run all checks, one finding after the other.

    Args:
        fix: remove unreferenced files and rows.
    """
    yield from _versions()
    yield from _folders(settings)
    yield from _queue(settings)
    try:
        database = open_existing(settings.database_url)
    except NotFound as error:
        yield Finding(Level.WARNING, str(error), "Start the program once to create it.")
        return
    except StorageFull:
        yield Finding(
            Level.PROBLEM, "The database cannot be opened: its disk is full or may not be written", MAKE_ROOM
        )
        return
    except TidemarkError as error:
        yield Finding(Level.PROBLEM, str(error))
        return
    with ExitStack() as stack:
        stack.callback(database.close)
        sound = True
        for finding in _integrity(settings, database):
            sound = sound and finding.level != Level.PROBLEM
            yield finding
        if sound:
            yield from _missing(settings, database)
            yield from _jobs(database)
            yield from _backups(settings)
            yield from _orphans(settings, database, fix)


# -- machine --------------------------------------------------------------------------------------------


def _versions() -> Iterator[Finding]:
    yield Finding(
        Level.OK, f"Tidemark {VERSION}, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    )
    wrong = list(_other_versions())
    if wrong:
        yield Finding(
            Level.WARNING,
            f"Packages of other versions than the program was tested with: {first_of(wrong, SHOWN)}",
            f"Run: {sys.executable} -m pip install -r {REQUIREMENTS}",
        )


def _other_versions() -> Iterator[str]:
    if not REQUIREMENTS.is_file():
        return
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        name, _, required = line.partition("#")[0].strip().partition("==")
        if not required:
            continue
        try:
            installed = version(name).partition("+")[0]
        except PackageNotFoundError:
            installed = "missing"
        if installed != required:
            yield f"{name} {installed} instead of {required}"


def _folders(settings: Settings) -> Iterator[Finding]:
    for name, folder in (
        ("data folder", settings.data_dir),
        ("folder of models", settings.models_dir),
        ("folder of outputs", settings.outputs_dir),
    ):
        if not folder.exists():
            yield Finding(Level.OK, f"The {name} {folder} does not exist yet; it is created when needed")
        elif error := _write_error(folder):
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            yield Finding(
                Level.PROBLEM,
                f"The {name} {folder} cannot be written: {(error.strerror or str(error)).lower()}",
                MAKE_ROOM
                if full
                else "Make the account that runs Tidemark its owner, and mount its disk for writing.",
            )
        else:
            yield from _space(name, folder)


def _space(name: str, folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    size = f"{free / 1024**3:,.1f} GiB" if free >= 1024**3 else f"{free / MEBIBYTE:,.0f} MiB"
    text = f"The {name} {folder} can be written; {size} are free"
    if free < LEAST_FREE:
        yield Finding(Level.PROBLEM, text, MAKE_ROOM)
    else:
        yield Finding(Level.OK, text)


def _write_error(folder: Path) -> OSError | None:
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(b"\0" * 4096)
            file.flush()
    except OSError as error:
        return error
    return None


def _queue(settings: Settings) -> Iterator[Finding]:
    if settings.broker_url:
        reason = ping(settings.broker_url)
        yield Finding(Level.PROBLEM, reason) if reason else Finding(Level.OK, "The queue of jobs answers")


# -- database -------------------------------------------------------------------------------------------


def _integrity(settings: Settings, database: Database) -> Iterator[Finding]:
    remedy = "Stop the program and restore the last backup: python app.py restore DIR."
    try:
        with database.read() as connection:
            if connection.dialect.name != "sqlite":
                references(connection)
            elif (verdict := connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()) != "ok":
                yield Finding(Level.PROBLEM, f"The database is damaged: {verdict}", remedy)
                return
            elif connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                yield Finding(Level.PROBLEM, "The database refers to missing rows", remedy)
                return
    except TidemarkError as error:
        yield Finding(Level.PROBLEM, str(error), remedy)
        return
    yield Finding(Level.OK, f"The database is intact, version {versions()[-1]}")
    if database.engine.dialect.name == "sqlite":
        yield from _private(database_file(settings.database_url))


def _private(file: Path) -> Iterator[Finding]:
    mode = stat.S_IMODE(file.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        yield Finding(Level.WARNING, f"Other accounts can read {file}", f"Run: chmod 600 {file}")


def _missing(settings: Settings, database: Database) -> Iterator[Finding]:
    with database.read() as connection:
        referenced = references(connection)
        files = connection.execute(
            select(recordings.c.path, recordings.c.sha256, recordings.c.store_key)
        ).all()
        named = {row.file: f"{row.name} ({row.file})" for row in connection.execute(MODEL_NAMES)}
    for kind, lost, remedy in (
        (
            "Bytes of recordings are missing",
            [row.path for row in files if not own(settings.uploads_dir, row.sha256)],
            "Add the files again, or restore a backup; their labels are kept.",
        ),
        (
            "Columns of recordings are missing or damaged",
            [row.path for row in files if not _opens(own(settings.store_dir, row.store_key))],
            "Add the files again, or restore a backup; their labels are kept.",
        ),
        (
            "Files of models are missing",
            [named[name] for name in referenced.models if not _is_here(settings.models_dir, name)],
            "Restore them from a backup, or delete the models.",
        ),
    ):
        if lost:
            yield Finding(Level.PROBLEM, f"{kind}: {first_of(sorted(lost), SHOWN)}", remedy)
    yield Finding(
        Level.OK,
        f"{counted(len(files), 'recording')} and {counted(len(referenced.models), 'model')} checked",
    )


def _is_here(folder: Path, name: str) -> bool:
    path = folder / name
    return path.is_file() and is_within(path, folder)


def _opens(folder: Path | None) -> bool:
    if folder is None:
        return False
    try:
        store = Store.open(folder)
    except NotFound:
        return False
    return all((folder / f"c{index}.npy").is_file() for index in range(len(store.info.channels)))


def _jobs(database: Database) -> Iterator[Finding]:
    with database.read() as connection:
        active = jobs.c.state.in_([str(state) for state in ACTIVE])
        rows = connection.execute(select(jobs.c.pid, jobs.c.pid_created).where(active)).all()
    dead = sum(row.pid is not None and is_dead(row.pid, row.pid_created) for row in rows)
    if dead:
        yield Finding(
            Level.WARNING,
            f"{counted(dead, 'job')} of a program that has ended",
            "Start the program; it marks them as interrupted, and they can be started again.",
        )


def _backups(settings: Settings) -> Iterator[Finding]:
    if settings.backup_dir is None:
        return
    there = complete_backups(settings.backup_dir)
    if not there or datetime.now(UTC) - there[0][0] > LATE:
        last = f"the last one is of {there[0][0]:%Y-%m-%d %H:%M} UTC" if there else "there is none"
        yield Finding(
            Level.PROBLEM,
            f"No daily backup in {settings.backup_dir} for two days: {last}",
            "The log of the server has the reason; check that the folder is writable and has free space.",
        )
    else:
        yield Finding(
            Level.OK, f"The last daily backup is of {there[0][0]:%Y-%m-%d %H:%M} UTC: {there[0][1]}"
        )


# -- unreferenced files ---------------------------------------------------------------------------------


def _orphans(settings: Settings, database: Database, fix: bool) -> Iterator[Finding]:
    if fix:
        collected, rows = orphans.collect(settings, database)
        listing = [(orphan.kind, orphan.count, orphan.size) for orphan in collected]
    else:
        with database.read() as connection:
            unreferenced, rows = orphans.find(settings, connection), orphans.old_jobs(connection)
        listing = [(orphan.kind, len(orphan.paths), orphan.size) for orphan in unreferenced]
    lines = [f"{description}: {count:,}, {size / MEBIBYTE:,.1f} MiB" for description, count, size in listing]
    if rows:
        lines.append(f"jobs that ended more than {orphans.JOBS_KEPT.days} days ago: {rows:,}")
    for line in lines:
        if fix:
            yield Finding(Level.OK, f"Removed {line}")
        else:
            yield Finding(Level.WARNING, line[0].upper() + line[1:], "Run: python app.py doctor --fix")
    if not lines:
        yield Finding(Level.OK, "No unreferenced files")
