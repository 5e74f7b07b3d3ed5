"""``/``: start page without recordings."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component

from components.parts import empty_state
from components.urls import HOME
from services.web.container import Services


def register(_services: Services) -> None:
    """Register the page."""
    dash.register_page(__name__, path=HOME, title="Tidemark", layout=layout)


def layout(**_query: Any) -> Component:
    """The empty state."""
    return empty_state(
        "soundwave",
        "Open a recording",
        "Choose a file on the left, or press “Upload CSV Data!” to add your own.",
        "Then click a start and an end in the plot, type a label and press Enter.",
        id="home-empty",
    )
