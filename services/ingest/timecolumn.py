"""Choose the time column, or the columns that are joined to one."""

from __future__ import annotations

from services.ingest.cells import shorten
from services.ingest.kinds import UNIT_DIGITS, epoch_unit
from services.ingest.longtable import choose_series
from services.ingest.names import time_unit, tokens
from services.ingest.plan import DATES, Column, ColumnKind, ReadingPlan
from services.ingest.reading_options import APART, AS_FOUND, JOINED, WrongOption
from services.ingest.sideblocks import take_blocks
from services.ingest.timecandidates import TIMES, best_candidate
from services.ingest.timedoubts import (
    doubt_clock,
    doubt_numbers,
    doubt_offset,
    doubt_pair,
    doubt_second_time,
    rising_at_rate,
)
from services.ingest.timejoin import join_chosen, join_columns
from services.ingest.timevalues import Cells, values_of

SINCE_1970 = "unix "  # followed by a unit: Unix time in that unit
_ELAPSED = frozenset(("elapsed", "uptime", "boot", "runtime"))
SINCE_1989 = "fit s"  # seconds since 1989-12-31, as in Garmin's FIT


def choose_time(plan: ReadingPlan, cells: Cells) -> None:
    """Set ``plan.time`` from the user's choice, or from the names and the first rows; leave out other dates.

    Preferred are dates named like time, then numbers named like time, then other dates; among equals, the column that
    increases most. A column of numbers not named like time is never the time.

    Args:
        cells: the first rows, by column.

    Raises:
        WrongOption: the user's choice of time does not fit this file.
    """
    join_columns(plan, cells)
    if plan.options.time is not None or plan.options.counts_rows:
        plan.time = _chosen_time(plan, cells)
    else:
        plan.time = best_candidate(plan, cells)
        if plan.time is None and plan.rate is not None and plan.options == AS_FOUND:
            plan.time = rising_at_rate(plan, plan.rate, cells)
        if plan.time is None and plan.options.tables != APART:
            doubt_numbers(plan, cells)
    blocks = plan.options.time is None and not plan.options.counts_rows and take_blocks(plan, cells)
    if plan.time is not None and not blocks:
        doubt_second_time(plan, plan.time, cells)
        doubt_pair(plan, plan.time, cells)
    if plan.time is not None:
        doubt_clock(plan, plan.time, cells)
        doubt_offset(plan, plan.time, cells)
    if plan.blocks:
        _align_blocks(plan)
        return
    choose_series(plan, values_of(plan, plan.time, cells) if plan.time else [], cells)
    for column in [candidate for candidate in plan.columns if candidate.kind in TIMES]:
        if column is not plan.time and column.kind is ColumnKind.EPOCH:
            column.kind, column.reason = ColumnKind.FLOAT, ""
        elif column is not plan.time:
            column.skip("a further column of times" if plan.time else "a column of times")
    _check_options(plan)


def _align_blocks(plan: ReadingPlan) -> None:
    """Read the times of all joined tables as those of the first."""
    times = [block[0] for block in plan.blocks]
    for column in plan.columns:
        if column.kind in TIMES and column not in times:
            column.skip("a further column of times")
    kinds = {column.kind for column in times}
    if ColumnKind.EPOCH in kinds and len(kinds) > 1:
        for column in times:
            column.kind, column.scale = ColumnKind.EPOCH, max(time.scale for time in times)
    if len({column.kind in DATES for column in times}) > 1:
        raise WrongOption("tables", "The times of these tables are of different kinds; choose “one table”.")
    _check_options(plan)


def _chosen_time(plan: ReadingPlan, cells: Cells) -> Column | None:
    if plan.options.counts_rows:
        return None
    name = plan.options.time
    column = next((candidate for candidate in plan.columns if candidate.name == name), None)
    if column is None and name and JOINED in name:
        return join_chosen(plan, cells, name.split(JOINED))
    if column is None:
        raise WrongOption(
            "time", f"There is no column “{shorten(str(name))}” when the file is read like this."
        )
    if column.kind in {ColumnKind.SKIPPED, ColumnKind.EMPTY}:
        reason = column.reason or "there is no value in its first rows"
        raise WrongOption("time", f"“{column.name}” cannot be the time: {reason}.")
    return column


def _check_options(plan: ReadingPlan) -> None:
    """Check that zone and unit fit the time column, and apply the unit."""
    unit, time = plan.options.unit, plan.time
    if plan.options.zone and (time is None or time.kind is not ColumnKind.DATE):
        problem = (
            "The times of this file have their zone"
            if time and time.kind is ColumnKind.INSTANT
            else "There are no dates"
        )
        raise WrongOption("zone", f"{problem}; leave this as found, or choose another time column.")
    if unit and time and time.kind in DATES:
        raise WrongOption("unit", "The time column has dates, not numbers; leave this as found.")
    if unit and plan.options.counts_rows:
        raise WrongOption("unit", "There is no time column; leave this as found.")
    if unit and time and unit.startswith(SINCE_1970):
        time.kind, time.scale = ColumnKind.EPOCH, UNIT_DIGITS[unit.removeprefix(SINCE_1970)]
    elif unit == SINCE_1989 and time:
        time.kind, time.scale = ColumnKind.EPOCH, UNIT_DIGITS["s"]
    elif unit and time and time.kind is ColumnKind.EPOCH:
        time.kind = ColumnKind.FLOAT


# ---- candidates -----------------------------------------------------------------------------------------


# ---- times in several columns ----------------------------------------------------------------------------


def instant_unit(column: Column, low: float, high: float) -> str | None:
    """Unit of the Unix times in a time column; None for plain numbers, as in a column named like an elapsed time."""
    if _ELAPSED & tokens(column.name):
        return None
    return epoch_unit(low, high, time_unit(column.name, column.unit) or column.unit)


def unit_factor(unit: str) -> int:
    """Nanoseconds in one ``unit``."""
    return int(10 ** UNIT_DIGITS[unit])
