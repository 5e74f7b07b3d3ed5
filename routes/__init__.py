"""Flask routes apart from Dash: streamed uploads and downloads."""

from __future__ import annotations

from dash import Dash

from routes import (
    access,
    accounts,
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


def register(app: Dash, services: Services, callback_role: access.CallbackRole) -> None:
    """Register all routes; security and access come first since they guard the others."""
    security.register(app, services)
    access.register(app, services, callback_role)
    errors.register(app.server)
    callback_requests.register(app, services)
    for module in (
        bundles,
        accounts,
        home,
        readiness,
        upload,
        window,
        download,
    ):
        module.register(app.server, services)
