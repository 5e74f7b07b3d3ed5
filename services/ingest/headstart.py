"""Date and clock of the first sample in the lines above a table without a time column."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa

from services.ingest.cells import shorten, time_form
from services.ingest.plan import ReadingPlan
from services.ingest.reading_options import DATES
from services.ingest.spellings import (
    ImpossibleTimeError,
    has_clock,
    has_zone,
    nanoseconds_of,
    order_shown,
    spelling_of,
)

_KEY = re.compile(  # Start Time, Recording start, Begin of measurement, Trigger time
    r"[#%;*\s]*(?:\w+[ _-])?(?:start|started|begin|began|trigger)(?:[ _-]?(?:of|on|at|date|time|datetime|timestamp|"
    r"recording|measurement|acquisition|test|log))*(?:\s*\([^()]*\))?",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,4}[-/.]\d\d?[-/.]\d{2,4}")
_CLOCK = re.compile(r"\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s*[AaPp][Mm])?")


def start_in(rows: Sequence[Sequence[str]]) -> str | None:
    """The start in ``Start: 2024-01-01 10:00:00``, or in two lines with its date and its clock; None without one."""
    date = clock = None
    for row in rows:
        key, _, value = re.sub(r"[:=]\s|\t", ",", ",".join(cell.strip() for cell in row) + " ").partition(",")
        value = value.strip().strip(",").strip()
        if not _KEY.fullmatch(key.strip().rstrip(":=")):
            continue
        form = time_form(value, "dmy")
        if form is not None and form.clock and _DATE.match(value):
            return value
        date = date or (value if _DATE.fullmatch(value) else None)
        clock = clock or (value if _CLOCK.fullmatch(value) else None)
    return f"{date} {clock}" if date and clock else None


def take_start(plan: ReadingPlan, text: str) -> None:
    """Use the start in the head, ``text``, for rows that are counted by the rate in the head.

    Not used, with a doubt that asks, if day and month are not distinguished.
    """
    spelling = spelling_of(text)
    match = spelling.match(text) if spelling else None
    if spelling is None or match is None or not has_clock(match):
        return
    order = plan.options.dates or order_shown([text])
    if spelling.needs_order and order is None:
        plan.doubt(
            f"The start in the head of the file, “{shorten(text)}”, can be read day or month first, so seconds are "
            "counted from 0; choose the order with “Read it differently”.",
            {words.capitalize(): {"dates": key} for key, words in DATES.items() if key != "ymd"},
        )
        return
    try:
        value = nanoseconds_of(pa.chunked_array([[text]]), spelling, order)
    except ImpossibleTimeError:
        return
    plan.start, plan.start_has_zone = value[0].as_py(), has_zone(match)
    plan.note(f"The head of the file gives the time of the first sample: {shorten(text)}.")
