"""The status of the job of a kind about the open recording: its progress, how it stands in words, Cancel or Retry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import job_status_part, job_status_tool
from services.jobs import JobState
from services.wording import counted

Job = dict[str, Any]  # as services.jobs.JobBoard lists it
ACTIVE = (JobState.RUNNING, JobState.QUEUED)
ORDER = (*ACTIVE, JobState.FAILED, JobState.INTERRUPTED)


def frame(identity: str) -> Component:
    """Where the status is shown; empty and hidden while there is no job."""
    view: Any = {"data-view": ""}
    return html.Div(id=identity, className="d-flex flex-column gap-1", hidden=True, **view)


def view_of(job: Job | None) -> str:
    """Which parts are shown; while that stays the same only the bar and the words change."""
    return f"{job['id']} {job['state']}" if job else ""


def contents(job: Job | None) -> list[Component]:
    """What is in the frame."""
    if job is None:
        return []
    active = job["state"] in ACTIVE
    text, action = ("Cancel", "cancel") if active else ("Retry", "retry")
    bar = dbc.Progress(
        id=job_status_part("bar", job["kind"]), value=job["progress"], max=1, style={"height": "6px"}
    )
    line = html.Div(
        [
            html.Span(
                words(job),
                id=job_status_part("words", job["kind"]),
                className="tm-jobs-said small text-body-secondary",
                role="status",
            ),
            dbc.Button(
                text,
                id=job_status_tool(job["kind"], action, job["id"]),
                size="sm",
                color="link",
                n_clicks=0,
            ),
        ],
        className="tm-autolabel-line d-flex align-items-baseline justify-content-between gap-2",
    )
    return [bar, line] if active else [line]


def current(jobs: Sequence[Job], kind: str, recording: int | None) -> Job | None:
    """The job of a kind about a recording that runs, waits or did not come to its end; None where there is none.

    Args:
        jobs: as ``JobBoard.listed`` describes them.
    """
    mine = [job for job in jobs if job["kind"] == kind and job["recording"] == recording]
    return next((job for state in ORDER for job in mine if job["state"] == state), None)


def words(job: Job) -> str:
    """How a job stands that did not come to its end."""
    if job["state"] == JobState.QUEUED:
        return f"Waiting: {counted(job['before'], 'job')} before it" if job["before"] else "Waiting to begin"
    if job["state"] == JobState.RUNNING:
        return job["message"] or "Beginning"
    return job["error"] or "It did not come to its end."
