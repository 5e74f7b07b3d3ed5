"""Choose the time column, or the columns that are joined to one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import pyarrow as pa

from services.ingest.cells import is_integer, is_missing, is_missing_word, shorten
from services.ingest.kinds import UNIT_DIGITS, epoch_unit
from services.ingest.longtable import choose_series
from services.ingest.names import DURATIONS, names_epoch, sounds_like_time, time_unit, tokens
from services.ingest.plan import DATES, NUMBERS, Column, ColumnKind, ReadingPlan
from services.ingest.reading_options import APART, AS_FOUND, JOINED, WrongOption
from services.ingest.sideblocks import TABLE_REMEDIES, named_blocks, take_blocks
from services.ingest.spellings import (
    CLOCK,
    CLOCK_HALF,
    CLOCK_INTERVAL,
    CLOCK_MINUTES,
    CLOCK_POINTS,
    CLOCK_ZONED,
    COMPACT,
    COMPACT_CLOCK,
    DATED,
    EITHER_ORDER,
    FIELDS,
    NAMED_MONTH,
    SIX_DIGITS,
    YEAR_DAY,
    YEAR_FIRST,
    ImpossibleTimeError,
    Spelling,
    has_clock,
    has_zone,
    nanoseconds_of,
    offset_of_name,
    order_shown,
    pointed,
    with_digits,
    with_end,
    with_hours,
)
from services.ingest.timevalues import joined, values_of

_TIMES = DATES | {ColumnKind.EPOCH}
SINCE_1970 = "unix "  # followed by a unit: Unix time in that unit
SINCE_1989 = "fit s"  # seconds since 1989-12-31, as in Garmin's FIT
_FIELDS = (
    (
        {"year", "yyyy", "yyy", "yr", "yy"},
        {"month", "mon", "mm", "mo", "mn"},
        {"day", "dd", "dy", "dom", "mday"},
    ),
    ({"hour", "hours", "hh", "hr"}, {"minute", "minutes", "min", "mi"}, {"second", "seconds", "sec", "ss"}),
)
_MONTH_NAMES = frozenset(("month", "monat", "mois", "mes", "mese", "mês", "maand", "månad"))
_DATE_NAMES = frozenset(
    [
        "date",
        "datum",
        "fecha",
        "data",
        "day",
        "dt",
        "dtyyyymmdd",
        "yyyymmdd",
        "datadate",
        "datetime",
        "timestamp",
        "time",
    ]
)
_PERIODS = frozenset(
    ("week", "weeks", "epiweek", "yearweek", "kw", "month", "yearmonth", "period", "quarter")
)
_YEARS = frozenset({"year", "yyyy", "yyy", "yy", "yr", "jahr", "année", "año", "anno"})
_DAYS_OF_YEAR = ("doy", "jday", "yday", "dayofyear", "julian", "day_of_year", "julian_day", "day of year")
_OTHER_DAYS = frozenset({"doy", "jday", "julian", "yday", "dayofyear", "week", "quarter"})
_HOURS = frozenset({"hh", "he", "hour", "hr", "hours", "uur", "stunde", "heure", "hora"})
_MILLIS = frozenset(
    {"millitm", "ms", "msec", "msecs", "millis", "millisecond", "milliseconds", "millisekunden"}
)
_UNITS_AS_NAMES = frozenset({"min", "mins", "minutes", "hr", "hrs", "hours"})
_SECONDS = frozenset({"s", "sec", "secs", "second", "seconds"})
_PARTS = (  # digits by name of the part of a second
    dict.fromkeys(("ms", "msec", "msecs", "millis", "millisec", "millisecond", "milliseconds"), 3)
    | dict.fromkeys(("us", "µs", "usec", "usecs", "micros", "microsec", "microsecond", "microseconds"), 6)
    | dict.fromkeys(("ns", "nsec", "nsecs", "nanos", "nanosec", "nanosecs", "nanosecond", "nanoseconds"), 9)
)
_STORED = frozenset(  # when a row was written, not when its value was measured
    (
        *("create", "update", "insert", "upload", "export"),
        *("created", "creation", "received", "inserted", "updated", "modified"),
        *("uploaded", "exported", "ingested", "processed"),
    )
)
_DAYS_BY_NAME = frozenset(("date", "datum", "fecha", "day", "日付", "日期", "날짜", "дата"))
_NAMED_DAY = re.compile(
    r"\s*(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?\s*"
)
_OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")
_NAMED_OFFSET = re.compile(r"\b(?:UTC|GMT)\s?([+-])(\d{1,2})(?::?(\d\d))?\b")
_BRACKETED = re.compile(r"[\[(]([A-Z]{3,4}(?:/[A-Z]{3,4})?)[\])]")
_FRAMES = re.compile(r"\s*\d+:\d\d:\d\d:\d\d\s*")
_HOUR_RANGE = re.compile(r"([01]\d|2[0-3])\s?[-–]\s?([01]\d|2[0-4])", re.ASCII)
_POINTED_MINUTES = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d", re.ASCII)
_BRACKETS = re.compile(r"\s*\([^()]*\)$")
_HALVES = re.compile(r"\s*[AaPp]\.?\s?[Mm]\.?\s*")
_AFTER_POINT = -3  # milliseconds, padded to three digits behind a point
_HOURS_OF_DAY, _SIXTY = 24, 60
_LARGE = 1e8  # three years in seconds; smaller numbers are counters, not dates
_TELLS = 10  # rows
_CLOCK_IN_DIGITS = 240_000  # HHMMSS
_HALF_DAY = 43_200e9  # nanoseconds: a clock that goes back by more passes midnight
_LARGEST_FIELDS = (99, 12, 31, 23, 59, 60)  # year, month, day, hour, minute, second
_NEAR = 0.01  # relative difference of a step from the interval in the head
_STEADY = 0.8  # minimum share of steps in one direction for numbers to be times

Cells = list[list[str]]  # by column


def choose_time(plan: ReadingPlan, cells: Cells) -> None:
    """Set ``plan.time`` from the user's choice, or from the names and the first rows; leave out other dates.

    Preferred are dates named like time, then numbers named like time, then other dates; among equals, the column that
    increases most. A column of numbers not named like time is never the time.

    Args:
        cells: the first rows, by column.

    Raises:
        WrongOption: the user's choice of time does not fit this file.
    """
    _join(plan, cells)
    if plan.options.time is not None or plan.options.counts_rows:
        plan.time = _chosen_time(plan, cells)
    else:
        plan.time = _best(plan, cells)
        if plan.time is None and plan.rate is not None and plan.options == AS_FOUND:
            plan.time = _rising_at_rate(plan, plan.rate, cells)
        if plan.time is None and plan.options.tables != APART:
            _doubt_numbers(plan, cells)
    blocks = plan.options.time is None and not plan.options.counts_rows and take_blocks(plan, cells)
    if plan.time is not None and not blocks:
        _doubt_second_time(plan, plan.time, cells)
        _doubt_pair(plan, plan.time, cells)
    if plan.time is not None:
        _doubt_clock(plan, plan.time, cells)
        _doubt_offset(plan, plan.time, cells)
    if plan.blocks:
        _align_blocks(plan)
        return
    choose_series(plan, values_of(plan, plan.time, cells) if plan.time else [], cells)
    for column in [candidate for candidate in plan.columns if candidate.kind in _TIMES]:
        if column is not plan.time and column.kind is ColumnKind.EPOCH:
            column.kind, column.reason = ColumnKind.FLOAT, ""
        elif column is not plan.time:
            column.skip("a further column of times" if plan.time else "a column of times")
    _check_options(plan)


def _align_blocks(plan: ReadingPlan) -> None:
    """Read the times of all joined tables as those of the first."""
    times = [block[0] for block in plan.blocks]
    for column in plan.columns:
        if column.kind in _TIMES and column not in times:
            column.skip("a further column of times")
    kinds = {column.kind for column in times}
    if ColumnKind.EPOCH in kinds and len(kinds) > 1:
        for column in times:
            column.kind, column.scale = ColumnKind.EPOCH, max(time.scale for time in times)
    if len({column.kind in DATES for column in times}) > 1:
        raise WrongOption("tables", "The times of these tables are of different kinds; choose “one table”.")
    _check_options(plan)


def _chosen_time(plan: ReadingPlan, cells: Cells) -> Column | None:
    if plan.options.counts_rows:
        return None
    name = plan.options.time
    column = next((candidate for candidate in plan.columns if candidate.name == name), None)
    if column is None and name and JOINED in name:
        return _join_chosen(plan, cells, name.split(JOINED))
    if column is None:
        raise WrongOption(
            "time", f"There is no column “{shorten(str(name))}” when the file is read like this."
        )
    if column.kind in {ColumnKind.SKIPPED, ColumnKind.EMPTY}:
        reason = column.reason or "there is no value in its first rows"
        raise WrongOption("time", f"“{column.name}” cannot be the time: {reason}.")
    return column


def _join_chosen(plan: ReadingPlan, cells: Cells, names: list[str]) -> Column:
    """The columns of ``names``, in this order, as one time."""
    named = {column.name: column for column in reversed(plan.columns)}
    for name in names:
        if name not in named:
            raise WrongOption(
                "time", f"There is no column “{shorten(name)}” when the file is read like this."
            )
    parts = [named[name] for name in names]
    digits = max((len(cell.strip()) for cell in cells[parts[-1].index]), default=0)
    ways: list[tuple[Spelling, tuple[int, ...]]] = [
        (spelling, (0,) * len(parts))
        for spelling in (
            *DATED,
            FIELDS,
            YEAR_DAY,
            NAMED_MONTH,
            CLOCK,
            CLOCK_MINUTES,
            pointed(YEAR_FIRST),
            pointed(EITHER_ORDER),
        )
    ]
    if parts[-1].name.lower() in _MILLIS:
        ways = [(spelling, (*pads[:-1], _AFTER_POINT)) for spelling, pads in ways]
    if len(parts) == 2:
        clock = _clock_digits(digits)
        ways += [(COMPACT_CLOCK, (8, 0)), (COMPACT, (8, clock)), (SIX_DIGITS, (6, clock))]
    if len(parts) == 2 and _join_parts(plan, cells, parts[0], parts[1]):
        return parts[0]
    if not any(_join_if_possible(plan, cells, parts, spelling, pads) for spelling, pads in ways):
        raise WrongOption(
            "time", f"{' and '.join(f'“{shorten(name)}”' for name in names)} make no date and time."
        )
    return parts[0]


def _check_options(plan: ReadingPlan) -> None:
    """Check that zone and unit fit the time column, and apply the unit."""
    unit, time = plan.options.unit, plan.time
    if plan.options.zone and (time is None or time.kind is not ColumnKind.DATE):
        problem = (
            "The times of this file have their zone"
            if time and time.kind is ColumnKind.INSTANT
            else "There are no dates"
        )
        raise WrongOption("zone", f"{problem}; leave this as found, or choose another time column.")
    if unit and time and time.kind in DATES:
        raise WrongOption("unit", "The time column has dates, not numbers; leave this as found.")
    if unit and plan.options.counts_rows:
        raise WrongOption("unit", "There is no time column; leave this as found.")
    if unit and time and unit.startswith(SINCE_1970):
        time.kind, time.scale = ColumnKind.EPOCH, UNIT_DIGITS[unit.removeprefix(SINCE_1970)]
    elif unit == SINCE_1989 and time:
        time.kind, time.scale = ColumnKind.EPOCH, UNIT_DIGITS["s"]
    elif unit and time and time.kind is ColumnKind.EPOCH:
        time.kind = ColumnKind.FLOAT


# ---- candidates -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Candidate:
    column: Column
    strength: (
        int  # 0 date named like time, 1 number named like time, 2 other date, 3 number with a hint of time
    )
    rising: float  # share of increasing or of decreasing steps, whichever is greater
    moves: bool
    steady: float  # share of non-decreasing or of non-increasing steps

    @property
    def rank(self) -> tuple[bool, bool, float, bool, int, bool, bool, bool, int]:
        name = self.column.name.strip("<>").lower()
        late = bool(_STORED & tokens(self.column.name))
        zoned = self.column.kind is ColumnKind.INSTANT or bool({"utc", "gmt"} & tokens(self.column.name))
        clock = self.column.spelling is not None and self.column.spelling.is_clock
        return (
            not self.moves,
            clock and self.steady < 1,
            -round(self.rising, 1),
            late,
            self.strength,
            clock,
            name == "t",
            not zoned,
            self.column.index,
        )


def _best(plan: ReadingPlan, cells: Cells) -> Column | None:
    candidates = [candidate for column in plan.columns if (candidate := _candidate(plan, column, cells))]
    if not candidates and plan.options.unit:  # the user chose a unit: an increasing column is the time
        numbers = [column for column in plan.columns if column.kind in {ColumnKind.INTEGER, ColumnKind.FLOAT}]
        rising = [_measured(plan, column, 3, cells) for column in numbers]
        candidates = [candidate for candidate in rising if candidate.moves and candidate.rising > 0.99]
    return min(candidates, key=lambda candidate: candidate.rank).column if candidates else None


def _doubt_numbers(plan: ReadingPlan, cells: Cells) -> None:
    """Add a doubt about a column of numbers that could be the time, if there is no time column."""
    for column in plan.columns:
        plain = column.via in {"", "spelt", "grouped", "hexadecimal", ",", "."}
        if column.kind not in {ColumnKind.INTEGER, ColumnKind.FLOAT, ColumnKind.EPOCH} or not plain:
            continue
        years = column.kind is ColumnKind.INTEGER and _are_years(cells[column.index])
        if years and (column.name.lower() in _YEARS or _is_year_without_name(plan, column, cells)):
            plan.doubt(
                f"“{shorten(column.name)}” looks like a part of a time that is not read, so rows are counted; join it "
                "with the other parts with “Read it differently”, or write the times in one column, such as 2023-12-25 "
                "02:50:00, and add the file again."
            )
            return
        if column.name.lower() in _YEARS and _names_month(plan) and not years:
            plan.doubt(
                f"“{shorten(column.name)}” has no years from 1678 to 2261, so its dates are not read and rows are "
                "counted; write dates of the Gregorian calendar and add the file again."
            )
            return
        compact = column.kind is ColumnKind.INTEGER and (
            _are_compact(cells[column.index]) or _are_weeks_or_months(column, cells[column.index])
        )
        instants = _are_epochs(plan, column, cells)
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
        if (compact or _measured(plan, column, 3, cells).steady > _STEADY) and len(cells[column.index]) > 2:
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
    fields = (*_FIELDS[0], *_FIELDS[1])
    if column.kind is not ColumnKind.INTEGER:
        return None
    return next((number for number, names in enumerate(fields) if name in names), None)


def _names_month(plan: ReadingPlan) -> bool:
    """Whether a column of whole numbers is named ``month``."""
    return any(
        column.name.strip("<> ").lower() in _FIELDS[0][1] and column.kind is ColumnKind.INTEGER
        for column in plan.columns
    )


def _doubt_second_time(plan: ReadingPlan, time: Column, cells: Cells) -> None:
    """Add a doubt about a second time with other values, possibly of the columns to its right: ``Time,A,Time,B``."""
    for column in plan.columns[time.index + 2 :]:
        again = re.fullmatch(rf"{re.escape(time.name)} \(\d+\)", column.name)
        if again and column.kind is not ColumnKind.EMPTY and cells[column.index] != cells[time.index]:
            _doubt_columns_right(plan, column, f"has other times than “{shorten(time.name)}”", cells)
            return


def _doubt_pair(plan: ReadingPlan, time: Column, cells: Cells) -> None:
    """Add a doubt about a second time in the same unit with another step: ``A time (s),A,B time (s),B``."""
    span = _span(plan, time, cells)
    for column in plan.columns[time.index + 2 :]:
        if column.kind not in NUMBERS or not column.unit or column.unit != time.unit or not span:
            continue
        if not sounds_like_time(column.name, None) or _measured(plan, column, 3, cells).rising < 1:
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


def _doubt_clock(plan: ReadingPlan, time: Column, cells: Cells) -> None:
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
        named = bool(_DAYS_BY_NAME & tokens(column.name)) and column is not time
        named = named and (clock or column.kind not in NUMBERS or not time.unit)
        named = named or (numbers and column.kind in DATES and not _says_clock(column, cells))
        if (
            texts
            and column.reason != "every cell is empty"
            and (named or all(map(_NAMED_DAY.fullmatch, texts)))
        ):
            plan.doubt(
                f"“{shorten(column.name)}” (“{shorten(texts[0], 20)}”) could be the date of “{shorten(time.name)}” and "
                "is not read as one, so times have no date; join the two with “Read it differently”, or "
                "write dates such as 2023-12-25.",
                _as_time(column) if column.kind in DATES and _says_clock(column, cells) else None,
            )
            return


def _doubt_offset(plan: ReadingPlan, time: Column, cells: Cells) -> None:
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


def _rising_at_rate(plan: ReadingPlan, rate: float, cells: Cells) -> Column | None:
    """A column without a name whose steps are those of the rate in the head: the time in seconds."""
    for column in plan.columns:
        plain = column.kind in {ColumnKind.INTEGER, ColumnKind.FLOAT} and not column.via
        if not plain or (plan.header and not re.fullmatch(r"column \d+", column.name)):
            continue
        values = values_of(plan, column, cells)
        steps = [after - before for before, after in pairwise(values)]
        if len(values) < _TELLS or len(values) != len(cells[column.index]):
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
    return not plan.header and len(values) >= _TELLS and min(values) >= 1990 and steps <= {0.0, 1.0}


def _rises_without_name(plan: ReadingPlan, column: Column, cells: Cells) -> bool:
    """A column without a name that increases in every row, or restarts a few times, and is not a row number."""
    if len(plan.columns) == 1 or (plan.header and not re.fullmatch(r"column \d+", column.name)):
        return False
    values = values_of(plan, column, cells)
    steps = [after - before for before, after in pairwise(values)]
    restarts = sum(step <= 0 for step in steps)
    if len(values) < _TELLS or restarts * _TELLS > len(steps) or not all(steps):
        return False
    numbers = {step for step in steps if step > 0} == {1.0} and values[0] in (0.0, 1.0)
    even = restarts == 0 or len({round(step, 9) for step in steps if step > 0}) == 1
    return even and not numbers


def _rises_at_each(plan: ReadingPlan, column: Column, cells: Cells) -> bool:
    """The first of several columns of one name that all rise: ``Name,A,Name,B``, as TwinCAT Scope writes times."""
    name = plan.header_cells[column.index] if plan.header else ""
    again = [place for place, cell in enumerate(plan.header_cells) if cell == name]
    if not name or len(again) < 2 or again[0] != column.index or len(cells[column.index]) < _TELLS:
        return False
    candidates = [_measured(plan, plan.columns[place], 3, cells) for place in again]
    return all(candidate.column.kind in NUMBERS and candidate.rising == 1 for candidate in candidates)


def _are_compact(cells: list[str]) -> bool:
    """Dates such as ``20240213100000``."""
    texts = [cell.strip() for cell in cells if not is_missing(cell)]
    return len({len(text) for text in texts} | {8, 12, 14}) == 3 and _reads(texts, COMPACT) and bool(texts)


def _are_weeks_or_months(column: Column, cells: list[str]) -> bool:
    """``202406`` in a column with a name such as ``week`` or ``month``."""
    texts = [cell.strip() for cell in cells if not is_missing(cell)]
    named = _PERIODS & tokens(column.name)
    return bool(named) and all(
        len(text) == 6 and 1900 <= int(text[:4]) <= 2100 and 1 <= int(text[4:]) <= 53 for text in texts
    )


def _candidate(plan: ReadingPlan, column: Column, cells: Cells) -> _Candidate | None:
    exact = time_unit(column.name, column.unit) is not None
    if column.name == "T" and column.kind in NUMBERS:
        exact = False  # more likely a temperature
    if column.spelling is CLOCK_ZONED and not column.parts:
        return None
    if column.kind in _TIMES:
        hints = exact or sounds_like_time(column.name, column.unit) or bool(column.parts)
        hints = hints or (column.index == 0 and _is_unnamed(plan, column))
        elapsed = column.spelling is not None and column.spelling.is_elapsed
        return _measured(plan, column, 2 if not hints else int(elapsed), cells)
    if column.kind not in {ColumnKind.INTEGER, ColumnKind.FLOAT}:
        return None
    exact = exact or bool(column.parts)
    in_unit = column.via == "quantity" and time_unit("time", column.suffix) in DURATIONS
    if column.via not in {"", "spelt"} and not (
        exact and (in_unit or column.via in {",", ".", "grouped", "labelled"})
    ):
        return None
    if exact:
        return _measured(plan, column, 1, cells)
    if any(is_missing(cell) or is_missing_word(cell) for cell in cells[column.index]):
        return None
    if "year" in tokens(column.name) or column.name.lower() in _YEARS:
        return _year_candidate(plan, column, cells)
    return _hinted(plan, column, cells)


def _year_candidate(plan: ReadingPlan, column: Column, cells: Cells) -> _Candidate | None:
    """Years, possibly with a fraction, that increase in every row."""
    values, candidate = values_of(plan, column, cells), _measured(plan, column, 3, cells)
    rises = candidate.rising == 1 and len(values) > 2
    numbered = column.name.lower() in _YEARS and len(values) >= _TELLS  # also before Christ
    return candidate if rises and (numbered or 1500 <= min(values) <= max(values) < 2200) else None


def _hinted(plan: ReadingPlan, column: Column, cells: Cells) -> _Candidate | None:
    """Numbers whose name contains a word for time, or Unix times in a table without names."""
    hints, instants = sounds_like_time(column.name, column.unit), _are_epochs(plan, column, cells)
    hints = hints or _is_named_by_unit(plan, column)
    if instants and (hints or not plan.header or _is_unnamed(plan, column)):
        candidate = _measured(plan, column, 1 if hints else 2, cells)
        return candidate if candidate.steady > _STEADY else None
    if hints:
        candidate = _measured(plan, column, 3, cells)
        return candidate if candidate.steady > 0.99 and candidate.rising > _STEADY else None
    return None


def _is_named_by_unit(plan: ReadingPlan, column: Column) -> bool:
    """A column ``min`` that is no minimum, or ``hours``; ``HR`` is a heart rate."""
    if column.name.strip() == "HR":
        return False
    names = {other.name.strip().lower() for other in plan.columns}
    return column.name.strip().lower() in _UNITS_AS_NAMES and not names & {"max", "mean", "avg", "average"}


def _is_unnamed(plan: ReadingPlan, column: Column) -> bool:
    """A column without a name next to others with names, as data frames write their index."""
    return plan.header and bool(re.fullmatch(r"column \d+", column.name))


def _are_epochs(plan: ReadingPlan, column: Column, cells: Cells) -> bool:
    values = values_of(plan, column, cells)
    return bool(values) and epoch_unit(min(values), max(values), None) is not None


def _measured(plan: ReadingPlan, column: Column, strength: int, cells: Cells) -> _Candidate:
    values = values_of(plan, column, cells)
    steps = [after - before for before, after in pairwise(values)]
    up, down = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    if column.spelling is not None and column.spelling.is_clock and not column.spelling.is_elapsed:
        midnights = sum(step < -_HALF_DAY for step in steps), sum(step > _HALF_DAY for step in steps)
        passed = midnights[0] if up >= down else -midnights[1]
        up, down = up + passed, down - passed
    count = max(len(steps), 1)
    return _Candidate(column, strength, max(up, down) / count, up + down > 0, 1 - min(up, down) / count)


# ---- times in several columns ----------------------------------------------------------------------------


def _join(plan: ReadingPlan, cells: Cells) -> None:
    """Join a date and a clock time, or year, month, day … in separate columns, to one time."""
    if plan.options.time is not None or plan.options.counts_rows:
        return
    (
        _join_fields(plan, cells)
        or _join_date_and_clock(plan, cells)
        or _compact(plan, cells)
        or _join_seconds(plan, cells)
    )
    _join_rest(plan, cells)


def _join_rest(plan: ReadingPlan, cells: Cells) -> None:
    """Join the column right of a clock time, if it has AM or PM or milliseconds."""
    for column in [
        candidate
        for candidate in plan.columns
        if candidate.kind in DATES and candidate.spelling is not FIELDS
    ]:
        parts = column.parts or (column.index,)
        if parts[-1] + 1 >= len(plan.columns) or not (column.parts or _says_clock(column, cells)):
            continue
        next_column = plan.columns[parts[-1] + 1]
        texts = [cell for cell in cells[next_column.index] if not is_missing(cell)]
        if texts and all(map(_HALVES.fullmatch, texts)):
            pad = 0
        elif next_column.name.lower() in _MILLIS and next_column.kind is ColumnKind.INTEGER:
            if not all(len(text.strip()) <= -_AFTER_POINT and text.strip().isdigit() for text in texts):
                continue
            pad = _AFTER_POINT
        else:
            continue
        plan.notes = [note for note in plan.notes if not note.startswith("The time is joined")]
        column.name = column.name.split(JOINED)[0]
        every = [*(plan.columns[part] for part in parts), next_column]
        pads = (*(column.pads or (0,) * len(parts)), pad)
        _join_if_possible(plan, cells, every, column.spelling or YEAR_FIRST, pads)
        return


def _join_seconds(plan: ReadingPlan, cells: Cells) -> bool:
    """Join whole seconds and the parts of a second right of them: ``sec,nsec``, ``tv_sec,tv_usec``."""
    for seconds, rest in pairwise(plan.columns):
        named = bool(_SECONDS & tokens(seconds.name)) or time_unit(seconds.name, seconds.unit) in {"", "s"}
        whole = seconds.kind is rest.kind is ColumnKind.INTEGER
        if named and whole and _join_parts(plan, cells, seconds, rest):
            return True
    return False


def _join_parts(plan: ReadingPlan, cells: Cells, seconds: Column, rest: Column) -> bool:
    """Join two columns as seconds and parts of a second, if they rise together and the parts start again."""
    digits = next((_PARTS[word] for word in tokens(rest.name) | {rest.unit or ""} if word in _PARTS), 0)
    texts = [cells[seconds.index], cells[rest.index]]
    if not digits or not all(is_integer(cell) and int(cell) >= 0 for column in texts for cell in column):
        return False
    wholes, parts = ([int(cell) for cell in column] for column in texts)
    if not parts or max(parts) >= 10**digits:
        return False
    every = list(zip(wholes, parts, strict=True))
    if not all(before <= after for before, after in pairwise(every)):
        return False
    if not any(before > after for before, after in pairwise(parts)):
        return False
    unit = epoch_unit(min(wholes), max(wholes), "s")
    seconds.kind, seconds.scale = (ColumnKind.EPOCH, UNIT_DIGITS["s"]) if unit else (ColumnKind.FLOAT, 0)
    seconds.via, seconds.unit = ".", "s"
    seconds.parts, seconds.pads = (seconds.index, rest.index), (0, -digits)
    rest.skip(f"joined with “{seconds.name}” to the time")
    plan.note(f"The time is joined from “{seconds.name}” and “{rest.name}”.")
    seconds.name = JOINED.join((seconds.name, rest.name))
    return True


def _join_fields(plan: ReadingPlan, cells: Cells) -> bool:
    if not plan.header:
        return _join_fields_without_names(plan, cells)
    names = {
        column.name.strip("<> ").lower(): column
        for column in reversed(plan.columns)
        if column.kind is ColumnKind.INTEGER
    }
    names |= {
        name: column
        for column in plan.columns
        if column.kind is ColumnKind.FLOAT
        and not column.via
        and (name := column.name.strip("<> ").lower().split(".")[0]) in _FIELDS[1][2]
    }  # seconds with a fraction: second, ss.s
    exact = {column.name: column for column in plan.columns if column.kind is ColumnKind.INTEGER}
    if "MM" in exact and "mm" in exact:  # months and minutes
        names |= {"mo": exact["MM"], "mi": exact["mm"]}
        del names["mm"]
    day, clock = (
        [next((names[kind] for kind in kinds if kind in names), None) for kinds in group] for group in _FIELDS
    )
    if (
        day[2] is None
        and day[0]
        and day[1]
        and not _OTHER_DAYS & {column.name.lower() for column in plan.columns}
    ):
        return _join_if_possible(plan, cells, [day[0], day[1]], FIELDS, (0, 0))
    if day[0] and day[1] is None and day[2] is None:
        numbered = next((names[name] for name in _DAYS_OF_YEAR if name in names), None)
        spelling, day = YEAR_DAY, [day[0], numbered]
    else:
        spelling = FIELDS
    if any(part is None for part in day):
        return day[0] is not None and _join_named_month(plan, cells, day[0])
    parts = [part for part in day if part]
    for part in clock:
        if part is None:
            break
        parts.append(part)
    return _join_if_possible(plan, cells, parts, spelling, (0,) * len(parts))


def _join_named_month(plan: ReadingPlan, cells: Cells, year: Column) -> bool:
    """Join a year and the column of names of months next to it."""
    for place in (year.index + 1, year.index - 1):
        month = plan.columns[place] if 0 <= place < len(plan.columns) else None
        if month is not None and month.kind is ColumnKind.SKIPPED and month.name.lower() in _MONTH_NAMES:
            return _join_if_possible(plan, cells, [year, month], NAMED_MONTH, (0, 0))
    return False


def _join_fields_without_names(plan: ReadingPlan, cells: Cells) -> bool:
    """Join four to six adjacent columns of whole numbers: year, month, day, hour, minute, and second.

    Four only if the times rise in each row.
    """
    for start in range(len(plan.columns) - 3):
        for count in (6, 5, 4):
            parts = plan.columns[start : start + count]
            if len(parts) < count or any(part.kind is not ColumnKind.INTEGER for part in parts):
                continue
            if not all(is_integer(cell) and 1900 <= int(cell) <= 2100 for cell in cells[start]):
                break
            if _counts_days(parts[:4], cells) and _join_if_possible(
                plan, cells, [parts[0], *parts[2:]], FIELDS, (0,) * (count - 1)
            ):
                plan.doubt(
                    f"Columns {start + 1} to {start + count} are read as year, day of the year, month, day and clock."
                )
                return True
            if count == 4 and not _rise_together(parts, cells):
                continue
            if _join_if_possible(plan, cells, parts, FIELDS, (0,) * count):
                fields = ("year", "month", "day", "hour", "minute", "second")[:count]
                plan.doubt(f"Columns {start + 1} to {start + count} are read as {', '.join(fields)}.")
                return True
    return False


def _begins_fields(plan: ReadingPlan, first: Column, cells: Cells) -> bool:
    """Whether six columns without names could be a year of two digits, month, day, hour, minute and second."""
    columns = plan.columns[first.index : first.index + len(_LARGEST_FIELDS)]
    if plan.header or len(columns) < len(_LARGEST_FIELDS) or len(cells[first.index]) < _TELLS:
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


def _rise_together(parts: list[Column], cells: Cells) -> bool:
    """Whether rows of whole numbers increase in each row, compared from the first column to the last."""
    rows = [
        tuple(map(int, row))
        for row in zip(*(cells[part.index] for part in parts), strict=True)
        if all(map(is_integer, row))
    ]
    return len(rows) > 2 and all(before < after for before, after in pairwise(rows))


def _counts_days(parts: list[Column], cells: Cells) -> bool:
    """Whether the second of four columns is the day of the year of the others: year, month and day."""
    for row in zip(*(cells[part.index] for part in parts), strict=True):
        try:
            year, number, month, day = map(int, row)
            if (date(year, month, day) - date(year, 1, 1)).days + 1 != number:
                return False
        except ValueError:
            return False
    return True


def _join_date_and_clock(plan: ReadingPlan, cells: Cells) -> bool:
    for day in plan.columns:
        if day.kind in DATES and not _says_clock(day, cells):
            clock = _adjacent_clock(plan, day)
            if clock:
                return _join_if_possible(plan, cells, [day, clock], _spelling_with(day, clock), (0, 0))
            clock = _adjacent_points(plan, day, cells)
            if clock and _join_if_possible(
                plan, cells, [day, clock], pointed(day.spelling or YEAR_FIRST), (0, 0)
            ):
                return True
            digits = _adjacent_digits(plan, day, cells)
            if digits and _is_clock_in_digits(digits, cells):
                width = _clock_digits(max(len(cell.strip()) for cell in cells[digits.index]))
                spelling = with_digits(day.spelling or YEAR_FIRST)
                if _join_if_possible(plan, cells, [day, digits], spelling, (0, width)):
                    return True
            hours = _adjacent_hours(plan, day, cells)
            if hours and _join_if_possible(
                plan, cells, [day, hours], with_hours(day.spelling or YEAR_FIRST), (0, 0)
            ):
                return True
            hour = _adjacent_hour(plan, day, cells)
            if hour and _join_hour(plan, cells, day, hour):
                return True
        elif day.kind is ColumnKind.INTEGER and _is_compact_date(plan, day, cells):
            clock = _adjacent_digits(plan, day, cells)
            if clock:
                width = _clock_digits(max(len(cell.strip()) for cell in cells[clock.index]))
                return _join_if_possible(plan, cells, [day, clock], COMPACT, (8, width))
            clock = _adjacent_clock(plan, day)
            if clock:
                return _join_if_possible(plan, cells, [day, clock], COMPACT_CLOCK, (8, 0))
    return False


def _spelling_with(day: Column, clock: Column) -> Spelling:
    """The spelling of a date joined with its clock."""
    spelling = day.spelling or YEAR_FIRST
    if clock.spelling is CLOCK_INTERVAL:
        return with_end(spelling)
    return pointed(spelling) if clock.spelling is CLOCK_POINTS else spelling


def _says_clock(column: Column, cells: Cells) -> bool:
    texts = [cell for cell in cells[column.index] if not is_missing(cell)]
    if column.spelling is None:
        return any(len(text) > 10 for text in texts)
    if column.spelling.is_clock:
        return True
    return any(match is not None and has_clock(match) for match in map(column.spelling.match, texts))


def _adjacent_clock(plan: ReadingPlan, date: Column) -> Column | None:
    """The clock of a date: of the same name (``StartDate``, ``StartTime``), next to it, or the only one."""
    spellings = (CLOCK, CLOCK_HALF, CLOCK_MINUTES, CLOCK_ZONED, CLOCK_POINTS, CLOCK_INTERVAL)
    clocks = [column for column in plan.columns if column.spelling in spellings]
    name = date.name.lower().replace("date", "time")
    near = [clock for clock in clocks if clock.name.lower() == name != date.name.lower()]
    near += [clock for clock in clocks if abs(clock.index - date.index) == 1]
    return near[0] if near else clocks[0] if len(clocks) == 1 else None


def _adjacent_hours(plan: ReadingPlan, date: Column, cells: Cells) -> Column | None:
    """The column right of a date that has intervals of an hour: ``00-01``, ``23 - 24``."""
    column = plan.columns[date.index + 1] if date.index + 1 < len(plan.columns) else None
    if column is None or column.kind is not ColumnKind.SKIPPED:
        return None
    matches = [_HOUR_RANGE.fullmatch(cell.strip()) for cell in cells[column.index]]
    hourly = all(match and (int(match[2]) - int(match[1])) % _HOURS_OF_DAY == 1 for match in matches)
    return column if matches and hourly else None


def _adjacent_points(plan: ReadingPlan, date: Column, cells: Cells) -> Column | None:
    """The column right of a date that is named like a clock and has all its minutes behind a point: ``22.50``."""
    column = plan.columns[date.index + 1] if date.index + 1 < len(plan.columns) else None
    if column is None or column.kind is not ColumnKind.FLOAT or column.unit:
        return None
    named = sounds_like_time(column.name, None) and not {"elapsed", "relative", "uptime"} & tokens(
        column.name
    )
    texts = [cell.strip() for cell in cells[column.index]]
    return column if named and texts and all(map(_POINTED_MINUTES.fullmatch, texts)) else None


def _adjacent_hour(plan: ReadingPlan, date: Column, cells: Cells) -> Column | None:
    """A column ``hour`` with 0 to 23 next to a date; 1 to 24 are a doubt."""
    for place in (date.index + 1, date.index - 1):
        column = plan.columns[place] if 0 <= place < len(plan.columns) else None
        if column is None or column.kind is not ColumnKind.INTEGER:
            continue
        if not _names_hour(column) and not (place > date.index and _counts_hours(plan, cells[place])):
            continue
        hours = {int(cell) for cell in cells[place] if is_integer(cell)}
        if len(set(cells[date.index])) * 2 > len(cells[date.index]):
            continue  # a value of each day
        below = plan.columns[place + 1].name.lower() if place + 1 < len(plan.columns) else ""
        moves = len(hours) > 1 or below in _FIELDS[1][1]
        if min(hours) < 0 or max(hours) > _HOURS_OF_DAY or not moves:
            continue
        if max(hours) == _HOURS_OF_DAY:
            plan.doubt(
                f"“{shorten(column.name)}” is read as the clock, from 1 to 24 o'clock; if it numbers the hours from 1, "
                "all times are one hour earlier."
            )
        return column
    return None


def _names_hour(column: Column) -> bool:
    """``hour``, ``Hour (PST)``, ``Hour Ending``."""
    return _BRACKETS.sub("", column.name.lower()).strip().removesuffix("ending").rstrip(" _") in _HOURS


def _counts_hours(plan: ReadingPlan, cells: list[str]) -> bool:
    """Whether a column of a table without names counts from hour to hour, and begins again after the last of a day."""
    if plan.header or len(cells) < _TELLS or not all(map(is_integer, cells)):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(cells)}
    return steps <= {1, 1 - _HOURS_OF_DAY}


def _join_hour(plan: ReadingPlan, cells: Cells, day: Column, hour: Column) -> bool:
    """Join a date and a column of hours, and minutes and seconds right of it."""
    parts = [day, hour]
    for column, names in zip(plan.columns[hour.index + 1 :], _FIELDS[1][1:], strict=False):
        if column.name.lower() not in names or column.kind is not ColumnKind.INTEGER:
            break
        parts.append(column)
    if len(parts) > 2 and _join_if_possible(plan, cells, parts, FIELDS, (0,) * len(parts)):
        return True
    return _join_if_possible(plan, cells, [day, hour], day.spelling or YEAR_FIRST, (0, 0))


def _is_compact_date(plan: ReadingPlan, column: Column, cells: Cells) -> bool:
    if plan.header and column.name.strip("<> ").lower() not in _DATE_NAMES:
        return False
    texts = [cell.strip() for cell in cells[column.index] if not is_missing(cell)]
    return bool(texts) and all(len(text) == 8 for text in texts) and _reads(texts, COMPACT)


def _adjacent_digits(plan: ReadingPlan, date: Column, cells: Cells) -> Column | None:
    """A column like ``93000`` next to a date like ``20240213``."""
    for place in (date.index + 1, date.index - 1):
        if not 0 <= place < len(plan.columns) or plan.columns[place].kind is not ColumnKind.INTEGER:
            continue
        column, texts = plan.columns[place], {cell.strip() for cell in cells[place]}
        name = column.name.lower()
        clock = _names_hour(column) or any(word in name for word in ("time", "zeit", "hhmm", "clock"))
        moves = len(texts) > 1 and max(map(len, texts)) > 2  # otherwise the number of a station, or a day
        fits = all(text.isdigit() and (len(text) <= 6 or 8 <= len(text) <= 9) for text in texts)
        if fits and (clock or (not plan.header and moves)):
            return column
    return None


def _is_clock_in_digits(column: Column, cells: Cells) -> bool:
    """Whether enough different numbers are all HHMM or HHMMSS, which seconds of a day or minutes are not."""
    texts = {cell.strip() for cell in cells[column.index]}
    width = _clock_digits(max(map(len, texts)))
    if column.unit or width < len("HHMM") or len(texts) < _TELLS:
        return False
    places = range(0, min(width, 6), 2)
    parts = [[int(text.zfill(width)[place : place + 2]) for place in places] for text in texts]
    return all(hour <= _HOURS_OF_DAY and max(rest) < _SIXTY for hour, *rest in parts)


def _clock_digits(longest: int) -> int:
    """Digits to which ``7``, ``730`` or ``73000`` are padded: hours, minutes, seconds, milliseconds."""
    return 2 if longest <= 2 else 4 if longest <= 4 else 6 if longest <= 6 else 9


def _compact(plan: ReadingPlan, cells: Cells) -> bool:
    """``2024021310`` in a column with a name like time."""
    for column in plan.columns:
        named = (
            time_unit(column.name, column.unit) == ""
            or column.name.strip("<> ").lower() in _DATE_NAMES
            or (sounds_like_time(column.name, column.unit) and not column.unit)
        )
        if column.kind is not ColumnKind.INTEGER or (plan.header and not named):
            continue
        texts = [cell.strip() for cell in cells[column.index] if not is_missing(cell)]
        lengths = {len(text) for text in texts}
        possible = {8, 10, 12, 14} if named else {14}
        if len(lengths) == 1 and lengths <= possible and _reads(texts, COMPACT):
            column.kind, column.spelling = ColumnKind.DATE, COMPACT
            return True
    return False


def _reads(texts: list[str], spelling: Spelling) -> bool:
    if not all(spelling.match(text) for text in texts):
        return False
    try:
        nanoseconds_of(pa.chunked_array([pa.array(texts, pa.string())]), spelling, "dmy")
    except ImpossibleTimeError:
        return False
    return True


def _join_if_possible(
    plan: ReadingPlan, cells: Cells, parts: list[Column], spelling: Spelling, pads: tuple[int, ...]
) -> bool:
    """Join ``parts`` if all their first rows are possible times."""
    time = parts[0]
    rows = zip(*(cells[part.index] for part in parts), strict=True)
    texts = [joined(list(row), pads) for row in rows if not any(map(is_missing, row))]
    matches = [spelling.match(text) for text in texts]
    if not texts or not all(matches) or not (spelling.needs_order or _reads(texts, spelling)):
        return False
    time.kind = ColumnKind.INSTANT if matches[0] and has_zone(matches[0]) else ColumnKind.DATE
    time.spelling, time.parts, time.pads = spelling, tuple(part.index for part in parts), pads
    if spelling.needs_order:
        time.order = time.order or plan.options.dates or order_shown(texts)
    names = [part.name for part in parts]
    for part in parts[1:]:
        part.skip(f"joined with “{time.name}” to the time")
    time.name = JOINED.join(names)
    plan.note(f"The time is joined from {', '.join(f'“{name}”' for name in names)}.")
    return True


def instant_unit(column: Column, low: float, high: float) -> str | None:
    """Unit of the Unix times in a time column; None for plain numbers."""
    return epoch_unit(low, high, time_unit(column.name, column.unit) or column.unit)


def unit_factor(unit: str) -> int:
    """Nanoseconds in one ``unit``."""
    return int(10 ** UNIT_DIGITS[unit])
