"""Any other URL."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component

from components.parts import empty_state
from services.container import Services


def register(_services: Services) -> None:
    """Register the page under the name Dash looks for."""
    dash.register_page("not_found_404", path="/404", title="Tidemark", layout=layout)


def layout(sentence: str = "This page does not exist.", **_query: Any) -> Component:
    """What went wrong, and where to go."""
    return empty_state("signpost-split", sentence, "Choose a file on the left.", id="not-found-empty")
