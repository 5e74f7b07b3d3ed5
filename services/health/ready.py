"""Readiness for ``/readyz``: cheap checks that this process can answer and store."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from sqlalchemy import text

from services.errors import TidemarkError
from services.settings import MEBIBYTE, Settings
from services.storage.db import Database
from services.storage.migrations.runner import version_of, versions

LEAST_FREE = 64 * MEBIBYTE  # bytes; below, uploads are refused
PING_SECONDS = 2


def not_ready(settings: Settings, database: Database) -> dict[str, str]:
    """Problems by component, without paths or addresses of this machine; empty if ready."""
    checks = {
        "database": _database(database),
        "data": _folder(settings.data_dir, "data folder"),
        "models": _folder(settings.models_dir, "folder of models"),
        "outputs": _folder(settings.outputs_dir, "folder of outputs"),
        "temporary": _folder(Path(tempfile.gettempdir()), "temporary folder"),
        "queue": ping(settings.broker_url),
    }
    return {name: sentence for name, sentence in checks.items() if sentence}


def ping(broker_url: str) -> str:
    """Why the job queue is unavailable; "" if it is available or not configured."""
    if not broker_url:
        return ""
    import redis

    try:
        with redis.Redis.from_url(
            broker_url, socket_connect_timeout=PING_SECONDS, socket_timeout=PING_SECONDS
        ) as queue:
            queue.ping()
    except (redis.RedisError, ValueError):
        return "The queue of jobs (Redis) does not answer. Start it."
    return ""


def _database(database: Database) -> str:
    try:
        with database.read() as connection:
            connection.execute(text("SELECT 1 FROM recordings WHERE id = 0"))
        current = version_of(database)
    except TidemarkError as error:
        return str(error)
    except Exception:
        return "The database does not answer. See the log, or run “python app.py doctor”."
    if current != versions()[-1]:
        return "The database has another version than this program. Start the matching program."
    return ""


def _folder(folder: Path, name: str) -> str:
    while not folder.exists():  # it is created when needed
        folder = folder.parent
    if not folder.is_dir():
        return f"A file has the name of the {name}. Move it away."
    if not os.access(folder, os.W_OK | os.X_OK) or _is_read_only(folder):
        return f"The {name} is not writable. Allow the account that runs Tidemark to write there."
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        return f"The disk of the {name} has only {free / MEBIBYTE:,.0f} MiB left. Make room."
    return ""


def _is_read_only(folder: Path) -> bool:
    return hasattr(os, "statvfs") and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
