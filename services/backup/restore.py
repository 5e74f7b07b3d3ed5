"""``python app.py restore DIR``: verify every file of a backup, then restore it into empty folders.

The database is restored last: an interrupted restore leaves no working data folder, and can be repeated.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from secrets import token_hex

from services.backup import collect
from services.backup.database_copy import kind_of, load_dump
from services.backup.manifest import COPIES, DATA, DATABASE, MODELS, OUTPUTS, Manifest, read_manifest
from services.errors import Conflict, Invalid
from services.jobs import rows
from services.settings import Settings
from services.storage.db import database_file, is_empty, open_database
from services.storage.files import is_within, make_folder, sha256_of, storing, sync_path
from services.storage.migrations.runner import versions
from services.storage.tables import invites, sessions
from services.wording import first_of

log = logging.getLogger(__name__)

SHOWN = 3  # files named in a message

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class RestoreResult:
    """Result of a restore; ``interrupted``: number of jobs that had not ended at the backup."""

    manifest: Manifest
    interrupted: int


def restore(settings: Settings, source: Path, progress: Progress) -> RestoreResult:
    """Restore the backup in ``source`` to the folders and the database of ``settings``.

    Raises:
        Invalid: the backup is incomplete, damaged, of another kind of database or of a newer program.
        Conflict: a working data folder exists; nothing was changed.
        StorageFull: the disk is full or read-only.
    """
    source = source.resolve()
    manifest = read_manifest(source)
    _check_kind(settings, manifest)
    _check_target(settings, source)
    _verify(source, manifest, progress)
    places = {path: _place(settings, path) for path in manifest.files if not path.startswith(f"{DATABASE}/")}
    _check_places(places, manifest)
    with storing("The backup"):
        for number, (path, target) in enumerate(places.items()):
            progress(number / len(places), path)
            _place_file(source / path, target, path)
        interrupted = _place_database(settings, source / COPIES[manifest.kind], manifest.kind)
    log.info("Restored %s: %d files", source, len(manifest.files))
    return RestoreResult(manifest, interrupted)


# -- checks -----------------------------------------------------------------------------


def _check_kind(settings: Settings, manifest: Manifest) -> None:
    if manifest.revision not in versions():
        raise Invalid(
            f"The backup has a database of version {manifest.revision}; this program supports {versions()[-1]}. "
            "Restore it with the newer program."
        )
    kind = kind_of(settings.database_url)
    if kind != manifest.kind:
        raise Invalid(
            f"The backup has a {manifest.kind} database, but TIDEMARK_DATABASE_URL names {kind}. "
            "Set it to a database of the same kind."
        )


def _check_target(settings: Settings, source: Path) -> None:
    for folder in (settings.data_dir, settings.models_dir, settings.outputs_dir):
        if is_within(source, folder) or source == folder:
            raise Invalid(f"The backup is in {folder}, which is a target of the restore. Move it elsewhere.")
    if not is_empty(settings.database_url):
        raise Conflict(
            f"{settings.data_dir} is a working data folder, which is never overwritten; nothing was changed. "
            "Set TIDEMARK_DATA_DIR, TIDEMARK_MODELS_DIR and TIDEMARK_OUTPUTS_DIR to empty folders "
            "(with PostgreSQL, TIDEMARK_DATABASE_URL to an empty database), or stop the program and move the "
            "three folders away. Then restore again."
        )


def _verify(source: Path, manifest: Manifest, progress: Progress) -> None:
    """Compare every file with its hash.

    Raises:
        Invalid: a file is missing or differs.
    """
    wrong, done = [], 0
    for path, (size, sha256) in manifest.files.items():
        progress(done / max(1, manifest.size), path)
        if not _is_as_noted(source / path, size, sha256):
            wrong.append(path)
        done += size
    if wrong:
        raise Invalid(
            f"The backup is damaged: {first_of(wrong, SHOWN)} missing or changed since it was made. "
            "Nothing was restored. Use another backup."
        )


def _place(settings: Settings, path: str) -> Path:
    """Target path of a file of the backup."""
    top, *rest = PurePosixPath(path).parts
    folder = {DATA: settings.data_dir, MODELS: settings.models_dir, OUTPUTS: settings.outputs_dir}[top]
    return folder.joinpath(*rest)


def _check_places(places: dict[str, Path], manifest: Manifest) -> None:
    """Check that no other file has a target path; the same file of an interrupted restore is allowed.

    Raises:
        Conflict: another file exists.
    """
    non_empty = [
        str(target)
        for path, target in places.items()
        if os.path.lexists(target) and not _is_as_noted(target, *manifest.files[path])
    ]
    if non_empty:
        raise Conflict(
            f"There are other files already, which are never overwritten: {first_of(non_empty, SHOWN)}. "
            "Nothing was changed. Name empty folders, or move these files away; then restore again."
        )


def _is_as_noted(file: Path, size: int, sha256: str) -> bool:
    try:
        return not file.is_symlink() and file.stat().st_size == size and sha256_of(file) == sha256
    except OSError:
        return False


# -- changes ------------------------------------------------------------------------------------------------


def _place_file(source: Path, target: Path, path: str) -> None:
    if target.exists():
        return
    make_folder(target.parent, 0o700 if path.startswith(f"{DATA}/") else 0o777)
    if path.startswith((f"{MODELS}/", f"{OUTPUTS}/")):  # other programs may write into these
        collect.copy(source, target)
    else:
        collect.place(source, target)


def _place_database(settings: Settings, copy: Path, kind: str) -> int:
    """Place the database; returns the number of interrupted jobs."""
    if kind == "postgresql":
        load_dump(settings.database_url, copy)
        return _end_sessions_and_jobs(settings.database_url)
    final = database_file(settings.database_url)
    make_folder(final.parent, 0o700)
    fresh = final.with_name(f"{final.name}.restoring-{token_hex(4)}")
    try:
        collect.copy(copy, fresh)
        fresh.chmod(0o600)
        interrupted = _end_sessions_and_jobs(f"sqlite:///{fresh}")
        sync_path(fresh)
        try:
            os.link(fresh, final)  # unlike a rename, never replaces an existing file
        except FileExistsError:
            raise Conflict(f"{final} was made meanwhile. Stop the program, then restore again.") from None
        except OSError:  # the disk does not support hard links
            fresh.rename(final)
        sync_path(final.parent)
    finally:
        for left in final.parent.glob(f"{fresh.name}*"):
            left.unlink()
    return interrupted


def _end_sessions_and_jobs(url: str) -> int:
    """End jobs, which belong to processes of another installation, and sessions and invitations, which may be revoked.

    Returns the number of jobs that had not ended.
    """
    database = open_database(url)
    try:
        with database.write() as connection:
            for table in (sessions, invites):
                connection.execute(table.delete())
            return rows.interrupt(connection, lambda _pid, _created: True)
    finally:
        database.close()
