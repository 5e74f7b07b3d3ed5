"""Warnings about metrics that are based on few segments."""

from __future__ import annotations

from services.learning.evaluation.metrics import Metrics
from services.storage.paths import quoted

FEWEST_OF_CLASS = 3


def thin(metrics: Metrics) -> str:
    """A warning about classes with very few held-out segments; "" if there are none."""
    few = [one for one in metrics.classes if one.segments < FEWEST_OF_CLASS]
    if not few:
        return ""
    told = ", ".join(f"{quoted(one.name, 40)} on {one.segments}" for one in few)
    return f"Judged on very few segments: {told}. Figures of such a class, and macro-F1 with it, say little."
