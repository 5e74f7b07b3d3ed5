"""Recognise label CSVs by their header, also when a spreadsheet saved them again.

Two forms: the label CSV of :mod:`services.formats.labels_csv`, whose columns may stand in another order and next to
others, and ``start,end,label`` with the numbers of rows, counted from 0 and both inclusive. Spreadsheets change
delimiters and quotes, add delimiters at the ends of lines, and write ``sep=;`` or empty lines before the header.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.formats.labels_csv import HEADER, SCORED_HEADER

ROW_HEADER = ["start", "end", "label"]
BY_TIME = frozenset(HEADER)
BY_ROW = [(name, place) for place, name in enumerate(ROW_HEADER)]
DELIMITERS = ",;\t|: "
QUOTES = "\"'"
HEAD_BYTES = 1024  # enough for either header, with what a spreadsheet may put before it
MOST_ABOVE = 5  # lines before the header
_SEP = re.compile(r"sep=.", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """How a label CSV is written.

    ``above``: lines before the header. ``places``: the column of each name.
    """

    delimiter: str
    quote: str
    above: int
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
    lines = re.split(r"\r\n|\r|\n", text, maxsplit=MOST_ABOVE + 1)[: MOST_ABOVE + 1]
    above = 0
    while above < len(lines) and (not lines[above].strip(f'{DELIMITERS}"') or _SEP.fullmatch(lines[above])):
        above += 1
    if above == len(lines):
        return None
    for delimiter in DELIMITERS:
        for quote in QUOTES:
            reader = csv.reader([lines[above][:HEAD_BYTES]], delimiter=delimiter, quotechar=quote)
            cells = [cell.strip() for cell in unpacked(next(reader, []))]
            places = {name: place for place, name in enumerate(cells) if name}
            twice = len(places) < sum(map(bool, cells))
            if not twice and (places.keys() >= BY_TIME or list(places.items()) == BY_ROW):
                return Table(delimiter, quote, above, places)
    return None


def unpacked(cells: list[str]) -> list[str]:
    """The cells of a line that a spreadsheet had in its first column, as a whole; other lines as they are."""
    first, *others = cells or [""]
    if "," not in first or any(cell.strip() for cell in others):
        return cells
    return next(csv.reader([first]), [])
