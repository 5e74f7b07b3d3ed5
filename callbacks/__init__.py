"""Registration of all callbacks: one module per task, each with ``register(app, services)``."""

from __future__ import annotations

from dash import Dash

from callbacks import (
    agreement,
    autolabel,
    autolabel_files,
    channels,
    class_list,
    classes,
    copy_labels,
    details,
    doubts,
    download,
    errors,
    file_actions,
    file_done,
    file_menu,
    file_tree,
    files_page,
    gaps,
    go_to,
    heartbeat,
    history,
    imports,
    job_status,
    jobs,
    keys,
    labels,
    layers,
    model_choice,
    model_classes,
    model_dialogs,
    model_upload,
    model_versions,
    models,
    navigation,
    open_file,
    outputs,
    plot,
    refused,
    rereading,
    review,
    save,
    selection,
    sent_reading,
    table,
    train_form,
    train_progress,
    training,
    upload,
)
from callbacks.access import role_of as access_role
from services.accounts.model import Role
from services.web.container import Services


def role_of(app: Dash, output: str) -> Role:
    """The role that a callback requires, by its output."""
    return access_role(output, app.callback_map.get(output))


def register(app: Dash, services: Services) -> None:
    """Register every callback of the application."""
    for task in (
        errors,
        heartbeat,
        jobs,
        keys,
        navigation,
        file_tree,
        file_menu,
        file_actions,
        file_done,
        files_page,
        open_file,
        upload,
        imports,
        plot,
        gaps,
        go_to,
        channels,
        labels,
        layers,
        selection,
        table,
        review,
        doubts,
        copy_labels,
        classes,
        class_list,
        models,
        model_choice,
        model_classes,
        model_dialogs,
        model_upload,
        save,
        outputs,
        agreement,
        download,
        details,
        refused,
        rereading,
        sent_reading,
        history,
        autolabel,
        autolabel_files,
        training,
        job_status,
        train_form,
        train_progress,
        model_versions,
    ):
        task.register(app, services)
