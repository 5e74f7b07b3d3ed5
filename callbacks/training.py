"""Training from the labels there are: the scripts in assets/ do the work."""

from __future__ import annotations

from dash import Dash

from callbacks.wiring import on_click
from components.ids import TrainingIds
from services.web.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire the button."""
    on_click(app, {TrainingIds.START: "train"})
