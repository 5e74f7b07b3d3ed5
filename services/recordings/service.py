"""Recording service: list, changes, states, and access to samples."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, func, insert, select

from services.accounts import acting
from services.accounts.model import Role
from services.errors import NotFound
from services.ingest.reading_options import ReadingOptions
from services.recordings.repository import (
    ACCEPTED,
    LIVE,
    SUGGESTED,
    Recording,
    RecordingState,
    RecordingSummary,
    change,
    from_json,
    list_version,
    measures,
    next_change,
    reading_version,
    recording_row,
    state_in,
    summaries,
    to_json,
)
from services.settings import Settings
from services.storage.cache import CacheEntry, VersionedCache
from services.storage.db import Database
from services.storage.files import is_within
from services.storage.lru_cache import LruCache
from services.storage.references import own, sharded
from services.storage.tables import edits, recordings
from services.timeseries import Store, StoreInfo

__all__ = [
    "ACCEPTED",
    "SUGGESTED",
    "FileChanges",
    "Recording",
    "RecordingState",
    "RecordingSummary",
    "Recordings",
    "recording_row",
    "state_in",
]

VERSION = re.compile(r"(\d{1,18}):(\d{1,18})", re.ASCII)
OPEN_STORES = 64  # an open store has a few memory maps


@dataclass(frozen=True)
class FileChanges:
    """Changes since a version: changed recordings, and ids of removed ones.

    ``full``: the version is unknown (the database was restored), and these are all recordings.
    """

    version: str
    full: bool
    changed: list[RecordingSummary]
    removed: list[int]


class Recordings:
    """Access to all recordings: list, changes, samples, files."""

    def __init__(self, database: Database, settings: Settings, cache: VersionedCache | None = None) -> None:
        self._database = database
        self._settings = settings
        self._cache = cache or VersionedCache()
        self._stores = LruCache(OPEN_STORES)
        self._opening = Lock()

    def list(self, ids: Collection[int] | None = None) -> list[RecordingSummary]:
        """All recordings, or those of ``ids``, with counts and states, by path."""
        if ids is None and self._cache.enabled:
            return list(self._cache.get("recordings", self.version(), self._listed, _decoded))
        where = [] if ids is None else [recordings.c.id.in_(ids)]
        with self._database.read() as connection:
            return list(summaries(connection, *where))

    def _listed(self, earlier: CacheEntry | None) -> CacheEntry:
        """All recordings as JSON: an earlier list with later changes, or read from the database."""
        if earlier and (updated := self._updated(earlier)):
            return updated
        with self._database.read() as connection:
            version = list_version(connection)
            return CacheEntry(version, [to_json(summary) for summary in summaries(connection)])

    def _updated(self, earlier: CacheEntry) -> CacheEntry | None:
        """An earlier list with later changes applied; None if the changes are unknown."""
        changes = self.changes(earlier.version)
        if changes.full:
            return None
        rows = {row[0]: row for row in earlier.value} | {
            summary.id: to_json(summary) for summary in changes.changed
        }
        for identity in changes.removed:
            rows.pop(identity, None)
        with self._database.read() as connection:
            live = connection.execute(select(func.count()).where(LIVE)).scalar()
        if live != len(rows):  # some were removed from the trash
            return None
        return CacheEntry(changes.version, sorted(rows.values(), key=itemgetter(1)))

    def summary(self, recording: int) -> RecordingSummary:
        """One recording with its counts and state.

        Raises:
            NotFound: unknown recording.
        """
        with self._database.read() as connection:
            recording_row(connection, recording)
            return next(summaries(connection, recordings.c.id == recording))

    def changes(self, since: str) -> FileChanges:
        """Changes after that version."""
        match = VERSION.fullmatch(since)
        with self._database.read() as connection:
            version = list_version(connection)
            last, rows = map(int, version.split(":"))
            if not match or int(match[1]) > last or int(match[2]) > rows:  # restored, or some were removed
                return FileChanges(version, full=True, changed=list(summaries(connection)), removed=[])
            after = recordings.c.changed > int(match[1])
            removed = connection.execute(select(recordings.c.id).where(after, ~LIVE)).scalars()
            return FileChanges(version, False, list(summaries(connection, after)), list(removed))

    def mark_done(self, ids: Collection[int], done: bool) -> int:
        """Mark files as done or not done; returns the number of changes."""
        with self._database.write() as connection:
            return change(
                connection, LIVE, recordings.c.id.in_(ids), done_at=datetime.now(UTC) if done else None
            )

    def assign(self, ids: Collection[int], names: Collection[str]) -> int:
        """Assign recordings to exactly these people; returns the number of recordings.

        Raises:
            NotAllowed: the current user is not a reviewer.
        """
        acting.require(Role.REVIEWER)
        with self._database.write() as connection:
            return change(connection, LIVE, recordings.c.id.in_(ids), assigned=sorted(set(names)) or None)

    def get(self, recording: int) -> Recording:
        """The recording with that id.

        Raises:
            NotFound: unknown recording.
        """
        with self._database.read() as connection:
            return Recording(**recording_row(connection, recording)._mapping)

    def by_path(self, path: str) -> Recording | None:
        """The recording at that path."""
        with self._database.read() as connection:
            row = connection.execute(select(recordings).where(LIVE, recordings.c.path == path)).first()
        return Recording(**row._mapping) if row else None

    def add(
        self,
        path: str,
        info: StoreInfo,
        connection: Connection | None = None,
        reading: dict[str, Any] | None = None,
    ) -> Recording:
        """Add a recording of ingested columns, in the caller's transaction if given.

        Args:
            reading: the user's reading options.
        """
        if connection is None:
            with self._database.write() as own:
                return self.add(path, info, own, reading)
        values = {
            "path": path,
            "sha256": info.sha256,
            "store_key": ReadingOptions.from_json(reading or {}).store_key(info.sha256),
            "reading": reading or None,
            "size_bytes": info.size_bytes,
            **measures(info),
            "created_at": datetime.now(UTC),
            "changed": next_change(),
        }
        (added,) = connection.execute(insert(recordings).values(values)).inserted_primary_key or (0,)
        return Recording(**recording_row(connection, added)._mapping)

    def version(self) -> str:
        """A version string that changes with the list of recordings and its values; cheap to compute."""
        return self._database.commit_cache.get("recordings", self._version)

    def _version(self) -> str:
        with self._database.read() as connection:
            return list_version(connection)

    def latest(self) -> int | None:
        """The recording with the newest label change, else the first by path; None if there are none."""
        last = select(edits.c.recording_id).join(recordings).where(LIVE).order_by(edits.c.id.desc()).limit(1)
        first = select(recordings.c.id).where(LIVE).order_by(recordings.c.path).limit(1)
        with self._database.read() as connection:
            identity: int | None = connection.execute(last).scalar() or connection.execute(first).scalar()
        return identity

    def store(self, recording: int) -> Store:
        """Samples of a recording; recently used stores stay open.

        Raises:
            NotFound: unknown recording, or its columns are missing from the data folder.
        """
        return self.open(self.get(recording))

    def open(self, item: Recording) -> Store:
        """Samples of a recording that is already loaded.

        Raises:
            NotFound: its columns are missing from the data folder.
        """
        version = reading_version(item)
        with self._opening:  # two threads must not open the same store
            return self._stores.get(version, lambda: self._opened(item))

    def _opened(self, item: Recording) -> Store:
        source = own(self._settings.uploads_dir, item.sha256)
        return Store.open(self.store_folder(item), source, item.units)

    def is_whole(self, recording: int) -> bool:
        """True when the columns and the original bytes of a recording are in the data folder.

        Raises:
            NotFound: unknown recording.
        """
        return self.is_here(self.get(recording))

    def is_here(self, item: Recording) -> bool:
        """The same for a recording that is already loaded."""
        try:
            Store.open(self.store_folder(item))
            return self.source_path(item).stat().st_size == item.size_bytes
        except (NotFound, OSError):
            return False

    def store_folder(self, recording: Recording) -> Path:
        """Folder of the columns of a recording.

        Raises:
            NotFound: it is a link to another place.
        """
        folder = sharded(self._settings.store_dir, recording.store_key)
        if folder.exists() and not is_within(folder, self._settings.store_dir):
            raise NotFound("The stored columns of this recording are missing; add the file again.")
        return folder

    def source_path(self, recording: Recording) -> Path:
        """Path of the original bytes of a recording.

        Raises:
            NotFound: they are missing, or a link to another place.
        """
        path = own(self._settings.uploads_dir, recording.sha256)
        if path is None:
            raise NotFound("The bytes of this file are missing from the data folder; add the file again.")
        return path


def _decoded(rows: Sequence[Sequence[Any]]) -> tuple[RecordingSummary, ...]:
    return tuple(map(from_json, rows))
