"""Trash: hide deleted recordings; restore them with labels and history within 30 days."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, func, select

from services.errors import NotFound, RefusedFile
from services.recordings.repository import LIVE, change, may_be_id
from services.settings import Settings
from services.storage.db import Database
from services.storage.files import GONE, move_aside, remove
from services.storage.output_files import NOT_SAVED, is_ours
from services.storage.paths import UsedPaths, numbered, twin_key
from services.storage.tables import annotation_table, edits, jobs, kept_labels, recordings, runs

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)
AT_ONCE = 20  # recordings per transaction when purging

IN_TRASH = recordings.c.deleted_at.is_not(None)


@dataclass(frozen=True)
class Trashed:
    """A recording in the trash, for ``days`` more days."""

    id: int
    path: str
    rows: int
    size_bytes: int
    labels: int
    deleted_at: datetime
    days: int


@dataclass(frozen=True)
class DeleteResult:
    """Result of a deletion; ``saved``: number of files with saved labels, which stay in outputs/."""

    ids: list[int]
    labels: int
    saved: int


class Trash:
    """Deleted recordings."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    def delete(self, ids: Collection[int]) -> DeleteResult:
        """Put recordings into the trash; ids that are there already or unknown are ignored."""
        with self._database.write() as connection:
            query = select(recordings.c.id, recordings.c.saved_at).where(LIVE, recordings.c.id.in_(ids))
            rows = connection.execute(query).all()
            deleted_ids = [row.id for row in rows]
            change(connection, recordings.c.id.in_(deleted_ids), deleted_at=datetime.now(UTC))
            labels = sum(_labels(connection, deleted_ids).values())
        log.info("%d recordings with %d labels put into the trash", len(deleted_ids), labels)
        return DeleteResult(deleted_ids, labels, sum(row.saved_at is not None for row in rows))

    def content(self, *where: Any) -> Sequence[Trashed]:
        """Recordings in the trash, newest first; ``where`` filters them."""
        now = datetime.now(UTC)
        with self._database.read() as connection:
            rows = connection.execute(
                select(recordings)
                .where(IN_TRASH, *where)
                .order_by(recordings.c.deleted_at.desc(), recordings.c.path)
            ).all()
            labels = _labels(connection, [row.id for row in rows])
        return [_trashed(row, labels.get(row.id, 0), now) for row in rows]

    def find(self, recording: int) -> Trashed | None:
        """The recording with that id if it is in the trash."""
        return next(iter(self.content(recordings.c.id == recording)), None) if may_be_id(recording) else None

    def restore(self, ids: Collection[int]) -> Sequence[tuple[int, str]]:
        """Restore recordings to their paths; returns id and path of each.

        If a path is in use, a number is added; saved labels stay under the old name.

        Raises:
            NotFound: none of them is in the trash (any more).
        """
        with self._database.write() as connection:
            return self.restore_in(connection, ids)

    def restore_in(self, connection: Connection, ids: Collection[int]) -> Sequence[tuple[int, str]]:
        """The same in the caller's transaction."""
        query = select(recordings).where(IN_TRASH, recordings.c.id.in_(ids)).order_by(recordings.c.id)
        rows = connection.execute(query).all()
        if not rows:
            raise NotFound("These files are not in the trash (any more).")
        used = UsedPaths(connection.execute(select(recordings.c.path).where(LIVE)).scalars())
        restored = [self._restore(connection, row, used) for row in rows]
        log.info("%d recordings restored from the trash", len(restored))
        return restored

    def same_bytes(self, connection: Connection, sha256: str) -> Trashed | None:
        """The most recently deleted recording of those bytes, with its labels; None if it has no labels."""
        query = select(recordings).where(IN_TRASH, recordings.c.sha256 == sha256)
        rows = connection.execute(query.order_by(recordings.c.deleted_at.desc())).all()
        labels = _labels(connection, [row.id for row in rows]) if rows else {}
        now = datetime.now(UTC)
        return next((_trashed(row, labels[row.id], now) for row in rows if labels.get(row.id)), None)

    def purge(self, ids: Collection[int] | None = None, now: datetime | None = None) -> int:
        """Remove permanently: recordings deleted 30 days ago, or those of ``ids``; returns their number.

        Bytes and columns that no other recording uses are removed too. Saved labels in outputs/ stay.
        """
        expired = recordings.c.deleted_at < (now or datetime.now(UTC)) - KEPT
        which = expired if ids is None else recordings.c.id.in_(ids)
        removed = 0
        while count := self._purge_some(which):
            removed += count
        self._sweep()
        if removed:
            log.info("%d recordings removed from the trash for good", removed)
        return removed

    def _restore(self, connection: Connection, row: Row[Any], used: UsedPaths) -> tuple[int, str]:
        path = _free_path(used, row.path)
        used.add(path)
        values: dict[str, Any] = {"deleted_at": None, "path": path, "place": twin_key(path)}
        if path != row.path or not is_ours(self._settings.outputs_dir, row):
            values |= NOT_SAVED
        change(connection, recordings.c.id == row.id, **values)
        return row.id, path

    def _purge_some(self, which: Any) -> int:
        """Purge a few; bytes are moved aside before the rows are deleted, so that a crash leaves no orphans."""
        with self._database.write() as connection:
            rows = connection.execute(select(recordings).where(IN_TRASH, which).limit(AT_ONCE)).all()
            if not rows:
                return 0
            ids = [row.id for row in rows]
            for row in rows:
                self._put_aside(connection, row, ids)
            self._put_runs_aside(connection, ids)
            # change numbers never decrease, also if the newest change is purged
            change(
                connection, recordings.c.id == select(func.min(recordings.c.id)).where(LIVE).scalar_subquery()
            )
            for table in (annotation_table, edits, jobs, kept_labels, runs):
                connection.execute(delete(table).where(table.c.recording_id.in_(ids)))
            connection.execute(delete(recordings).where(recordings.c.id.in_(ids)))
        return len(rows)

    def _put_aside(self, connection: Connection, row: Row[Any], going: Collection[int]) -> None:
        uploads, store = self._settings.uploads_dir, self._settings.store_dir
        if _is_used(connection, recordings.c.sha256 == row.sha256, going):
            if not _is_used(connection, recordings.c.store_key == row.store_key, going):
                _aside(store / row.store_key[:2] / row.store_key, store)
            return
        _aside(uploads / row.sha256[:2] / row.sha256, uploads)
        for columns in (store / row.sha256[:2]).glob(f"{row.sha256}*"):  # all readings of these bytes
            _aside(columns, store)

    def _put_runs_aside(self, connection: Connection, going: Collection[int]) -> None:
        confidence = self._settings.confidence_dir
        for run in connection.execute(select(runs.c.id).where(runs.c.recording_id.in_(going))).scalars():
            _aside(confidence / run, confidence)

    def _sweep(self) -> None:
        for folder in (self._settings.uploads_dir, self._settings.store_dir, self._settings.confidence_dir):
            for path in folder.glob(f"{GONE}*"):
                remove(path)


def _is_used(connection: Connection, where: Any, going: Collection[int]) -> bool:
    query = select(recordings.c.id).where(where, recordings.c.id.not_in(going))
    return connection.execute(query).first() is not None


def _aside(path: Path, top: Path) -> None:
    if path.exists():
        move_aside(path, top)


def _free_path(used: UsedPaths, path: str) -> str:
    """``path``, or a numbered variant; at the root if a recording now has the name of its folder."""
    if _is_free(used, path):
        return path
    folder, _, name = path.rpartition("/")
    if folder and not _is_free(used, f"{folder}/{uuid4()}.csv"):
        return _free_path(used, name)
    return numbered(path, lambda candidate: not _is_free(used, candidate))


def _is_free(used: UsedPaths, path: str) -> bool:
    try:
        return used.twin(path) is None
    except RefusedFile:
        return False


def _labels(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    column = annotation_table.c.recording_id
    query = select(column, func.count()).where(column.in_(ids)).group_by(column)
    return {row[0]: row[1] for row in connection.execute(query)}


def _trashed(row: Row[Any], labels: int, now: datetime) -> Trashed:
    left = row.deleted_at + KEPT - now
    days = max(0, ceil(left / timedelta(days=1)))
    return Trashed(row.id, row.path, row.rows, row.size_bytes, labels, row.deleted_at, days)
