"""``/models``: models with class mapping and metrics."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component

from components.models import models_page
from components.roles import for_role
from components.urls import MODELS
from services.accounts import acting
from services.web.container import Services


def register(services: Services) -> None:
    """Register the page."""

    def layout(model: str | None = None, job: str | None = None, **_query: Any) -> Component:
        """``?model=`` selects a model, by default the one selected next to the plot; ``?job=`` a training."""
        chosen = services.preferences.get("model")
        shown = model or (chosen if isinstance(chosen, str) else "")
        return for_role(models_page(shown, services.model_desk.version(), job), acting.user().role)

    dash.register_page(__name__, path=MODELS, title="Models · Tidemark", layout=layout)
