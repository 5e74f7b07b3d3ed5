"""Page for unknown URLs."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component

from components.label.page import missing
from services.web.container import Services


def register(_services: Services) -> None:
    """Register the page under the name that Dash expects."""
    dash.register_page("not_found_404", path="/404", title="Tidemark", layout=layout)


def layout(**_query: Any) -> Component:
    """The message."""
    return missing("This page does not exist.")
