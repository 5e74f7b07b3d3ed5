"""Models page: dialogs that describe and delete a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, ctx
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.dialogs import close_dialog, on_submit
from callbacks.feedback import labels_changed, models_changed
from components.dialogs import about_id, field_id, form_id, problem_id
from components.ids import ModelsIds, model_tool
from components.models.form import FIELDS, count_id, delete_form, describe_form, wrong_id
from services.errors import TidemarkError
from services.models.fields import WrongFields
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Register both dialogs."""
    _opening(app, services, ModelsIds.DESCRIBE, "describe", describe_form)
    _opening(app, services, ModelsIds.DELETE, "delete", delete_form)
    counts(app, ModelsIds.DESCRIBE)
    _describing(app, services)

    def delete(model: str, fields: dict[str, Any]) -> None:
        services.models.delete(model, fields.get("suggestions") is True)
        models_changed(services)
        labels_changed()

    on_submit(app, ModelsIds.DELETE, delete)


def _opening(
    app: Dash,
    services: Services,
    dialog: str,
    action: str,
    content: Callable[[dict[str, Any]], Component],
) -> None:
    @app.callback(
        Output(dialog, "is_open"),
        Output(dialog, "children"),
        Input(model_tool(action, ALL, ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def open_dialog(_clicks: list[int]) -> tuple[bool, Component]:
        if not ctx.triggered[0]["value"]:  # the buttons were just created
            raise PreventUpdate
        return True, content(services.model_desk.model(ctx.triggered_id["model"]))


def _describing(app: Dash, services: Services) -> None:
    dialog = ModelsIds.DESCRIBE

    @app.callback(
        Output(problem_id(dialog), "children"),
        Output(wrong_id(dialog, ALL), "children"),
        Output(field_id(dialog, ALL), "invalid"),
        Input(form_id(dialog), "n_submit"),
        State(field_id(dialog, ALL), "value"),
        State(about_id(dialog), "data"),
        prevent_initial_call=True,
    )
    def describe(count: int | None, values: list[str], model: str) -> tuple[str, list[str], list[bool]]:
        if not count:
            raise PreventUpdate
        try:
            services.models.describe(model, dict(zip(FIELDS, values, strict=True)))
        except TidemarkError as error:
            return refused(error, FIELDS)
        close_dialog(dialog)
        models_changed(services)
        return refused(None, FIELDS)


def refused(error: TidemarkError | None, fields: tuple[str, ...]) -> tuple[str, list[str], list[bool]]:
    """Messages of a form with these ``fields`` for an error: general, by field, and which fields are invalid."""
    wrong = error.fields if isinstance(error, WrongFields) else {}
    sentences = [wrong.get(field, "") for field in fields]
    return str(error) if error and not any(sentences) else "", sentences, list(map(bool, sentences))


def counts(app: Dash, dialog: str) -> None:
    """Count the characters typed in the fields of ``dialog``; focus the first invalid field."""
    app.clientside_callback(
        ClientsideFunction("dialogs", "count"),
        Output(count_id(dialog, MATCH), "children"),
        Output(count_id(dialog, MATCH), "className"),
        Input(field_id(dialog, MATCH), "value"),
        State(count_id(dialog, MATCH), "data-limit"),
    )
    app.clientside_callback(
        ClientsideFunction("dialogs", "focusWrong"),
        Input(field_id(dialog, ALL), "invalid"),
        State(field_id(dialog, ALL), "id"),
        prevent_initial_call=True,
    )
