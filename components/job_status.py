"""The status of one job: its progress, how it stands in words, and Cancel or Retry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.ids import job_status_part

ACTIVE = ("running", "queued")
ORDER = (*ACTIVE, "failed", "interrupted")


def job_status(identity: str, of: str) -> Component:
    """The frame, hidden while there is no job; ``of`` names it to :func:`job_status_part`."""
    return html.Div(
        [
            dcc.Store(id=job_status_part("job", of)),
            dbc.Progress(id=job_status_part("bar", of), value=0, max=1, style={"height": "6px"}),
            html.Div(
                [
                    html.Span(
                        id=job_status_part("words", of),
                        className="tm-jobs-said small text-body-secondary",
                        role="status",
                    ),
                    _button("cancel", of, "Cancel"),
                    _button("retry", of, "Retry"),
                ],
                className="tm-autolabel-line d-flex align-items-baseline justify-content-between gap-2",
            ),
        ],
        id=identity,
        className="d-flex flex-column gap-1",
        hidden=True,
    )


def _button(part: str, of: str, words: str) -> Component:
    identity = job_status_part(part, of)
    return html.Button(words, id=identity, type="button", className="btn btn-sm btn-link", n_clicks=0)


def current(jobs: Sequence[dict[str, Any]], kind: str, recording: int | None) -> dict[str, Any] | None:
    """The job of a kind about a recording that runs, waits or did not come to its end; None where there is none.

    Args:
        jobs: as ``JobBoard.listed`` describes them.
    """
    mine = [job for job in jobs if job["kind"] == kind and job["recording"] == recording]
    return next((job for state in ORDER for job in mine if job["state"] == state), None)


def words(job: dict[str, Any]) -> str:
    """How a job stands that did not come to its end."""
    if job["state"] == "queued":
        count = job["before"]
        return (
            f"Waiting: {count} {'job' if count == 1 else 'jobs'} before it" if count else "Waiting to begin"
        )
    if job["state"] == "running":
        return job["message"] or "Beginning"
    return str(job["error"] or "")
