"""Jobs: one background callback runs them, one notification reports changes to the page.

A callback that starts a job calls ``feedback.follow([job_id])`` after ``submit``. Then it listens to

- ``JobsIds.CHANGED``: a string that changes with the state, progress or message of any job; listeners re-read
  jobs from ``services.jobs`` or ``services.job_board``;
- ``JobsIds.ENDED``: jobs that ended since the last notification, each once: a list of
  ``{"id", "kind", "recording", "state", "result", "error", "about"}``. It has jobs started by this page, and shown
  jobs that it saw queued or running, whoever started them, also after a reload.

The end of the followed job is written to ``JobsIds.FOLLOWED_END`` in addition to the Output: callbacks that listen to
the Output would wait as long as the job runs.

``submit`` has already passed the job to a worker. A page follows one job at a time by the background callback (fast
updates while it runs, no requests otherwise) and is informed about the others by the heartbeat.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from background.job import job_function
from callbacks.clicks import pressed
from components import jobs_strip
from components.ids import JobsIds, ShellIds, job_bar, job_button, job_words
from services.web.container import Services

FOLLOW_MS = 500  # polling interval of the followed job; each poll is held a little (background/managers.py)
ANY: Any = ALL  # in a pattern id


def register(app: Dash, services: Services) -> None:
    """Register the background callback of all jobs, the notification, and the list of jobs."""
    app.callback(
        Output(JobsIds.FOLLOWED_RESULT, "data"),
        Input(JobsIds.FOLLOWED, "data"),
        background=True,
        interval=FOLLOW_MS,
        prevent_initial_call=True,
        progress=[Output(JobsIds.BAR, "value")],
        running=[(Output(JobsIds.STOP, "hidden"), False, True)],
        cancel=[Input(JobsIds.STOP, "n_clicks")],
    )(job_function(services.jobs, services.jobs.settle))
    _notification(app, services)
    _list(app, services)
    _actions(app, services)


def _notification(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "changed": Output(JobsIds.CHANGED, "data"),
            "ended": Output(JobsIds.ENDED, "data"),
            "watched": Output(JobsIds.WATCHED, "data"),
            "followed": Output(JobsIds.FOLLOWED, "data"),
            "words": Output(JobsIds.WORDS, "children"),
            "style": Output(JobsIds.BUTTON, "className"),
            "hidden": Output(JobsIds.BUTTON, "hidden"),
        },
        inputs={
            "_version": Input(ShellIds.JOBS_VERSION, "data"),
            "started": Input(JobsIds.STARTED, "data"),
            "acted": Input(JobsIds.ACTED, "data"),
            "_ended": Input(JobsIds.FOLLOWED_END, "data"),
        },
        state={
            "watched": State(JobsIds.WATCHED, "data"),
            "followed": State(JobsIds.FOLLOWED, "data"),
            "idle": State(JobsIds.STOP, "hidden"),
        },
    )
    def notice(
        started: Any, acted: Any, watched: Any, followed: str | None, idle: bool, **_triggers: Any
    ) -> dict[str, Any]:
        fresh = _fresh(started, acted)
        news = services.job_board.news([*(watched or []), *fresh], fresh)
        words, style, hidden = jobs_strip.summary(news.counts)
        return {
            "changed": no_update if ctx.triggered_id is None and not news.watched else news.version,
            "ended": news.ended or no_update,
            "watched": news.watched,
            "followed": news.follow(None if idle else followed) or no_update,
            "words": words,
            "style": style,
            "hidden": hidden,
        }


def _list(app: Dash, services: Services) -> None:
    @app.callback(
        Output(JobsIds.LIST, "children"),
        Output(JobsIds.SHOWN, "data"),
        Output(job_words(ANY), "children"),
        Output(job_bar(ANY), "value"),
        Input(JobsIds.PANEL, "is_open"),
        Input(JobsIds.CHANGED, "data"),
        State(JobsIds.SHOWN, "data"),
        prevent_initial_call=True,
    )
    def show_list(is_open: bool, _version: str, shown: str | None) -> tuple[Any, ...]:
        *_, words, bars = ctx.outputs_list
        if not is_open:
            return [], "", [no_update] * len(words), [no_update] * len(bars)
        listed = services.job_board.listed()
        fresh = jobs_strip.structure(listed)
        same = fresh == shown
        return (
            no_update if same else jobs_strip.rows(listed),
            fresh,
            jobs_strip.states_text(listed["jobs"], [word["id"]["job"] for word in words]),
            jobs_strip.progress_of(listed["jobs"], [bar["id"]["job"] for bar in bars]),
        )

    @app.callback(
        Output(JobsIds.PANEL, "is_open"),
        Input(JobsIds.BUTTON, "n_clicks"),
        State(JobsIds.PANEL, "is_open"),
        prevent_initial_call=True,
    )
    def open_list(clicks: int, is_open: bool) -> bool:
        return bool(clicks) and not is_open


def _actions(app: Dash, services: Services) -> None:
    @app.callback(
        Output(JobsIds.ACTED, "data"),
        Input(job_button(ANY, ANY), "n_clicks"),
        prevent_initial_call=True,
    )
    def act(_clicks: list[int | None]) -> dict[str, Any]:
        buttons = pressed()
        if not buttons:
            raise PreventUpdate  # the list was just created
        started = [new for button in buttons for new in _act(services, button["what"], button["job"])]
        return {"started": started, "once": str(uuid4())}


def _act(services: Services, action: str, job: str) -> list[str]:
    """Apply an action to a job, or ("") to all; returns the ids of started jobs."""
    board, ids = services.job_board, [job] if job else None
    if action == "retry":
        return [board.retry(job)]
    if action == "cancel":
        board.cancel(ids)
    else:
        board.dismiss(ids)
    return []


def _fresh(started: list[str] | None, acted: dict[str, Any] | None) -> list[str]:
    """Jobs that this page has just started."""
    triggers = {trigger["prop_id"].rpartition(".")[0] for trigger in ctx.triggered}
    started_jobs = list(started or []) if JobsIds.STARTED in triggers else []
    return [*started_jobs, *(acted["started"] if acted and JobsIds.ACTED in triggers else [])]
