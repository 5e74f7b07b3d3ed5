"""CSV files saved again by spreadsheets: detect delimiter, quotes, and lines before the header.

Spreadsheets change delimiters and quotes, add delimiters at the ends of lines, write ``sep=;``, empty lines or the name
of the table before the header, and put each line into one cell if they use another list separator.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DELIMITERS = ",;\t|: "
QUOTES = "\"'"
HEAD_BYTES = 1024  # enough for a header and lines that spreadsheets add before it
MOST_ABOVE = 5  # lines before the header
_SEP = re.compile(r"sep=.", re.IGNORECASE)
_TITLE = re.compile(r"[^,;\t|]{1,200}")  # the name of the table, in one cell


@dataclass(frozen=True)
class Dialect:
    """Format of a CSV; ``above``: number of lines before the header."""

    delimiter: str
    quote: str
    above: int

    def rows(self, text: str) -> Any:
        """A strict ``csv.reader`` positioned after the header."""
        stream = io.StringIO(text, newline="")
        reader = csv.reader(stream, delimiter=self.delimiter, quotechar=self.quote, strict=True)
        for _ in range(self.above + 1):
            next(reader)
        return reader


def headers(text: str) -> Iterator[tuple[Dialect, list[str]]]:
    """All possible formats of a CSV that begins with ``text``, each with the cells of the header."""
    lines = re.split(r"\r\n|\r|\n", text, maxsplit=MOST_ABOVE + 1)[: MOST_ABOVE + 1]
    for above, line in enumerate(lines):
        content = line.strip(f'{DELIMITERS}"')
        if not content or _SEP.fullmatch(line):
            continue
        for delimiter in DELIMITERS:
            for quote in QUOTES:
                reader = csv.reader([line[:HEAD_BYTES]], delimiter=delimiter, quotechar=quote)
                cells = [cell.strip() for cell in unpacked(next(reader, []))]
                yield Dialect(delimiter, quote, above), cells
        if not _TITLE.fullmatch(content):
            return


def unpacked(cells: list[str]) -> list[str]:
    """Cells of a line that a spreadsheet saved as a single cell; other lines unchanged."""
    first, *others = cells or [""]
    if "," not in first or any(cell.strip() for cell in others):
        return cells
    return next(csv.reader([first]), [])


def places_of(cells: list[str]) -> dict[str, int]:
    """Column index of each name in a header; empty if a name is repeated."""
    places = {name: place for place, name in enumerate(cells) if name}
    return places if len(places) == sum(map(bool, cells)) else {}
