"""The whole interactive surface: one module per task, each with ``register(app, services)``."""

from __future__ import annotations

from dash import Dash

from callbacks import (
    annotate,
    autolabel,
    class_list,
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
    models,
    outputs,
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
        view,
        annotate,
        review,
        classes,
        class_list,
        models,
        save,
        outputs,
        download,
        details,
        history,
        autolabel,
        training,
    ):
        task.register(app, services)
