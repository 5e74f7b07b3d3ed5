"""Date and clock of the first sample in the lines above a table, for rows that are counted and for elapsed times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from services.ingest.cells import shorten, time_form
from services.ingest.columns import INTEGER, ColumnFile
from services.ingest.plan import Column, ReadingPlan
from services.ingest.reading_options import DATES, FROM_HEAD, NO_START, WrongOption, any_order
from services.ingest.spellings import (
    ImpossibleTimeError,
    has_clock,
    has_zone,
    nanoseconds_of,
    order_shown,
    possible_orders,
    spelling_of,
)
from services.timeseries.durations import UNITS
from services.timeseries.info import TimeKind

_START = r"start|started|begin|beginn|beginning|began|trigger|début|debut|inicio|inizio|aufnahme"
_KEY = re.compile(  # Start Time, Recording start, Begin of measurement, Trigger time, Startzeit, Messbeginn
    rf"[#%;*\s]*(?:[\w()]+[ _-])?(?:mess)?(?:{_START})(?:[ _-]?(?:of|on|at|date|time|datetime|timestamp|datum|zeit|"
    r"recording|measurement|measuring|acquisition|test|log|logging|der|messung|aufzeichnung|utc|local))*(?:\s*\([^()]*\))?",
    re.IGNORECASE,
)
_WHAT = "recording|measurement|acquisition|test|record|meas|log"
_PLAIN_KEY = re.compile(  # Date, Recording date, Time of measurement: maybe not the start
    rf"[#%;*\s]*(?:(?:{_WHAT}|recorded|acquired)[ _.-]*)?(?:date|time|datum|zeit|uhrzeit|date[ /_]?(?:and )?time)"
    rf"(?:[ _-](?:of[ _-])?(?:{_WHAT}))?",
    re.IGNORECASE,
)
_TRIGGER = re.compile("trigger", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}[-/.]\d\d?[-/.]\d{2,4}")
_CLOCK = re.compile(r"\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s*[AaPp][Mm])?")
_APART = re.compile(r"([^\d:]*[^\d:\s])\s+(\d.*)")  # Start Time 22:50:00
_LABVIEW = "labview measurement"
_NANOSECONDS = 1_000_000_000
_DAY = 86_400.0  # seconds
_NEAR_CLOCK = 120.0  # seconds between the start and the first clock time
_STEPS = 2  # from 0 to the first elapsed time
_CHUNK = 1 << 17


@dataclass(frozen=True)
class HeadStart:
    """A date in the head, with or without a clock, as written.

    ``certain``: it is called the start; ``trigger``: of a time 0 that may be in the middle; ``asked``: whether a doubt
    offers it.
    """

    text: str
    certain: bool
    trigger: bool = False
    clock: bool = True
    asked: bool = True


def start_in(rows: Sequence[Sequence[str]]) -> HeadStart | None:
    """The start in ``Start: 2024-01-01 10:00:00``, or in two lines with its date and its clock; None without one."""
    certain = _start_of(rows, _KEY)
    if certain is not None and certain.clock:
        return certain
    other = _start_of(rows, _PLAIN_KEY)
    if other is not None and other.clock:
        named = bool(rows) and bool(rows[0]) and rows[0][0].strip().lower() == _LABVIEW
        return HeadStart(other.text, certain=False, asked=not named)
    return certain or other


def _start_of(rows: Sequence[Sequence[str]], keys: re.Pattern[str]) -> HeadStart | None:
    date = clock = None
    for place, row in enumerate(rows):
        for key, value in _settings(row, rows[place + 1] if place + 1 < len(rows) else []):
            if not keys.fullmatch(key):
                continue
            form = time_form(value, "dmy")
            certain, trigger = keys is _KEY, bool(_TRIGGER.search(key))
            if form is not None and form.clock and _DATE.match(value):
                return HeadStart(value, certain, trigger)
            date = date or (value if _DATE.fullmatch(value) else None)
            clock = clock or (value if _CLOCK.fullmatch(value) else None)
    if date is None:
        return None
    return HeadStart(f"{date} {clock}" if clock else date, keys is _KEY, clock=clock is not None)


def _settings(row: Sequence[str], below: Sequence[str]) -> list[tuple[str, str]]:
    """Keys and values of a line: in one cell, in two, or a key with its value in the line below."""
    key, _, value = re.sub(r"[:=]\s|\t", ",", ",".join(cell.strip() for cell in row) + " ").partition(",")
    if not value and (apart := _APART.fullmatch(key.strip())):
        key, value = apart[1], apart[2]
    pairs = [(key, value)]
    if len(row) == len(below) > 1:
        pairs += zip(row, below, strict=True)
    return [(key.strip().rstrip(":=").strip(), value.strip().strip(",").strip()) for key, value in pairs]


def take_start(plan: ReadingPlan) -> bool:
    """Set ``plan.start`` from the start in the head; returns False if it cannot be read.

    Not used, with a doubt that asks, if day and month are not distinguished.
    """
    if plan.head_start is None:
        return False
    text = plan.head_start.text
    spelling = spelling_of(text)
    match = spelling.match(text) if spelling else None
    if spelling is None or match is None:
        return False
    order = plan.options.dates or order_shown([text])
    if spelling.needs_order and order is None:
        short = int(match["Y"]) if len(match["Y"]) == 2 else None
        orders = possible_orders(int(match["A"]), int(match["B"]), short) or list(DATES)
        plan.doubt(
            f"The start in the head of the file, “{shorten(text)}”, can be read {any_order(orders)}, so times are "
            "counted from 0; choose the order with “Read it differently”.",
            {words.capitalize(): {"dates": key} for key, words in DATES.items() if key in orders},
        )
        return False
    try:
        value = nanoseconds_of(pa.chunked_array([[text]]), spelling, order)
    except ImpossibleTimeError:
        return False
    plan.start, plan.start_has_zone = value[0].as_py(), has_zone(match)
    plan.head_start = replace(plan.head_start, clock=has_clock(match))
    return True


def counts_from_head(plan: ReadingPlan) -> bool:
    """Whether rows that are counted by a rate begin at the start in the head; sets ``plan.start``."""
    head = plan.head_start
    if head is None or not (head.certain and head.clock) or plan.options.start == NO_START:
        return False
    return take_start(plan)


def from_start(
    plan: ReadingPlan, time: Column, clock: ColumnFile, described: tuple[TimeKind, str | None]
) -> tuple[TimeKind, str | None]:
    """Add the start in the head to elapsed times, or its date to clock times, if that is certain; otherwise ask.

    Args:
        described: kind and unit of the times.

    Raises:
        WrongOption: the user chose the start in the head, and there is none.
    """
    chosen, head = plan.options.start, plan.head_start
    if chosen == FROM_HEAD and (head is None or described[0] is not TimeKind.NUMERIC):
        raise WrongOption(
            "start", "There is no start in the head of the file, or times have dates; leave this as found."
        )
    if chosen == NO_START or head is None or described[0] is not TimeKind.NUMERIC:
        return described
    factor = UNITS.get((described[1] or "").lower())
    clocked = time.spelling is not None and time.spelling.is_clock and not time.spelling.is_elapsed
    if (not head.clock and not clocked) or (described[1] and factor is None) or not take_start(plan):
        return described
    first = float(clock.so_far()[:1].item()) * (factor or 1.0)
    base = _base(plan, clock, first, factor or 1.0, clocked=clocked)
    if chosen != FROM_HEAD and (factor is None or base is None or not head.certain):
        _ask(plan, time, described[1])
        return described
    if factor is None:
        raise WrongOption("unit", "Choose the unit of the time too, to add it to the start.")
    assert plan.start is not None
    begin = plan.start if base is None else base
    scale = factor * _NANOSECONDS
    clock.rewrite(lambda values: begin + np.round(values * scale).astype(np.int64), INTEGER)
    elapsed = begin == plan.start and not (clocked and not head.clock)
    what = "elapsed since" if elapsed else "clock times of the day of"
    plan.note(
        f"“{shorten(time.name)}” is read as {what} the start in the head of the file, {shorten(head.text)}."
    )
    return (TimeKind.DATETIME if plan.start_has_zone else TimeKind.NAIVE), None


def _base(plan: ReadingPlan, clock: ColumnFile, first: float, factor: float, *, clocked: bool) -> int | None:
    """Instant of the time 0 in nanoseconds: the start, or its midnight for clock times; None if not certain."""
    head, start = plan.head_start, plan.start
    assert head is not None and start is not None
    day = _DAY * _NANOSECONDS
    midnight = int(start // day * day)
    if clocked and abs(first - (start - midnight) / _NANOSECONDS) <= _NEAR_CLOCK and head.clock:
        return midnight
    if clocked and not head.clock:
        return midnight
    values = clock.so_far()[:_CHUNK]
    steps = np.diff(values)
    step = float(np.median(steps[steps > 0])) * factor if (steps > 0).any() else 0.0
    if abs(first) <= _STEPS * step or (head.trigger and clock.low <= 0 <= clock.high):
        return start
    return midnight if clocked and plan.options.start == FROM_HEAD else None


def _ask(plan: ReadingPlan, time: Column, unit: str | None) -> None:
    assert plan.head_start is not None
    if not plan.head_start.asked:
        return
    options = {"start": FROM_HEAD} if unit else {"start": FROM_HEAD, "unit": "s"}
    plan.doubt(
        f"The head of the file has the date “{shorten(plan.head_start.text)}”, which could be the start of “"
        f"{shorten(time.name)}”; times are read as written. If it is, say so with “Read it differently” (times count "
        "from the start in the head).",
        {
            "Count from the start in the head" + ("" if unit else ", in seconds"): options,
            "Times as written": {"start": NO_START},
        },
    )
