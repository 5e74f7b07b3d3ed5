"""Save All: progress and results."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.dialogs import close_button
from components.ids import LabelIds
from components.parts import empty_state, icon, modal
from services.outputs.save_all import SaveAllState
from services.wording import counted


def dialog() -> Component:
    """The dialog; its list is from :func:`contents`."""
    return modal(
        LabelIds.SAVE_RESULTS,
        "Save All",
        html.Div(id=LabelIds.SAVE_RESULTS_LIST),
        close_button(color="primary"),
        scrollable=True,
    )


def cancel_id(job: Any) -> dict[str, Any]:
    """Button that cancels the job."""
    return {"type": "save-all-cancel", "job": job}


def contents(state: SaveAllState | None) -> Component:
    """Progress of a job, or its results; None: nothing to save."""
    if state is None:
        return empty_state("check2-circle", "Nothing to save", "All files are saved.")
    if state.active:
        return _progress(state)
    files = [(file["path"], file["sentence"], file["saved"]) for file in state.files]
    failed = sum(not well for _, _, well in files)
    parts: list[Component] = []
    if state.error:
        parts.append(html.P([icon("exclamation-triangle"), f" {state.error} Files saved so far stay saved."]))
    elif failed:
        parts.append(html.P(f"{counted(failed, 'file')} could not be saved."))
    return html.Div([*parts, results(sorted(files, key=lambda file: file[2]))])


def _progress(state: SaveAllState) -> Component:
    return html.Div(
        [
            dbc.Progress(value=round(state.progress * 100), className="mb-2"),
            html.Div(
                [
                    html.Span(state.message or "Waiting to begin", className="flex-fill text-truncate"),
                    dbc.Button("Cancel", id=cancel_id(state.id), size="sm", color="link", n_clicks=0),
                ],
                className="d-flex align-items-center small text-body-secondary",
            ),
        ],
        role="status",
    )


def results(results: list[tuple[str, str, bool]]) -> Component:
    """Results of Save All: path, result, success."""
    return html.Ul(
        [
            html.Li(
                [
                    icon("check-lg text-success" if well else "exclamation-triangle text-danger"),
                    html.Span(path, className="flex-fill text-break"),
                    html.Small(name),
                ],
                className="d-flex gap-2 py-1 align-items-baseline",
            )
            for path, name, well in results
        ],
        className="list-unstyled p-0 m-0",
    )
