"""The model list of the predecessor of Tidemark: ``Model Name,Model File,Remarks,Short Description``."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from services.errors import RefusedFile

HEADER = ["model name", "model file", "remarks", "short description"]
MOST_LINES = 10_000


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    name: str
    file: str
    remarks: str
    short_description: str


def is_model_list(text: str) -> bool:
    """True when the first line is the header of such a list."""
    first = text.removeprefix("\ufeff").partition("\n")[0]
    return [cell.strip().lower() for cell in next(csv.reader([first]), [])] == HEADER


def read_model_list(text: str, name: str) -> tuple[list[Listed], list[str]]:
    """The models of a list, and a sentence for each line that names none.

    Raises:
        RefusedFile: a quotation mark is not closed, or there are more than 10,000 lines.
    """
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    found, bad = [], []
    try:
        next(lines, None)
        for cells in lines:
            if lines.line_num > MOST_LINES:
                raise RefusedFile(f"{name} has more than {MOST_LINES:,} lines. Is it a list of models?")
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) == len(HEADER) and cells[1].strip():
                found.append(Listed(cells[0], cells[1].strip(), cells[2], cells[3]))
            else:
                bad.append(
                    f"{name}, line {lines.line_num}: it names no model with its file; correct the line."
                )
    except csv.Error as error:
        raise RefusedFile(f"{name}, line {lines.line_num}: {error}. Write it again as CSV.") from error
    return found, bad
