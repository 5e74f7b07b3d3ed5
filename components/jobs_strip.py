"""In the bar on top of every page: how many jobs run or wait, and the list of them. Scripts fill both."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from components.ids import JobsIds
from components.parts import aria

PULSE_MS = 400  # between looks at jobs that this page started
STORES = (JobsIds.STARTED, JobsIds.WATCHED, JobsIds.CHANGED, JobsIds.ENDED)


def jobs_strip() -> Component:
    """The button, hidden while there is no job, and the list under it."""
    return html.Div(
        [
            *[dcc.Store(id=store) for store in STORES],
            dcc.Interval(id=JobsIds.PULSE, interval=PULSE_MS, disabled=True),
            html.Button(
                [
                    html.Span(className="tm-jobs-words", id=JobsIds.WORDS),
                    html.Span(html.Span(id=JobsIds.BAR), className="tm-jobs-track"),
                ],
                id=JobsIds.BUTTON,
                className="tm-jobs-button",
                type="button",
                n_clicks=0,
                hidden=True,
                title="Jobs: what runs, waits and has ended",
                **aria(label="Jobs", expanded="false", controls=JobsIds.PANEL),
            ),
            html.Div(
                id=JobsIds.PANEL, className="tm-jobs-panel", role="dialog", hidden=True, **aria(label="Jobs")
            ),
        ],
        className="tm-jobs-place",
    )
