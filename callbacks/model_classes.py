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
from services.models.view import ModelView
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
        created = 1 < len(ctx.triggered) == sum(map(len, values[:-1]))  # all rows were just created
        changes = [] if created else changed_values(services.model_desk, values[-1])
        if not changes:
            raise PreventUpdate
        acting.require(Role.ADMIN)
        for control, value in changes:
            services.models.set_class(control["model"], control["index"], {control["field"]: value})
        models_changed(services)


def changed_values(desk: ModelView, label_set: int | None) -> list[tuple[dict[str, Any], Any]]:
    """Ids and values of the controls that differ from what is stored; quick changes come in one request."""
    changes = []
    for control, trigger in zip(ctx.triggered_prop_ids.values(), ctx.triggered, strict=True):
        kept = desk.classes(control["model"], label_set)[control["index"]]
        if trigger["value"] != picked(kept, control["field"]):
            changes.append((control, trigger["value"]))
    return changes


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
