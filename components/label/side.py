"""Beside the plot: label classes, the model, saving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.ids import ClassesIds, LabelIds
from components.label.model_panel import model_panel
from components.parts import aria, button, icon
from components.urls import CLASSES


def side(model: Mapping[str, Any] | None = None) -> Component:
    """The right pane; ``model``: the one that is chosen (see :func:`model_panel`)."""
    return html.Aside(
        [
            html.Div(
                [
                    html.H2("Label classes"),
                    html.A(
                        icon("sliders"),
                        id=ClassesIds.LINK,
                        href=CLASSES,
                        title="Manage label classes and sets",
                        className="tm-tool tm-side-link",
                        **aria(label="Manage label classes and sets"),
                    ),
                ],
                className="tm-side-head",
            ),
            html.Div(id=ClassesIds.CHOICE, className="tm-set-choice"),  # a script fills it
            html.Div(id=LabelIds.CLASSES, className="tm-classes"),
            model_panel(model),
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
