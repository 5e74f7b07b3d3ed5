"""``/classes``: label sets and their classes."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component

from components.classes_page import classes_page
from components.roles import for_role
from components.urls import CLASSES
from services.accounts import acting
from services.web.container import Services


def register(_services: Services) -> None:
    """Register the page."""
    dash.register_page(__name__, path=CLASSES, title="Label classes · Tidemark", layout=layout)


def layout(set: str | None = None, **_query: Any) -> Component:  # noqa: A002 - the name in the address
    """The page; ``?set=`` selects the set."""
    shown = int(set) if set and set.isascii() and set.isdecimal() and len(set) < 10 else None
    return for_role(classes_page(shown), acting.user().role)
