"""Rows above the first row of samples: names that do not fit, rows of names, lines that are left out."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from services.ingest.cells import (
    cell_class,
    is_integer,
    is_missing,
    is_number,
    shorten,
)
from services.ingest.diagnose import ragged
from services.ingest.headcells import has_time, is_unit
from services.ingest.layout import TableLayout
from services.ingest.notdata import (
    is_comment,
    is_section,
    is_setting_line,
    is_waveform_setting,
)
from services.ingest.plan import ReadingPlan
from services.timeseries.lines import LineBytes
from services.wording import counted

_ABOVE = 4  # successive rows of numbers that may be a table
_DATE_DIGITS = re.compile(r"\d{8,}", re.ASCII)  # 20240220


def with_chosen_header(
    plan: ReadingPlan, rows: list[tuple[LineBytes, list[str]]], table: TableLayout
) -> TableLayout:
    """The table, if the user chose whether it has a header."""
    chosen = plan.options.header
    if chosen and plan.options.begins:
        names = [*rows[0][1], *[""] * (table.width - len(rows[0][1]))][: table.width]
        return replace(table, first=max(table.first, 1), names=names, top=0, numbers_named=False)
    if chosen is False and plan.options.begins and len(rows[0][1]) == table.width:
        none: list[str | None] = [None] * table.width
        return replace(table, first=0, names=None, units=none, top=0)
    if chosen is None or chosen == (table.names is not None):
        if table.names is None and table.first:
            if named := _with_row_names(plan, rows, table):
                return named
            _refuse_other_width(plan, rows, table)
        return table
    none = [None] * table.width
    if not chosen:
        return replace(table, first=table.top, names=None, units=none)
    row, names = rows[table.first]
    if len(names) != table.width:
        raise plan.refuse(
            f"the names of the columns have {counted(len(names), 'cell')} where most rows have {table.width}; correct "
            "the row and add the file again.",
            row.line + 1,
        )
    return replace(table, first=table.first + 1, names=names, units=none)


def _with_row_names(
    plan: ReadingPlan, rows: list[tuple[LineBytes, list[str]]], table: TableLayout
) -> TableLayout | None:
    """The table with a header of an R data frame: one cell less than the rows, which begin with row names."""
    above = [cell.strip() for cell in rows[table.first - 1][1]]
    below = [cells[0].strip() for _, cells in rows[table.first :] if len(cells) == table.width]
    if len(above) != table.width - 1 or any(cell_class(cell) != "x" for cell in above) or is_comment(above):
        return None
    is_counted = [str(place + 1) for place in range(len(below))] == below
    if not is_counted and any(cell_class(cell) not in "x" for cell in below):
        return None
    plan.note("There is one column name less than cells in a row; the first cell of each row is its name.")
    return replace(table, names=["", *above], top=table.first - 1)


def _refuse_other_width(
    plan: ReadingPlan, rows: list[tuple[LineBytes, list[str]]], table: TableLayout
) -> None:
    """Refuse a header with more or fewer cells than the data: its names cannot be matched to columns."""
    above = rows[table.first - 1][1]
    if is_setting_line(above):
        return
    if is_section(above, table.width) or (plan.blanks and _doubt_line_below_names(plan, rows, table)):
        return
    if plan.blanks and len(above) == 1 and table.first > 1 and cell_class(above[0]) == "x":
        _doubt_names(
            plan, rows[table.first - 2][1], table.width, most=table.width // 2
        )  # above that of the index
    if (plan.blanks and len(above) != table.width - 1) or (is_comment(above) and len(above) != table.width):
        _doubt_names(plan, above, table.width)
        return  # words of a title
    if sum(bool(re.match(r"\s*\w[\w ]*:\S", cell)) for cell in above) * 2 > len(above) > 1:
        return  # settings
    if len(above) != table.width and len(above) > 1 and {cell_class(cell) for cell in above} <= {"n", "t"}:
        raise ragged(
            plan, rows[table.first][0].line + 1, table.width, len(above)
        )  # data with another number of cells
    named = sum(1 for cell in above if cell_class(cell) in "xle")
    if (
        len(above) > 1
        and len(above) != table.width
        and named == len(above)
        and len(above) * 2 > table.width > 1
    ):
        row, cells = rows[table.first]
        width = f"{len(cells)} cell{'s' if len(cells) != 1 else ''}"
        remedy = "correct the row"
        if plan.delimiter == "," and sum(map(is_integer, cells)) > 1:
            remedy += ", or write decimal points if its numbers have decimal commas,"
        problem = f"the row has {width} where the header has {len(above)}; {remedy} and add the file again."
        raise plan.refuse(problem, row.line + 1)
    if table.width > 1 and sum(cell_class(cell) == "x" for cell in above) > 1:
        _doubt_names(plan, above, table.width, most=max(1, table.width // 3))


def _doubt_line_below_names(
    plan: ReadingPlan, rows: list[tuple[LineBytes, list[str]]], table: TableLayout
) -> bool:
    """Note a line with too few cells between names and data, such as a sample without its first values."""
    (line, cells), names = rows[table.first - 1], rows[table.first - 2][1] if table.first > 1 else []
    if not 0 < len(cells) < table.width == len(names) or any(cell_class(cell) != "x" for cell in names):
        return False
    plan.doubt(
        f"Line {line.line + 1} below the names has {len(cells)} of {table.width} cells, so it is left out and "
        "columns are numbered; correct the line and add the file again."
    )
    return True


def _doubt_names(plan: ReadingPlan, above: list[str], width: int, most: int | None = None) -> None:
    """Add a doubt about a line above the table that could be names, but has more or fewer cells, by ``most``."""
    if (
        len(above) > 1
        and abs(len(above) - width) <= (width // 3 if most is None else most)
        and all(cell_class(cell) in "xeb" or is_integer(cell) for cell in above)
    ):
        plan.doubt(
            f"The line above the table has {len(above)} names for {width} columns, so columns are numbered; correct "
            "the line and add the file again if they are its names."
        )


def doubt_other_names(plan: ReadingPlan, rows: list[tuple[LineBytes, list[str]]], table: TableLayout) -> None:
    """Add a doubt about a row above a blank line that could have the names of the columns."""
    if table.other_names is None or plan.options.begins or plan.options.header is not None:
        return
    row, cells = rows[table.other_names]
    shown = plan.delimiter.join(cell.strip() for cell in cells)
    plan.doubt(
        f"Line {row.line + 1} (“{shorten(shown)}”) could have the names of the columns, but those below the blank line "
        "are taken; if it does, say so with “Read it differently” (table begins at that line, first line: names).",
        {f"Names are in line {row.line + 1}": {"begins": row.line + 1, "header": True}},
    )


def doubt_rows_of_names(
    plan: ReadingPlan, rows: list[tuple[LineBytes, list[str]]], table: TableLayout
) -> None:
    """Add a doubt about a row between names and data that has a date or ``NaN``, as a sample with missing values has,
    and about numbers that name more columns than there are."""
    for row, cells in rows[table.top : table.first]:
        more = [cell for cell in cells[table.width :] if cell.strip()]
        if more and all(map(is_integer, [cells[table.width - 1], *more])):
            plan.doubt(
                f"Line {row.line + 1} has {len(cells)} names for {table.width} columns; the last ones are left out. "
                "Correct the line and add the file again if other columns have them."
            )
    names = [cell.strip() for cell in rows[table.top][1]] if table.names else []
    alone = table.first == table.top + 2 and all(names) and not has_time(names)
    alone = alone and names[1:] == (table.names or [])[1:]  # the first one may be in the row below
    for row, cells in rows[table.top + 1 : table.first]:
        sampled = any(_is_of_sample(cell.strip()) for cell in cells) and not is_waveform_setting(cells)
        if sampled or (alone and _may_be_missing(cells) and not has_time(cells)):
            shown = plan.delimiter.join(cell.strip() for cell in cells)
            plan.doubt(
                f"Line {row.line + 1} (“{shorten(shown)}”) is left out as a part of the names; if it is a row of data, "
                "correct its cells without a number and add the file again."
            )


def _may_be_missing(cells: list[str]) -> bool:
    """An empty cell next to a word that is no unit, as in a sample whose values are missing: ``,none``."""
    words = [cell.strip() for cell in cells if cell.strip()]
    return 0 < len(words) < len(cells) and not all(map(is_unit, words))


def _is_of_sample(cell: str) -> bool:
    """A time, or ``NaN``: neither a name nor a unit."""
    missing = bool(cell) and is_missing(cell) and not is_unit(cell)
    return missing or cell_class(cell) == "t" or _DATE_DIGITS.fullmatch(cell) is not None


def note_lines_above(plan: ReadingPlan, rows: list[tuple[LineBytes, list[str]]], table: TableLayout) -> None:
    """Note the lines above the table that are left out."""
    count = table.top
    if plan.options.begins:
        plan.note(f"The table begins at line {rows[table.top][0].line + 1}; the lines above it are left out.")
        return
    if not count:
        return
    if all(is_comment(cells) for _, cells in rows[:count]):
        lines = "The first line begins" if count == 1 else f"The first {count:,} lines begin"
        plan.note(f"{lines} with {rows[0][1][0].lstrip()[0]} and {'is' if count == 1 else 'are'} left out.")
    else:
        plan.note(f"The table begins at line {rows[table.top][0].line + 1}; the lines above it are left out.")
    _doubt_table_above(plan, rows[:count])
    above, cells = rows[count - 1]
    if table.names is None and len(cells) == table.width > 1 and not any(map(str.strip, cells)):
        plan.doubt(
            f"Line {above.line + 1} has nothing but delimiters and is left out; if it is a row of missing values, say "
            f"so with “Read it differently” (table begins at line {above.line + 1}, first line: data).",
            {f"Line {above.line + 1} is a row of data": {"begins": above.line + 1, "header": False}},
        )


def _doubt_table_above(plan: ReadingPlan, above: list[tuple[LineBytes, list[str]]]) -> None:
    """Add a doubt about rows of numbers above the table: they may be another table."""
    data = [
        row.line + 1
        for row, cells in above
        if len(cells) > 1 and any(map(is_number, cells)) and all(cell_class(cell) in "nt" for cell in cells)
    ]
    runs = sum(after - before == 1 for before, after in pairwise(data))
    if runs >= _ABOVE:
        plan.doubt(
            f"Lines {data[0]} to {data[-1]} have rows of numbers above the table and are left out; if they are another "
            "table, write it to a file of its own and add that."
        )
