"""Clocks: digits such as 093015 as a time of day, and days that follow each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.ingest.cells import shorten
from services.ingest.columns import INTEGER, ColumnFile
from services.ingest.numerictime import CHUNK, DAY_MS, HALF_DAY, SECOND, has_clock_digits
from services.ingest.plan import Column, ColumnKind, ReadingPlan
from services.ingest.reading_options import (
    CLOCK_IN_DIGITS,
    PARTS_OF_DAY,
    UNITS,
    WrongOption,
)
from services.ingest.spellings import CLOCK

_HOUR = 3_600 * SECOND


def to_clock_time(plan: ReadingPlan, time: Column, clock: ColumnFile) -> None:
    """Convert digits of a clock, or parts of a day, to nanoseconds since midnight, if the user chose so.

    Raises:
        WrongOption: a number is no clock time.
    """
    unit = plan.options.unit
    if unit not in {CLOCK_IN_DIGITS, PARTS_OF_DAY}:
        return
    low, high = (0, 1) if unit == PARTS_OF_DAY else (0, 240_000_000)
    if clock.low < low or clock.high > high or (unit == CLOCK_IN_DIGITS and not has_clock_digits(clock)):
        raise WrongOption(
            "unit", f"“{shorten(time.name)}” has numbers that are no {UNITS[unit].split(' (')[0]}."
        )
    clock.rewrite(_parts_of_day if unit == PARTS_OF_DAY else _digits_of(clock.high), INTEGER)
    time.kind, time.spelling = ColumnKind.DATE, CLOCK


def _parts_of_day(values: NDArray[Any]) -> NDArray[np.int64]:
    """Nanoseconds since midnight, rounded to a spreadsheet's precision of a millisecond."""
    nanoseconds: NDArray[np.int64] = np.round(values * DAY_MS).astype(np.int64) * 1_000_000
    return nanoseconds


def _digits_of(highest: float) -> Callable[[NDArray[Any]], NDArray[np.int64]]:
    """Conversion of HHMM, HHMMSS or HHMMSSmmm to nanoseconds since midnight; ``highest``: the largest number."""
    to_millis = 100_000 if highest < 2_400 else 1_000 if highest < 240_000 else 1

    def convert(values: NDArray[Any]) -> NDArray[np.int64]:
        millis = np.round(values * to_millis).astype(np.int64)
        hours, minutes, rest = millis // 10_000_000, millis // 100_000 % 100, millis % 100_000
        nanoseconds: NDArray[np.int64] = ((hours * 60 + minutes) * 60_000 + rest) * 1_000_000
        return nanoseconds

    return convert


def doubt_half_days(plan: ReadingPlan, time: Column, clock: ColumnFile) -> None:
    """Add a doubt about dates that go back from 12 o'clock to 1 o'clock: AM and PM may be missing."""
    values = clock.so_far()[:CHUNK]
    hours = values // _HOUR % 24
    back = np.flatnonzero(values[1:] < values[:-1])
    if not len(back) or hours.min() < 1 or hours.max() > 12:
        return
    if (hours[back] == 12).all() and (hours[back + 1] == 1).all():
        plan.doubt(
            f"“{shorten(time.name)}” goes back from 12 to 1 o'clock after {back[0] + 1:,} rows; AM and PM may be "
            "missing, so rows are sorted wrongly if they are. Write clock times of 24 hours and add the file again."
        )


def unroll_midnights(plan: ReadingPlan, time: Column, clock: ColumnFile) -> bool:
    """Add a day after each midnight to clock times without dates; returns False if the times do not allow it."""
    values = clock.so_far()[:]
    steps = np.diff(values)
    if int(values.max()) > 2 * HALF_DAY:
        return False
    near = steps[np.abs(steps) <= HALF_DAY]
    if np.count_nonzero(near > 0) < np.count_nonzero(near < 0):  # newest first
        days = np.cumsum((steps > HALF_DAY)[::-1])[::-1]
        unrolled = values + np.concatenate([days, [0]]) * 2 * HALF_DAY
        steady = not (np.diff(unrolled) > 0).any()
    else:
        days = np.cumsum(steps < -HALF_DAY)
        unrolled = values + np.concatenate([[0], days]) * 2 * HALF_DAY
        steady = not (np.diff(unrolled) < 0).any()
    if not days.any() or not steady:
        return False
    if np.abs(np.diff(unrolled)).max() > HALF_DAY:
        plan.doubt(
            f"“{shorten(time.name)}” starts again; as a clock without a date it is read as one of the next day. "
            "If these are runs below each other, split the file there."
        )
    rest = iter(np.array_split(unrolled, range(CHUNK, len(unrolled), CHUNK)))
    clock.rewrite(lambda _part: next(rest), clock.dtype)
    clock.ordered = bool(unrolled[0] <= unrolled[-1])
    plan.note(f"“{time.name}” passes midnight; later rows are on the next day.")
    return True
