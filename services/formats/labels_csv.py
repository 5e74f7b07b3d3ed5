"""The label CSV: ``Item Number,Start Index,End Index,Label,Color``, times instead of indices.

What a model suggests can have one column more, ``Score``, from 0 to 1.

A label that a spreadsheet would take for a formula is written with an apostrophe before it, which the reader
takes away again; every other label is written as it is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.errors import RefusedFile

HEADER = ["Item Number", "Start Index", "End Index", "Label", "Color"]
SCORED_HEADER = [*HEADER, "Score"]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class LabelRow:
    """One segment as the file has it: the times of its first and last sample, its label and colour."""

    start: str
    end: str
    label: str
    color: str
    score: float = 0.0


def write_labels(rows: Iterable[LabelRow], scored: bool = False) -> str:
    """The text of a label CSV; items are numbered as they come. ``scored``: with the column ``Score``."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(SCORED_HEADER if scored else HEADER)
    for number, row in enumerate(rows, 1):
        score = [f"{row.score:.4f}"] if scored else []
        writer.writerow([number, row.start, row.end, guard(row.label), row.color, *score])
    return text.getvalue()


def read_labels(text: str, name: str = "The label file") -> list[LabelRow]:
    """The segments of a label CSV.

    Raises:
        RefusedFile: the header is another, a line has not five cells, or a quotation mark is not closed.
    """
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        return _rows(lines, name)
    except csv.Error as error:
        raise RefusedFile(f"{name}, line {lines.line_num}: {error}. Write it again as CSV.") from error


def _rows(lines: Any, name: str) -> list[LabelRow]:
    if next(lines, None) != HEADER:
        raise RefusedFile(f"{name}, line 1: the header must be {','.join(HEADER)}.")
    rows = []
    for cells in lines:
        if not cells:
            continue
        if len(cells) != len(HEADER):
            raise RefusedFile(
                f"{name}, line {lines.line_num}: {len(cells)} cells where {len(HEADER)} belong."
            )
        _, start, end, label, color = cells
        rows.append(LabelRow(start, end, unguard(label), color))
    return rows


def guard(label: str) -> str:
    """The cell that a spreadsheet shows as ``label`` and does not run."""
    return f"'{label}" if label.lstrip("'").startswith(FORMULA) else label


def unguard(cell: str) -> str:
    """The label that was written as ``cell``."""
    """The label that was written as ``cell``."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell
