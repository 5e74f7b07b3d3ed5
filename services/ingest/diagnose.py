"""Error diagnosis: find the unreadable cell of a block and word the error. Slow, but needed once per file at most."""

from __future__ import annotations

import csv
import re

import pyarrow as pa

from services.ingest.blocks import Block
from services.ingest.cells import (
    SWITCH_DIGITS,
    SWITCH_LETTERS,
    cell_class,
    flagged,
    is_grouped,
    is_hexadecimal,
    is_infinite,
    is_missing,
    is_number,
    is_switch,
    labelled,
    means_missing,
    quantity,
    shorten,
    spelt_out,
    time_form,
)
from services.ingest.groups import is_grouped_cell
from services.ingest.kinds import grouped_number
from services.ingest.plan import DATES, Column, ColumnKind, ReadingPlan
from services.ingest.spellings import YEAR_FIRST, ImpossibleTimeError, nanoseconds_of
from services.timeseries.clock import parse_instant

_FIRST_YEAR, _LAST_YEAR = 1678, 2261  # whole years that int64 nanoseconds hold
_YEAR = re.compile(r"\s*(\d{4})")
_AGAIN = "correct the cell and add the file again."
_CALENDAR = "write dates of the Gregorian calendar, or correct the cell, and add the file again."
_OR_EMPTY = "correct the cell or leave it empty, and add the file again."
_OR_DELETE = "correct the cell or delete the row, and add the file again."
_OR_WORD = "if it means missing, say so with “Read it differently” (words for missing), or correct the cell."
_ANOTHER_TABLE = "another table seems to begin here; write each table to a file of its own and add those."
_NAMES_WITHIN = 4  # rows
_NEAR_BEGIN = 5  # rows
_BEGINS = "say with “Read it differently” at which line the table begins."
_MISSING_TIME = "the time is missing; fill it in or delete the row, and add the file again."
LONE_CR = (
    "a carriage return without a line feed is in the text; write all line ends alike and add the file again."
)


def line_of(plan: ReadingPlan, block: Block, row: int) -> int:
    """Line of the source, from 1, of a row of ``block``."""
    return block.line_at(block.rows(plan)[row].start)


def explain(plan: ReadingPlan, block: Block, message: str) -> Exception:
    """The error for a block whose rows pyarrow could not split into cells."""
    width = len(plan.columns)
    for row in block.rows(plan):
        text = block.text[row.start : row.stop].decode("utf-8", "replace")
        try:
            count = len(plan.cells(text))
        except csv.Error:  # raised only for a cell above the reader's limit
            longest = f"a cell has more than {csv.field_size_limit():,} characters"
            return plan.refuse(f"{longest}; shorten it and add the file again.", block.line_at(row.start))
        if count != width:
            line = block.line_at(row.start)
            if line - plan.data_line >= _NEAR_BEGIN and _begins_table(plan, block, text, row.stop):
                return plan.refuse(_ANOTHER_TABLE, line)
            return ragged(plan, line, count, width)
    return plan.refuse(f"the table cannot be read ({shorten(message, 120)}); export it again.", block.line)


def _begins_table(plan: ReadingPlan, block: Block, text: str, stop: int) -> bool:
    """Whether a row of words has rows of data below it, so that it may be the head of another table."""
    below = [row for row in block.rows(plan) if row.start > stop][: 10 * _NAMES_WITHIN]
    texts = [block.text[row.start : row.stop].decode("utf-8", "replace") for row in below]
    counts = [len(cells) for one in texts if (cells := plan.cells(one)) and cell_class(cells[-1]) in "net"]
    return cell_class(plan.cells(text)[0]) == "x" and counts.count(len(plan.columns)) > 1


def ragged(plan: ReadingPlan, line: int, count: int, expected: int) -> Exception:
    """The error for a row with too many or too few cells."""
    where = "the header" if plan.header else "the first row"
    cells = f"{count} cell{'s' if count != 1 else ''}"
    return plan.refuse(
        f"the row has {cells} where {where} has {expected}; correct the row and add the file again.", line
    )


def refuse_cell(plan: ReadingPlan, block: Block, column: Column, cells: list[str]) -> Exception:
    """The error for the first cell that does not have the kind of its column."""
    for row, cell in enumerate(cells):
        if column.kind in DATES or column.kind is ColumnKind.EPOCH:
            problem = _wrong_time(plan, column, cell)
        elif (
            cell in plan.missing
            or means_missing(cell, plan.options.missing)
            or is_missing(cell)
            or is_cell_of(plan, column, cell)
        ):
            continue
        elif is_grouped(cell):
            return grouped_number(plan, column, line_of(plan, block, row), cell)
        else:
            word = not any(map(str.isdigit, cell)) and column is not plan.time
            remedy = _OR_DELETE if column is plan.time else _OR_WORD if word else _OR_EMPTY
            if _names_follow(plan, block, row):
                remedy = _ANOTHER_TABLE
            elif line_of(plan, block, row) - plan.data_line < _NEAR_BEGIN and not plan.options.begins:
                remedy = f"{remedy[:-1]}; if it is above the table, {_BEGINS}"
            problem = f"“{shorten(cell)}” is not a number; {remedy}"
        if problem:
            return plan.refuse(problem, line_of(plan, block, row), column)
    return plan.refuse("the column cannot be read as numbers; export the file again.", block.line, column)


def _names_follow(plan: ReadingPlan, block: Block, row: int) -> bool:
    """Whether this row, or one of the next, has only words, different ones in two or more columns, as names have."""
    first = line_of(plan, block, row)
    if any(first < line < first + _NAMES_WITHIN for line in plan.left_out):  # the header again
        return True
    rows = block.rows(plan)[row : row + _NAMES_WITHIN]
    for line in rows:
        cells = plan.cells(block.text[line.start : line.stop].decode("utf-8", "replace"))
        words = [cell.strip() for cell in cells if cell.strip()]
        if len(set(words)) == len(words) > 1 and all(cell_class(word) == "x" for word in words):
            return True
    return False


def is_cell_of(plan: ReadingPlan, column: Column, cell: str) -> bool:
    """Whether the cell can be read as a number of its column."""
    if column.via == "switch":
        return is_switch(cell) or cell.strip().casefold() in SWITCH_LETTERS | SWITCH_DIGITS
    if column.via == "quantity":
        parsed = quantity(cell)
        return (
            parsed is not None
            and parsed[1] == column.suffix
            and is_number(parsed[0], column.decimal or plan.decimal)
        )
    if column.via == "hexadecimal":
        return is_hexadecimal(cell)
    if column.via == "grouped":
        return is_grouped_cell(column, cell)
    if column.via == "flagged":
        return is_number(cell, plan.decimal) or flagged(cell) is not None
    if column.via == "spelt":
        return is_number(spelt_out(cell) or cell, plan.decimal)
    if column.via == "labelled":
        named = labelled(cell)
        return named is not None and named[0] == column.suffix
    return is_number(cell, column.via or plan.decimal)


def _wrong_time(plan: ReadingPlan, column: Column, cell: str) -> str | None:
    if is_missing(cell):
        return _MISSING_TIME
    if column.kind is ColumnKind.EPOCH:
        if is_number(cell, plan.decimal) and not is_infinite(cell):
            decimals = len(re.split("[.,]", cell.strip())[-1]) if re.search("[.,]", cell) else 0
            return (
                f"“{shorten(cell)}” is finer than a nanosecond; {_AGAIN}" if decimals > column.scale else None
            )
        return f"“{shorten(cell)}” is not a time; {_AGAIN}"
    if column.parts and cell != cell.strip():
        missing = f"a part of the time is missing (“{shorten(cell)}”)"
        return f"{missing}; fill it in or delete the row, and add the file again."
    form = time_form(cell, column.order or plan.options.dates)
    zoned = column.kind is ColumnKind.INSTANT
    if column.parts or form is None:
        return None if _readable(column, cell) else f"“{shorten(cell)}” is not a time; {_AGAIN}"
    if (
        column.spelling is not None
        and column.spelling.is_clock
        and (form.spelling is None or not form.spelling.is_clock)
    ):
        return (
            f"“{shorten(cell)}” is a date where the rows above have clock times; write the date in each row."
        )
    if form.zoned != zoned:
        has, others = ("has a", "have none") if form.zoned else ("has no", "have one")
        return f"“{shorten(cell)}” {has} zone while other times {others}; write all times with their zone."
    return None if _readable(column, cell) else _impossible(cell)


def _readable(column: Column, cell: str) -> bool:
    spelling = column.spelling or YEAR_FIRST
    try:
        nanoseconds_of(pa.chunked_array([[cell]]), spelling, column.order, column.kind is ColumnKind.INSTANT)
    except (ImpossibleTimeError, pa.ArrowInvalid):
        return False
    return True


def _impossible(cell: str) -> str:
    year = _YEAR.match(cell)
    if (
        year
        and not _FIRST_YEAR <= int(year[1]) <= _LAST_YEAR
        and parse_instant(cell.replace("/", "-")) is not None
    ):
        return f"“{shorten(cell)}” is outside the years 1678 to 2261 that can be kept; {_CALENDAR}"
    fraction = re.search(r"[.,](\d{10,})", cell)
    if fraction:
        return f"“{shorten(cell)}” is finer than a nanosecond; {_AGAIN}"
    return f"“{shorten(cell)}” is no possible date and time; {_AGAIN}"


def refuse_missing_time(plan: ReadingPlan, block: Block, column: Column, row: int) -> Exception:
    """The error for an empty cell in the time column."""
    return plan.refuse(_MISSING_TIME, line_of(plan, block, row), column)


def refuse_infinite(plan: ReadingPlan, block: Block, column: Column, cells: list[str]) -> Exception:
    """The error for an infinity, or a number that is too large for float64."""
    for row, cell in enumerate(cells):
        if is_missing(cell) or not is_number(cell, plan.decimal):
            continue
        value = float(cell.strip().replace(",", "."))
        if value in {float("inf"), float("-inf")}:
            problem = "is infinite" if is_infinite(cell) else "is larger than any number that can be kept"
            text = f"“{shorten(cell)}” {problem}; {_OR_EMPTY}"
            return plan.refuse(text, line_of(plan, block, row), column)
    return plan.refuse("a number is infinite; correct it and add the file again.", block.line, column)
