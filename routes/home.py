"""``/`` leads to the recording that was worked on last."""

from __future__ import annotations

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from components.urls import HOME, label
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Redirect a visit of ``/`` while there are recordings; without any, Dash shows its first page there."""

    @server.before_request
    def open_latest() -> Response | None:
        if request.path != HOME or request.method != "GET":
            return None
        latest = services.recordings.latest()
        return None if latest is None else redirect(label(latest))
