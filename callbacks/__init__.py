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
    file_actions,
    file_done,
    file_menu,
    file_tree,
    files_page,
    heartbeat,
    history,
    imports,
    jobs,
    model_classes,
    model_dialogs,
    model_versions,
    models,
    navigation,
    open_file,
    outputs,
    rereading,
    review,
    save,
    shell,
    train_form,
    train_progress,
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
        navigation,
        file_tree,
        file_menu,
        file_actions,
        file_done,
        files_page,
        open_file,
        upload,
        imports,
        view,
        annotate,
        review,
        classes,
        class_list,
        models,
        model_classes,
        model_dialogs,
        save,
        outputs,
        download,
        details,
        rereading,
        history,
        autolabel,
        training,
        train_form,
        train_progress,
        model_versions,
    ):
        task.register(app, services)
