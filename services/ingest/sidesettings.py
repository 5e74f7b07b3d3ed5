"""Settings in columns next to the first rows of a table without names: ``Sample Interval,2e-06,,-0.005,0.02``."""

from __future__ import annotations

from itertools import pairwise

from services.ingest.cells import cell_class
from services.ingest.headrate import rate_in
from services.ingest.plan import Column, ColumnKind, ReadingPlan

_MOST_FILLED = 0.5  # share of rows with settings


def leave_out_settings(plan: ReadingPlan, cells: list[list[str]]) -> None:
    """Leave out columns of words, and of their values, that only the first rows have, and take the rate from them.

    Args:
        cells: the first rows, by column.
    """
    if plan.header:
        return
    for name, value in pairwise(plan.columns):
        filled = [bool(cell.strip()) for cell in cells[name.index]]
        count = sum(filled)
        if name.kind is not ColumnKind.SKIPPED or not 0 < count <= _MOST_FILLED * len(filled):
            continue
        if not all(filled[:count]) or not _has_settings(name, cells):
            continue
        pairs = list(zip(cells[name.index][:count], cells[value.index][:count], strict=True))
        if any(map(str.strip, cells[value.index][count:])):
            continue
        plan.rate = plan.rate or next((rate for pair in pairs if (rate := rate_in(" : ".join(pair)))), None)
        plan.note(f"Settings next to the first {count:,} rows are left out (“{pairs[0][0].strip()}”).")
        value.skip("settings of the first rows")
        plan.doubts = [doubt for doubt in plan.doubts if not doubt.startswith(f"“{value.name}” is left out")]


def _has_settings(column: Column, cells: list[list[str]]) -> bool:
    words = [cell.strip() for cell in cells[column.index] if cell.strip()]
    return len(set(words)) == len(words) and all(cell_class(word) == "x" for word in words)
