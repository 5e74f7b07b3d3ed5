"""Reading a file differently: what can be chosen, what would come of it, doing it, how far it is."""

from __future__ import annotations

from typing import Any

from flask import Flask

from components.urls import READING_JOB_RULE, READING_PREVIEW_RULE, READING_RULE
from routes.bodies import json_object
from services.errors import RefusedFile
from services.ingest.reading_options import ReadingOptions, WrongOption, zone_names
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Add the routes.

    ``GET /reading/<recording>``: what was said and what can be. ``POST …/preview`` with options: the first
    rows, or ``{"error", "field"}``. ``POST /reading/<recording>`` with ``{"options", "drop"}`` begins, and
    answers as ``GET /reading/<recording>/<job>`` does: state, sentence, progress. ``DELETE`` there stops it.
    """
    rereading = services.rereading

    @server.get(READING_RULE)
    def reading(recording: int) -> dict[str, Any]:
        running = rereading.running(recording)
        said = rereading.said(recording).to_json()
        return {"said": said, "running": running and running.to_json(), "zones": zone_names()}

    @server.post(READING_PREVIEW_RULE)
    def reading_preview(recording: int) -> dict[str, Any]:
        try:
            return rereading.preview(recording, ReadingOptions.from_json(_body()))
        except WrongOption as wrong:
            return {"error": str(wrong), "field": wrong.field}
        except RefusedFile as refusal:
            return {"error": str(refusal), "field": ""}

    @server.post(READING_RULE)
    def read_again(recording: int) -> dict[str, Any]:
        body = _body()
        try:
            options = ReadingOptions.from_json(body.get("options"))
            return rereading.start(recording, options, body.get("drop") is True).to_json()
        except WrongOption as wrong:
            return {"state": "refused", "sentence": str(wrong), "field": wrong.field}

    @server.get(READING_JOB_RULE)
    def reading_result(recording: int, job: str) -> dict[str, Any]:
        return rereading.result(recording, job).to_json()

    @server.delete(READING_JOB_RULE)
    def stop_reading(recording: int, job: str) -> dict[str, Any]:
        return {"stopped": rereading.cancel(recording, job)}


def _body() -> dict[str, Any]:
    return json_object("How a file is to be read comes as names and values.")
