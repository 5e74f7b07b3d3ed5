"""Read label files: each line becomes a label, or has the reason why it is unreadable.

Formats: the label JSON of :mod:`services.formats.labels_json`, the two CSVs of :mod:`services.formats.label_table`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.errors import Invalid, RefusedFile
from services.formats.label_table import ROW_HEADER, LabelTable, find_table
from services.formats.labels_csv import HEADER, unguard
from services.formats.labels_json import (
    NOT_SAID,
    JsonLabel,
    LabelOrigin,
    RecordingOrigin,
    is_labels_json,
    read_labels_json,
)
from services.formats.spreadsheet import HEAD_BYTES, unpacked
from services.formats.text import decode
from services.storage.files import worded
from services.storage.paths import quoted

_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


@dataclass(frozen=True)
class Line:
    """A label of a file with its line number; or the ``problem`` of an unreadable line.

    Only a label JSON has ``samples``, names of ``channels`` (None: all), a ``note`` and ``made``; ``line`` is the
    number of the label.
    """

    line: int
    start: str = ""
    end: str = ""
    label: str = ""
    color: str = ""
    problem: str = ""
    samples: tuple[int, int] | None = None
    channels: tuple[str, ...] | None = None
    note: str = ""
    made: LabelOrigin = NOT_SAID


@dataclass(frozen=True)
class LabelFile:
    """The lines of a file; ``by_row``: starts and ends are row numbers, not times.

    ``origin``: recording of a label JSON. ``left_out``: ignored columns.
    """

    lines: tuple[Line, ...]
    by_row: bool
    origin: RecordingOrigin | None = None
    left_out: tuple[str, ...] = ()


def is_label_csv(head: bytes) -> bool:
    """True when a file that begins with ``head`` is a label CSV as written by Save, or saved again by a spreadsheet,
    whatever its name."""
    table = find_table(decode(head))
    return table is not None and not table.by_row


def holds_other_than_labels(file: Path) -> bool:
    """True when the file exists and is not a label file, so that it must not be overwritten.

    Raises:
        StorageFull: it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            return not (is_label_csv(head) or is_labels_json(head))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):  # the writer reports it
        return False
    except OSError as error:
        raise worded(file, error) from error


def refuse_other_than_labels(file: Path) -> None:
    """Check that the command line may write labels to ``file``.

    Raises:
        Invalid: the file exists and is not a label file, such as the recording itself.
        StorageFull: it cannot be read.
    """
    if holds_other_than_labels(file):
        raise Invalid(f"{file} already exists and is not a label file. Choose another folder with --out.")


def is_label_file(head: bytes) -> bool:
    """True when a file that begins with ``head`` is a label file."""
    return is_labels_json(head) or find_table(decode(head)) is not None


def read_label_file(data: bytes, name: str) -> LabelFile:
    """Parse a label file; ``name`` is for messages.

    Raises:
        RefusedFile: not text, unknown header, or invalid label JSON.
    """
    if is_labels_json(data[:HEAD_BYTES]):
        origin, labels = read_labels_json(data, name)
        return LabelFile(tuple(map(_json_line, labels)), False, origin)
    text = decode(data)
    if "\0" in text:
        raise RefusedFile(f"{quoted(name)} is not a text file. Choose the label CSV itself.")
    table = find_table(text)
    if table is None:
        raise RefusedFile(
            f"{quoted(name)}, line 1: the header is neither {','.join(HEADER)} nor {','.join(ROW_HEADER)}."
        )
    lines = _with_points(tuple(_lines(table.dialect.rows(text), table)))
    return LabelFile(lines, table.by_row, left_out=table.left_out)


def _json_line(entry: JsonLabel) -> Line:
    return Line(
        entry.number,
        entry.start,
        entry.end,
        entry.label,
        entry.color.strip(),
        entry.problem,
        entry.samples,
        entry.channels,
        entry.note,
        entry.made,
    )


def _lines(reader: Any, table: LabelTable) -> Iterator[Line]:
    start, end, label, *color = (table.places[name] for name in table.needed)
    least = max(table.places[name] for name in table.needed) + 1
    try:
        for row in reader:
            cells = unpacked(row)
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) < least or any(cell.strip() for cell in cells[table.width :]):
                yield Line(reader.line_num, problem=f"{len(cells)} cells, expected {table.width}")
                continue
            colour = cells[color[0]].strip() if color else ""
            yield Line(reader.line_num, cells[start], cells[end], unguard(cells[label]), colour)
    except csv.Error as error:  # the beginning of the next line is unknown
        yield Line(reader.line_num, problem=f"{error}; the rest was not read")


def _with_points(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Lines with decimal commas replaced by points, if unambiguous: ``1,234`` may be grouped digits."""
    cells = [cell.strip() for line in lines for cell in (line.start, line.end)]
    if not any(_COMMA.fullmatch(cell) and not _GROUPED.fullmatch(cell) for cell in cells):
        return lines
    return tuple(replace(line, start=_point(line.start), end=_point(line.end)) for line in lines)


def _point(cell: str) -> str:
    return cell.replace(",", ".") if _COMMA.fullmatch(cell.strip()) else cell
