"""Detect the format of a file from its first mebibyte and make a :class:`ReadingPlan`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from services.ingest.abovetable import (
    doubt_other_names,
    doubt_rows_of_names,
    note_lines_above,
    with_chosen_header,
)
from services.ingest.cells import (
    cell_class,
    is_grouped,
    is_number,
    means_missing,
    shorten,
    spelt_out,
    time_form,
)
from services.ingest.delimiters import DELIMITER_ROWS, likely_delimiter
from services.ingest.encoding import CODECS, detect, doubt_guess, take
from services.ingest.filldown import fill_down
from services.ingest.groups import POINTS, take_groups
from services.ingest.kinds import classify, epoch_unit, is_number_and_code, refuse_groups
from services.ingest.layout import TableLayout, find_table, may_name
from services.ingest.magic import recognise
from services.ingest.names import split_quotients, split_unit, unique_names
from services.ingest.notdata import (
    MARKS,
    is_footer,
    setting_keys,
)
from services.ingest.plan import BLANKS, Column, ColumnKind, ReadingPlan, refusal
from services.ingest.raggedrows import complete_first_rows
from services.ingest.reading_options import AS_FOUND, ReadingOptions, WrongOption
from services.ingest.samplerows import LONG, MAX_COLUMNS, SAMPLE_ROWS, Sample, too_wide
from services.ingest.sidesettings import leave_out_settings
from services.ingest.splitdecimals import doubt_split_decimals
from services.ingest.timecolumn import choose_time
from services.ingest.wrapped import doubt_wrapped
from services.timeseries.lines import DECODED, LineBytes, decode

SAMPLE = 1 << 20
SAMPLE_CELLS = 60_000
_HIGHEST_RATE, _LARGEST_VALUE = 100_000, 1e8
_TURNED = 50  # minimum number of cells per line for a few long lines to be channels
_COUNTED = 20  # last rows of the sample whose numbers are compared
_LISTED = 3  # minimum number of rows with different words of a list
_QUOTED = re.compile(r"'([^']*)'(?=\s|$)|(\S+)")
_AMES = re.compile(
    rb"[ \t]*(\d{2,4})[ \t]*,?[ \t]+(?:1001|1010|1020|2010|2110|2160|2310|3010|4010)\b[^\n]*\n(?=[^\n]*[A-Za-z])"
)


def sniff(source: Path, name: str, options: ReadingOptions = AS_FOUND) -> ReadingPlan:
    """Detect encoding, delimiter, decimal sign, the start of the table and the kinds of its columns.

    Args:
        name: name of the file in messages.
        options: the user's choices, which are not detected.

    Raises:
        RefusedFile: it is not a text table, or cannot be read exactly.
        WrongOption: it cannot be read with the user's options.
    """
    with source.open("rb") as file:
        head = file.read(SAMPLE + 1)
    if not head:
        raise refusal(name, "the file is empty; export the recording again.")
    _refuse_other_kinds(head, name)
    chosen = options.encoding
    encoding, mark = take(head, name, chosen) if chosen else detect(head, name)
    text = _decode(head[mark:], encoding)
    newline = _newline(text)
    sample = Sample(
        name,
        text.replace(b"\r", b"\n") if newline == "\r" else text,
        len(head) <= SAMPLE,
        options.begins or _lines_of_ames_head(text),
    )
    sample.check()
    delimiter = options.delimiter or sample.announced() or likely_delimiter(sample)
    widths = [(len(cells), row.line + 1) for row, cells in sample.rows(delimiter, DELIMITER_ROWS)]
    width = max((cells for cells, _ in widths), default=0)
    if width > MAX_COLUMNS:
        raise too_wide(name, next(line for cells, line in widths if cells > MAX_COLUMNS))
    rows = sample.rows(delimiter, max(20, min(SAMPLE_ROWS, SAMPLE_CELLS // max(width, 1))) + 1)
    if sample.begins > 1 and not options.begins and not rows:
        raise refusal(
            name, f"there is no row below the head of {sample.begins:,} lines; export the recording again."
        )
    if sample.announced() and len(rows) > 1 and rows[0][0].line == 0:
        rows = rows[1:]
    if options.begins and not rows:
        raise WrongOption("begins", f"There is no row at or below line {options.begins:,}.")
    if options == AS_FOUND and _is_text([cells for _, cells in rows]):
        raise refusal(name, "this is text, not a table of numbers; export the signals as numbers.")
    plan = ReadingPlan(name, encoding, newline, delimiter, ".", False, mark, 1, [], options=options)
    if delimiter == BLANKS:
        plan.delimiter, plan.blanks = "\t", True
    if sample.begins > 1 and not options.begins:
        plan.note(f"The first line says that the head has {sample.begins:,} lines; they are left out.")
    if not chosen and not mark:
        doubt_guess(plan, head)
    return _plan(sample, rows, plan)


def _is_text(rows: list[list[str]]) -> bool:
    """Whether the rows are sentences: few have equally many cells, and no row has mostly numbers, times or switches."""
    if len(rows) < 2 or Counter(map(len, rows)).most_common(1)[0][1] * 2 > len(rows):
        return False
    return not any(sum(cell_class(cell) in "ntbl" for cell in row) * 2 > len(row) for row in rows)


def _lines_of_ames_head(text: bytes) -> int:
    """The last line of the head of a NASA Ames or ICARTT file, which often has the names; 1 for other files.

    The first line has the number of lines and the file format index (NASA Ames Format for Data Exchange, 1998).
    """
    match = _AMES.match(text[:400])
    lines = int(match[1]) if match else 1
    return lines if text.count(b"\n") >= lines else 1


def _refuse_other_kinds(head: bytes, name: str) -> None:
    kind = recognise(head)
    if kind:
        packed = kind.startswith("compressed") or "archive" in kind
        remedy = (
            "unpack it and add the CSV file that is in it" if packed else "save the table as CSV and add that"
        )
        raise refusal(name, f"this is {kind}, not a CSV file; {remedy}.")


def _decode(head: bytes, encoding: str) -> bytes:
    if encoding in DECODED:
        return decode(head, encoding)
    return head if encoding == "UTF-8" else head.decode(CODECS[encoding]).encode()


def _newline(text: bytes) -> str:
    if b"\r\n" in text:
        return "\r\n"
    return "\r" if b"\r" in text and b"\n" not in text else "\n"


def _refuse_turned(name: str, rows: list[list[str]], complete: bool) -> None:
    """Refuse a table in which each line is a channel instead of a sample."""
    width = max((len(row) for row in rows), default=0)
    if not complete or width < _TURNED or len(rows) * 4 > width or _names_columns(rows[0]):
        return
    cells = [cell for row in rows for cell in row[1:]]
    if sum(1 for cell in cells if cell_class(cell) in "nl") < 0.9 * len(cells):
        return
    problem = (
        "all numbers are in one line"
        if len(rows) == 1
        else f"each of its {len(rows)} lines seems to be a channel with {width:,} values"
    )
    raise refusal(name, f"{problem}; turn the table so that each line is a sample, and add the file again.")


def _names_columns(row: list[str]) -> bool:
    """Whether all cells are different words."""
    return len({*row}) == len(row) and all(cell_class(cell) == "x" for cell in row)


def _plan(sample: Sample, rows: list[tuple[LineBytes, list[str]]], plan: ReadingPlan) -> ReadingPlan:
    """Complete the plan from the cells of the first rows."""
    if not rows:
        raise plan.refuse(
            "a quotation mark is never closed; correct the quotation marks and add the file again.", 1
        )
    _refuse_turned(plan.file, [cells for _, cells in rows[:40]], sample.complete and len(rows) <= 40)
    blank = {
        place for place in range(1, len(rows)) if rows[place][0].line > _end_line(sample, rows[place - 1][0])
    }
    if plan.delimiter == "\t":
        rows = _realigned(sample, rows) if plan.blanks else _split_names(rows)
    cells_found = [_with_missing(plan, cells) for _, cells in rows]
    if not plan.blanks and (completed := complete_first_rows(cells_found)):
        cells_found = completed
        rows = [(row, cells) for (row, _), cells in zip(rows, completed, strict=True)]
    table = find_table(cells_found, blank) or _plain_table(rows)
    table = _timed_from_first(plan, rows) or table
    table = _with_units(plan, rows, _started(plan, rows, with_chosen_header(plan, rows, table)))
    if table.first >= len(rows):
        if not sample.complete:
            raise plan.refuse(LONG, rows[0][0].line + 2)
        raise plan.refuse("there is a header but no row of data; export the recording again.")
    plan.header = table.names is not None
    plan.header_cells = [cell.strip() for cell in table.names or []]
    if plan.options.header is None and may_name([cells for _, cells in rows], table):
        shown = plan.delimiter.join(cell.strip() for cell in rows[table.first][1])
        plan.doubt(
            f"“{shorten(shown)}” is read as a row of data; if it has the names of the columns, say so with "
            "“Read it differently” (first line: names of columns).",
            {"First line: names of columns": {"header": True}},
        )
    if table.numbers_named and plan.options.header is None:
        shown = plan.delimiter.join(plan.header_cells)
        plan.doubt(
            f"“{shorten(shown)}” is taken as the names of the columns; if it is a row of data, say so with "
            "“Read it differently” (first line: data).",
            {"First line: data": {"header": False}},
        )
    doubt_other_names(plan, rows, table)
    doubt_rows_of_names(plan, rows, table)
    note_lines_above(plan, rows, table)
    body = [
        (row, _with_missing(plan, cells))
        for row, cells in rows[table.first :]
        if _is_data(plan, table, cells)
    ]
    plan.data_line = rows[table.first][0].line + 1
    plan.head_keys = setting_keys(plan.delimiter.join(cells) for _, cells in rows[: table.first])
    plan.data_start += len(sample.text[: rows[table.first][0].start].decode().encode(CODECS[plan.encoding]))
    plan.columns = _columns(plan, table)
    _take_missing_numbers(plan, table, body)
    grouped = _grouped(plan, [[cells[index] for _, cells in body] for index in range(table.width)])
    plan.decimal = plan.options.decimal or table.head.decimal or _decimal(plan, body, grouped)
    plan.unclear = table.head.unclear
    plan.rate, plan.head_start = plan.rate or table.head.rate, table.head.start
    for column in plan.columns:
        if column.index not in grouped:
            classify(plan, column, [(row.line + 1, cells[column.index]) for row, cells in body])
    refuse_groups(
        plan, {index: [(row.line + 1, cells[index]) for row, cells in body] for index in range(table.width)}
    )
    by_column = [[cells[index] for _, cells in body] for index in range(table.width)]
    leave_out_settings(plan, by_column)
    fill_down(plan, by_column)
    for column in plan.columns:
        column.identifies = column.kind is ColumnKind.SKIPPED and _all_differ(by_column[column.index])
    choose_time(plan, by_column)
    doubt_split_decimals(plan, len(rows[table.first - 1][1]) if table.first else 0, by_column)
    whole = sample.complete and table.first + len(body) >= len(rows) - 1
    doubt_wrapped(plan, [cells for _, cells in rows[: table.first]], by_column, whole)
    return plan


def _take_missing_numbers(
    plan: ReadingPlan, table: TableLayout, body: list[tuple[LineBytes, list[str]]]
) -> None:
    """Read the numbers as missing that the head names so, if they occur in the same form."""
    found = {cell.strip() for _, cells in body for cell in cells}
    for number in table.head.missing:
        if number in found:
            plan.missing.append(number)
            plan.note(f"The head of the file says that {number} means missing.")


def _all_differ(cells: Iterable[str]) -> bool:
    """Are cells words that are all different, as the names in a list are?"""
    texts = [cell.strip() for cell in cells]
    return (
        len(texts) >= _LISTED
        and len(set(texts)) == len(texts)
        and all(cell_class(cell) in "xn" and not is_number(cell) for cell in texts)
    )


def _realigned(sample: Sample, rows: list[tuple[LineBytes, list[str]]]) -> list[tuple[LineBytes, list[str]]]:
    """Split rows above a table delimited by blanks at two or more blanks, or at single quotation marks, if their cells
    contain single blanks; add an empty name for a clock that is apart from its date by a blank, if it has none."""
    widths = [len(cells) for _, cells in rows]
    width = max(set(widths), key=widths.count)
    clock = _clock_without_name([cells for _, cells in rows], width)
    body = [cells for _, cells in rows if len(cells) == width][-_COUNTED:]
    realigned = []
    for row, cells in rows:
        text = sample.text[row.start : row.stop].decode("utf-8", "replace")
        apart = re.split(r"\s{2,}|\t", text.strip())
        if len(cells) > width != len(apart):
            apart = [quoted or plain for quoted, plain in _QUOTED.findall(text)]
        if clock and _lacks_a_name(cells, width):
            apart = [*cells[:clock], "", *cells[clock:]]
        elif not len(cells) > width == len(apart):
            apart = cells
        if len(apart) == 2 <= width and apart[0] in MARKS and not _counts(body):
            apart = [" ".join(apart)]  # a word behind a comment sign and a blank; the sign is no name there
        realigned.append((row, apart))
    return realigned


def _counts(rows: list[list[str]]) -> bool:
    """Whether the first cells are the numbers of the rows."""
    numbers = [cells[0] for cells in rows]
    if not all(number.isdecimal() for number in numbers):
        return False
    return all(int(after) == int(before) + 1 for before, after in pairwise(numbers))


def _lacks_a_name(cells: list[str], width: int) -> bool:
    """Whether a row of words has one cell less than the table."""
    return len(cells) == width - 1 and all(cell_class(cell) == "x" for cell in cells)


def _clock_without_name(rows: list[list[str]], width: int) -> int:
    """Index of the clock right of a date, below a row of words that has one cell less; 0 without one."""
    body = [cells for cells in rows if len(cells) == width]
    body = body[len(body) // 2 :][:_LISTED]
    if width <= 2 or not body or not any(_lacks_a_name(cells, width) for cells in rows):
        return 0
    for place in range(width - 1):
        forms = [(time_form(cells[place], "dmy"), time_form(cells[place + 1])) for cells in body]
        if all(date and clock and not date.clock and clock.clock for date, clock in forms):
            return place + 1
    return 0


def _split_names(rows: list[tuple[LineBytes, list[str]]]) -> list[tuple[LineBytes, list[str]]]:
    """Rows with a line of names apart by blanks, above a table with tabs, in as many cells as there are columns."""
    widths = [len(cells) for _, cells in rows]
    width = max(set(widths), key=widths.count)
    filled = max(
        (len(cells) if cells[-1].strip() else len(cells) - 1) for _, cells in rows if len(cells) == width
    )
    return [
        (row, apart + [""] * (width - filled))
        if len(cells) == 1 < filled == len(apart := re.split(r"\s{2,}", cells[0].strip()))
        else (row, cells)
        for row, cells in rows
    ]


def _with_missing(plan: ReadingPlan, cells: list[str]) -> list[str]:
    """Cells, with the user's words for missing replaced by ""."""
    words = plan.options.missing
    return ["" if means_missing(cell, words) else cell for cell in cells] if words else cells


def _with_units(
    plan: ReadingPlan, rows: list[tuple[LineBytes, list[str]]], table: TableLayout
) -> TableLayout:
    """The table with units from the row chosen by the user."""
    line = plan.options.units_row
    if line is None:
        return table
    place = next((place for place, (row, _) in enumerate(rows) if row.line + 1 == line), None)
    if place is None or len(rows[place][1]) > table.width:
        raise WrongOption("units_row", f"Line {line:,} is no row of units for {table.width} columns.")
    cells = [cell.strip() for cell in rows[place][1]] + [""] * (table.width - len(rows[place][1]))
    names = table.names
    if names is not None and [cell.strip() for cell in names] == cells:  # then the names are above the units
        names = rows[place - 1][1] if place and len(rows[place - 1][1]) == table.width else None
    return replace(
        table, first=max(table.first, place + 1), names=names, units=[cell or None for cell in cells]
    )


def _end_line(sample: Sample, row: LineBytes) -> int:
    """Number of the line after a row, from 0."""
    return row.line + sample.text.count(b"\n", row.start, row.stop) + 1


def _is_data(plan: ReadingPlan, table: TableLayout, cells: list[str]) -> bool:
    """A row of data: neither a repeated header nor a footer."""
    again = plan.header and [cell.strip() for cell in cells] == plan.header_cells
    return len(cells) == table.width and not again and not is_footer(cells, table.width)


def _plain_table(rows: list[tuple[LineBytes, list[str]]]) -> TableLayout:
    """Table of a text without numbers and times: the first line is the header."""
    cells = rows[0][1]
    if any(cell.strip().startswith("(") and spelt_out(cell) for cell in cells):  # (1709678940.5)
        return TableLayout(0, len(cells), None, [None] * len(cells), 0)
    return TableLayout(1, len(cells), cells, [None] * len(cells), 0)


def _started(plan: ReadingPlan, rows: list[tuple[LineBytes, list[str]]], table: TableLayout) -> TableLayout:
    """A table without header whose first two rows are start (Unix time) and rate of all columns."""
    if table.names is not None or table.first or len(rows) < 3 or plan.options.header is not None:
        return table
    heads = [{cell.strip() for cell in cells} for _, cells in rows[:2]]
    if not all(len(head) == 1 for head in heads):
        return table
    (start,), (rate,) = heads
    if not (is_number(start) and is_number(rate)) or epoch_unit(float(start), float(start), "s") != "s":
        return table
    later = [cell for _, cells in rows[2:12] for cell in cells if is_number(cell)]
    if not 0 < float(rate) <= _HIGHEST_RATE or any(abs(float(cell)) > _LARGEST_VALUE for cell in later):
        return table
    plan.start, plan.rate = round(float(start) * 1e6) * 1000, float(rate)
    plan.doubt(
        f"The first two lines are read as the start of the recording (Unix time {start}) "
        f"and its rate ({float(rate):g} Hz)."
    )
    return replace(table, first=2, top=2)


def _timed_from_first(plan: ReadingPlan, rows: list[tuple[LineBytes, list[str]]]) -> TableLayout | None:
    """A table of seconds since its start below a row with the start (Unix time) and the name of the other column, as
    Empatica writes intervals between beats: ``1559040000.0, IBI``. None for other tables."""
    cells = [cells for _, cells in rows]
    if plan.options.header is not None or len(cells) < 3 or any(len(row) != 2 for row in cells):
        return None
    (start, name), *below = cells
    if not is_number(start) or epoch_unit(float(start), float(start), "s") != "s" or cell_class(name) != "x":
        return None
    if not all(is_number(cell) for row in below for cell in row):
        return None
    times = [float(row[0]) for row in below]
    if times[-1] > _LARGEST_VALUE or any(after <= before for before, after in pairwise(times)):
        return None
    plan.doubt(
        f"“{shorten(start)}, {shorten(name.strip())}” is read as the start (Unix time) and the name of the second "
        "column; the first one is read as seconds since the start."
    )
    return TableLayout(1, 2, ["time", name.strip()], ["s", None], 0)


def _columns(plan: ReadingPlan, table: TableLayout) -> list[Column]:
    if not table.width:
        raise plan.refuse("there is no column of numbers to show; export the signals as numbers.")
    if table.names is None:
        return [
            Column(i, f"column {i + 1}", table.head.unit if table.width == 1 else None, ColumnKind.EMPTY)
            for i in range(table.width)
        ]
    parts = split_quotients([split_unit(cell) for cell in table.names])
    names, notes = unique_names([name for name, _ in parts])
    plan.notes.extend(notes[:20])
    pairs = zip(names, parts, table.units, strict=True)
    return [
        Column(i, name, unit or below, ColumnKind.EMPTY) for i, (name, (_, unit), below) in enumerate(pairs)
    ]


def _grouped(plan: ReadingPlan, cells: list[list[str]]) -> set[int]:
    """Indices of the columns with thousands separators.

    A comma or a point that is one in one column, or is not the user's decimal sign, is so in others.
    """
    if plan.options.decimal:
        signs = [POINTS if plan.options.decimal == "," else ","]
        grouped: set[int] = set()
    else:
        grouped = {column.index for column in plan.columns if take_groups(plan, column, cells[column.index])}
        signs = [
            sign for sign in (",", POINTS) if any(plan.columns[index].groups == sign for index in grouped)
        ]
    for sign in signs if len(signs) == 1 else ():
        others = [column for column in plan.columns if column.index not in grouped]
        grouped |= {column.index for column in others if take_groups(plan, column, cells[column.index], sign)}
    return grouped


def _decimal(plan: ReadingPlan, body: list[tuple[LineBytes, list[str]]], grouped: set[int]) -> str:
    """The decimal sign of most columns: a comma if cells are numbers only with a decimal comma.

    Args:
        grouped: indices of the columns with thousands separators, which are read already.

    Raises:
        RefusedFile: each comma could also be a thousands separator (``1,234``).
    """
    commas: list[str] = []
    columns = points = 0
    if plan.delimiter == "," and any(is_number_and_code(cell) for _, cells in body for cell in cells):
        plan.coded = True
        return "."  # +0123,1 in quotation marks: a number and a code
    for index in {column.index for column in plan.columns} - grouped:
        column = [cells[index] for _, cells in body]
        matches = [cell for cell in column if "," in cell and is_number(cell, ",")]
        pointed = sum("." in cell and is_number(cell) for cell in column)
        if len(matches) > pointed:
            columns += 1
            commas += matches
        elif pointed:
            points += 1
    if not columns or points:
        return "."
    if all(is_grouped(cell) and not cell.lstrip("+-").startswith("0,") for cell in commas):
        line = next(row.line + 1 for row, cells in body if commas[0] in cells)
        problem = f"“{shorten(commas[0])}” could be a decimal number or have a thousands separator; "
        problem += "choose the decimal sign with “Read it differently”, or write numbers without thousands separators."
        raise plan.refuse(problem, line)
    return ","
