"""Beside the plot, under the model: training from the labels there are, in one press."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import TrainingIds, training_part, training_tool
from components.models.train_progress import Job, is_active, width
from components.parts import aria, button
from services.jobs import JobState
from services.wording import counted

NAMES = {"train": "Train and suggest", "improve": "Improve"}
BUSY = "A training for this file is at work"


def panel() -> Component:
    """**Train and suggest** (or **Improve**), what it learns from, its progress, how good its model should be."""
    view: Any = {"data-view": ""}
    return html.Div(
        [
            button(
                TrainingIds.START,
                "mortarboard",
                NAMES["train"],
                title="Looking at the labels…",
                className="tm-wide tm-train-start",
                outline=True,
                color="primary",
                disabled=True,
            ),
            html.P(id=TrainingIds.SAID, className="tm-autolabel-said"),
            html.Div(id=TrainingIds.RUN, className="d-flex flex-column gap-1", hidden=True, **view),
            html.Div(id=TrainingIds.VERSIONS),
        ],
        id=TrainingIds.PANEL,
        className="d-flex flex-column gap-2",
    )


def button_content(state: dict[str, Any]) -> str:
    """What is on the button; ``state`` as ``TrainingDesk.state`` has it."""
    return NAMES[state["action"]]


def button_title(state: dict[str, Any], keys: str) -> str:
    """What the button does, or why it cannot; ``keys``: such as ``Shift+L``, "" without one."""
    if state["job"]:
        return BUSY
    if state["reason"]:
        return str(state["reason"])
    name = NAMES[state["action"]]
    end = f" ({keys})" if keys else ""
    return f"{name}: learn from {state['words']}, then label the rest of this file{end}"


def said(state: dict[str, Any]) -> str:
    """What a training learns from and what is missing, or how good the chosen model should be and what is new since."""
    fresh = ""
    if state["action"] == "improve":
        words = state["expected"]
        if state["fresh"]:
            new = counted(state["fresh"], "new label or decision", "new labels and decisions")
            fresh = f" {new} since."
    else:
        words = state["reason"] or f"Learns from {state['words']}."
    missing = f" {state['reason']}" if fresh and state["reason"] else ""
    warnings = "" if state["reason"] else "".join(f" {one}" for one in state["warnings"])
    return f"{words}{fresh}{missing}{warnings}"


def shown_job(jobs: list[Job], recording: int) -> Job | None:
    """The training for a recording that runs, waits or did not come to its end; the first of these."""
    mine = [job for job in jobs if job["kind"] == "train" and job["recording"] == recording]
    states = (JobState.RUNNING, JobState.QUEUED, JobState.FAILED, JobState.INTERRUPTED)
    return next((job for state in states for job in mine if job["state"] == state), None)


def view_of(job: Job | None) -> str:
    """Which parts are shown; while that stays the same only the bar and the words change."""
    return f"{job['id']} {job['state']}" if job else ""


def run(job: Job | None) -> list[Component]:
    """How far a training is, with a button that cancels it, or tries it again."""
    if job is None:
        return []
    words, action = ("Cancel", "cancel") if is_active(job) else ("Retry", "retry")
    tool = dbc.Button(words, id=training_tool(action, job["id"]), size="sm", color="link", n_clicks=0)
    told = html.Span(
        run_words(job),
        id=training_part("words"),
        className="tm-jobs-said small text-body-secondary",
        role="status",
    )
    bar = html.Div(
        html.Span(id=training_part("bar"), style=width(job)),
        className="tm-jobs-track",
        role="progressbar",
        hidden=not is_active(job),
        **aria(label="Progress of the training", valuemin="0", valuemax="100"),
    )
    return [
        bar,
        html.Div(
            [told, tool],
            className="tm-autolabel-line d-flex align-items-baseline justify-content-between gap-2",
        ),
    ]


def run_words(job: Job) -> str:
    """How a training stands."""
    if job["state"] == JobState.QUEUED:
        return f"Waiting: {counted(job['before'], 'job')} before it" if job["before"] else "Waiting to begin"
    if job["state"] == JobState.RUNNING:
        return job["message"] or "Beginning"
    return job["error"] or "It did not come to its end."
