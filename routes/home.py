"""``/`` redirects to the last edited recording."""

from __future__ import annotations

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from components.urls import HOME, label
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Redirect a visit of ``/`` if there are recordings; otherwise Dash shows its start page."""

    @server.before_request
    def open_latest() -> Response | None:
        if request.path != HOME or request.method != "GET":
            return None
        latest = services.recordings.latest()
        return None if latest is None else redirect(label(latest))
