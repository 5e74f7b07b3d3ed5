"""Write parsed blocks to column files, and check each block."""

from __future__ import annotations

import re
from bisect import bisect_left
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from services.ingest.blocks import Block
from services.ingest.cells import is_missing, loses_digits, means_missing, shorten
from services.ingest.columns import EXACT, FLOAT, INTEGER, ColumnFile, LossyError
from services.ingest.diagnose import LONE_CR, line_of, refuse_infinite, refuse_missing_time
from services.ingest.localtime import LocalClock, LocalTimeError
from services.ingest.longtable import SeriesCodes
from services.ingest.parse import nanoseconds, texts
from services.ingest.plan import DATES, NUMBERS, Column, ColumnKind, ReadingPlan
from services.ingest.reading_options import WrongOption
from services.ingest.sidemerge import MISSING_TIME
from services.ingest.zones import collect_zones

_INDEX_EVERY = 1024  # rows per index entry, if rows are not lines
_LONG_NUMBER = r"^\s*[+-]?[0-9]{16,}\s*$"
_TOO_LONG = "has more digits than can be kept exactly"


class Assembly:
    """Takes parsed blocks in order, then finishes the folder; ``held``: columns are held in memory until then."""

    def __init__(self, plan: ReadingPlan, folder: Path, held: bool = False) -> None:
        self.plan = plan
        self.folder = folder
        self._held = held
        self.files: dict[int, ColumnFile] = {}  # by index of the column
        self.rows = 0
        self._dropped: dict[int, str] = {}  # reason by index of the column
        self.entries: list[tuple[int, int]] = []  # line index: row, byte of the source
        self.clock = LocalClock(plan.options.zone) if plan.options.zone else None
        self.codes = SeriesCodes(plan, folder) if plan.series is not None else None

    def add(self, block: Block, table: pa.Table) -> None:
        """Append one block.

        Raises:
            RefusedFile: a time is missing, or a number is infinite.
            NotSplitError, WrongOption: the column of names does not name series.
        """
        cells = dict(zip(table.column_names, table.columns, strict=True))
        for column in self.plan.columns:
            name = str(column.index)
            if column.kind is not ColumnKind.SKIPPED and name in cells:
                self._add_column(block, column, cells[name])
        if self.codes is not None and self.plan.series is not None:
            self.codes.add(cells[str(self.plan.series.index)], block.line)
        if table.num_rows == block.lines and not block.folded:
            entries = block.entries
        else:
            entries = self._slow_entries(block)
            if not block.folded and table.num_rows != len(block.rows(self.plan)):
                raise self.plan.refuse(LONE_CR, _line_of_lone_cr(block))
            if not block.folded and table.num_rows + len(block.dropped) != block.lines:
                self.plan.note("Blank lines are left out.")
        self.entries += [(self.rows + row, offset) for row, offset in entries]
        self.rows += table.num_rows

    def flush(self) -> None:
        """Write what was added so far to the disk; otherwise all of it would be written at the end."""
        for file in [*self.files.values()]:
            file.flush()

    def settle(self) -> bool:
        """Drop columns that cannot be stored exactly from the plan; returns whether any was dropped.

        Called between two blocks in the parsing thread: otherwise it would depend on the timing of the threads
        whether the next block is read with such a column.
        """
        dropped, self._dropped = self._dropped, {}
        for index, reason in dropped.items():
            self.plan.columns[index].skip(reason)
        return bool(dropped)

    def _slow_entries(self, block: Block) -> list[tuple[int, int]]:
        if len(block.entries) == 1 and not block.dropped:
            return block.entries
        starts = [row.start for row in block.rows(self.plan)]
        places = {*range(0, len(starts), _INDEX_EVERY)}
        places |= {
            bisect_left(starts, dropped) for dropped in block.dropped
        }  # rows that follow a dropped one
        return [(place, block.offset + starts[place]) for place in sorted(places) if place < len(starts)]

    def _add_column(self, block: Block, column: Column, cells: pa.ChunkedArray) -> None:
        plan = self.plan
        if column is plan.time and cells.null_count and not plan.blocks:
            cells_read = texts(plan, block, column)
            words = plan.options.missing
            row = next(
                place
                for place, cell in enumerate(cells_read)
                if is_missing(cell) or cell in plan.missing or means_missing(cell, words)
            )
            raise refuse_missing_time(plan, block, column, row)
        if column.kind is ColumnKind.INSTANT:
            collect_zones(plan, block, column, len(cells))
        if column.kind in DATES or column.kind is ColumnKind.EPOCH:
            cells = nanoseconds(plan, column, cells)
        of_block = any(column is table[0] for table in plan.blocks)
        if (column is plan.time or of_block) and self.clock and column.kind is ColumnKind.DATE:
            cells = self._instants(block, column, cells, self.clock)
        if of_block and pa.types.is_integer(cells.type):
            cells = pc.fill_null(cells, MISSING_TIME) if column.kind not in NUMBERS else cells
        file = self.files.get(column.index)
        if file is None:
            dtype = INTEGER if pa.types.is_integer(cells.type) else FLOAT
            file = self.files[column.index] = ColumnFile(
                self.folder, f"column{column.index}", dtype, self._held
            )
        try:
            file.append(cells)
            self._check(block, column, file)
        except LossyError:
            self._drop(block, column, file)

    def _instants(
        self, block: Block, column: Column, cells: pa.ChunkedArray, clock: LocalClock
    ) -> pa.ChunkedArray:
        try:
            return pa.chunked_array([clock.instants(cells.to_numpy(), block.last)])
        except LocalTimeError as error:
            problem = f"“{shorten(texts(self.plan, block, column)[error.row])}” {error.problem}"
            line = line_of(self.plan, block, error.row)
            raise WrongOption("zone", str(self.plan.refuse(f"{problem}.", line, column))) from None

    def _check(self, block: Block, column: Column, file: ColumnFile) -> None:
        """Refuse infinite numbers; leave out a column of whole numbers that float64 cannot represent."""
        if file.dtype != FLOAT:
            return
        low, high = file.latest
        if low > -EXACT and high < EXACT:
            return
        if self._long_numbers(block, column):
            raise LossyError
        if low == float("-inf") or high == float("inf"):
            raise refuse_infinite(self.plan, block, column, texts(self.plan, block, column))

    def _long_numbers(self, block: Block, column: Column) -> list[tuple[int, str]]:
        """Row and text of whole numbers that float64 cannot represent."""
        cells = texts(self.plan, block, column)
        rows = pc.indices_nonzero(pc.match_substring_regex(pa.array(cells), _LONG_NUMBER)).to_pylist()
        return [(row, cells[row]) for row in rows if loses_digits(cells[row])]

    def _drop(self, block: Block, column: Column, file: ColumnFile) -> None:
        """Leave out a column that would lose digits; refuse the file if it is the time column."""
        long_number = self._long_numbers(block, column)
        line = line_of(self.plan, block, long_number[0][0]) if long_number else None
        problem = (
            f"“{shorten(long_number[0][1], 24)}” {_TOO_LONG}"
            if long_number
            else f"a number before line {block.line} {_TOO_LONG}"
        )
        if column is self.plan.time:
            raise self.plan.refuse(f"{problem}; correct the cell and add the file again.", line, column)
        file.remove()
        del self.files[column.index]
        self._dropped[column.index] = (
            f"{problem} (line {line})" if line else f"{problem} next to missing cells or fractions"
        )


def _line_of_lone_cr(block: Block) -> int:
    match = re.search(rb"\r(?!\n)", block.text)
    return block.line + block.text[: match.start() if match else 0].count(b"\n")
