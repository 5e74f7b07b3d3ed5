"""Description of a recording: JSON values for the browser, and text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from math import isfinite
from typing import Any

from dash import html
from dash.development.base_component import Component

from components import channel_look
from components.parts import button
from services.ingest.read_as import read_as
from services.ingest.reading_options import DECIMALS, DELIMITERS
from services.timeseries import ChannelInfo, Reading, StoreInfo, TimeInfo, TimeKind, durations
from services.timeseries.clock import offset_seconds
from services.wording import counted

DATES = (TimeKind.DATETIME, TimeKind.NAIVE)


def describe(
    identity: int, path: str, info: StoreInfo, reading: str = "", look: Any = None
) -> dict[str, Any]:
    """Description of a recording for the plot; times are axis units (ms since 1970 or the number).

    ``reading``: changes when the file is read differently; ``look``: stored look of recordings of its shape.
    """
    seconds = durations.in_seconds(info.time, 1.0)
    return {
        "id": identity,
        "path": path,
        "reading": reading,
        "rows": info.rows,
        "kind": str(info.time.kind),
        "zone": info.time.zone,
        "offset": offset_seconds(info.time.zone) * 1000,
        "unit": info.time.unit,
        "time_options": "".join(_time_option(**form) for form in time_forms(info.time, bool(seconds))),
        "first": info.time.first,
        "last": info.time.last,
        "step": info.time.step,
        "uniform": info.time.uniform,
        "seconds": seconds,
        "channels": [_channel(channel) for channel in info.channels],
        "look": channel_look.drawn(
            channel_look.valid_look(info.channels, bool(seconds), look), info.channels
        ),
        "shape": shape(info),
        "summary": summary(info),
        "doubts": list(info.reading.doubts),
        "remedies": [words for words, _ in info.reading.remedies],
    }


def _channel(channel: ChannelInfo) -> dict[str, Any]:
    low, high = (value if isfinite(value) else None for value in (channel.minimum, channel.maximum))
    return {"name": channel.name, "unit": channel.unit, "low": low, "high": high}


def shape(info: StoreInfo) -> str:
    """Key of files with the same display settings: channels, units, and kind of time."""
    columns = [[channel.name, channel.unit] for channel in info.channels]
    return hashlib.sha256(json.dumps([info.time.kind, columns]).encode()).hexdigest()[:16]


def time_forms(time: TimeInfo, seconds: bool) -> list[dict[str, str]]:
    """The forms in which times can be shown, the file's own first: their names, words and, in ``off``, why not.

    ``{zone}`` in the words of a form is the zone of the browser. ``seconds``: an axis unit has a known length.
    """
    name, zone = time.name or "time", time.zone or "UTC"
    if time.kind is TimeKind.ROW:
        own = "row"
    elif time.kind in DATES:
        own = f"{name} ({'no zone' if time.kind is TimeKind.NAIVE else zone})"
    else:
        own = f"{name} [{time.unit}]" if time.unit and time.unit not in name else name
    forms = [{"name": "file", "words": own}]
    if time.kind in DATES:
        off = {"off": "the file has no time zone"} if time.kind is TimeKind.NAIVE else {}
        if off or zone != "UTC":
            forms.append({"name": "utc", "words": f"{name} (UTC)", **off})
        forms.append({"name": "local", "words": f"{name} (here: {{zone}})", **off})
    if seconds:
        forms.append({"name": "elapsed", "words": "seconds since the start"})
    if time.kind is not TimeKind.ROW:
        forms.append({"name": "samples", "words": "sample number"})
    return forms


def _time_option(name: str, words: str, off: str = "") -> str:
    """HTML of a form of times in the menu of the plot."""
    more = ' disabled=""' if off else ""
    return f'<option value="{name}"{more}>{escape(f"{words}: {off}" if off else words)}</option>'


def summary(info: StoreInfo) -> str:
    """How the file was read, and its extent: ``time: time_s in s · 3 channels · 5,000 rows · 10 s · 500 Hz``."""
    time = info.time
    parts = [read_as(info), counted(info.rows, "row")]
    seconds = durations.in_seconds(time, time.last - time.first)
    if seconds is not None:
        parts.append(durations.text(seconds))
        step = durations.in_seconds(time, time.step)
        if step:
            parts.append(f"{1 / step:.4g} Hz" if step < 1 else f"every {durations.text(step)}")
    return " · ".join(parts)


_OPTION_NAMES = {
    "time": "time column",
    "dates": "order of day and month",
    "zone": "zone",
    "unit": "unit of the time",
    "rate": "sampling rate",
    "start": "start of the times",
    "delimiter": "delimiter",
    "decimal": "decimal sign",
    "header": "first line",
    "encoding": "encoding",
    "begins": "where the table begins",
    "units_row": "row of units",
    "series": "channels named by a column",
    "tables": "tables next to each other",
    "missing": "words for missing",
    "units": "units of channels",
}


def facts(
    path: str, info: StoreInfo, sha256: str, history: Mapping[str, Any] | None = None
) -> list[tuple[str, Any]]:
    """Facts about the reading for the details dialog, with a button for each other reading of a doubt.

    ``history``: the reading as stored, with the user's options.
    """
    time, reading = info.time, info.reading
    rows: list[tuple[str, Any]] = [
        ("File", path),
        ("Size", f"{info.size_bytes:,} bytes"),
        ("SHA-256", sha256),
        ("Rows", f"{info.rows:,}"),
        ("Read as", read_as(info)),
        *(("Please check", doubt) for doubt in reading.doubts),
        *(
            [("", remedy_buttons([words for words, _ in reading.remedies], "details"))]
            if reading.remedies
            else ()
        ),
        ("Time", _time_fact(info)),
        ("Order", _order_fact(reading)),
    ]
    if time.gaps:
        rows.append(("Gaps", f"{time.gaps:,} steps longer than three times the median"))
    rows += [
        ("Encoding", reading.encoding),
        (
            "Columns separated by",
            DELIMITERS[reading.delimiter],
        ),
        ("Decimal sign", DECIMALS[reading.decimal]),
        ("Header", "first line" if reading.header else "none: columns are numbered"),
    ]
    if history:
        rows.append(
            (
                "Options set by you",
                ", ".join(words for name, words in _OPTION_NAMES.items() if name in history),
            )
        )
    rows += [(f"Channel {channel.name}", _channel_fact(channel)) for channel in info.channels]
    rows += [(f"Left out: {column}", reason) for column, reason in reading.skipped]
    rows += [("Note", note) for note in reading.notes]
    return rows


def remedy_id(number: Any, place: Any) -> dict[str, Any]:
    """The button of a doubt that reads the file with other options; ``place``: "details" or "line" (below the name)."""
    return {"type": "details-remedy", "remedy": number, "place": place}


def remedy_buttons(descriptions: Sequence[str], place: str) -> Component:
    """A button for each other reading that doubts offer."""
    in_line = place == "line"
    look: dict[str, Any] = {"size": "sm", "outline": True, "color": "primary"}
    look["className"] = f"me-2 {'py-0' if in_line else 'mb-1'}"
    rows = enumerate(descriptions)
    buttons = [button(remedy_id(number, place), "sliders", words, **look) for number, words in rows]
    more: dict[str, Any] = {"style": {"maxWidth": "70%"}} if in_line else {}
    return html.Div(buttons, className="overflow-x-auto flex-shrink-0", **more)


def _order_fact(reading: Reading) -> str:
    if reading.series:
        return f"Rows with equal times form one sample, with a channel for each name in “{reading.series}”."
    if reading.tables:
        return f"The rows of {reading.tables} tables next to each other are joined by time."
    return "Rows were sorted by time for display." if reading.sorted else "Rows are in time order."


def _time_fact(info: StoreInfo) -> str:
    time = info.time
    if time.kind == TimeKind.ROW:
        return "no time column: row numbers"
    if time.name is None:
        return f"no time column: row numbers, {1 / time.step:g} per second"
    kind = {
        TimeKind.DATETIME: f"dates with zone {time.zone}",
        TimeKind.NAIVE: "dates without a zone, taken as UTC when saved",
        TimeKind.NUMERIC: f"numbers{f' in {time.unit}' if time.unit else ''}",
    }[time.kind]
    step = durations.in_seconds(time, time.step)
    every = (
        f", usually every {durations.text(step)}"
        if step
        else f", usual step {time.step:g}"
        if time.step
        else ""
    )
    return f"column “{time.name}”, {kind}{every}{', evenly spaced' if time.uniform else ''}"


def _channel_fact(channel: ChannelInfo) -> str:
    parts = [f"{channel.minimum:g} to {channel.maximum:g}"]
    if channel.unit:
        parts[0] += f" {channel.unit}"
    parts.append(channel.dtype)
    if channel.missing:
        parts.append(f"{channel.missing:,} missing")
    return ", ".join(parts)
