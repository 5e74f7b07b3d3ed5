"""Models page: edit the class mapping of the shown model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dash import ALL, Dash, Input, State, ctx, set_props
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
            with stored_shown(services.model_desk, values[-1], control, value):
                services.models.set_class(control["model"], control["index"], {control["field"]: value})
        models_changed(services)


def changed_values(desk: ModelView, label_set: int | None) -> list[tuple[dict[str, Any], Any]]:
    """Ids and values of the controls that differ from what is stored; quick changes come in one request."""
    pairs = zip(ctx.triggered_prop_ids.values(), ctx.triggered, strict=True)
    changes = [(control, trigger["value"]) for control, trigger in pairs]
    return [(control, value) for control, value in changes if value != stored(desk, label_set, control)]


def stored(desk: ModelView, label_set: int | None, control: dict[str, Any]) -> Any:
    """The value that a control shows for what is stored."""
    return picked(desk.classes(control["model"], label_set)[control["index"]], control["field"])


@contextmanager
def stored_shown(
    desk: ModelView, label_set: int | None, control: dict[str, Any], value: Any
) -> Iterator[None]:
    """After the block, also after an error, the control shows what is stored if that is not ``value``."""
    try:
        yield
    finally:
        if (kept := stored(desk, label_set, control)) != value:
            set_props(control, {"value": kept})


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
