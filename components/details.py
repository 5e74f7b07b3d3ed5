"""Details of a file: how it was read, and the form for reading it differently."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import DetailsIds, LabelIds
from components.parts import FACTS, aria, button, terms
from components.reading_controls import reading_controls, scope_choice
from services.recordings.rereading import ASKS, WORKING, RereadState

_TITLE = f"{LabelIds.DETAILS}-title"
STORES = (DetailsIds.FORM, DetailsIds.READ_SENT, DetailsIds.JOB)


def act_id(act: Any) -> dict[str, Any]:
    """A button next to the progress of a reading: "stop", "drop" or "keep"."""
    return {"type": "details-act", "act": act}


def details_dialog(path: str, facts: list[tuple[str, Any]]) -> Component:
    """Dialog with ``facts`` (name, value) about the file at ``path``; the form is hidden at first."""
    change = button(
        DetailsIds.CHANGE,
        "sliders",
        "Read it differently…",
        size="sm",
        outline=True,
        color="primary",
        className="mt-3",
    )
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle(path, id=_TITLE)),
            dbc.ModalBody(
                [
                    html.Div(
                        [
                            html.Dl(
                                terms(facts),
                                id=DetailsIds.FACTS,
                                className=FACTS,
                            ),
                            change,
                        ],
                        className="tm-details-facts",
                    ),
                    reading_controls(DetailsIds),
                ]
            ),
            _footer(),
        ],
        id=LabelIds.DETAILS,
        labelledBy=_TITLE,
        is_open=False,
        fade=False,
        size="xl",
        scrollable=True,
        class_name="tm-details",
    )


def reading_state(reread: RereadState) -> list[Component]:
    """State of a reading: progress, or question; nothing after its end."""
    if reread.state == WORKING:
        bar = html.Progress(max="1", value=f"{reread.progress:.3f}", **aria(label="Reading"))
        return [bar, html.Span(reread.sentence or "Waiting"), _act("stop", "Stop", "btn-link")]
    if reread.state == ASKS:
        return [
            html.Span(reread.sentence, className="text-danger text-break"),
            _act("drop", "Read again and drop them", "btn-danger"),
            _act("keep", "Leave it as it is", "btn-outline-primary"),
        ]
    return []


def _act(act: str, words: str, look: str) -> Component:
    focus = act == "drop" or None
    return html.Button(
        words, id=act_id(act), n_clicks=0, type="button", className=f"btn btn-sm {look}", autoFocus=focus
    )


def _footer() -> Component:
    return dbc.ModalFooter(
        [
            html.Div(id=DetailsIds.STATE, className="tm-reading-state", role="status"),
            scope_choice(DetailsIds, "the files of its shape in its folder"),
            button(DetailsIds.BACK, "arrow-left", "Back", size="sm", color="link"),
            button(DetailsIds.FOUND, "arrow-counterclockwise", "As found", size="sm", color="link"),
            button(DetailsIds.READ, "arrow-repeat", "Read again", size="sm", disabled=True),
        ]
    )
