"""``python app.py backup DIR``: a complete copy of an installation while it runs.

Takes a snapshot of the database first, then every file that it refers to. If a file was removed meanwhile (emptied
trash, deleted model) or saved again, both steps are repeated; the last time while edits are blocked, which is short
since nearly all files are copied by then. Everything is written to ``DIR.partial-…`` and renamed at the end, so that an
interrupted backup is never mistaken for a complete one.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from services.backup.collect import Collector
from services.backup.database_copy import check_copy, copy_database, kind_of
from services.backup.manifest import COPIES, NAME, Manifest
from services.errors import Invalid
from services.settings import Settings
from services.storage.db import Database, open_existing
from services.storage.files import atomic_write, is_within, make_folder, sha256_of, storing, sync_path
from services.storage.migrations.runner import version_of
from services.version import VERSION

log = logging.getLogger(__name__)

ROUNDS = 2  # before the last one, which blocks edits

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class BackupResult:
    """A complete backup: ``linked``: number of hard links, ``left_out``: links in the folder of outputs."""

    manifest: Manifest
    linked: int
    left_out: tuple[str, ...]


def create(settings: Settings, target: Path, progress: Progress) -> BackupResult:
    """Write a backup to ``target``, which must not exist or be an empty folder.

    Raises:
        NotFound: there is no database.
        Invalid: ``target`` is invalid, or the database is damaged or of another version.
        StorageFull: the disk is full or read-only; nothing is left behind.
    """
    target = Path(os.path.abspath(target))  # noqa: PTH100  # resolve() would follow a link, which must be refused
    _check(settings, target)
    database = open_existing(settings.database_url)
    partial = target.with_name(f"{target.name}.partial-{token_hex(4)}")
    try:
        with storing("The backup"):
            make_folder(target.parent)
            partial.mkdir(mode=0o700)
            made = _write(settings, database, partial, progress)
            partial.rename(target)
            sync_path(target.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    finally:
        database.close()
    log.info("Backup %s: %d files, %d bytes", target, len(made.manifest.files), made.manifest.size)
    return made


def _check(settings: Settings, target: Path) -> None:
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise Invalid(
            f"{target} exists already. Name a folder that does not, such as one with the date in it."
        )
    for folder in (settings.data_dir, settings.models_dir, settings.outputs_dir):
        if is_within(target, folder) or target == folder:
            raise Invalid(f"{target} is in {folder}, which is being backed up. Name a folder elsewhere.")


def _write(settings: Settings, database: Database, partial: Path, progress: Progress) -> BackupResult:
    kind = kind_of(settings.database_url)
    copy = partial / COPIES[kind]
    copy.parent.mkdir(mode=0o700)
    collector = Collector(settings, partial)
    missing = _settle(database, copy, collector, progress)
    check_copy(copy, kind)
    files = _sums(partial, [COPIES[kind], *collector.paths], progress)
    revision = version_of(database) or ""
    manifest = Manifest(VERSION, datetime.now(UTC).isoformat(), kind, revision, files, tuple(missing))
    _sync_folders(partial)
    atomic_write(partial / NAME, manifest.to_json().encode())
    return BackupResult(manifest, collector.linked, tuple(sorted(collector.links_left_out)))


def _settle(database: Database, copy: Path, collector: Collector, progress: Progress) -> list[str]:
    """Copy database and files until they are consistent; returns the files that are missing permanently."""

    def attempt() -> tuple[list[str], bool]:
        progress(0.0, "Copying the database")
        needed = copy_database(database, copy)
        missing = collector.collect(needed, lambda path: progress(0.0, path))
        return missing, not missing and collector.saved_are(needed.saved)

    for _ in range(ROUNDS):
        missing, whole = attempt()
        if whole:
            return missing
    with database.write(alone=True):
        return attempt()[0]


def _sums(partial: Path, paths: list[str], progress: Progress) -> dict[str, tuple[int, str]]:
    """Size and hash of each file of the backup, read from the copy."""
    sizes = {path: (partial / path).stat().st_size for path in paths}
    total, done = max(1, sum(sizes.values())), 0
    sums = {}
    for path, size in sizes.items():
        progress(done / total, path)
        sums[path] = (size, sha256_of(partial / path))
        done += size
    return sums


def _sync_folders(top: Path) -> None:
    for folder, _, _ in os.walk(top):
        sync_path(Path(folder))
