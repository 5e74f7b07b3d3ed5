"""Right pane of the label page: label classes, model, saving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.ids import ClassesIds, LabelIds
from components.label.class_list import class_list
from components.label.model_panel import model_panel
from components.parts import aria, button, key_hint
from components.urls import CLASSES, at


def done_text(done: bool) -> str:
    """Text of the button that marks or unmarks the open file as done."""
    return "Not done" if done else "Done"


def side(done: bool = False, model: Mapping[str, Any] | None = None) -> Component:
    """The right pane; ``done``: the recording is done; ``model``: as in :func:`model_panel`."""
    return html.Aside(
        [
            html.Div(
                [
                    html.H2("Label classes"),
                    dcc.Link(
                        "",  # otherwise Dash shows the URL
                        id=ClassesIds.LINK,
                        href=at(CLASSES),
                        title="Manage label classes and sets",
                        className="tm-tool tm-side-link d-inline-flex align-items-center bi bi-sliders",
                    ),
                ],
                className="d-flex align-items-center justify-content-between",
            ),
            *class_list(),
            model_panel(model),
            html.Div(
                [
                    button(LabelIds.SAVE, "floppy", "Save", "save", className="tm-wide"),
                    html.Button(
                        done_text(done),
                        id=LabelIds.DONE,
                        n_clicks=0,
                        type="button",
                        title="Done: save this file and go to the next that is not done",
                        className="btn btn-outline-primary tm-wide bi bi-check2-all",
                        **key_hint("done"),
                        **aria(pressed=str(done).lower()),
                    ),
                    button(
                        LabelIds.SAVE_ALL,
                        "floppy2",
                        "Save All",
                        className="tm-wide",
                        outline=True,
                        color="primary",
                    ),
                    button(
                        LabelIds.DOWNLOAD,
                        "file-earmark-zip",
                        "Download Outputs",
                        className="tm-wide",
                        outline=True,
                        color="primary",
                    ),
                    html.P(id=LabelIds.SAVED, className="tm-saved small text-body-secondary m-0"),
                ],
                className="tm-save d-flex flex-column",
            ),
        ],
        className="tm-side d-flex flex-column flex-shrink-0 border-start",
        **aria(label="Label classes, model and saving"),
    )
