"""Columns that may be the time, and how well each orders the samples."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from services.ingest.cells import is_missing, is_missing_word
from services.ingest.kinds import epoch_unit
from services.ingest.names import DURATIONS, sounds_like_time, time_unit, tokens
from services.ingest.plan import DATES, NUMBERS, Column, ColumnKind, ReadingPlan
from services.ingest.spellings import (
    CLOCK_ZONED,
)
from services.ingest.timejoin import TELLS
from services.ingest.timevalues import Cells, values_of

TIMES = DATES | {ColumnKind.EPOCH}
YEARS = frozenset({"year", "yyyy", "yyy", "yy", "yr", "jahr", "année", "año", "anno"})
_UNITS_AS_NAMES = frozenset({"min", "mins", "minutes", "hr", "hrs", "hours"})
_STORED = frozenset(  # when a row was written, not when its value was measured
    (
        *("create", "update", "insert", "upload", "export"),
        *("created", "creation", "received", "inserted", "updated", "modified"),
        *("uploaded", "exported", "ingested", "processed"),
    )
)
_HALF_DAY = 43_200e9  # nanoseconds: a clock that goes back by more passes midnight
STEADY = 0.8  # minimum share of steps in one direction for numbers to be times


@dataclass(frozen=True)
class _Candidate:
    column: Column
    strength: (
        int  # 0 date named like time, 1 number named like time, 2 other date, 3 number with a hint of time
    )
    rising: float  # share of increasing or of decreasing steps, whichever is greater
    moves: bool
    steady: float  # share of non-decreasing or of non-increasing steps

    @property
    def rank(self) -> tuple[bool, bool, float, bool, int, bool, bool, bool, int]:
        name = self.column.name.strip("<>").lower()
        late = bool(_STORED & tokens(self.column.name))
        zoned = self.column.kind is ColumnKind.INSTANT or bool({"utc", "gmt"} & tokens(self.column.name))
        clock = self.column.spelling is not None and self.column.spelling.is_clock
        return (
            not self.moves,
            clock and self.steady < 1,
            -round(self.rising, 1),
            late,
            self.strength,
            clock,
            name == "t",
            not zoned,
            self.column.index,
        )


def best_candidate(plan: ReadingPlan, cells: Cells) -> Column | None:
    """The column that is most likely the time; None if no column may be."""
    candidates = [candidate for column in plan.columns if (candidate := _candidate(plan, column, cells))]
    if not candidates and plan.options.unit:  # the user chose a unit: an increasing column is the time
        numbers = [column for column in plan.columns if column.kind in {ColumnKind.INTEGER, ColumnKind.FLOAT}]
        rising = [measured(plan, column, 3, cells) for column in numbers]
        candidates = [candidate for candidate in rising if candidate.moves and candidate.rising > 0.99]
    return min(candidates, key=lambda candidate: candidate.rank).column if candidates else None


def _candidate(plan: ReadingPlan, column: Column, cells: Cells) -> _Candidate | None:
    exact = time_unit(column.name, column.unit) is not None
    if column.name == "T" and column.kind in NUMBERS:
        exact = False  # more likely a temperature
    if column.spelling is CLOCK_ZONED and not column.parts:
        return None
    if column.kind in TIMES:
        hints = exact or sounds_like_time(column.name, column.unit) or bool(column.parts)
        hints = hints or (column.index == 0 and _is_unnamed(plan, column))
        elapsed = column.spelling is not None and column.spelling.is_elapsed
        return measured(plan, column, 2 if not hints else int(elapsed), cells)
    if column.kind not in {ColumnKind.INTEGER, ColumnKind.FLOAT}:
        return None
    exact = exact or bool(column.parts)
    in_unit = column.via == "quantity" and time_unit("time", column.suffix) in DURATIONS
    if column.via not in {"", "spelt"} and not (
        exact and (in_unit or column.via in {",", ".", "grouped", "labelled"})
    ):
        return None
    if exact:
        return measured(plan, column, 1, cells)
    if any(is_missing(cell) or is_missing_word(cell) for cell in cells[column.index]):
        return None
    if "year" in tokens(column.name) or column.name.lower() in YEARS:
        return _year_candidate(plan, column, cells)
    return _hinted(plan, column, cells)


def _year_candidate(plan: ReadingPlan, column: Column, cells: Cells) -> _Candidate | None:
    """Years, possibly with a fraction, that increase in every row."""
    values, candidate = values_of(plan, column, cells), measured(plan, column, 3, cells)
    rises = candidate.rising == 1 and len(values) > 2
    numbered = column.name.lower() in YEARS and len(values) >= TELLS  # also before Christ
    return candidate if rises and (numbered or 1500 <= min(values) <= max(values) < 2200) else None


def _hinted(plan: ReadingPlan, column: Column, cells: Cells) -> _Candidate | None:
    """Numbers whose name contains a word for time, or Unix times in a table without names."""
    hints, instants = sounds_like_time(column.name, column.unit), are_epochs(plan, column, cells)
    hints = hints or _is_named_by_unit(plan, column)
    if instants and (hints or not plan.header or _is_unnamed(plan, column)):
        candidate = measured(plan, column, 1 if hints else 2, cells)
        return candidate if candidate.steady > STEADY else None
    if hints:
        candidate = measured(plan, column, 3, cells)
        return candidate if candidate.steady > 0.99 and candidate.rising > STEADY else None
    return None


def _is_named_by_unit(plan: ReadingPlan, column: Column) -> bool:
    """A column ``min`` that is no minimum, or ``hours``; ``HR`` is a heart rate."""
    if column.name.strip() == "HR":
        return False
    names = {other.name.strip().lower() for other in plan.columns}
    return column.name.strip().lower() in _UNITS_AS_NAMES and not names & {"max", "mean", "avg", "average"}


def _is_unnamed(plan: ReadingPlan, column: Column) -> bool:
    """A column without a name next to others with names, as data frames write their index."""
    return plan.header and bool(re.fullmatch(r"column \d+", column.name))


def are_epochs(plan: ReadingPlan, column: Column, cells: Cells) -> bool:
    """Whether the values of the sample may be Unix times in one unit."""
    values = values_of(plan, column, cells)
    return bool(values) and epoch_unit(min(values), max(values), None) is not None


def measured(plan: ReadingPlan, column: Column, strength: int, cells: Cells) -> _Candidate:
    """How steadily the values of a column rise or fall; ``strength``: of its name, 0 is the strongest."""
    values = values_of(plan, column, cells)
    steps = [after - before for before, after in pairwise(values)]
    up, down = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    if column.spelling is not None and column.spelling.is_clock and not column.spelling.is_elapsed:
        midnights = sum(step < -_HALF_DAY for step in steps), sum(step > _HALF_DAY for step in steps)
        passed = midnights[0] if up >= down else -midnights[1]
        up, down = up + passed, down - passed
    count = max(len(steps), 1)
    return _Candidate(column, strength, max(up, down) / count, up + down > 0, 1 - min(up, down) / count)
