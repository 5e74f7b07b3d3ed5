"""Axis ticks of times in the form that is shown: dates on a clock, seconds since the start, sample numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from math import ceil, floor, log10
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from services.timeseries import durations
from services.timeseries.clock import offset_seconds
from services.timeseries.store import Store
from services.timeseries.ticks import MARGIN, sample_ticks

SECOND = 1000  # ms
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
STEPS = (
    *(1, 2, 5, 10, 20, 50, 100, 200, 500),
    *(count * SECOND for count in (1, 2, 5, 10, 15, 30)),
    *(count * MINUTE for count in (1, 2, 5, 10, 15, 30)),
    *(count * HOUR for count in (1, 2, 3, 6, 12)),
    *(count * DAY for count in (1, 2, 7, 14)),
)
MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000)
MOST_DIGITS = 12

Ticks = dict[str, Any]  # "x", ascending, in axis units, and the "text" of each
Clock = Callable[[float], float]  # from an instant in ms since 1970 UTC to the offset of its clock in ms


def time_ticks(store: Store, form: str, zone: str, view: tuple[float, float], most: int) -> Ticks:
    """About ``most`` round ticks in a view, and as many on either side, which are seen while it is dragged.

    Args:
        form: ``samples`` and ``elapsed`` (seconds since the first sample); ``file``, ``utc`` and ``local`` are dates.
        zone: the IANA name of the zone that ``local`` means.
        view: from and to in axis units.

    Raises:
        KeyError: there is no such zone (:class:`zoneinfo.ZoneInfoNotFoundError`).
    """
    if form == "samples":
        ticks = sample_ticks(store, *view, most)
        return {**ticks, "text": [f"{index:,}" for index in ticks["index"]]}
    if form == "elapsed":
        return elapsed_ticks(
            view, most, store.info.time.first, durations.in_seconds(store.info.time, 1.0) or 1.0
        )
    return date_ticks(view, most, clock_of(form, zone, store.info.time.zone))


def clock_of(form: str, zone: str, own: str | None) -> Clock:
    """The clock of a form; ``own`` is the zone of the file."""
    if form == "local":
        there = ZoneInfo(zone)
        return lambda instant: _offset(there, instant)
    fixed = offset_seconds(own) * SECOND if form == "file" else 0
    return lambda _instant: fixed


def _offset(zone: ZoneInfo, instant: float) -> float:
    try:
        offset = datetime.fromtimestamp(instant / SECOND, UTC).astimezone(zone).utcoffset()
    except (ValueError, OverflowError):  # beyond the years 1 to 9999
        return 0
    return offset.total_seconds() * SECOND if offset else 0


def date_ticks(view: tuple[float, float], most: int, clock: Clock) -> Ticks:
    """Ticks in ms since 1970 UTC, round on a clock; the leftmost, and the first of a day, have the date below them.

    Up to an hour apart they are even in time: shifts of the clock are whole steps, so they stay round. Further apart
    they are even on the clock.
    """
    margin = (view[1] - view[0]) * MARGIN
    low = view[0] + clock(view[0])
    instants, step = round_instants(view[0] - margin, view[1] + margin, (view[1] - view[0]) / most, clock)
    return {"x": instants, "text": date_texts([instant + clock(instant) for instant in instants], low, step)}


def round_instants(first: float, last: float, least: float, clock: Clock) -> tuple[list[float], float | None]:
    """Instants from ``first`` to ``last`` that are round on a clock, at least ``least`` ms apart, and their step.

    The step is None for months.
    """
    offset = clock((first + last) / 2)
    low, high = first + offset, last + offset
    step = (
        next((candidate for candidate in STEPS if candidate >= least), None)
        if least >= 1
        else round_step(least)
    )
    clocks = month_ticks(low, high, least) if step is None else even_ticks(low, high, step)
    if step is not None and step <= HOUR:
        return [tick - offset for tick in clocks], step
    return [tick - clock(tick - clock(tick - offset)) for tick in clocks], step


def date_texts(shown: list[float], low: float, step: float | None, finest: float = MINUTE) -> list[str]:
    """The texts of ticks at ``shown``, ms on the clock; ``low``: where the view begins on it.

    Args:
        finest: digits of seconds are shown as needed for this step too.
    """
    dates = [date_text(tick) for tick in shown]
    if step is None or step >= DAY:
        return dates
    digits = -1 if min(step, finest) >= MINUTE else decimals(min(step, finest) / SECOND)
    leftmost = next((place for place, tick in enumerate(shown) if tick >= low), 0)
    texts = []
    for place, tick in enumerate(shown):
        fresh = place in {0, leftmost} or dates[place - 1] != dates[place]
        texts.append(clock_text(tick, digits) + (f"<br>{dates[place]}" if fresh else ""))
    return texts


def elapsed_ticks(view: tuple[float, float], most: int, first: float, seconds: float) -> Ticks:
    """Ticks at round seconds after ``first``; ``seconds``: how many an axis unit has."""
    low, high = ((x - first) * seconds for x in view)
    margin = (high - low) * MARGIN
    step = round_step((high - low) / most)
    ticks = even_ticks(low - margin, high + margin, step)
    digits = decimals(step)
    return {
        "x": [first + tick / seconds for tick in ticks],
        "text": [f"{tick:,.{digits}f}" for tick in ticks],
    }


def round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below ``least``.

    >>> round_step(0.3), round_step(13)
    (0.5, 20.0)
    """
    power = 10.0 ** floor(log10(least))
    return next((factor * power for factor in (1, 2, 5) if factor * power >= least), 10 * power)


def even_ticks(low: float, high: float, step: float) -> list[float]:
    """The multiples of a step in a range."""
    return [place * step for place in range(ceil(low / step), floor(high / step) + 1)]


def month_ticks(low: float, high: float, least: float) -> list[float]:
    """First days of months at least ``least`` ms apart, in ms."""
    step = next((months for months in MONTHS if months * 31 * DAY >= least), MONTHS[-1])
    first = int(np.datetime64(floor(low), "ms").astype("datetime64[M]").astype(int))
    last = int(np.datetime64(floor(high), "ms").astype("datetime64[M]").astype(int))
    begun = (first + 1970 * 12) // step * step - 1970 * 12  # steps of years are counted from the year 0
    months = range(begun, last + 1, step)
    days = [np.datetime64(month, "M").astype("datetime64[ms]").astype(int) for month in months]
    return [float(day) for day in days if low <= day <= high]


def decimals(step: float) -> int:
    """Decimal digits that distinguish one multiple of a step from the next.

    >>> decimals(0.05), decimals(20)
    (2, 0)
    """
    return min(MOST_DIGITS, max(0, ceil(-log10(step) - 1e-9)))


def date_text(milliseconds: float) -> str:
    """``2024-03-31`` of ms since 1970."""
    return str(np.datetime64(floor(milliseconds), "ms").astype("datetime64[D]"))


def clock_text(milliseconds: float, digits: int) -> str:
    """``23:59:07.5`` of ms since 1970; ``digits`` after the point of seconds, -1 for no seconds."""
    minutes = floor(milliseconds / MINUTE) % (24 * 60)
    clock = f"{minutes // 60:02}:{minutes % 60:02}"
    if digits < 0:
        return clock
    cut = floor(milliseconds % MINUTE / SECOND * 10**digits + 1e-6) / 10**digits
    return f"{clock}:{cut:0{digits + 3 if digits else 2}.{digits}f}"
