"""Which kind of time the numbers of a column are: Unix time, days of a spreadsheet, another epoch, a clock."""

from __future__ import annotations

import re
from time import time as now

import numpy as np
from numpy.typing import NDArray

from services.ingest.assemble import Assembly
from services.ingest.cells import shorten
from services.ingest.columns import FLOAT, INTEGER, ColumnFile
from services.ingest.kinds import UNIT_DIGITS
from services.ingest.names import is_of_fit, names_epoch, period_in, sounds_like_time, time_unit, tokens
from services.ingest.plan import Column, ColumnKind, ReadingPlan
from services.ingest.reading_options import (
    AS_FOUND,
    CLOCK_IN_DIGITS,
    PARTS_OF_DAY,
    UNITS,
    WrongOption,
)
from services.ingest.spellings import CLOCK_MINUTES, MINUTES
from services.ingest.timecolumn import SINCE_1970, SINCE_1989, instant_unit, unit_factor
from services.ingest.timedoubts import DAYS_BY_NAME
from services.timeseries.info import TimeKind

CHUNK = 1 << 17
SECOND = 1_000_000_000  # nanoseconds
HALF_DAY = 43_200 * SECOND
DAY_MS = 86_400_000
_SPREADSHEET = -25_569 * 86_400 * SECOND  # 1899-12-30
_OTHER_DAYS = re.compile(r"elapsed|uptime|seconds|tow|jd|sec\b|_s\b")  # relative times, not dates
_SECOND_OF_DAY = 86_400
_LARGEST_SECONDS, _LARGEST_UNIX = 5e9, 4e15  # seconds and microseconds since 1970
_LARGEST_TICKS = 1e18  # .NET
_YEAR_2000 = 946_684_800 * SECOND
_YEAR_2012 = 1_325_376_000 * SECOND  # read as seconds since 1989-12-31: the year 2031
_YEAR_2008 = 1_199_145_600 * SECOND  # FIT is younger
_FIT_BEGINS = 631_065_600 * SECOND  # 1989-12-31
_INT64 = 2**63
_DAYS_SINCE_0 = (717_000, 770_000)  # 1963 to 2108
EQUAL_TIMES = 10  # rows with equal times: not a time column
_PERIODS = {"min": ("minutes", 60), "h": ("hours", 3_600), "d": ("days", 86_400)}  # with their seconds
_UNITS = {9: "seconds", 6: "milliseconds", 3: "microseconds", 0: "nanoseconds"}


class AgainError(Exception):
    """The file must be read a second time with one column of another kind."""

    def __init__(self, index: int, kind: ColumnKind, scale: int = 9) -> None:
        super().__init__(index)
        self.index, self.kind, self.scale = index, kind, scale

    def apply(self, plan: ReadingPlan) -> None:
        """Change ``plan`` for the second reading."""
        column = plan.columns[self.index]
        for changed in [column, *(block[0] for block in plan.blocks if column is plan.time)]:
            changed.kind, changed.scale = self.kind, self.scale
        if self.kind is ColumnKind.EPOCH:
            plan.time = column
        elif plan.time is column:
            plan.time = None


def has_clock_digits(clock: ColumnFile) -> bool:
    """Whether all numbers are HHMM, HHMMSS or HHMMSSmmm: minutes and seconds below 60."""
    values = clock.so_far()
    pair = 1 if clock.high < 2_400 else 100 if clock.high < 240_000 else 100_000
    for first in range(0, len(values), CHUNK):
        part = values[first : first + CHUNK]
        seconds = part // (pair // 100) % 100 if pair > 1 else np.zeros(1)
        if (part // pair % 100 >= 60).any() or (seconds >= 60).any():
            return False
    return True


def time_kind(assembly: Assembly, time: Column, clock: ColumnFile) -> tuple[TimeKind, str | None]:
    """Kind and unit of the time axis; Unix times become nanoseconds."""
    plan, options = assembly.plan, assembly.plan.options
    if time.kind is ColumnKind.INSTANT:
        return TimeKind.DATETIME, None
    if time.spelling is not None and time.spelling.is_clock:
        clock.rewrite(lambda values: values / SECOND, FLOAT)
        if time.spelling is MINUTES:
            plan.doubt(
                f"“{shorten(time.name)}” is read as minutes and seconds; hours may be missing in it. Write times such "
                "as 1:05:30.5 and add the file again if they are."
            )
        if time.spelling is CLOCK_MINUTES:
            plan.doubt(
                f"“{shorten(time.name)}” is read as hours and minutes; it could be minutes and seconds. Write times "
                "such as 0:05:30 and add the file again if it is."
            )
        return TimeKind.NUMERIC, "s"
    if time.kind is ColumnKind.DATE:
        return (TimeKind.DATETIME if assembly.clock else TimeKind.NAIVE), None
    if time.kind is ColumnKind.EPOCH:
        named = time_unit(time.name, time.unit) is not None or sounds_like_time(time.name, time.unit)
        if options == AS_FOUND and plan.header and not named and not clock.ordered:
            raise AgainError(time.index, ColumnKind.FLOAT)  # only the first rows looked like times
        return _unix_kind(plan, time, clock)
    return _numeric_kind(plan, time, clock)


def _unix_kind(plan: ReadingPlan, time: Column, clock: ColumnFile) -> tuple[TimeKind, str | None]:
    """Unix times in nanoseconds; seconds of Garmin's FIT are moved to its first day."""
    certain = clock.high < _YEAR_2008 and plan.options.unit is None and time.scale == UNIT_DIGITS["s"]
    if plan.options.unit == SINCE_1989 or (certain and _is_of_fit(plan)):
        clock.rewrite(lambda values: values + _FIT_BEGINS, clock.dtype)
        plan.note(f"“{time.name}” is read as seconds since 1989-12-31.")
        if plan.options.unit is None:
            plan.doubt(
                f"“{shorten(time.name)}” is read as seconds since 1989-12-31, because other columns are those of "
                "Garmin's FIT; if they count from 1970, say so with “Read it differently”.",
                {"Seconds since 1970": {"unit": "unix s"}},
            )
        return TimeKind.DATETIME, None
    _doubt_epoch_of(plan, time, clock.low)
    plan.note(f"The time is read as Unix time in {_UNITS[time.scale]}.")
    return TimeKind.DATETIME, None


def _is_of_fit(plan: ReadingPlan) -> bool:
    return any(is_of_fit(column.name, column.unit) for column in plan.columns)


def _doubt_epoch_of(plan: ReadingPlan, time: Column, first: float) -> None:
    """Add a doubt about Unix times that may have another epoch: times before 2000 (as seconds since 2001 would be),
    columns whose name contains another epoch, such as GPS (1980), and times next to fields of Garmin's FIT (1989)."""
    fit = first < _YEAR_2012 and _is_of_fit(plan)
    if plan.options.unit or not (first < _YEAR_2000 or fit or names_epoch(time.name, time.unit)):
        return
    year = 1970 + int(first // (365.2425 * 2 * HALF_DAY))
    unit = next(name for name, digits in UNIT_DIGITS.items() if digits == time.scale)
    units = [unit, *([SINCE_1989] if unit == "s" else []), f"{SINCE_1970}{unit}"]
    *others, right = (UNITS[name] for name in units)
    plan.doubt(
        f"“{shorten(time.name)}” is read as Unix time, which gives the year {year}; if it is counted from another "
        f"day, say its unit with “Read it differently”: {', '.join(others)}, or {right} if it is right.",
        {UNITS[name].capitalize(): {"unit": name} for name in units},
    )


def _numeric_kind(plan: ReadingPlan, time: Column, clock: ColumnFile) -> tuple[TimeKind, str | None]:
    """Kind and unit of a time axis of numbers: Unix times, days of a spreadsheet, or numbers as they are."""
    chosen_unit = plan.options.unit
    if chosen_unit == "days":
        if not -100_000 < clock.low <= clock.high < 100_000:
            raise WrongOption(
                "unit", f"“{shorten(time.name)}” has numbers that are no days since 1899-12-30."
            )
        clock.rewrite(_spreadsheet_nanoseconds, INTEGER)
        return TimeKind.NAIVE, None
    if chosen_unit and chosen_unit != SINCE_1989 and not chosen_unit.startswith(SINCE_1970):
        return TimeKind.NUMERIC, chosen_unit
    unit = chosen_unit.removeprefix(SINCE_1970) if chosen_unit else instant_unit(time, clock.low, clock.high)
    if unit is None:
        _refuse_two_units(plan, time, clock)
        if _is_spreadsheet_days(time, clock):
            clock.rewrite(_spreadsheet_nanoseconds, INTEGER)
            plan.doubt(
                f"“{shorten(time.name)}” is read as days of a spreadsheet since 1899-12-30, to the millisecond.",
                {"Days since 1899-12-30": {"unit": "days"}, "Plain numbers": {"unit": "samples"}},
            )
            return TimeKind.NAIVE, None
        _doubt_epoch(plan, time, clock)
        unit = time.unit or time_unit(time.name, time.unit) or period_in(time.name, None)
        return TimeKind.NUMERIC, unit or None
    if clock.dtype == FLOAT:
        raise AgainError(time.index, ColumnKind.EPOCH, UNIT_DIGITS[unit])
    factor = unit_factor(unit)
    if max(abs(clock.low), abs(clock.high)) * factor >= _INT64:
        raise _does_not_fit(plan, time, clock, unit)
    clock.rewrite(lambda values: values * factor, clock.dtype)
    clock.low, clock.high = clock.low * factor, clock.high * factor
    time.scale = UNIT_DIGITS[unit]
    return _unix_kind(plan, time, clock)


def _spreadsheet_nanoseconds(days: NDArray[np.float64]) -> NDArray[np.int64]:
    """Convert days since 1899-12-30 to nanoseconds since 1970, rounded to their precision of a millisecond."""
    result: NDArray[np.int64] = np.round(days * DAY_MS).astype(np.int64) * 1_000_000 + _SPREADSHEET
    return result


def _refuse_two_units(plan: ReadingPlan, time: Column, clock: ColumnFile) -> None:
    """Refuse Unix times whose unit changes within the file.

    Raises:
        RefusedFile: the unit changes; the message names the line.
    """
    values = clock.so_far()
    first = values[:1].item()
    unit = instant_unit(time, first, first)
    if unit is None:
        return
    for start in range(0, len(values), CHUNK):
        for row, value in enumerate(values[start : start + CHUNK].tolist()):
            if instant_unit(time, value, value) != unit:
                problem = (
                    f"“{value}” is not a Unix time in {_UNITS[UNIT_DIGITS[unit]]} between 1990 and now, unlike the "
                    "times above it; correct the cell, or split the file where the unit changes, and add it again."
                )
                raise plan.refuse(problem, plan.data_line + start + row, time)


def _does_not_fit(plan: ReadingPlan, time: Column, clock: ColumnFile, unit: str) -> Exception:
    """The error for a number that overflows int64 as nanoseconds."""
    limit = _INT64 // unit_factor(unit)
    values = clock.so_far()
    for start in range(0, len(values), CHUNK):
        part = values[start : start + CHUNK]
        rows = np.flatnonzero(np.abs(part) >= limit)
        if len(rows):
            problem = f"“{part[rows[0]]}” is no Unix time in {_UNITS[UNIT_DIGITS[unit]]}; correct the cell or the unit."
            return plan.refuse(problem, plan.data_line + start + int(rows[0]), time)
    return plan.refuse("a time does not fit its unit; choose another unit.", None, time)


def _is_spreadsheet_days(time: Column, clock: ColumnFile) -> bool:
    """Days since 1899-12-30 with fractions, in a column named like a date."""
    name = time.name.strip("<> ").lower()
    named = time_unit(time.name, time.unit) == "" and name not in {"t", "ts"}
    named = named or (not time.unit and sounds_like_time(time.name, None) and not _OTHER_DAYS.search(name))
    today = now() / _SECOND_OF_DAY + 25_569
    return named and clock.dtype == FLOAT and clock.low >= 20_000 and clock.high < today + 1


def _doubt_epoch(plan: ReadingPlan, time: Column, clock: ColumnFile) -> None:
    """Add a doubt about numbers that could be dates before 1990 or in the future, or dates in another unit."""
    named = sounds_like_time(time.name, time.unit) or time_unit(time.name, time.unit) == ""
    dated = named and not time.unit and not _OTHER_DAYS.search(time.name.lower())
    days = now() / _SECOND_OF_DAY + 25_569
    if (
        plan.options.unit is None
        and dated
        and clock.dtype == INTEGER
        and 36_526 <= clock.low <= clock.high < days
    ):
        plan.doubt(
            f"“{shorten(time.name)}” is kept as plain numbers; they could be days of a spreadsheet since 1899-12-30. "
            "Say so with “Read it differently” if they are.",
            {"Days since 1899-12-30": {"unit": "days"}, "Plain numbers": {"unit": "samples"}},
        )
        return
    is_datenum = (
        dated and clock.dtype == FLOAT and _DAYS_SINCE_0[0] <= clock.low <= clock.high <= _DAYS_SINCE_0[1]
    )
    if ("datenum" in tokens(time.name) or is_datenum) and plan.options.unit is None:
        plan.doubt(
            f"“{shorten(time.name)}” is kept as plain numbers; they could be days since the year 0 (MATLAB). Write "
            "dates such as 2023-12-25 02:50:00 and add the file again if they are.",
            {"Plain numbers": {"unit": "samples"}},
        )
        return
    if plan.options.unit is None and _are_years_and_days(time, clock):
        plan.doubt(
            f"“{shorten(time.name)}” is kept as plain numbers; they could be years and days of the year (24065). Write "
            "dates such as 2023-12-25 02:50:00 and add the file again if they are.",
            {"Plain numbers": {"unit": "samples"}},
        )
        return
    has_unit = time.unit or "year" in tokens(time.name) or _OTHER_DAYS.search(time.name.lower())
    if plan.options.unit is None and not has_unit and _are_digits_of_times(time, clock):
        could_be = f"“{shorten(time.name)}” is kept as plain numbers; they could be dates"
        if clock.low >= 0 and clock.high <= 240_000_000 and has_clock_digits(clock):
            plan.doubt(
                f"{could_be} or clock times in digits (235959), which have other steps. Say so with “Read it "
                "differently” if they are clock times; write dates such as 2023-12-25 if they are dates.",
                {"Clock in digits": {"unit": CLOCK_IN_DIGITS}, "Plain numbers": {"unit": "samples"}},
            )
        else:
            plan.doubt(
                f"{could_be} in digits (20231225), which have other steps. Write dates such as 2023-12-25 and add the "
                "file again if they are.",
                {"Plain numbers": {"unit": "samples"}},
            )
        return
    if plan.options.unit is None and dated and clock.low >= 0 and clock.high <= 1 and _ticks_as_clock(clock):
        plan.doubt(
            f"“{shorten(time.name)}” is kept as plain numbers; they could be clock times of a spreadsheet, as parts of "
            "a day. Say so with “Read it differently” if they are.",
            {"Parts of a day": {"unit": PARTS_OF_DAY}, "Seconds": {"unit": "s"}},
        )
        return
    if plan.options.unit is None and (periods := _periods_since_1970(time, clock)):
        plan.doubt(
            f"“{shorten(time.name)}” is kept as plain numbers; they could be {periods} since 1970. Write dates such as "
            "2023-12-25 02:50:00 and add the file again if they are.",
            {"Plain numbers": {"unit": "samples"}},
        )
        return
    are_ticks = dated and clock.low > _LARGEST_UNIX and clock.high < _LARGEST_TICKS
    for name, digits in () if are_ticks else UNIT_DIGITS.items():
        factor = 10 ** (9 - digits)
        if 10**8 * factor <= clock.low and clock.high < 5 * 10**9 * factor:
            plan.doubt(
                f"“{shorten(time.name)}” is kept as plain numbers; if they are {_UNITS[digits]} since 1970, "
                "say so with “Read it differently”.",
                {UNITS[unit].capitalize(): {"unit": unit} for unit in (f"{SINCE_1970}{name}", name)},
            )
            return
    if plan.options.unit is None and dated and clock.low > _LARGEST_SECONDS:
        plan.doubt(
            f"“{shorten(time.name)}” is kept as plain numbers; they could be ticks since 1970, 1601 or the year 1, "
            "such as 100 nanoseconds. Write dates such as 2023-12-25 02:50:00 and add the file again if they are.",
            {"Plain numbers": {"unit": "samples"}},
        )


def _periods_since_1970(time: Column, clock: ColumnFile) -> str | None:
    """Minutes, hours or days, if so many since 1970 are dates between 2000 and today; days also without a unit, in a
    column named like a date.
    """
    unit = period_in(time.name, time.unit) or ("d" if DAYS_BY_NAME & tokens(time.name) else "")
    name, seconds = _PERIODS.get(unit, ("", 0))
    since_2000 = _YEAR_2000 <= clock.low * seconds * SECOND <= clock.high * seconds * SECOND < now() * SECOND
    return name if name and since_2000 else None


def _ticks_as_clock(clock: ColumnFile) -> bool:
    """Whether steps are whole seconds of a day, although they have no short decimal form."""
    values = clock.so_far()[:CHUNK]
    step = float(np.median(np.diff(values))) if len(values) >= EQUAL_TIMES else 0.0
    seconds = step * _SECOND_OF_DAY
    odd = abs(step * 1e6 - round(step * 1e6)) > 1e-3
    return odd and seconds > 0.5 and abs(seconds - round(seconds)) < 1e-3


def _are_digits_of_times(time: Column, clock: ColumnFile) -> bool:
    """Numbers of up to six digits that are all HHMMSS, possibly with a fraction, or all YYMMDD."""
    if clock.dtype == INTEGER and clock.low >= 0 and clock.high < 2_400:
        earliest = 100 if sounds_like_time(time.name, None) else 1000
        return clock.rows >= EQUAL_TIMES and _are_hours_and_minutes(clock.so_far()[:CHUNK], earliest)
    if (
        clock.dtype == INTEGER
        and 190_001 <= clock.low <= clock.high < 2_200_000
        and clock.rows >= EQUAL_TIMES
    ):
        values = clock.so_far()[:CHUNK]
        months = (values < 220_000) & (values % 100 >= 1) & (values % 100 <= 12)
        days = (values > 1_900_000) & (values % 1000 >= 1) & (values % 1000 <= 366)
        if months.all() or days.all():  # 202401, 2024044
            return True
    with_millis = clock.dtype == INTEGER and 10_000_000 <= clock.high < 240_000_000  # HHMMSS and milliseconds
    if (
        clock.dtype == INTEGER
        and 1_011_900 <= clock.low <= clock.high <= 31_122_100
        and _have_years_last(clock)
    ):
        return True
    if clock.low < 0 or not (with_millis or 10_000 <= clock.high < 1_000_000) or clock.rows < EQUAL_TIMES:
        return False
    values = clock.so_far()[:CHUNK] // (1000 if with_millis else 1)
    high, middle, low = values // 10_000, values // 100 % 100, values % 100
    is_clock = (high < 24) & (middle < 60) & (low < 60)
    is_date = (middle >= 1) & (middle <= 12) & (low >= 1) & (low <= 31) & (values >= 10_000)
    is_date &= values == np.floor(values)
    return bool(is_clock.all() or (is_date.all() and not with_millis))


def _are_years_and_days(time: Column, clock: ColumnFile) -> bool:
    """Whether numbers of a column ``jday`` could all be YYDDD."""
    if not {"jday", "yday", "julian", "julianday"} & tokens(time.name) or clock.dtype != INTEGER:
        return False
    days = clock.so_far()[:CHUNK] % 1000
    return bool(1_001 <= clock.low <= clock.high < 100_000 and ((days >= 1) & (days <= 366)).all())


def _have_years_last(clock: ColumnFile) -> bool:
    """Whether numbers could all be DDMMYYYY or MMDDYYYY."""
    values = clock.so_far()[:CHUNK]
    first, second, year = values // 1_000_000, values // 10_000 % 100, values % 10_000
    months = ((first >= 1) & (first <= 12)).all() or ((second >= 1) & (second <= 12)).all()
    days = (np.minimum(first, second) >= 1).all() and (np.maximum(first, second) <= 31).all()
    return bool(months and days and ((year >= 1900) & (year <= 2100)).all())


def _are_hours_and_minutes(values: NDArray[np.int64], earliest: int) -> bool:
    """Whether numbers could all be HHMM: minutes below 60, in one hour from ``earliest`` on, or in unequal steps.

    Seconds in equal steps reach 60 to 99 or are multiples of a number.
    """
    low, high = int(values.min()), int(values.max())
    uneven = bool(np.ptp(np.diff(values)))
    return bool((values % 100 < 60).all()) and (uneven if low // 100 < high // 100 else low >= earliest)
