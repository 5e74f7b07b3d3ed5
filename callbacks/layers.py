"""Layers: choose the authors whose labels the plot and the table show."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, set_props
from dash.exceptions import PreventUpdate

from callbacks.dialogs import on_submit
from callbacks.feedback import labels_changed
from components.ids import LabelIds
from components.label import layers
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Wire the button and its dialog."""

    @app.callback(
        Output(LabelIds.LAYERS_DIALOG, "is_open"),
        Output(LabelIds.LAYERS_DIALOG, "children"),
        Input(LabelIds.LAYERS, "n_clicks", allow_optional=True),
        State(LabelIds.PLOT, "recording"),
        prevent_initial_call=True,
    )
    def ask(clicks: int | None, recording: dict[str, Any]) -> tuple[bool, Any]:
        if not clicks or "id" not in recording:
            raise PreventUpdate
        here = recording["id"]
        return True, layers.layers_form(here, services.layers.of(here), services.layers.authors(here))

    def show(about: dict[str, Any], fields: dict[str, Any]) -> None:
        chosen = services.layers.choose(
            about["recording"],
            fields["which"] == layers.MINE,
            layers.hidden_of(about, fields["shown"]),
            bool(fields["everywhere"]),
        )
        look, words, title = layers.button_look(chosen)
        button = {"className": look, "children": words, "title": title, "aria-label": title}
        set_props(LabelIds.LAYERS, button)
        labels_changed()

    on_submit(app, LabelIds.LAYERS_DIALOG, show)
