"""Rows without their last cells, as writers leave out empty cells at the end, and rows with empty cells too many."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from services.ingest.cells import cell_class
from services.ingest.plan import ReadingPlan
from services.wording import counted

if TYPE_CHECKING:
    from services.ingest.blocks import Block

_FEWEST = 3  # names of columns
_MANY = 0.3  # least share of rows with as many cells as there are names


def complete_rows(plan: ReadingPlan, block: Block) -> bool:
    """Take missing cells at the end of rows as missing values, and leave out empty cells too many.

    Returns False if a row has less than half of its cells, or too many with a text: where cells were lost or added is
    not known then. Tables with blanks between cells have no empty cells.
    """
    if block.ragged or plan.blanks:
        return False
    width = len(plan.columns)
    short = []
    for row in block.rows(plan):
        count = _cells(plan, block.text[row.start : row.stop])
        if count is None or len(count) * 2 < width or any(map(str.strip, count[width:])):
            return False
        if len(count) < width:
            short.append((row.start, len(count)))
    if short and not plan.short_rows:
        plan.first_short = block.line_at(short[0][0]), short[0][1]
    plan.short_rows += len(short)
    block.ragged = True
    return True


def complete_first_rows(rows: list[list[str]]) -> list[list[str]] | None:
    """The first rows with empty cells for those that are missing at their ends; None if no row must be completed.

    Only below different names in the first row, which no row exceeds, and if many rows, or the first one and no other,
    have as many cells as names: some write settings into the first row only.
    """
    names, below = rows[0], rows[1:]
    width = len(names)
    if width < _FEWEST or len(set(names)) < width or any(cell_class(cell) not in "xb" for cell in names):
        return None
    full = sum(len(row) == width for row in below)
    settings = full == 1 and len(below) > _FEWEST and len(below[0]) == width and _are_alike(below)
    if full == len(below) or (full < _MANY * len(below) and not settings):
        return None
    if any(not width / 2 <= len(row) <= width for row in below):
        return None
    if any(cell_class(row[0]) == "x" for row in below):
        return None
    return [row + [""] * (width - len(row)) for row in rows]


def _are_alike(rows: list[list[str]]) -> bool:
    """Whether the first row begins with cells of the kinds of all others."""
    kinds = {tuple(map(cell_class, row)) for row in rows[1:]}
    kind = kinds.pop()
    return not kinds and tuple(map(cell_class, rows[0][: len(kind)])) == kind


def even_text(plan: ReadingPlan, block: Block) -> bytes:
    """The text of a block in which each row has as many cells as there are columns; the number of lines is the same."""
    if not block.even:
        block.even = b"".join(_even(plan, block))
    return block.even


def _even(plan: ReadingPlan, block: Block) -> list[bytes]:
    width, delimiter = len(plan.columns), plan.delimiter.encode()
    parts, done = [], 0
    for row in block.rows(plan):
        text = block.text[row.start : row.stop]
        cells = _cells(plan, text) or []
        if len(cells) == width:
            continue
        missing = width - len(cells)
        parts.append(block.text[done : row.start])
        parts.append(text + delimiter * missing if missing > 0 else _without_last(text, delimiter, -missing))
        done = row.stop
    return [*parts, block.text[done : block.size]]


def _without_last(text: bytes, delimiter: bytes, number: int) -> bytes:
    """A row without its last ``number`` cells, which are empty."""
    for _ in range(number):
        text = text[: text.rindex(delimiter)]
    return text


def _cells(plan: ReadingPlan, text: bytes) -> list[str] | None:
    try:
        return plan.cells(text.decode("utf-8", "replace"))
    except csv.Error:
        return None


def doubt_short_rows(plan: ReadingPlan) -> None:
    """Add a doubt about rows without their last cells; another of their cells may be missing."""
    if not plan.short_rows:
        return
    line, count = plan.first_short
    rows = "Line" if plan.short_rows == 1 else f"{plan.short_rows:,} rows have too few cells; the first, line"
    plan.doubt(
        f"{rows} {line:,} has {counted(count, 'cell')} of {len(plan.columns)}; the last ones are taken as missing. If "
        "another cell is missing there, correct the row and add the file again."
    )
