"""Figures that hold on a noisy machine: ratios of medians, taken in turns in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence


def medians(tasks: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Median seconds of each task; they take turns, so that what slows the machine slows all of them."""
    seconds: list[list[float]] = [[] for _ in tasks]
    for _ in range(rounds):
        for task, times in zip(tasks, seconds, strict=True):
            began = time.perf_counter()
            task()
            times.append(time.perf_counter() - began)
    return [statistics.median(times) for times in seconds]


def verdict(value: float, budget: float) -> str:
    """``1.21 (budget 1.50: holds)``."""
    return f"{value:.2f} (budget {budget:.2f}: {'holds' if value <= budget else 'MISSED'})"
