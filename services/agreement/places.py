"""Places where authors disagree: groups of labels of different authors that are about the same thing.

Labels of different authors, on a channel in common, are linked where they overlap and have the same class, or where
their intersection over union is at least 0.5 whatever their classes; a place is what is linked together. Nested labels
of other classes, such as beats within a rhythm, are other places. Authors agree about a place where each of those that
are compared has exactly one label there, all of one class, and the samples that all have in common are at least half of
those that any of them has.
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
    """About what authors disagree; the first that is true of a place."""

    MISSING = "missing"  # an author has no label here
    CLASS = "class"
    EXTENT = "extent"  # another number of labels, or less than half in common
    CHANNELS = "channels"
    BOUNDARY = "boundary"  # a start or an end differs by more samples than the tolerance
    NONE = "none"  # they agree


@dataclass(frozen=True)
class LabelledPlace:
    """A place: what authors disagree about, first and last row of all labels, and its labels by place in ``Labels``.

    ``off``: largest difference of starts, or of ends. ``settled``: who settled it, None where it is open.
    """

    kind: DisagreementKind
    segment: tuple[int, int]
    members: tuple[int, ...]
    off: int
    settled: str | None


def find_places(labels: Labels, compared: Sequence[str], tolerance: int = 0) -> list[LabelledPlace]:
    """All places where one of the authors ``compared`` has a label, in order of start.

    Args:
        labels: of all authors of one recording: a place also has those of authors who are not compared.
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
    found = [
        _place(labels, members[place].tolist(), kind, int(off[place]))
        for place, kind in enumerate(kinds)
        if kind is not None
    ]
    return sorted(found, key=lambda place: place.segment)


def linked(labels: Labels) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of labels of different authors that are about the same thing."""
    near, far, _ = alike(labels.segments, labels.segments)
    pairs = [(near, far)]
    for label_class in np.unique(labels.label_class):
        here = np.flatnonzero(labels.label_class == label_class)
        here = here[np.argsort(labels.segments[here, 0], kind="stable")]
        starts, ends = labels.segments[here].T
        one, other = ranges(np.arange(len(here)) + 1, np.searchsorted(starts, ends, "right"))
        pairs.append((here[one], here[other]))
    one, other = (np.concatenate(part) for part in zip(*pairs, strict=True))
    fits = (labels.author[one] != labels.author[other]) & labels.share_channels(one, other)
    return one[fits], other[fits]


def _groups(labels: Labels) -> NDArray[np.int64]:
    """The number of the place of each label."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    one, other = linked(labels)
    size = len(labels)
    graph = coo_matrix((np.ones(len(one), bool), (one, other)), (size, size))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _judge(
    labels: Labels, group: NDArray[np.int64], places: int, compared: Sequence[str], tolerance: int
) -> tuple[list[DisagreementKind | None], NDArray[np.int64]]:
    """For each place what authors disagree about (None: no author who is compared has a label), and how far."""
    who = [labels.authors.index(name) if name in labels.authors else -1 for name in compared]
    counts = np.stack([np.bincount(group[labels.author == one], minlength=places) for one in who])
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
    words = [*DisagreementKind, None]  # the last, -1, is of none of the compared
    return [words[kind] for kind in kinds.tolist()], off


def _place(labels: Labels, members: list[int], kind: DisagreementKind, off: int) -> LabelledPlace:
    segments = labels.segments[members]
    settled = next((labels.settled[one] for one in members if labels.settled[one] is not None), None)
    return LabelledPlace(
        kind, (int(segments[:, 0].min()), int(segments[:, 1].max())), tuple(members), off, settled
    )
