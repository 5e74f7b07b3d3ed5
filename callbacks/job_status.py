"""The status of the job of a kind about the open recording (``components/job_status.py``)."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from callbacks.feedback import follow
from components.ids import JobsIds, LabelIds, job_status_part
from components.job_status import ACTIVE, current, words
from services.web.container import Services


def on_recording(app: Dash, services: Services, identity: str, kind: str) -> None:
    """Show the job of ``kind`` about the open recording in the status ``identity``, named by its kind."""
    _showing(app, services, identity, kind)
    _acting(app, services, kind)


def _showing(app: Dash, services: Services, identity: str, kind: str) -> None:
    @app.callback(
        Output(identity, "hidden"),
        Output(job_status_part("bar", kind), "value"),
        Output(job_status_part("bar", kind), "class_name"),
        Output(job_status_part("words", kind), "children"),
        Output(job_status_part("cancel", kind), "hidden"),
        Output(job_status_part("retry", kind), "hidden"),
        Output(job_status_part("job", kind), "data"),
        Input(JobsIds.CHANGED, "data"),
        Input(LabelIds.PLOT, "recording"),
    )
    def show(_version: str | None, recording: dict[str, Any]) -> tuple[Any, ...]:
        job = current(services.job_board.listed()["jobs"], kind, recording.get("id"))
        if job is None:
            return True, 0, "", "", True, True, None
        active = job["state"] in ACTIVE
        bar = "" if active else "d-none"
        return False, job["progress"], bar, words(job), not active, active, job["id"]


def _acting(app: Dash, services: Services, kind: str) -> None:
    @app.callback(
        Input(job_status_part("cancel", kind), "n_clicks"),
        State(job_status_part("job", kind), "data"),
        prevent_initial_call=True,
    )
    def cancel(clicks: int | None, job: str | None) -> None:
        if not clicks or not job:
            raise PreventUpdate
        services.job_board.cancel([job])
        follow([job])

    @app.callback(
        Input(job_status_part("retry", kind), "n_clicks"),
        State(job_status_part("job", kind), "data"),
        prevent_initial_call=True,
    )
    def retry(clicks: int | None, job: str | None) -> None:
        if not clicks or not job:
            raise PreventUpdate
        follow([services.job_board.retry(job)])
