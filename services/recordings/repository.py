"""Recordings as database rows: queries, states, change numbers.

Every function works inside the caller's transaction. None of them finds recordings in the trash.
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

from sqlalchemy import ColumnElement, Connection, Row, bindparam, exists, func, select, update

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
BY_ID = select(recordings).where(recordings.c.id == bindparam("recording"))
HAS_LABELS = select(
    *(
        exists().where(
            annotation_table.c.recording_id == bindparam("recording"), annotation_table.c.status == status
        )
        for status in (ACCEPTED, SUGGESTED)
    )
)
LIVE = recordings.c.deleted_at.is_(None)


class RecordingState(StrEnum):
    """State of a recording in the file tree.

    Unsaved: labels changed since the last save, or labels that were never saved. Saved: the file in outputs/ equals the
    working state. In progress: nothing to save, but open suggestions. None: never saved, and nothing to save (also
    after all edits were undone).
    """

    NONE = "none"
    IN_PROGRESS = "in progress"
    UNSAVED = "unsaved"
    SAVED = "saved"


@dataclass(frozen=True)
class Recording:
    """A data file."""

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
    output_authors: list[dict[str, str]] | None
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
        """Units of channels that a user set, by name."""
        return dict((self.reading or {}).get("units") or {})


@dataclass(frozen=True)
class RecordingSummary:
    """A recording as shown in lists.

    ``by_class``: number of accepted labels by class id; ``changed``: increases with each change; ``seconds``: length if
    the time has units of time; ``edited_at``: last change of the labels; ``assigned``: names of assigned users.
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


_LIST = select(func.coalesce(func.max(recordings.c.changed), 0), func.count()).select_from(recordings)
_FIELDS = [field.name for field in fields(RecordingSummary)]
INSTANTS = [_FIELDS.index(name) for name in ("created_at", "saved_at", "edited_at")]
STATE, BY_CLASS = _FIELDS.index("state"), _FIELDS.index("by_class")


def to_json(summary: RecordingSummary) -> list[Any]:
    """Values of a summary in the order of its fields."""
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
        NotFound: unknown, or in the trash.
    """
    row = connection.execute(BY_ID, {"recording": recording}).first() if may_be_id(recording) else None
    if row is None:
        raise NotFound("This recording does not exist (any more).")
    if row.deleted_at is not None:
        raise NotFound(
            f"“{row.path}” was deleted on {row.deleted_at:%Y-%m-%d}. Restore it on the page Files, Trash."
        )
    return row


def measures(info: StoreInfo) -> dict[str, Any]:
    """Columns of ``recordings`` that duplicate metadata of the store."""
    length = in_seconds(info.time, info.time.last - info.time.first)
    return {
        "rows": info.rows,
        "time_kind": str(info.time.kind),
        "seconds": length,
        "even": bool(info.time.uniform),
    }


def reading_version(row: Row[Any] | Recording) -> str:
    """A string that changes when the recording is read differently: store key, # and a hash of the units."""
    units = (row.reading or {}).get("units")
    return f"{row.store_key}#{crc32(json.dumps(units, sort_keys=True).encode()) if units else ''}"


def summaries(connection: Connection, *where: Any) -> Iterator[RecordingSummary]:
    """Recordings with their counts and states, by path; ``where`` filters them."""
    last = (edits.c.recording_id == recordings.c.id) & (edits.c.revision == recordings.c.revision)
    query = select(recordings, edits.c.created_at.label("edited_at")).outerjoin(edits, last)
    rows = connection.execute(query.where(LIVE, *where).order_by(recordings.c.path)).all()
    counts = _counts(connection, *where)
    return (_summary(row, counts[row.id]) for row in rows)


def recording_state(row: Row[Any], labelled: bool, suggested: bool) -> RecordingState:
    """The state of a row of ``recordings``, given whether it has accepted labels and open suggestions."""
    unsaved = labelled if row.saved_at is None else row.labels_revision > row.saved_revision
    if unsaved:
        return RecordingState.UNSAVED
    if suggested:
        return RecordingState.IN_PROGRESS
    return RecordingState.NONE if row.saved_at is None else RecordingState.SAVED


def state_in(connection: Connection, row: Row[Any]) -> RecordingState:
    """The state of a row of ``recordings``; the cost does not depend on the number of labels."""
    return recording_state(row, *has_labels(connection, row.id))


def has_labels(connection: Connection, recording: int) -> tuple[bool, bool]:
    """Whether a recording has accepted labels, and open suggestions."""
    row = connection.execute(HAS_LABELS, {"recording": recording}).one()
    return bool(row[0]), bool(row[1])


@cache
def next_change() -> Any:
    """SQL expression of the next change number; larger than all earlier ones.

    Set it as ``changed`` in the statement that makes the change.
    """
    other = recordings.alias()
    return select(func.coalesce(func.max(other.c.changed), 0) + 1).scalar_subquery()


def change(connection: Connection, *where: Any, **values: Any) -> int:
    """Set ``values`` of the recordings selected by ``where``, with a new change number; returns their count."""
    return connection.execute(
        update(recordings).where(*where).values(**values, changed=next_change())
    ).rowcount


def list_version(connection: Connection) -> str:
    """Version of the list: last change number, and number of rows (which decreases when the trash is emptied)."""
    last, count = connection.execute(_LIST).one()
    return f"{last}:{count}"


def may_be_id(value: Any) -> bool:
    """False for values from a URL or a browser that are invalid as database ids."""
    return isinstance(value, int) and 0 < value <= LARGEST_ID


def _counts(connection: Connection, *where: Any) -> defaultdict[int, dict[str, dict[int, int]]]:
    """Number of labels by recording, status and class."""
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
