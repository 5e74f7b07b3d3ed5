"""Table detection: lines above the table, column names, units, first data row.

Files begin with titles, settings, several header rows, rows of units or nothing. One rule finds the data: the class of
a column (number, time, switch, text) is that of most of its cells in rows of the usual length, and the data begins with
the first row whose cells have the classes of their columns. The rows directly above are names and units.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from services.ingest.cells import (
    cell_class,
    is_integer,
    is_number,
    is_switch,
)
from services.ingest.firstrow import BODY, VALUES, column, first_row, has_fraction
from services.ingest.headcells import (
    could_be_names,
)
from services.ingest.headrate import (
    is_per_sample,
    rate_in_head,
    unclear_rate_in_head,
)
from services.ingest.headstart import HeadStart, start_in
from services.ingest.names import split_unit, time_unit
from services.ingest.notdata import Cells, is_comment
from services.ingest.tablehead import table_header

ROWS_THAT_TELL = 2  # with fewer rows below the first, its cells cannot be recognised as names
LEAST_CONSTANT = 20  # rows with the same value that tell a row of codes above them
_COUNTED = 18  # examined rows of the widest table
_SAMPLES = re.compile(r"(?:length|länge|(?:number of )?(?:samples|points))[:=]?", re.IGNORECASE)
_DECIMAL = re.compile(
    r"decimal[ _-]?(?:point|separator|sign|symbol|mark)?[ :=|]*(comma|point|dot|period|[.,])", re.IGNORECASE
)
_MISSING_NUMBER = re.compile(  # bad_flag = -9.990e-29
    r"(?:bad[ _]?flag|no[ _]?data(?:[ _]?value)?|missing(?:[ _]?(?:values?|data))?(?:[ _]?(?:code|flag|indicator))?"
    r"|_?fill[ _]?value)\s*[:=]?\s*(-9\.?9+0*\.?[90]*(?:e[+-]?\d+)?|999+\.?[90]*)\s*(?:$|[;,])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Head:
    """Metadata in the lines above the data."""

    rate: float | None = None  # samples per second
    unit: str | None = None  # of a table with one column
    decimal: str | None = None  # the decimal sign
    start: HeadStart | None = None  # date and clock of the first sample
    missing: tuple[str, ...] = ()  # numbers that mean a missing value
    unclear: tuple[str, float, str] | None = None  # a rate in an unknown unit


@dataclass(frozen=True)
class TableLayout:
    """Position of a table in the first rows of a text."""

    first: int  # index of the first row of data
    width: int  # cells per row
    names: Cells | None  # None: there is no header
    units: list[str | None]
    top: int  # index of the first row of names or units; equal to ``first`` without any
    head: Head = field(default_factory=Head)
    numbers_named: bool = False  # some names are numbers: the row could be data
    other_names: int | None = None  # index of a row above a blank line that could have the names


def find_table(rows: Sequence[Cells], blank: Collection[int] = ()) -> TableLayout | None:
    """Find the table in ``rows``, the cells of the first rows; None if no column has numbers or times.

    Args:
        blank: indices of the rows that follow a blank line.
    """
    width = _usual_width(rows)
    body = [row for row in rows if len(row) == width]
    classes = _classes(body[len(body) // 2 :][-BODY:], width)
    if not any(kind in VALUES for kind in classes):
        return None
    first = first_row(rows, classes, blank)
    if first is None:
        return None
    names, units, top = table_header(rows, first, classes, blank)
    first += _counts_samples(rows, first, width)
    other = top - 1 if names and top in blank and could_be_names(rows[top - 1], names) else None
    head = _read_head(rows[:first], width, rows[first : first + _COUNTED])
    could_be_data = _may_be_data(names or []) and not _names_time_of(names or [], classes)
    return TableLayout(first, width, names, units, top, head, could_be_data, other)


def _usual_width(rows: Sequence[Cells]) -> int:
    """Most frequent number of cells in the second half of the rows; ties are decided by all rows."""
    rows = [row for row in rows if not is_comment(row)] or rows
    later, all_rows = (Counter(map(len, part)) for part in (rows[len(rows) // 2 :], rows))
    return max(later, key=lambda width: (later[width], all_rows[width], width))


def _classes(body: Sequence[Cells], width: int) -> str:
    """Most frequent class of each column in ``body``; ``e`` if all its cells are empty."""
    pattern = ""
    for index in range(width):
        counts = Counter(cell_class(row[index]) for row in body)
        counts.pop("e", None)
        pattern += counts.most_common(1)[0][0] if counts else "e"
    return pattern


def _counts_samples(rows: Sequence[Cells], first: int, width: int) -> bool:
    """Whether the first row has the number of samples of each channel, as AcqKnowledge writes it below the names."""
    numbers = {cell.strip() for cell in rows[first] if cell.strip()}
    counted = {cell for cell in numbers if _SAMPLES.fullmatch(cell)}
    numbers -= counted
    certain = counted or any(is_per_sample(cell) for row in rows[:first] for cell in row)
    certain = certain or (width > 1 and not rows[first][0].strip() and first > 1)  # without a time
    if not certain or len(numbers) != 1:
        return False
    below = sum(len(row) == width for row in rows[first + 1 :])
    (number,) = numbers
    return is_integer(number) and (int(number) == below or int(number) > below > _COUNTED)


def _may_be_data(names: Cells) -> bool:
    """Whether names could be a row of data: not if most are text and the others different whole numbers."""
    filled = [cell for cell in names if cell]
    numbers = [cell for cell in filled if is_number(cell) or is_number(cell, ",") or cell_class(cell) == "t"]
    words = len(filled) - len(numbers) - sum(map(is_switch, filled))
    plain = words >= 2 and words * 2 >= len(filled) and len(set(filled)) == len(filled)
    counted = names[:1] == [""] and numbers == [str(place) for place in range(len(names) - 1)]  # a data frame
    return bool(numbers) and not counted and not (plain and all(map(is_integer, numbers)))


def _names_time_of(names: Cells, classes: str) -> bool:
    """Whether a name of a time is above numbers or times: no sample has it there."""
    return any(
        kind in "nt" and time_unit(*split_unit(name)) is not None
        for name, kind in zip(names, classes, strict=False)
    )


def may_name(rows: Sequence[Cells], table: TableLayout) -> bool:
    """Whether the first row of data could be a row of names.

    ``400,410,420`` or ``place,2019,2020`` above decimals; ``1,2,Quality`` without ``Quality`` below; ``1,2,3``.
    """
    row = rows[table.first]
    below = rows[table.first + 1 :][:BODY]
    if table.names is None and (_differs_from_constants(row, below) or _numbers_columns(row, below)):
        return True
    numbers = [int(cell) for cell in row if is_integer(cell)]
    words = [cell for cell in row if cell.strip() and not is_integer(cell)]
    steps = {after - before for before, after in pairwise(numbers)}
    if table.names is not None or len(numbers) < 2 or len(steps) != 1 or steps == {0}:
        return False
    if any(cell_class(cell) != "x" for cell in words) or (len(numbers) < 3 and not words):
        return False
    body = [cells for cells in rows[table.first + 1 :][:BODY] if len(cells) == len(row) and cells != row]
    if len(body) < ROWS_THAT_TELL:
        return False
    if words and not any(
        cell in words and cell in column(place, body, len(row)) for place, cell in enumerate(row)
    ):
        return True
    places = [place for place, cell in enumerate(row) if is_integer(cell)]
    return all(sum(has_fraction(cells[place]) for cells in body) > 0.8 * len(body) for place in places)


def _numbers_columns(row: Cells, below: Sequence[Cells]) -> bool:
    """Whether a row has the numbers of the columns, and rows are not counted from its 1."""
    numbered = len(row) > 1 and [cell.strip() for cell in row] == [
        str(place + 1) for place in range(len(row))
    ]
    return numbered and not any(cells[0].strip() == "2" for cells in below[:1])


def _differs_from_constants(row: Cells, below: Sequence[Cells]) -> bool:
    """Whether a row of numbers differs in several columns that are constant below it, such as codes of the columns."""
    body = [cells for cells in below if len(cells) == len(row)]
    if len(body) < LEAST_CONSTANT or not all(is_integer(cell) for cell in row):
        return False
    constant = [{cells[place] for cells in body} for place in range(len(row))]
    return (
        sum(len(values) == 1 and cell not in values for cell, values in zip(row, constant, strict=True)) > 1
    )


def _read_head(rows: Sequence[Cells], width: int, below: Sequence[Cells]) -> Head:
    unit: str | None = None
    decimal: str | None = None
    for row in rows:
        text = " : ".join(cell.strip() for cell in row)
        if match := _DECIMAL.search(text):
            decimal = "," if match[1].lower() in {"comma", ","} else "."
        if width == 1 and len(row) == 2 and row[0].strip().lower() == "unit":
            unit = row[1].strip() or None
    commas = any("," in cell and is_number(cell, ",") for row in below for cell in row)
    texts = [" ".join(cell.strip() for cell in row) for row in rows]
    missing = tuple(dict.fromkeys(match[1] for text in texts if (match := _MISSING_NUMBER.search(text))))
    return Head(
        rate_in_head(rows, commas=commas), unit, decimal, start_in(rows), missing, unclear_rate_in_head(rows)
    )
