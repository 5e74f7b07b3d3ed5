"""Tables next to each other in one file, each with a time column: ``Time,A,Time,B``."""

from __future__ import annotations

import re
from itertools import pairwise

from services.ingest.cells import shorten
from services.ingest.names import sounds_like_time, time_unit
from services.ingest.plan import DATES, NUMBERS, Column, ColumnKind, ReadingPlan
from services.ingest.reading_options import APART, ONE_TABLE, WrongOption
from services.ingest.timevalues import Cells, values_of

_ROWS = 200  # examined rows
_FEWEST = 10  # rows that tell whether a column rises
_RISING = 0.99
_ZONE_STEP = 900_000_000_000  # nanoseconds in the quarter of an hour by which zones differ

TABLE_REMEDIES = {"Each table at its own times": {"tables": APART}, "One table": {"tables": ONE_TABLE}}
_WORD = re.compile(r"[^\W\d_]+")


def take_blocks(plan: ReadingPlan, cells: Cells) -> bool:
    """Set ``plan.blocks`` if the user chose so, or add a doubt about blocks whose first columns are different times.

    Returns whether there are such blocks.

    Raises:
        WrongOption: the user chose blocks, and there are none.
    """
    chosen = plan.options.tables
    if chosen == ONE_TABLE:
        return True
    if chosen == APART:
        plan.blocks = _equal_blocks(plan, cells) or named_blocks(plan, cells)
        if not plan.blocks:
            raise WrongOption("tables", "There are no tables next to each other, each with a time column.")
        plan.time = plan.blocks[0][0]
        return True
    blocks = _equal_blocks(plan, cells)
    first = [block[0] for block in blocks]
    if not blocks or not _differ(plan, first, cells):
        return False
    names = ", ".join(f"“{shorten(column.name, 20)}”" for column in first[:4])
    used = (
        f"the times of “{shorten(plan.time.name)}” are those of all columns"
        if plan.time
        else "rows are counted"
    )
    plan.doubt(
        f"{names} may each be the time of the columns right of it, but {used}; if they are, say so with “Read it "
        "differently” (tables next to each other: each at its own times).",
        TABLE_REMEDIES,
    )
    return True


def _equal_blocks(plan: ReadingPlan, cells: Cells) -> list[list[Column]]:
    """Blocks of equally many columns that begin with a time.

    The first columns are dates, or named like time, or rise in every row while the names or units of the columns are
    the same in each block.
    """
    columns = [column for column in plan.columns if any(map(str.strip, cells[column.index][:_ROWS]))]
    for width in range(2, len(columns) // 2 + 1):
        blocks = [columns[start : start + width] for start in range(0, len(columns), width)]
        if len(columns) % width or (
            plan.time is not None and plan.time not in [block[0] for block in blocks]
        ):
            continue
        if _are_times(plan, blocks, cells):
            return blocks
    return []


def named_blocks(plan: ReadingPlan, cells: Cells) -> list[list[Column]]:
    """Blocks of any width that begin with a date, or with a rising number that is named like time; two or more."""
    blocks: list[list[Column]] = []
    for column in plan.columns:
        named = column.kind in NUMBERS and _is_named_like_time(plan, column)
        named = named and _rises(plan, column, cells, strict=False)
        if column.kind in DATES or named:
            blocks.append([column])
        elif blocks and column.kind in NUMBERS:
            blocks[-1].append(column)
        elif column.kind in NUMBERS and any(map(str.strip, cells[column.index])):
            return []
    blocks = [block for block in blocks if len(block) > 1]
    return blocks if len(blocks) > 1 else []


def _are_times(plan: ReadingPlan, blocks: list[list[Column]], cells: Cells) -> bool:
    first = [block[0] for block in blocks]
    if not all(any(column.kind in NUMBERS for column in block[1:]) for block in blocks):
        return False
    if all(column.kind in DATES for column in first):
        return not any(column.kind in DATES for block in blocks for column in block[1:])
    if any(column.kind in DATES or column.kind is ColumnKind.SKIPPED for column in first):
        return False
    rising = all(_rises(plan, column, cells) for column in first)
    if not rising or all(_is_named_like_time(plan, column) for column in first):
        return rising
    if plan.header and len({plan.header_cells[column.index] for column in first}) == 1:  # Name,A,Name,B
        return not _any_rises(plan, blocks, cells)
    signatures = {tuple(_signature(plan, column) for column in block[1:]) for block in blocks}
    return len(signatures) == 1 and not _any_rises(plan, blocks, cells)


def _any_rises(plan: ReadingPlan, blocks: list[list[Column]], cells: Cells) -> bool:
    """Whether a column that is not the first of its block rises."""
    return any(
        _rises(plan, column, cells) for block in blocks for column in block[1:] if column.kind in NUMBERS
    )


def _is_named_like_time(plan: ReadingPlan, column: Column) -> bool:
    names = {column.name, _signature(plan, column)[0]}
    return any(
        time_unit(name, column.unit) is not None or sounds_like_time(name, column.unit) for name in names
    )


def _signature(plan: ReadingPlan, column: Column) -> tuple[str, str | None]:
    """Last word of the name, and unit, of a column: equal in blocks that repeat (``A_x``, ``B_x``; ``x1``, ``x2``)."""
    name = plan.header_cells[column.index] if plan.header_cells else ""
    return "".join(_WORD.findall(name)[-1:]).lower(), column.unit


def _rises(plan: ReadingPlan, column: Column, cells: Cells, *, strict: bool = True) -> bool:
    values = values_of(plan, column, cells, _ROWS)
    steps = [after - before for before, after in pairwise(values)]
    if len(values) < _FEWEST or values[0] == values[-1]:
        return False
    return sum(step > 0 or (step == 0 and not strict) for step in steps) >= _RISING * len(steps)


def _differ(plan: ReadingPlan, times: list[Column], cells: Cells) -> bool:
    """Whether a later block has other times than the first; dates in another zone are the same times."""
    base = values_of(plan, times[0], cells, _ROWS)
    for column in times[1:]:
        if cells[column.index][:_ROWS] == cells[times[0].index][:_ROWS]:
            continue
        offsets = {
            after - before for before, after in zip(base, values_of(plan, column, cells, _ROWS), strict=False)
        }
        if column.kind not in DATES or len(offsets) > 1 or any(offset % _ZONE_STEP for offset in offsets):
            return True
    return False
