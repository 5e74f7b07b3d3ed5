"""Figures of how far two authors agree.

**F1 of segments.** Segments of one class, on a channel in common, match one to one where their intersection over union
is at least 0.5, best first (:mod:`services.learning.evaluation.segment_matching`). With ``matched`` pairs of ``one``
and ``other`` segments, F1 = 2 · matched / (one + other): precision and recall change places with the authors, F1 does
not.

**Cohen's kappa.** Each sample is in one category: the set of classes that the author gave it, of which “none” is one.
With the share ``po`` of samples in the same category and the share ``pe`` expected by chance, the sum over the
categories of the product of both authors' shares, kappa = (po - pe) / (1 - pe) (J. Cohen, A Coefficient of Agreement
for Nominal Scales, Educational and Psychological Measurement 20, 1960, 37-46). A second kappa is of the samples that
both labelled. Kappa is not defined where both authors use one and the same category only.

**Boundaries.** Distances in samples of both starts and of both ends of matched segments: median and 95th percentile
(linear interpolation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.agreement.labels import Labels, common_channels
from services.learning.evaluation.segment_matching import alike, one_to_one

BITS = 40  # classes that one int64 takes besides what came before


@dataclass(frozen=True)
class ClassAgreement:
    """Of one class: segments of either author, how many match, F1."""

    label_class: int
    one: int
    other: int
    matched: int

    @property
    def f1(self) -> float:
        """2 · matched / (one + other)."""
        return 2 * self.matched / (self.one + self.other)


@dataclass(frozen=True)
class PairFigures:
    """How far two authors agree; None where a figure is not defined.

    ``labels``: segments of both, ``matched``: pairs; ``kappa_labelled``: of samples that both labelled.
    """

    one: str
    other: str
    labels: tuple[int, int]
    matched: int
    classes: tuple[ClassAgreement, ...]
    kappa: float | None
    kappa_labelled: float | None
    boundary_median: float | None
    boundary_p95: float | None

    @property
    def f1(self) -> float | None:
        """F1 of all classes together."""
        return 2 * self.matched / sum(self.labels) if sum(self.labels) else None


def pair_figures(labels: Labels, one: str, other: str, rows: int) -> PairFigures:
    """The figures of two authors on ``rows`` samples."""
    firsts, theirs = labels.of(one), labels.of(other)
    pairs = matched(firsts, theirs)
    apart = np.abs(firsts.segments[pairs[:, 0]] - theirs.segments[pairs[:, 1]]).ravel()
    weights, first, second = categories(firsts, theirs, rows)
    both = (first > 0) & (second > 0)
    return PairFigures(
        one,
        other,
        (len(firsts), len(theirs)),
        len(pairs),
        _classes(firsts, theirs, pairs),
        kappa(weights, first, second),
        kappa(weights[both], first[both], second[both]),
        float(np.median(apart)) if len(apart) else None,
        float(np.percentile(apart, 95)) if len(apart) else None,
    )


def matched(first: Labels, other: Labels) -> NDArray[np.int64]:
    """Places [pairs, 2] of the segments of ``first`` and of ``other`` that match."""
    firsts, theirs, common = alike(first.segments, other.segments)
    fits = first.label_class[firsts] == other.label_class[theirs]
    fits &= common_channels(first, other)[first.channels[firsts], other.channels[theirs]]
    return np.array(one_to_one(firsts[fits], theirs[fits], common[fits]), np.int64).reshape(-1, 2)


def kappa(weights: NDArray[np.int64], first: NDArray[np.int64], other: NDArray[np.int64]) -> float | None:
    """Cohen's kappa of two lists of categories; ``weights`` is the number of samples of each element."""
    total = float(weights.sum())
    if not total:
        return None
    most = int(max(first.max(), other.max())) + 1
    shares = [np.bincount(codes, weights, most) / total for codes in (first, other)]
    by_chance = float(shares[0] @ shares[1])
    same = float(weights[first == other].sum()) / total
    return None if by_chance >= 1.0 else (same - by_chance) / (1.0 - by_chance)


def categories(
    first: Labels, other: Labels, rows: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Stretches of samples in which neither author's classes change: their lengths, and both authors' categories.

    Equal numbers are equal sets of classes; 0 is the empty set. Cost depends on the number of labels, not of samples.
    """
    ends = [part.segments[:, 0] for part in (first, other)] + [
        part.segments[:, 1] + 1 for part in (first, other)
    ]
    breaks = np.unique(np.concatenate([np.array([0, rows]), *ends]))
    count = len(breaks) - 1
    codes = np.zeros(2 * count, np.int64)
    for place, label_class in enumerate(np.union1d(first.label_class, other.label_class)):
        if place % BITS == 0:
            codes = np.unique(np.append(codes, 0), return_inverse=True)[1][:-1]  # with 0, which stays 0
        covered = [_covered(part, label_class, breaks) for part in (first, other)]
        codes = 2 * codes + np.concatenate(covered)
    codes = np.unique(np.append(codes, 0), return_inverse=True)[1][:-1]
    return np.diff(breaks), codes[:count], codes[count:]


def _covered(labels: Labels, label_class: int, breaks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the stretches between ``breaks`` have a label of that class."""
    segments = labels.segments[labels.label_class == label_class]
    steps = np.bincount(np.searchsorted(breaks, segments[:, 0]), minlength=len(breaks))
    steps -= np.bincount(np.searchsorted(breaks, segments[:, 1] + 1), minlength=len(breaks))
    return np.cumsum(steps)[:-1] > 0


def _classes(first: Labels, other: Labels, pairs: NDArray[np.int64]) -> tuple[ClassAgreement, ...]:
    classes = np.union1d(first.label_class, other.label_class)
    counts = [
        np.bincount(np.searchsorted(classes, part), minlength=len(classes))
        for part in (first.label_class, other.label_class, first.label_class[pairs[:, 0]])
    ]
    rows = zip(classes.tolist(), *(part.tolist() for part in counts), strict=True)
    return tuple(ClassAgreement(*row) for row in rows)
