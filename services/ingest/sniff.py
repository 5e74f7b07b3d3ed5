"""From the first mebibyte of a file to a :class:`Plan` for reading it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from services.ingest.cells import is_grouped, is_number, shorten, time_form
from services.ingest.diagnose import LONE_CR, ragged
from services.ingest.encoding import CODECS, detect, take
from services.ingest.kinds import classify
from services.ingest.magic import recognise
from services.ingest.names import split_unit, unique_names
from services.ingest.plan import Column, Kind, Plan, refusal
from services.ingest.reading_options import AS_FOUND, ReadingOptions
from services.ingest.timecolumn import choose_time
from services.timeseries.lines import Row, scan_rows

SAMPLE = 1 << 20
MAX_COLUMNS = 2_000
SAMPLE_ROWS = 2_000
SAMPLE_CELLS = 60_000
_DELIMITERS = (";", "\t", "|", ",")  # of equally good ones the first: a comma is a decimal sign too
_DELIMITER_ROWS = 100
_LONG = "the line is longer than 1 MB; write one row per sample, each on its line."


def sniff(source: Path, name: str, options: ReadingOptions = AS_FOUND) -> Plan:
    """Decide encoding, delimiter, decimal sign, header and the kinds of the columns.

    Args:
        name: what sentences call the file.
        options: what is told and not to be decided.

    Raises:
        RefusedFile: it is no table of text, or one that cannot be read exactly.
        WrongOption: it cannot be read as it is told.
    """
    with source.open("rb") as file:
        head = file.read(SAMPLE + 1)
    if not head:
        raise refusal(name, "the file is empty; export the recording again.")
    kind = recognise(head)
    if kind:
        packed = kind.startswith("compressed") or "archive" in kind
        remedy = (
            "unpack it and add the CSV file that is in it" if packed else "save the table as CSV and add that"
        )
        raise refusal(name, f"this is {kind}, not a CSV file; {remedy}.")
    told = options.encoding
    encoding, mark = take(head, name, told) if told else detect(head, name)
    text = _decode(head[mark:], encoding)
    newline = _newline(text)
    sample = _Sample(name, text.replace(b"\r", b"\n") if newline == "\r" else text, len(head) <= SAMPLE)
    sample.check()
    delimiter = options.delimiter or _delimiter(sample)
    rows = sample.rows(delimiter, 1)
    width = len(rows[0][1]) if rows else 0
    if width > MAX_COLUMNS:
        raise _too_wide(name, rows[0][0].line + 1)
    rows = sample.rows(delimiter, max(20, min(SAMPLE_ROWS, SAMPLE_CELLS // max(width, 1))) + 1)
    plan = Plan(name, encoding, newline, delimiter, ".", False, mark, 1, [], options=options)
    return _plan(sample, _without_comments(plan, rows), plan)


@dataclass(frozen=True)
class _Sample:
    file: str
    text: bytes  # UTF-8, line ends ``\n`` or ``\r\n``
    complete: bool  # it is the whole file

    def rows(self, delimiter: str, count: int) -> list[tuple[Row, list[str]]]:
        """The first ``count`` rows with their cells."""
        found = islice(scan_rows(self.text, delimiter.encode(), self.complete), count)
        texts = [(row, self.text[row.start : row.stop].decode("utf-8", "replace")) for row in found]
        return [(row, self._cells(row, text, delimiter)) for row, text in texts]

    def _cells(self, row: Row, text: str, delimiter: str) -> list[str]:
        try:
            return next(csv.reader([text], delimiter=delimiter), [""])
        except csv.Error:
            raise refusal(self.file, LONE_CR, row.line + 1) from None

    def check(self) -> None:
        """Refuse a sample without text or without line ends."""
        if not self.text.strip():
            raise refusal(self.file, "there is only white space in the file; export the recording again.")
        start = len(self.text) - len(self.text.lstrip(b"\n\r"))
        if not self.complete and self.text.find(b"\n", start) < 0:
            if max(self.text.count(delimiter.encode()) for delimiter in _DELIMITERS) >= MAX_COLUMNS:
                raise _too_wide(self.file, 1)
            raise refusal(self.file, _LONG, 1)


def _decode(head: bytes, encoding: str) -> bytes:
    codec = CODECS[encoding]
    if codec.startswith("utf-16"):
        return head[: len(head) // 2 * 2].decode(codec, "ignore").encode()
    return head if codec == "utf-8" else head.decode(codec).encode()


def _newline(text: bytes) -> str:
    if b"\r\n" in text:
        return "\r\n"
    return "\r" if b"\r" in text and b"\n" not in text else "\n"


def _too_wide(name: str, line: int) -> Exception:
    what = f"there are more than {MAX_COLUMNS:,} columns; put one row per sample, or split the file."
    return refusal(name, what, line)


def _delimiter(sample: _Sample) -> str:
    """The delimiter under which rows are equally long and most cells are numbers or times."""
    best, choice = 0.0, ","
    for delimiter in _DELIMITERS:
        rows = [cells for _, cells in sample.rows(delimiter, _DELIMITER_ROWS) if not _is_comment(cells)]
        widths = [len(row) for row in rows]
        width = max(set(widths), key=widths.count, default=0)
        if width < 2:
            continue
        cells = [cell for row in rows if len(row) == width for cell in row]
        typed = sum(1 for cell in cells if _typed(cell))
        score = widths.count(width) / len(rows) * (0.01 + typed / len(cells))
        if score > best:
            best, choice = score, delimiter
    return choice


def _is_comment(cells: list[str]) -> bool:
    return bool(cells) and cells[0].startswith("#")


def _without_comments(plan: Plan, rows: list[tuple[Row, list[str]]]) -> list[tuple[Row, list[str]]]:
    """Leave out the lines that begin with # above the table; the last of them may be its header."""
    count = next((place for place, (_, cells) in enumerate(rows) if not _is_comment(cells)), 0)
    if not count:
        return rows
    comments, table = rows[:count], rows[count:]
    row, cells = comments[-1]
    if len(cells) == len(table[0][1]) and all(map(_typed, table[0][1])):  # “# time, close” above numbers
        table.insert(0, (row, [cells[0].lstrip("# "), *cells[1:]]))
        count -= 1
    if count:
        lines = "The first line begins" if count == 1 else f"The first {count:,} lines begin"
        plan.note(f"{lines} with # and {'is' if count == 1 else 'are'} left out.")
    return table


def _typed(cell: str) -> bool:
    return is_number(cell) or is_number(cell, ",") or not cell or time_form(cell) is not None


def _plan(sample: _Sample, rows: list[tuple[Row, list[str]]], plan: Plan) -> Plan:
    """Fill in what the cells of the first rows say."""
    if not rows:
        raise plan.refuse(
            "a quotation mark is never closed; correct the quotation marks and add the file again.", 1
        )
    told = plan.options
    found = not all(_typed(cell) for cell in rows[0][1]) or not any(rows[0][1])
    plan.header = found if told.header is None else told.header
    body = rows[1:] if plan.header else rows
    _check_rows(plan, len(rows[0][1]), body)
    if plan.header and not body and not sample.complete:
        raise plan.refuse(_LONG, rows[0][0].line + 2)
    if plan.header and not body:
        raise plan.refuse("there is a header but no row of data; export the recording again.")
    plan.data_line = body[0][0].line + 1
    plan.data_start += len(sample.text[: body[0][0].start].decode().encode(CODECS[plan.encoding]))
    plan.decimal = told.decimal or _decimal(plan, body)
    plan.columns = _columns(plan, rows[0][1])
    for column in plan.columns:
        classify(plan, column, [(row.line + 1, cells[column.index]) for row, cells in body])
    choose_time(plan)
    return plan


def _check_rows(plan: Plan, width: int, body: list[tuple[Row, list[str]]]) -> None:
    widths = [len(cells) for _, cells in body]
    usual = max(set(widths), key=widths.count, default=width)
    if width == 1 and usual > 1 and plan.header:
        what = f"most rows have {usual} cells and the first line has 1; delete what stands above the header, "
        raise plan.refuse(f"{what}and add the file again.", 1)
    for row, cells in body:
        if len(cells) != width:
            raise ragged(plan, row.line + 1, len(cells), width)


def _columns(plan: Plan, first: list[str]) -> list[Column]:
    if not plan.header:
        return [Column(i, f"column {i + 1}", None, Kind.EMPTY) for i in range(len(first))]
    parts = [split_unit(cell) for cell in first]
    names, notes = unique_names([name for name, _ in parts])
    plan.notes.extend(notes[:20])
    pairs = zip(names, parts, strict=True)
    return [Column(i, name, unit, Kind.EMPTY) for i, (name, (_, unit)) in enumerate(pairs)]


def _decimal(plan: Plan, body: list[tuple[Row, list[str]]]) -> str:
    """The decimal sign of the whole file: a comma where cells are numbers only with one.

    Raises:
        RefusedFile: each comma could as well separate thousands (``1,234``).
    """
    commas = [
        (row.line + 1, cell) for row, cells in body for cell in cells if "," in cell and is_number(cell, ",")
    ]
    points = any("." in cell and is_number(cell) for _, cells in body for cell in cells)
    if not commas or points:
        return "."
    if all(is_grouped(cell) and not cell.lstrip("+-").startswith("0,") for _, cell in commas):
        line, cell = commas[0]
        what = f"“{shorten(cell)}” could be a decimal number or have a thousands separator; "
        raise plan.refuse(what + "write numbers without thousands separators and with a decimal point.", line)
    return ","
