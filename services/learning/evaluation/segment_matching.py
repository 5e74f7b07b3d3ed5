"""Match predicted segments to reference segments one to one, by intersection over union."""

from __future__ import annotations

from collections.abc import Sequence

from services.timeseries.intervals import Segment

Labelled = tuple[int, Segment]  # class, (first row, last row)

LEAST_OVERLAP = 0.5


def iou(one: Segment, other: Segment) -> float:
    """Rows in both over rows in either.

    >>> iou((0, 3), (2, 5))
    0.3333333333333333
    """
    both = min(one[1], other[1]) - max(one[0], other[0]) + 1
    return max(both, 0) / (one[1] - one[0] + other[1] - other[0] + 2 - max(both, 0))


def matches(
    truth: Sequence[Labelled], found: Sequence[Labelled], least: float = LEAST_OVERLAP
) -> list[tuple[int, int]]:
    """Places in ``truth`` and in ``found`` that belong together, the pairs with most in common first.

    Only segments of one class whose intersection over union is at least ``least``; each belongs to at most one.
    Segments are in order and those of ``found`` do not overlap each other, nor do those of ``truth``.
    """
    pairs = [
        (-iou(truth[mine][1], found[other][1]), mine, other)
        for mine, other in _touching(truth, found)
        if truth[mine][0] == found[other][0]
    ]
    taken: tuple[set[int], set[int]] = (set(), set())
    chosen = []
    for common, mine, other in sorted(pairs):
        if -common >= least and mine not in taken[0] and other not in taken[1]:
            taken[0].add(mine)
            taken[1].add(other)
            chosen.append((mine, other))
    return chosen


def owners(truth: Sequence[Labelled], found: Sequence[Labelled]) -> list[int]:
    """For each of ``found`` the place in ``truth`` it shares most rows with; -1 where it shares none."""
    best, most = [-1] * len(found), [0] * len(found)
    for mine, other in _touching(truth, found):
        one, two = truth[mine][1], found[other][1]
        both = min(one[1], two[1]) - max(one[0], two[0]) + 1
        if both > most[other]:
            best[other], most[other] = mine, both
    return best


def _touching(truth: Sequence[Labelled], found: Sequence[Labelled]) -> list[tuple[int, int]]:
    """Every pair that shares a row, in one walk over both."""
    pairs, mine, other = [], 0, 0
    while mine < len(truth) and other < len(found):
        one, two = truth[mine][1], found[other][1]
        if one[0] <= two[1] and two[0] <= one[1]:
            pairs.append((mine, other))
        if one[1] <= two[1]:
            mine += 1
        else:
            other += 1
    return pairs
