"""Disagreement places: groups of labels of different authors that mark the same event.

Labels of different authors with a common channel are linked if they overlap and have the same class, or if their
intersection over union is at least 0.5 for any classes; a place is a connected group of labels. Nested labels of other
classes, such as beats within a rhythm, are separate places. Authors agree on a place if each compared author has one
label there, all labels have one class, and their intersection is at least half of their union.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from services.agreement.labels import Labels
from services.learning.evaluation.segment_matching import LEAST_OVERLAP, alike, ranges


class DisagreementKind(StrEnum):
    """Kind of disagreement; the first one that applies to a place."""

    MISSING = "missing"  # an author has no label
    CLASS = "class"
    EXTENT = "extent"  # different numbers of labels, or less than half of the samples in common
    CHANNELS = "channels"
    BOUNDARY = "boundary"  # a start or an end differs by more samples than the tolerance
    NONE = "none"  # they agree


@dataclass(frozen=True)
class LabelledPlace:
    """A place: kind of disagreement, first and last row of all labels, and indices of its labels in ``Labels``.

    ``off``: largest difference of starts, or of ends. ``settled``: the user who settled it; None if open.
    """

    kind: DisagreementKind
    segment: tuple[int, int]
    members: tuple[int, ...]
    off: int
    settled: str | None


def find_places(labels: Labels, compared: Sequence[str], tolerance: int = 0) -> list[LabelledPlace]:
    """All places with a label of one of the authors ``compared``, in order of start.

    Args:
        labels: of all authors of one recording; a place also includes those of authors who are not compared.
        compared: authors who are expected to have labelled all rows.
        tolerance: differences of boundaries, in samples, up to which authors agree.
    """
    if not len(labels):
        return []
    group = _groups(labels)
    order = np.argsort(group, kind="stable")
    firsts = np.flatnonzero(np.diff(group[order], prepend=-1))
    kinds, off = _judge(labels, group, len(firsts), compared, tolerance)
    members = np.split(order, firsts[1:])
    places_found = [
        _place(labels, members[place].tolist(), kind, int(off[place]))
        for place, kind in enumerate(kinds)
        if kind is not None
    ]
    return sorted(places_found, key=lambda place: place.segment)


def linked(labels: Labels) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of labels of different authors that mark the same event."""
    near, far, _ = alike(labels.segments, labels.segments)
    pairs = [(near, far)]
    for label_class in np.unique(labels.label_class):
        here = np.flatnonzero(labels.label_class == label_class)
        here = here[np.argsort(labels.segments[here, 0], kind="stable")]
        starts, ends = labels.segments[here].T
        first, other = ranges(np.arange(len(here)) + 1, np.searchsorted(starts, ends, "right"))
        pairs.append((here[first], here[other]))
    first, other = (np.concatenate(part) for part in zip(*pairs, strict=True))
    fits = (labels.author[first] != labels.author[other]) & labels.share_channels(first, other)
    return first[fits], other[fits]


def _groups(labels: Labels) -> NDArray[np.int64]:
    """Place number of each label."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    first, other = linked(labels)
    size = len(labels)
    graph = coo_matrix((np.ones(len(first), bool), (first, other)), (size, size))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _judge(
    labels: Labels, group: NDArray[np.int64], places: int, compared: Sequence[str], tolerance: int
) -> tuple[list[DisagreementKind | None], NDArray[np.int64]]:
    """Kind of disagreement per place (None: no label of a compared author), and largest boundary difference."""
    who = [labels.authors.index(name) if name in labels.authors else -1 for name in compared]
    counts = np.stack([np.bincount(group[labels.author == author], minlength=places) for author in who])
    ours = np.isin(labels.author, who)
    there, (starts, ends) = group[ours], labels.segments[ours].T

    def spread(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        low, high = np.full(places, np.iinfo(np.int64).max), np.full(places, -1)
        np.minimum.at(low, there, values)
        np.maximum.at(high, there, values)
        return low, high

    (first, later), (sooner, last) = spread(starts), spread(ends)
    classes, channels = spread(labels.label_class[ours]), spread(labels.channels[ours])
    any_here = counts.sum(axis=0) > 0
    common = np.maximum(sooner - later + 1, 0) / np.where(any_here, last - first + 1, 1)
    off = np.maximum(later - first, last - sooner)
    kinds = np.select(
        [
            ~any_here,
            (counts == 0).any(axis=0),
            classes[0] != classes[1],
            (counts != 1).any(axis=0) | (common < LEAST_OVERLAP),
            channels[0] != channels[1],
            off > tolerance,
        ],
        [-1, *range(5)],
        5,
    )
    words = [*DisagreementKind, None]  # the last, -1: no label of a compared author
    return [words[kind] for kind in kinds.tolist()], off


def _place(labels: Labels, members: list[int], kind: DisagreementKind, off: int) -> LabelledPlace:
    segments = labels.segments[members]
    settled = next((labels.settled[member] for member in members if labels.settled[member] is not None), None)
    return LabelledPlace(
        kind, (int(segments[:, 0].min()), int(segments[:, 1].max())), tuple(members), off, settled
    )
