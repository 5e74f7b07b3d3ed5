"""Reader of label files: parses each line, or gives the reason why it cannot be read.

The label JSON of :mod:`services.formats.labels_json`, and two forms of CSV, distinguished by their header: the label
CSV of :mod:`services.formats.labels_csv` (also with ``;`` or tab between the cells, as spreadsheets write it; a column
``Score`` at its end is left out), and ``start,end,label`` with the numbers of rows, counted from 0 and both inclusive.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.errors import Invalid, RefusedFile
from services.formats.labels_csv import HEADER, SCORED_HEADER, unguard
from services.formats.labels_json import JsonLabel, Origin, is_labels_json, read_labels_json
from services.formats.text import decode
from services.storage.files import worded
from services.storage.paths import quoted

ROW_HEADER = ["start", "end", "label"]
BY_TIME = (HEADER, SCORED_HEADER)
DELIMITERS = ",;\t"
HEAD_BYTES = 256  # enough for either header


@dataclass(frozen=True)
class Line:
    """One label as its file has it, on which line; or the ``problem`` that kept the line from being read.

    Only a label JSON has ``samples``, names of ``channels`` (None: all) and a ``note``; ``line`` counts its labels.
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


@dataclass(frozen=True)
class LabelFile:
    """The lines of a file; ``by_row``: starts and ends are numbers of rows, not times.

    ``origin``: of a label JSON, the recording that it is of.
    """

    lines: tuple[Line, ...]
    by_row: bool
    origin: Origin | None = None


def is_label_csv(head: bytes) -> bool:
    """True when a file that begins with ``head`` is a label CSV as Save writes it, whatever it is called."""
    return _header(decode(head))[0] in BY_TIME


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
    return is_labels_json(head) or _header(decode(head))[0] in (*BY_TIME, ROW_HEADER)


def read_label_file(data: bytes, name: str) -> LabelFile:
    """Read the bytes of a file of labels; ``name`` is for the words of a refusal.

    Raises:
        RefusedFile: it is no text, or its first line is neither header; or it is no label JSON that can be read.
    """
    if is_labels_json(data[:HEAD_BYTES]):
        origin, labels = read_labels_json(data, name)
        return LabelFile(tuple(map(_json_line, labels)), False, origin)
    if b"\0" in data and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise RefusedFile(f"{quoted(name)} is not a text file. Choose the label CSV itself.")
    text = decode(data)
    header, delimiter = _header(text)
    if header not in (*BY_TIME, ROW_HEADER):
        raise RefusedFile(
            f"{quoted(name)}, line 1: the header is neither {','.join(HEADER)} nor {','.join(ROW_HEADER)}."
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    next(reader)
    return LabelFile(tuple(_lines(reader, len(header))), header == ROW_HEADER)


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
    )


def _lines(reader: Any, width: int) -> Iterator[Line]:
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != width:
                yield Line(reader.line_num, problem=f"{len(cells)} cells where {width} belong")
            elif width >= len(HEADER):
                yield Line(reader.line_num, cells[1], cells[2], unguard(cells[3]), cells[4].strip())
            else:
                yield Line(reader.line_num, cells[0], cells[1], unguard(cells[2]))
    except csv.Error as error:  # where the next line begins is not known any more
        yield Line(reader.line_num, problem=f"{error}; what follows was not read")


def _header(text: str) -> tuple[list[str], str]:
    """The cells of the first line, and their delimiter."""
    first = re.split(r"[\r\n]", text, maxsplit=1)[0][:HEAD_BYTES]
    delimiter = next((one for one in DELIMITERS if one in first), ",")
    return [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter), [])], delimiter
