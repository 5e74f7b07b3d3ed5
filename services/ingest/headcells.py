"""Cells of the rows above a table: units, formats of times, names; and names above a blank line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from services.ingest.cells import cell_class, is_number
from services.ingest.names import UNIT_WORD, split_unit, time_unit

_NO_UNIT = frozenset({"", "-", "1", "ts", "rn", "none", "unitless", "n/a"})  # in a row of units
_BRACKETED = re.compile(r"\[[^\[\]]{1,12}\]")
_RATE = re.compile(r"[\d.,]+\s?(?:[kM]?Hz|[kM]?S/s|sps)")

Cells = list[str]


def naming(row: Cells) -> int:
    """Number of different names in a row."""
    return len({cell for cell in row if cell and not is_number(cell)})


def has_units(row: Cells) -> bool:
    """Whether a row above the data has units."""
    filled = [cell for cell in row if cell]
    return bool(filled) and (is_bracketed(row) or all(is_unit(cell) for cell in filled))


def is_bracketed(row: Cells) -> bool:
    """Whether all cells are in square brackets: ``[UTC],[V]``."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return len(filled) > 1 and all(map(_BRACKETED.fullmatch, filled))


def has_rates(row: Cells) -> bool:
    """Whether all cells are rates: ``1925.9 Hz`` for each channel."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return len(filled) > 1 and all(map(_RATE.fullmatch, filled))


def is_format(cell: str) -> bool:
    """Description of a time format: ``hh:mm:ss.mmm``; not ``m/s`` or ``mm/d``."""
    text = _bare(cell)
    if "/" in text and "y" not in text.lower() and "dd" not in text.lower():
        return False
    return bool(re.fullmatch(r"[hHmMsSyYdDf]{1,4}(?:[:./ -]+(?:[hHmMsSyYdDf]{1,4}|0{1,6}))+", text))


def is_unit(cell: str) -> bool:
    """A unit, a format of times, or a word for no unit."""
    if is_format(cell):
        return True
    text = _bare(cell)
    word = (
        text.lower() if len(text) > 2 else text
    )  # “Volt” is a unit like “volt”, but “M” is not, although “m” is
    return text.lower() in _NO_UNIT or any(map(UNIT_WORD.fullmatch, (text, word)))


def _bare(cell: str) -> str:
    """``V`` of ``(V)`` or ``[V]``."""
    match = re.fullmatch(r"\(([^()]*)\)|\[([^\[\]]*)\]", cell)
    return (match[1] or match[2] or "").strip() if match else cell


def unit_of(cell: str) -> str | None:
    """The unit in a cell of a row of units; None for a format of times or no unit."""
    return None if _bare(cell).lower() in _NO_UNIT or is_format(cell) else _bare(cell)


def has_mostly_units(row: Cells) -> bool:
    """Whether most cells of a row below names are units: ``unix time``, ``s``, ``m/s``."""
    filled = [cell for cell in row if cell]
    units = sum(map(is_unit, filled))
    return units > 1 and units * 2 > len(filled)


def is_split_off(row: Cells, block: Sequence[Cells]) -> bool:
    """Whether a row above a blank line belongs to the header ``block`` below the line.

    It does if only it has the names of all columns: below are units, sources or remarks. Of two rows of names, the one
    with a time is right. Two words, as of a setting, are names only with a time.
    """
    width = len(block[0])
    cells = [cell.strip() for cell in row]
    filled = [cell for cell in cells if cell]
    if (
        len(cells) != width
        or len(filled) * 2 <= width
        or any(cell_class(cell) not in "xb" for cell in filled)
    ):
        return False
    timed = has_time(cells)
    worded = [below for below in block if not (has_units(below) or (timed and has_mostly_units(below)))]
    names_below = max(map(naming, worded), default=0)
    if has_units(cells):
        return names_below < 2
    if naming(cells) < 2 or timed != any(map(has_time, worded)):
        return naming(cells) >= 2 and timed
    return width > 2 and (names_below < 2 or (names_below < naming(cells) == width))


def spanned_names(block: Sequence[Cells]) -> Cells | None:
    """Names below names that each span several columns: ``Motor,,Pump,`` above ``U,I,U,I``; None for other headers."""
    rows = [row for row in block if not has_units(row)]
    for upper, lower in pairwise(rows):
        pairs = list(zip(upper, lower, strict=True))
        below = [cell for cell in lower if cell]
        if len(below) <= sum(map(bool, upper)) or len({*below}) == len(below) or not all(map(any, pairs)):
            continue
        label, names = "", []
        for above, name in pairs:
            label = above or label
            names.append(f"{label} {name}".strip() if name else above)
            label = label if name else ""
        if len({*names}) == len(names):
            return names
    return None


def could_be_names(row: Cells, names: Cells) -> bool:
    """Whether a row above a blank line could have the names of the columns instead of ``names``."""
    cells = [cell.strip() for cell in row]
    worded = all(cell and cell_class(cell) == "x" for cell in cells)
    return worded and len(cells) == len(names) == len({*cells}) > 2 and not has_time(names)


def has_time(row: Cells) -> bool:
    """Whether a cell is the name of a time."""
    return any(time_unit(*split_unit(cell)) is not None for cell in row if cell)
