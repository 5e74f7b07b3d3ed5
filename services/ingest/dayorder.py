"""Day-month order of dates: decided by a number above 12 in the time column, otherwise by the user."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from services.ingest.blocks import Blocks
from services.ingest.cells import shorten
from services.ingest.localtext import plain_time
from services.ingest.parse import texts
from services.ingest.plan import Column, ReadingPlan
from services.ingest.reading_options import DATES
from services.ingest.spellings import order_of

_NUMBERS = r"^\s*(?P<A>\d\d?)[./-]\s?(?P<B>\d\d?)[./-]\s?(?P<Y>\d+)"


def resolve_order(source: Path, plan: ReadingPlan) -> None:
    """Determine the order of day and month of the time column from the whole file; if undecided, count rows.

    A wrong guess would shift times by months. If both orders fit, the time is left out, with a doubt that asks the user
    to choose.
    """
    time = plan.time
    if time is None or not time.needs_order:
        return
    order = _order_in_file(source, plan, time)
    if isinstance(order, bool) or order is None:
        _leave_out(plan, time, years_are_short=order is True)
        return
    time.order = order
    for block in plan.blocks[1:]:
        block[0].order = order


def _order_in_file(source: Path, plan: ReadingPlan, time: Column) -> str | bool | None:
    """The order; None if both fit; True if years have two digits, so that the year may also be first."""
    largest = [0, 0, 0]
    short = False
    for block in Blocks(source, plan):
        written = texts(plan, block, time)
        if not "".join(written).isascii():
            written = list(map(plain_time, written))
        cells = pc.extract_regex(pa.array(written), _NUMBERS)
        if cells.null_count:
            return True  # digits only
        short = short or pc.any(pc.less_equal(pc.utf8_length(cells.field("Y")), 2)).as_py() is True
        largest = [max(high, _largest(cells.field(name))) for high, name in zip(largest, "ABY", strict=True)]
        if order := order_of(largest[0], largest[1], largest[2] if short else None):
            return order
        if short and largest[0] > 12:
            return True
    return short or None


def _largest(numbers: pa.Array) -> int:
    largest: int | None = pc.max(numbers.cast(pa.int64())).as_py()
    return largest or 0


def _leave_out(plan: ReadingPlan, time: Column, *, years_are_short: bool) -> None:
    choices = "day, month or year first" if years_are_short else "day first or month first"
    plan.time = None
    for part in time.parts[1:]:
        plan.columns[part].reason = f"part of a time whose order is not known (see “{shorten(time.name)}”)"
    time.skip("no time that can be read without guessing: is the day or the month first?")
    plan.doubt(
        f"“{shorten(time.name)}” can be read {choices}, so rows are counted instead of times; "
        "choose the order of its dates with “Read it differently”.",
        {
            words.capitalize(): {"dates": order}
            for order, words in DATES.items()
            if order != "ymd" or years_are_short
        },
    )
