"""The names, units and other rows of a header above the first row of samples."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from services.ingest.cells import (
    cell_class,
    is_number,
)
from services.ingest.declared import declared_names, is_name_key, names_with_attributes
from services.ingest.firstrow import MOST_HEAD, VALUES, is_ruled
from services.ingest.headcells import (
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
from services.ingest.localtext import QUOTE_SIGNS
from services.ingest.names import time_unit
from services.ingest.notdata import MARKS, Cells, is_comment, is_section, is_setting_line, is_waveform_setting

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
_SETTING_CELL = re.compile(r"\s*[A-Za-z]\w{0,12}\s*=\s*[-+\d.]+(?:[eE][-+]?\d+)?\s*")  # tInc = 1e-06


def table_header(
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
        if block and (_is_apart(rows, place, block, blank) or row[0].strip() in {";", "*"}):
            break  # or a remark behind a comment sign and a blank
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
        return row[0].strip() in MARKS or is_ruled(row)
    return is_ruled(row) or (len(row) == width > 1 and not any(map(str.strip, row)))


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
    return len(filled) == 2 and not is_number(filled[0]) and is_number(filled[1]) and classes[0] in VALUES


def _is_sentence(cell: str) -> bool:
    return bool(re.search(r"[:=]\s|---", cell))


def _uncommented(row: Cells, width: int) -> Cells:
    """A row without the comment sign in its first cell."""
    if not row or row[0].strip()[:1] not in MARKS or not row[0].strip():
        filled = [cell for cell in row if cell.strip()]
        return filled if len(row) > width == len(filled) else row  # two tabs between the names
    plain = _LABELS.sub("", row[0].strip().lstrip(MARKS).strip() + " ").strip()
    cells = row[1:] if not plain and len(row) > width else [plain, *row[1:]]
    return cells[1:] if len(cells) > width and _LABELS.fullmatch(f"{cells[0].strip()} ") else cells
