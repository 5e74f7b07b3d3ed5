"""``/outputs``: saved files, outdated and never saved ones."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component

from components.outputs_page import outputs_page
from components.roles import for_role
from components.urls import OUTPUTS
from services.accounts import acting
from services.outputs.service import SaveForm
from services.web.container import Services


def register(services: Services) -> None:
    """Register the page."""

    def layout(**_query: Any) -> Component:
        """The page, filled by callbacks."""
        form = (services.outputs.form or SaveForm.SETTLED) if services.agreement.several() else None
        return for_role(outputs_page(form), acting.user().role)

    dash.register_page(__name__, path=OUTPUTS, title="Outputs · Tidemark", layout=layout)
