"""Metrics of a model for the Models page, from its checkpoint.

A checkpoint is untrusted: metrics in another format than that of :mod:`services.learning.evaluation.metrics` are not
shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from services.learning.evaluation.metrics import doubt

MOST_CLASSES, MOST_BINS = 200, 100
NAMES = ("macro_f1", "segment_f1", "accuracy")
COUNTS = ("segments", "files", "rows")
SHARES = ("precision", "recall", "f1", "segment_precision", "segment_recall", "segment_f1")


def figures(metrics: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The metrics as JSON values, or None without an evaluation here.

    Returns:
        ``macro_f1``, ``segment_f1`` and ``accuracy``, each {"value", "low", "high", "always"}: with its interval (None:
        too few segments) and that of the most frequent class; ``calibration_error``; ``sure``;
        numbers of ``segments``, ``files`` and ``rows``; ``classes``; ``confusion`` [label][suggestion, last: none];
        ``reliability``: the mean ``score`` of each bin of scores, the share that is ``right``, how many ``rows``;
        ``judged_on`` and ``warning`` are sentences.
    """
    try:
        return _figures(metrics) if metrics else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _figures(metrics: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {name: _with_interval(metrics, name) for name in NAMES}
    classes = [_class(label_class) for label_class in metrics["classes"]]
    confusion = [[_count(cell) for cell in line] for line in metrics["confusion"]]
    if not 0 < len(classes) <= MOST_CLASSES or len(confusion) != len(classes):
        raise ValueError("classes")
    if any(len(line) != len(classes) + 1 for line in confusion):
        raise ValueError("confusion")
    main = values["macro_f1"]
    return values | {
        **{name: _count(metrics[name]) for name in COUNTS},
        "calibration_error": _share(metrics.get("calibration_error")),
        "sure": {
            "segments": _count(metrics["sure"]["segments"]),
            "right": _share(metrics["sure"]["segments_right"]),
        },
        "classes": classes,
        "confusion": confusion,
        "reliability": [
            _bin(bucket) for bucket in metrics.get("reliability", [])[:MOST_BINS]
        ],  # older ones have none
        "judged_on": str(metrics.get("judged_on") or ""),
        "warning": doubt(main["value"], main["always"], main["low"]),
    }


def _with_interval(metrics: Mapping[str, Any], name: str) -> dict[str, float | None]:
    around = metrics["intervals"].get(name) or {}
    return {
        "value": _number(metrics[name]),
        "low": _share(around.get("low")),
        "high": _share(around.get("high")),
        "always": _number(metrics["majority_class"][name]),
    }


def _class(label_class: Mapping[str, Any]) -> dict[str, Any]:
    shares = {name: _share(label_class[name]) for name in SHARES}
    around = label_class.get("f1_interval")  # missing in older checkpoints
    return {
        "f1_interval": (_number(around["low"]), _number(around["high"])) if around else None,
        "name": str(label_class["name"]),
        "segments": _count(label_class["segments"]),
        "rows": _count(label_class["rows"]),
        **shares,
    }


def _bin(bucket: Mapping[str, Any]) -> dict[str, float]:
    return {
        "score": _number(bucket["score"]),
        "right": _number(bucket["right"]),
        "rows": _count(bucket["rows"]),
    }


def _share(value: Any) -> float | None:
    return None if value is None else _number(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("a metric must be a number")
    return float(value)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("a count must be a whole number")
    return value
