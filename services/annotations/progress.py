"""Labelling progress over all recordings: number and duration of labels per class."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from zlib import crc32

from sqlalchemy import func, select

from services.recordings.repository import ACCEPTED, LIVE, list_version
from services.storage.cache import Entry, VersionedCache
from services.storage.db import Database
from services.storage.tables import annotation_table, label_classes, label_sets, recordings


@dataclass(frozen=True)
class ClassShare:
    """A class that is in use: how many accepted labels, on how many samples, and how long where time is known.

    ``set`` is the name of its label set, "" where there is only one. ``seconds`` are taken from the mean step of
    each recording: exact where samples are evenly spaced.
    """

    id: int
    name: str
    color: str
    set: str
    labels: int
    samples: int
    seconds: float


class Progress:
    """Sums over all recordings."""

    def __init__(self, database: Database, cache: VersionedCache | None = None) -> None:
        self._database = database
        self._cache = cache or VersionedCache()

    def classes(self) -> list[ClassShare]:
        """The classes in use, in their order."""
        if not self._cache.enabled:
            return self._classes()
        version = self._version()

        def compute(_earlier: Entry | None) -> Entry:
            return Entry(version, [asdict(share) for share in self._classes()])

        return list(self._cache.get("class shares", version, compute, _decoded))

    def _version(self) -> str:
        """A text that changes with every label, class and label set."""
        columns = (label_classes.c.id, label_classes.c.name, label_classes.c.color, label_classes.c.position)
        order = (label_sets.c.id, label_sets.c.name, label_sets.c.position)
        query = select(*columns, *order).join(label_sets).order_by(label_classes.c.id)
        with self._database.read() as connection:
            classes = [list(row) for row in connection.execute(query)]
            return f"{list_version(connection)}:{crc32(json.dumps(classes).encode())}"

    def _classes(self) -> list[ClassShare]:
        steps = annotation_table.c.end_index - annotation_table.c.start_index
        step = recordings.c.seconds / func.nullif(recordings.c.rows - 1, 0)
        sums = (func.count(), func.sum(steps + 1), func.sum(steps * step))
        query = (
            select(label_classes.c.id, label_classes.c.name, label_classes.c.color, label_sets.c.name, *sums)
            .select_from(annotation_table)
            .join(recordings, recordings.c.id == annotation_table.c.recording_id)
            .join(label_classes, label_classes.c.id == annotation_table.c.label_class_id)
            .join(label_sets, label_sets.c.id == label_classes.c.label_set_id)
            .where(LIVE, annotation_table.c.status == ACCEPTED)
            .group_by(label_classes.c.id, label_sets.c.id)
            .order_by(label_sets.c.position, label_classes.c.position, label_classes.c.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        several = len({row[3] for row in rows}) > 1
        return [
            ClassShare(row[0], row[1], row[2], row[3] if several else "", row[4], int(row[5]), row[6] or 0.0)
            for row in rows
        ]


def _decoded(rows: Sequence[Mapping[str, Any]]) -> tuple[ClassShare, ...]:
    return tuple(ClassShare(**row) for row in rows)
