"""``/label/<recording>``: the workbench."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component

from components.label import label_view
from components.label.model_panel import chosen_parts
from components.recording import describe, facts, shape
from components.urls import LABEL_TEMPLATE
from pages import not_found
from services.annotations import exchange
from services.errors import NotFound
from services.recordings.repository import reading_version
from services.storage.paths import quoted
from services.web.container import Services

PREFERENCES = ("time", "readout", "confidence", "review", "table")  # of the plot and its table


def register(services: Services) -> None:
    """Register the page."""

    def layout(recording: str | None = None, **_query: Any) -> Component:
        if recording is None:  # Dash asks once without one, to know which ids there are
            return label_view({}, [])
        try:
            if trashed := services.trash.find(int(recording)):
                return not_found.deleted(trashed)
            known = services.recordings.get(int(recording))
        except (ValueError, OverflowError, NotFound):
            return not_found.layout(f"There is no recording “{recording}”.")
        try:
            info = services.recordings.store(known.id).info
        except NotFound as missing:
            return not_found.layout(f"{quoted(known.path)}: {missing}")
        look = services.preferences.get(f"view:{shape(info)}")
        lane = services.preferences.get("confidence") is not False
        chosen = {"look": look, "sure": lane and services.runs.confidence(known.id) is not None}
        shown = describe(known.id, known.path, info, reading_version(known)) | chosen
        labels = exchange.answer(services.annotations, known.id)
        preferences = {name: services.preferences.get(name) for name in PREFERENCES}
        model = chosen_parts(services.models.list(), services.preferences.get("model"))
        told = facts(known.path, info, known.sha256, known.reading)
        return label_view(shown, told, labels, preferences, model)

    def title(recording: str | None = None, **_query: Any) -> str:
        try:
            path = services.recordings.get(int(recording or "")).path
        except (ValueError, OverflowError, NotFound):
            return "Tidemark"
        return f"{path.rpartition('/')[2]} · Tidemark"

    dash.register_page(__name__, path_template=LABEL_TEMPLATE, title=title, layout=layout)
