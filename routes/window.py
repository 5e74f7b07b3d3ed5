"""Window of a recording for the plot, in a binary format."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, request

from components.urls import CONFIDENCE_RULE, SAMPLE_RULE, WINDOW_RULE
from services.errors import Invalid, NotFound
from services.recordings.source_text import source_text
from services.timeseries import Candles, Store, Window, candles, encode, ticks_by_sample, time_ticks, window
from services.web.container import Services

MOST_TICKS = 100
SCALES = ("z", "one")


def register(server: Flask, services: Services) -> None:
    """Register the three routes.

    ``GET /window/<recording>?from=&to=&px=&channels=0,1``: a view (axis units; see ``services.timeseries.window``).
    ``&ticks=8&form=samples&zone=UTC``: about that many round ticks in that format of time (see
    ``services.timeseries.time_ticks``); ``&candles=1,2,3,4`` (open, high, low, close): candles; ``&z=0&one=1``:
    offsets and units of channels on these scales (``Store.scale``). ``&axis=samples``: a time axis without gaps, on
    which ``from``, ``to`` and all x are sample numbers; so for ``/confidence``.
    ``GET /sample/<recording>?x=``: the sample nearest to a position, so that a mark shows the labelled sample.
    ``&channels=0,1``: also their values, and the source text of time and values.
    ``GET /confidence/<recording>?from=&to=&px=``: confidence of the newest run, in the format of ``/window``; the
    header has ``run``, the id of the run, or null without one (and no series then).
    """

    @server.get(WINDOW_RULE)
    def send_window(recording: int) -> Response:
        store = services.recordings.store(recording)
        drawn = on_axis(store)
        view = number("from"), number("to"), max(1, int(number("px")))
        part, columns = window(drawn, *view, _channels("channels")), _channels("candles")
        price = candles(drawn, *view, columns) if columns else None
        body = encode(part, price, badge=decimation(part, price), **_more(store, *view[:2]))
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
        confidence = services.runs.confidence(recording)
        if confidence:
            body = encode(window(on_axis(confidence[1]), *view), run=confidence[0])
        else:
            body = encode(window(services.recordings.store(recording), *view, []), run=None)
        return Response(body, mimetype="application/octet-stream", headers={"Cache-Control": "no-store"})


def on_axis(store: Store) -> Store:
    """The store over the axis in the query string: times, or samples."""
    return store.by_sample if request.args.get("axis") == "samples" else store


def decimation(part: Window, price: Candles | None) -> dict[str, str] | None:
    """Badge with the number of samples per drawn point or candle: text and title; None for 1."""
    count = round(price.samples if price else part.samples_per_point)
    if count == 1:
        return None
    if price:
        title = (
            f"Each candle has {count:,} samples: their first open, highest high, lowest low and last close."
        )
    else:
        title = f"Minimum and maximum of every {count:,} samples are drawn."
    return {"textContent": f"1 : {count:,}", "title": title}


def _more(store: Store, low: float, high: float) -> dict[str, Any]:
    """Optional data: ticks of the time axis, scales of channels."""
    more: dict[str, Any] = {}
    if "ticks" in request.args:
        more["ticks"] = _ticks(store, (low, high))
    for scale in SCALES:
        for channel in _channels(scale) or []:
            more.setdefault("scales", {})[channel] = store.scale(channel, scale)
    return more


def _values(store: Store, index: int, channels: list[int]) -> dict[str, Any]:
    """Values of a sample, null if missing; its source text, null if the source is missing."""
    if any(not 0 <= channel < len(store.info.channels) for channel in channels):
        raise Invalid("This recording has no such channel.")
    numbers = [store.channel(channel)[index].item() for channel in channels]
    try:
        source = asdict(source_text(store, index, channels))
    except NotFound:
        source = None
    return {"values": [number if math.isfinite(number) else None for number in numbers], "source": source}


def number(name: str) -> float:
    """A finite number in the query string.

    Raises:
        Invalid: missing or malformed.
    """
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Invalid(f"“{name}” must be a number.")
    return value


def _ticks(store: Store, view: tuple[float, float]) -> dict[str, Any]:
    most = min(MOST_TICKS, max(1, int(number("ticks"))))
    try:
        ticks = ticks_by_sample if on_axis(store) is not store else time_ticks
        return ticks(store, request.args.get("form", "samples"), request.args.get("zone", "UTC"), view, most)
    except (KeyError, ValueError):
        raise Invalid("There is no such time zone.") from None


def _channels(name: str) -> list[int] | None:
    text = request.args.get(name)
    if text is None:
        return None
    try:
        return [int(part) for part in text.split(",") if part]
    except ValueError:
        raise Invalid(f"“{name}” must be channel numbers with commas between.") from None
