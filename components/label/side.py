"""Beside the plot: label classes, the model, saving."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from components.ids import ClassesIds, LabelIds
from components.label.class_list import class_list
from components.label.model_panel import model_panel
from components.parts import aria, button, icon
from components.urls import CLASSES


def side() -> Component:
    """The right pane."""
    return html.Aside(
        [
            html.Div(
                [
                    html.H2("Label classes"),
                    dcc.Link(
                        icon("sliders"),
                        id=ClassesIds.LINK,
                        href=CLASSES,
                        title="Manage label classes and sets",
                        className="tm-tool tm-side-link",
                    ),
                ],
                className="tm-side-head",
            ),
            *class_list(),
            model_panel(),
            html.Div(
                [
                    button(LabelIds.SAVE, "floppy", "Save", "save", className="tm-wide"),
                    button(
                        LabelIds.DONE,
                        "check2-all",
                        "Done",
                        "done",
                        title="Done: save this file and go to the next that is not done",
                        className="tm-wide",
                        outline=True,
                        color="primary",
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
                    html.P(id=LabelIds.SAVED, className="tm-saved"),
                ],
                className="tm-save",
            ),
        ],
        className="tm-side",
        **aria(label="Label classes, model and saving"),
    )
