"""Auto-labelling: the scripts in assets/ do the work."""

from __future__ import annotations

from dash import Dash

from callbacks.wiring import on_click
from components.ids import AutolabelIds
from services.web.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire the buttons."""
    on_click(
        app,
        {
            AutolabelIds.START: "autolabel",
            AutolabelIds.OPTIONS: "autolabelOptions",
        },
    )
