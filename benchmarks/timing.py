"""Robust timing on a busy machine: ratios of medians of alternating tasks in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence


def medians(tasks: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Median seconds of each task; the tasks alternate, so that other load on the machine affects all of them."""
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
