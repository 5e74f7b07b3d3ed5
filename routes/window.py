"""The visible part of a recording, as bytes the plot can use without parsing."""

from __future__ import annotations

import math

from flask import Flask, Response, request

from components.urls import WINDOW_RULE
from services.container import Services
from services.errors import Invalid, NotFound
from services.timeseries import encode, window

MOST_PIXELS = 20_000


def register(server: Flask, services: Services) -> None:
    """Add ``GET /window/<recording>?from=&to=&px=&channels=0,1`` (axis units; see ``services.timeseries.window``)."""

    @server.get(WINDOW_RULE)
    def send_window(recording: int) -> Response | tuple[dict[str, str], int]:
        try:
            store = services.recordings.store(recording)
            first, last = _number("from"), _number("to")
            pixels = min(MOST_PIXELS, max(1, int(_number("px"))))
            part = window(store, first, last, pixels, _channels(len(store.info.channels)))
        except NotFound as error:
            return {"error": str(error)}, 404
        except Invalid as error:
            return {"error": str(error)}, 400
        return Response(encode(part), mimetype="application/octet-stream", headers={"Cache-Control": "no-store"})


def _number(name: str) -> float:
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Invalid(f"“{name}” must be a number.")
    return value


def _channels(count: int) -> list[int] | None:
    text = request.args.get("channels")
    if text is None:
        return None
    try:
        channels = [int(part) for part in text.split(",") if part]
    except ValueError:
        raise Invalid("“channels” must be channel numbers with commas between.") from None
    if any(not 0 <= channel < count for channel in channels):
        raise Invalid(f"This recording has channels 0 to {count - 1}.")
    return channels
