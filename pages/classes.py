"""``/classes``: label sets and their classes."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component

from components.parts import empty_state
from components.urls import CLASSES
from services.container import Services


def register(_services: Services) -> None:
    """Register the page."""
    dash.register_page(__name__, path=CLASSES, title="Label classes · Tidemark", layout=layout)


def layout(**_query: Any) -> Component:
    """What there is to say about label classes."""
    return empty_state(
        "tags",
        "Label classes",
        "A class is made when you type a new label. Its colour and key show beside the plot.",
        id="classes-empty",
    )
