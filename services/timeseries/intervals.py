"""Operations on segments: pairs of sample indices, both inclusive."""

from __future__ import annotations

Segment = tuple[int, int]


def overlap(one: Segment, other: Segment) -> bool:
    """True if the segments share a sample.

    >>> overlap((0, 4), (4, 9)), overlap((0, 4), (5, 9))
    (True, False)
    """
    return one[0] <= other[1] and other[0] <= one[1]


def subtract(segment: Segment, hole: Segment) -> list[Segment]:
    """``segment`` without the samples of ``hole``: no piece, one or two.

    >>> subtract((0, 9), (3, 5))
    [(0, 2), (6, 9)]
    """
    if not overlap(segment, hole):
        return [segment]
    pieces = [(segment[0], hole[0] - 1), (hole[1] + 1, segment[1])]
    return [piece for piece in pieces if piece[0] <= piece[1]]


def split(segment: Segment, index: int) -> tuple[Segment, Segment]:
    """Cut a segment so that the second piece begins with sample ``index``.

    >>> split((0, 9), 4)
    ((0, 3), (4, 9))

    Raises:
        ValueError: a piece would be empty.
    """
    if not segment[0] < index <= segment[1]:
        raise ValueError("a piece would be empty")
    return (segment[0], index - 1), (index, segment[1])


def hull(segments: list[Segment]) -> Segment:
    """The shortest segment that contains all ``segments``.

    >>> hull([(4, 9), (0, 3)])
    (0, 9)
    """
    return min(start for start, _ in segments), max(end for _, end in segments)
