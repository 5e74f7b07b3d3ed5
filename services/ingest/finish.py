"""The end of a conversion: the time axis, order, names of the files, and what ``meta.json`` says."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from services.ingest import npyfile
from services.ingest.assemble import Assembly
from services.ingest.columns import FLOAT, ColumnFile
from services.ingest.kinds import UNIT_DIGITS
from services.ingest.names import time_unit
from services.ingest.plan import Column, Kind, Plan
from services.ingest.reading_options import AS_FOUND
from services.ingest.timeaxis import measure, sort_order
from services.ingest.timecolumn import SINCE_1970, choose_time, instant_unit, unit_factor
from services.ingest.zones import display_zone
from services.timeseries.info import ChannelInfo, Reading, StoreInfo, TimeInfo, TimeKind

_CHUNK = 1 << 17
_THREADS = 2
_UNITS = {9: "seconds", 6: "milliseconds", 3: "microseconds", 0: "nanoseconds"}


class AgainError(Exception):
    """The file must be read a second time with one column of another kind."""

    def __init__(self, index: int, kind: Kind, scale: int = 9) -> None:
        super().__init__(index)
        self.index, self.kind, self.scale = index, kind, scale

    def apply(self, plan: Plan) -> None:
        """Change ``plan`` for the second reading."""
        column = plan.columns[self.index]
        column.kind, column.scale = self.kind, self.scale
        if self.kind is Kind.EPOCH:
            plan.time = column
        elif plan.time is column:
            choose_time(plan)


def finish(assembly: Assembly, plan: Plan, folder: Path, sha256: str, size: int) -> StoreInfo:
    """Complete all files of ``folder`` and say what is in it.

    Raises:
        RefusedFile: no row or no channel is there.
        AgainError: the time column must be read otherwise.
    """
    if not assembly.rows:
        raise plan.refuse("there is no row of data; export the recording again.")
    _leave_out_empty(assembly, plan)
    time = plan.time or (None if plan.options.counts_rows else _rising(assembly, plan))
    channels = [column for column in plan.columns if column.index in assembly.files and column is not time]
    if not channels:
        raise plan.refuse(
            "there is no column of numbers to show" + _reasons(plan) + "; export the signals as numbers."
        )
    files = [assembly.files[column.index] for column in channels]
    ordered = time is None or assembly.files[time.index].ordered
    with ThreadPoolExecutor(_THREADS, "finish") as pool:
        if time is None:
            finished = _finish_files(pool, files)
            axis = _row_number(plan, folder, assembly.rows)
        else:
            clock = assembly.files[time.index]
            kind, unit = _time_kind(assembly, time, clock)
            if not ordered:
                clock, files = _sort(folder, clock, files)
            finished = _finish_files(pool, files)
            axis = _finish_time(assembly, time, clock, (kind, unit))
        for one in finished:
            one.result()
    np.save(folder / "lines.npy", np.array(assembly.entries, np.int64).reshape(-1, 2))
    described = tuple(
        ChannelInfo(
            column.name,
            column.unit,
            file.dtype.name,
            file.missing,
            float(file.low),
            float(file.high),
            column.index,
        )
        for column, file in zip(channels, files, strict=True)
    )
    return StoreInfo(sha256, size, assembly.rows, axis, described, _reading(plan, not ordered))


def _finish_files(pool: ThreadPoolExecutor, files: list[ColumnFile]) -> list[Future[None]]:
    return [pool.submit(file.finish, f"c{number}") for number, file in enumerate(files)]


def _leave_out_empty(assembly: Assembly, plan: Plan) -> None:
    for column in plan.columns:
        file = assembly.files.get(column.index)
        if file is not None and (column.kind is Kind.SKIPPED or file.missing == file.rows):
            file.remove()
            del assembly.files[column.index]
            if column.kind is not Kind.SKIPPED:
                column.skip("every cell is empty")


def _rising(assembly: Assembly, plan: Plan) -> Column | None:
    """The first column that rises from row to row throughout, if another one is left to be a channel."""
    if len(assembly.files) < 2 or assembly.rows < 2:
        return None
    rising = (index for index in sorted(assembly.files) if assembly.files[index].rising)
    index = next(rising, None)
    if index is None:
        return None
    plan.note(f"“{plan.columns[index].name}” rises from row to row and is taken as the time.")
    return plan.columns[index]


def _reasons(plan: Plan) -> str:
    skipped = [f"“{column.name}”: {column.reason}" for column in plan.columns if column.kind is Kind.SKIPPED]
    return f" ({', '.join(skipped[:3])})" if skipped else ""


def _time_kind(assembly: Assembly, time: Column, clock: ColumnFile) -> tuple[TimeKind, str | None]:
    """Kind and unit of the time axis; Unix times become nanoseconds."""
    plan, told = assembly.plan, assembly.plan.options
    if time.kind is Kind.INSTANT:
        return TimeKind.DATETIME, None
    if time.kind is Kind.DATE:
        return (TimeKind.DATETIME if assembly.clock else TimeKind.NAIVE), None
    if time.kind is Kind.EPOCH:
        if told == AS_FOUND and time_unit(time.name, time.unit) is None and not clock.ordered:
            raise AgainError(time.index, Kind.FLOAT)  # it only looked like time at the beginning
        plan.note(f"The time is read as Unix time in {_UNITS[time.scale]}.")
        return TimeKind.DATETIME, None
    if told.unit and not told.unit.startswith(SINCE_1970):
        return TimeKind.NUMERIC, told.unit
    unit = told.unit.removeprefix(SINCE_1970) if told.unit else instant_unit(time, clock.low, clock.high)
    if unit is None:
        return TimeKind.NUMERIC, time.unit or time_unit(time.name, time.unit) or None
    if clock.dtype == FLOAT:
        raise AgainError(time.index, Kind.EPOCH, UNIT_DIGITS[unit])
    factor = unit_factor(unit)
    clock.rewrite(lambda values: values * factor, clock.dtype)
    plan.note(f"The time is read as Unix time in {_UNITS[UNIT_DIGITS[unit]]}.")
    return TimeKind.DATETIME, None


def _sort(folder: Path, clock: ColumnFile, files: list[ColumnFile]) -> tuple[ColumnFile, list[ColumnFile]]:
    """Copies of all columns in the stable order of the time; ``order.npy`` keeps the source rows."""
    clock.finish_plain("unsorted")
    sort_order(clock.pieces(), folder / "order.npy")
    order = npyfile.Pieces(folder / "order.npy")
    result = []
    for number, old in enumerate([clock, *files]):
        if old is not clock:
            old.finish_plain(f"unsorted{number}")
        new = ColumnFile(folder, f"sorted{number}", old.dtype)
        source = old.pieces()
        for first in range(0, len(order), _CHUNK):
            values = source.take(order[first : first + _CHUNK])
            new.extend([values], int(np.isnan(values).sum()))
        old.remove()
        result.append(new)
    return result[0], result[1:]


def _row_number(plan: Plan, folder: Path, rows: int) -> TimeInfo:
    rate = plan.options.rate
    if rate is None:
        plan.note("There is no time column; the row number is the time.")
        return TimeInfo(TimeKind.ROW, None, None, None, 0.0, float(rows - 1), float(rows > 1), True, 0)
    plan.note(f"There is no time column; {rate:g} rows are a second.")
    npyfile.create(folder / "time.npy", FLOAT)
    for first in range(0, rows, _CHUNK):
        npyfile.append(folder / "time.npy", np.arange(first, min(first + _CHUNK, rows)) / rate)
    npyfile.finish(folder / "time.npy", FLOAT, rows)
    return TimeInfo(TimeKind.NUMERIC, None, None, "s", 0.0, (rows - 1) / rate, 1 / rate, True, 0)


def _finish_time(
    assembly: Assembly, time: Column, clock: ColumnFile, described: tuple[TimeKind, str | None]
) -> TimeInfo:
    """Complete ``time.npy`` and ``gaps.npy``; ``described`` is the kind and the unit."""
    kind, unit = described
    clock.finish_plain("time")
    clock.pyramid.unlink()
    times = clock.pieces()
    steps = measure(times)
    if len(steps.gaps):
        npyfile.save(clock.path.with_name("gaps.npy"), steps.gaps)
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


def _zone(assembly: Assembly, time: Column) -> str:
    """What a time axis of instants is shown in."""
    if time.kind is Kind.INSTANT:
        return display_zone(assembly.plan)
    if time.kind is not Kind.DATE or assembly.clock is None:
        return "UTC"
    clock = assembly.clock
    if len(clock.offsets) > 1:
        changes = f"its offset from UTC changes in the file ({clock.spelt()})"
        assembly.plan.note(f"Times are read as {clock.zone}; {changes}, so they are shown in UTC.")
    return clock.shown()


def _reading(plan: Plan, was_sorted: bool) -> Reading:
    skipped = tuple((column.name, column.reason) for column in plan.columns if column.kind is Kind.SKIPPED)
    if was_sorted:
        plan.note("The rows were not in time order and are shown sorted by time.")
    return Reading(
        plan.encoding,
        plan.delimiter,
        plan.decimal,
        plan.header,
        plan.newline,
        was_sorted,
        skipped,
        tuple(plan.notes),
    )
