"""Theme, help: what works on every page."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from callbacks.wiring import on_click
from components.ids import ShellIds
from services.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire the buttons of the bar on top."""
    on_click(app, {ShellIds.THEME_BUTTON: "nextTheme"})
    app.clientside_callback(
        ClientsideFunction("tidemark", "toggle"),
        Output(ShellIds.HELP, "is_open"),
        Input(ShellIds.HELP_BUTTON, "n_clicks"),
        Input(ShellIds.HELP_CLOSE, "n_clicks"),
        State(ShellIds.HELP, "is_open"),
        prevent_initial_call=True,
    )
