"""Add many labels from a file or another recording, as one edit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, select

from services.annotations.scope import Scope
from services.formats.labels_json import NOT_SAID, LabelOrigin
from services.recordings.edit_log import Edit, Rows
from services.recordings.repository import ACCEPTED
from services.storage.tables import START_ORDER, annotation_table, label_classes

Key = tuple[Any, ...]


@dataclass(frozen=True)
class LabelToImport:
    """A label to import; its name is clean, its colour is used only for a new class.

    ``made``: author, times and source from the file; None: an import, made now.
    """

    start: int
    end: int
    label: str
    color: str | None = None
    note: str = ""
    channels: list[int] | None = None
    made: LabelOrigin = NOT_SAID


@dataclass(frozen=True)
class ImportDifference:
    """Labels to import compared with existing ones: ``fresh`` labels, number of labels already ``here``, and ids of
    existing ``others``.

    Duplicates are counted: of three equal labels where one exists, two are fresh.
    """

    fresh: list[LabelToImport]
    here: int
    others: list[str]


def compare(
    connection: Connection, recording: int, labels: Iterable[LabelToImport], with_channels: bool = False
) -> ImportDifference:
    """Compare ``labels`` with the accepted labels of a recording: same samples and name, optionally same channels."""

    def key(start: int, end: int, label: str, channels: list[int] | None) -> Key:
        return start, end, label, tuple(channels) if with_channels and channels else None

    existing: defaultdict[Key, list[str]] = defaultdict(list)
    for row in accepted(connection, recording):
        existing[key(row.start_index, row.end_index, row.name, row.channels)].append(row.id)
    fresh, used = [], Counter[Key]()
    for imported in labels:
        same = key(imported.start, imported.end, imported.label, imported.channels)
        if used[same] < len(existing.get(same, ())):
            used[same] += 1
        else:
            fresh.append(imported)
    others = [identity for key, ids in existing.items() for identity in ids[used[key] :]]
    return ImportDifference(fresh, used.total(), others)


def store_import(
    scope: Scope, difference: ImportDifference, replace: bool, kind: str, summary: str
) -> Edit | None:
    """The edit that imports labels; None if nothing changes.

    ``replace``: remove the others. Imported labels of exclusive classes trim nothing.
    """
    before = scope.rows(difference.others) if replace else []
    after = _rows(scope, difference.fresh)
    return Edit(kind, summary, before, after) if before or after else None


def _rows(scope: Scope, fresh: Sequence[LabelToImport]) -> Rows:
    classes: dict[str, int] = {}
    for label in fresh:
        if label.label not in classes:
            classes[label.label] = scope.named_class(label.label, label.color).id
    ids = sorted(str(uuid4()) for _ in fresh)  # labels with equal samples are ordered by id
    return [
        {
            "id": identity,
            "recording_id": scope.recording,
            "start_index": label.start,
            "end_index": label.end,
            "label_class_id": classes[label.label],
            "channels": label.channels,
            "source": label.made.source or "import",
            "model": label.made.model,
            "model_sha256": label.made.model_sha256,
            "score": label.made.score,
            "status": ACCEPTED,
            "note": label.note,
            "author": scope.author if label.made.author is None else label.made.author,
            "created_at": label.made.created.isoformat() if label.made.created else scope.now,
            "edited_at": label.made.edited.isoformat() if label.made.edited else scope.now,
        }
        for identity, label in zip(ids, fresh, strict=True)
    ]


def accepted(connection: Connection, recording: int) -> Iterable[Row[Any]]:
    """The accepted labels of a recording with the names and colours of their classes, in start order."""
    return connection.execute(
        select(annotation_table, label_classes.c.name, label_classes.c.color)
        .join(label_classes, label_classes.c.id == annotation_table.c.label_class_id)
        .where(annotation_table.c.recording_id == recording, annotation_table.c.status == ACCEPTED)
        .order_by(*START_ORDER)
    )
