"""Labels of a recording as Save writes them: all accepted ones, or those of each author."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from services.formats.labels_csv import LabelRow, write_labels
from services.formats.labels_json import LabelEntry, RecordingOrigin, write_labels_json
from services.recordings.repository import ACCEPTED, OWNER, REPLACED, Recording, recording_row
from services.recordings.service import Recordings
from services.storage.db import chunks
from services.storage.output_files import names_of
from services.storage.tables import START_ORDER, annotation_table, label_classes, models
from services.timeseries import Store, StoreInfo

OWN = annotation_table.c.status.in_((ACCEPTED, REPLACED))  # labels of users, also replaced ones


@dataclass(frozen=True)
class Snapshot:
    """Accepted labels of a recording in one transaction, in start order."""

    recording: Recording
    info: StoreInfo
    author: str | None  # whose labels; None: all accepted ones
    labels: Sequence[LabelEntry]

    @property
    def path(self) -> str:
        """Path of the recording."""
        return self.recording.path

    @property
    def revision(self) -> int:
        """Revision of the labels."""
        return self.recording.revision

    @cached_property
    def written(self) -> tuple[bytes, bytes]:
        """Content of the label CSV and the label JSON."""
        csv = write_labels(
            LabelRow(label.start, label.end, label.label, label.color) for label in self.labels
        ).encode()
        reading = self.info.read_as(self.recording.reading)
        sha256 = hashlib.sha256(csv).hexdigest()
        origin = RecordingOrigin(self.recording.sha256, self.recording.rows, reading, sha256)
        return csv, write_labels_json(origin, self.recording.size_bytes, self.labels).encode()


def read(
    recordings: Recordings, connection: Connection, recording: int, author: str | None = None
) -> Snapshot:
    """The labels of a recording, in the caller's transaction.

    Args:
        recordings: opens the samples.
        connection: of the transaction.
        recording: its id.
        author: only labels of this author, including those replaced by a settled disagreement.
    """
    row = Recording(**recording_row(connection, recording)._mapping)
    which = annotation_table.c.status == ACCEPTED if author is None else and_(OWN, OWNER.in_([author]))
    labels = _labels(connection, recording, which)
    store = recordings.open(row)  # the samples of those labels
    return Snapshot(row, store.info, author, [_entry(label, store) for label in labels])


def contents(parts: Mapping[str, Snapshot]) -> dict[str, bytes]:
    """Content of each file."""
    files = dict[str, bytes]()
    for path, part in parts.items():
        files |= dict(zip(names_of(path), part.written, strict=True))
    return files


def names(parts: Mapping[str, Snapshot]) -> set[str]:
    """Path of each file."""
    return {name for path in parts for name in names_of(path)}


def hashes(parts: Mapping[str, Snapshot]) -> dict[str, Any]:
    """Columns of a recording with the hashes of its new saved files."""
    digests = [[hashlib.sha256(data).hexdigest() for data in part.written] for part in parts.values()]
    authors = [
        {"author": part.author, "csv": csv, "json": json}
        for part, (csv, json) in zip(parts.values(), digests, strict=True)
        if part.author is not None
    ]
    csv, json = (None, None) if authors else digests[0]
    return {"output_sha256": csv, "output_json_sha256": json, "output_authors": authors or None}


def authors_of(connection: Connection, ids: Collection[int]) -> list[str]:
    """Authors of the labels of some recordings, sorted; "" for labels without an author."""
    query = select(OWNER).where(OWN).distinct()
    authors = set[str]()
    for some in chunks(sorted(ids)):
        authors |= set(connection.execute(query.where(annotation_table.c.recording_id.in_(some))).scalars())
    return sorted(authors)


def labelled_by_several(connection: Connection, ids: Collection[int]) -> set[int]:
    """Those of some recordings that two or more people labelled."""
    column = annotation_table.c.recording_id
    query = select(column).where(OWN, OWNER != "").group_by(column).having(func.count(OWNER.distinct()) > 1)
    several = set[int]()
    for some in chunks(sorted(ids)):
        several |= set(connection.execute(query.where(column.in_(some))).scalars())
    return several


def _entry(label: Row[Any], store: Store) -> LabelEntry:
    """A row of :func:`_labels` with the times of its samples and the names of its channels."""
    names = store.info.channels
    model = {"name": label.model_name, "id": label.model, "sha256": label.model_sha256}
    return LabelEntry(
        start_index=label.start_index,
        end_index=label.end_index,
        start=store.time_saved(label.start_index),
        end=store.time_saved(label.end_index),
        label=label.name,
        color=label.color,
        channels=tuple(names[channel].name for channel in label.channels) if label.channels else None,
        note=label.note,
        source=label.source,
        model=model if label.model else None,
        score=label.score if label.score is not None and isfinite(label.score) else None,
        status=ACCEPTED,
        author=label.author,
        created=label.created_at,
        edited=label.edited_at,
    )


def _labels(connection: Connection, recording: int, which: ColumnElement[bool]) -> Any:
    columns = (label_classes.c.name, label_classes.c.color, models.c.name.label("model_name"))
    return connection.execute(
        select(annotation_table, *columns)
        .join(label_classes, label_classes.c.id == annotation_table.c.label_class_id)
        .outerjoin(models, models.c.id == annotation_table.c.model)
        .where(annotation_table.c.recording_id == recording, which)
        .order_by(*START_ORDER)
    ).all()
