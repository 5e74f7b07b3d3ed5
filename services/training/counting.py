"""Count the training labels in the database.

A fast estimate in place of :func:`services.training.training_set.collect`, for the button next to the plot, which needs
it after every edit: labels are not read, so overlaps and labels for some channels are ignored. The job itself collects.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from services.errors import NotFound
from services.recordings.repository import ACCEPTED
from services.recordings.service import Recordings
from services.storage.db import chunks
from services.storage.tables import annotation_table, label_classes
from services.training.recipe import TrainingRequest
from services.training.requirements import sparse
from services.training.training_set import ids_of, is_alike, live

FEW = 2_000  # number of labels that can be read quickly


@dataclass(frozen=True)
class LabelCounts:
    """``marked``: labels by class, in the order of the classes; ``rows``: rows of all ``recordings``."""

    marked: dict[str, int]
    recordings: tuple[int, ...]
    channels: tuple[str, ...]
    rows: int


def count(connection: Connection, recordings: Recordings, request: TrainingRequest) -> LabelCounts | None:
    """Estimate of the training labels of a request; None if there are few labels, which should be read."""
    labels = _labels(connection, ids_of(connection, request))
    if sum(map(Counter.total, labels.values())) <= FEW:
        return None
    counted, first = [], None
    for recording in live(connection, list(labels)):
        try:
            names = tuple(channel.name for channel in recordings.open(recording).info.channels)
        except NotFound:
            continue
        first = first or names
        if recording.id in request.recordings or is_alike(names, first, request):
            counted.append(recording)
    total = sum((labels[recording.id] for recording in counted), Counter[tuple[int, int, str]]())
    marked: Counter[str] = Counter()
    for key in sorted(total):
        if not request.classes or key[2] in request.classes:
            marked[key[2]] += total[key]
    for name in sparse(marked) if request.sparing else ():
        del marked[name]
    ids = tuple(recording.id for recording in counted)
    return LabelCounts(
        dict(marked), ids, request.channels or first or (), sum(recording.rows for recording in counted)
    )


def _labels(connection: Connection, ids: Sequence[int]) -> dict[int, Counter[tuple[int, int, str]]]:
    """Accepted labels of each recording with labels, by set, position and name of class, in the order of ids."""
    table = annotation_table.c
    names = (label_classes.c.label_set_id, label_classes.c.position, label_classes.c.name)
    classes = {row.id: tuple(row)[1:] for row in connection.execute(select(label_classes.c.id, *names))}
    counts: dict[int, Counter[tuple[int, int, str]]] = defaultdict(Counter)
    for some in chunks(ids):
        query = (
            select(table.recording_id, table.label_class_id, func.count())
            .where(table.recording_id.in_(some), table.status == ACCEPTED)
            .group_by(table.recording_id, table.label_class_id)
        )
        for recording, label_class, number in connection.execute(query):
            counts[recording][classes[label_class]] += number
    return {identity: counts[identity] for identity in ids if identity in counts}
