"""Recordings: the data files that can be labelled, and the state each is in."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from services.db import Database
from services.errors import NotFound
from services.settings import Settings
from services.tables import annotation_table, edits, recordings
from services.timeseries import Store, StoreInfo

ACCEPTED, SUGGESTED = "accepted", "suggested"  # status of an annotation
LARGEST_ID = 2**31 - 1
OPEN_STORES = 64  # an open store is a few memory maps


class RecordingState(StrEnum):
    """What the tree of files shows.

    Unsaved: its labels were changed since they were last saved, or it has labels and was never saved. Saved:
    the file in outputs/ is the working state. In progress: nothing to save, but suggestions wait for review.
    None: never saved, and there is nothing to save (also after everything was undone).
    """

    NONE = "none"
    IN_PROGRESS = "in progress"
    UNSAVED = "unsaved"
    SAVED = "saved"


@dataclass(frozen=True)
class Recording:
    """One data file."""

    id: int
    path: str
    sha256: str
    store_key: str
    size_bytes: int
    rows: int
    time_kind: str
    created_at: datetime
    revision: int
    saved_revision: int
    saved_at: datetime | None
    saved_labels: int | None
    output_sha256: str | None
    reading: dict[str, Any] | None
    done_at: datetime | None
    deleted_at: datetime | None


@dataclass(frozen=True)
class RecordingSummary:
    """A recording as the lists show it."""

    id: int
    path: str
    rows: int
    size_bytes: int
    labels: int
    suggested: int
    state: RecordingState
    time_kind: str
    created_at: datetime
    revision: int
    saved_revision: int
    saved_at: datetime | None


class Recordings:
    """Every recording there is."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._stores: OrderedDict[str, Store] = OrderedDict()
        self._lock = Lock()

    def list(self) -> list[RecordingSummary]:
        """All recordings with their counts and states, by path."""
        with self._database.read() as connection:
            counts = {row.recording_id: row for row in connection.execute(_counts())}
            rows = connection.execute(select(recordings).order_by(recordings.c.path)).all()
        return [_summary(row, counts.get(row.id)) for row in rows]

    def summary(self, recording: int) -> RecordingSummary:
        """One recording with its counts and state.

        Raises:
            NotFound: there is no such recording.
        """
        with self._database.read() as connection:
            row = recording_row(connection, recording)
            counts = connection.execute(_counts().where(annotation_table.c.recording_id == recording)).first()
        return _summary(row, counts)

    def get(self, recording: int) -> Recording:
        """The recording of that id.

        Raises:
            NotFound: there is no such recording.
        """
        with self._database.read() as connection:
            return Recording(**recording_row(connection, recording)._mapping)

    def by_path(self, path: str) -> Recording | None:
        """The recording at exactly that path."""
        with self._database.read() as connection:
            row = connection.execute(select(recordings).where(recordings.c.path == path)).first()
        return Recording(**row._mapping) if row else None

    def add(self, path: str, info: StoreInfo, connection: Connection | None = None) -> Recording:
        """Make a recording of what was ingested, in the caller's transaction if one is given."""
        if connection is None:
            with self._database.write() as own:
                return self.add(path, info, own)
        values = {
            "path": path,
            "sha256": info.sha256,
            "store_key": info.sha256,
            "size_bytes": info.size_bytes,
            "rows": info.rows,
            "time_kind": str(info.time.kind),
            "created_at": datetime.now(UTC),
        }
        connection.execute(insert(recordings).values(values))
        row = connection.execute(select(recordings).where(recordings.c.path == path)).one()
        return Recording(**row._mapping)

    def version(self) -> str:
        """A text that changes when recordings come or go; cheap enough to ask every second."""
        query = select(func.count(), func.coalesce(func.max(recordings.c.id), 0)).select_from(recordings)
        with self._database.read() as connection:
            count, newest = connection.execute(query).one()
        return f"{count}:{newest}"

    def latest(self) -> int | None:
        """The recording whose labels were changed last, else the first by path; None when there is none."""
        last = select(edits.c.recording_id).order_by(edits.c.id.desc()).limit(1)
        first = select(recordings.c.id).order_by(recordings.c.path).limit(1)
        with self._database.read() as connection:
            found: int | None = connection.execute(last).scalar() or connection.execute(first).scalar()
        return found

    def store(self, recording: int) -> Store:
        """The samples of a recording; stores that were used lately stay open.

        Raises:
            NotFound: there is no such recording, or its columns are missing from the data folder.
        """
        known = self.get(recording)
        with self._lock:
            store = self._stores.get(known.store_key)
            if store is None:
                store = Store.open(self.store_folder(known), self.source_path(known))
                self._stores[known.store_key] = store
            self._stores.move_to_end(known.store_key)
            while len(self._stores) > OPEN_STORES:
                self._stores.popitem(last=False)
        return store

    def is_whole(self, recording: int) -> bool:
        """True when the columns of a recording and its own bytes are in the data folder.

        Raises:
            NotFound: there is no such recording.
        """
        known = self.get(recording)
        try:
            Store.open(self.store_folder(known))
            return self.source_path(known).stat().st_size == known.size_bytes
        except (NotFound, OSError):
            return False

    def store_folder(self, recording: Recording) -> Path:
        """Where the columns of a recording are."""
        return self._settings.store_dir / recording.store_key[:2] / recording.store_key

    def source_path(self, recording: Recording) -> Path:
        """Where the bytes of a recording are as they came."""
        return self._settings.uploads_dir / recording.sha256[:2] / recording.sha256


def recording_state(row: Row[Any], labelled: bool, suggested: bool) -> RecordingState:
    """The state of a row of ``recordings``: has it accepted labels, has it open suggestions?"""
    unsaved = labelled if row.saved_at is None else row.revision > row.saved_revision
    if unsaved:
        return RecordingState.UNSAVED
    if suggested:
        return RecordingState.IN_PROGRESS
    return RecordingState.NONE if row.saved_at is None else RecordingState.SAVED


def state_in(connection: Connection, row: Row[Any]) -> RecordingState:
    """The state of a row of ``recordings``; as quick with many labels as with one."""

    def any_with(status: str) -> bool:
        query = select(annotation_table.c.id).where(
            annotation_table.c.recording_id == row.id, annotation_table.c.status == status
        )
        return connection.execute(query.limit(1)).first() is not None

    return recording_state(row, any_with(ACCEPTED), any_with(SUGGESTED))


def _counts() -> Any:
    def with_status(status: str) -> Any:
        return func.count().filter(annotation_table.c.status == status)

    return select(
        annotation_table.c.recording_id,
        with_status(ACCEPTED).label("labels"),
        with_status(SUGGESTED).label("suggested"),
    ).group_by(annotation_table.c.recording_id)


def recording_row(connection: Connection, recording: int) -> Row[Any]:
    """The row of ``recordings`` with that id.

    Raises:
        NotFound: there is none.
    """
    query = select(recordings).where(recordings.c.id == recording)
    row = connection.execute(query).first() if _may_be_id(recording) else None
    if row is None:
        raise NotFound("This recording does not exist (any more).")
    return row


def _may_be_id(value: Any) -> bool:
    """False for what a URL or a browser may send that no database takes as an id."""
    return isinstance(value, int) and 0 < value <= LARGEST_ID


def _summary(row: Row[Any], counts: Row[Any] | None) -> RecordingSummary:
    labels, suggested = (counts.labels, counts.suggested) if counts else (0, 0)
    return RecordingSummary(
        id=row.id,
        path=row.path,
        rows=row.rows,
        size_bytes=row.size_bytes,
        labels=labels,
        suggested=suggested,
        state=recording_state(row, labels > 0, suggested > 0),
        time_kind=row.time_kind,
        created_at=row.created_at,
        revision=row.revision,
        saved_revision=row.saved_revision,
        saved_at=row.saved_at,
    )
