"""Model selection next to the plot, and the remarks of the model."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, set_props
from dash.exceptions import PreventUpdate

from components.ids import ModelIds, ShellIds
from components.label.model_panel import chosen_parts
from services.web.container import Services

CHOSEN = "model"  # preference: id of the selected model


def stored_choice(services: Services) -> str | None:
    """The stored model selection."""
    model: str | None = services.preferences.get(CHOSEN)
    return model


def register(app: Dash, services: Services) -> None:
    """Register the list and the remarks."""

    @app.callback(
        output={
            "options": Output(ModelIds.LIST, "options"),
            "value": Output(ModelIds.LIST, "value"),
            "offered": Output(ModelIds.OFFERED, "data"),
            "hidden": Output(ModelIds.LIST_PLACE, "hidden"),
            "none": Output(ModelIds.NONE, "hidden"),
            "remarks": Output(ModelIds.REMARKS, "children"),
            "silent": Output(ModelIds.REMARKS_BUTTON, "disabled"),
            "link": Output(ModelIds.LINK, "href"),
        },
        inputs={"_version": Input(ShellIds.MODELS_VERSION, "data"), "chosen": Input(ShellIds.MODEL, "data")},
        prevent_initial_call=True,  # initial value is in the layout
    )
    def show(_version: str | None, chosen: str | None) -> dict[str, Any]:
        return chosen_parts(services.models.list(), chosen)

    @app.callback(Input(ModelIds.LIST, "value"), State(ModelIds.OFFERED, "data"), prevent_initial_call=True)
    def pick(picked: str | None, offered: str | None) -> None:
        if not picked or picked == offered:  # the list was just created
            raise PreventUpdate
        services.preferences.set(CHOSEN, picked)
        set_props(ShellIds.MODEL, {"data": picked})

    @app.callback(
        Output(ModelIds.REMARKS, "hidden"),
        Output(ModelIds.REMARKS_BUTTON, "aria-expanded"),
        Input(ModelIds.REMARKS_BUTTON, "n_clicks"),
        Input(ModelIds.REMARKS, "children"),
        State(ModelIds.REMARKS, "hidden"),
        prevent_initial_call=True,
    )
    def show_remarks(clicks: int | None, remarks: str | None, hidden: bool) -> tuple[bool, str]:
        pressed = bool(clicks) and ctx.triggered_id == ModelIds.REMARKS_BUTTON
        hide = not remarks or hidden is not pressed
        return hide, "false" if hide else "true"
