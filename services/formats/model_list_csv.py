"""Model list of the predecessor of Tidemark: ``Model Name,Model File,Remarks,Short Description``.

Recognised by its header, also when saved again by a spreadsheet. Invalid entries are reported.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from services.formats.spreadsheet import Dialect, headers, places_of, unpacked

HEADER = ("model name", "model file", "remarks", "short description")
_NEEDED = frozenset(HEADER[:2])  # the descriptions may be missing
MOST_LINES = 10_000


@dataclass(frozen=True)
class ListedModel:
    """An entry of the list with its line number; or the ``problem`` of an unreadable one."""

    name: str = ""
    file: str = ""
    remarks: str = ""
    short_description: str = ""
    line: int = 0
    problem: str = ""


def is_model_list(text: str) -> bool:
    """True when a text begins with the header of a model list."""
    return _table(text) is not None


def read_model_list(text: str) -> Iterator[ListedModel]:
    """The entries of a list, in order."""
    table = _table(text)
    if table is None:
        return
    dialect, places = table
    lines = dialect.rows(text)
    try:
        for row in lines:
            cells = unpacked(row)
            if not any(cell.strip() for cell in cells):
                continue
            if lines.line_num > MOST_LINES:
                yield ListedModel(
                    line=lines.line_num, problem=f"lines after the first {MOST_LINES:,} are not read."
                )
                return
            yield _entry(cells, places, lines.line_num)
    except csv.Error as error:
        problem = f"{error}; the rest was not read. Save the list again as CSV."
        yield ListedModel(line=lines.line_num, problem=problem)


def _entry(cells: list[str], places: dict[str, int], line: int) -> ListedModel:
    width = max(places.values()) + 1
    cells = [*cells, *[""] * (width - len(cells))]  # empty cells at the end may be missing
    name, file, remarks, short = (
        cells[places[column]].strip() if column in places else "" for column in HEADER
    )
    if not file or any(cell.strip() for cell in cells[width:]):
        return ListedModel(line=line, problem="name or file of the model is missing; correct the line.")
    return ListedModel(name, file, remarks, short, line)


def _table(text: str) -> tuple[Dialect, dict[str, int]] | None:
    for dialect, cells in headers(text):
        places = places_of([cell.lower() for cell in cells])
        if places.keys() >= _NEEDED:
            return dialect, places
    return None
