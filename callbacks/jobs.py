"""Follow jobs: which changed, and which ended, for every part of the page that shows them.

A part that starts a job calls ``feedback.follow([job_id])`` after ``submit``. It then listens to

- ``JobsIds.CHANGED``: a text that is new whenever the state, progress or message of a job changed; whoever shows jobs
  reads them again from ``services.jobs`` or ``services.job_board``;
- ``JobsIds.ENDED``: the jobs that ended since the last notice, each once: a list of
  ``{"id", "kind", "recording", "state", "result", "error", "about"}``. It holds jobs that this page started and shown
  jobs that it saw waiting or running, whoever started them, also after a reload.
"""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update

from components.ids import JobsIds, ShellIds
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Register the notices about jobs."""

    @app.callback(
        Output(JobsIds.CHANGED, "data"),
        Output(JobsIds.ENDED, "data"),
        Output(JobsIds.WATCHED, "data"),
        Output(JobsIds.PULSE, "disabled"),
        Input(ShellIds.JOBS_VERSION, "data"),
        Input(JobsIds.STARTED, "data"),
        Input(JobsIds.PULSE, "n_intervals"),
        State(JobsIds.WATCHED, "data"),
        prevent_initial_call=True,
    )
    def notice(
        _version: str | None, started: list[str] | None, _count: int | None, watched: list[str] | None
    ) -> tuple[str, Any, list[str], bool]:
        fresh = started if JobsIds.STARTED in ctx.triggered_prop_ids.values() else []
        news = services.job_board.news([*(watched or []), *(fresh or [])], started or [])
        return news.version, news.ended or no_update, news.watched, not news.started_active
