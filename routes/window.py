"""The visible part of a recording, as bytes the plot can use without parsing."""

from __future__ import annotations

import math

from flask import Flask, Response, request

from components.urls import SAMPLE_RULE, WINDOW_RULE
from services.container import Services
from services.errors import Invalid
from services.timeseries import encode, window


def register(server: Flask, services: Services) -> None:
    """Add the two routes.

    ``GET /window/<recording>?from=&to=&px=&channels=0,1``: a view (axis units; see ``services.timeseries.window``).
    ``GET /sample/<recording>?x=``: the sample nearest to a position, so that a mark shows what will be labelled.
    """

    @server.get(WINDOW_RULE)
    def send_window(recording: int) -> Response:
        store = services.recordings.store(recording)
        pixels = max(1, int(_number("px")))
        part = window(store, _number("from"), _number("to"), pixels, _channels())
        return Response(
            encode(part), mimetype="application/octet-stream", headers={"Cache-Control": "no-store"}
        )

    @server.get(SAMPLE_RULE)
    def send_sample(recording: int) -> dict[str, float | int | str]:
        store = services.recordings.store(recording)
        index = store.nearest(_number("x"))
        return {"index": index, "x": float(store.x_of(index)), "text": store.time_text(index)}


def _number(name: str) -> float:
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Invalid(f"“{name}” must be a number.")
    return value


def _channels() -> list[int] | None:
    text = request.args.get("channels")
    if text is None:
        return None
    try:
        return [int(part) for part in text.split(",") if part]
    except ValueError:
        raise Invalid("“channels” must be channel numbers with commas between.") from None
