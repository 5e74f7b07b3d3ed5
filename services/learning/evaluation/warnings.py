"""Warnings about metrics that are based on few segments."""

from __future__ import annotations

from services.learning.evaluation.metrics import Metrics
from services.storage.paths import quoted

FEWEST_OF_CLASS = 3


def thin(metrics: Metrics) -> str:
    """A warning about classes with very few held-out segments; "" if there are none."""
    few = [label_class for label_class in metrics.classes if label_class.segments < FEWEST_OF_CLASS]
    if not few:
        return ""
    listing = ", ".join(f"{quoted(label_class.name, 40)} {label_class.segments}" for label_class in few)
    return f"Few held-out segments ({listing}): the figures of these classes, and macro-F1, say little."
