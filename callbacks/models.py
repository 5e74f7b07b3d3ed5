"""Models page: list with filter, details of the shown model."""

from __future__ import annotations

import json
from hashlib import blake2s
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks.feedback import models_changed, plain, renewed
from components.ids import ModelsIds, ShellIds, TrainIds, model_row, model_set, model_tool
from components.models import DETAIL, train_result, versions
from components.models.detail import notes, parts
from components.models.model_list import filter_hidden, rows
from components.roles import for_role
from components.urls import model_page
from services.accounts import acting
from services.web.container import Services

PARTS = (ModelsIds.LIST, ModelsIds.NOTES, *DETAIL)


def register(app: Dash, services: Services) -> None:
    """Register list, filter and details."""
    _drawing(app, services)
    _choosing(app, services)


def _drawing(app: Dash, services: Services) -> None:
    desk = services.model_desk

    @app.callback(
        Output(ModelsIds.VERSION, "data"),
        Input(ShellIds.MODEL_LIST_VERSION, "data"),
        Input(ShellIds.MODELS_VERSION, "data"),
        State(ModelsIds.VERSION, "data"),
        prevent_initial_call=True,
    )
    def follow(_list: str | None, _models: str | None, before: str) -> str:
        version, own = desk.version(), ctx.triggered_id == ShellIds.MODELS_VERSION
        if version == plain(before) and not own:
            raise PreventUpdate
        return renewed(version) if own else version

    @app.callback(
        *[Output(part, "children") for part in PARTS],
        Output(ModelsIds.FILTER_PLACE, "hidden"),
        Output(ModelsIds.DRAWN, "data"),
        Input(ModelsIds.VERSION, "data"),
        Input(ModelsIds.SHOWN, "data"),
        Input(ModelsIds.SET, "data"),
        Input(ModelsIds.ALL_OF, "data"),
        Input(ModelsIds.FILTER, "value"),
        State(ModelsIds.DRAWN, "data"),
    )
    def draw(
        _version: str,
        chosen: str,
        label_set: int | None,
        all_of: str | None,
        words: str | None,
        drawn: dict[str, str] | None,
    ) -> list[Any]:
        state, words = desk.state(label_set), words or ""
        model = shown_model(state["models"], chosen)
        made = page_parts(state, model, words, bool(model and model["id"] == all_of)) | trained(
            services, model
        )
        for_role(list(made.values()), acting.user().role)
        digests = {part: digest(content) for part, content in made.items()}
        fresh = [part for part in PARTS if digests[part] != (drawn or {}).get(part)]
        contents = [made[part] if part in fresh else no_update for part in PARTS]
        return [*contents, filter_hidden(state["models"], words), digests]

    @app.callback(
        [Output(model_row(ALL), "aria-current")],
        Input(ModelsIds.LIST, "children"),
        Input(ModelsIds.SHOWN, "data"),
        State(model_row(ALL), "id"),
    )
    def mark(_rows: Any, chosen: str, ids: list[dict[str, str]]) -> tuple[list[str | None]]:
        listed = [identity["model"] for identity in ids]
        current = chosen if chosen in listed else next(iter(listed), None)
        return (["true" if identity == current else None for identity in listed],)


def page_parts(
    state: dict[str, Any], model: dict[str, Any] | None, words: str, all_classes: bool
) -> dict[str, Any]:
    """Content of every part of the page, by id."""
    return {
        ModelsIds.LIST: rows(state["models"], state["looking"], words),
        ModelsIds.NOTES: notes(state["notes"]),
        **parts(model, state, all_classes),
    }


def trained(services: Services, model: dict[str, Any] | None) -> dict[str, Any]:
    """Content of the parts about the training of a model, by id."""
    if model is None:
        return {TrainIds.FIGURES: [], TrainIds.ORIGIN: []}
    facts, chosen = services.training_page.model(model["id"]), services.preferences.get("model") or ""
    return {
        TrainIds.FIGURES: [
            *train_result.judged(facts, model["remarks"]),
            *versions.versions(facts, model["id"], chosen),
        ],
        TrainIds.ORIGIN: train_result.origin(facts),
    }


def digest(content: Any) -> str:
    """A hash of components: unchanged nodes are not replaced, so that they keep the focus."""
    plain = json.dumps(content, default=lambda part: part.to_plotly_json(), sort_keys=True)
    return blake2s(plain.encode(), digest_size=8).hexdigest()


def shown_model(models: list[dict[str, Any]], chosen_id: str) -> dict[str, Any] | None:
    """The model with id ``chosen_id``, else the first; None without models."""
    return next((model for model in models if model["id"] == chosen_id), models[0] if models else None)


def _choosing(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ModelsIds.SHOWN, "data"),
        Output(ModelsIds.ADDRESS, "data"),
        Input(model_row(ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def show(_clicks: list[int]) -> tuple[str, str]:
        if not ctx.triggered[0]["value"]:  # the list was just created
            raise PreventUpdate
        model = ctx.triggered_id["model"]
        return model, model_page(model)

    app.clientside_callback(
        ClientsideFunction("stores", "address"), Input(ModelsIds.ADDRESS, "data"), prevent_initial_call=True
    )

    @app.callback(Output(ModelsIds.SET, "data"), Input(model_set(ALL), "value"), prevent_initial_call=True)
    def use_set(values: list[str]) -> int:
        if not values:
            raise PreventUpdate
        return int(values[0])

    @app.callback(
        Output(ModelsIds.ALL_OF, "data"),
        Input(model_tool("all-classes", ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def list_all_classes(_clicks: list[int]) -> str:
        if not ctx.triggered[0]["value"]:
            raise PreventUpdate
        return str(ctx.triggered_id["model"])

    @app.callback(Input(model_tool("read-notes"), "n_clicks"), prevent_initial_call=True)
    def read_notes(clicks: int | None) -> None:
        if clicks:
            services.model_desk.read_notes()
            models_changed(services)
