"""``/label/<recording>``: label page."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component

from components.label.page import label_page
from components.urls import LABEL_TEMPLATE
from services.errors import NotFound
from services.web.container import Services


def register(services: Services) -> None:
    """Register the page."""

    def layout(recording: str | None = None, **query: Any) -> Component:
        """``?from=`` and ``?to=`` are the samples in the initial view."""
        return label_page(services, recording, (query.get("from"), query.get("to")))

    def title(recording: str | None = None, **_query: Any) -> str:
        try:
            path = services.recordings.get(int(recording or "")).path
        except (ValueError, NotFound):
            return "Tidemark"
        return f"{path.rpartition('/')[2]} · Tidemark"

    dash.register_page(__name__, path_template=LABEL_TEMPLATE, title=title, layout=layout)
