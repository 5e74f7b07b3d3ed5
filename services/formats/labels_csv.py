"""Label CSV: ``Item Number,Start Index,End Index,Label,Color``, with times instead of indices.

Predicted labels can have an additional column ``Score``, from 0 to 1.

A label that a spreadsheet would run as a formula is written with an apostrophe before it, which the reader removes;
every other label is unchanged.
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
    """A segment in the file: times of its first and last sample, label, colour."""

    start: str
    end: str
    label: str
    color: str
    score: float = 0.0


def write_labels(rows: Iterable[LabelRow], scored: bool = False) -> str:
    """The text of a label CSV; items are numbered in the given order. ``scored``: with the column ``Score``."""
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
    """Inverse of :func:`guard`."""
    """The label that was written as ``cell``."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell
