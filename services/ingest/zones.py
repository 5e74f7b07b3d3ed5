"""UTC offsets in the times of a file."""

from __future__ import annotations

from services.ingest.blocks import Block
from services.ingest.parse import texts
from services.ingest.plan import Column, ReadingPlan
from services.ingest.spellings import ENDS_WITH_ZONE, SEVERAL_ZONES, ZONE_NAME, offset_of_name
from services.timeseries.clock import offset_text


def collect_zones(plan: ReadingPlan, block: Block, column: Column, rows: int) -> None:
    """Add the offsets in ``block``, as written, to ``plan.zones``."""
    if len(plan.zones) == 1 and _all_in(plan, block, column, rows, next(iter(plan.zones))):
        return
    for cell in texts(plan, block, column):
        match = ENDS_WITH_ZONE.search(cell) or ZONE_NAME.search(cell)
        if match:
            plan.zones.add(match[0].strip())


def _all_in(plan: ReadingPlan, block: Block, column: Column, rows: int, zone: str) -> bool:
    """Quick test on the bytes: whether as many cells end with ``zone`` as there are rows."""
    last = column.index == len(plan.columns) - 1
    end = (b"\r\n" if plan.newline == "\r\n" else b"\n") if last else plan.delimiter.encode()
    return block.text.count(zone.encode() + end, 0, block.size) == rows


def display_zone(plan: ReadingPlan) -> str:
    """The zone of the file, or UTC with a note if its offsets change."""
    names = {zone.strip("[]() "): offset for zone in plan.zones if (offset := offset_of_name(zone))}
    for name, offset in sorted(names.items()):
        plan.note(f"“{name}” is read as {offset}.")
        if name.upper() in SEVERAL_ZONES:
            plan.doubt(
                f"“{name}” is read as {offset}, the zone in North America; if it is another one, write its offset from "
                "UTC and add the file again."
            )
    offsets = {
        offset_text("Z" if zone.upper() in {"UTC", "GMT", "Z"} else zone) for zone in plan.zones - {*names}
    }
    offsets = {*offsets, *names.values()} if names else offsets
    if len(offsets) > 1:
        plan.note(
            f"The offset from UTC changes in the file ({', '.join(sorted(offsets))}); times are shown in UTC."
        )
        return "UTC"
    offset = next(iter(offsets), "+00:00")
    return "UTC" if offset == "+00:00" else offset
