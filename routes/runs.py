"""Runs of models over recordings: whether one fits, starting it, how sure it was."""

from __future__ import annotations

import math
from typing import Any

from flask import Flask, Response, jsonify, request

from components.urls import CONFIDENCE_RULE, RUNS, RUNS_FIT, RUNS_LOOK
from routes.window import number
from services.errors import Invalid
from services.inference import Asked, RunOptions
from services.timeseries import encode, window
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Add the routes.

    ``GET /runs/fit?model=&recording=&channels=1,2``: whether the model fits, on which channels, or why not.
    ``POST /runs``: ``{"model", "recordings", "options", "channels", "span": [x0, x1]}``, the last three as wanted.
    ``POST /runs/look``: the same, but nothing is started: how many files the model fits, which not, and why.
    ``POST /runs/fit``: ``{"model", "recording", "channels"}``: these are taken, and those of these names in every file.
    ``DELETE /runs/fit?model=``: the channels chosen for a model are not taken any more.
    ``GET /confidence/<recording>?from=&to=&px=``: how sure the newest run was, as ``/window``; its header has ``run``,
    the id of the run, null where there is none (and no series then).
    """

    @server.get(RUNS_FIT)
    def send_fit() -> Response:
        recording = int(number("recording"))
        text = request.args.get("channels")
        chosen = None if text is None else _channels(text.split(","))
        return jsonify(services.runs.fit(request.args.get("model", ""), recording, chosen))

    @server.post(RUNS_FIT)
    def choose_channels() -> Response:
        told = request.get_json()
        if not isinstance(told, dict) or type(told.get("recording")) is not int:
            raise Invalid("Say which channels of which file.")
        model, channels = str(told.get("model")), _channels(told.get("channels"))
        return jsonify(services.runs.choose(model, told["recording"], channels))

    @server.delete(RUNS_FIT)
    def forget_channels() -> Response:
        services.runs.forget_channels(request.args.get("model", ""))
        return jsonify({})

    @server.post(RUNS)
    def start_runs() -> Response:
        return jsonify(services.runs.start(*_asked(request.get_json())))

    @server.post(RUNS_LOOK)
    def look_at_runs() -> Response:
        return jsonify(services.runs.look(*_asked(request.get_json())))

    @server.get(CONFIDENCE_RULE)
    def send_confidence(recording: int) -> Response:
        view = number("from"), number("to"), max(1, int(number("px")))
        found = services.runs.confidence(recording)
        if found:
            body = encode(window(found[1], *view), run=found[0])
        else:
            body = encode(window(services.recordings.store(recording), *view, []), run=None)
        return Response(body, mimetype="application/octet-stream", headers={"Cache-Control": "no-store"})


def _asked(told: Any) -> tuple[list[int], Asked]:
    """What a browser wants to be run.

    Raises:
        Invalid: it makes no sense.
    """
    if not isinstance(told, dict):
        raise Invalid("Say what is to be run.")
    options = RunOptions.from_json(told.get("options"))
    channels = None if told.get("channels") is None else _channels(told["channels"])
    asked = Asked(str(told.get("model")), options, channels, _span(told.get("span")))
    return _recordings(told.get("recordings")), asked


def _channels(told: Any) -> list[int]:
    """Channel numbers.

    Raises:
        Invalid: they are none.
    """
    try:
        return [int(one) for one in told]
    except (TypeError, ValueError):
        raise Invalid("Channels are named by their numbers.") from None


def _recordings(told: Any) -> list[int]:
    if not isinstance(told, list) or not all(type(one) is int for one in told):
        raise Invalid("Say which files.")
    return told


def _span(told: Any) -> tuple[float, float] | None:
    """A stretch of time, in axis units.

    Raises:
        Invalid: it is none.
    """
    if told is None:
        return None
    sound = isinstance(told, list) and len(told) == 2 and all(isinstance(one, int | float) for one in told)
    if not sound or not all(map(math.isfinite, told)):
        raise Invalid("The visible range has two ends.")
    return min(told), max(told)
