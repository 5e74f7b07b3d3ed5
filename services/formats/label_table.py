"""Recognise label CSVs by their header, also when saved again by a spreadsheet.

Two formats: the label CSV of :mod:`services.formats.labels_csv`, with columns in any order and additional columns, and
``start,end,label`` with row numbers, counted from 0 and both inclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.formats.labels_csv import HEADER, SCORED_HEADER
from services.formats.spreadsheet import Dialect, headers, places_of

ROW_HEADER = ["start", "end", "label"]
BY_TIME = frozenset(HEADER)
BY_ROW = [(name, place) for place, name in enumerate(ROW_HEADER)]


@dataclass(frozen=True)
class LabelTable:
    """Format of a label CSV; ``places``: column index by name."""

    dialect: Dialect
    places: dict[str, int]

    @property
    def by_row(self) -> bool:
        """True when edges are row numbers."""
        return not self.places.keys() >= BY_TIME

    @property
    def needed(self) -> Sequence[str]:
        """Names of the columns that are read: start, end, label and, in files by time, colour."""
        return ROW_HEADER if self.by_row else HEADER[1:]

    @property
    def width(self) -> int:
        """Number of columns, without trailing empty ones."""
        return max(self.places.values()) + 1

    @property
    def left_out(self) -> tuple[str, ...]:
        """Names of additional columns, which are ignored."""
        columns = {*ROW_HEADER} if self.by_row else {*SCORED_HEADER}
        return tuple(name for name in self.places if name not in columns)


def find_table(text: str) -> LabelTable | None:
    """Format of the label CSV that begins with ``text``; None if it is not a label CSV."""
    for dialect, cells in headers(text):
        places = places_of(cells)
        if places.keys() >= BY_TIME or list(places.items()) == BY_ROW:
            return LabelTable(dialect, places)
    return None
