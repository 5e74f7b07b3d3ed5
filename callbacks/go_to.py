"""Go to a time or a sample of the open recording."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, set_props
from dash.exceptions import PreventUpdate

from callbacks.dialogs import on_submit
from components.ids import LabelIds
from components.label import go_to
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Register the dialog."""

    @app.callback(
        Output(LabelIds.GO_TO_DIALOG, "is_open"),
        Output(LabelIds.GO_TO_DIALOG, "children"),
        Input(LabelIds.GO_TO, "n_clicks"),
        State(LabelIds.PLOT, "recording"),
        State(LabelIds.PLOT, "view"),
        prevent_initial_call=True,
    )
    def ask(clicks: int | None, recording: dict[str, Any], view: list[float] | None) -> tuple[bool, Any]:
        if not clicks or "id" not in recording:
            raise PreventUpdate
        store = services.recordings.store(recording["id"])
        return True, go_to.go_to_form(store, recording["id"], view or [recording["first"], recording["last"]])

    def show(about: dict[str, Any], fields: dict[str, Any]) -> None:
        store = services.recordings.store(about["recording"])
        set_props(LabelIds.PLOT, {"go_to": go_to.view_of(store, about, fields)})

    on_submit(app, LabelIds.GO_TO_DIALOG, show)
