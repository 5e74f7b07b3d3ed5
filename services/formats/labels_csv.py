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


def guard(label: str) -> str:
    """``label`` escaped with an apostrophe if a spreadsheet would run it as a formula."""
    return f"'{label}" if label.lstrip("'").startswith(FORMULA) else label


def unguard(cell: str) -> str:
    """The label that was written as ``cell``."""
    """The label that was written as ``cell``."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell
