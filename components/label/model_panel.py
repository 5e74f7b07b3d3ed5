"""Beside the plot: which model labels the file. Scripts fill it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.ids import ModelIds
from components.label import autolabel, training
from components.parts import aria, icon, icon_button
from components.urls import MODELS


def model_panel() -> Component:
    """Choose a model, read the remarks on it, add one with **+**; what is done with it comes below."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Model"),
                    html.Div(
                        [
                            icon_button(ModelIds.REMARKS_BUTTON, "info-circle", "Remarks on this model"),
                            html.A(
                                icon("sliders"),
                                id=ModelIds.LINK,
                                href=MODELS,
                                title="All models",
                                className="tm-tool tm-side-link",
                                **aria(label="All models"),
                            ),
                            icon_button(ModelIds.ADD, "plus-lg", "Add a model"),
                        ],
                        className="tm-side-tools",
                    ),
                ],
                className="tm-side-head",
            ),
            html.Div(id=ModelIds.CHOICE, className="tm-model-choice"),
            html.P(id=ModelIds.REMARKS, className="tm-model-remarks", hidden=True),
            autolabel.panel(),
            training.panel(),
        ],
        className="tm-model-panel",
        **aria(label="Model"),
    )
