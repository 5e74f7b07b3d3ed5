"""Decimal commas in a file whose delimiter is a comma too: ``1,5,2,25`` may be two numbers instead of four."""

from __future__ import annotations

import re
from itertools import chain, pairwise

from services.ingest.plan import DATES, ColumnKind, ReadingPlan

_FEWEST, _MANY = 5, 40  # rows
_DIFFERENT_DIGITS = 8
_DIGITS = re.compile(r"\d+", re.ASCII)
_EVEN_STEPS = 1e-6  # relative difference of steps


def doubt_split_decimals(plan: ReadingPlan, names: int, cells: list[list[str]]) -> None:
    """Add a doubt about pairs of columns that could be whole numbers and their decimals.

    So look second columns whose cells have one number of digits: with zeros in front, next to numbers of another
    length, always 5 (halves), or if the first pair rises in equal steps.
    In many rows, so do a column of all digits, and digits without a zero at their end.

    Args:
        names: the number of names above the table; 0 if it has none.
        cells: the first rows, by column.
    """
    if plan.delimiter != "," or plan.header or plan.options.decimal:
        return
    first = 1 if plan.columns[0].kind in DATES else 0
    columns = plan.columns[first:]
    if len(columns) < 2 or len(columns) % 2 or len(cells[0]) < _FEWEST:
        return
    if any(column.kind not in (ColumnKind.INTEGER, ColumnKind.EMPTY) or column.via for column in columns):
        return
    wholes, decimals = ([cells[column.index] for column in columns[start::2]] for start in (0, 1))
    if not all(_DIGITS.fullmatch(cell.strip()) for column in decimals for cell in column):
        return
    named = names == first + len(wholes)
    if not named and not _are_decimals(wholes, decimals):
        return
    shown = f"{cells[first][0].strip()},{cells[first + 1][0].strip()}"
    plan.doubt(
        f"“{shown}” and the like are read as two columns; if they are numbers with decimal commas, write them with "
        "points or in quotation marks, and add the file again."
    )


def _are_decimals(wholes: list[list[str]], decimals: list[list[str]]) -> bool:
    """Whether numbers of one length look like the decimals of those left of them."""
    lengths = [len({len(cell.strip()) for cell in column}) for column in decimals]
    if max(lengths) > 1:
        return len(decimals[0]) >= _MANY and not any(
            cell.strip()[1:].endswith("0") for cell in chain(*decimals)
        )
    if all(len(set(column)) == 1 for column in decimals):
        return {cell.strip().rstrip("0") for cell in chain(*decimals)} == {"5"}  # halves
    if len(decimals) == 1 and len(decimals[0]) >= _MANY and len({*decimals[0]}) >= _DIFFERENT_DIGITS:
        return True
    if any(len(cell) > 1 and cell.startswith("0") for column in decimals for cell in column):
        return True
    if _rises_evenly(wholes[0], decimals[0]):
        return True
    return len(wholes) > 1 and any(len({*map(len, column)}) > 1 for column in wholes)


def _rises_evenly(whole: list[str], decimals: list[str]) -> bool:
    """Whether the numbers rise in equal steps, and their decimals begin again."""
    values = [float(f"{left.strip()}.{right.strip()}") for left, right in zip(whole, decimals, strict=True)]
    steps = [after - before for before, after in pairwise(values)]
    restarts = any(int(before) > int(after) for before, after in pairwise(decimals))
    even = all(abs(step - steps[0]) <= _EVEN_STEPS * abs(values[-1] - values[0]) for step in steps)
    return restarts and even and steps[0] > 0
