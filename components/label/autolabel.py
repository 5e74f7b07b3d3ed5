"""Beside the plot, under the model: the button that labels the file with it. A script says whether it fits."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.ids import AutolabelIds
from components.parts import button, icon_button


def panel() -> Component:
    """**Auto-label**, its options, whether the model fits, and the progress of a run."""
    return html.Div(
        [
            html.Div(
                [
                    button(
                        AutolabelIds.START,
                        "stars",
                        "Auto-label",
                        "autolabel",
                        title="Select a model first",
                        className="tm-wide",
                        disabled=True,
                    ),
                    icon_button(AutolabelIds.OPTIONS, "gear", "Options of auto-labelling"),
                ],
                className="tm-autolabel-buttons",
            ),
            html.P(id=AutolabelIds.SAID, className="tm-autolabel-said", hidden=True),
            html.Div(id=AutolabelIds.RUN, className="tm-autolabel-run", hidden=True),
        ],
        id=AutolabelIds.PANEL,
        className="tm-autolabel",
    )
