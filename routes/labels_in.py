"""Files of labels, sent as forms: what would become of them, and bringing them in. Nothing of them is kept here.

::

    POST /labels-in/check   form: "plan", a JSON list of {"path", "recording"?, "replace"?, "uuid"?}, and the files
    POST /labels-in         "0", "1", … in its order → {"files": [what became of each]}
    GET  /labels-in         → {"recordings": [{"id", "path"}]}: onto which labels can be brought
    GET  /copy-labels/<id>  → {"targets": [{"id", "path", "ways"}]}: recordings of the same shape
    POST /copy-labels/<id>  {"target", "by": "sample" | "time", "uuid", "ids"?: […]} → what became of the labels
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, jsonify, request

from components.urls import COPY_LABELS_RULE, LABELS_IN
from services.errors import Invalid
from services.label_import import Given
from services.web.container import Services

MOST_FILES = 100


def register(server: Flask, services: Services) -> None:
    """Add the routes of this module to ``server``."""

    @server.post(f"{LABELS_IN}/check")
    def check_labels() -> Response:
        return jsonify(files=[report.to_json() for report in services.label_import.check(_given())])

    @server.post(LABELS_IN)
    def bring_labels() -> Response:
        return jsonify(files=[report.to_json() for report in services.label_import.bring(_given())])

    @server.get(LABELS_IN)
    def label_targets() -> Response:
        return jsonify(recordings=[asdict(target) for target in services.label_import.targets()])

    @server.get(COPY_LABELS_RULE)
    def copy_targets(recording: int) -> Response:
        return jsonify(targets=[asdict(target) for target in services.copying.targets(recording)])

    @server.post(COPY_LABELS_RULE)
    def copy_labels(recording: int) -> Response:
        body = request.get_json()
        if not isinstance(body, dict) or type(body.get("target")) is not int:
            raise Invalid("Say to which recording.")
        ids = body.get("ids")
        if ids is not None and not (isinstance(ids, list) and all(isinstance(one, str) for one in ids)):
            raise Invalid("Say which labels by their ids.")
        by, uuid = str(body.get("by")), str(body.get("uuid"))
        return jsonify(services.copying.copy(recording, body["target"], by, uuid, ids).to_json())


def _given() -> list[Given]:
    """The files of the form in the order of its plan."""
    try:
        plan = json.loads(request.form.get("plan", ""))
    except ValueError:
        plan = None
    if not isinstance(plan, list) or len(plan) > MOST_FILES:
        raise Invalid(f"The plan must be a list of at most {MOST_FILES} files.")
    return [_file(number, one) for number, one in enumerate(plan)]


def _file(number: int, told: Any) -> Given:
    sent = request.files.get(str(number))
    if not isinstance(told, dict) or not isinstance(told.get("path"), str) or sent is None:
        raise Invalid("Every file needs its path in the plan, and its bytes.")
    recording, uuid = told.get("recording"), told.get("uuid")
    more = {"uuid": uuid} if isinstance(uuid, str) else {}
    chosen = recording if type(recording) is int else None
    return Given(told["path"], sent.read(), chosen, told.get("replace") is True, **more)
