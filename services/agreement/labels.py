"""Labels of recordings as arrays, with the author of each judgement.

The author is the user who accepted the label, otherwise who made it; labels accepted by score have no author. Labels
replaced when a reviewer settled a place (``replaced``) are included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, and_, or_, select

from services.recordings.repository import ACCEPTED, OWNER, REPLACED
from services.storage.tables import START_ORDER, annotation_table

T = TypeVar("T")
TABLE = annotation_table.c
JUDGED: ColumnElement[bool] = and_(
    TABLE.status.in_((ACCEPTED, REPLACED)), or_(TABLE.model.is_(None), TABLE.decision.is_not(None))
)


@dataclass(frozen=True)
class Labels:
    """Labels in order of start, one per element of the arrays.

    ``settled``: the user who settled it, None if open. ``author`` and ``channels`` are indices in ``authors`` and
    ``channel_sets``; None is all channels. ``segments`` [n, 2]: first and last rows, of several recordings one after
    the other (:func:`together`).
    """

    ids: tuple[str, ...]
    segments: NDArray[np.int64]
    label_class: NDArray[np.int64]
    author: NDArray[np.int64]
    channels: NDArray[np.int64]
    edited: tuple[str, ...]
    settled: tuple[str | None, ...]
    authors: tuple[str, ...]
    channel_sets: tuple[frozenset[int] | None, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, author: str) -> Labels:
        """Labels of one author."""
        place = self.authors.index(author) if author in self.authors else -1
        return self.take(np.flatnonzero(self.author == place))

    def authors_among(self, names: Sequence[str]) -> list[str]:
        """Authors of labels among ``names``, in the order of ``names``."""
        return [name for name in names if name in self.authors]

    def take(self, places: NDArray[np.int64]) -> Labels:
        """Labels at these indices."""

        def some(values: Sequence[T]) -> tuple[T, ...]:
            return tuple(values[place] for place in places.tolist())

        arrays = (self.segments[places], self.label_class[places], self.author[places], self.channels[places])
        texts = (some(self.edited), some(self.settled))
        return Labels(some(self.ids), *arrays, *texts, self.authors, self.channel_sets)

    def share_channels(self, first: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the labels at ``first`` and at ``other`` have a common channel, pair by pair; bool [pairs]."""
        return common_channels(self, self)[self.channels[first], self.channels[other]]


def common_channels(first: Labels, other: Labels) -> NDArray[np.bool_]:
    """Whether each set of channels of ``first`` and of ``other`` has a common channel, bool [sets, sets]."""
    rows = [
        [channel_set is None or theirs is None or bool(channel_set & theirs) for theirs in other.channel_sets]
        for channel_set in first.channel_sets
    ]
    return np.array(rows, bool).reshape(len(first.channel_sets), len(other.channel_sets))


def labels_of(connection: Connection, recording: int) -> Labels:
    """The labels of a recording that were judged by a user."""
    columns = (TABLE.id, TABLE.start_index, TABLE.end_index, TABLE.label_class_id, TABLE.channels)
    query = (
        select(*columns, TABLE.edited_at, TABLE.settled_by, TABLE.settled_at, OWNER.label("owner"))
        .where(TABLE.recording_id == recording, JUDGED)
        .order_by(*START_ORDER)
    )
    return from_rows([row._mapping for row in connection.execute(query)])


def from_rows(rows: Sequence[Any]) -> Labels:
    """Labels from mappings with the columns of :func:`labels_of`."""
    authors = sorted({row["owner"] for row in rows}, key=lambda name: (name.casefold(), name))
    sets = [None if row["channels"] is None else frozenset(row["channels"]) for row in rows]
    channel_sets = list(dict.fromkeys(sets))

    def numbers(values: list[Any]) -> NDArray[np.int64]:
        return np.array(values, np.int64)

    return Labels(
        tuple(row["id"] for row in rows),
        numbers([(row["start_index"], row["end_index"]) for row in rows]).reshape(-1, 2),
        numbers([row["label_class_id"] for row in rows]),
        numbers([authors.index(row["owner"]) for row in rows]),
        numbers([channel_sets.index(channel_set) for channel_set in sets]),
        tuple(row["edited_at"].isoformat() for row in rows),
        tuple((row["settled_by"] or "") if row["settled_at"] else None for row in rows),
        tuple(authors),
        tuple(channel_sets),
    )


def together(parts: Sequence[tuple[Labels, int]]) -> Labels:
    """Concatenate the labels of several recordings, each with its number of rows."""
    authors = sorted({name for part, _ in parts for name in part.authors})
    sets = list(dict.fromkeys(channel_set for part, _ in parts for channel_set in part.channel_sets))
    offsets = np.cumsum([0, *(rows for _, rows in parts)])

    def joined(arrays: list[NDArray[np.int64]]) -> NDArray[np.int64]:
        return np.concatenate(arrays) if arrays else np.zeros(0, np.int64)

    def renumbered(
        numbers: NDArray[np.int64], values: Sequence[Any], numbered: list[Any]
    ) -> NDArray[np.int64]:
        return np.array([numbered.index(value) for value in values], np.int64)[numbers]

    return Labels(
        tuple(identity for part, _ in parts for identity in part.ids),
        joined([part.segments + offsets[place] for place, (part, _) in enumerate(parts)]).reshape(-1, 2),
        joined([part.label_class for part, _ in parts]),
        joined([renumbered(part.author, part.authors, authors) for part, _ in parts if len(part)]),
        joined([renumbered(part.channels, part.channel_sets, sets) for part, _ in parts if len(part)]),
        tuple(text for part, _ in parts for text in part.edited),
        tuple(text for part, _ in parts for text in part.settled),
        tuple(authors),
        tuple(sets),
    )
