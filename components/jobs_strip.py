"""Jobs in the navigation bar of every page: number, progress, and a button for the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import urls
from components.ids import JobsIds, job_bar, job_button, job_words
from components.parts import aria, icon, icon_button, stores

STORES = (
    JobsIds.STARTED,
    JobsIds.ACTED,
    JobsIds.WATCHED,
    JobsIds.SHOWN,
    JobsIds.CHANGED,
    JobsIds.ENDED,
    JobsIds.FOLLOWED,
    JobsIds.FOLLOWED_END,
    JobsIds.FOLLOWED_RESULT,
)
KIND_ICONS = {"autolabel": "stars", "train": "mortarboard", "measure": "mortarboard"}
STATE_ICONS = {
    "done": "check2 text-success",
    "failed": "x-octagon text-danger",
    "interrupted": "exclamation-triangle text-danger",
    "cancelled": "slash-circle",
}
ACTIVE = ("running", "queued")

Listed = Mapping[str, Any]  # see JobBoard.listed()


def jobs_strip() -> Component:
    """The button, hidden without jobs; next to it Cancel for the followed job; the list."""
    return html.Div(
        [
            stores(STORES),
            html.Button(
                [
                    html.Span("Jobs", id=JobsIds.WORDS, className="d-flex align-items-center gap-1"),
                    html.Progress(
                        id=JobsIds.BAR, value="0", max="1", className="tm-jobs-bar", **aria(label="Progress")
                    ),
                ],
                id=JobsIds.BUTTON,
                className="tm-jobs-button",
                type="button",
                n_clicks=0,
                hidden=True,
                title="Jobs: running, queued, ended",
                **aria(haspopup="dialog"),
            ),
            icon_button(
                JobsIds.STOP,
                "x-lg",
                "Cancel the job shown here",
                hidden=True,
                className="tm-tool tm-jobs-stop",
            ),
            dbc.Offcanvas(
                html.Div(id=JobsIds.LIST),
                id=JobsIds.PANEL,
                title="Jobs",
                placement="end",
                is_open=False,
                scrollable=True,
            ),
        ],
        className="d-flex align-items-center gap-1",
    )


def summary(counts: Mapping[str, int]) -> tuple[list[Any], str, bool]:
    """Text and class of the button, and whether it is hidden (no jobs)."""
    waiting = counts.get("running", 0) + counts.get("queued", 0)
    bad = counts.get("failed", 0) + counts.get("interrupted", 0)
    ended = counts.get("done", 0) + counts.get("cancelled", 0)
    words = _count(waiting) if waiting else f"{_count(bad)} failed" if bad else _count(ended)
    sign = "arrow-repeat" if waiting else "exclamation-triangle text-danger" if bad else "check2-circle"
    classes = ["tm-jobs-button", *(["tm-jobs-busy"] if waiting else []), *(["tm-jobs-bad"] if bad else [])]
    if not any(counts.values()):
        return [], "tm-jobs-button", True
    label = f"Jobs: {waiting} running or waiting, {counts.get('done', 0)} done, {bad} failed"
    return (
        [icon(sign), html.Span(words), html.Span(label, className="visually-hidden")],
        " ".join(classes),
        False,
    )


def structure(listed: Listed) -> str:
    """A string that changes when the list must be rebuilt, not only its texts and bars."""
    return " ".join([*(f"{job['id']}{job['state']}" for job in listed["jobs"]), str(_more(listed))])


def rows(listed: Listed) -> list[Component]:
    """The list: running, queued and ended jobs with their actions, and actions for all."""
    counts, more = listed["counts"], _more(listed)
    waiting = sum(counts.get(state, 0) for state in ACTIVE)
    ended = sum(counts.values()) - waiting
    foot = [
        *([_button("Cancel all", "cancel", "")] if waiting > 1 else []),
        *([_button("Dismiss all that ended", "dismiss", "")] if ended else []),
    ]
    return [
        html.Ul([_row(job) for job in listed["jobs"]], className="list-unstyled mb-2"),
        *([html.P(f"and {more:,} more {'job' if more == 1 else 'jobs'}", className="small")] if more else []),
        html.Div(foot, className="d-flex justify-content-end"),
    ]


def state_text(job: Mapping[str, Any]) -> str:
    """State of a job as text."""
    if job["state"] == "queued":
        return f"Waiting: {_count(job['before'])} before it" if job["before"] else "Waiting to begin"
    if job["state"] == "running":
        return job["message"] or "Beginning"
    return str((job["result"] or {}).get("sentence") or "Done." if job["state"] == "done" else job["error"])


def links(job: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Links of a job: text and URL."""
    targets = [("Open file", urls.label(job["recording"]))] if job["recording"] is not None else []
    model = (job["result"] or {}).get("model")
    if job["kind"] in ("train", "measure") and model:
        targets.append(("Show model", urls.model_page(model)))
    elif job["kind"] == "train":
        targets.append(("Show", urls.training_page(job["id"])))
    return targets


def _row(job: Mapping[str, Any]) -> Component:
    active = job["state"] in ACTIVE
    sign = KIND_ICONS.get(job["kind"], "gear") if active else STATE_ICONS[job["state"]]
    about = job["about"]
    title, subject = about.get("title") or job["kind"], about.get("what") or ""
    named = aria(label=f"Progress of {title}")
    bar = html.Progress(
        id=job_bar(job["id"]), value=str(job["progress"]), max="1", className="tm-jobs-bar", **named
    )
    return html.Li(
        [
            icon(sign),
            html.Div(
                [
                    html.Div(title, className="fw-semibold"),
                    html.Div(subject, title=subject, className="text-truncate text-body-secondary"),
                    *([bar] if job["state"] == "running" else []),
                    html.Div(
                        state_text(job),
                        id=job_words(job["id"]),
                        className="tm-jobs-status small text-body-secondary",
                    ),
                    html.Div([*_links(job), *_buttons(job)], className="tm-jobs-controls"),
                ],
                className="flex-fill overflow-hidden",
            ),
            *([] if active else [_dismiss(job["id"], f"{title} {subject}".strip())]),
        ],
        className="tm-jobs-row d-flex align-items-start gap-2 border-top tm-fine",
    )


def _links(job: Mapping[str, Any]) -> list[Component]:
    return [dcc.Link(words, href=href, className="btn btn-sm btn-link") for words, href in links(job)]


def _buttons(job: Mapping[str, Any]) -> list[Component]:
    if job["state"] in ACTIVE:
        return [_button("Cancel", "cancel", job["id"])]
    return [] if job["state"] == "done" else [_button("Retry", "retry", job["id"])]


def _button(words: str, action: str, job: str) -> Component:
    return html.Button(words, id=job_button(action, job), type="button", className="btn btn-sm btn-link")


def _dismiss(job: str, name: str) -> Component:
    return html.Button(
        id=job_button("dismiss", job),
        type="button",
        className="btn-close",
        title="Dismiss",
        **aria(label=f"Dismiss: {name}"),
    )


def _more(listed: Listed) -> int:
    return int(sum(listed["counts"].values()) - len(listed["jobs"]))


def _count(number: int) -> str:
    return f"{number:,} {'job' if number == 1 else 'jobs'}"


def progress_of(jobs: Sequence[Mapping[str, Any]], ids: Sequence[str]) -> list[str]:
    """Progress of the jobs ``ids``, for their bars."""
    progress = {job["id"]: job["progress"] for job in jobs}
    return [str(progress.get(identity, 1.0)) for identity in ids]


def states_text(jobs: Sequence[Mapping[str, Any]], ids: Sequence[str]) -> list[str]:
    """State of the jobs ``ids`` as text."""
    texts = {job["id"]: state_text(job) for job in jobs}
    return [texts.get(identity, "") for identity in ids]
