"""Table detection: lines above the table, column names, units, first data row.

Files begin with titles, settings, several header rows, rows of units or nothing. One rule finds the data: the class of
a column (number, time, switch, text) is that of most of its cells in rows of the usual length, and the data begins with
the first row whose cells have the classes of their columns. The rows directly above are names and units.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from services.ingest.cells import (
    MISSING_WORDS,
    cell_class,
    is_hexadecimal,
    is_integer,
    is_missing_word,
    is_number,
    is_switch,
    quantity,
)
from services.ingest.declared import attribute_rows, declared_names, is_name_key, names_with_attributes
from services.ingest.headcells import (
    could_be_names,
    has_mostly_units,
    has_rates,
    has_units,
    is_bracketed,
    is_split_off,
    is_unit,
    naming,
    spanned_names,
    unit_of,
)
from services.ingest.headrate import (
    is_per_sample,
    is_spike2_start,
    rate_in,
    rate_in_head,
    unclear_rate_in_head,
)
from services.ingest.headstart import HeadStart, start_in
from services.ingest.localtext import QUOTE_SIGNS
from services.ingest.names import split_unit, time_unit

BODY = 200  # rows used to determine the classes of columns
ROWS_THAT_TELL = 2  # with fewer rows below the first, its cells cannot be recognised as names
LEAST_CONSTANT = 20  # rows with the same value that tell a row of codes above them
MOST_HEAD = 4  # at most so many rows of names, units and remarks above the data
_MARKS = "#%;*"  # comment signs
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
_FOOTER = re.compile(
    r"(?:sub|grand )?total|sum(?:mary|me|ma)?\b|suma\b|somme\b|insgesamt|gesamt\b|mittelwert|moyenne|promedio|"
    r"average|mean\b|min\b|max\b|std|count\b|end\b|eof|[-=*#]{2,}",
    re.IGNORECASE,
)
_ROWS = re.compile(
    r"\(?\d[\d,]* rows?(?: (?:affected|selected|fetched|returned|in set)\b.*)?[.)]*", re.IGNORECASE
)
_WORDS_OF_COUNT = 6  # 30 rows in set (0.00 sec)
_COMMENTED_KEY = re.compile(r"\s*[#%]+\s*([A-Za-z][\w ]*?)\s*[:=]")
_NUMBERED_COMMENT = re.compile(r"[#%;*]+\d+")
_KEY_AND_VALUE = re.compile(r"[#%;*]+\w+[=:]\S+")  # #SIZE=30, #UNITS:mV
_LABELS = re.compile(
    r"(?:labels?|channels?|columns?|fields?)\s*:=?\s+(?=\S|$)", re.IGNORECASE
)  # names follow


# Names without cells below them: empty remarks, and settings with their values in the next row.
_SPARE_NAMES = frozenset({"", "|", "comment", "comments", "remark", "remarks", "notes", "start", "increment"})

# First cells of rows with an attribute of each series, and of the row with its unit.
_UNIT_ATTRIBUTES = frozenset({"einheit", "unit", "units"})
_REMARKS = _UNIT_ATTRIBUTES | {"comment", "comments", "kommentar", "remark", "remarks"}
_ATTRIBUTES = _UNIT_ATTRIBUTES | {
    *(
        "comment",
        "decimals",
        "dimension",
        "frequency",
        "frequenz",
        "kommentar",
        "last update",
        "last updated",
    ),
    *("quelle", "source", "stand vom", "titel", "title", "unit multiplier"),
}
_FIELDS = frozenset(
    {"day", "hour", "minute", "second", "days", "hours", "minutes", "seconds"}
)  # are names too
_WAVEFORM = frozenset(("t0", "dt", "delta t", "delta_t", "x0", "delta x", "delta_x"))
_SETTING_CELL = re.compile(r"\s*[A-Za-z]\w{0,12}\s*=\s*[-+\d.]+(?:[eE][-+]?\d+)?\s*")  # tInc = 1e-06
_SECTION = re.compile(
    r"(?:wave ?form|curve|trace|raw|sample|measurement) data:?|\[(?:wave ?form |curve )?data\]", re.IGNORECASE
)
_DATA = re.compile(r"@?data:?|\[data\]|\*+\s?end(?:[ _]of[ _]head(?:er)?)?\s?\*+", re.IGNORECASE)

_VALUES = "ntbl"  # classes of cells with a value

Cells = list[str]


@dataclass(frozen=True)
class Head:
    """Metadata in the lines above the data."""

    rate: float | None = None  # samples per second
    unit: str | None = None  # of a table with one column
    decimal: str | None = None  # the decimal sign
    start: HeadStart | None = None  # date and clock of the first sample
    missing: tuple[str, ...] = ()  # numbers that mean a missing value
    unclear: tuple[str, float] | None = None  # an interval between samples in an unknown unit


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
    if not any(kind in _VALUES for kind in classes):
        return None
    first = _first_row(rows, classes, blank)
    if first is None:
        return None
    names, units, top = _header(rows, first, classes, blank)
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


def _fit(row: Cells, classes: str) -> float | None:
    """Share of cells with the class of their column, among columns of numbers, times and switches.

    None for a row with another number of cells, or without such cells.
    """
    if len(row) != len(classes):
        return None
    seen = [
        (cell_class(cell), expected)
        for cell, expected in zip(row, classes, strict=True)
        if expected in _VALUES
    ]
    seen = [(actual, expected) for actual, expected in seen if actual != "e"]
    return sum(actual == expected for actual, expected in seen) / len(seen) if seen else None


def _first_row(rows: Sequence[Cells], classes: str, blank: Collection[int]) -> int | None:
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
            and not _is_of_head(row)
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
    if not place and all(map(str.strip, rows[place])) and any(map(_has_fraction, rows[place])):
        return False  # a sample at the begin of the file
    below_names = place > 0 and naming(rows[place - 1]) > 1 and _names_all(rows[place - 1], classes)
    for row in rows[place + 1 : place + MOST_HEAD]:
        if row in rows[:place]:
            return False
        valued = [cell for cell, kind in zip(row, classes, strict=False) if kind in _VALUES and cell.strip()]
        named = len(row) == len(classes) and len({cell for cell in valued if cell_class(cell) == "x"}) > 1
        if named and _fit(row, classes) == 0:
            return not below_names or has_units([cell.strip() for cell in row])
    return False


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
    if len(row) != len(classes) or _is_of_head(row) or _is_named_by_clock(row, classes):
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
    return dated or (_fit(row, classes) or 0) > 0.5 or any(map(_has_fraction, row))


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
        cell_class(cell) == "e" or (classes[place] == "x" and cell in _column(place, below, len(row)))
        for place, cell in enumerate(row)
    )


def _column(place: int, rows: Sequence[Cells], width: int) -> set[str]:
    """Cells of a column, from rows with the number of cells of the table."""
    return {row[place] for row in rows if len(row) == width}


def _is_below_names(rows: Sequence[Cells], place: int) -> bool:
    """Whether a row of only delimiters is a sample with missing values: all columns are named above it."""
    names = next((row for row in reversed(rows[:place]) if any(map(str.strip, row))), [])
    return len(names) == len(rows[place]) > 1 and all(cell_class(cell) == "x" for cell in names)


def _is_ruled(row: Cells) -> bool:
    """A line of dashes below names, or one of the formats of the columns (``15s``, ``20d``, ``14n``)."""
    filled = [cell.strip() for cell in row if cell.strip()]
    if len(filled) > 1 and all(re.fullmatch(r"\d+[sdnSDN]", cell) for cell in filled):
        return {cell[-1] for cell in filled} not in ({"s"}, {"S"})
    return bool(filled) and all(re.fullmatch(r"[-=:+]{3,}", cell) for cell in filled)


def _is_of_head(row: Cells) -> bool:
    """A row that is never data: dashes, formats, or a setting such as ``Range=``, ``10 V``."""
    return (
        _is_ruled(row)
        or is_spike2_start(row)
        or is_waveform_setting(row)
        or (len(row) > 1 and row[0].strip().endswith("=") and len(row[0].strip()) > 1)
    )


def is_waveform_setting(row: Cells) -> bool:
    """The start or the interval of each channel, as LabVIEW writes them: ``dt,0.1,0.1``."""
    return (
        len(row) > 1
        and row[0].strip().rstrip(":=").lower() in _WAVEFORM
        and "x" not in map(cell_class, row[1:])
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
    valued = [place for place in named if classes[place] in _VALUES]
    if any(classes[place] == "e" and row[place].strip() for place in named):
        return True
    if valued:
        return any(cell_class(cells[place]) != "e" for cells in body[:5] for place in valued)
    fractions = [sum(_has_fraction(cells[place]) for cells in body) for place in range(len(row))]
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
    if not below or len(row) < MOST_HEAD or cell_class(row[0]) != "x" or classes[0] not in "nt":
        return False
    if not all(map(_has_fraction, row[1:])):
        return False
    values = [float(cell.replace(",", ".")) for cell in row[1:]]
    return all(low < high for low, high in pairwise(values))


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

    ``400,410,420`` or ``place,2019,2020`` above decimals; ``1,2,Quality`` where no cell below is ``Quality``.
    """
    row = rows[table.first]
    if table.names is None and _differs_from_constants(row, rows[table.first + 1 :][:BODY]):
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
        cell in words and cell in _column(place, body, len(row)) for place, cell in enumerate(row)
    ):
        return True
    places = [place for place, cell in enumerate(row) if is_integer(cell)]
    return all(sum(_has_fraction(cells[place]) for cells in body) > 0.8 * len(body) for place in places)


def _differs_from_constants(row: Cells, below: Sequence[Cells]) -> bool:
    """Whether a row of numbers differs in several columns that are constant below it, such as codes of the columns."""
    body = [cells for cells in below if len(cells) == len(row)]
    if len(body) < LEAST_CONSTANT or not all(is_integer(cell) for cell in row):
        return False
    constant = [{cells[place] for cells in body} for place in range(len(row))]
    return (
        sum(len(values) == 1 and cell not in values for cell, values in zip(row, constant, strict=True)) > 1
    )


def _has_fraction(cell: str) -> bool:
    """A number with decimals."""
    return (is_number(cell) or is_number(cell, ",")) and not is_integer(cell)


def _has_values_only(row: Cells, width: int) -> bool:
    """A complete row of only numbers and times: never names."""
    return len(row) == width and all(cell_class(cell) in "nte" for cell in row)


def _header(
    rows: Sequence[Cells], first: int, classes: str, blank: Collection[int]
) -> tuple[Cells | None, list[str | None], int]:
    """Names and units above ``first``, and the index of their first row."""
    if (attributed := names_with_attributes(rows, first, len(classes))) is not None:
        return attributed
    about = _attributes(rows, first, len(classes))
    block, top, named = _rows_of_head(rows, first - len(about), classes, blank)
    none: list[str | None] = [None] * len(classes)
    if not block:
        if names := declared_names(rows[:first], len(classes)):
            return names, none, first
        return _names_of_samples(rows[:first], len(classes), first)
    if named is None:
        named = max(range(len(block)), key=lambda place: (*_rank(block[place], classes), place))
    measured = next((row for place, row in enumerate(block) if place != named and has_units(row)), None)
    units = none if measured is None else [unit_of(cell.strip()) for cell in measured]
    if measured is None:
        units = _other_units(block[named + 1 :], about) or none
    names = spanned_names(block) or _unique_names(block, named)
    for row in reversed(block[:named]):
        if row is not measured and sum(map(bool, row)) > 1 and naming(row) > 1:
            names = [name or cell for name, cell in zip(names, row, strict=True)]
    for row in block[named + 1 :]:
        if row is measured:
            break
        if row[0] and not any(row[1:]):
            names[0] = row[0]  # the name of the index column is in a separate row
        names = [name or cell for name, cell in zip(names, row, strict=True)]
    names[0] = _name_of_first(names[0], block[named + 1 :])
    return names, units, top


def _name_of_first(name: str, below: Sequence[Cells]) -> str:
    """Name of the first column, instead of the name of the line such as ``ChannelTitle=`` and ``Channel name``."""
    if name.endswith("="):
        return ""
    times = [row[0] for row in below if time_unit(row[0], None) is not None]
    return times[0] if times and is_name_key(name) else name


def _other_units(below: Sequence[Cells], about: Sequence[Cells]) -> list[str | None] | None:
    """Units of some columns in a row below the names, or in a row of attributes; None without one."""
    for row in about:
        if row[0].strip().lower() in _UNIT_ATTRIBUTES:
            return [None, *(unit_of(cell.strip()) for cell in row[1:])]
    rows = filter(has_mostly_units, below)
    return next(([unit_of(cell) if is_unit(cell) else None for cell in row] for row in rows), None)


def _attributes(rows: Sequence[Cells], first: int, width: int) -> list[Cells]:
    """Rows above the data with one attribute of each series, named by a word in their first cell; two or more rows.

    Statistical offices write them below the names of the series: ``unit;USD``, ``last update;2023-02-13``.
    """
    attributes: list[Cells] = []
    while len(attributes) < first:
        row = rows[first - len(attributes) - 1]
        if len(row) != width or width < 2 or row[0].strip().rstrip(":").lower() not in _ATTRIBUTES:
            break
        attributes.insert(0, row)
    return attributes if len(attributes) > 1 else []


def is_section(row: Cells, width: int) -> bool:
    """The title of the data below settings, once for each series (``Waveform Data,,``): no name of a column."""
    filled = {cell.strip() for cell in row if cell.strip()}
    return 1 < len(row) <= width + 1 and len(filled) == 1 and all(map(_SECTION.fullmatch, filled))


def _names_of_samples(
    head: Sequence[Cells], width: int, first: int
) -> tuple[Cells | None, list[str | None], int]:
    """Names that a line ``SAMPLES`` gives to columns without names, as eye trackers write it: time, then position and
    pupil of each eye, then what the line names (EyeLink user manual, “ASC file format”). None without that line."""
    row = next((row for row in reversed(head) if row and row[0].strip() == "SAMPLES"), [])
    words = {word for cell in row for word in cell.split()}
    eyes = [eye for eye in ("LEFT", "RIGHT") if eye in words]
    none: list[str | None] = [None] * width
    if not eyes:
        return None, none, first
    names = ["time"]
    for prefix, parts in (("", ("x", "y", "pupil")), ("VEL", ("x velocity", "y velocity"))):
        for eye in eyes if not prefix or prefix in words else ():
            names += [part if len(eyes) == 1 else f"{part} {eye.lower()}" for part in parts]
    names += ["x resolution", "y resolution"] if "RES" in words else []
    names += ["input"] if "INPUT" in words else []
    if len(names) > width:
        return None, none, first
    return [*names, *[""] * (width - len(names))], ["ms", *none[1:]], first


def _rows_of_head(
    rows: Sequence[Cells], first: int, classes: str, blank: Collection[int]
) -> tuple[list[Cells], int, int | None]:
    """Rows of names, units and remarks above the data, padded to the width of the table; the index of the first in
    ``rows``; and the place in them of names above a blank line."""
    width, spare = len(classes), len(classes) - len(classes.rstrip("e"))
    block: list[Cells] = []
    top = first
    below = -1  # rows below the names above a blank line
    for place in range(first - 1, max(0, first - MOST_HEAD) - 1, -1):
        row = rows[place]
        numbered = first in blank and any(map(is_number, row))
        if not block and (numbered or is_section(row, width) or is_setting_line(row)):
            break
        if (
            has_rates(row)
            or is_waveform_setting(row)
            or _is_between(row, width if block else 0)
            or (not block and _is_below_dated(rows, place, classes))
        ):
            continue
        if block and _is_apart(rows, place, block, blank):
            break
        if block and place + 1 in blank and not has_units(row):
            below = len(block)
        if block and _has_data(row) and _names_columns(block):
            break  # of another table
        cells = _uncommented(row, width)
        if not block and (_is_remark(rows, place, width) or (len(cells) < width and has_units(cells))):
            continue  # or units of some columns only
        filled = [cell for cell in cells if cell.strip()]
        if not _may_name(cells, width, spare) or (len(cells) == 1 and (width > 1 or _is_sentence(cells[0]))):
            break
        if len(cells) > width and cells[0].rstrip().endswith((":", "=")):
            break  # a setting with several values
        if not block and len(filled) == 1 < width and cells[0].strip() and _is_sentence(cells[0]):
            break  # a setting: Battery Voltage: 4.03,,
        if block and _is_setting(cells, classes) and _is_setting(block[0], classes):
            block = block[1:]
            break
        block.insert(0, [_unquoted(cell) for cell in (cells + [""] * width)[:width]])
        top = place
    return block, top, len(block) - 1 - below if below >= 0 else None


def is_setting_line(row: Cells) -> bool:
    """A comment with the rate or another number (``; Sample Rate 8000``, ``; Channels 2``), or the start of Spike2."""
    words = " ".join(row).split()
    if words and words[0].startswith("@"):
        return True  # a command of Grace
    if len(words) > 1 and words[0].endswith("=") and sum(word.endswith("=") for word in words) > 1:
        return True  # NPTS= 4000, DT= .005 SEC
    if not words or words[0][:1] not in _MARKS:
        return is_spike2_start(row)
    if len(row) > 2 and _NUMBERED_COMMENT.fullmatch(row[0].strip()) and row[1].rstrip().endswith(":"):
        return True  # #1, Recorder:, X
    if len(words) == 1 and _KEY_AND_VALUE.fullmatch(words[0]):
        return True
    numbers = [place for place, word in enumerate(words) if is_number(word)]
    return rate_in(" ".join(words)) is not None or (len(words) > 2 and numbers == [len(words) - 1])


def _is_apart(rows: Sequence[Cells], place: int, block: list[Cells], blank: Collection[int]) -> bool:
    """Whether a blank line or the end of comments separates a row from the header ``block`` below it."""
    row = rows[place]
    if place + 1 in blank:
        return not is_split_off(_uncommented(row, len(block[0])), block)
    return is_comment(row) and not is_comment(rows[place + 1])


def _is_below_dated(rows: Sequence[Cells], place: int, classes: str) -> bool:
    """A row of delimiters below names of all columns with data, in a table with dates: no sample lacks its time."""
    if (
        place == 0
        or "t" not in classes
        or len(rows[place]) != len(classes)
        or any(map(str.strip, rows[place]))
    ):
        return False
    above = rows[place - 1]
    return len(above) == len(classes) and all(
        kind == "e" or cell_class(cell) == "x" for cell, kind in zip(above, classes, strict=True)
    )


def _is_between(row: Cells, width: int) -> bool:
    """A row without words between names and data: dashes, a comment sign, or ``width`` empty cells."""
    if len(row) == 1 and row[0].strip():
        return row[0].strip() in _MARKS or _is_ruled(row)
    return _is_ruled(row) or (len(row) == width > 1 and not any(map(str.strip, row)))


def _rank(row: Cells, classes: str) -> tuple[bool, int, bool, int, int, int, bool]:
    """Rank of a row above the data as the row of column names; names of columns without data do not count."""
    shown = [cell for cell, kind in zip(row, classes, strict=True) if kind != "e"]
    filled = [cell for cell in shown if cell]
    words = sum(cell_class(cell) == "x" for cell in filled)
    units = sum(is_unit(cell) and cell.lower() not in _FIELDS for cell in filled)
    remark = (row[0].rstrip(":").lower() in _REMARKS and any(row[1:])) or is_bracketed(row)
    return not remark, naming(shown), units * 2 <= len(filled), -units, words, len(filled), bool(row[0])


def _unique_names(block: list[Cells], named: int) -> Cells:
    """The names in a row, joined with those of the row above or below if that makes more names unique."""
    names = list(block[named])
    if len({name for name in names if name}) == len([name for name in names if name]):
        return names
    for other in sorted(range(len(block)), key=lambda place: abs(place - named)):
        if other == named or has_units(block[other]) or naming(block[other]) < 2:
            continue
        upper, lower = sorted((other, named))
        both = [" ".join(filter(None, pair)) for pair in zip(block[upper], block[lower], strict=True)]
        if len(set(both)) > len(set(names)):
            return both
    return names


def _unquoted(cell: str) -> str:
    """``Elapsed time`` of ``'Elapsed time'``."""
    text = cell.strip()
    return text[1:-1].strip() if len(text) > 2 and {text[0], text[-1]} <= QUOTE_SIGNS else text


def _may_name(cells: Cells, width: int, spare: int) -> bool:
    """Whether a row above the data has as many cells as the data, except for empty columns and remarks at its end."""
    if not any(cell.strip() for cell in cells):
        return False
    return width - spare <= len(cells) and all(
        cell.strip().lower() in _SPARE_NAMES or is_number(cell) or _SETTING_CELL.fullmatch(cell)
        for cell in cells[width:]
    )


def _has_data(row: Cells) -> bool:
    """Whether at least half of the cells are numbers or times."""
    kinds = [cell_class(cell) for cell in row if cell.strip()]
    values = sum(kind in "nt" for kind in kinds)
    return values > 1 and values * 2 >= len(kinds)


def _names_columns(block: Sequence[Cells]) -> bool:
    """Whether a row of ``block`` has two names or more that are not units."""
    return any(naming(row) > 1 and not has_units(row) for row in block)


def _is_remark(rows: Sequence[Cells], place: int, width: int) -> bool:
    """A remark in one cell, below a row with a different name for each of several columns."""
    text = rows[place][0].strip() if len(rows[place]) == 1 else ""
    names = [cell.strip() for cell in rows[place - 1]] if place else []
    named = 1 < width == len(names) == len(set(names)) and all(cell_class(name) in "xb" for name in names)
    return named and (text.startswith(("(", "[")) or " " in text)


def _is_setting(row: Cells, classes: str) -> bool:
    """``Samples;24`` above a table: one name and one number."""
    filled = [cell for cell in row if cell.strip()]
    return len(filled) == 2 and not is_number(filled[0]) and is_number(filled[1]) and classes[0] in _VALUES


def _is_sentence(cell: str) -> bool:
    return bool(re.search(r"[:=]\s|---", cell))


def _uncommented(row: Cells, width: int) -> Cells:
    """A row without the comment sign in its first cell."""
    if not row or row[0].strip()[:1] not in _MARKS or not row[0].strip():
        filled = [cell for cell in row if cell.strip()]
        return filled if len(row) > width == len(filled) else row  # two tabs between the names
    plain = _LABELS.sub("", row[0].strip().lstrip(_MARKS).strip() + " ").strip()
    cells = row[1:] if not plain and len(row) > width else [plain, *row[1:]]
    return cells[1:] if len(cells) > width and _LABELS.fullmatch(f"{cells[0].strip()} ") else cells


def is_footer(row: Cells, width: int) -> bool:
    """A total, a comment, or text with no or too few cells next to it."""
    first = row[0].strip() if row else ""
    if is_row_count(row):
        return True
    if len(row) == width and first[:1].isdigit():
        return False  # neither a word nor a comment
    kind = cell_class(first)
    if kind == "l":  # Total time = 2.5
        return len(row) < width and not any(map(is_number, row[1:]))
    if kind != "x":
        return False
    if is_comment_row(row, width):
        return True
    return _FOOTER.match(first) is not None or (len(row) < width and not any(map(is_number, row[1:])))


def setting_keys(comments: Iterable[str]) -> frozenset[str]:
    """Names of the settings in lines of comment: ``name`` of ``# name: v``."""
    matches = (_COMMENTED_KEY.match(text) for text in comments)
    return frozenset(match[1].strip().lower() for match in matches if match)


def is_row_count(row: Cells) -> bool:
    """``(30 rows affected)``, as databases write below a table."""
    if not row or len(row) > _WORDS_OF_COUNT or row[-1][-1:].isdigit():
        return False
    return _ROWS.fullmatch(" ".join(row).strip()) is not None


def is_comment_row(row: Cells, width: int) -> bool:
    """A comment, also among data: ``# pause``, but neither ``#1`` nor a row of ``width`` cells that begins with a word
    for missing, such as ``####``."""
    if not is_comment(row) or is_number(row[0].strip().lstrip("#%")):
        return False
    is_data = (
        len(row) == width and is_missing_word(row[0]) and any(cell_class(cell) != "x" for cell in row[1:])
    )
    return not is_data


def is_comment(row: Cells) -> bool:
    """Whether the line begins with a comment sign that is not part of a word for missing, such as ``#DIV/0!``."""
    first = row[0].strip() if row else ""
    return first.startswith(("#", "%")) and first.casefold() not in MISSING_WORDS


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
