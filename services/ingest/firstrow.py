"""Where the first row of samples is: below names, settings, remarks and damaged rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from services.ingest.cells import (
    cell_class,
    is_hexadecimal,
    is_integer,
    is_missing_word,
    is_number,
    quantity,
)
from services.ingest.declared import attribute_rows
from services.ingest.headcells import (
    has_rates,
    has_units,
    naming,
)
from services.ingest.headrate import (
    is_spike2_start,
)
from services.ingest.names import split_unit, time_unit
from services.ingest.notdata import Cells, is_waveform_setting

BODY = 200  # rows used to determine the classes of columns
MOST_HEAD = 4  # at most so many rows of names, units and remarks above the data
_DATA = re.compile(r"@?data:?|\[data\]|\*+\s?end(?:[ _]of[ _]head(?:er)?)?\s?\*+", re.IGNORECASE)
_FORMAT = re.compile(r"\d+[sdnSDN]")
VALUES = "ntbl"  # classes of cells with a value


def _fit(row: Cells, classes: str) -> float | None:
    """Share of cells with the class of their column, among columns of numbers, times and switches.

    None for a row with another number of cells, or without such cells.
    """
    if len(row) != len(classes):
        return None
    seen = [
        (cell_class(cell), expected)
        for cell, expected in zip(row, classes, strict=True)
        if expected in VALUES
    ]
    seen = [(actual, expected) for actual, expected in seen if actual != "e"]
    return sum(actual == expected for actual, expected in seen) / len(seen) if seen else None


def first_row(rows: Sequence[Cells], classes: str, blank: Collection[int]) -> int | None:
    """Index of the first row of data.

    A row above it whose cells fit mostly is data with a damaged cell, if a header or nothing is above that row.
    """
    start, attributes = _end_of_head(rows, classes), attribute_rows(rows, len(classes))
    first = next(
        (
            place
            for place, row in enumerate(rows)
            if place >= start
            and place not in attributes
            and _fit(row, classes) == 1
            and not _is_of_head(rows, place)
            and not _is_above_names(rows, place, classes)
            and not _gives_rates(rows, place)
        ),
        None,
    )
    if first is None:
        return None
    if first - 1 in attributes:
        return first
    named = _is_below_header(rows, first, classes, blank)
    if not named and _are_numbers_as_names(rows[first], rows[first + 1 :], classes):
        return first + 1
    above = first - 1
    while above >= 0 and above + 1 not in blank and _is_damaged(rows, above, classes, blank):
        above -= 1
    whole = (
        above < 0
        or above + 1 in blank
        or _names_all(rows[above], classes)
        or _is_below_header(rows, above + 1, classes, blank)
        or _is_worded(rows[above], classes)
    )
    return above + 1 if above < first - 1 and whole else first


def _end_of_head(rows: Sequence[Cells], classes: str) -> int:
    """Index of the row below a line ``data:``, if rows of the table follow; 0 without one."""
    for place, row in enumerate(rows[:BODY]):
        filled = [cell.strip() for cell in row if cell.strip()]
        if len(filled) == 1 and _DATA.fullmatch(filled[0]):
            return place + 1 if any(_fit(below, classes) == 1 for below in rows[place + 1 :]) else 0
    return 0


def _gives_rates(rows: Sequence[Cells], place: int) -> bool:
    """A row of rates (``1000 Hz``) above rows that have none."""
    return has_rates(rows[place]) and not any(map(has_rates, rows[place + 1 : place + MOST_HEAD]))


def _is_above_names(rows: Sequence[Cells], place: int, classes: str) -> bool:
    """Numbers above the names of the columns, such as their numbers or the rate: a row of names follows that is not one
    of a header that is repeated."""
    if not place and all(map(str.strip, rows[place])) and any(map(has_fraction, rows[place])):
        return False  # a sample at the begin of the file
    below_names = place > 0 and naming(rows[place - 1]) > 1 and _names_all(rows[place - 1], classes)
    for row in rows[place + 1 : place + MOST_HEAD]:
        if row in rows[:place]:
            return False
        valued = [cell for cell, kind in zip(row, classes, strict=False) if kind in VALUES and cell.strip()]
        named = len(row) == len(classes) and len({cell for cell in valued if cell_class(cell) == "x"}) > 1
        if named and _fit(row, classes) == 0:
            return not below_names or has_units([cell.strip() for cell in row])
    return False


def _names_all(row: Cells, classes: str) -> bool:
    """Whether a row above the data has column names."""
    fit = _fit(row, classes)
    return fit is not None and fit <= 0.5 and any(cell_class(cell) == "x" for cell in row)


def _is_worded(row: Cells, classes: str) -> bool:
    """A row of another width without numbers and times, such as units with a delimiter at the end."""
    return 1 < len(row) != len(classes) and all(cell_class(cell) in "xe" for cell in row)


def _is_damaged(rows: Sequence[Cells], place: int, classes: str, blank: Collection[int]) -> bool:
    """Whether a row with cells that do not fit is a row of data."""
    row = rows[place]
    if len(row) == len(classes) and not any(map(str.strip, row)):
        return _is_below_names(rows, place)
    if len(row) != len(classes) or _is_of_head(rows, place) or _is_named_by_clock(row, classes):
        return False
    if _gives_rates(rows, place):
        return False
    named = _is_below_header(rows, place, classes, blank)
    if (named and _fit(row, classes)) or _is_missing(row, rows[place + 1 :], classes):
        return True
    if not named and _are_numbers_as_names(row, rows[place + 1 :], classes):
        return False
    if _has_values_only(row, len(classes)):
        return True
    dated = any(cell_class(cell) == expected == "t" for cell, expected in zip(row, classes, strict=True))
    return dated or (_fit(row, classes) or 0) > 0.5 or any(map(has_fraction, row))


def _is_below_header(rows: Sequence[Cells], place: int, classes: str, blank: Collection[int]) -> bool:
    """Whether the row above has names of the columns, also numbers, and this row has no names."""
    if not place or place in blank:
        return False
    above, row = rows[place - 1], rows[place]
    if _fit(above, classes) == 0:
        return True
    if len(row) != len(above) or not _are_numbers_as_names(above, rows[place:], classes):
        return False
    named = [
        cell_class(row[i]) for i, kind in enumerate(classes) if kind in "nt" and cell_class(above[i]) == "x"
    ]
    return "x" not in named if named else not any(cell.strip() and cell in above for cell in row)


def _is_named_by_clock(row: Cells, classes: str) -> bool:
    """Names next to a time, as written by ``sar``: ``12:00:01 AM  CPU  %user  %nice``."""
    named = [cell for cell, expected in zip(row, classes, strict=True) if expected in "nb"]
    return len(named) > 1 and {cell_class(cell) for cell in named} == {"x"} and len(set(named)) == len(named)


def _is_missing(row: Cells, below: Sequence[Cells], classes: str) -> bool:
    """Only words for missing values, and texts that are repeated in their columns."""
    return all(
        cell_class(cell) == "e" or (classes[place] == "x" and cell in column(place, below, len(row)))
        for place, cell in enumerate(row)
    )


def column(place: int, rows: Sequence[Cells], width: int) -> set[str]:
    """Cells of a column, from rows with the number of cells of the table."""
    return {row[place] for row in rows if len(row) == width}


def _is_below_names(rows: Sequence[Cells], place: int) -> bool:
    """Whether a row of only delimiters is a sample with missing values: all columns are named above it."""
    names = next((row for row in reversed(rows[:place]) if any(map(str.strip, row))), [])
    return len(names) == len(rows[place]) > 1 and all(cell_class(cell) == "x" for cell in names)


def is_ruled(row: Cells, below: Sequence[str] = ()) -> bool:
    """A line of dashes below names, or one of the formats of the columns (``15s``, ``20d``, ``14n``).

    Args:
        below: the next row, unless data are known to begin below ``row``; with cells such as ``15s``, they are seconds.
    """
    filled = [cell.strip() for cell in row if cell.strip()]
    if len(filled) > 1 and all(map(_FORMAT.fullmatch, filled)):
        only_text = {cell[-1] for cell in filled} in ({"s"}, {"S"})
        return not (only_text and any(_FORMAT.fullmatch(cell.strip()) for cell in below))
    return bool(filled) and all(re.fullmatch(r"[-=:+]{3,}", cell) for cell in filled)


def _is_of_head(rows: Sequence[Cells], place: int) -> bool:
    """A row that is never data: dashes, formats, or a setting such as ``Range=``, ``10 V``."""
    row = rows[place]
    return (
        is_ruled(row, rows[min(place + 1, len(rows) - 1)])
        or is_spike2_start(row)
        or is_waveform_setting(row)
        or (len(row) > 1 and row[0].strip().endswith("=") and len(row[0].strip()) > 1)
    )


def _are_numbers_as_names(row: Cells, below: Sequence[Cells], classes: str) -> bool:
    """A header such as ``time,1,2`` or ``,0,1``: column numbers, next to a name or an empty cell.

    Numbers alone are names only if the columns below have decimals.
    """
    if len(row) != len(classes):
        return False
    if (
        _are_values_as_names(row, below, classes)
        or _are_numbers_next_to_time(row, below, classes)
        or _are_hexadecimal_names(row, below)
    ):
        return True
    numbers = [int(cell) for cell in row if is_integer(cell)]
    others = [(cell.strip(), kind) for cell, kind in zip(row, classes, strict=True) if not is_integer(cell)]
    are_values = any(  # “No” above numbers is a name, above switches a switch
        cell_class(cell) in ("ntb" if kind == "b" else "nt") or (cell and is_missing_word(cell))
        for cell, kind in others
    )
    if are_values or numbers[:1] not in ([0], [1]):
        return False
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return False
    body = [
        cells for cells in below[:BODY] if len(cells) == len(classes) and cells != row
    ]  # names may come again
    named = [place for place, cell in enumerate(row) if not is_integer(cell) and (cell.strip() or not place)]
    is_again = any(row[place] == cells[place] != "" for cells in body for place in named)
    if not body or is_again:  # a text that is in the column again is a value
        return False
    valued = [place for place in named if classes[place] in VALUES]
    if any(classes[place] == "e" and row[place].strip() for place in named):
        return True
    if valued:
        return any(cell_class(cells[place]) != "e" for cells in body[:5] for place in valued)
    fractions = [sum(has_fraction(cells[place]) for cells in body) for place in range(len(row))]
    return len(numbers) > 1 and max(fractions) > 0.8 * len(body)


def _are_numbers_next_to_time(row: Cells, below: Sequence[Cells], classes: str) -> bool:
    """``time,40001,40002`` and ``time,10 Hz,20 Hz``: the name of a time above numbers or dates, and different whole
    numbers, or numbers with a unit above numbers without one."""
    named = time_unit(*split_unit(row[0].strip())) is not None and classes[0] in "nt"
    if not named or len({*row}) != len(row) or len(row) < 2:
        return False
    if all(map(is_integer, row[1:])):
        return True
    samples = [cells for cells in below[:BODY] if len(cells) == len(row)]
    return all((parsed := quantity(cell)) is not None and parsed[1] for cell in row[1:]) and not any(
        cell.strip()[-1:].isalpha() for cells in samples for cell in cells[1:]
    )


def _are_hexadecimal_names(row: Cells, below: Sequence[Cells]) -> bool:
    """``frame,0x100,0x200`` above columns without hexadecimal numbers."""
    places = [place for place, cell in enumerate(row) if is_hexadecimal(cell)]
    body = [cells for cells in below[:BODY] if len(cells) == len(row)]
    return bool(places and body) and not any(
        is_hexadecimal(cells[place]) for cells in body for place in places
    )


def _are_values_as_names(row: Cells, below: Sequence[Cells], classes: str) -> bool:
    """A name of the first column, which has numbers or times, and rising decimals: ``time,400.5,410.5,420.5``."""
    fewest = 3 if classes[0] == "t" else 4  # above dates, two numbers suffice
    if not below or len(row) < fewest or cell_class(row[0]) != "x" or classes[0] not in "nt":
        return False
    if not all(map(has_fraction, row[1:])):
        return False
    values = [float(cell.replace(",", ".")) for cell in row[1:]]
    return all(low < high for low, high in pairwise(values))


def has_fraction(cell: str) -> bool:
    """A number with decimals."""
    return (is_number(cell) or is_number(cell, ",")) and not is_integer(cell)


def _has_values_only(row: Cells, width: int) -> bool:
    """A complete row of only numbers and times: never names."""
    return len(row) == width and all(cell_class(cell) in "nte" for cell in row)
