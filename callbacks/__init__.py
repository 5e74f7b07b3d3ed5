"""The whole interactive surface: one module per task, each with ``register(app, services)``."""

from __future__ import annotations

from dash import Dash

from callbacks import (
    autolabel,
    autolabel_files,
    classes,
    details,
    dialogs,
    download,
    errors,
    files,
    heartbeat,
    history,
    imports,
    jobs,
    labels,
    model_choice,
    model_classes,
    model_dialogs,
    models,
    plot,
    save,
    shell,
    training,
    upload,
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
        plot,
        labels,
        classes,
        models,
        model_choice,
        model_classes,
        model_dialogs,
        save,
        download,
        details,
        history,
        autolabel,
        autolabel_files,
        training,
    ):
        task.register(app, services)
