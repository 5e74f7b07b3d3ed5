"""Which column is the time."""

from __future__ import annotations

from services.ingest.kinds import UNIT_DIGITS, epoch_unit
from services.ingest.names import time_unit
from services.ingest.plan import DATES, NUMBERS, Column, Kind, Plan

_TIMES = DATES | {Kind.EPOCH}


def choose_time(plan: Plan) -> None:
    """Set ``plan.time`` where the name or the first rows decide it, and leave out further columns of dates.

    By name first (dates before numbers, ``t`` last), else the first column of dates. A column of numbers
    without such a name can only be the time if it rises over the whole file: see :func:`rising_time`.
    """
    named = [column for column in plan.columns if _named(column)]
    dates = [column for column in plan.columns if column.kind in _TIMES]
    plan.time = min(named, key=_rank) if named else next(iter(dates), None)
    for column in dates:
        if column is not plan.time and column.kind is Kind.EPOCH:
            column.kind = Kind.FLOAT
        elif column is not plan.time:
            column.skip("a further column of times")


def _named(column: Column) -> bool:
    if time_unit(column.name, column.unit) is None:
        return False
    if column.name == "T" and column.kind in NUMBERS:
        return False  # more likely a temperature; it is the time all the same if it rises throughout
    return column.kind in _TIMES or column.kind in {Kind.INTEGER, Kind.FLOAT}


def _rank(column: Column) -> tuple[bool, bool, int]:
    return column.kind not in _TIMES, column.name.lower() == "t", column.index


def instant_unit(column: Column, low: float, high: float) -> str | None:
    """Unit of Unix time that the numbers of a time column are in; None when they are plain numbers."""
    return epoch_unit(low, high, time_unit(column.name, column.unit) or column.unit)


def unit_factor(unit: str) -> int:
    """Nanoseconds in one ``unit``."""
    return int(10 ** UNIT_DIGITS[unit])
