"""The report of a training, as JSON and as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.learning.evaluation.holdout import Split
from services.learning.evaluation.metrics import Metrics

COLUMNS = ("Precision", "Recall", "F1", "Segments", "Segment F1")
MOST_SHOWN = 12  # classes of a confusion matrix on a terminal
FIGURES = (("macro_f1", "Macro-F1"), ("segment_f1", "Segment F1"), ("accuracy", "Accuracy"))


@dataclass(frozen=True)
class Report:
    """The report; ``split``, ``metrics`` and ``baseline`` are None when nothing was held out."""

    classes: tuple[str, ...]
    channels: tuple[str, ...]
    step: float | None
    split: Split | None
    metrics: Metrics | None
    baseline: Metrics | None
    warnings: tuple[str, ...]
    provenance: dict[str, Any]
    compared: str = ""  # with the version before

    def figures(self) -> dict[str, Any]:
        """The ``metrics`` of the checkpoint."""
        if self.metrics is None or self.baseline is None or self.split is None:
            return {}
        return figures(self.split, self.metrics, self.baseline)

    def to_json(self) -> dict[str, Any]:
        """As values for JSON."""
        return {
            "classes": list(self.classes),
            "channels": list(self.channels),
            "step": self.step,
            "metrics": self.figures() or None,
            "compared": self.compared,
            "warnings": list(self.warnings),
            "provenance": self.provenance,
        }

    def lines(self) -> list[str]:
        """The report as a table and sentences."""
        if self.metrics is None or self.split is None or self.baseline is None:
            return ["Nothing was held out, so how good the model is was not measured."]
        return [
            *table(self.metrics),
            "",
            *(confusion(self.metrics) if len(self.classes) <= MOST_SHOWN else []),
            *(_figure(self.metrics, self.baseline, name, words) for name, words in FIGURES),
            _sure(self.metrics),
            self.split.words,
            *([self.compared] if self.compared else []),
        ]


def figures(split: Split, metrics: Metrics, baseline: Metrics) -> dict[str, Any]:
    """Metrics as they are stored with a model."""
    majority = {name: getattr(baseline, name) for name, _ in FIGURES}
    return {**metrics.to_json(), "judged_on": split.words, "majority_class": majority}


def table(metrics: Metrics) -> list[str]:
    """Precision, recall and F1 per row, and segment F1, of each class."""
    rows = [("", *COLUMNS)] + [
        (
            label_class.name,
            *map(_number, (label_class.precision, label_class.recall, label_class.f1)),
            f"{label_class.segments:,}",
            _number(label_class.segment_f1),
        )
        for label_class in metrics.classes
    ]
    return _aligned(rows)


def confusion(metrics: Metrics) -> list[str]:
    """Confusion matrix in samples; the last column has no suggestion."""
    names = [label_class.name for label_class in metrics.classes]
    rows = [
        ("samples", *names, "–"),
        *zip(names, *(map(_count, column) for column in zip(*metrics.confusion, strict=True)), strict=True),
    ]
    return [*_aligned(rows), "(rows: labels of the expert; columns: predictions of the model)", ""]


def _count(number: int) -> str:
    return f"{number:,}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns padded to their width, numbers right-aligned."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _figure(metrics: Metrics, baseline: Metrics, name: str, words: str) -> str:
    value, always = getattr(metrics, name), getattr(baseline, name)
    interval = metrics.intervals.get(name)
    where = (
        f" ({interval.low:.3f} to {interval.high:.3f}, from {interval.segments:,} segments)"
        if interval
        else ""
    )
    few = "" if interval else f" (from {metrics.segments:,} segments: too few for an interval)"
    return f"{words} {value:.3f}{where}{few}; always the commonest class: {always:.3f}"


def _sure(metrics: Metrics) -> str:
    sure, error = metrics.sure, _number(metrics.calibration_error)
    share = f", {sure.segments_right:.0%} of them right" if sure.segments_right is not None else ""
    return f"Calibration error {error}; above a score of 0.9: {sure.segments:,} suggestions{share}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
