"""Versions of a trained model: show, choose, train the next one."""

from __future__ import annotations

from dash import ALL, Dash, Input, Output, State, ctx
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.dialogs import close_dialog
from callbacks.feedback import models_changed
from callbacks.train_form import show_training
from callbacks.train_progress import show_model
from callbacks.training import choose_model
from components.dialogs import about_id, form_id, problem_id
from components.ids import TrainIds, train_tool, version_choice
from components.models.versions import improvement
from services.errors import TidemarkError
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Register the section “Versions” and the dialog that improves a model."""

    @app.callback(Input(version_choice(ALL), "value"), prevent_initial_call=True)
    def choose(_chosen: list[bool]) -> None:
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        if services.preferences.get("model") != ctx.triggered_id["model"]:  # otherwise it was just created
            choose_model(services, ctx.triggered_id["model"])
            models_changed(services)

    @app.callback(Input(train_tool("version", ALL), "n_clicks"), prevent_initial_call=True)
    def show(clicks: list[int]) -> None:
        if any(clicks):
            show_model(services, ctx.triggered_id["job"])

    @app.callback(
        Output(TrainIds.IMPROVE, "is_open"),
        Output(TrainIds.IMPROVE, "children"),
        Input(train_tool("improve", ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def ask(clicks: list[int]) -> tuple[bool, Component]:
        if not any(clicks):
            raise PreventUpdate
        model = ctx.triggered_id["job"]
        state = services.training_page.improvement(model)
        return True, improvement(state, model, services.models.get(model).name)

    @app.callback(
        Output(problem_id(TrainIds.IMPROVE), "children"),
        Input(form_id(TrainIds.IMPROVE), "n_submit"),
        State(about_id(TrainIds.IMPROVE), "data"),
        prevent_initial_call=True,
    )
    def improve(sent: int | None, about: dict[str, str]) -> str:
        if not sent:
            raise PreventUpdate
        try:
            show_training(services.training_page.improve(about["model"]))
        except TidemarkError as error:
            return str(error)
        close_dialog(TrainIds.IMPROVE)
        return ""
