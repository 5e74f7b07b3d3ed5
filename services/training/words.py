"""Texts about trainings and trained models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.models.fields import LONGEST_REMARKS
from services.wording import counted

MEASURING = "The expected accuracy is being measured on held-out segments."


def expected(metrics: Mapping[str, Any] | None) -> str:
    """Expected accuracy of a model; "" without an evaluation.

    >>> expected({"macro_f1": 0.914, "segments": 3, "intervals": {}})
    'Expected macro-F1 0.91, from 3 held-out segments, too few for an interval.'
    """
    if not metrics or not isinstance(metrics.get("macro_f1"), int | float):
        return ""
    count = int(metrics.get("segments") or 0)
    rests = f"from {count:,} held-out {'segment' if count == 1 else 'segments'}"
    around = (metrics.get("intervals") or {}).get("macro_f1")
    if not around:
        return f"Expected macro-F1 {metrics['macro_f1']:.2f}, {rests}, too few for an interval."
    return f"Expected macro-F1 {metrics['macro_f1']:.2f} ({around['low']:.2f}–{around['high']:.2f}), {rests}."


def short(metrics: Mapping[str, Any] | None, labels: int) -> str:
    """The short description of a model: at most 30 characters."""
    figure = f"F1 {metrics['macro_f1']:.2f}, " if metrics and "macro_f1" in metrics else ""
    return f"{figure}{counted(labels, 'label')}"


def remarks(metrics: Mapping[str, Any] | None, marked: Mapping[str, int], files: int) -> str:
    """Remarks of a model: training data and basis of its metrics."""
    counts = ", ".join(f"{count:,} {name}" for name, count in marked.items())
    text = f"Trained from {counts} in {counted(files, 'file')}. {expected(metrics)}"
    if metrics and metrics.get("judged_on"):
        text += f" {metrics['judged_on']}"
    return text.strip() if len(text) <= LONGEST_REMARKS else f"{text[: LONGEST_REMARKS - 1].rstrip()}…"
