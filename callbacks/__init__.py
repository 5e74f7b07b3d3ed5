"""The whole interactive surface: one module per task, each with ``register(app, services)``."""

from __future__ import annotations

from dash import Dash

from callbacks import (
    annotate,
    autolabel,
    classes,
    copy_labels,
    details,
    dialogs,
    download,
    errors,
    files,
    heartbeat,
    history,
    imports,
    jobs,
    models,
    review,
    save,
    shell,
    training,
    upload,
    view,
)
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Wire every callback of the application."""
    for task in (
        errors,
        dialogs,
        heartbeat,
        jobs,
        shell,
        files,
        upload,
        imports,
        copy_labels,
        view,
        annotate,
        review,
        classes,
        models,
        save,
        download,
        details,
        history,
        autolabel,
        training,
    ):
        task.register(app, services)
