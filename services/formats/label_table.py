"""Recognise label CSVs by their header, also when a spreadsheet saved them again.

Two forms: the label CSV of :mod:`services.formats.labels_csv`, whose columns may stand in another order and next to
others, and ``start,end,label`` with the numbers of rows, counted from 0 and both inclusive.
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
class Table:
    """How a label CSV is written; ``places``: the column of each name."""

    dialect: Dialect
    places: dict[str, int]

    @property
    def by_row(self) -> bool:
        """True when edges are numbers of rows."""
        return not self.places.keys() >= BY_TIME

    @property
    def needed(self) -> Sequence[str]:
        """The columns that are read: start, end, label and, in files by time, colour."""
        return ROW_HEADER if self.by_row else HEADER[1:]

    @property
    def width(self) -> int:
        """Number of columns, without empty ones at the end."""
        return max(self.places.values()) + 1

    @property
    def left_out(self) -> tuple[str, ...]:
        """Names of columns that somebody added."""
        known = {*ROW_HEADER} if self.by_row else {*SCORED_HEADER}
        return tuple(name for name in self.places if name not in known)


def find_table(text: str) -> Table | None:
    """How the label CSV that begins with ``text`` is written; None when it is none."""
    for dialect, cells in headers(text):
        places = places_of(cells)
        if places.keys() >= BY_TIME or list(places.items()) == BY_ROW:
            return Table(dialect, places)
    return None
