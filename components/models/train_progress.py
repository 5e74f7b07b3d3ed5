"""Training on the Models page: progress and learning curve, or result; list of active trainings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.figures import graph
from components.figures.loss_curve import loss_curve, loss_words
from components.ids import train_part, train_tool
from components.models.train_form import hint
from components.parts import aria
from services.jobs import JobState
from services.wording import counted

GONE = "This training does not exist any more. If it succeeded, its model is in the list."
Job = dict[str, Any]  # see services.jobs.JobBoard


def training(job: Job | None, points: Sequence[dict[str, Any]]) -> Component:
    """A training; None: unknown. ``points``: learning curve."""
    shown: Any = {"data-view": view_of(job)}
    return html.Div(view(job, points), id=train_part("state"), **shown)


def view_of(job: Job | None) -> str:
    """Id and state of a training; while unchanged, only bar, text and curve are updated."""
    if job is None:
        return "gone"
    return f"{job['id']} {'active' if is_active(job) else job['state']}"


def is_active(job: Job) -> bool:
    """True while it is queued or running."""
    return job["state"] in (JobState.QUEUED, JobState.RUNNING)


def view(job: Job | None, points: Sequence[dict[str, Any]]) -> list[Component]:
    """Content of :func:`training`."""
    if job is None:
        return [html.P(GONE, className="mt-2 mx-0 mb-3"), _buttons(_button("Train a model", "new"))]
    head = html.Header(
        [
            html.H2(job["about"].get("title") or "Training", className="fs-5"),
            hint(job["about"].get("what") or ""),
        ]
    )
    return [head, *(_at_work(job, points) if is_active(job) else _ended(job))]


def _at_work(job: Job, points: Sequence[dict[str, Any]]) -> list[Component]:
    bar = html.Div(
        html.Span(id=train_part("bar"), className="progress-bar", style=width(job)),
        className="progress flex-fill",
        role="progressbar",
        **aria(
            label=f"Progress of {job['about'].get('title') or 'the training'}", valuemin="0", valuemax="100"
        ),
    )
    return [
        html.Div(
            [bar, _button("Cancel", "cancel", job["id"])],
            className="d-flex align-items-center gap-3 mt-3",
        ),
        html.P(stage(job), id=train_part("stage"), className="mt-2 mx-0 mb-3", role="status"),
        curve(points, train_part("curve")),
    ]


def curve(points: Sequence[dict[str, Any]], identity: dict[str, str] | None = None) -> Component:
    """Learning curve of a training."""
    words = (
        "Each line is one network; the faint ones belong to the model for evaluation, "
        "the others to the final model."
    )
    return html.Div([graph(loss_curve(points), loss_words(points), "tm-curve", identity), hint(words)])


def _ended(job: Job) -> list[Component]:
    if job["state"] == JobState.DONE:  # its model will be shown next
        return []
    cancelled = job["state"] == JobState.CANCELLED
    words = "Cancelled: nothing was stored." if cancelled else job["error"] or "It did not finish."
    back = _button("Back to the form", "back", job["id"])
    retry = [] if cancelled else [_button("Retry", "retry", job["id"])]
    kind = "mt-2 mx-0 mb-3" if cancelled else "tm-train-reason text-danger"
    return [html.P(words, className=kind, role="alert"), _buttons(*retry, back)]


def width(job: Job) -> dict[str, str]:
    """Style of the progress bar."""
    return {"width": f"{job['progress']:.1%}"}


def stage(job: Job) -> str:
    """Current step as text."""
    if job["state"] == JobState.QUEUED:
        return f"Waiting: {counted(job['before'], 'job')} before it" if job["before"] else "Waiting to begin"
    return f"{job['message'] or 'Beginning'} – {share(job)}"


def share(job: Job) -> str:
    """Progress, rounded down: ``83 %``."""
    return f"{int(100 * job['progress'])} %"


def rows(jobs: Sequence[Job], shown: str) -> list[Component]:
    """Queued and running trainings, for the area above the list of models."""
    return [_row(job, job["id"] == shown) for job in jobs if is_active(job)]


def _row(job: Job, shown: bool) -> Component:
    lines = [
        html.Span(
            job["about"].get("title") or "Training", className="tm-model-name text-truncate fw-semibold"
        ),
        html.Span(job["about"].get("what") or "", className="small text-truncate text-body-secondary"),
    ]
    count = "waits" if job["state"] == JobState.QUEUED else share(job)
    return html.Button(
        [
            html.Span(lines, className="tm-fill d-flex flex-column"),
            html.Span(count, className="tm-count"),
        ],
        id=train_tool("show", job["id"]),
        type="button",
        n_clicks=0,
        className="tm-model-row",
        **(aria(current="true") if shown else {}),
    )


def _buttons(*buttons: Component) -> Component:
    return html.Div(list(buttons), className="d-flex gap-2")


def _button(words: str, action: str, job: str = "") -> Component:
    return dbc.Button(words, id=train_tool(action, job), size="sm", outline=True, color="primary", n_clicks=0)
