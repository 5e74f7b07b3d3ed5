"""Job status of the open recording (``components/job_status.py``), one container per kind of job."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from callbacks.clicks import pressed
from callbacks.feedback import follow
from components.ids import AutolabelIds, JobsIds, LabelIds, TrainingIds, job_status_part, job_status_tool
from components.job_status import ACTIVE, BAR, current, state_text, tool, view_of
from services.web.container import Services

PLACES = {"autolabel": AutolabelIds.RUN, "train": TrainingIds.RUN}  # by kind of job


def register(app: Dash, services: Services) -> None:
    """Register the containers."""
    _showing(app, services)
    _acting(app, services)


def _outputs(kind: str, place: str) -> dict[str, Output]:
    return {
        "hidden": Output(place, "hidden"),
        "view": Output(place, "data-view"),
        "bar": Output(job_status_part("bar", kind), "value"),
        "look": Output(job_status_part("bar", kind), "class_name"),
        "words": Output(job_status_part("words", kind), "children"),
        "tool": Output(job_status_part("tool", kind), "children"),
    }


def _showing(app: Dash, services: Services) -> None:
    @app.callback(
        {kind: _outputs(kind, place) for kind, place in PLACES.items()},
        {
            "_changed": Input(JobsIds.CHANGED, "data"),
            "recording": Input(LabelIds.PLOT, "recording"),
            "views": {kind: State(place, "data-view") for kind, place in PLACES.items()},
        },
    )
    def show(recording: dict[str, Any], views: dict[str, str], **_changed: Any) -> dict[str, Any]:
        jobs = services.job_board.listed()["jobs"]
        return {kind: parts(current(jobs, kind, recording.get("id")), views[kind]) for kind in PLACES}


def parts(job: dict[str, Any] | None, view: str) -> dict[str, Any]:
    """Content of a container for a job; ``view`` is the current content."""
    now = view_of(job)
    if job is None:
        unchanged = dict.fromkeys(("bar", "look", "words"), no_update)
        same = {"hidden": no_update, "view": no_update, "tool": no_update}
        return unchanged | (same if now == view else {"hidden": True, "view": "", "tool": []})
    return {
        "hidden": False,
        "view": now,
        "bar": job["progress"],
        "look": BAR if job["state"] in ACTIVE else "d-none",
        "words": state_text(job),
        "tool": no_update if now == view else tool(job),
    }


def _acting(app: Dash, services: Services) -> None:
    @app.callback(Input(job_status_tool(ALL, ALL, ALL), "n_clicks"), prevent_initial_call=True)
    def act(_clicks: list[int | None]) -> None:
        if not (buttons := pressed()):
            raise PreventUpdate
        cancelled = [button["job"] for button in buttons if button["action"] == "cancel"]
        retried = [button["job"] for button in buttons if button["action"] != "cancel"]
        services.job_board.cancel(cancelled)
        follow([*cancelled, *map(services.job_board.retry, retried)])
