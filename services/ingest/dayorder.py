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
from services.ingest.reading_options import DATES, any_order
from services.ingest.spellings import order_of, possible_orders

_NUMBERS = r"^\s*(?P<A>\d\d?)[./-]\s?(?P<B>\d\d?)[./-]\s?(?P<Y>\d+)"


def resolve_order(source: Path, plan: ReadingPlan) -> None:
    """Determine the order of day and month of the time column from the whole file; if undecided, count rows.

    A wrong guess would shift times by months. If several orders fit, the time is left out, with a doubt that asks the
    user to choose.
    """
    time = plan.time
    if time is None or not time.needs_order:
        return
    orders = _orders_in_file(source, plan, time)
    if len(orders) != 1:
        _leave_out(plan, time, orders or list(DATES))
        return
    time.order = orders[0]
    for block in plan.blocks[1:]:
        block[0].order = time.order


def _orders_in_file(source: Path, plan: ReadingPlan, time: Column) -> list[str]:
    """The orders that fit the whole file; the first one that a number decides, or all that are possible."""
    largest = [0, 0, 0]
    short = False
    for block in Blocks(source, plan):
        written = texts(plan, block, time)
        if not "".join(written).isascii():
            written = list(map(plain_time, written))
        cells = pc.extract_regex(pa.array(written), _NUMBERS)
        cells = cells.filter(cells.is_valid())  # without totals and other headers
        if not len(cells):
            continue
        short = short or pc.any(pc.less_equal(pc.utf8_length(cells.field("Y")), 2)).as_py() is True
        largest = [max(high, _largest(cells.field(name))) for high, name in zip(largest, "ABY", strict=True)]
        if order := order_of(largest[0], largest[1], largest[2] if short else None):
            return [order]
    if not largest[0]:
        return list(DATES)  # digits only
    return possible_orders(largest[0], largest[1], largest[2] if short else None)


def _largest(numbers: pa.Array) -> int:
    largest: int | None = pc.max(numbers.cast(pa.int64())).as_py()
    return largest or 0


def _leave_out(plan: ReadingPlan, time: Column, orders: list[str]) -> None:
    plan.time = None
    for part in time.parts[1:]:
        plan.columns[part].reason = f"part of a time whose order is not known (see “{shorten(time.name)}”)"
    time.skip("no time that can be read without guessing: is the day or the month first?")
    plan.doubt(
        f"“{shorten(time.name)}” can be read {any_order(orders)}, so rows are counted instead of times; "
        "choose the order of its dates with “Read it differently”.",
        {words.capitalize(): {"dates": order} for order, words in DATES.items() if order in orders},
    )
