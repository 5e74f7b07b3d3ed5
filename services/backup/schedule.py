"""Daily backups into a configured folder, with a limited number of backups."""

from __future__ import annotations

import logging
import re
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from services.backup.create import create
from services.backup.manifest import NAME
from services.errors import TidemarkError
from services.settings import Settings

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
LATE = timedelta(days=2)  # the newest one is too old
LOOK_SECONDS = 600.0  # polling interval, and delay before a retry
_NAMED = "tidemark-%Y-%m-%d-%H%M%S"
_OURS = re.compile(r"tidemark-\d{4}-\d{2}-\d{2}-\d{6}")
_BROKEN_OFF = re.compile(rf"{_OURS.pattern}\.partial-[0-9a-f]{{8}}")


def complete_backups(folder: Path) -> list[tuple[datetime, Path]]:
    """Complete scheduled backups, newest first."""
    if not folder.is_dir():
        return []
    ours = [path for path in folder.iterdir() if _OURS.fullmatch(path.name) and (path / NAME).is_file()]
    dated = [(datetime.strptime(path.name, _NAMED).replace(tzinfo=UTC), path) for path in ours]
    return sorted(dated, reverse=True)


def last_backup(settings: Settings, now: datetime | None = None) -> str:
    """A sentence about the newest scheduled backup, for the admin."""
    if settings.backup_dir is None:
        return "No daily backups are made: TIDEMARK_BACKUP_DIR is not set."
    existing = complete_backups(settings.backup_dir)
    if not existing:
        return f"There is no backup in {settings.backup_dir} yet. The log of the server has the reason of a failed one."
    made, path = existing[0]
    late = (now or datetime.now(UTC)) - made > LATE
    why = " Since then none was made; the log of the server has the reason." if late else ""
    return f"The last daily backup was made on {made:%Y-%m-%d %H:%M} UTC: {path}.{why}"


def run_if_due(settings: Settings, now: datetime | None = None) -> Path | None:
    """Make a backup if the newest is a day old, and remove those beyond the limit; returns the new one.

    Raises:
        TidemarkError: the backup failed; older ones are kept.
    """
    folder, moment = settings.backup_dir, now or datetime.now(UTC)
    if folder is None:
        return None
    existing = complete_backups(folder)
    if existing and moment - existing[0][0] < EVERY:
        return None
    target = folder / moment.strftime(_NAMED)
    create(settings, target, lambda _share, _what: None)
    _remove_old(folder, settings.backup_keep)
    return target


def keep_making(settings: Settings, stopping: Event) -> None:
    """Make backups until ``stopping`` is set; failures are logged and retried."""
    while True:
        try:
            run_if_due(settings)
        except TidemarkError as error:
            log.error("The daily backup could not be made: %s", error)
        except Exception:
            log.exception("The daily backup could not be made")
        if stopping.wait(LOOK_SECONDS):
            return


def _remove_old(folder: Path, keep: int) -> None:
    old = [path for _, path in complete_backups(folder)[keep:]]
    oldest = time.time() - EVERY.total_seconds()  # a newer one may belong to another server
    broken_off = [
        path
        for path in folder.iterdir()
        if _BROKEN_OFF.fullmatch(path.name) and path.stat().st_mtime < oldest
    ]
    for path in [*old, *broken_off]:
        shutil.rmtree(path, ignore_errors=True)
