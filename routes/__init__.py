"""Flask routes that are not Dash: streamed bytes in, streamed bytes out."""

from __future__ import annotations

from dash import Dash

from routes import (
    download,
    errors,
    files,
    history,
    home,
    jobs,
    label_classes,
    labels_in,
    models,
    preferences,
    reading,
    review_queue,
    security,
    training,
    upload,
    window,
)
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Add every route to the server of ``app``; security comes first since it guards the others."""
    security.register(app, services)
    errors.register(app.server)
    for module in (
        home,
        files,
        upload,
        window,
        download,
        preferences,
        reading,
        label_classes,
        history,
        labels_in,
        jobs,
        models,
        training,
        review_queue,
    ):
        module.register(app.server, services)
