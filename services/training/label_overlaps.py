"""Resolve overlapping labels, and find the gaps that mean "nothing here".

Pure functions over segments, however long the recording is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from services.learning.data.examples import UNKNOWN, segments
from services.learning.evaluation.segment_matching import Labelled
from services.timeseries.intervals import Segment

ALIKE = 1.5  # lengths that differ by no more than this factor are about the same
LONG = 8  # a gap that is so many times as long as the longer of its neighbours was perhaps not looked at

Pair = tuple[int, int]


def flat(found: Sequence[Labelled]) -> list[Labelled]:
    """Segments without overlaps, in order: where they overlap the shorter counts, of two as long the later one given.

    >>> flat([(0, (0, 9)), (1, (4, 5))])
    [(0, (0, 3)), (1, (4, 5)), (0, (6, 9))]
    """
    if not found:
        return []
    edges = np.unique([edge for _, (start, end) in found for edge in (start, end + 1)])
    cells = np.full(len(edges) - 1, UNKNOWN, np.int16)
    for label, (start, end) in sorted(found, key=lambda one: one[1][0] - one[1][1]):
        first, stop = np.searchsorted(edges, [start, end + 1])
        cells[first:stop] = label
    return [
        (label, (int(edges[first]), int(edges[last + 1]) - 1)) for label, (first, last) in segments(cells)
    ]


def gaps(recordings: Sequence[Sequence[Labelled]], label: int) -> list[list[Labelled]]:
    """Gaps between labels that were left unlabelled on purpose, by recording, as segments of the class ``label``.

    That is a gap no longer than the longer of its neighbours; and one that comes again between the same two classes
    with about the same length, as the pause between two heartbeats does, if it is not very long.

    Args:
        recordings: of :func:`flat`.
    """
    usual = _usual(recordings)
    return [
        [(label, gap) for gap, pair, longer in _between(one) if _seen(gap, usual.get(pair, 0.0), longer)]
        for one in recordings
    ]


def _seen(gap: Segment, usual: float, longer: int) -> bool:
    length = gap[1] - gap[0] + 1
    return length <= longer or (usual / ALIKE <= length <= usual * ALIKE and length <= LONG * longer)


def _usual(recordings: Sequence[Sequence[Labelled]]) -> dict[Pair, float]:
    """The usual length of the gap between two classes, where it comes again with about that length."""
    lengths: dict[Pair, list[int]] = defaultdict(list)
    for one in recordings:
        for gap, pair, _ in _between(one):
            lengths[pair].append(gap[1] - gap[0] + 1)
    found = {}
    for pair, some in lengths.items():
        middle = float(np.median(some))
        alike = sum(middle / ALIKE <= length <= middle * ALIKE for length in some)
        if pair[0] != pair[1] and alike > 1:
            found[pair] = middle
    return found


def _between(found: Sequence[Labelled]) -> Iterator[tuple[Segment, Pair, int]]:
    """Each gap, the classes before and after it, the length of the longer of these two."""
    for (before, one), (after, other) in pairwise(found):
        if other[0] > one[1] + 1:
            longer = max(one[1] - one[0], other[1] - other[0]) + 1
            yield (one[1] + 1, other[0] - 1), (before, after), longer


def counts(found: Iterable[Labelled]) -> Counter[int]:
    """How many segments there are of each class."""
    return Counter(label for label, _ in found)
