"""The open recording follows what others do with it: renamed, marked done, deleted, restored."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, set_props
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from components.ids import LabelIds, ShellIds
from components.keymap import PREFERENCE
from components.label.head import name
from components.label.page import label_content, restore_id
from components.label.side import done_content
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Wire the page of a recording to the list of files."""
    _page(app, services)
    _name(app, services)


def _page(app: Dash, services: Services) -> None:
    @app.callback(
        Output(LabelIds.PAGE, "children"),
        Output(LabelIds.PAGE_ABOUT, "data"),
        Input(ShellIds.FILES_VERSION, "data"),
        State(LabelIds.PAGE_ABOUT, "data"),
        prevent_initial_call=True,
    )
    def follow(_version: Any, about: dict[str, Any] | None) -> tuple[Component, dict[str, Any]]:
        if not about or (about["recording"] in services.file_lists.current().by_id) == about["there"]:
            raise PreventUpdate
        return label_content(services, str(about["recording"])), about | {"there": not about["there"]}

    @app.callback(Input(restore_id(ALL), "n_clicks"), prevent_initial_call=True)
    def restore(clicks: list[int | None]) -> None:
        if not any(clicks):
            raise PreventUpdate
        set_props(ShellIds.FILES_RESTORE, {"data": {"recordings": [ctx.triggered_id["recording"]]}})


def _name(app: Dash, services: Services) -> None:
    @app.callback(
        Output(LabelIds.NAME, "children"),
        Output(LabelIds.NAME, "title"),
        Output(LabelIds.PLOT, "path"),
        Output(LabelIds.DONE, "children"),
        Output(LabelIds.DONE, "aria-pressed"),
        Input(ShellIds.FILES_VERSION, "data"),
        State(LabelIds.PAGE_ABOUT, "data"),
        State(LabelIds.NAME, "title"),
        State(LabelIds.DONE, "aria-pressed"),
        prevent_initial_call=True,
    )
    def follow_name(_version: Any, about: dict[str, Any], path: str, pressed: str) -> tuple[Any, ...]:
        file = services.file_lists.current().by_id.get(about["recording"])
        if file is None or (file.path, str(file.done).lower()) == (path, pressed):
            raise PreventUpdate
        done = done_content(file.done, services.preferences.get(PREFERENCE))
        return name(file.path), file.path, file.path, done, str(file.done).lower()
