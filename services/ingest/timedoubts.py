"""Doubts about the choice of the time column."""

from __future__ import annotations

import re
from itertools import pairwise

from services.ingest.cells import is_integer, is_missing, shorten
from services.ingest.names import names_epoch, sounds_like_time, tokens
from services.ingest.plan import DATES, NUMBERS, Column, ColumnKind, ReadingPlan
from services.ingest.sideblocks import TABLE_REMEDIES, named_blocks
from services.ingest.spellings import (
    COMPACT,
    offset_of_name,
)
from services.ingest.timecandidates import STEADY, YEARS, are_epochs, measured
from services.ingest.timejoin import FIELD_NAMES, TELLS, reads, says_clock
from services.ingest.timevalues import Cells, values_of

_PERIODS = frozenset(
    ("week", "weeks", "epiweek", "yearweek", "kw", "month", "yearmonth", "period", "quarter")
)
DAYS_BY_NAME = frozenset(("date", "datum", "fecha", "day", "日付", "日期", "날짜", "дата"))
_NAMED_DAY = re.compile(
    r"\s*(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?\s*"
)
_OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")
_NAMED_OFFSET = re.compile(r"\b(?:UTC|GMT)\s?([+-])(\d{1,2})(?::?(\d\d))?\b")
_BRACKETED = re.compile(r"[\[(]([A-Z]{3,4}(?:/[A-Z]{3,4})?)[\])]")
_FRAMES = re.compile(r"\s*\d+:\d\d:\d\d:\d\d\s*")
_LARGE = 1e8  # three years in seconds; smaller numbers are counters, not dates
_CLOCK_IN_DIGITS = 240_000  # HHMMSS
_LARGEST_FIELDS = (99, 12, 31, 23, 59, 60)  # year, month, day, hour, minute, second
_NEAR = 0.01  # relative difference of a step from the interval in the head


def doubt_numbers(plan: ReadingPlan, cells: Cells) -> None:
    """Add a doubt about a column of numbers that could be the time, if there is no time column."""
    for column in plan.columns:
        plain = column.via in {"", "spelt", "grouped", "hexadecimal", ",", "."}
        if column.kind not in {ColumnKind.INTEGER, ColumnKind.FLOAT, ColumnKind.EPOCH} or not plain:
            continue
        years = column.kind is ColumnKind.INTEGER and _are_years(cells[column.index])
        if years and (column.name.lower() in YEARS or _is_year_without_name(plan, column, cells)):
            plan.doubt(
                f"“{shorten(column.name)}” looks like a part of a time that is not read, so rows are counted; join it "
                "with the other parts with “Read it differently”, or write the times in one column, such as 2023-12-25 "
                "02:50:00, and add the file again."
            )
            return
        if column.name.lower() in YEARS and _names_month(plan) and not years:
            plan.doubt(
                f"“{shorten(column.name)}” has no years from 1678 to 2261, so its dates are not read and rows are "
                "counted; write dates of the Gregorian calendar and add the file again."
            )
            return
        compact = column.kind is ColumnKind.INTEGER and (
            _are_compact(cells[column.index]) or _are_weeks_or_months(column, cells[column.index])
        )
        instants = are_epochs(plan, column, cells)
        named = (
            sounds_like_time(column.name, column.unit)
            or _counts_from_another_day(plan, column, cells)
            or re.fullmatch(r"T|[Tt][_ ]?\d{1,2}", column.name) is not None
            or _rises_without_name(plan, column, cells)
            or _rises_at_each(plan, column, cells)
        )
        if not compact and not instants and not named:
            if _begins_fields(plan, column, cells):
                plan.doubt(
                    f"Columns {column.index + 1} to {column.index + 6} could be year, month, day, hour, minute and "
                    "second, but rows are counted; write the times in one column, such as 2023-12-25 02:50:00, and add "
                    "the file again."
                )
                return
            continue
        if (compact or measured(plan, column, 3, cells).steady > STEADY) and len(cells[column.index]) > 2:
            problem = (
                "could be Unix times"
                if instants
                else "could be the time"
                if not compact
                else "could be dates"
            )
            plan.doubt(
                f"“{shorten(column.name)}” {problem}, but rows are counted; choose the time column with “Read it "
                "differently”.",
                _as_time(column),
            )
            return
    _doubt_parts(plan)


def _doubt_parts(plan: ReadingPlan) -> None:
    """Add a doubt about columns next to each other that are named after parts of a time: ``Month,Day``."""
    for column, after in pairwise(plan.columns):
        if plan.header and _field(column) is not None and _field(after) == (_field(column) or 0) + 1:
            plan.doubt(
                f"“{shorten(column.name)}” and “{shorten(after.name)}” look like parts of a time that are not read, so "
                "rows are counted; write the times in one column, such as 2023-12-25 02:50:00, and add the file again."
            )
            return


def _field(column: Column) -> int | None:
    """Number of the part of a time that names a column of whole numbers, from 0, the year, to 5, the second."""
    name = column.name.strip("<> ").lower()
    fields = (*FIELD_NAMES[0], *FIELD_NAMES[1])
    if column.kind is not ColumnKind.INTEGER:
        return None
    return next((number for number, names in enumerate(fields) if name in names), None)


def _names_month(plan: ReadingPlan) -> bool:
    """Whether a column of whole numbers is named ``month``."""
    return any(
        column.name.strip("<> ").lower() in FIELD_NAMES[0][1] and column.kind is ColumnKind.INTEGER
        for column in plan.columns
    )


def doubt_second_time(plan: ReadingPlan, time: Column, cells: Cells) -> None:
    """Add a doubt about a second time with other values, possibly of the columns to its right: ``Time,A,Time,B``."""
    for column in plan.columns[time.index + 2 :]:
        again = re.fullmatch(rf"{re.escape(time.name)} \(\d+\)", column.name)
        if again and column.kind is not ColumnKind.EMPTY and cells[column.index] != cells[time.index]:
            _doubt_columns_right(plan, column, f"has other times than “{shorten(time.name)}”", cells)
            return


def doubt_pair(plan: ReadingPlan, time: Column, cells: Cells) -> None:
    """Add a doubt about a second time in the same unit with another step: ``A time (s),A,B time (s),B``."""
    span = _span(plan, time, cells)
    for column in plan.columns[time.index + 2 :]:
        if column.kind not in NUMBERS or not column.unit or column.unit != time.unit or not span:
            continue
        if not sounds_like_time(column.name, None) or measured(plan, column, 3, cells).rising < 1:
            continue
        if abs(_span(plan, column, cells) / span - 1) > _NEAR:
            _doubt_columns_right(plan, column, f"rises otherwise than “{shorten(time.name)}”", cells)
            return


def _doubt_columns_right(plan: ReadingPlan, time: Column, differs: str, cells: Cells) -> None:
    blocks = named_blocks(plan, cells)
    remedy = "say so with “Read it differently” (tables next to each other: each at its own times)"
    if not blocks:
        remedy = "write each time with its own columns to a file of its own, and add those"
    plan.doubt(
        f"“{shorten(time.name)}” {differs}, so the columns right of it may belong to it; if they do, {remedy}.",
        TABLE_REMEDIES if blocks else None,
    )


def _span(plan: ReadingPlan, column: Column, cells: Cells) -> float:
    values = values_of(plan, column, cells)
    return values[-1] - values[0] if values and column.kind in NUMBERS else 0.0


def doubt_clock(plan: ReadingPlan, time: Column, cells: Cells) -> None:
    """Add a doubt about a clock next to a date that is not read, or with frames instead of a fraction."""
    numbers = time.kind in NUMBERS and _is_in_a_day(plan, time, cells)
    clock = time.spelling is not None and time.spelling.is_clock and not time.spelling.is_elapsed
    if time.parts or not (clock or numbers) or plan.options.time is not None:
        return
    if all(map(_FRAMES.fullmatch, cells[time.index])):
        plan.doubt(
            f"“{shorten(time.name)}” is read with hundredths of a second at its end; if these are frames of a video, "
            "write them as fractions of a second and add the file again."
        )
    for column in plan.columns:
        texts = [cell for cell in cells[column.index] if not is_missing(cell)]
        named = bool(DAYS_BY_NAME & tokens(column.name)) and column is not time
        named = named and (clock or column.kind not in NUMBERS or not time.unit)
        named = named or (numbers and column.kind in DATES and not says_clock(column, cells))
        if (
            texts
            and column.reason != "every cell is empty"
            and (named or all(map(_NAMED_DAY.fullmatch, texts)))
        ):
            plan.doubt(
                f"“{shorten(column.name)}” (“{shorten(texts[0], 20)}”) could be the date of “{shorten(time.name)}” and "
                "is not read as one, so times have no date; join the two with “Read it differently”, or "
                "write dates such as 2023-12-25.",
                _as_time(column) if column.kind in DATES and says_clock(column, cells) else None,
            )
            return


def doubt_offset(plan: ReadingPlan, time: Column, cells: Cells) -> None:
    """Add a doubt about an offset from UTC in a column next to dates without a zone; it is not added."""
    if time.kind is not ColumnKind.DATE or plan.options.zone or (time.spelling and time.spelling.is_clock):
        return
    if zones := _zones_named(time):
        zone = next(iter(zones)) if len(zones) == 1 else ""
        plan.doubt(
            f"“{shorten(time.name)}” has a zone in its name or unit, which is not used: times are read as UTC. Choose "
            "the zone with “Read it differently” to read them as local times of it.",
            {f"Zone {zone}": {"zone": zone}} if zone else None,
        )
        return
    for column in plan.columns:
        words = {cell.strip() for cell in cells[column.index]}
        offsets = all(map(_OFFSET.fullmatch, words)) and column is not time
        named = bool({"utc", "gmt", "tz"} & tokens(column.name)) and bool(
            {"offset", "tz"} & tokens(column.name)
        )
        if offsets or (named and column.kind in NUMBERS):
            zone = next(iter(words)) if offsets and len(words) == 1 else ""
            plan.doubt(
                f"“{shorten(column.name)}” has offsets from UTC, which are not added to “{shorten(time.name)}”; choose "
                "the zone with “Read it differently”, or write each time with its offset, and add the file again.",
                {f"Zone {zone}": {"zone": zone}} if zone else None,
            )
            return


def _zones_named(time: Column) -> set[str]:
    """Offsets from UTC in the name or the unit of a time: ``Time (UTC+02:00)``, ``Date Time, GMT+01:00``, ``[CET]``."""
    text = f"{time.name} [{time.unit or ''}]"
    offsets = {
        f"{sign}{int(hours):02}:{minutes or '00'}" for sign, hours, minutes in _NAMED_OFFSET.findall(text)
    }
    named = {offset_of_name(word) for words in _BRACKETED.findall(text) for word in words.split("/")}
    return {offset for offset in offsets | named if offset and offset[1:] != "00:00"}


def _as_time(column: Column) -> dict[str, dict[str, str]]:
    """The remedy of a doubt: another column is the time."""
    return {f"“{shorten(column.name, 20)}” is the time": {"time": column.name}}


def _is_in_a_day(plan: ReadingPlan, time: Column, cells: Cells) -> bool:
    """Numbers of a column ``Time`` that fit in one day, as a part of a day, in seconds or in digits."""
    values = values_of(plan, time, cells)
    words = tokens(time.name) & {"elapsed", "relative", "uptime"}
    return bool(values) and not words and min(values) >= 0 and max(values) < _CLOCK_IN_DIGITS


def rising_at_rate(plan: ReadingPlan, rate: float, cells: Cells) -> Column | None:
    """A column without a name whose steps are those of the rate in the head: the time in seconds."""
    for column in plan.columns:
        plain = column.kind in {ColumnKind.INTEGER, ColumnKind.FLOAT} and not column.via
        if not plain or (plan.header and not re.fullmatch(r"column \d+", column.name)):
            continue
        values = values_of(plan, column, cells)
        steps = [after - before for before, after in pairwise(values)]
        if len(values) < TELLS or len(values) != len(cells[column.index]):
            continue
        if all(abs(step * rate - 1) < _NEAR for step in steps):
            column.unit = "s"
            plan.note(
                f"“{column.name}” rises by the interval in the head of the file, so it is the time in seconds."
            )
            for other in plan.columns[column.index + 1 :]:
                if cells[other.index] == cells[column.index]:
                    other.skip("a further column of times")
            return column
    return None


def _counts_from_another_day(plan: ReadingPlan, column: Column, cells: Cells) -> bool:
    values = values_of(plan, column, cells)
    return names_epoch(column.name, column.unit) and bool(values) and min(values) >= _LARGE


def _are_years(cells: list[str]) -> bool:
    return all(is_integer(cell) and 1500 <= int(cell) <= 2200 for cell in cells if not is_missing(cell))


def _is_year_without_name(plan: ReadingPlan, column: Column, cells: Cells) -> bool:
    """Recent years in a table without names, in steps of 0 or 1."""
    values = values_of(plan, column, cells)
    steps = {after - before for before, after in pairwise(values)}
    return not plan.header and len(values) >= TELLS and min(values) >= 1990 and steps <= {0.0, 1.0}


def _rises_without_name(plan: ReadingPlan, column: Column, cells: Cells) -> bool:
    """A column without a name that increases in every row, or restarts a few times, and is not a row number."""
    if len(plan.columns) == 1 or (plan.header and not re.fullmatch(r"column \d+", column.name)):
        return False
    values = values_of(plan, column, cells)
    steps = [after - before for before, after in pairwise(values)]
    restarts = sum(step <= 0 for step in steps)
    if len(values) < TELLS or restarts * TELLS > len(steps) or not all(steps):
        return False
    numbers = {step for step in steps if step > 0} == {1.0} and values[0] in (0.0, 1.0)
    even = restarts == 0 or len({round(step, 9) for step in steps if step > 0}) == 1
    return even and not numbers


def _rises_at_each(plan: ReadingPlan, column: Column, cells: Cells) -> bool:
    """The first of several columns of one name that all rise: ``Name,A,Name,B``, as TwinCAT Scope writes times."""
    name = plan.header_cells[column.index] if plan.header else ""
    again = [place for place, cell in enumerate(plan.header_cells) if cell == name]
    if not name or len(again) < 2 or again[0] != column.index or len(cells[column.index]) < TELLS:
        return False
    candidates = [measured(plan, plan.columns[place], 3, cells) for place in again]
    return all(candidate.column.kind in NUMBERS and candidate.rising == 1 for candidate in candidates)


def _are_compact(cells: list[str]) -> bool:
    """Dates such as ``20240213100000``."""
    texts = [cell.strip() for cell in cells if not is_missing(cell)]
    return len({len(text) for text in texts} | {8, 12, 14}) == 3 and reads(texts, COMPACT) and bool(texts)


def _are_weeks_or_months(column: Column, cells: list[str]) -> bool:
    """``202406`` in a column with a name such as ``week`` or ``month``."""
    texts = [cell.strip() for cell in cells if not is_missing(cell)]
    named = _PERIODS & tokens(column.name)
    return bool(named) and all(
        len(text) == 6 and 1900 <= int(text[:4]) <= 2100 and 1 <= int(text[4:]) <= 53 for text in texts
    )


def _begins_fields(plan: ReadingPlan, first: Column, cells: Cells) -> bool:
    """Whether six columns without names could be a year of two digits, month, day, hour, minute and second."""
    columns = plan.columns[first.index : first.index + len(_LARGEST_FIELDS)]
    if plan.header or len(columns) < len(_LARGEST_FIELDS) or len(cells[first.index]) < TELLS:
        return False
    if any(column.kind not in NUMBERS or column.via for column in columns):
        return False
    values = [values_of(plan, column, cells) for column in columns]
    if any(len(column) != len(values[0]) for column in values):
        return False
    if any(
        min(column) < 0 or max(column) > most for column, most in zip(values, _LARGEST_FIELDS, strict=True)
    ):
        return False
    rows = list(zip(*values, strict=True))
    return min(values[1]) >= 1 <= min(values[2]) and all(before < after for before, after in pairwise(rows))
