"""The theme: what works on every page."""

from __future__ import annotations

from dash import Dash

from callbacks.wiring import on_click
from components.ids import ShellIds
from services.web.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire the buttons of the bar on top."""
    on_click(app, {ShellIds.THEME_BUTTON: "nextTheme"})
