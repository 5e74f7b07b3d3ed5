"""Flask routes that are not Dash: streamed bytes in, streamed bytes out."""

from __future__ import annotations

from dash import Dash

from routes import (
    bundles,
    callback_requests,
    download,
    errors,
    home,
    readiness,
    security,
    upload,
    window,
)
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Add every route to the server of ``app``; security comes first since it guards the others."""
    security.register(app, services)
    errors.register(app.server)
    callback_requests.register(app, services)
    for module in (
        bundles,
        home,
        readiness,
        upload,
        window,
        download,
    ):
        module.register(app.server, services)
