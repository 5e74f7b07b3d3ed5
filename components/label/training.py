"""Beside the plot, under the model: training from the labels there are, in one press. A script says what it does."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.ids import TrainingIds
from components.parts import button


def panel() -> Component:
    """**Train and suggest** (or **Improve**), what it learns from, its progress, how good its model should be."""
    return html.Div(
        [
            button(
                TrainingIds.START,
                "mortarboard",
                "Train and suggest",
                title="Looking at the labels…",
                className="tm-wide",
                outline=True,
                color="primary",
                disabled=True,
            ),
            html.P(id=TrainingIds.SAID, className="tm-autolabel-said"),
            html.Div(id=TrainingIds.RUN, className="tm-autolabel-run", hidden=True),
            html.Div(id=TrainingIds.VERSIONS, className="tm-versions", hidden=True),
        ],
        id=TrainingIds.PANEL,
        className="tm-training",
    )
