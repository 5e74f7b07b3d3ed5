"""Run-length encoding: convert class and probability per row to segments, piece by piece.

Class -1 is a row without a prediction, because a sample is missing.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NONE = -1

Piece = tuple[NDArray[np.int64], NDArray[np.float32]]


@dataclass(frozen=True)
class RunLengths:
    """Runs of rows of one class, in order, without gaps: arrays [runs].

    ``start`` and ``end`` are rows, both inclusive; ``total`` is the sum of the class's probability over the run.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    label: NDArray[np.int64]
    total: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.start)

    @property
    def length(self) -> NDArray[np.int64]:
        """Number of rows of each run."""
        return self.end - self.start + 1

    @property
    def score(self) -> NDArray[np.float64]:
        """Mean probability of the class in each run."""
        return self.total / self.length

    def only(self, chosen: NDArray[np.bool_]) -> RunLengths:
        """The chosen runs."""
        return RunLengths(self.start[chosen], self.end[chosen], self.label[chosen], self.total[chosen])


def runs(pieces: Iterable[Piece]) -> RunLengths:
    """Runs of equal class over consecutive ``pieces``: class [n] and probability of that class [n] of each row."""
    parts: list[RunLengths] = []
    rows = 0
    for labels, scores in pieces:
        if len(labels):
            parts.append(_of_piece(labels, scores, rows))
            rows += len(labels)
    if not parts:
        return RunLengths(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return _joined(
        RunLengths(
            np.concatenate([part.start for part in parts]),
            np.concatenate([part.end for part in parts]),
            np.concatenate([part.label for part in parts]),
            np.concatenate([part.total for part in parts]),
        )
    )


def _of_piece(labels: NDArray[np.int64], scores: NDArray[np.float32], offset: int) -> RunLengths:
    start = np.concatenate(([0], np.flatnonzero(labels[1:] != labels[:-1]) + 1))
    end = np.append(start[1:], len(labels)) - 1
    return RunLengths(
        start + offset, end + offset, labels[start], np.add.reduceat(scores.astype(np.float64), start)
    )


def _joined(segments: RunLengths) -> RunLengths:
    """Merge adjacent runs of the same class."""
    first = np.concatenate(([0], np.flatnonzero(segments.label[1:] != segments.label[:-1]) + 1))
    last = np.append(first[1:], len(segments)) - 1
    return RunLengths(
        segments.start[first],
        segments.end[last],
        segments.label[first],
        np.add.reduceat(segments.total, first),
    )


def merge_short(segments: RunLengths, least: int) -> RunLengths:
    """Merge runs shorter than ``least`` rows into the adjacent run with the higher score, shortest first.

    In case of a tie, the earlier one. A run that grew by a merge may keep its class. Rows without a prediction
    separate their neighbours; a run without a neighbour stays.
    """
    if least <= 1 or len(segments) < 2:
        return segments
    chain = _Chain(segments)
    waiting = [(int(length), place) for place, length in enumerate(segments.length) if length < least]
    heapq.heapify(waiting)
    while waiting:
        length, place = heapq.heappop(waiting)
        if not chain.alive[place] or chain.length(place) != length or chain.label[place] == NONE:
            continue
        grown = chain.give_away(place)
        if grown is not None and chain.length(grown) < least:
            heapq.heappush(waiting, (chain.length(grown), grown))
    return chain.runs()


class _Chain:
    """Runs as a doubly linked list, for merging a run into its neighbour."""

    def __init__(self, segments: RunLengths) -> None:
        count = len(segments)
        self.start, self.end = segments.start.tolist(), segments.end.tolist()
        self.label, self.total = segments.label.tolist(), segments.total.tolist()
        self.alive = [True] * count
        self._before = list(range(-1, count - 1))
        self._after = [*range(1, count), -1]

    def length(self, place: int) -> int:
        return int(self.end[place] - self.start[place] + 1)

    def give_away(self, place: int) -> int | None:
        """Merge a run into its neighbour with the higher score; returns the place of the merged run, or None."""
        near = [
            neighbour
            for neighbour in (self._before[place], self._after[place])
            if neighbour >= 0 and self.label[neighbour] != NONE
        ]
        if not near:
            return None
        into = max(near, key=lambda neighbour: (self.total[neighbour] / self.length(neighbour), -neighbour))
        score = self.total[into] / self.length(into)
        self.total[place], self.label[place] = score * self.length(place), self.label[into]
        for other in (self._before[place], self._after[place]):
            if other >= 0 and self.label[other] == self.label[place]:
                self._swallow(place, other)
        return place

    def _swallow(self, place: int, other: int) -> None:
        self.start[place] = min(self.start[place], self.start[other])
        self.end[place] = max(self.end[place], self.end[other])
        self.total[place] += self.total[other]
        self.alive[other] = False
        before, after = self._before, self._after
        if before[place] == other:
            before[place] = before[other]
            if before[place] >= 0:
                after[before[place]] = place
        else:
            after[place] = after[other]
            if after[place] >= 0:
                before[after[place]] = place

    def runs(self) -> RunLengths:
        whole = RunLengths(
            np.asarray(self.start, np.int64),
            np.asarray(self.end, np.int64),
            np.asarray(self.label, np.int64),
            np.asarray(self.total, np.float64),
        )
        return whole.only(np.asarray(self.alive))
