"""Column names that the head of a file declares line by line: ``@attribute time numeric``, ``# name 0 = depth``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.ingest.cells import cell_class
from services.ingest.headcells import has_units, unit_of
from services.ingest.names import time_unit

_ATTRIBUTE = re.compile(r"@attribute\s+(?:'([^']+)'|\"([^\"]+)\"|(\S+))", re.IGNORECASE)  # of Weka's ARFF
_NUMBERED = re.compile(
    r"(?:[#%;*!/]+\s*)?(?:(?:col(?:umn)?|name|sig(?:nal)?|channel|field|var(?:iable)?|parameter|spalte|kanal)[ .:_-]*)?"
    r"[\[(]?(?P<number>\d{1,3})[\])]?(?:\s*[:=.)-]\s*|\s+)(?P<name>[^\W\d].*)",
    re.IGNORECASE,
)
_NAME_KEYS = frozenset(
    (
        *("name", "names", "tracename", "trace name", "channel name", "channel names", "signal name"),
        *("signal names", "tag name", "variable name", "kanalname", "signalname"),
    )
)
_UNIT_KEYS = frozenset(("unit", "units", "vunit", "einheit", "einheiten", "unité"))
_MOST_ATTRIBUTES = 40
_FEWEST = 2  # numbered names

Cells = list[str]


def declared_names(head: Sequence[Cells], width: int) -> list[str] | None:
    """Names in as many lines as there are columns: attributes, or lines numbered from 0 or 1; None without them."""
    texts = [" ".join(cell.strip() for cell in row).strip() for row in head]
    attributes = [match for text in texts if (match := _ATTRIBUTE.match(text))]
    if len(attributes) == width:
        return [match[1] or match[2] or match[3] for match in attributes]
    matches = [match for text in texts if (match := _NUMBERED.fullmatch(text))]
    numbers = [int(match["number"]) for match in matches]
    if numbers not in (list(range(width)), list(range(1, width + 1))) or width < _FEWEST:
        return None
    return [match["name"].strip() for match in matches]


def names_with_attributes(
    rows: Sequence[Cells], first: int, width: int
) -> tuple[Cells, list[str | None], int] | None:
    """Names, units and index of a row ``Name,A,B`` above rows with other attributes of each column, each named in its
    first cell (``Data-Type,REAL64,REAL64``); None without them.

    The first cell of the row is the name of the row and of no column.
    """
    for place in range(first - 1, max(-1, first - 1 - _MOST_ATTRIBUTES), -1):
        row = [cell.strip() for cell in rows[place]]
        if not any(row):
            continue
        if len(row) != width or cell_class(row[0]) != "x" or _names_time(row):
            return None
        if is_name_key(row[0]) and place < first - 1:
            below = [[cell.strip() for cell in other] for other in rows[place + 1 : first]]
            names = ["" if cell == row[0] else cell for cell in row]
            return names, _units(below, width), place
    return None


def _names_time(row: Cells) -> bool:
    """``Time,Volt,Volt``: the name of a time next to words."""
    named = time_unit(row[0], None) is not None
    return named and all(cell_class(cell) == "x" for cell in row[1:])


def _units(below: Sequence[Cells], width: int) -> list[str | None]:
    for row in below:
        if len(row) == width and (row[0].lower().rstrip(":=") in _UNIT_KEYS or (any(row) and has_units(row))):
            return [None, *(unit_of(cell) if cell else None for cell in row[1:])]
    return [None] * width


def is_name_key(cell: str) -> bool:
    """The name of a row of names, such as ``Channel name``."""
    return cell.strip().lower().rstrip(":=") in _NAME_KEYS


def attribute_rows(rows: Sequence[Cells], width: int) -> set[int]:
    """Indices of the rows with attributes directly below a row ``Name,A,B``; also if they are numbers."""
    for place, row in enumerate(rows[:_MOST_ATTRIBUTES]):
        if len(row) == width > 1 and is_name_key(row[0]):
            found: set[int] = set()
            for number, below in enumerate(rows[place + 1 :], place + 1):
                blank = not any(map(str.strip, below))
                if not blank and (len(below) != width or cell_class(below[0]) != "x"):
                    return found
                found.add(number)
    return set()
