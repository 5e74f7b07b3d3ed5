"""CSV of label classes: ``label,value,Color``; ``label`` is the model index of the class.

``label`` is empty without a model index. Two more columns, ``Key`` and ``Exclusive`` (``yes`` or empty), are written
only on request, so that the predecessor's format is unchanged. A name that a spreadsheet would run as a formula has an
apostrophe before it, as in the label CSV; files that a spreadsheet saved again are read too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.errors import RefusedFile
from services.formats.labels_csv import guard, unguard
from services.formats.spreadsheet import Dialect, headers, places_of, unpacked
from services.storage.paths import quoted

HEADER = ["label", "value", "Color"]
MORE = ["Key", "Exclusive"]
REQUIRED = frozenset(cell.lower() for cell in HEADER)
COLUMN_NAMES = REQUIRED | {cell.lower() for cell in MORE}
YES, NO = frozenset({"yes", "true", "1", "x"}), frozenset({"no", "false", "0", ""})
MOST_LINES = 10_000
MOST_DIGITS = 9


@dataclass(frozen=True)
class ClassRow:
    """A class of the file, with its line number.

    ``key``: "" for none; ``key`` and ``exclusive`` are None if the file has no such column.
    """

    index: int | None
    name: str
    color: str
    line: int = 0
    key: str | None = None
    exclusive: bool | None = None


def write_classes(rows: Iterable[ClassRow]) -> str:
    """The text of the CSV; with columns for keys and exclusiveness if a row has them."""
    classes = list(rows)
    more = any(row.key is not None or row.exclusive is not None for row in classes)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*HEADER, *(MORE if more else [])])
    for row in classes:
        cells = ["" if row.index is None else row.index, guard(row.name), row.color]
        writer.writerow([*cells, *([row.key or "", "yes" if row.exclusive else ""] if more else [])])
    return text.getvalue()


def read_classes(text: str, name: str = "The file") -> tuple[list[ClassRow], list[str]]:
    """The classes of the CSV, and a message for each invalid line.

    Raises:
        RefusedFile: wrong header, unclosed quotation mark, or more than 10,000 lines.
    """
    table = _table(text.removeprefix("\ufeff"))
    if table is None:
        raise RefusedFile(f"{name}, line 1: the header must be {','.join(HEADER)}.")
    dialect, places = table
    lines = dialect.rows(text.removeprefix("\ufeff"))
    try:
        return _rows(lines, name, places)
    except csv.Error as error:
        raise RefusedFile(f"{name}, line {lines.line_num}: {error}. Write it again as CSV.") from error


def _table(text: str) -> tuple[Dialect, dict[str, int]] | None:
    for dialect, cells in headers(text):
        places = places_of([cell.lower() for cell in cells])
        if REQUIRED <= places.keys() <= COLUMN_NAMES:
            return dialect, places
    return None


def _rows(lines: Any, name: str, places: dict[str, int]) -> tuple[list[ClassRow], list[str]]:
    rows, bad = [], []
    width = max(places.values()) + 1
    for row in lines:
        line, cells = lines.line_num, unpacked(row)
        if line > MOST_LINES:
            raise RefusedFile(f"{name} has more than {MOST_LINES:,} lines. Is it a file of label classes?")
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            bad.append(f"Line {line}: {len(cells)} cells, expected {width}.")
            continue
        values = {column: cells[place] for column, place in places.items()}
        index, exclusive = values["label"].strip(), values.get("exclusive", "").strip().lower()
        if index and not (index.isascii() and index.isdecimal() and len(index) <= MOST_DIGITS):
            bad.append(f"Line {line}: {quoted(index)} is not a whole number.")
        elif exclusive not in YES | NO:
            bad.append(f"Line {line}: {quoted(exclusive)} is neither yes nor no.")
        else:
            key = values["key"].strip() if "key" in values else None
            number = int(index) if index else None
            is_exclusive = exclusive in YES if "exclusive" in values else None
            rows.append(ClassRow(number, unguard(values["value"]), values["color"], line, key, is_exclusive))
    return rows, bad
