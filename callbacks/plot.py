"""Store the user's preferences about the plot."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input
from dash.exceptions import PreventUpdate

from components.ids import LabelIds
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Register the storing of preferences."""

    @app.callback(Input(LabelIds.PLOT, "chosen"), prevent_initial_call=True)
    def keep(chosen: dict[str, Any] | None) -> None:
        if not chosen:
            raise PreventUpdate
        for name, value in chosen.items():
            services.preferences.set(name, value)
