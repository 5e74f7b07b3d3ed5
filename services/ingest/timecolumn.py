"""Which column is the time."""

from __future__ import annotations

from services.ingest.cells import shorten
from services.ingest.kinds import UNIT_DIGITS, epoch_unit
from services.ingest.names import time_unit
from services.ingest.plan import DATES, NUMBERS, Column, Kind, Plan
from services.ingest.reading_options import WrongOption

_TIMES = DATES | {Kind.EPOCH}
SINCE_1970 = "unix "  # before a unit: Unix time in it


def choose_time(plan: Plan) -> None:
    """Set ``plan.time`` where it is told, or the name or the first rows decide it; leave out further dates.

    By name first (dates before numbers, ``t`` last), else the first column of dates. A column of numbers
    without such a name can only be the time if it rises over the whole file: see ``finish``.

    Raises:
        WrongOption: what was told about the time does not go with this file.
    """
    named = [column for column in plan.columns if _named(column)]
    dates = [column for column in plan.columns if column.kind in _TIMES]
    if plan.options.time is not None or plan.options.counts_rows:
        plan.time = _told(plan)
    else:
        plan.time = min(named, key=_rank) if named else next(iter(dates), None)
    for column in dates:
        if column is not plan.time and column.kind is Kind.EPOCH:
            column.kind = Kind.FLOAT
        elif column is not plan.time:
            column.skip("a further column of times" if plan.time else "a column of times")
    _check_told(plan)


def _told(plan: Plan) -> Column | None:
    if plan.options.counts_rows:
        return None
    name = plan.options.time
    column = next((one for one in plan.columns if one.name == name), None)
    if column is None:
        raise WrongOption(
            "time", f"There is no column “{shorten(str(name))}” when the file is read like this."
        )
    if column.kind in {Kind.SKIPPED, Kind.EMPTY}:
        reason = column.reason or "there is no value in its first rows"
        raise WrongOption("time", f"“{column.name}” cannot be the time: {reason}.")
    return column


def _check_told(plan: Plan) -> None:
    """See that zone and unit go with the time column, and read it in that unit."""
    unit, time = plan.options.unit, plan.time
    if plan.options.zone and (time is None or time.kind is not Kind.DATE):
        what = (
            "The times of this file have their zone"
            if time and time.kind is Kind.INSTANT
            else "There are no dates"
        )
        raise WrongOption("zone", f"{what}; leave this as found, or choose another time column.")
    if unit and time and time.kind in DATES:
        raise WrongOption("unit", "The time column has dates, not numbers; leave this as found.")
    if unit and plan.options.counts_rows:
        raise WrongOption("unit", "There is no time column; leave this as found.")
    if unit and time and unit.startswith(SINCE_1970):
        time.kind, time.scale = Kind.EPOCH, UNIT_DIGITS[unit.removeprefix(SINCE_1970)]
    elif unit and time and time.kind is Kind.EPOCH:
        time.kind = Kind.FLOAT


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
