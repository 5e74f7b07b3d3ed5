"""Metrics of predictions against reference labels, on labelled rows only.

Accuracy, and precision, recall and F1 of a class, count rows equally; macro-F1 is the mean of the F1 of the classes in
the reference labels. A segment is a run of rows of one class; predictions on unlabelled rows are ignored, so that a run
ends where the labels end. A predicted segment is correct when it has an intersection over union of at least a half with
a reference segment of the same class, matched one to one; ``segment_f1`` counts all classes together.

95 % confidence intervals are from resampling whole segments with replacement (Efron's percentile bootstrap), because
adjacent rows are not independent. The calibration error is that of Guo et al. 2017, with 15 bins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.learning.data.examples import UNKNOWN, segments
from services.learning.evaluation.bootstrap import Interval, Units, class_intervals, intervals
from services.learning.evaluation.segment_matching import Labelled, matches, owners

BINS = 15
SURE = 0.9
_PARTS = ("label", "predicted", "counts")
FEWEST_SEGMENTS = 5  # an interval of fewer is not reliable


@dataclass(frozen=True)
class Judged:
    """One recording: reference class, predicted class and score of each row.

    ``truth`` and ``predicted`` are int [rows], -1 = unknown, or no prediction; ``score`` is float [rows].
    """

    name: str
    truth: NDArray[Any]
    predicted: NDArray[Any]
    score: NDArray[Any]


@dataclass(frozen=True)
class ClassFigures:
    """Metrics of one class, per row and per segment. None where they are undefined."""

    name: str
    rows: int
    precision: float | None
    recall: float | None
    f1: float | None
    segments: int
    segment_precision: float | None
    segment_recall: float | None
    segment_f1: float | None
    f1_interval: Interval | None = None  # None below five segments


@dataclass(frozen=True)
class Sure:
    """Predictions above a score of 0.9: number of segments and rows, and the correct share of each."""

    segments: int
    segments_right: float | None
    rows: int
    rows_right: float | None


@dataclass(frozen=True)
class Bin:
    """Rows of similar score: their mean score, correct share, and number."""

    score: float
    right: float
    rows: int


@dataclass(frozen=True)
class Metrics:
    """All metrics of one evaluation.

    ``confusion`` counts rows [reference class][predicted class], the last column being rows without a prediction.
    ``intervals`` are by name of the metric, empty for fewer than five segments.
    ``reliability``: the bins of the calibration error that have rows.
    """

    rows: int
    segments: int
    files: int
    accuracy: float
    macro_f1: float
    segment_f1: float
    calibration_error: float | None
    sure: Sure
    classes: tuple[ClassFigures, ...]
    confusion: tuple[tuple[int, ...], ...]
    intervals: dict[str, Interval]
    reliability: tuple[Bin, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As values for JSON."""
        return asdict(self)


def measure(judged: Iterable[Judged], classes: Sequence[str], seed: int = 0) -> Metrics:
    """Metrics of predictions against reference labels.

    Args:
        judged: recordings.
        classes: names of the classes by index.
        seed: of the bootstrap.

    Raises:
        ValueError: no row has a label.
    """
    each = [_look(recording, len(classes)) for recording in judged]
    units = Units(*(np.concatenate([getattr(look.units, name) for look in each]) for name in _PARTS))
    if not len(units):
        raise ValueError("no row has a label")
    once = np.ones((1, len(units)), np.int64)
    figures = {name: float(value[0]) for name, value in units.figures(once).items()}
    confusion, counts = units.confusion(once)[0], np.sum([look.counts for look in each], axis=0)
    score, right = (np.concatenate([getattr(look, name) for look in each]) for name in ("score", "right"))
    return Metrics(
        rows=int(confusion.sum()),
        segments=len(units),
        files=sum(len(look.units) > 0 for look in each),
        **figures,
        calibration_error=calibration_error(score, right),
        sure=_sure(each, score, right),
        classes=tuple(
            replace(_class(name, place, confusion, counts), f1_interval=around)
            for place, (name, around) in enumerate(
                zip(classes, class_intervals(units, FEWEST_SEGMENTS, seed), strict=True)
            )
        ),
        confusion=tuple(tuple(line) for line in confusion.tolist()),
        intervals=intervals(units, seed) if len(units) >= FEWEST_SEGMENTS else {},
        reliability=reliability(score, right),
    )


def calibration_error(score: NDArray[Any], right: NDArray[np.bool_]) -> float | None:
    """Mean difference of score and correct share over 15 equal bins of score, weighted by the number of rows."""
    if not len(score):
        return None
    return sum(abs(bucket.score - bucket.right) * bucket.rows for bucket in reliability(score, right)) / len(
        score
    )


def reliability(score: NDArray[Any], right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """The 15 equal bins of score, without empty bins."""
    wide = score.astype(np.float64)
    place = np.clip(np.ceil(wide * BINS).astype(np.int64) - 1, 0, BINS - 1)
    rows = np.bincount(place, minlength=BINS)
    scores, shares = (
        np.bincount(place, weights, BINS) / np.maximum(rows, 1)
        for weights in (wide, right.astype(np.float64))
    )
    return tuple(
        Bin(float(scores[index]), float(shares[index]), int(rows[index])) for index in np.flatnonzero(rows)
    )


def majority(train: Iterable[NDArray[Any]], held: Iterable[Judged], classes: Sequence[str]) -> Metrics:
    """The metrics of the majority class of the rows of ``train`` (labels, each [rows]) as the only prediction."""
    counts = sum(np.bincount(labels[labels != UNKNOWN], minlength=len(classes)) for labels in train)
    most = int(np.argmax(counts))
    always = [
        Judged(
            recording.name,
            recording.truth,
            np.full(len(recording.truth), most),
            np.zeros(len(recording.truth)),
        )
        for recording in held
    ]
    return measure(always, classes)


def no_better(model: Metrics, baseline: Metrics) -> str:
    """A warning when a model is not better than the majority class, or not certainly; "" when it is better."""
    low = model.intervals["macro_f1"].low if "macro_f1" in model.intervals else None
    return doubt(model.macro_f1, baseline.macro_f1, low)


def doubt(macro_f1: float, always: float, low: float | None) -> str:
    """The same of a model's macro-F1, that of the majority class, and the low end of the model's interval, if any."""
    text = f"macro-F1 {macro_f1:.2f} against {always:.2f}"
    if macro_f1 <= always:
        return f"The model is no better than always saying the commonest class ({text}). Label more, or other channels."
    if low is not None and low <= always:
        return (
            f"The model may be no better than always saying the commonest class ({text}, and it may be as low as "
            f"{low:.2f}). Label more to know."
        )
    return ""


@dataclass(frozen=True)
class _Look:
    """One recording: its segments as units, segments by class [classes, 3], score and correctness of each predicted
    row,
    and of each segment above a score of 0.9.
    """

    units: Units
    counts: NDArray[np.int64]
    score: NDArray[Any]
    right: NDArray[np.bool_]
    sure: int
    sure_right: int


def _look(recording: Judged, classes: int) -> _Look:
    truth = np.asarray(recording.truth, np.int16)
    predicted = np.where(truth != UNKNOWN, np.asarray(recording.predicted, np.int16), np.int16(UNKNOWN))
    true_segments, other = segments(truth), segments(predicted)
    pairs = matches(true_segments, other)
    is_predicted = predicted != UNKNOWN
    sure, sure_right = _sure_segments(other, {place for _, place in pairs}, recording.score)
    return _Look(
        Units(
            np.array([label for label, _ in true_segments], np.int64),
            _confusion_rows(true_segments, predicted, classes),
            _counts(true_segments, other, pairs),
        ),
        _by_class(true_segments, other, pairs, classes),
        np.asarray(recording.score)[is_predicted],
        predicted[is_predicted] == truth[is_predicted],
        sure,
        sure_right,
    )


def _confusion_rows(
    truth: Sequence[Labelled], predicted: NDArray[np.int16], classes: int
) -> NDArray[np.int64]:
    """Rows [segments, predicted class or none]."""
    result = np.zeros((len(truth), classes + 1), np.int64)
    for place, (_, (start, end)) in enumerate(truth):
        predicted_classes = predicted[start : end + 1].astype(np.int64)
        result[place] = np.bincount(
            np.where(predicted_classes < 0, classes, predicted_classes), minlength=classes + 1
        )
    return result


def _counts(
    truth: Sequence[Labelled], other: Sequence[Labelled], pairs: Sequence[tuple[int, int]]
) -> NDArray[np.int64]:
    """Segments [segments, (reference, predicted, correct)]; a predicted segment counts where most of it is."""
    result = np.zeros((len(truth), 3), np.int64)
    result[:, 0] = 1
    np.add.at(result[:, 1], owners(truth, other), 1)
    result[[place for place, _ in pairs], 2] = 1
    return result


def _by_class(
    truth: Sequence[Labelled], other: Sequence[Labelled], pairs: Sequence[tuple[int, int]], classes: int
) -> NDArray[np.int64]:
    """Segments [class, (reference, predicted, correct)]."""
    labels = (
        [label for label, _ in truth],
        [label for label, _ in other],
        [truth[place][0] for place, _ in pairs],
    )
    return np.stack(
        [np.bincount(np.array(classes_of, np.int64), minlength=classes) for classes_of in labels], axis=1
    )


def _sure_segments(predicted: Sequence[Labelled], right: set[int], score: NDArray[Any]) -> tuple[int, int]:
    """Number of predicted segments with a mean score above 0.9, and number of correct ones among them."""
    sure = [
        place for place, (_, (start, end)) in enumerate(predicted) if score[start : end + 1].mean() > SURE
    ]
    return len(sure), sum(place in right for place in sure)


def _sure(each: Sequence[_Look], score: NDArray[Any], right: NDArray[np.bool_]) -> Sure:
    count, good = sum(look.sure for look in each), sum(look.sure_right for look in each)
    above = score > SURE
    return Sure(
        count, _share(good, count), int(above.sum()), _share(int(right[above].sum()), int(above.sum()))
    )


def _class(name: str, place: int, confusion: NDArray[np.int64], counts: NDArray[np.int64]) -> ClassFigures:
    right, is_one, predicted_rows = (
        int(n) for n in (confusion[place, place], confusion[place].sum(), confusion[:, place].sum())
    )
    truth, predicted, both = (int(n) for n in counts[place])
    return ClassFigures(
        name,
        is_one,
        _share(right, predicted_rows),
        _share(right, is_one),
        _share(2 * right, is_one + predicted_rows),
        truth,
        _share(both, predicted),
        _share(both, truth),
        _share(2 * both, truth + predicted),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
