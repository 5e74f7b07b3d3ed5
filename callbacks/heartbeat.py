"""Heartbeat: one small request every two seconds reports changes of other tabs, users and jobs.

Each version is a string that changes with its data; a part of the page listens to its store and re-reads. Unchanged
versions are not sent, so an idle heartbeat triggers nothing. A suffix after ``#`` was added by
``callbacks.feedback.renewed``.
"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update, set_props

from callbacks.feedback import plain
from components.ids import LabelIds, ShellIds
from components.label.page import state_of
from components.urls import MODELS, inside
from services.web.container import Services

About = dict[str, Any] | None  # see ``components.label.page.about_recording``


def versions(services: Services, path: str | None = None) -> dict[str, str | None]:
    """Versions of the data on the page ``path`` by store id; None for data that it does not show."""
    lists_models = inside(path).startswith(MODELS)
    return {
        ShellIds.FILES_VERSION: services.recordings.version(),
        ShellIds.MODELS_VERSION: services.models.version(),
        ShellIds.MODEL_LIST_VERSION: services.model_desk.version() if lists_models else None,
        ShellIds.JOBS_VERSION: services.job_board.version(),
        ShellIds.CLASSES_VERSION: services.label_classes.version(),
    }


def follow_page(services: Services, page: About, opened: About) -> None:
    """Report changes of the open recording since its ``page`` was drawn; ``opened`` is the last report.

    The report includes the page, because another page may be open when it arrives.
    """
    if page:
        current = opened if opened and opened["page"] == page["page"] else page
        now = state_of(services, page["recording"], page["page"])
        if now != current:
            set_props(ShellIds.OPENED, {"data": now})


def register(app: Dash, services: Services) -> None:
    """Register the heartbeat and the notification of label changes."""
    stores = list(versions(services))

    @app.callback(
        {store: Output(store, "data") for store in stores},
        {
            "_count": Input(ShellIds.BEAT, "data"),
            "path": State("_pages_location", "pathname"),
            "before": {store: State(store, "data") for store in stores},
            "page": State(LabelIds.PAGE_ABOUT, "data", allow_optional=True),
            "opened": State(ShellIds.OPENED, "data"),
        },
        prevent_initial_call=True,
    )
    def beat(
        path: str | None, before: dict[str, str | None], page: About, opened: About, **_trigger: int
    ) -> dict[str, Any]:
        follow_page(services, page, opened)
        current = versions(services, path)
        return {
            store: no_update if now is None or now == plain(before[store]) else now
            for store, now in current.items()
        }

    app.clientside_callback(
        ClientsideFunction("stores", "same"),
        Output(LabelIds.PLOT, "refresh"),
        Input(ShellIds.LABELS_CHANGED, "data"),
        prevent_initial_call=True,
    )
