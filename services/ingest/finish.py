"""End of a conversion: time axis, sort order, file names and ``meta.json``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.ingest import npyfile
from services.ingest.assemble import Assembly
from services.ingest.cells import shorten
from services.ingest.clocktime import doubt_half_days, to_clock_time, unroll_midnights
from services.ingest.columns import FLOAT, INTEGER, ColumnFile
from services.ingest.headstart import counts_from_head, from_start
from services.ingest.longtable import SplitAgainError, split
from services.ingest.names import sounds_like_time, time_unit
from services.ingest.numerictime import CHUNK, EQUAL_TIMES, SECOND, time_kind
from services.ingest.plan import DATES, NUMBERS, Column, ColumnKind, ReadingPlan
from services.ingest.pools import pool_for
from services.ingest.raggedrows import doubt_short_rows
from services.ingest.reading_options import (
    KEEP_ROWS,
    NO_TIME,
)
from services.ingest.sentinels import doubt_sentinels
from services.ingest.sidemerge import merge
from services.ingest.spellings import FIELDS, MINUTES
from services.ingest.timeaxis import TimeRuns, find_runs, measure, sort_order
from services.ingest.zones import display_zone
from services.timeseries.info import ChannelInfo, Reading, StoreInfo, TimeInfo, TimeKind

_THREADS = 2
_FRACTION = re.compile(  # after the seconds
    r"fraction|\b(?:nano|micro|milli)sec|^(?:ns|us|ms|[num]sec|millis|micros|nanos)$"
)
_DECIMALS, _ROUNDING = 9, 1e-12  # of an interval in seconds
_EMPTY = "every cell is empty"


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
            kind, unit = from_start(plan, time, clock, time_kind(assembly, time, clock))
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
    described = from_start(plan, time, made.clock, time_kind(assembly, time, made.clock))
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
    to_clock_time(plan, time, clock)
    if clock.low == clock.high and clock.rows >= EQUAL_TIMES and plan.options.time is None:
        _without_time(plan, time, "does not move", "choose another time column")
        return None
    if clock.ordered:
        return time
    if time.kind is ColumnKind.DATE and plan.options.time is None:
        doubt_half_days(plan, time, clock)
    if time.spelling is not None and time.spelling.is_clock and unroll_midnights(plan, time, clock):
        return time
    if plan.options.time is not None:
        return time
    runs = find_runs(clock.so_far())
    midnight = runs.one_date and time.kind is ColumnKind.DATE
    if not runs.mixed and not midnight and time.spelling is not MINUTES:  # without hours
        _doubt_overflow(plan, time, clock, runs)
        return time
    times = "once" if len(runs.starts) == 2 else f"{len(runs.starts) - 1:,} times"
    way = "forward" if runs.newest_first else "back"
    problem = f"goes {way} {times}, first after {runs.starts[1]:,} rows"
    if midnight:
        problem += " of one date (it may not change at midnight)"
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


def _doubt_overflow(plan: ReadingPlan, time: Column, clock: ColumnFile, runs: TimeRuns) -> None:
    """Add a doubt about numbers that begin again below the first one, as a counter does that overflows."""
    few = len(runs.starts) > 1 and len(runs.starts) * EQUAL_TIMES <= clock.rows + EQUAL_TIMES
    if time.kind in NUMBERS and few and not runs.newest_first:
        plan.doubt(
            f"“{shorten(time.name)}” goes back after {runs.starts[1]:,} rows, to numbers below the first one, and rows "
            "are sorted by it; if it is a counter that starts again, say with “Read it differently” that rows are "
            "counted.",
            {
                "Rows are counted": {"time": NO_TIME},
                f"Sort by “{shorten(time.name, 20)}”": {"time": time.name},
            },
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


def _reasons(plan: ReadingPlan) -> str:
    skipped = [
        f"“{column.name}”: {column.reason}" for column in plan.columns if column.kind is ColumnKind.SKIPPED
    ]
    return f" ({', '.join(skipped[:3])})" if skipped else ""


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
        for first in range(0, len(order), CHUNK):
            values = source.take(order[first : first + CHUNK])
            new.extend([values], int(np.isnan(values).sum()))
        old.remove()
        result.append(new)
    return result[0], result[1:]


def _row_number(plan: ReadingPlan, folder: Path, rows: int) -> TimeInfo:
    rate = plan.options.rate or (None if plan.options.counts_rows else plan.rate)
    _doubt_named(plan)
    if rate is None:
        if plan.unclear and not plan.options.counts_rows and not plan.doubts:
            text, unclear, words = plan.unclear
            plan.doubt(
                f"The head of the file has “{shorten(text)}” without a unit, so rows are counted; give the sampling "
                "rate with “Read it differently” if that is the rate, or the interval between the rows.",
                {words: {"rate": unclear}},
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
    for first in range(0, rows, CHUNK):
        npyfile.append(folder / "time.npy", _seconds(np.arange(first, min(first + CHUNK, rows)), rate))
    npyfile.finish(folder / "time.npy", FLOAT, rows)
    last = float(_seconds(np.array(rows - 1), rate))
    return TimeInfo(TimeKind.NUMERIC, None, None, "s", 0.0, last, 1 / rate, True, 0)


def _seconds(rows: NDArray[np.int64], rate: float) -> NDArray[np.float64]:
    """Seconds from the first row; without the rounding of a rate such as 1/15, which stands for 15 s."""
    interval = round(1 / rate, _DECIMALS)
    if rate < 1 and abs(interval * rate - 1) < _ROUNDING:
        return np.multiply(rows, interval, dtype=np.float64)
    return np.divide(rows, rate, dtype=np.float64)


def _counted_from(plan: ReadingPlan, folder: Path, rows: int, rate: float, start: int) -> TimeInfo:
    """Instants computed from the start time and the rate in the head of the file."""
    npyfile.create(folder / "time.npy", INTEGER)
    for first in range(0, rows, CHUNK):
        seconds = _seconds(np.arange(first, min(first + CHUNK, rows)), rate)
        npyfile.append(folder / "time.npy", start + np.round(seconds * SECOND).astype(np.int64))
    npyfile.finish(folder / "time.npy", INTEGER, rows)
    last = start + round(float(_seconds(np.array(rows - 1), rate)) * SECOND)
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
            "join the two with “Read it differently”; if it names series, choose it under “Channels named by” there."
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
    if time.spelling is FIELDS or (times[:CHUNK] % SECOND).any():
        return
    for column in assembly.plan.columns:
        file = assembly.files.get(column.index)
        name = column.name.lower().replace("_", " ")
        if file is None or column is time or not _FRACTION.search(name) or file.low == file.high:
            continue
        if file.low >= 0 and file.high < SECOND:
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
