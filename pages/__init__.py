"""One file per URL: layout only."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from pages import home, label, not_found
from services.container import Services


def register(services: Services) -> None:
    """Register every page with Dash; call after the app exists and before its layout is set."""
    for page in (home, label, not_found):
        page.register(services)


def everything(shell: Component) -> Any:
    """Every component of every page at once: what callbacks are checked against."""
    return html.Div([shell, home.layout(), label.skeleton(), not_found.layout()])
