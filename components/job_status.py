"""Job status of the open recording: progress, state as text, Cancel or Retry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import job_status_part, job_status_tool
from services.jobs import JobState
from services.wording import counted

Job = dict[str, Any]  # see services.jobs.JobBoard
ACTIVE = (JobState.RUNNING, JobState.QUEUED)
BAR = "w-100"
SHOWN = (*ACTIVE, JobState.FAILED, JobState.INTERRUPTED)


def frame(identity: str, kind: str) -> Component:
    """Container of the status; hidden without a job.

    Bar and text always exist: an answer for a component that was removed meanwhile is an error in Dash.
    """
    view: Any = {"data-view": ""}
    bar = dbc.Progress(
        id=job_status_part("bar", kind), value=0, max=1, style={"height": "6px"}, class_name=BAR
    )
    status = html.Span(
        id=job_status_part("words", kind),
        className="tm-jobs-status tm-fill small text-body-secondary",
        role="status",
    )
    tools = html.Span(id=job_status_part("tool", kind))
    look = "tm-job-status d-flex flex-wrap align-items-baseline column-gap-2 row-gap-1"
    return html.Div([bar, status, tools], id=identity, className=look, hidden=True, **view)


def view_of(job: Job | None) -> str:
    """Id and state of the job; while it is unchanged, only the bar and the text change."""
    return f"{job['id']} {job['state']}" if job else ""


def tool(job: Job | None) -> list[Component]:
    """Button that cancels or retries a job."""
    if job is None:
        return []
    text, action = ("Cancel", "cancel") if job["state"] in ACTIVE else ("Retry", "retry")
    identity = job_status_tool(job["kind"], action, job["id"])
    return [dbc.Button(text, id=identity, size="sm", color="link", n_clicks=0)]


def current(jobs: Sequence[Job], kind: str, recording: int | None) -> Job | None:
    """The running or queued job of a kind for a recording, or the last one if it failed; None without one.

    Args:
        jobs: from ``JobBoard.listed``: running, queued, then ended ones, the newest first.
    """
    of_recording = [job for job in jobs if job["kind"] == kind and job["recording"] == recording]
    active = [job for job in of_recording if job["state"] in ACTIVE]
    newest = next(iter(active or of_recording), None)
    return newest if newest and newest["state"] in SHOWN else None


def state_text(job: Job) -> str:
    """State of a job that has not succeeded, as text."""
    if job["state"] == JobState.QUEUED:
        return f"Waiting: {counted(job['before'], 'job')} before it" if job["before"] else "Waiting to begin"
    if job["state"] == JobState.RUNNING:
        return job["message"] or "Beginning"
    return job["error"] or "It did not finish."
