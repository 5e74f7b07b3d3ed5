"""Bootstrap confidence intervals, resampling whole segments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 1000
LOW, HIGH = 2.5, 97.5  # per cent
_BATCH = 100  # draws at a time, which bounds the memory

Figures = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Interval:
    """A 95 % confidence interval, and the number of segments it is based on."""

    low: float
    high: float
    segments: int


@dataclass(frozen=True)
class Units:
    """The contribution of each reference segment to the metrics.

    Args:
        label: int [segments], the class of each.
        predicted: int [segments, classes + 1], its rows by predicted class, the last column without a prediction.
        counts: int [segments, 3], reference segments (1), predicted segments, and correct ones.
    """

    label: NDArray[np.int64]
    predicted: NDArray[np.int64]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.label)

    def confusion(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows [draws, reference class, predicted class or none] when segments count ``times`` [draws, segments]."""
        classes = self.predicted.shape[1] - 1
        each = [
            times[:, self.label == label] @ self.predicted[self.label == label] for label in range(classes)
        ]
        return np.stack(each, axis=1)

    def class_f1(self, times: NDArray[np.int64]) -> NDArray[np.float64]:
        """F1 of each class, in samples, [draws, classes]; NaN where a class is neither labelled nor predicted."""
        rows = self.confusion(times)
        right = np.diagonal(rows, axis1=1, axis2=2)
        rows_of_class = rows.sum(2) + rows.sum(1)[:, :-1]
        return np.where(rows_of_class > 0, 2 * right / np.maximum(rows_of_class, 1), np.nan)

    def figures(self, times: NDArray[np.int64]) -> Figures:
        """Accuracy, macro-F1 and segment F1, each [draws]."""
        rows, counts = self.confusion(times), times @ self.counts
        right = np.diagonal(rows, axis1=1, axis2=2)
        truth, predicted = rows.sum(2), rows.sum(1)[:, :-1]
        there = truth > 0
        f1 = 2 * right / np.maximum(truth + predicted, 1) * there
        return {
            "accuracy": right.sum(1) / np.maximum(truth.sum(1), 1),
            "macro_f1": f1.sum(1) / np.maximum(there.sum(1), 1),
            "segment_f1": 2 * counts[:, 2] / np.maximum(counts[:, 0] + counts[:, 1], 1),
        }


def intervals(units: Units, seed: int = 0, draws: int = DRAWS) -> dict[str, Interval]:
    """The interval of each metric of :meth:`Units.figures`, equal for equal ``seed``."""
    parts = [units.figures(times) for times in _draws(len(units), seed, draws)]
    drawn = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return {name: _interval(values, len(units)) for name, values in drawn.items()}


def class_intervals(units: Units, fewest: int, seed: int = 0, draws: int = DRAWS) -> list[Interval | None]:
    """The interval of the F1 of each class, in samples; None for a class with fewer than ``fewest`` segments."""
    counts = np.bincount(units.label, minlength=units.predicted.shape[1] - 1)
    if not (counts >= fewest).any():
        return [None] * len(counts)
    scores = np.concatenate([units.class_f1(times) for times in _draws(len(units), seed, draws)])
    return [
        _interval(scores[~np.isnan(scores[:, place]), place], int(count)) if count >= fewest else None
        for place, count in enumerate(counts)
    ]


def _draws(count: int, seed: int, draws: int) -> Iterator[NDArray[np.int64]]:
    """Number of draws of each of ``count`` segments, [draws, segments], in batches."""
    random = np.random.default_rng(seed)
    for begin in range(0, draws, _BATCH):
        yield random.multinomial(count, np.full(count, 1 / count), min(_BATCH, draws - begin))


def _interval(values: NDArray[np.float64], segments: int) -> Interval:
    return Interval(float(np.percentile(values, LOW)), float(np.percentile(values, HIGH)), segments)
