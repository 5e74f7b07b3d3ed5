"""The CSV of label classes: ``label,value,Color``, where ``label`` is the number a model predicts for the class.

The cell is empty where no model predicts it. A name that a spreadsheet would take for a formula has an apostrophe
before it, as in the label CSV.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.errors import RefusedFile
from services.formats.labels_csv import guard, unguard
from services.storage.paths import quoted

HEADER = ["label", "value", "Color"]
MOST_LINES = 10_000
MOST_DIGITS = 9


@dataclass(frozen=True)
class ClassRow:
    """One class as the file has it, and in which line."""

    index: int | None
    name: str
    color: str
    line: int = 0


def write_classes(rows: Iterable[ClassRow]) -> str:
    """The text of the CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(["" if row.index is None else row.index, guard(row.name), row.color] for row in rows)
    return text.getvalue()


def read_classes(text: str, name: str = "The file") -> tuple[list[ClassRow], list[str]]:
    """The classes of the CSV, and a sentence for each line that is none.

    Raises:
        RefusedFile: the header is another, a quotation mark is not closed, or there are more than 10,000 lines.
    """
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(lines, [])]
        if header != [cell.lower() for cell in HEADER]:
            raise RefusedFile(f"{name}, line 1: the header must be {','.join(HEADER)}.")
        return _rows(lines, name)
    except csv.Error as error:
        raise RefusedFile(f"{name}, line {lines.line_num}: {error}. Write it again as CSV.") from error


def _rows(lines: Any, name: str) -> tuple[list[ClassRow], list[str]]:
    rows, bad = [], []
    for cells in lines:
        line = lines.line_num
        if line > MOST_LINES:
            raise RefusedFile(f"{name} has more than {MOST_LINES:,} lines. Is it a file of label classes?")
        if not any(cell.strip() for cell in cells):
            continue
        index = cells[0].strip()
        if len(cells) != len(HEADER):
            bad.append(f"Line {line}: {len(cells)} cells where {len(HEADER)} belong.")
        elif index and not (index.isascii() and index.isdecimal() and len(index) <= MOST_DIGITS):
            bad.append(f"Line {line}: {quoted(index)} is no whole number.")
        else:
            rows.append(ClassRow(int(index) if index else None, unguard(cells[1]), cells[2], line))
    return rows, bad
