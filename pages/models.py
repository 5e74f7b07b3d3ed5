"""``/models``: every model, what it is, what its classes mean, how good it was."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component

from components.models import models_page
from components.urls import MODELS
from services.web.container import Services


def register(_services: Services) -> None:
    """Register the page."""
    dash.register_page(__name__, path=MODELS, title="Models · Tidemark", layout=layout)


def layout(model: str | None = None, job: str | None = None, **_query: Any) -> Component:
    """The page; ``?model=`` says which one is shown, ``?job=`` which training."""
    return models_page(model, job)
