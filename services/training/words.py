"""Texts about trainings and trained models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.models.fields import LONGEST_REMARKS
from services.wording import counted

MEASURING = "The expected accuracy is being measured on held-out segments."
UNMEASURED = "Trained without evaluation, so its accuracy is not known."


def in_plain_words(accuracy: float, always: float | None = None) -> str:
    """An accuracy in plain words, and that of the most common class.

    >>> in_plain_words(0.957, always=0.53)
    'Of 100 held-out samples, 96 have the right class; with the most common class everywhere, 53 would have.'
    """
    other = (
        "" if always is None else f"; with the most common class everywhere, {round(100 * always)} would have"
    )
    return f"Of 100 held-out samples, {round(100 * accuracy)} have the right class{other}."


def expected(metrics: Mapping[str, Any] | None) -> str:
    """Expected accuracy of a model, first in plain words; "" without an evaluation.

    >>> intervals = {"macro_f1": {"low": 0.84, "high": 0.95}}
    >>> expected({"accuracy": 0.957, "macro_f1": 0.914, "segments": 9, "intervals": intervals})
    'Of 100 held-out samples, 96 have the right class. Macro-F1 0.91 (0.84–0.95), from 9 held-out segments.'
    """
    if not metrics or not isinstance(metrics.get("macro_f1"), int | float):
        return ""
    count = int(metrics.get("segments") or 0)
    rests = f"from {count:,} held-out {'segment' if count == 1 else 'segments'}"
    around = (metrics.get("intervals") or {}).get("macro_f1")
    plain = (
        f"{in_plain_words(metrics['accuracy'])} " if isinstance(metrics.get("accuracy"), int | float) else ""
    )
    figure = f"{plain}{'Macro-F1' if plain else 'Expected macro-F1'} {metrics['macro_f1']:.2f}"
    if not around:
        return f"{figure}, {rests}, too few for an interval."
    return f"{figure} ({around['low']:.2f}–{around['high']:.2f}), {rests}."


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
