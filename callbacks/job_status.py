"""The status of the jobs about the open recording (``components/job_status.py``): one place for each kind of job."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks.feedback import follow
from components.ids import AutolabelIds, JobsIds, LabelIds, TrainingIds, job_status_part, job_status_tool
from components.job_status import contents, current, view_of, words
from services.web.container import Services

PLACES = {"autolabel": AutolabelIds.RUN, "train": TrainingIds.RUN}  # by the kind of job


def register(app: Dash, services: Services) -> None:
    """Wire the places."""
    _showing(app, services)
    for kind in PLACES:
        _progress(app, services, kind)
    _acting(app, services)


def _showing(app: Dash, services: Services) -> None:
    @app.callback(
        {
            kind: [Output(place, name) for name in ("children", "hidden", "data-view")]
            for kind, place in PLACES.items()
        },
        {
            "_changed": Input(JobsIds.CHANGED, "data"),
            "recording": Input(LabelIds.PLOT, "recording"),
            "views": {kind: State(place, "data-view") for kind, place in PLACES.items()},
        },
    )
    def show(recording: dict[str, Any], views: dict[str, str], **_changed: Any) -> dict[str, list[Any]]:
        jobs = services.job_board.listed()["jobs"]
        found = {kind: current(jobs, kind, recording.get("id")) for kind in PLACES}
        return {kind: parts(job, views[kind]) for kind, job in found.items()}


def parts(job: dict[str, Any] | None, view: str) -> list[Any]:
    """Content, hidden and view of a place that shows ``view`` now."""
    if view_of(job) == view:
        return [no_update] * 3
    return [contents(job), job is None, view_of(job)]


def _progress(app: Dash, services: Services, kind: str) -> None:
    @app.callback(
        Output(job_status_part("bar", kind), "value"),
        Output(job_status_part("words", kind), "children"),
        Input(JobsIds.CHANGED, "data"),
        State(LabelIds.PLOT, "recording"),
        prevent_initial_call=True,
    )
    def progress(_changed: str | None, recording: dict[str, Any]) -> tuple[float, str]:
        job = current(services.job_board.listed()["jobs"], kind, recording["id"])
        if job is None:
            raise PreventUpdate
        return job["progress"], words(job)


def _acting(app: Dash, services: Services) -> None:
    @app.callback(Input(job_status_tool(ALL, ALL, ALL), "n_clicks"), prevent_initial_call=True)
    def act(clicks: list[int | None]) -> None:
        if not any(clicks):
            raise PreventUpdate
        tool = ctx.triggered_id
        job = tool["job"]
        if tool["action"] == "cancel":
            services.job_board.cancel([job])
        else:
            job = services.job_board.retry(job)
        follow([job])
