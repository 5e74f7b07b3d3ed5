"""Add many labels from a file or another recording, as one edit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, select

from services.annotations.scope import Scope
from services.formats.labels_json import NOT_SAID, Made
from services.recordings.edit_log import Edit, Rows
from services.recordings.repository import ACCEPTED
from services.storage.tables import START_ORDER, annotation_table, label_classes

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Wanted:
    """A label that is to be in a recording; its name is clean, its colour only counts where the name is new.

    ``made``: by whom and when, where its file says so; else it is an import, made now.
    """

    start: int
    end: int
    label: str
    color: str | None = None
    note: str = ""
    channels: list[int] | None = None
    made: Made = NOT_SAID


@dataclass(frozen=True)
class Difference:
    """Labels to import against those in the file: ``fresh`` ones, how many are ``here``, and the ids of the
    ``others``, which are there and not wanted.

    Labels that stand several times are counted: of three alike where one is there, two are fresh.
    """

    fresh: list[Wanted]
    here: int
    others: list[str]


def compare(
    connection: Connection, recording: int, wanted: Iterable[Wanted], with_channels: bool = False
) -> Difference:
    """Hold ``wanted`` against the accepted labels of a recording: same samples and name, same channels if asked for."""

    def key(start: int, end: int, label: str, channels: list[int] | None) -> Key:
        return start, end, label, tuple(channels) if with_channels and channels else None

    there: defaultdict[Key, list[str]] = defaultdict(list)
    for row in accepted(connection, recording):
        there[key(row.start_index, row.end_index, row.name, row.channels)].append(row.id)
    fresh, used = [], Counter[Key]()
    for one in wanted:
        mine = key(one.start, one.end, one.label, one.channels)
        if used[mine] < len(there.get(mine, ())):
            used[mine] += 1
        else:
            fresh.append(one)
    others = [identity for key, ids in there.items() for identity in ids[used[key] :]]
    return Difference(fresh, used.total(), others)


def bring(scope: Scope, difference: Difference, replace: bool, kind: str, summary: str) -> Edit | None:
    """The edit that makes a recording have what is wanted; None when nothing changes.

    Only with ``replace`` the others go. Labels of an exclusive class trim nothing: they come as they were.
    """
    before = scope.rows(difference.others) if replace else []
    after = _rows(scope, difference.fresh)
    return Edit(kind, summary, before, after) if before or after else None


def _rows(scope: Scope, fresh: Sequence[Wanted]) -> Rows:
    classes: dict[str, int] = {}
    for one in fresh:
        if one.label not in classes:
            classes[one.label] = scope.named_class(one.label, one.color).id
    ids = sorted(str(uuid4()) for _ in fresh)  # labels of one place stand in the order of their ids
    return [
        {
            "id": identity,
            "recording_id": scope.recording,
            "start_index": one.start,
            "end_index": one.end,
            "label_class_id": classes[one.label],
            "channels": one.channels,
            "source": one.made.source or "import",
            "model": one.made.model,
            "model_sha256": one.made.model_sha256,
            "score": one.made.score,
            "status": ACCEPTED,
            "note": one.note,
            "author": scope.author if one.made.author is None else one.made.author,
            "created_at": one.made.created.isoformat() if one.made.created else scope.now,
            "edited_at": one.made.edited.isoformat() if one.made.edited else scope.now,
        }
        for identity, one in zip(ids, fresh, strict=True)
    ]


def accepted(connection: Connection, recording: int) -> Iterable[Row[Any]]:
    """The accepted labels of a recording with the names and colours of their classes, in start order."""
    return connection.execute(
        select(annotation_table, label_classes.c.name, label_classes.c.color)
        .join(label_classes, label_classes.c.id == annotation_table.c.label_class_id)
        .where(annotation_table.c.recording_id == recording, annotation_table.c.status == ACCEPTED)
        .order_by(*START_ORDER)
    )
