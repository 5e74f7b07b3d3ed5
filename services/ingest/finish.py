"""End of a conversion: time axis, sort order, file names and ``meta.json``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from time import time as now
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.ingest import npyfile
from services.ingest.assemble import Assembly
from services.ingest.cells import shorten
from services.ingest.columns import FLOAT, INTEGER, ColumnFile
from services.ingest.headstart import counts_from_head, from_start
from services.ingest.kinds import UNIT_DIGITS
from services.ingest.longtable import SplitAgainError, split
from services.ingest.names import is_of_fit, names_epoch, sounds_like_time, time_unit, tokens
from services.ingest.plan import DATES, NUMBERS, Column, ColumnKind, ReadingPlan
from services.ingest.pools import pool_for
from services.ingest.raggedrows import doubt_short_rows
from services.ingest.reading_options import (
    AS_FOUND,
    CLOCK_IN_DIGITS,
    KEEP_ROWS,
    NO_TIME,
    PARTS_OF_DAY,
    UNITS,
    WrongOption,
)
from services.ingest.sentinels import doubt_sentinels
from services.ingest.sidemerge import merge
from services.ingest.spellings import CLOCK, CLOCK_MINUTES, FIELDS, MINUTES
from services.ingest.timeaxis import AscendingRuns, find_runs, measure, sort_order
from services.ingest.timecolumn import SINCE_1970, SINCE_1989, instant_unit, unit_factor
from services.ingest.zones import display_zone
from services.timeseries.info import ChannelInfo, Reading, StoreInfo, TimeInfo, TimeKind

_CHUNK = 1 << 17
_THREADS = 2
_SECOND = 1_000_000_000  # nanoseconds
_HALF_DAY = 43_200 * _SECOND
_HOUR = 3_600 * _SECOND
_DAY_MS = 86_400_000
_SPREADSHEET = -25_569 * 86_400 * _SECOND  # 1899-12-30
_OTHER_DAYS = re.compile(r"elapsed|uptime|seconds|tow|jd|sec\b|_s\b")  # relative times, not dates
_FRACTION = re.compile(  # after the seconds
    r"fraction|\b(?:nano|micro|milli)sec|^(?:ns|us|ms|[num]sec|millis|micros|nanos)$"
)
_SECOND_OF_DAY = 86_400
_LARGEST_UNIX, _LARGEST_TICKS = 4e15, 1e18  # microseconds since 1970; .NET
_YEAR_2000 = 946_684_800 * _SECOND
_YEAR_2012 = 1_325_376_000 * _SECOND  # read as seconds since 1989-12-31: the year 2031
_YEAR_2008 = 1_199_145_600 * _SECOND  # FIT is younger
_FIT_BEGINS = 631_065_600 * _SECOND  # 1989-12-31
_INT64 = 2**63
_DAYS_SINCE_0 = (717_000, 770_000)  # 1963 to 2108
_EPOCH_UNITS = ("s", "unix s", "fit s")  # offered for a Unix time that is unlikely
_EMPTY = "every cell is empty"
_EQUAL_TIMES = 10  # rows with equal times: not a time column
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


def finish(assembly: Assembly, plan: ReadingPlan, folder: Path, sha256: str, size: int) -> StoreInfo:
    """Complete all files of ``folder`` and return its description.

    Raises:
        RefusedFile: there is no row or no channel.
        AgainError: the time column must be read as another kind.
        NotSplitError: the table cannot be split into series.
    """
    if not assembly.rows:
        raise plan.refuse("there is no row of data; export the recording again.")
    _leave_out_empty(assembly, plan)
    if plan.blocks:
        return _finish_blocks(assembly, plan, folder, sha256, size)
    time = _ordered_time(assembly, plan)
    _leave_out_dates(assembly, plan, time)
    channels = [column for column in plan.columns if column.index in assembly.files and column is not time]
    if not channels:
        raise plan.refuse(
            "there is no column of numbers to show" + _reasons(plan) + "; export the signals as numbers."
        )
    files = [assembly.files[column.index] for column in channels]
    shown: list[tuple[str, str | None, int | None]] = [
        (column.name, column.unit, column.index) for column in channels
    ]
    ordered = time is None or assembly.files[time.index].ordered
    rows = assembly.rows
    with pool_for(size, _THREADS, "finish") as pool:
        if time is None:
            finished = _finish_files(pool, files)
            axis = _row_number(plan, folder, assembly.rows)
        else:
            clock = assembly.files[time.index]
            kind, unit = from_start(plan, time, clock, _time_kind(assembly, time, clock))
            if assembly.codes is not None:
                made = split(plan, folder, clock, list(zip(channels, files, strict=True)), assembly.codes)
                clock, files, shown = made.clock, [channel.file for channel in made.channels], made.described
                rows = clock.rows
            elif not ordered:
                clock, files = _sort(folder, clock, files)
            finished = _finish_files(pool, files)
            axis = _finish_time(assembly, time, clock, (kind, unit))
        for future in finished:
            future.result()
    return StoreInfo(
        sha256, size, rows, axis, _described(assembly, shown, files, folder), _reading(plan, not ordered)
    )


def _described(
    assembly: Assembly, shown: list[tuple[str, str | None, int | None]], files: list[ColumnFile], folder: Path
) -> tuple[ChannelInfo, ...]:
    """Metadata of the channels; also adds the last doubts, and writes the line index."""
    doubt_short_rows(assembly.plan)
    doubt_sentinels(assembly.plan, [name for name, _, _ in shown], files)
    npyfile.save(folder / "lines.npy", np.array(assembly.entries, np.int64).reshape(-1, 2))
    return tuple(
        ChannelInfo(name, unit, file.dtype.name, file.missing, float(file.low), float(file.high), index)
        for (name, unit, index), file in zip(shown, files, strict=True)
    )


def _finish_blocks(assembly: Assembly, plan: ReadingPlan, folder: Path, sha256: str, size: int) -> StoreInfo:
    """Join tables next to each other, and complete all files."""
    time = plan.blocks[0][0]
    plan.blocks = [block for block in plan.blocks if block[0].index in assembly.files]
    made = merge(plan, folder, assembly.files)
    if not made.channels:
        raise plan.refuse("there is no column of numbers to show; export the signals as numbers.")
    described = from_start(plan, time, made.clock, _time_kind(assembly, time, made.clock))
    files = [channel.file for channel in made.channels]
    with pool_for(size, _THREADS, "finish") as pool:
        finished = _finish_files(pool, files)
        axis = _finish_time(assembly, time, made.clock, described)
        for future in finished:
            future.result()
    rows = made.clock.rows
    return StoreInfo(
        sha256,
        size,
        rows,
        axis,
        _described(assembly, made.described, files, folder),
        _reading(plan, was_sorted=True),
    )


def _finish_files(pool: Executor, files: list[ColumnFile]) -> list[Future[None]]:
    return [pool.submit(file.finish, f"c{number}") for number, file in enumerate(files)]


def _leave_out_empty(assembly: Assembly, plan: ReadingPlan) -> None:
    for column in plan.columns:
        file = assembly.files.get(column.index)
        if file is not None and (column.kind is ColumnKind.SKIPPED or file.missing == file.rows):
            file.remove()
            del assembly.files[column.index]
            if column.kind is not ColumnKind.SKIPPED:
                column.skip(_EMPTY)


def _leave_out_dates(assembly: Assembly, plan: ReadingPlan, time: Column | None) -> None:
    """Leave out date columns that are not the time axis."""
    for column in plan.columns:
        if column is not time and column.kind in DATES and column.index in assembly.files:
            assembly.files.pop(column.index).remove()
            column.skip(column.reason or "a column of times")


def _ordered_time(assembly: Assembly, plan: ReadingPlan) -> Column | None:
    """The time column, unless its times restart within the file: sorting would mix rows of several runs."""
    time = plan.time
    if time is None or plan.series is not None:
        return time
    clock = assembly.files[time.index]
    _to_clock_time(plan, time, clock)
    if clock.low == clock.high and clock.rows >= _EQUAL_TIMES and plan.options.time is None:
        _without_time(plan, time, "does not move", "choose another time column")
        return None
    if clock.ordered:
        return time
    if time.kind is ColumnKind.DATE and plan.options.time is None:
        _doubt_half_days(plan, time, clock)
    if time.spelling is not None and time.spelling.is_clock and _unroll_midnights(plan, time, clock):
        return time
    if plan.options.time is not None:
        return time
    runs = find_runs(clock.so_far())
    if not runs.mixed and time.spelling is not MINUTES:  # without hours
        _doubt_overflow(plan, time, clock, runs)
        return time
    times = "once" if len(runs.starts) == 2 else f"{len(runs.starts) - 1:,} times"
    problem = f"goes back {times}, first after {runs.starts[1]:,} rows"
    if (
        runs.slight and time.spelling is not MINUTES
    ):  # a repeated hour (end of daylight saving), or a corrected clock
        plan.doubt(
            f"“{shorten(time.name)}” {problem}; rows are sorted by time, which mixes those of that stretch."
        )
        return time
    if plan.may_name is not None and not plan.split_tried:
        raise SplitAgainError
    remedy = "split the file there, or choose this time column to sort by it"
    _without_time(plan, time, problem, remedy, {f"Sort by “{shorten(time.name, 20)}”": {"time": time.name}})
    return None


def _doubt_overflow(plan: ReadingPlan, time: Column, clock: ColumnFile, runs: AscendingRuns) -> None:
    """Add a doubt about numbers that begin again below the first one, as a counter does that overflows."""
    few = len(runs.starts) > 1 and len(runs.starts) * _EQUAL_TIMES <= clock.rows + _EQUAL_TIMES
    if time.kind in NUMBERS and few:
        plan.doubt(
            f"“{shorten(time.name)}” goes back after {runs.starts[1]:,} rows, to numbers below the first one, and rows "
            "are sorted by it; if it is a counter that starts again, say with “Read it differently” that rows are "
            "counted.",
            {
                "Rows are counted": {"time": NO_TIME},
                f"Sort by “{shorten(time.name, 20)}”": {"time": time.name},
            },
        )


def _to_clock_time(plan: ReadingPlan, time: Column, clock: ColumnFile) -> None:
    """Convert digits of a clock, or parts of a day, to nanoseconds since midnight, if the user chose so.

    Raises:
        WrongOption: a number is no clock time.
    """
    unit = plan.options.unit
    if unit not in {CLOCK_IN_DIGITS, PARTS_OF_DAY}:
        return
    low, high = (0, 1) if unit == PARTS_OF_DAY else (0, 240_000_000)
    if clock.low < low or clock.high > high or (unit == CLOCK_IN_DIGITS and not _is_clock(clock)):
        raise WrongOption(
            "unit", f"“{shorten(time.name)}” has numbers that are no {UNITS[unit].split(' (')[0]}."
        )
    clock.rewrite(_parts_of_day if unit == PARTS_OF_DAY else _digits_of(clock.high), INTEGER)
    time.kind, time.spelling = ColumnKind.DATE, CLOCK


def _parts_of_day(values: NDArray[Any]) -> NDArray[np.int64]:
    """Nanoseconds since midnight, rounded to a spreadsheet's precision of a millisecond."""
    nanoseconds: NDArray[np.int64] = np.round(values * _DAY_MS).astype(np.int64) * 1_000_000
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


def _is_clock(clock: ColumnFile) -> bool:
    """Whether all numbers are HHMM, HHMMSS or HHMMSSmmm: minutes and seconds below 60."""
    values = clock.so_far()
    pair = 1 if clock.high < 2_400 else 100 if clock.high < 240_000 else 100_000
    for first in range(0, len(values), _CHUNK):
        part = values[first : first + _CHUNK]
        seconds = part // (pair // 100) % 100 if pair > 1 else np.zeros(1)
        if (part // pair % 100 >= 60).any() or (seconds >= 60).any():
            return False
    return True


def _doubt_half_days(plan: ReadingPlan, time: Column, clock: ColumnFile) -> None:
    """Add a doubt about dates that go back from 12 o'clock to 1 o'clock: AM and PM may be missing."""
    values = clock.so_far()[:_CHUNK]
    hours = values // _HOUR % 24
    back = np.flatnonzero(values[1:] < values[:-1])
    if not len(back) or hours.min() < 1 or hours.max() > 12:
        return
    if (hours[back] == 12).all() and (hours[back + 1] == 1).all():
        plan.doubt(
            f"“{shorten(time.name)}” goes back from 12 to 1 o'clock after {back[0] + 1:,} rows; AM and PM may be "
            "missing, so rows are sorted wrongly if they are. Write clock times of 24 hours and add the file again."
        )


def _without_time(
    plan: ReadingPlan, time: Column, problem: str, remedy: str, remedies: Mapping[str, Any] | None = None
) -> None:
    """Count rows instead of using ``time``, with a doubt that gives the reason."""
    plan.time = None
    time.reason = problem
    plan.doubt(
        f"“{shorten(time.name)}” {problem}, so rows are counted in the order of the file; "
        f"{remedy} with “Read it differently”.",
        remedies,
    )


def _unroll_midnights(plan: ReadingPlan, time: Column, clock: ColumnFile) -> bool:
    """Add a day after each midnight to clock times without dates; returns False if the times do not allow it."""
    values = clock.so_far()[:]
    steps = np.diff(values)
    if int(values.max()) > 2 * _HALF_DAY:
        return False
    near = steps[np.abs(steps) <= _HALF_DAY]
    if np.count_nonzero(near > 0) < np.count_nonzero(near < 0):  # newest first
        days = np.cumsum((steps > _HALF_DAY)[::-1])[::-1]
        unrolled = values + np.concatenate([days, [0]]) * 2 * _HALF_DAY
        steady = not (np.diff(unrolled) > 0).any()
    else:
        days = np.cumsum(steps < -_HALF_DAY)
        unrolled = values + np.concatenate([[0], days]) * 2 * _HALF_DAY
        steady = not (np.diff(unrolled) < 0).any()
    if not days.any() or not steady:
        return False
    if np.abs(np.diff(unrolled)).max() > _HALF_DAY:
        plan.doubt(
            f"“{shorten(time.name)}” starts again; as a clock without a date it is read as one of the next day. "
            "If these are runs below each other, split the file there."
        )
    rest = iter(np.array_split(unrolled, range(_CHUNK, len(unrolled), _CHUNK)))
    clock.rewrite(lambda _part: next(rest), clock.dtype)
    clock.ordered = bool(unrolled[0] <= unrolled[-1])
    plan.note(f"“{time.name}” passes midnight; later rows are on the next day.")
    return True


def _reasons(plan: ReadingPlan) -> str:
    skipped = [
        f"“{column.name}”: {column.reason}" for column in plan.columns if column.kind is ColumnKind.SKIPPED
    ]
    return f" ({', '.join(skipped[:3])})" if skipped else ""


def _time_kind(assembly: Assembly, time: Column, clock: ColumnFile) -> tuple[TimeKind, str | None]:
    """Kind and unit of the time axis; Unix times become nanoseconds."""
    plan, options = assembly.plan, assembly.plan.options
    if time.kind is ColumnKind.INSTANT:
        return TimeKind.DATETIME, None
    if time.spelling is not None and time.spelling.is_clock:
        clock.rewrite(lambda values: values / _SECOND, FLOAT)
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
    year = 1970 + int(first // (365.2425 * 2 * _HALF_DAY))
    plan.doubt(
        f"“{shorten(time.name)}” is read as Unix time, which gives the year {year}; if it is counted from another "
        "day, say its unit with “Read it differently”: seconds, seconds since 1989-12-31 (Garmin), or seconds "
        "since 1970 if it is right.",
        {words.capitalize(): {"unit": unit} for unit, words in UNITS.items() if unit in _EPOCH_UNITS},
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
        return TimeKind.NUMERIC, time.unit or time_unit(time.name, time.unit) or None
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
    result: NDArray[np.int64] = np.round(days * _DAY_MS).astype(np.int64) * 1_000_000 + _SPREADSHEET
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
    for start in range(0, len(values), _CHUNK):
        for row, value in enumerate(values[start : start + _CHUNK].tolist()):
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
    for start in range(0, len(values), _CHUNK):
        part = values[start : start + _CHUNK]
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
        if clock.low >= 0 and clock.high <= 240_000_000 and _is_clock(clock):
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
    if dated and clock.low > _LARGEST_UNIX and clock.high < _LARGEST_TICKS:
        plan.doubt(
            f"“{shorten(time.name)}” is kept as plain numbers; they could be ticks of 100 nanoseconds since 1970, 1601 "
            "or the year 1. Write dates such as 2023-12-25 02:50:00 and add the file again if they are."
        )
        return
    for name, digits in UNIT_DIGITS.items():
        factor = 10 ** (9 - digits)
        if 10**8 * factor <= clock.low and clock.high < 5 * 10**9 * factor:
            plan.doubt(
                f"“{shorten(time.name)}” is kept as plain numbers; if they are {_UNITS[digits]} since 1970, "
                "say so with “Read it differently”.",
                {UNITS[unit].capitalize(): {"unit": unit} for unit in (f"{SINCE_1970}{name}", name)},
            )
            return


def _ticks_as_clock(clock: ColumnFile) -> bool:
    """Whether steps are whole seconds of a day, although they have no short decimal form."""
    values = clock.so_far()[:_CHUNK]
    step = float(np.median(np.diff(values))) if len(values) >= _EQUAL_TIMES else 0.0
    seconds = step * _SECOND_OF_DAY
    odd = abs(step * 1e6 - round(step * 1e6)) > 1e-3
    return odd and seconds > 0.5 and abs(seconds - round(seconds)) < 1e-3


def _are_digits_of_times(time: Column, clock: ColumnFile) -> bool:
    """Numbers of up to six digits that are all HHMMSS, possibly with a fraction, or all YYMMDD."""
    if clock.dtype == INTEGER and clock.low >= 0 and clock.high < 2_400:
        earliest = 100 if sounds_like_time(time.name, None) else 1000
        return clock.rows >= _EQUAL_TIMES and _are_hours_and_minutes(clock.so_far()[:_CHUNK], earliest)
    if (
        clock.dtype == INTEGER
        and 190_001 <= clock.low <= clock.high < 2_200_000
        and clock.rows >= _EQUAL_TIMES
    ):
        values = clock.so_far()[:_CHUNK]
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
    if clock.low < 0 or not (with_millis or 10_000 <= clock.high < 1_000_000) or clock.rows < _EQUAL_TIMES:
        return False
    values = clock.so_far()[:_CHUNK] // (1000 if with_millis else 1)
    high, middle, low = values // 10_000, values // 100 % 100, values % 100
    is_clock = (high < 24) & (middle < 60) & (low < 60)
    is_date = (middle >= 1) & (middle <= 12) & (low >= 1) & (low <= 31) & (values >= 10_000)
    is_date &= values == np.floor(values)
    return bool(is_clock.all() or (is_date.all() and not with_millis))


def _are_years_and_days(time: Column, clock: ColumnFile) -> bool:
    """Whether numbers of a column ``jday`` could all be YYDDD."""
    if not {"jday", "yday", "julian", "julianday"} & tokens(time.name) or clock.dtype != INTEGER:
        return False
    days = clock.so_far()[:_CHUNK] % 1000
    return bool(1_001 <= clock.low <= clock.high < 100_000 and ((days >= 1) & (days <= 366)).all())


def _have_years_last(clock: ColumnFile) -> bool:
    """Whether numbers could all be DDMMYYYY or MMDDYYYY."""
    values = clock.so_far()[:_CHUNK]
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


def _sort(folder: Path, clock: ColumnFile, files: list[ColumnFile]) -> tuple[ColumnFile, list[ColumnFile]]:
    """Copy all columns in stable order of time; ``order.npy`` has the source rows."""
    clock.finish_plain("unsorted")
    sort_order(clock.so_far(), folder / "order.npy")
    order = npyfile.SlicedArray(folder / "order.npy")
    result = []
    for number, old in enumerate([clock, *files]):
        if old is not clock:
            old.finish_plain(f"unsorted{number}")
        new = ColumnFile(folder, f"sorted{number}", old.dtype)
        source = old.so_far()
        for first in range(0, len(order), _CHUNK):
            values = source.take(order[first : first + _CHUNK])
            new.extend([values], int(np.isnan(values).sum()))
        old.remove()
        result.append(new)
    return result[0], result[1:]


def _row_number(plan: ReadingPlan, folder: Path, rows: int) -> TimeInfo:
    rate = plan.options.rate or (None if plan.options.counts_rows else plan.rate)
    _doubt_named(plan)
    if rate is None:
        if plan.unclear and not plan.options.counts_rows and not plan.doubts:
            text, value = plan.unclear
            plan.doubt(
                f"The head of the file has “{shorten(text)}” without a unit, so rows are counted; give the sampling "
                "rate with “Read it differently” if that is the interval between the rows.",
                {f"{value:,.9g} seconds between rows": {"rate": 1 / value}},
            )
        plan.note("There is no time column; the row number is the time.")
        return TimeInfo(TimeKind.ROW, None, None, None, 0.0, float(rows - 1), float(rows > 1), True, 0)
    if plan.options.rate:
        plan.note(f"There is no time column; {rate:,.9g} rows are a second.")
    else:
        plan.note(f"There is no time column; the head of the file says {rate:,.9g} rows a second.")
    if plan.start is None and not plan.options.counts_rows and counts_from_head(plan) and plan.head_start:
        plan.note(
            f"The head of the file gives the time of the first sample: {shorten(plan.head_start.text)}."
        )
    if plan.start is not None:
        return _counted_from(plan, folder, rows, rate, plan.start)
    npyfile.create(folder / "time.npy", FLOAT)
    for first in range(0, rows, _CHUNK):
        npyfile.append(folder / "time.npy", np.arange(first, min(first + _CHUNK, rows)) / rate)
    npyfile.finish(folder / "time.npy", FLOAT, rows)
    return TimeInfo(TimeKind.NUMERIC, None, None, "s", 0.0, (rows - 1) / rate, 1 / rate, True, 0)


def _counted_from(plan: ReadingPlan, folder: Path, rows: int, rate: float, start: int) -> TimeInfo:
    """Instants computed from the start time and the rate in the head of the file."""
    npyfile.create(folder / "time.npy", INTEGER)
    for first in range(0, rows, _CHUNK):
        seconds = np.arange(first, min(first + _CHUNK, rows)) / rate
        npyfile.append(folder / "time.npy", start + np.round(seconds * _SECOND).astype(np.int64))
    npyfile.finish(folder / "time.npy", INTEGER, rows)
    last = start + round((rows - 1) / rate * _SECOND)
    axis = 1_000_000  # nanoseconds in a millisecond
    kind, zone = (TimeKind.DATETIME, "UTC") if plan.start_has_zone else (TimeKind.NAIVE, None)
    return TimeInfo(kind, None, zone, None, start / axis, last / axis, 1000 / rate, True, 0)


def _doubt_named(plan: ReadingPlan) -> None:
    """Add a doubt if a column named like time is not used and the user did not choose to count rows."""
    if plan.options.counts_rows or plan.options.series == KEEP_ROWS:
        return
    if any("rows are counted" in doubt for doubt in plan.doubts):
        return
    listed = next(
        (column for column in plan.columns if column.identifies and not _is_time_unread(column)), None
    )
    if listed and sounds_like_time(listed.name, listed.unit):
        listed = None
    if listed and plan.rate is None:
        plan.doubt(
            f"“{shorten(listed.name)}” has another word in each row and there is no time: this may be a list and no "
            "series of samples; rows are counted. Choose the time with “Read it differently”, or delete the file."
        )
        return
    for column in plan.columns:
        if any(f"“{shorten(column.name)}”" in doubt for doubt in plan.doubts):
            return
        named = time_unit(column.name, column.unit) is not None or sounds_like_time(column.name, column.unit)
        if (
            named
            and column.reason == _EMPTY
            and any(note.startswith(f"In “{column.name}”, ") for note in plan.notes)
        ):
            plan.doubt(
                f"“{shorten(column.name)}” has nothing but words for a missing value, so rows are counted; write its "
                "times and add the file again."
            )
            return
        clocks = _is_time_unread(column) or "times" in column.reason
        if (named and column.kind is ColumnKind.SKIPPED and column.reason != _EMPTY) or clocks:
            remedy = "choose how with “Read it differently”"
            if _is_time_unread(column):
                remedy = "write it like that and add the file again"
            elif column.reason.startswith("text"):
                remedy = "write times such as 2023-12-25 02:50:00 and add the file again"
            plan.doubt(
                f"“{shorten(column.name)}” looks like a time and could not be read as one, so rows are counted "
                f"({column.reason}); {remedy}."
            )
            return


def _is_time_unread(column: Column) -> bool:
    """Whether the column was left out because its spelling of times is not supported."""
    return (
        column.kind is ColumnKind.SKIPPED
        and "no time that can be read without guessing; write" in column.reason
    )


def _finish_time(
    assembly: Assembly, time: Column, clock: ColumnFile, described: tuple[TimeKind, str | None]
) -> TimeInfo:
    """Complete ``time.npy`` and ``gaps.npy``; ``described``: kind and unit."""
    kind, unit = described
    clock.finish_plain("time")
    times = clock.so_far()
    steps = measure(times)
    if steps.equal:
        have = "1 row has" if steps.equal == 1 else f"{steps.equal:,} rows have"
        assembly.plan.note(f"{have} the same time as the row before.")
    if steps.equal * 2 > len(times) and not assembly.plan.options.time:
        assembly.plan.doubt(
            f"“{shorten(time.name)}” is the same in most rows that follow each other; if another column has the clock, "
            "join the two with “Read it differently”."
        )
    if len(steps.gaps):
        npyfile.save(assembly.folder / "gaps.npy", steps.gaps)
    if kind is not TimeKind.NUMERIC and not assembly.plan.options.time:
        _doubt_fractions(assembly, time, times)
    zone = None
    if kind is TimeKind.DATETIME:
        zone = _zone(assembly, time)
    axis = 1e6 if kind in {TimeKind.DATETIME, TimeKind.NAIVE} else 1.0  # nanoseconds in a unit of the axis
    first, last = times[:1].item() / axis, times[len(times) - 1 :].item() / axis
    return TimeInfo(
        kind,
        time.name,
        zone,
        unit,
        first,
        last,
        steps.usual / axis,
        steps.uniform,
        len(steps.gaps),
        time.index,
    )


def _doubt_fractions(assembly: Assembly, time: Column, times: npyfile.Slices) -> None:
    """Add a doubt about times in whole seconds next to a column of parts of a second."""
    if time.spelling is FIELDS or (times[:_CHUNK] % _SECOND).any():
        return
    for column in assembly.plan.columns:
        file = assembly.files.get(column.index)
        name = column.name.lower().replace("_", " ")
        if file is None or column is time or not _FRACTION.search(name) or file.low == file.high:
            continue
        if file.low >= 0 and file.high < _SECOND:
            assembly.plan.doubt(
                f"“{shorten(column.name)}” could be the parts of a second of “{shorten(time.name)}”, which has whole "
                "seconds; they are not added. Write both in one column and add the file again if they are."
            )
            return


def _zone(assembly: Assembly, time: Column) -> str:
    """Display zone of a time axis of instants."""
    if time.kind is ColumnKind.INSTANT:
        return display_zone(assembly.plan)
    if time.kind is not ColumnKind.DATE or assembly.clock is None:
        return "UTC"
    clock = assembly.clock
    if len(clock.offsets) > 1:
        changes = f"its offset from UTC changes in the file ({clock.spelt()})"
        assembly.plan.note(f"Times are read as {clock.zone}; {changes}, so they are shown in UTC.")
    return clock.shown()


def _reading(plan: ReadingPlan, was_sorted: bool) -> Reading:
    skipped = tuple(
        (column.name, column.reason) for column in plan.columns if column.kind is ColumnKind.SKIPPED
    )
    series = plan.series.name if plan.series is not None else ""
    if was_sorted and not series and not plan.blocks:
        plan.note("The rows were not in time order and are shown sorted by time.")
    return Reading(
        plan.encoding,
        " " if plan.blanks else plan.delimiter,
        plan.decimal,
        plan.header,
        plan.newline,
        was_sorted or bool(series),
        skipped,
        tuple(plan.notes),
        tuple(plan.doubts),
        tuple(plan.remedies.items()),
        tuple(sorted({word.strip() for word in plan.missing} | set(plan.options.missing))),
        len(plan.left_out),
        series,
        len(plan.blocks),
    )
