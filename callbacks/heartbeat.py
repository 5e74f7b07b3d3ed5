"""The heartbeat: one small request every two seconds tells what other tabs, people and jobs changed.

Each version is a text that changes with what it describes; whoever shows that listens to its store and reads again.
Unchanged versions are not sent, so an idle heartbeat triggers nothing.
"""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, no_update

from callbacks.wiring import script
from components.ids import ShellIds
from components.urls import MODELS
from services.web.container import Services

STORES = (
    ShellIds.FILES_VERSION,
    ShellIds.MODELS_VERSION,
    ShellIds.MODEL_LIST_VERSION,
    ShellIds.JOBS_VERSION,
    ShellIds.CLASSES_VERSION,
)


def register(app: Dash, services: Services) -> None:
    """Register the heartbeat and the notice that labels changed."""

    @app.callback(
        [Output(store, "data") for store in STORES],
        Input(ShellIds.BEAT, "n_intervals"),
        State("_pages_location", "pathname"),
        [State(store, "data") for store in STORES],
        prevent_initial_call=True,
    )
    def beat(_count: int, path: str | None, *known: str | None) -> list[Any]:
        lists_models = path is not None and path.startswith(MODELS)
        current = (
            services.recordings.version(),
            services.models.version(),
            services.model_desk.version()
            if lists_models
            else known[STORES.index(ShellIds.MODEL_LIST_VERSION)],
            services.job_board.version(),
            services.label_classes.version(),
        )
        return [now if now != before else no_update for now, before in zip(current, known, strict=True)]

    script(app, "versions", Input(ShellIds.FILES_VERSION, "data"), Input(ShellIds.MODELS_VERSION, "data"))
    script(app, "labelsChanged", Input(ShellIds.LABELS_CHANGED, "data"))
