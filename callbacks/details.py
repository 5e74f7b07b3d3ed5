"""The details of a file, and how it is shown when it was read differently, here or by somebody else."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.feedback import toast
from components.ids import DetailsIds, LabelIds, ShellIds
from components.parts import terms
from components.recording import describe, facts, shape
from services.recordings.repository import reading_version
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Wire opening the dialog, and following the way the file is read."""

    @app.callback(
        Output(LabelIds.DETAILS, "is_open"),
        Output(LabelIds.DETAILS, "class_name"),
        Output(DetailsIds.FACTS, "children"),
        Input(LabelIds.DETAILS_BUTTON, "n_clicks"),
        Input(DetailsIds.CHANGE, "n_clicks"),
        Input(DetailsIds.BACK, "n_clicks"),
        State(LabelIds.PAGE_ABOUT, "data"),
        prevent_initial_call=True,
    )
    def open_details(
        clicks: int | None, change: int | None, back: int | None, about: dict[str, Any]
    ) -> tuple[Any, str, Any]:
        if not (clicks or change or back):
            raise PreventUpdate
        reads = ctx.triggered_id == DetailsIds.CHANGE
        opened = True if ctx.triggered_id == LabelIds.DETAILS_BUTTON else no_update
        return opened, f"tm-details{' tm-reads' if reads else ''}", fact_list(services, about["recording"])

    @app.callback(
        Output(LabelIds.PLOT, "recording"),
        Output(LabelIds.SUMMARY, "children"),
        Input(ShellIds.FILES_VERSION, "data"),
        State(LabelIds.PLOT, "recording"),
        State(DetailsIds.JOB, "data"),
        prevent_initial_call=True,
    )
    def follow(
        _version: Any, shown: dict[str, Any], job: dict[str, Any] | None
    ) -> tuple[dict[str, Any], str]:
        file = services.file_lists.current().by_id.get(shown.get("id", 0))
        known = services.recordings.get(file.id) if file and file.changed else None
        if known is None or reading_version(known) == shown["reading"]:
            raise PreventUpdate
        info = services.recordings.open(known).info
        look = services.preferences.get(f"view:{shape(info)}")
        now = describe(known.id, known.path, info, reading_version(known), look)
        if not job or job["reading"] != now["reading"]:
            toast("This file was read differently; it is shown anew.")
        return now, now["summary"]


def fact_list(services: Services, recording: int) -> list[Component]:
    """How a recording was read."""
    known = services.recordings.get(recording)
    return terms(facts(known.path, services.recordings.open(known).info, known.sha256, known.reading))
