"""The checkpoint of a model, and until training has moved to Python the models for its scripts.

::

    GET    /model-catalogue?set=            {"models", "classes", "sets", "looking", "notes"}
    GET    /download/models/<id>.pth        the checkpoint
"""

from __future__ import annotations

from flask import Flask, Response, jsonify, request, send_file

from components.urls import MODEL_CATALOGUE, MODEL_FILE_RULE
from services.models.fields import WrongFields
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Add both routes to ``server``."""

    @server.errorhandler(WrongFields)
    def wrong_fields(error: WrongFields) -> tuple[Response, int]:
        return jsonify(error=str(error), fields=error.fields), 400

    @server.get(MODEL_CATALOGUE)
    def model_state() -> Response:
        return jsonify(services.model_desk.state(request.args.get("set", type=int)))

    @server.get(MODEL_FILE_RULE)
    def send_model(model: str) -> Response:
        known = services.models.get(model)
        file = services.models.file_of(known)
        return send_file(file.resolve(), "application/octet-stream", True, f"{known.name}.pth")
