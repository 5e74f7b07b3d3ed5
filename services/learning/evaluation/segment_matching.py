"""Match predicted segments to reference segments one to one, by intersection over union."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.timeseries.intervals import Segment

Labelled = tuple[int, Segment]  # class, (first row, last row)

LEAST_OVERLAP = 0.5


def iou(one: Segment, other: Segment) -> float:
    """Intersection over union: rows in both over rows in either.

    >>> iou((0, 3), (2, 5))
    0.3333333333333333
    """
    both = min(one[1], other[1]) - max(one[0], other[0]) + 1
    return max(both, 0) / (one[1] - one[0] + other[1] - other[0] + 2 - max(both, 0))


def alike(
    one: NDArray[np.int64], other: NDArray[np.int64], least: float = LEAST_OVERLAP
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Every pair of segments whose intersection over union is at least ``least``: places in both, and that ratio.

    ``one`` [n, 2] and ``other`` [m, 2] are first and last rows, in any order; segments may overlap. Only segments of
    ``other`` whose start makes such a ratio possible are looked at: with a segment of ``length`` rows that ends before
    ``stop``, from ``stop - length / least`` to ``stop - length * least``.
    """
    stop, length = one[:, 1] + 1, one[:, 1] - one[:, 0] + 1
    order = np.argsort(other[:, 0], kind="stable")
    starts = other[order, 0]
    low = np.searchsorted(starts, np.floor(stop - length / least))
    high = np.searchsorted(starts, np.ceil(stop - length * least), "right")
    mine, theirs = ranges(low, high)
    theirs = order[theirs]
    both = np.minimum(one[mine, 1], other[theirs, 1]) - np.maximum(one[mine, 0], other[theirs, 0]) + 1
    either = length[mine] + other[theirs, 1] - other[theirs, 0] + 1 - both
    common = np.maximum(both, 0) / either
    enough = common >= least
    return mine[enough], theirs[enough], common[enough]


def ranges(low: NDArray[Any], high: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All whole numbers from ``low[i]`` to before ``high[i]``, and the ``i`` of each.

    >>> [part.tolist() for part in ranges(np.array([0, 5]), np.array([2, 6]))]
    [[0, 0, 1], [0, 1, 5]]
    """
    counts = np.maximum(high - low, 0)
    which = np.repeat(np.arange(len(counts)), counts)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts - low, counts)


def one_to_one(
    mine: NDArray[np.int64], theirs: NDArray[np.int64], common: NDArray[np.float64]
) -> list[tuple[int, int]]:
    """One-to-one pairs of segments, in descending order of overlap."""
    used: tuple[set[int], set[int]] = (set(), set())
    chosen = []
    order = np.lexsort((theirs, mine, -common))
    for one, other in zip(mine[order].tolist(), theirs[order].tolist(), strict=True):
        if one not in used[0] and other not in used[1]:
            used[0].add(one)
            used[1].add(other)
            chosen.append((one, other))
    return chosen


def matches(
    truth: Sequence[Labelled], predicted: Sequence[Labelled], least: float = LEAST_OVERLAP
) -> list[tuple[int, int]]:
    """Matched places in ``truth`` and in ``predicted``, in descending order of overlap.

    Only segments of one class whose intersection over union is at least ``least``; each is matched at most once.
    """
    if not truth or not predicted:
        return []
    (mine_class, mine), (their_class, theirs) = _arrays(truth), _arrays(predicted)
    one, other, common = alike(mine, theirs, least)
    same = mine_class[one] == their_class[other]
    return one_to_one(one[same], other[same], common[same])


def _arrays(labelled: Sequence[Labelled]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    classes, segments = zip(*labelled, strict=True)
    return np.array(classes, np.int64), np.array(segments, np.int64)


def owners(truth: Sequence[Labelled], predicted: Sequence[Labelled]) -> list[int]:
    """For each predicted segment, the place in ``truth`` with the largest overlap; -1 without overlap."""
    best, most = [-1] * len(predicted), [0] * len(predicted)
    for mine, other in _touching(truth, predicted):
        one, two = truth[mine][1], predicted[other][1]
        both = min(one[1], two[1]) - max(one[0], two[0]) + 1
        if both > most[other]:
            best[other], most[other] = mine, both
    return best


def _touching(truth: Sequence[Labelled], predicted: Sequence[Labelled]) -> list[tuple[int, int]]:
    """Every pair with a common row, by one pass over both."""
    pairs, mine, other = [], 0, 0
    while mine < len(truth) and other < len(predicted):
        one, two = truth[mine][1], predicted[other][1]
        if one[0] <= two[1] and two[0] <= one[1]:
            pairs.append((mine, other))
        if one[1] <= two[1]:
            mine += 1
        else:
            other += 1
    return pairs
