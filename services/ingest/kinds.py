"""What kind of column the first rows show: numbers, dates, Unix time or text."""

from __future__ import annotations

import re
from itertools import pairwise

from services.ingest.cells import (
    is_grouped,
    is_integer,
    is_missing,
    is_number,
    is_surely_grouped,
    shorten,
    time_form,
)
from services.ingest.names import time_unit
from services.ingest.plan import Column, Kind, Plan

MOSTLY = 0.9
_DATE_LIKE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b.*|\d{1,2}:\d\d(?::\d\d.*)?")
_ORDER_OPEN = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]")
_FIRST, _LAST = 315_532_800, 4_133_980_800  # 1980 and 2101, in seconds
UNIT_DIGITS = {"s": 9, "ms": 6, "us": 3, "ns": 0}  # decimals down to the nanosecond

Cells = list[tuple[int, str]]  # line, text


def classify(plan: Plan, column: Column, cells: Cells) -> None:
    """Set the kind of ``column`` from its first ``cells``.

    Raises:
        RefusedFile: most of its numbers have thousands separators.
    """
    present = [(line, text) for line, text in cells if not is_missing(text)]
    if not present:
        return
    texts = [text for _, text in present]
    forms = [form for text in texts if (form := time_form(text, plan.options.dates))]
    numbers = sum(1 for text in texts if is_number(text, plan.decimal))
    if numbers >= MOSTLY * len(texts):
        column.kind = _number_kind(plan, column, texts)
    elif len(forms) * 2 > len(texts):
        zoned = sum(1 for zone, _ in forms if zone)
        column.kind = Kind.INSTANT if zoned * 2 > len(forms) else Kind.DATE
        column.clean = any(loose for _, loose in forms)
    else:
        _refuse_grouped(plan, column, present)
        column.skip(_why_text(plan, present, numbers / len(texts)))


def _number_kind(plan: Plan, column: Column, texts: list[str]) -> Kind:
    if all(is_integer(text) for text in texts):
        return Kind.INTEGER
    if not all(is_number(text, plan.decimal) for text in texts) or not _may_be_time(plan, column, texts):
        return Kind.FLOAT
    values = [float(text.replace(",", ".")) for text in texts]
    unit = epoch_unit(min(values), max(values), time_unit(column.name, column.unit))
    if unit is None:
        return Kind.FLOAT
    column.scale = UNIT_DIGITS[unit]
    return Kind.EPOCH


def _may_be_time(plan: Plan, column: Column, texts: list[str]) -> bool:
    """Named like time; or rising from row to row, with no column named like time; or said to be."""
    if plan.options.time is not None or plan.options.counts_rows:
        return column.name == plan.options.time
    if time_unit(column.name, column.unit) is not None:
        return True
    if any(time_unit(other.name, other.unit) is not None for other in plan.columns):
        return False
    values = [float(text.replace(",", ".")) for text in texts]
    return all(low < high for low, high in pairwise(values))


def epoch_unit(low: float, high: float, named: str | None) -> str | None:
    """Unit in which all numbers from ``low`` to ``high`` are Unix times between 1980 and 2100.

    ``named`` is the unit that the name gives, or ``""``, or None; another one than the numbers show means
    that they are no Unix times.
    """
    for unit, digits in UNIT_DIGITS.items():
        factor = 10 ** (9 - digits)
        if low >= _FIRST * factor and high < _LAST * factor:
            return unit if not named or named == unit else None
    return None


def _refuse_grouped(plan: Plan, column: Column, cells: Cells) -> None:
    grouped = [(line, text) for line, text in cells if is_grouped(text)]
    numbers = sum(1 for _, text in cells if is_number(text, plan.decimal) and not is_grouped(text))
    if len(grouped) + numbers >= MOSTLY * len(cells) and grouped:
        line, text = next(((i, t) for i, t in grouped if is_surely_grouped(t)), grouped[0])
        raise grouped_number(plan, column, line, text)


def grouped_number(plan: Plan, column: Column, line: int, text: str) -> Exception:
    """The error for ``1,234.5``."""
    what = f"“{shorten(text)}” has thousands separators; write numbers without them and add the file again."
    return plan.refuse(what, line, column)


def _why_text(plan: Plan, cells: Cells, share: float) -> str:
    odd_line, odd = next((line, text) for line, text in cells if not is_number(text, plan.decimal))
    if all(_DATE_LIKE.fullmatch(text.strip()) for _, text in cells):
        order = "say whether the day or the month is first, or " if _ORDER_OPEN.match(odd.strip()) else ""
        return (
            f"“{shorten(odd)}” is no time that can be read without guessing; {order}write 2023-12-25 02:50:00"
        )
    if share > 0.5:
        return f"only {share:.0%} of its first cells are numbers, “{shorten(odd)}” in line {odd_line} is not"
    return f"text, not numbers (“{shorten(odd)}” in line {odd_line})"
