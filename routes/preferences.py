"""What the user chose about the screen, kept by the server: it is there on the next machine too."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

from components.urls import PREFERENCES_RULE
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Add ``GET`` and ``PUT /preferences/<name>``: ``{"value": …}``, null when nothing was chosen."""

    @server.get(PREFERENCES_RULE)
    def preference(name: str) -> Response:
        return jsonify(value=services.preferences.get(name))

    @server.put(PREFERENCES_RULE)
    def prefer(name: str) -> Response:
        body = request.get_json()
        services.preferences.set(name, body.get("value") if isinstance(body, dict) else None)
        return jsonify(value=services.preferences.get(name))
