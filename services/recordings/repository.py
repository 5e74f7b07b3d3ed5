"""Recordings as database rows: queries, states, change numbers.

Every function works inside the caller's transaction. A recording in the trash is found by none of them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from services.errors import NotFound
from services.storage.tables import annotation_table, edits, recordings
from services.timeseries import StoreInfo
from services.timeseries.durations import in_seconds

ACCEPTED, SUGGESTED, REJECTED = "accepted", "suggested", "rejected"  # status of an annotation
REPLACED = "replaced"  # status of one that lost a disagreement: it is kept for the figures of agreement only
LARGEST_ID = 2**31 - 1
OWNER: ColumnElement[str] = (
    func.coalesce(  # whose judgement a label is: of who accepted it, else of its author
        func.nullif(annotation_table.c.decided_by, ""), annotation_table.c.author
    )
)
LIVE = recordings.c.deleted_at.is_(None)


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
    output_json_sha256: str | None
    labels_revision: int
    even: bool | None
    reading: dict[str, Any] | None
    done_at: datetime | None
    deleted_at: datetime | None
    changed: int
    seconds: float | None
    place: str
    assigned: list[str] | None

    @property
    def units(self) -> dict[str, str]:
        """Units of channels, by name, that a user gave instead of those in the file."""
        return dict((self.reading or {}).get("units") or {})


@dataclass(frozen=True)
class RecordingSummary:
    """A recording as the lists show it.

    ``by_class`` counts its accepted labels by class id; ``changed`` is larger for one that was changed later;
    ``seconds`` is its length where its time is in units of time, ``edited_at`` when its labels were changed last,
    ``assigned`` names the people who are to label it.
    """

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
    done: bool
    changed: int
    seconds: float | None
    store_key: str
    edited_at: datetime | None
    by_class: dict[int, int] = field(default_factory=dict)
    assigned: list[str] = field(default_factory=list)


_FIELDS = [one.name for one in fields(RecordingSummary)]
INSTANTS = [_FIELDS.index(name) for name in ("created_at", "saved_at", "edited_at")]
STATE, BY_CLASS = _FIELDS.index("state"), _FIELDS.index("by_class")


def to_json(summary: RecordingSummary) -> list[Any]:
    """A summary as plain values, in the order of its fields."""
    values = list(vars(summary).values())
    for place in INSTANTS:
        values[place] = values[place] and values[place].isoformat()
    values[BY_CLASS] = list(summary.by_class.items())
    return values


def from_json(row: Sequence[Any]) -> RecordingSummary:
    """Inverse of :func:`to_json`."""
    values = list(row)
    for place in INSTANTS:
        values[place] = values[place] and datetime.fromisoformat(values[place])
    values[STATE] = RecordingState(values[STATE])
    values[BY_CLASS] = dict(values[BY_CLASS])
    return RecordingSummary(*values)


def recording_row(connection: Connection, recording: int) -> Row[Any]:
    """The row of ``recordings`` with that id.

    Raises:
        NotFound: there is none, or it is in the trash.
    """
    query = select(recordings).where(recordings.c.id == recording)
    row = connection.execute(query).first() if _may_be_id(recording) else None
    if row is None:
        raise NotFound("This recording does not exist (any more).")
    if row.deleted_at is not None:
        raise NotFound(
            f"“{row.path}” was deleted on {row.deleted_at:%Y-%m-%d}. Restore it on the page Files, Trash."
        )
    return row


def measures(info: StoreInfo) -> dict[str, Any]:
    """What a row of ``recordings`` repeats of its stored samples."""
    length = in_seconds(info.time, info.time.last - info.time.first)
    return {
        "rows": info.rows,
        "time_kind": str(info.time.kind),
        "seconds": length,
        "even": bool(info.time.uniform),
    }


def reading_version(row: Row[Any] | Recording) -> str:
    """A text that changes when the recording is read differently: its folder of columns, # and the units."""
    units = (row.reading or {}).get("units")
    return f"{row.store_key}#{crc32(json.dumps(units, sort_keys=True).encode()) if units else ''}"


def summaries(connection: Connection, *where: Any) -> Iterator[RecordingSummary]:
    """Recordings with their counts and states, by path; ``where`` narrows them down."""
    last = (edits.c.recording_id == recordings.c.id) & (edits.c.revision == recordings.c.revision)
    query = select(recordings, edits.c.created_at.label("edited_at")).outerjoin(edits, last)
    rows = connection.execute(query.where(LIVE, *where).order_by(recordings.c.path)).all()
    counts = _counts(connection, *where)
    return (_summary(row, counts[row.id]) for row in rows)


def recording_state(row: Row[Any], labelled: bool, suggested: bool) -> RecordingState:
    """The state of a row of ``recordings``: has it accepted labels, has it open suggestions?"""
    unsaved = labelled if row.saved_at is None else row.labels_revision > row.saved_revision
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


@cache
def next_change() -> Any:
    """The number that the next change of a recording gets: what has a larger one changed later.

    To be set as ``changed`` in the statement that makes the change.
    """
    other = recordings.alias()
    return select(func.coalesce(func.max(other.c.changed), 0) + 1).scalar_subquery()


def change(connection: Connection, *where: Any, **values: Any) -> int:
    """Set ``values`` of the recordings that ``where`` says, and that they changed; returns how many."""
    return connection.execute(
        update(recordings).where(*where).values(**values, changed=next_change())
    ).rowcount


def list_version(connection: Connection) -> str:
    """The number of the last change, and how many rows there are (fewer when the trash was emptied)."""
    query = select(func.coalesce(func.max(recordings.c.changed), 0), func.count()).select_from(recordings)
    last, count = connection.execute(query).one()
    return f"{last}:{count}"


def _may_be_id(value: Any) -> bool:
    """False for what a URL or a browser may send that no database takes as an id."""
    return isinstance(value, int) and 0 < value <= LARGEST_ID


def _counts(connection: Connection, *where: Any) -> defaultdict[int, dict[str, dict[int, int]]]:
    """How many labels there are by recording, status and class."""
    columns = (annotation_table.c.recording_id, annotation_table.c.status, annotation_table.c.label_class_id)
    query = select(*columns, func.count()).group_by(*columns)
    if where:
        query = query.where(annotation_table.c.recording_id.in_(select(recordings.c.id).where(*where)))
    counts: defaultdict[int, dict[str, dict[int, int]]] = defaultdict(dict)
    for recording, status, label_class, count in connection.execute(query):
        counts[recording].setdefault(status, {})[label_class] = count
    return counts


def _summary(row: Row[Any], counts: dict[str, dict[int, int]]) -> RecordingSummary:
    accepted = counts.get(ACCEPTED, {})
    labels, suggested = sum(accepted.values()), sum(counts.get(SUGGESTED, {}).values())
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
        done=row.done_at is not None,
        changed=row.changed,
        seconds=row.seconds,
        store_key=row.store_key,
        edited_at=row.edited_at,
        by_class=accepted,
        assigned=row.assigned or [],
    )
