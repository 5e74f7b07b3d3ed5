"""Tables next to each other, each with a time column: join them to one table at all their times, in bounded memory.

The rows of all tables are sorted together by time. A sample has the values of all tables at its time; values are
missing in tables without a row then. Rows of one time in one table stay separate samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.ingest import npyfile
from services.ingest.cells import shorten
from services.ingest.columns import EXACT, FLOAT, INTEGER, ColumnFile
from services.ingest.longtable import SplitChannel, SplitTable
from services.ingest.names import split_unit
from services.ingest.plan import Column, ReadingPlan
from services.ingest.reading_options import WrongOption
from services.ingest.timeaxis import find_runs, sort_order
from services.wording import counted

MISSING_TIME = -(2**63)  # in a column of nanoseconds
_CHUNK = 1 << 16
_CELLS = 1 << 22  # values of the joined table in memory
_MOST_EQUAL = 1 << 20  # rows of one time


def merge(plan: ReadingPlan, folder: Path, files: dict[int, ColumnFile]) -> SplitTable:
    """Join ``plan.blocks``, whose first columns are their times.

    Writes ``order.npy`` (first source row of each sample) and ``samples.npy`` (first sample of each source row).

    Raises:
        WrongOption: times of one table go back, or are missing next to values.
    """
    tables = [
        (
            files[block[0].index],
            [(column, files[column.index]) for column in block[1:] if column.index in files],
        )
        for block in plan.blocks
        if block[0].index in files
    ]
    dtype = INTEGER if all(clock.dtype == INTEGER for clock, _ in tables) else FLOAT
    every = _Rows(folder, dtype)
    for number, (clock, _) in enumerate(tables):
        every.add(number, clock)
        _check_order(plan.blocks[number][0], clock)
    every.finish()
    _check_missing(plan, tables)
    channels = _channels(plan, folder, tables)
    made = SplitTable(
        ColumnFile(folder, "times", dtype), [channel for group in channels for channel, _ in group]
    )
    rows = tables[0][0].rows
    placed = np.lib.format.open_memmap(folder / "samples.npy", "w+", np.dtype("<i8"), (rows,))
    placed[:] = -1
    npyfile.create(folder / "order.npy", np.dtype("<i8"))
    done = 0
    for part in every.groups(max(1, _CELLS // max(len(made.channels), 1))):
        stamps, tables_of, sources = (array.take(part) for array in every.arrays)
        samples, first, count = _samples(stamps, tables_of)
        made.clock.extend([stamps[first]], 0)
        order = np.empty(count, np.int64)
        for number in range(len(tables) - 1, -1, -1):  # the first table last: its rows decide
            chosen = tables_of == number
            placed[sources[chosen]] = done + samples[chosen]
            order[samples[chosen]] = sources[chosen]
            for channel, source in channels[number]:
                values = np.full(count, np.nan)
                values[samples[chosen]] = source.take(sources[chosen])
                channel.file.extend([values], int(np.isnan(values).sum()))
        npyfile.append(folder / "order.npy", order)
        done += count
    npyfile.finish(folder / "order.npy", np.dtype("<i8"), done)
    _place_empty_rows(placed)
    every.remove()
    for file in files.values():
        file.remove()
    plan.note(
        f"{counted(len(tables), 'table')} next to each other are joined at {counted(done, 'time')}; values are missing "
        "where a table has no row."
    )
    return made


class _Rows:
    """The rows of all tables one after the other: their times, tables and source rows, on disk."""

    def __init__(self, folder: Path, dtype: np.dtype[Any]) -> None:
        self._folder, self._dtype, self._length = folder, dtype, 0
        self._paths = [folder / f"all-{name}.npy" for name in ("times", "tables", "rows")]
        self._dtypes = (dtype, np.dtype("<i8"), np.dtype("<i8"))
        for path, kind in zip(self._paths, self._dtypes, strict=True):
            npyfile.create(path, kind)

    def add(self, table: int, clock: ColumnFile) -> None:
        """Add the rows of a table that have a time."""
        for first, values in _chunks(clock):
            rows = np.flatnonzero(_timed(values))
            times = values[rows].astype(self._dtype)
            parts = (times, np.full(len(rows), table, np.int64), rows + first)
            for path, part in zip(self._paths, parts, strict=True):
                npyfile.append(path, part)
            self._length += len(rows)

    def finish(self) -> None:
        """Complete the files and sort by time."""
        for path, kind in zip(self._paths, self._dtypes, strict=True):
            npyfile.finish(path, kind, self._length)
        self.arrays = [npyfile.SlicedArray(path) for path in self._paths]
        self._sorted = self._folder / "all-sorted.npy"
        sort_order(self.arrays[0], self._sorted)

    def groups(self, step: int) -> Iterator[NDArray[np.int64]]:
        """Rows in order of time, in pieces that contain all rows of their times."""
        order, rest = npyfile.SlicedArray(self._sorted), np.empty(0, np.int64)
        for first in range(0, len(order), step):
            rows = np.concatenate([rest, order[first : first + step]])
            stamps = self.arrays[0].take(rows)
            last = first + step >= len(order)
            stop = len(rows) if last else int(np.searchsorted(stamps, stamps[-1]))
            rest = rows[stop:]
            if len(rest) > _MOST_EQUAL:
                raise WrongOption(
                    "tables", "Too many rows of these tables have one time; choose “one table”."
                )
            if stop:
                yield rows[:stop]

    def remove(self) -> None:
        """Delete the files."""
        for path in (*self._paths, self._sorted):
            path.unlink(missing_ok=True)


def _chunks(file: ColumnFile) -> Iterator[tuple[int, NDArray[Any]]]:
    values = file.so_far()
    for first in range(0, len(values), _CHUNK):
        yield first, values[first : first + _CHUNK]


def _timed(times: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each row has a time."""
    result: NDArray[np.bool_] = times != MISSING_TIME if times.dtype == INTEGER else ~np.isnan(times)
    return result


def _samples(
    stamps: NDArray[Any], tables: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Sample of each row, a row of each sample, and the number of samples; rows are sorted by time, then table.

    The second row of one time in a table belongs to the second sample of this time.
    """
    places = np.arange(len(stamps))
    new_time = np.concatenate([[True], stamps[1:] != stamps[:-1]])
    new_run = new_time | np.concatenate([[True], tables[1:] != tables[:-1]])
    turn = places - np.maximum.accumulate(
        np.where(new_run, places, 0)
    )  # 0 for the first row of a time in a table
    starts = np.flatnonzero(new_time)
    counts = np.maximum.reduceat(turn, starts) + 1
    base = np.cumsum(counts) - counts
    samples = base[np.cumsum(new_time) - 1] + turn
    first = np.empty(int(counts.sum()), np.int64)
    first[samples] = places
    return samples, first, len(first)


def _check_order(time: Column, clock: ColumnFile) -> None:
    """Refuse to join a table whose times restart: its rows would be mixed."""
    values = clock.so_far()
    if clock.ordered:
        return
    timed = np.concatenate([part[_timed(part)] for _, part in _chunks(clock)]) if len(values) else values[:]
    if find_runs(timed).mixed:
        raise WrongOption(
            "tables",
            f"The times of “{shorten(time.name)}” go back in the file; split it there, or choose “one table”.",
        )


def _check_missing(
    plan: ReadingPlan, tables: list[tuple[ColumnFile, list[tuple[Column, ColumnFile]]]]
) -> None:
    """Refuse values next to a missing time."""
    for number, (clock, values) in enumerate(tables):
        for first, times in _chunks(clock):
            rows = np.flatnonzero(~_timed(times))
            for column, file in values if len(rows) else ():
                cells = file.so_far()[first : first + len(times)][rows]
                there = np.flatnonzero(~np.isnan(cells)) if cells.dtype == FLOAT else np.arange(len(cells))
                if len(there):
                    time = plan.blocks[number][0]
                    raise plan.refuse(
                        f"“{shorten(column.name)}” has a value, but the time in “{shorten(time.name)}” is missing; "
                        "fill it in or delete the value, and add the file again.",
                        plan.data_line + first + int(rows[there[0]]),
                    )


def _channels(
    plan: ReadingPlan, folder: Path, tables: list[tuple[ColumnFile, list[tuple[Column, ColumnFile]]]]
) -> list[list[tuple[SplitChannel, npyfile.Slices]]]:
    """A channel for each column of values, and its source."""
    groups, names = [], _names(plan)
    for clock, values in tables:
        clock.so_far()
        group = []
        for column, file in values:
            if file.dtype == INTEGER and not -EXACT < file.low <= file.high < EXACT:
                column.skip("whole numbers that cannot be stored exactly next to missing values")
                continue
            made = SplitChannel(
                names[column.index], column.unit, ColumnFile(folder, f"joined{column.index}", FLOAT)
            )
            group.append((made, file.so_far()))
        groups.append(group)
    return groups


def _names(plan: ReadingPlan) -> dict[int, str]:
    """Names of the channels by column; those that several tables have, or no table, get the name of their table.

    ``Sensor A Time, Value, Sensor B Time, Value``: ``Sensor A Value``, ``Sensor B Value``.
    """
    plain = [split_unit(cell)[0] for cell in plan.header_cells] or [""] * len(plan.columns)
    names = {column.index: column.name for block in plan.blocks for column in block[1:]}
    times = [block[0].name for block in plan.blocks]
    endings = zip(*(reversed(name) for name in times), strict=False)
    shared = len(list(takewhile(lambda characters: len({*characters}) == 1, endings)))
    labels = [name[: len(name) - shared].strip() for name in times]
    if not plan.header_cells or len({*labels, ""}) <= len(labels):
        return names
    values = [column.index for block in plan.blocks for column in block[1:]]
    for label, block in zip(labels, plan.blocks, strict=True):
        for column in block[1:]:
            again = sum(plain[index] == plain[column.index] for index in values) > 1
            if plain[column.index] and again:
                names[column.index] = f"{label} {plain[column.index]}"
            elif not plain[column.index] and len(block) == 2:
                names[column.index] = label
    return names if len(set(names.values())) == len(names) else {i: plan.columns[i].name for i in names}


def _place_empty_rows(placed: NDArray[np.int64]) -> None:
    """Give rows without any time the sample of the row above."""
    for first in range(0, len(placed), _CHUNK):
        part = placed[first : first + _CHUNK]
        empty = np.flatnonzero(part < 0)
        for row in empty:
            part[row] = placed[first + row - 1] if first + row else 0
