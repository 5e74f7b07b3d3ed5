"""What is known of a recording's rows: whose labels count where they overlap, and which gaps mean "nothing here".

Pure functions over segments, however long the recording is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from services.autolabel.training.examples import UNKNOWN, segments
from services.autolabel.training.matching import Labelled

NEAR = 3  # a gap up to so many times as long as the longer of its neighbours was looked at, and left unmarked


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


def gaps(found: Sequence[Labelled], label: int, near: float = NEAR) -> list[Labelled]:
    """The short gaps between neighbours, as segments of the class ``label``.

    Args:
        found: of :func:`flat`.
        near: how many times as long as the longer neighbour a gap may be.
    """
    between = []
    for (_, one), (_, other) in pairwise(found):
        length = other[0] - one[1] - 1
        longer = max(one[1] - one[0], other[1] - other[0]) + 1
        if 0 < length <= near * longer:
            between.append((label, (one[1] + 1, other[0] - 1)))
    return between


def counts(found: Iterable[Labelled]) -> Counter[int]:
    """How many segments there are of each class."""
    return Counter(label for label, _ in found)
