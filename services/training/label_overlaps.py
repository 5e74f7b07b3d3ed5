"""Resolve overlapping labels, and find intentionally unlabelled gaps.

Pure functions over segments; the cost does not depend on the length of the recording.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from services.learning.data.examples import UNKNOWN, segments
from services.learning.evaluation.segment_matching import Labelled
from services.timeseries.intervals import Segment

ALIKE = 1.5  # factor up to which lengths count as similar
LONG = 8  # a gap longer than this multiple of its longer neighbour may be unlabelled by accident

Pair = tuple[int, int]


def flat(labelled: Sequence[Labelled]) -> list[Labelled]:
    """Segments without overlaps, in order: where they overlap the shorter counts, in case of a tie the later argument.

    >>> flat([(0, (0, 9)), (1, (4, 5))])
    [(0, (0, 3)), (1, (4, 5)), (0, (6, 9))]
    """
    if not labelled:
        return []
    edges = np.unique([edge for _, (start, end) in labelled for edge in (start, end + 1)])
    cells = np.full(len(edges) - 1, UNKNOWN, np.int16)
    for label, (start, end) in sorted(labelled, key=lambda item: item[1][0] - item[1][1]):
        first, stop = np.searchsorted(edges, [start, end + 1])
        cells[first:stop] = label
    return [
        (label, (int(edges[first]), int(edges[last + 1]) - 1)) for label, (first, last) in segments(cells)
    ]


def gaps(recordings: Sequence[Sequence[Labelled]], label: int) -> list[list[Labelled]]:
    """Intentionally unlabelled gaps by recording, as segments of the class ``label``.

    These are gaps no longer than the longer of their neighbours, and gaps that recur between the same two classes with
    similar length, such as the pause between two heartbeats, unless they are very long.

    Args:
        recordings: results of :func:`flat`.
    """
    usual = _usual(recordings)
    return [
        [
            (label, gap)
            for gap, pair, longer in _between(recording)
            if _is_short_gap(gap, usual.get(pair, 0.0), longer)
        ]
        for recording in recordings
    ]


def _is_short_gap(gap: Segment, usual: float, longer: int) -> bool:
    length = gap[1] - gap[0] + 1
    return length <= longer or (usual / ALIKE <= length <= usual * ALIKE and length <= LONG * longer)


def _usual(recordings: Sequence[Sequence[Labelled]]) -> dict[Pair, float]:
    """Usual length of the gap between two classes, if it recurs with similar length."""
    lengths: dict[Pair, list[int]] = defaultdict(list)
    for recording in recordings:
        for gap, pair, _ in _between(recording):
            lengths[pair].append(gap[1] - gap[0] + 1)
    usual = {}
    for pair, some in lengths.items():
        middle = float(np.median(some))
        alike = sum(middle / ALIKE <= length <= middle * ALIKE for length in some)
        if pair[0] != pair[1] and alike > 1:
            usual[pair] = middle
    return usual


def _between(labelled: Sequence[Labelled]) -> Iterator[tuple[Segment, Pair, int]]:
    """Each gap, the classes before and after it, and the length of the longer neighbour."""
    for (before, one), (after, other) in pairwise(labelled):
        if other[0] > one[1] + 1:
            longer = max(one[1] - one[0], other[1] - other[0]) + 1
            yield (one[1] + 1, other[0] - 1), (before, after), longer


def counts(labelled: Iterable[Labelled]) -> Counter[int]:
    """Number of segments of each class."""
    return Counter(label for label, _ in labelled)
