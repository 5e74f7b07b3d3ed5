"""Parse a block of text to columns with pyarrow; :mod:`services.ingest.diagnose` words its errors."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from services.ingest.blocks import Block
from services.ingest.cells import (
    CURRENCIES,
    HEXADECIMAL,
    MISSING,
    SWITCH_DIGITS,
    SWITCH_LETTERS,
    SWITCHES,
    cell_class,
    flagged,
    is_missing_word,
    is_number,
    shorten,
    spelt_out,
)
from services.ingest.diagnose import explain, is_cell_of, line_of, refuse_cell
from services.ingest.encoding import CODECS
from services.ingest.filldown import completed_table, completed_texts
from services.ingest.groups import take_groups, without_groups
from services.ingest.kinds import MOSTLY, refuse_grouped_points, take_flagged, take_spelt
from services.ingest.notdata import FOOTER, is_comment_row, is_footer, is_row_count, setting_keys
from services.ingest.plan import DATES, NUMBERS, Column, ColumnKind, ReadingPlan
from services.ingest.raggedrows import complete_rows, even_text
from services.ingest.spellings import YEAR_FIRST, ImpossibleTimeError, nanoseconds_of
from services.ingest.timevalues import joined, separator
from services.timeseries.lines import DECODED, LineBytes

_UNICODE = frozenset({"UTF-8", *DECODED})  # blocks are UTF-8 then
MOST_FOOTER = 20  # lines
_EDGES = re.compile(rb"^[ \t]+|[ \t]+(?=\r?$)", re.MULTILINE)
_SPACE = rb"(?:[ \t\x0b\x0c]|\xc2\xa0)+"  # also no-break spaces
_BLANKS = re.compile(_SPACE)
_QUOTED_OR_BLANKS = re.compile(rb'("(?:[^"\n]|"")*")|' + _SPACE)
_PART = 1 << 20  # parsed by one thread
_COLUMN = re.compile(r"In CSV column #(\d+)")
_DECIMALS = 38
_TYPES = {
    ColumnKind.INTEGER: pa.int64(),
    ColumnKind.FLOAT: pa.float64(),
    ColumnKind.EMPTY: pa.float64(),
    ColumnKind.DATE: pa.timestamp("ns"),
    ColumnKind.INSTANT: pa.timestamp("ns", "UTC"),
}


@dataclass(frozen=True)
class _Request:
    """What pyarrow is to read; equal requests have equal answers."""

    text: bytes
    size: int  # used bytes of ``text``
    blanks: bool  # cells are separated by runs of blanks
    codec: str  # to decode the text for columns of text; empty if that is not needed
    names: tuple[str, ...]
    types: tuple[tuple[str, pa.DataType], ...]
    missing: tuple[str, ...]
    delimiter: str
    decimal: str
    folded: bool

    def table(self, threads: bool) -> pa.Table:
        """The columns of ``types``.

        Raises:
            ArrowInvalid: a row has another number of cells, or a cell is not of its type.
        """
        source = pa.py_buffer(self.text).slice(0, self.size)
        if self.blanks:
            source = pa.py_buffer(_tabbed(bytes(source)))
        if self.codec:
            source = pa.py_buffer(bytes(source).decode(self.codec, "replace").encode())
        return csv.read_csv(
            pa.BufferReader(source),
            csv.ReadOptions(column_names=self.names, block_size=_PART, use_threads=threads),
            csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=self.folded),
            csv.ConvertOptions(
                column_types=dict(self.types),
                include_columns=[name for name, _ in self.types],
                decimal_point=self.decimal,
                null_values=self.missing,
                strings_can_be_null=bool(self.missing),
                check_utf8=False,
            ),
            pa.system_memory_pool(),  # returns memory to the system, unlike the default pool
        )


Cells = dict[str, pa.ChunkedArray]  # by the index of the column
Ahead = tuple[_Request, pa.Table | pa.ArrowInvalid]  # what was read ahead, or why that failed


def read_ahead(plan: ReadingPlan, block: Block) -> Ahead:
    """Read the columns of ``block`` as ``plan`` is now, with one thread, while earlier blocks are parsed."""
    request = _request(plan, block, _types(plan))
    try:
        return request, request.table(threads=False)
    except pa.ArrowInvalid as error:
        return request, error


def parse(plan: ReadingPlan, block: Block, ahead: Ahead | None = None) -> pa.Table:
    """The columns of ``block`` that are not skipped, named by their index; may change kinds in ``plan``.

    Args:
        ahead: used unless an earlier block has changed the plan.

    Raises:
        RefusedFile: a row or a cell that cannot be read.
    """
    while True:
        column = None
        try:
            table = _whole_rows(plan, block, _types(plan), ahead=ahead)
            table = completed_table(plan, block, table) if plan.filled else table
            if (_lacks_time(plan, block, table) or _may_have_names(plan, block)) and drop_rows(plan, block):
                continue
            cells = dict(zip(table.column_names, table.columns, strict=True))
            _note_numbers(plan, cells)
            for column in plan.columns:
                if _is_read(column) and column.as_text:
                    cells[str(column.index)] = _converted(plan, column, cells)
            _drop_missing_numbers(plan, cells)
            return pa.Table.from_arrays(list(cells.values()), list(cells))
        except pa.ArrowInvalid as error:
            match = _COLUMN.search(str(error))
            if match:
                _reconsider(plan, block, plan.columns[int(match[1])])
            else:
                assert column is not None
                _reconsider(plan, block, column)
        except ImpossibleTimeError:
            if not drop_rows(plan, block):
                assert column is not None
                raise refuse_cell(plan, block, column, texts(plan, block, column)) from None


def _lacks_time(plan: ReadingPlan, block: Block, table: pa.Table) -> bool:
    """Whether the time is missing in the last row of the file, or in the first one."""
    if plan.time is None or not table.num_rows:
        return False
    ends = ([-1] if block.last else []) + ([0] if block.line == plan.data_line else [])
    return any(
        not table[str(part)][place].is_valid
        for place in ends
        for part in (plan.time.parts or (plan.time.index,))
    )


def _may_have_names(plan: ReadingPlan, block: Block) -> bool:
    """Whether the names are in the block again and all cells could be read: numbers, and words above columns that are
    left out."""
    names = plan.header_cells if plan.header else []
    if all(map(is_number, names)):  # or no names
        return False
    words = {*plan.missing, *plan.options.missing}
    read = [names[column.index] for column in plan.columns if _is_read(column)]
    if any(cell_class(name) == "x" and name not in words for name in read):  # could not be read as a value
        return False
    return block.text.find(f"\n{plan.delimiter.join(names)}".encode(), 0, block.size) >= 0


def _drop_missing_numbers(plan: ReadingPlan, cells: Cells) -> None:
    """Replace in ``cells`` the numbers that mean missing according to the user's options."""
    values = [float(word) for word in plan.options.missing if is_number(word)]
    for column in plan.columns if values else ():
        name = str(column.index)
        if column.kind in NUMBERS and column is not plan.time and name in cells:
            is_missing = pc.is_in(cells[name].cast(pa.float64(), safe=False), pa.array(values))
            cells[name] = pc.if_else(is_missing, pa.scalar(None, cells[name].type), cells[name])


def _types(plan: ReadingPlan) -> dict[int, pa.DataType]:
    """Types to read, by column; parts of a joined time and names of series are text."""
    types = {column.index: _type(column) for column in plan.columns if _is_read(column)}
    for column in plan.columns:
        if _is_read(column):
            types |= dict.fromkeys(column.parts, pa.string())
    if plan.series is not None:
        types[plan.series.index] = pa.string()
    return types


def _converted(plan: ReadingPlan, column: Column, columns: Cells) -> pa.ChunkedArray:
    """Convert cells that were read as text.

    Raises:
        ImpossibleTimeError: a cell is not a time.
        ArrowInvalid: a cell is not a number.
    """
    cells = columns[str(column.index)]
    if column.kind in DATES:
        assert column.spelling is not None
        text = _joined(column, columns) if column.parts else cells
        if column.parts and text.null_count:
            raise ImpossibleTimeError(pc.index(text.is_null(), True).as_py())
        return nanoseconds_of(text, column.spelling, column.order, column.kind is ColumnKind.INSTANT)
    text = _joined(column, columns) if column.parts else pc.utf8_trim_whitespace(cells.cast(pa.string()))
    if column.kind is ColumnKind.EPOCH:
        return text.cast(pa.decimal128(_DECIMALS, column.scale))
    return _switches(text) if column.via == "switch" else _numbers(plan, column, text)


def _switches(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """``ON`` and ``OFF`` as 1 and 0."""
    switches = SWITCHES | SWITCH_LETTERS | SWITCH_DIGITS
    place = pc.index_in(pc.utf8_lower(text), pa.array(list(switches)))
    if place.null_count > text.null_count:
        raise pa.ArrowInvalid("no switch")
    values = pa.array(list(switches.values()), pa.float64())
    return pa.chunked_array([values.take(place.combine_chunks())])


def _numbers(plan: ReadingPlan, column: Column, text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers with units, names, separators, signs apart or another decimal sign."""
    if column.via == "hexadecimal":
        return _of_hexadecimal(text)
    if column.via == "spelt":
        text = _spelt_out(text)
    if column.via == "flagged":
        text = _without_marks(text)
    if column.via == "quantity":
        text = _without_unit(column, text)
    if column.via == "grouped":
        text = without_groups(column, text)
    if column.via == "labelled":
        if pc.any(pc.invert(pc.starts_with(text, column.suffix))).as_py():
            raise pa.ArrowInvalid("another name")
        text = pc.replace_substring_regex(text, r"^[^:=]*[:=]\s*", "")
    decimal = column.via if column.via in {",", "."} else column.decimal or plan.decimal
    if decimal == ",":
        if pc.any(pc.match_substring(text, ".")).as_py():  # 1.234,5
            raise pa.ArrowInvalid("a point next to decimal commas")
        text = pc.replace_substring(text, ",", ".")
    return text.cast(pa.float64())


def _of_hexadecimal(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers of ``0x1A``."""
    if not pc.all(pc.match_substring_regex(text, f"^{HEXADECIMAL}$")).as_py():
        raise pa.ArrowInvalid("no hexadecimal number")
    return text.cast(pa.int64()).cast(pa.float64())


def _spelt_out(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells as :func:`services.ingest.cells.spelt_out` writes them."""
    odd = pc.invert(pc.match_substring_regex(text, r"^-?[0-9.,eE]+$"))
    if not pc.any(odd).as_py():
        return text
    written = [(spelt_out(cell) or cell) if cell is not None else None for cell in text.to_pylist()]
    return pa.chunked_array([pa.array(written, pa.string())])


def _without_marks(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers without marks behind them; limits are missing."""
    odd = pc.invert(pc.match_substring_regex(text, r"^[+-]?[0-9.,]+$"))
    if not pc.any(odd).as_py():
        return text
    cells = []
    for cell in text.to_pylist():
        mark = (
            flagged(cell) if cell is not None and not is_number(cell) and not is_number(cell, ",") else None
        )
        cells.append(mark[0] if mark else cell)
    return pa.chunked_array([pa.array(cells, pa.string())])


def _without_unit(column: Column, text: pa.ChunkedArray) -> pa.ChunkedArray:
    if not column.suffix:
        return pc.replace_substring_regex(text, r'^=?"([^"]*)"$', r"\1")
    if column.suffix in CURRENCIES:  # before or after the number
        if pc.any(pc.not_equal(pc.count_substring(text, column.suffix), 1)).as_py():
            raise pa.ArrowInvalid("another unit")
        return pc.utf8_trim_whitespace(pc.replace_substring(text, column.suffix, ""))
    if pc.any(pc.invert(pc.ends_with(text, column.suffix))).as_py():
        raise pa.ArrowInvalid("another unit")
    return pc.utf8_trim_whitespace(pc.utf8_slice_codeunits(text, 0, -len(column.suffix)))


def _joined(column: Column, columns: Cells) -> pa.ChunkedArray:
    """Join the parts of a time to one text; missing if a part is missing."""
    parts: list[pa.Array] = []
    for index, pad in zip(column.parts, column.pads, strict=True):
        part = pc.utf8_trim_whitespace(columns[str(index)].cast(pa.string()).combine_chunks())
        if pad < 0:  # parts of a second
            fits = pc.fill_null(pc.match_substring_regex(part, f"^[0-9]{{1,{-pad}}}$"), True)
            if not pc.all(fits).as_py():
                raise ImpossibleTimeError(pc.index(fits, False).as_py())
        part = pc.utf8_lpad(part, abs(pad), "0") if pad else part
        parts.append(part if not parts else pc.binary_join_element_wise("", part, separator(pad)))
    return pa.chunked_array([pc.binary_join_element_wise(*parts, "")])


def texts(plan: ReadingPlan, block: Block, column: Column) -> list[str]:
    """Cells of one column as text; for a joined time, the joined text."""
    indices = column.parts or (column.index,)
    table = _whole_rows(plan, block, dict.fromkeys(indices, pa.binary()), missing=())
    cells = [[cell.decode("utf-8", "replace") for cell in table[str(index)].to_pylist()] for index in indices]
    cells = [
        completed_texts(block, index, column_cells) if index in plan.filled else column_cells
        for index, column_cells in zip(indices, cells, strict=True)
    ]
    if not column.parts:
        return cells[0]
    return [joined(list(parts), column.pads) for parts in zip(*cells, strict=True)]


def nanoseconds(plan: ReadingPlan, column: Column, cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates, or Unix times, as int64 nanoseconds."""
    if column.kind is ColumnKind.EPOCH:
        scaled = _multiplied if pa.types.is_integer(cells.type) else _unscaled
        return pa.chunked_array([scaled(plan, column, chunk) for chunk in cells.chunks], pa.int64())
    return cells.cast(pa.int64())


def drop_rows(plan: ReadingPlan, block: Block) -> bool:
    """Remove rows from ``block`` that are not data: a repeated header, a footer, a truncated last line.

    Returns whether there were any. Other damaged rows stay, and are refused later.
    """
    rows = block.rows(plan)
    cells = [plan.cells(block.text[row.start : row.stop].decode("utf-8", "replace")) for row in rows]
    stripped = [[cell.strip() for cell in row] for row in cells]
    leading = _leading(plan, block, cells) if not plan.short_rows and block.line == plan.data_line else []
    headers = [place for place, row in enumerate(stripped) if plan.header and row == plan.header_cells]
    tail = _tail(plan, block, cells) if block.last else []
    width = len(plan.columns)
    comments = [
        place for place, row in enumerate(stripped) if place not in tail and is_comment_row(row, width)
    ]
    empty = [
        place for place, row in enumerate(stripped) if len(row) == 1 < width and not row[0].strip("\x1a")
    ]
    dropped = sorted({*headers, *leading, *comments, *empty, *tail})
    if not dropped or len(dropped) == len(rows):
        return False
    lines = [block.line_at(rows[place].start) for place in dropped]
    block.drop([rows[place] for place in dropped])
    if headers:
        plan.note("The header is repeated in the file; that line is left out.")
    if empty:
        plan.note("Lines with nothing but control characters are left out.")
    if comments:
        plan.note(f"Lines of comment are left out (“{shorten(','.join(cells[comments[0]]))}”).")
        _doubt_head_again(plan, block, rows, [(place, cells[place]) for place in comments])
    if leading:
        first, stop = block.line_at(rows[0].start), lines[len(leading) - 1]
        which = f"Line {first}" if first == stop else f"Lines {first} to {stop}"
        plan.doubt(f"{which} below the names: left out, without a time (“{shorten(','.join(cells[0]))}”).")
    counts = [place for place in tail if is_row_count(cells[place])]
    others = [cell for place in tail if place not in counts for cell in cells[place] if cell.strip()]
    if counts and not others:
        plan.note(
            f"The last line with the number of rows is left out (“{shorten(' '.join(cells[counts[0]]))}”)."
        )
    elif tail:
        which = f"Line {lines[-1]} is" if len(tail) == 1 else f"The last {len(tail)} lines are"
        plan.doubt(f"{which} left out: no row of data (“{shorten(','.join(cells[tail[-1]]))}”).")
    plan.left_out += [line for line in lines if line not in plan.left_out]  # the file may be read twice
    return True


def _doubt_head_again(
    plan: ReadingPlan, block: Block, rows: list[LineBytes], comments: list[tuple[int, list[str]]]
) -> None:
    """Add a doubt about a comment with a setting that the head has too: another table may begin there."""
    for place, cells in comments:
        text = plan.delimiter.join(cells)
        if place + 1 < len(rows) and setting_keys([text]) & plan.head_keys:
            plan.doubt(
                f"Line {block.line_at(rows[place].start):,} (“{shorten(text)}”) is left out as a comment, but the head "
                "has such a line too: another table may begin there. If so, write each to a file of its own and add "
                "those."
            )
            return


def _leading(plan: ReadingPlan, block: Block, cells: list[list[str]]) -> list[int]:
    """Indices of rows below the names that have no time, as about the patient; most of their cells are empty."""
    time, width = plan.time, len(plan.columns)
    if time is None or time.parts or block.folded:
        return []
    count = 0
    for row in cells[: MOST_FOOTER + 1]:
        if (
            len(row) != width
            or row[time.index].strip()
            or sum(bool(cell.strip()) for cell in row) * 2 > width
        ):
            break
        count += 1
    return list(range(count)) if count <= MOST_FOOTER else []


def _tail(plan: ReadingPlan, block: Block, cells: list[list[str]]) -> list[int]:
    """Indices of the rows at the end that are not data: totals, remarks, a truncated line."""
    width = len(plan.columns)
    tail: list[int] = []
    worded = 0
    for place in range(len(cells) - 1, -1, -1):
        row = cells[place]
        last = place == len(cells) - 1
        cut = last and len(row) < width and not block.text[: block.size].endswith(b"\n")
        cut = cut or (last and len(row) * 2 < width)
        nothing = plan.time is not None and len(row) > 1 and not any(map(str.strip, row))
        remark = len(row) == width > 1 and (_has_words_only(plan, row) or _has_words_for_time(plan, row))
        remark = remark or (plan.blanks and len(row) > width and _is_sentence(row))
        if worded == MOST_FOOTER or not (cut or nothing or remark or is_footer(row, width)):
            break
        worded += not nothing
        tail.append(place)
    return tail[::-1]


def _is_sentence(row: list[str]) -> bool:
    """Mostly words: ``Loop time of 1.2 on 1 procs``."""
    words = sum(cell_class(cell) == "x" for cell in row)
    return cell_class(row[0]) == "x" and words * 2 > len(row)


def _has_words_only(plan: ReadingPlan, row: list[str]) -> bool:
    """A row without a time, a number or a switch, such as the names of sensors below the table."""
    if plan.time is None or any(row[index].strip() for index in plan.time.parts or (plan.time.index,)):
        return False
    return all(cell_class(cell) in "xe" for cell in row)


def _has_words_for_time(plan: ReadingPlan, row: list[str]) -> bool:
    """A row with words without a digit where others have the time: ``Mean``, or ``End of file`` without a value."""
    if plan.time is None:
        return False
    parts = plan.time.parts or (plan.time.index,)
    first, *others = (row[index].strip() for index in parts)
    if cell_class(first) != "x" or is_missing_word(first) or first in plan.missing:
        return False
    if any(char.isdigit() for text in (first, *others) for char in text):
        return False
    return FOOTER.match(first) is not None or not any(
        cell.strip() for index, cell in enumerate(row) if index not in parts
    )


def _whole_rows(
    plan: ReadingPlan,
    block: Block,
    types: dict[int, pa.DataType],
    missing: tuple[str, ...] | None = None,
    ahead: Ahead | None = None,
) -> pa.Table:
    """The columns of ``types``, after the rows that are not data were removed from ``block``.

    Raises:
        ArrowInvalid: a cell is not of its type; the message names the column.
        RefusedFile: a row has too many or too few cells.
    """
    while True:
        try:
            return _read(_request(plan, block, types, missing), ahead)
        except pa.ArrowInvalid as error:
            if _COLUMN.search(str(error)):
                raise
            if not drop_rows(plan, block) and not complete_rows(plan, block):
                raise explain(plan, block, str(error)) from None


def _read(request: _Request, ahead: Ahead | None) -> pa.Table:
    if ahead is None or ahead[0] != request:
        return request.table(threads=True)
    if isinstance(ahead[1], pa.ArrowInvalid):
        raise ahead[1]
    return ahead[1]


def _request(
    plan: ReadingPlan, block: Block, types: dict[int, pa.DataType], missing: tuple[str, ...] | None = None
) -> _Request:
    text, size = block.text, block.size
    if block.ragged:
        text = even_text(plan, block)
        size = len(text)
    foreign = pa.string() in types.values() and plan.encoding not in _UNICODE
    return _Request(
        text,
        size,
        plan.blanks,
        CODECS[plan.encoding] if foreign else "",
        tuple(str(column.index) for column in plan.columns),
        tuple((str(index), kind) for index, kind in types.items()),
        (*MISSING, *plan.missing, *plan.options.missing) if missing is None else missing,
        plan.delimiter,
        plan.decimal,
        block.folded,
    )


def _tabbed(text: bytes) -> bytes:
    """Replace runs of blanks between cells with tabs, except in quotation marks."""
    text = _EDGES.sub(b"", text)
    if b'"' not in text:
        return _BLANKS.sub(b"\t", text)
    return _QUOTED_OR_BLANKS.sub(lambda match: match[1] or b"\t", text)


def _is_read(column: Column) -> bool:
    return column.kind is not ColumnKind.SKIPPED


def _type(column: Column) -> pa.DataType:
    if column.as_text:
        return pa.string()
    if column.kind is not ColumnKind.EPOCH:
        return _TYPES[column.kind]
    return pa.decimal128(_DECIMALS, column.scale) if column.fractions else pa.int64()  # int64 is faster


def _note_numbers(plan: ReadingPlan, columns: Cells) -> None:
    """Give a column that was empty so far the kind of its first numbers."""
    for column in plan.columns:
        if column.kind is ColumnKind.EMPTY:
            cells = columns[str(column.index)]
            if cells.null_count < len(cells):
                column.kind = ColumnKind.FLOAT


def _reconsider(plan: ReadingPlan, block: Block, column: Column) -> None:
    """Give an unreadable column a wider kind, treat words as missing, or refuse the file."""
    if column.kind is ColumnKind.INTEGER:
        if plan.commas and plan.decimal == "." and column is not plan.time:
            cells = texts(plan, block, column)
            refuse_grouped_points(
                plan,
                column,
                [(line_of(plan, block, row), cell) for row, cell in enumerate(cells) if "." in cell],
            )
        column.kind = ColumnKind.FLOAT
        return
    if column.kind is ColumnKind.EPOCH and not column.fractions:
        column.fractions = True
        return
    if drop_rows(plan, block):
        return
    cells = texts(plan, block, column)
    if column.kind in DATES and column.spelling is None:
        column.spelling = YEAR_FIRST
        return
    if column.kind is ColumnKind.EMPTY:
        present = [cell for cell in cells if cell not in MISSING]
        if sum(_is_float(cell) for cell in present) < MOSTLY * len(present):
            column.skip(f"text, not numbers (“{present[0][:40]}”)")
            return
    if column.kind not in DATES and column is not plan.time and _new_words(plan, column, cells):
        return
    if column.kind is ColumnKind.FLOAT and column is not plan.time and _new_groups(plan, column, cells):
        return
    if column.kind is ColumnKind.FLOAT and column is not plan.time and not column.via:
        present = [cell for cell in cells if cell not in MISSING and cell not in plan.missing]
        if take_flagged(plan, column, [cell for cell in present if not is_missing_word(cell)]):
            plan.missing += sorted({cell for cell in present if is_missing_word(cell)})
            return
    raise refuse_cell(plan, block, column, cells)


def _new_words(plan: ReadingPlan, column: Column, cells: list[str]) -> bool:
    """Add words for missing that occur later in the file; returns False if any other cell is not a number."""
    present = [cell for cell in cells if cell not in MISSING and cell not in plan.missing]
    odd = {cell for cell in present if not is_cell_of(plan, column, cell)}
    signed = {cell for cell in odd if spelt_out(cell)}
    if not column.via and signed and all(cell in signed or is_missing_word(cell) for cell in odd):
        take_spelt(plan, column, sorted(signed))
        return True
    if not odd or not all(is_missing_word(cell) for cell in odd):
        return False
    plan.missing += sorted(odd)
    shown = ", ".join(f"“{shorten(word, 20)}”" for word in sorted({cell.strip() for cell in odd} - {""}))
    plan.note(f"In “{column.name}”, {shown or 'a blank'} means missing.")
    return True


def _new_groups(plan: ReadingPlan, column: Column, cells: list[str]) -> bool:
    """Read a column with thousands separators that first occur later in the file."""
    present = [cell for cell in cells if cell not in MISSING and cell not in plan.missing]
    sign = "," if plan.decimal == "." else "."
    if column.via or plan.options.decimal or not any("," in cell and "." in cell for cell in present):
        return False
    if not all(is_number(cell.replace(sign, ""), plan.decimal) for cell in present):
        return False
    return take_groups(plan, column, present)


def _is_float(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def _unscaled(plan: ReadingPlan, column: Column, chunk: pa.Array) -> pa.Array:
    """The unscaled integer of a decimal: with ``scale`` decimals, this is nanoseconds."""
    words: NDArray[np.int64] = np.frombuffer(chunk.buffers()[1], np.int64)[2 * chunk.offset :][
        : 2 * len(chunk)
    ]
    low, high = words[0::2], words[1::2]
    valid = (
        np.ones(len(chunk), bool) if not chunk.null_count else chunk.is_valid().to_numpy(zero_copy_only=False)
    )
    if (high[valid] != low[valid] >> 63).any():
        raise _outside(plan, column)
    return pa.array(low, mask=~valid)


def _multiplied(plan: ReadingPlan, column: Column, chunk: pa.Array) -> pa.Array:
    """Whole Unix times in nanoseconds."""
    try:
        return pc.multiply_checked(chunk, 10**column.scale)
    except pa.ArrowInvalid:
        raise _outside(plan, column) from None


def _outside(plan: ReadingPlan, column: Column) -> Exception:
    problem = "a time is outside the years 1678 to 2261; correct it and add the file again."
    return plan.refuse(problem, None, column)
