"""``/files``: all files, labelling progress, trash."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component

from components.files.page import files_page
from components.roles import for_role
from components.urls import FILES
from services.accounts import acting
from services.web.container import Services


def register(_services: Services) -> None:
    """Register the page."""
    dash.register_page(__name__, path=FILES, title="Files · Tidemark", layout=layout)


def layout(**_query: Any) -> Component:
    """The page."""
    return for_role(files_page(acting.user()), acting.user().role)
