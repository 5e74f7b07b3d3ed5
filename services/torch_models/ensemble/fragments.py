"""Fragments: runs of frames far shorter than every labelled segment of their class, mostly between two other classes.

The smoothing allows them, since its durations are soft. They are given to the more probable of their neighbours.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def without_fragments(posterior: Tensor, least: Tensor) -> Tensor:
    """Probabilities [classes, frames] in which no run of the most probable class is shorter than its ``least`` frames.

    Shortest first. In the frames of a fragment its class and the neighbouring one exchange their probabilities.
    """
    before = posterior.argmax(0).numpy()
    sums = np.pad(posterior.double().cumsum(1).numpy(), ((0, 0), (1, 0)))
    runs = _Runs(before, sums)
    runs.merge(least.tolist())
    after = np.empty_like(before)
    for start, end in runs.end.items():
        after[start:end] = runs.label[start]
    changed = np.flatnonzero(after != before)
    if not len(changed):
        return posterior
    old, new = torch.from_numpy(before[changed]), torch.from_numpy(after[changed])
    frames, exchanged = torch.from_numpy(changed), posterior.clone()
    exchanged[old, frames], exchanged[new, frames] = posterior[new, frames], posterior[old, frames]
    return exchanged


class _Runs:
    """Runs of frames of one class: ``end`` and ``label`` of each by its first frame.

    Args:
        labels: int [frames].
        sums: cumulated probabilities [classes, frames + 1].
    """

    def __init__(self, labels: NDArray[np.int64], sums: NDArray[np.float64]) -> None:
        first = np.flatnonzero(np.diff(labels, prepend=-1)).tolist()
        self.end = dict(zip(first, [*first[1:], len(labels)], strict=True))
        self.label = dict(zip(first, labels[first].tolist(), strict=True))
        self._start = {end: start for start, end in self.end.items()}
        self._sums = sums

    def merge(self, least: list[float]) -> None:
        """Merge every run shorter than ``least`` of its class into a neighbour."""
        waiting = [(end - start, start) for start, end in self.end.items()]
        heapify(waiting)
        while waiting:
            length, start = heappop(waiting)
            if self.end.get(start) != start + length or length >= least[self.label[start]]:
                continue
            sides = [side for side in (self._start.get(start), start + length) if side in self.label]
            if sides:
                start = self._given(start, [self.label[side] for side in sides])
                heappush(waiting, (self.end[start] - start, start))

    def _given(self, start: int, labels: list[int]) -> int:
        """Give a run the most probable of these classes, join it with equal neighbours; returns its new start."""
        end = self.end[start]
        self.label[start] = max(labels, key=lambda label: self._sums[label, end] - self._sums[label, start])
        for left, right in ((start, end), (self._start.get(start), start)):
            if left is not None and right in self.label and self.label[left] == self.label[right]:
                self.end[left] = self.end.pop(right)
                self._start[self.end[left]] = left
                del self.label[right], self._start[right]
                start = left
        return start
