"""Labelling progress over all recordings: number and duration of labels per class."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from zlib import crc32

import numpy as np
from sqlalchemy import Connection, case, func, select

from services.errors import NotFound
from services.recordings.repository import ACCEPTED, LIVE, Recording, list_version
from services.recordings.service import Recordings
from services.storage.cache import CacheEntry, VersionedCache
from services.storage.db import Database
from services.storage.tables import annotation_table, label_classes, label_sets, recordings
from services.timeseries.durations import in_seconds


@dataclass(frozen=True)
class ClassShare:
    """A class in use: number of accepted labels, of their samples, and their duration if known.

    ``set``: name of its label set, "" if there is only one. ``seconds``: from the first to the last sample of each
    label.
    """

    id: int
    name: str
    color: str
    set: str
    labels: int
    samples: int
    seconds: float


class Progress:
    """Totals over all recordings."""

    def __init__(
        self, database: Database, recordings: Recordings, cache: VersionedCache | None = None
    ) -> None:
        self._database = database
        self._recordings = recordings
        self._cache = cache or VersionedCache()
        self._uneven: dict[int, tuple[tuple[int, str], dict[int, float]]] = {}

    def classes(self) -> list[ClassShare]:
        """The classes in use, in order."""
        if not self._cache.enabled:
            return self._classes()
        version = self._version()

        def compute(_earlier: CacheEntry | None) -> CacheEntry:
            return CacheEntry(version, [asdict(share) for share in self._classes()])

        return list(self._cache.get("class shares", version, compute, _decoded))

    def _version(self) -> str:
        """A version string that changes with every label, class and label set."""
        columns = (label_classes.c.id, label_classes.c.name, label_classes.c.color, label_classes.c.position)
        order = (label_sets.c.id, label_sets.c.name, label_sets.c.position)
        query = select(*columns, *order).join(label_sets).order_by(label_classes.c.id)
        with self._database.read() as connection:
            classes = [list(row) for row in connection.execute(query)]
            return f"{list_version(connection)}:{crc32(json.dumps(classes).encode())}"

    def _classes(self) -> list[ClassShare]:
        steps = annotation_table.c.end_index - annotation_table.c.start_index
        step = recordings.c.seconds / func.nullif(recordings.c.rows - 1, 0)
        evenly = case((recordings.c.even.is_(True), steps * step), else_=0.0)
        sums = (func.count(), func.sum(steps + 1), func.sum(evenly))
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
            uneven = self._seconds_of_uneven(connection)
        several = len({row[3] for row in rows}) > 1
        return [
            ClassShare(
                id=row[0],
                name=row[1],
                color=row[2],
                set=row[3] if several else "",
                labels=row[4],
                samples=int(row[5]),
                seconds=(row[6] or 0.0) + uneven[row[0]],
            )
            for row in rows
        ]

    def _seconds_of_uneven(self, connection: Connection) -> Counter[int]:
        """Seconds by class in recordings with unevenly spaced samples, such as those with gaps."""
        labelled = select(annotation_table.c.id).where(
            annotation_table.c.recording_id == recordings.c.id, annotation_table.c.status == ACCEPTED
        )
        uneven = (recordings.c.seconds.is_not(None), recordings.c.even.is_not(True), labelled.exists())
        total: Counter[int] = Counter()
        for row in connection.execute(select(recordings).where(LIVE, *uneven)).all():
            total.update(self._seconds_in(connection, Recording(**row._mapping)))
        return total

    def _seconds_in(self, connection: Connection, recording: Recording) -> dict[int, float]:
        """Seconds by class in a recording, from the times of its samples; cached until its labels change."""
        key = (recording.labels_revision, recording.store_key)
        cached = self._uneven.get(recording.id)
        if cached and cached[0] == key:
            return cached[1]
        columns = (annotation_table.c[name] for name in ("label_class_id", "start_index", "end_index"))
        here = (annotation_table.c.recording_id == recording.id, annotation_table.c.status == ACCEPTED)
        classes, starts, ends = np.array(connection.execute(select(*columns).where(*here)).all(), np.int64).T
        try:
            store = self._recordings.open(recording)
        except NotFound:  # columns are missing: use the mean step
            lengths = (ends - starts) * ((recording.seconds or 0.0) / max(1, recording.rows - 1))
        else:
            second = in_seconds(store.info.time, 1.0) or 0.0
            lengths = (store.x_of(ends) - store.x_of(starts)) * second
        seconds = {
            int(label_class): float(lengths[classes == label_class].sum())
            for label_class in np.unique(classes)
        }
        self._uneven[recording.id] = (key, seconds)
        return seconds


def _decoded(rows: Sequence[Mapping[str, Any]]) -> tuple[ClassShare, ...]:
    return tuple(ClassShare(**row) for row in rows)
