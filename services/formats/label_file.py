"""Reader of label files: parses each line, or gives the reason why it cannot be read.

The label JSON of :mod:`services.formats.labels_json`, and the two forms of CSV of :mod:`services.formats.label_table`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.errors import Invalid, RefusedFile
from services.formats.label_table import ROW_HEADER, Table, find_table
from services.formats.labels_csv import HEADER, unguard
from services.formats.labels_json import NOT_SAID, JsonLabel, Made, Origin, is_labels_json, read_labels_json
from services.formats.spreadsheet import HEAD_BYTES, unpacked
from services.formats.text import decode
from services.storage.files import worded
from services.storage.paths import quoted

_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


@dataclass(frozen=True)
class Line:
    """One label as its file has it, on which line; or the ``problem`` that kept the line from being read.

    Only a label JSON has ``samples``, names of ``channels`` (None: all), a ``note`` and ``made``; ``line`` counts
    its labels.
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
    made: Made = NOT_SAID


@dataclass(frozen=True)
class LabelFile:
    """The lines of a file; ``by_row``: starts and ends are numbers of rows, not times.

    ``origin``: of a label JSON, the recording that it is of. ``left_out``: columns that are not read.
    """

    lines: tuple[Line, ...]
    by_row: bool
    origin: Origin | None = None
    left_out: tuple[str, ...] = ()


def is_label_csv(head: bytes) -> bool:
    """True when a file that begins with ``head`` is a label CSV as Save writes it, or as a spreadsheet saved it again,
    whatever it is called."""
    table = find_table(decode(head))
    return table is not None and not table.by_row


def holds_other_than_labels(file: Path) -> bool:
    """True when the file exists and holds no labels, so that it must not be overwritten.

    Raises:
        StorageFull: it cannot be looked into.
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
        Invalid: something other than labels is there, such as the recording itself, where its user keeps it.
        StorageFull: it cannot be looked into.
    """
    if holds_other_than_labels(file):
        raise Invalid(f"{file} is there already and holds no labels. Choose another folder with --out.")


def is_label_file(head: bytes) -> bool:
    """True when a file that begins with ``head`` has one of the forms."""
    return is_labels_json(head) or find_table(decode(head)) is not None


def read_label_file(data: bytes, name: str) -> LabelFile:
    """Read the bytes of a file of labels; ``name`` is for the words of a refusal.

    Raises:
        RefusedFile: it is no text, or its first line is neither header; or it is no label JSON that can be read.
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
    lines = tuple(_lines(table.dialect.rows(text), table))
    points = lines if table.dialect.delimiter == "," else _with_points(lines)
    return LabelFile(points, table.by_row, left_out=table.left_out)


def _json_line(one: JsonLabel) -> Line:
    return Line(
        one.number,
        one.start,
        one.end,
        one.label,
        one.color.strip(),
        one.problem,
        one.samples,
        one.channels,
        one.note,
        one.made,
    )


def _lines(reader: Any, table: Table) -> Iterator[Line]:
    start, end, label, *color = (table.places[name] for name in table.needed)
    least = max(table.places[name] for name in table.needed) + 1
    try:
        for row in reader:
            cells = unpacked(row)
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) < least or any(cell.strip() for cell in cells[table.width :]):
                yield Line(reader.line_num, problem=f"{len(cells)} cells where {table.width} belong")
                continue
            colour = cells[color[0]].strip() if color else ""
            yield Line(reader.line_num, cells[start], cells[end], unguard(cells[label]), colour)
    except csv.Error as error:  # where the next line begins is not known any more
        yield Line(reader.line_num, problem=f"{error}; what follows was not read")


def _with_points(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines with decimal points for decimal commas, where a number can be nothing else: ``1,234`` may be grouped."""
    cells = [cell.strip() for line in lines for cell in (line.start, line.end)]
    if not any(_COMMA.fullmatch(cell) and not _GROUPED.fullmatch(cell) for cell in cells):
        return tuple(lines)
    return tuple(replace(one, start=_point(one.start), end=_point(one.end)) for one in lines)


def _point(cell: str) -> str:
    return cell.replace(",", ".") if _COMMA.fullmatch(cell.strip()) else cell
