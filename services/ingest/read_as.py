"""How a file was read, in one line: shown with the file, in the upload result and on the command line."""

from __future__ import annotations

from services.ingest.reading_options import JOINED
from services.timeseries.info import StoreInfo, TimeKind
from services.wording import counted

_MOST_NAMED = 3
_LONGEST = 40


def read_as(info: StoreInfo) -> str:
    """``time: Date + Time, joined · 3 channels · left out: Quality (text) · rows sorted``."""
    reading = info.reading
    named = f" named by {reading.series}" if reading.series else ""
    parts = [_time(info), counted(len(info.channels), "channel") + named, *_left_out(reading.skipped)]
    if reading.tables:
        parts.append(f"{counted(reading.tables, 'table')} joined")
    if reading.sorted and not reading.regrouped:
        parts.append("rows sorted")
    if reading.lines_left_out:
        parts.append(f"{counted(reading.lines_left_out, 'line')} left out")
    if reading.words:
        parts.append(f"{counted(len(reading.words), 'word')} taken as missing")
    if not reading.encoding.startswith("UTF"):
        parts.append(reading.encoding)
    return " · ".join(parts)


def _time(info: StoreInfo) -> str:
    time = info.time
    if time.kind is TimeKind.ROW:
        return "no time: rows are counted"
    if time.name is None:
        return f"no time column: {info.time.step and round(_rate(info), 6):,.9g} rows a second"
    if JOINED in time.name:
        return f"time: {time.name}, joined"
    unit = f" in {time.unit}" if time.kind is TimeKind.NUMERIC and time.unit else ""
    return f"time: {time.name}{unit}"


def _rate(info: StoreInfo) -> float:
    return (1000 if info.time.kind is not TimeKind.NUMERIC else 1) / info.time.step


def _left_out(skipped: tuple[tuple[str, str], ...]) -> list[str]:
    named = [
        f"{name} ({_short(reason)})"
        for name, reason in skipped
        if not reason.startswith(("joined with", "it names the channels"))
    ]
    more = [f"{len(named) - _MOST_NAMED} more"] if len(named) > _MOST_NAMED else []
    return [f"left out: {', '.join(named[:_MOST_NAMED] + more)}"] if named else []


def _short(reason: str) -> str:
    for words, short in (
        ("text", "text"),
        ("every cell is empty", "empty"),
        ("a further column of times", "times"),
    ):
        if reason.startswith(words):
            return short
    return reason if len(reason) <= _LONGEST else reason[: _LONGEST - 1] + "…"
