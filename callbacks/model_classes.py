"""Models page: edit the class mapping of the shown model."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, State, ctx
from dash.exceptions import PreventUpdate

from callbacks.feedback import models_changed
from components.ids import ModelsIds, model_class, model_tool
from components.models.class_mapping import picked
from services.accounts import acting
from services.accounts.model import Role
from services.web.container import Services

VALUES = ("name", "color", "skip")


def register(app: Dash, services: Services) -> None:
    """Register the rows of the section “Its classes”."""
    _saying(app, services)
    _forgetting(app, services)


def _saying(app: Dash, services: Services) -> None:
    @app.callback(
        *[Input(model_class(field, ALL, ALL), "value") for field in VALUES],
        State(ModelsIds.SET, "data"),
        prevent_initial_call=True,
    )
    def say(*values: Any) -> None:
        if len(ctx.triggered) != 1:  # the rows were just created
            raise PreventUpdate
        field, index, model = (ctx.triggered_id[name] for name in ("field", "index", "model"))
        value, kept = ctx.triggered[0]["value"], services.model_desk.classes(model, values[-1])
        if value == picked(kept[index], field):
            raise PreventUpdate
        acting.require(Role.ADMIN)
        services.models.set_class(model, index, {field: value})
        models_changed(services)


def _forgetting(app: Dash, services: Services) -> None:
    @app.callback(
        Input(model_class("reset", ALL, ALL), "n_clicks"),
        Input(model_tool("forget-classes", ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def forget(*_clicks: list[int]) -> None:
        if not ctx.triggered[0]["value"]:
            raise PreventUpdate
        services.models.reset_class(ctx.triggered_id["model"], ctx.triggered_id.get("index"))
        models_changed(services)
