"""Time axis: sort order, usual step, gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.ingest import npyfile
from services.ingest.npyfile import Slices

_CHUNK = 1 << 18
_STEP_SAMPLES = 1 << 20
_GAP = 3  # multiple of the usual step
_IRREGULAR = 0.05  # a recording with more gaps has no usual step
_RUN = 1 << 20  # rows per sorted piece
_ROUNDING = 1e-6
_SLIGHT = 100
_DAY = 86_400_000_000_000  # nanoseconds
_LONG_RUN = 10  # rows; shorter runs are unordered rows, not several recordings


@dataclass(frozen=True)
class Steps:
    """Statistics of the steps of a time axis, in its unit (nanoseconds for dates)."""

    usual: float  # median of the positive steps; 0 without any
    uniform: bool
    gaps: NDArray[np.int64]  # sample after each step longer than three usual steps
    equal: int = 0  # zero steps


def measure(times: Slices) -> Steps:
    """Measure the steps of ``times``, int64 or float64 in ascending order; read in pieces."""
    usual = _usual_step(times)
    largest = float(np.abs(np.concatenate([times[:1], times[len(times) - 1 :]])).max())
    tolerance = 0.0 if times.dtype.kind == "i" else _ROUNDING * usual + 2 * float(np.spacing(largest))
    gaps, uniform, equal = np.empty(0, np.int64), True, 0
    for first, steps in _steps(times):
        equal += len(steps) - int(np.count_nonzero(steps))
        low, high = steps.min(), steps.max()
        uniform = uniform and bool(high - usual <= tolerance and usual - low <= tolerance)
        if high > _GAP * usual and len(gaps) <= _IRREGULAR * (len(times) - 1):
            gaps = np.concatenate([gaps, first + 1 + np.flatnonzero(steps > _GAP * usual)])
    if usual <= 0:
        return Steps(0.0, len(times) > 1, np.empty(0, np.int64), equal)
    if len(gaps) > _IRREGULAR * (len(times) - 1):
        return Steps(usual, False, np.empty(0, np.int64), equal)
    return Steps(usual, uniform, gaps, equal)


def _steps(times: Slices) -> Iterator[tuple[int, NDArray[Any]]]:
    for first in range(0, len(times) - 1, _CHUNK):
        yield first, np.diff(times[first : first + _CHUNK + 1])


def _usual_step(times: Slices) -> float:
    """Median of the positive steps; on long axes, of samples spread over the axis."""
    pieces = -(-len(times) // _CHUNK)
    each = max(2, min(_CHUNK, _STEP_SAMPLES // pieces)) if pieces > 4 else _CHUNK
    parts = [np.diff(times[first : first + each + 1]) for first in range(0, len(times), _CHUNK)]
    steps = np.concatenate(parts) if parts else np.empty(0)
    steps = steps[steps > 0]
    return float(np.median(steps)) if len(steps) else 0.0


@dataclass(frozen=True)
class TimeRuns:
    """Runs in which a time column does not decrease, or does not increase if most steps are backward."""

    starts: list[int]  # first row of each run, beginning with 0
    mixed: bool  # sorting would mix rows of several runs
    slight: bool = False  # the steps between runs add up to less than a hundredth of the whole duration
    newest_first: bool = False
    one_date: bool = False  # a run begins on the same day (of nanoseconds), more than half a day away


def find_runs(times: Slices) -> TimeRuns:
    """Find the runs of ``times``, and whether sorting would interleave long runs.

    A few long runs that overlap in time are sweeps, several patients, or a clock that was set back, also with the
    newest row first. Rows in another order (small swaps, blocks) can be sorted.
    """
    starts, before = [0], None
    newest_first = is_newest_first(times[:_CHUNK])
    restarts = np.greater if newest_first else np.less
    for first in range(0, len(times), _CHUNK):
        part = times[first : first + _CHUNK]
        whole = part if before is None else np.concatenate([[before], part])
        back = np.flatnonzero(restarts(whole[1:], whole[:-1])) + first + (1 if before is None else 0)
        starts += back.tolist()
        before = part[-1]
        if len(starts) * _LONG_RUN > len(times) + _LONG_RUN:
            return TimeRuns(starts, mixed=False, newest_first=newest_first)
    ends = [*starts[1:], len(times)]
    spans = sorted(
        sorted((times[a : a + 1].item(), times[b - 1 : b].item())) for a, b in zip(starts, ends, strict=True)
    )
    mixed = any(after[0] < before[1] for before, after in pairwise(spans))
    steps = [(times[start - 1 : start].item(), times[start : start + 1].item()) for start in starts[1:]]
    slight = sum(abs(a - b) for a, b in steps) * _SLIGHT < max(span[1] for span in spans) - spans[0][0]
    one_date = any(abs(a - b) > _DAY / 2 and a // _DAY == b // _DAY for a, b in steps)
    return TimeRuns(starts, mixed, slight, newest_first, one_date)


def is_newest_first(times: NDArray[Any]) -> bool:
    """Whether more steps of ``times`` are backward than forward."""
    return bool(np.count_nonzero(times[1:] < times[:-1]) > np.count_nonzero(times[1:] > times[:-1]))


def sort_order(times: Slices, path: Path) -> None:
    """Write the stable order of ``times`` to ``path``: source row of each sample, int64.

    Sorts pieces of about a million rows, split by value, so that memory is bounded for files of any length.
    """
    sample = np.sort(times[:: max(1, len(times) // 65_536)])
    cuts = (
        np.unique(sample[:: max(1, len(sample) * _RUN // max(len(times), 1))])
        if len(times) > _RUN
        else sample[:1]
    )
    npyfile.create(path, np.dtype("<i8"))
    for number in range(len(cuts) + 1):
        low = cuts[number - 1] if number else None
        high = cuts[number] if number < len(cuts) else None
        rows = _rows_between(times, low, high)
        npyfile.append(path, rows[np.argsort(times.take(rows), kind="stable")])
    npyfile.finish(path, np.dtype("<i8"), len(times))


def _rows_between(times: Slices, low: Any, high: Any) -> NDArray[np.int64]:
    parts = []
    for first in range(0, len(times), _CHUNK):
        part = times[first : first + _CHUNK]
        keep = np.ones(len(part), bool) if low is None else part >= low
        if high is not None:
            keep &= part < high
        parts.append(first + np.flatnonzero(keep))
    return np.concatenate(parts)
