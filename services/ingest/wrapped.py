"""Tables whose lines have several samples of one channel: eight values per line, or the months of a year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, median, pstdev

from services.ingest.cells import is_number
from services.ingest.plan import NUMBERS, ReadingPlan
from services.ingest.timevalues import Cells

_FEWEST = 10  # lines
_LEAST_WIDTH = 4
_SERIES = 50  # columns
_SAMPLE = 50  # lines
_ALIKE, _APART = 1.5, 2.0  # ratios of steps
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HOUR = re.compile(r"(?=.*\D)(?:he|h|hour|hr)?[ _]?(\d{1,2})(?:[:h](?:00)?)?", re.IGNORECASE)  # HE1, 01:00
_TURNS = 0.7  # mean of a step, relative to its mean size: steps between two sensors have one sign
_MOST = 0.8
_HOURS = 24
_LONGER = 2  # a duration in the head, relative to that of the lines as samples
_NAMED = re.compile(r"sampl|points|npts|length|count|number|nsamp", re.IGNORECASE)
_DURATION = re.compile(r"(?:duration|dauer|durée)\D{0,20}?(\d+(?:\.\d+)?)(?![\d:/.-])", re.IGNORECASE)
_COUNT = re.compile(r"(?<![\d.])\d{2,9}(?![\d.]*\d)")


def doubt_wrapped(plan: ReadingPlan, head: Sequence[Sequence[str]], cells: Cells, complete: bool) -> None:
    """Add a doubt about columns that could be successive samples of one channel.

    Args:
        head: the rows above the table.
        cells: the first rows, by column.
        complete: ``cells`` are all rows of the file.
    """
    names = [column.name.lower() for column in plan.columns if column.kind in NUMBERS]
    if ends := _months(names) or _hours(names):
        plan.doubt(
            f"“{ends[0]}” to “{ends[1]}” are read as channels, with one sample for each line; if they are successive "
            "samples of one channel, write each on its own line and add the file again."
        )
        return
    if plan.header or plan.time is not None or len(plan.columns) < _LEAST_WIDTH:
        return
    if any(column.kind not in NUMBERS or column.via for column in plan.columns):
        return
    rows = list(zip(*cells, strict=True))
    if _counts_cells(plan, head, rows, complete) or (
        len(rows) >= _FEWEST
        and (_runs_on(plan, rows) or (plan.blanks and plan.rate and _are_alike(plan, rows)))
    ):
        plan.rate = None  # of samples, not of lines
        plan.doubt(
            f"Each line seems to have {len(plan.columns)} successive samples of one channel, but is read as one sample "
            f"of {len(plan.columns)} channels; write one sample per line and add the file again."
        )
    elif len(rows) >= _FEWEST and len(plan.columns) >= _SERIES and _are_series(plan, rows[:_SAMPLE]):
        plan.doubt(
            f"Each line seems to be a series of its own, but is read as one sample of {len(plan.columns)} channels; "
            "turn the table so that each line is a sample, and add the file again."
        )


def _months(names: Sequence[str]) -> tuple[str, str] | None:
    short = [name[:3] for name in names]
    return ("Jan", "Dec") if all(month in short for month in _MONTHS) else None


def _hours(names: Sequence[str]) -> tuple[str, str] | None:
    numbered = [(int(match[1]), name) for name in names if (match := _HOUR.fullmatch(name))]
    numbers = [number for number, _ in numbered]
    counted = numbers in (list(range(_HOURS)), list(range(1, _HOURS + 1)))
    return (numbered[0][1], numbered[-1][1]) if counted else None


def _counts_cells(
    plan: ReadingPlan, head: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], complete: bool
) -> bool:
    """Whether the head has the number of all cells, which are more than the lines, or a duration and a rate that give
    it."""
    if not complete:
        return False
    width = len(rows[0])
    texts = [" ".join(row) for row in head]
    numbers = {float(one) for text in texts if _NAMED.search(text) for one in _COUNT.findall(text)}
    durations = [match[1] for text in texts if (match := _DURATION.search(text))]
    timed = {float(duration) * plan.rate for duration in durations if plan.rate}
    if plan.blanks and any(number > _LONGER * len(rows) for number in timed):
        return True  # also if the file is cut
    numbers |= timed
    return len(rows) > 1 and any((len(rows) - 1) * width < number <= len(rows) * width for number in numbers)


def _are_alike(plan: ReadingPlan, rows: Sequence[Sequence[str]]) -> bool:
    """Whether all columns have about the same mean and spread, as samples of one channel have."""
    if not all(is_number(cell, plan.decimal) for row in rows for cell in row):
        return False
    columns = [[float(cell.replace(",", ".")) for cell in column] for column in zip(*rows, strict=True)]
    spreads, means = list(map(pstdev, columns)), list(map(fmean, columns))
    return 0 < max(spreads) < _ALIKE * min(spreads) and max(means) - min(means) < min(spreads)


def _are_series(plan: ReadingPlan, rows: Sequence[Sequence[str]]) -> bool:
    """Whether the lines are smooth and the columns are not, apart from the first, which may have the class."""
    if not all(is_number(cell, plan.decimal) for row in rows for cell in row):
        return False
    values = [[float(cell.replace(",", ".")) for cell in row[1:]] for row in rows]
    within = median(abs(after - before) for row in values for before, after in pairwise(row))
    down = median(
        abs(after - before)
        for above, below in pairwise(values)
        for before, after in zip(above, below, strict=True)
    )
    return down > _APART * within


def _runs_on(plan: ReadingPlan, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a line goes on where the line above ends, unlike the columns: a smooth signal in several columns."""
    if not all(is_number(cell, plan.decimal) for row in rows for cell in row):
        return False
    values = [[float(cell.replace(",", ".")) for cell in row] for row in rows]
    steps = [[after - before for before, after in pairwise(row)] for row in values]
    turning = [abs(sum(one)) <= _TURNS * sum(map(abs, one)) for one in zip(*steps, strict=True)]
    if sum(turning) < _MOST * len(turning):
        return False
    within = median(abs(after - before) for row in values for before, after in pairwise(row))
    across = median(abs(below[0] - above[-1]) for above, below in pairwise(values))
    down = median(
        abs(after - before)
        for above, below in pairwise(values)
        for before, after in zip(above, below, strict=True)
    )
    return within > 0 and across < _ALIKE * within and down > _APART * within
