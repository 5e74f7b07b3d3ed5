"""The details of a file: opening them, and showing the file anew when it was read differently."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.wiring import on_click, script, toggles
from components.details import terms
from components.ids import DetailsIds, LabelIds
from components.recording import describe, facts
from services.recordings.repository import reading_version
from services.web.container import Services

FIELDS = (
    DetailsIds.TIME,
    DetailsIds.DATES,
    DetailsIds.ZONE,
    DetailsIds.UNIT,
    DetailsIds.RATE,
    DetailsIds.DELIMITER,
    DetailsIds.DECIMAL,
    DetailsIds.HEADER,
    DetailsIds.ENCODING,
)


def register(app: Dash, services: Services) -> None:
    """Wire the dialog; what it does is in assets/zz_tidemark/45_reading.js."""

    @app.callback(
        Output(LabelIds.PLOT, "recording"),
        Output(LabelIds.SUMMARY, "children"),
        Output(DetailsIds.FACTS, "children"),
        Input(DetailsIds.REOPEN, "data"),
        prevent_initial_call=True,
    )
    def reopen(asked: dict[str, Any]) -> tuple[dict[str, Any], str, list[Component]]:
        known = services.recordings.get(asked["recording"])
        info = services.recordings.open(known).info
        shown = describe(known.id, known.path, info, reading_version(known))
        return shown, shown["summary"], terms(facts(known.path, info, known.sha256, known.reading))

    toggles(app, LabelIds.DETAILS, LabelIds.DETAILS_BUTTON)
    script(app, "detailsShown", Input(LabelIds.DETAILS, "is_open"))
    script(app, "readingChanged", *[Input(field, "value") for field in FIELDS])
    on_click(
        app,
        {
            DetailsIds.CHANGE: "readingOpen",
            DetailsIds.BACK: "readingClose",
            DetailsIds.FOUND: "readingAsFound",
            DetailsIds.READ: "readAgain",
        },
    )
