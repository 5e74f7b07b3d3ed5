"""Details dialog of a file: how it was read."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks.clicks import first_pressed
from components.ids import DetailsIds, LabelIds
from components.parts import terms
from components.recording import facts
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Register the dialog."""

    @app.callback(
        Output(LabelIds.DETAILS, "is_open"),
        Output(LabelIds.DETAILS, "class_name"),
        Output(DetailsIds.FACTS, "children"),
        Input(LabelIds.DETAILS_BUTTON, "n_clicks"),
        Input(DetailsIds.FORM, "data"),
        Input(DetailsIds.BACK, "n_clicks"),
        State(LabelIds.PAGE_ABOUT, "data"),
        prevent_initial_call=True,
    )
    def open_details(
        _clicks: int | None, _filled: Any, _back: int | None, about: dict[str, Any]
    ) -> tuple[Any, str, Any]:
        pressed = first_pressed()
        reads = pressed == DetailsIds.FORM  # shown with its values: they replace none chosen meanwhile
        look = f"tm-details{' tm-reads' if reads else ''}"
        if pressed != LabelIds.DETAILS_BUTTON:
            return True, look, no_update  # the buttons below the name are outside the dialog
        return True, look, fact_list(services, about["recording"])


def fact_list(services: Services, recording: int) -> list[Component]:
    """Facts about the reading of a recording."""
    row = services.recordings.get(recording)
    return terms(facts(row.path, services.recordings.open(row).info, row.sha256, row.reading))
