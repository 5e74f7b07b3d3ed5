"""The visible part of a recording, as bytes the plot can use without parsing."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, request

from components.urls import CONFIDENCE_RULE, SAMPLE_RULE, WINDOW_RULE
from services.errors import Invalid, NotFound
from services.recordings.source_text import source_text
from services.timeseries import Store, candles, encode, sample_ticks, window
from services.web.container import Services

MOST_TICKS = 100


def register(server: Flask, services: Services) -> None:
    """Add the three routes.

    ``GET /window/<recording>?from=&to=&px=&channels=0,1``: a view (axis units; see ``services.timeseries.window``).
    With ``&ticks=8`` also where about so many round sample numbers are, with ``&candles=1,2,3,4`` (open, high, low,
    close) the candles, with ``&moments=0`` mean and standard deviation of whole channels.
    ``GET /sample/<recording>?x=``: the sample nearest to a position, so that a mark shows what will be labelled.
    With ``&channels=0,1`` also their values, and the text of time and values as the source has them.
    ``GET /confidence/<recording>?from=&to=&px=``: how sure the newest run was, as ``/window``; its header has ``run``,
    the id of the run, null where there is none (and no series then).
    """

    @server.get(WINDOW_RULE)
    def send_window(recording: int) -> Response:
        store = services.recordings.store(recording)
        view = number("from"), number("to"), max(1, int(number("px")))
        part, columns = window(store, *view, _channels("channels")), _channels("candles")
        price = candles(store, *view, columns) if columns else None
        body = encode(part, price, **_more(store, *view[:2]))
        return Response(body, mimetype="application/octet-stream", headers={"Cache-Control": "no-store"})

    @server.get(SAMPLE_RULE)
    def send_sample(recording: int) -> dict[str, Any]:
        store = services.recordings.store(recording)
        index = store.nearest(number("x"))
        sample = {"index": index, "x": float(store.x_of(index)), "text": store.time_text(index)}
        channels = _channels("channels")
        return sample if channels is None else sample | _values(store, index, channels)

    @server.get(CONFIDENCE_RULE)
    def send_confidence(recording: int) -> Response:
        view = number("from"), number("to"), max(1, int(number("px")))
        found = services.runs.confidence(recording)
        if found:
            body = encode(window(found[1], *view), run=found[0])
        else:
            body = encode(window(services.recordings.store(recording), *view, []), run=None)
        return Response(body, mimetype="application/octet-stream", headers={"Cache-Control": "no-store"})


def _more(store: Store, low: float, high: float) -> dict[str, Any]:
    """What is asked for beside the points: round sample numbers, mean and standard deviation of channels."""
    more: dict[str, Any] = {}
    if "ticks" in request.args:
        more["ticks"] = sample_ticks(store, low, high, _ticks())
    for channel in _channels("moments") or []:
        pair = store.moments(channel)
        more.setdefault("moments", {})[channel] = pair if math.isfinite(pair[0]) else None
    return more


def _values(store: Store, index: int, channels: list[int]) -> dict[str, Any]:
    """Values of one sample, null where missing; its source text, null when the source is not at hand."""
    if any(not 0 <= channel < len(store.info.channels) for channel in channels):
        raise Invalid("This recording has no such channel.")
    numbers = [store.channel(channel)[index].item() for channel in channels]
    try:
        source = asdict(source_text(store, index, channels))
    except NotFound:
        source = None
    return {"values": [number if math.isfinite(number) else None for number in numbers], "source": source}


def number(name: str) -> float:
    """The finite number of that name in the address.

    Raises:
        Invalid: there is none.
    """
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Invalid(f"“{name}” must be a number.")
    return value


def _ticks() -> int:
    return min(MOST_TICKS, max(1, int(number("ticks"))))


def _channels(name: str) -> list[int] | None:
    text = request.args.get(name)
    if text is None:
        return None
    try:
        return [int(part) for part in text.split(",") if part]
    except ValueError:
        raise Invalid(f"“{name}” must be channel numbers with commas between.") from None
