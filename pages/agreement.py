"""``/agreement``: agreement of authors who labelled the same recordings."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component

from components.agreement import agreement_page
from components.urls import AGREEMENT
from services.web.container import Services


def register(_services: Services) -> None:
    """Register the page."""
    dash.register_page(__name__, path=AGREEMENT, title="Agreement · Tidemark", layout=layout)


def layout(**_query: Any) -> Component:
    """The page; callbacks fill it."""
    return agreement_page()
