"""The plot and what lies over it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.ids import LabelIds, PlotIds
from components.parts import aria

PLOT_CONFIG: Any = {"displayModeBar": False, "doubleClick": False, "scrollZoom": True, "plotlyServerURL": ""}
TIME_HELP = "How times are shown here. What is saved is always the file's own time."


def plot() -> Component:
    """The graph is only the place: the script in assets/ gives it its traces and owns the view."""
    return html.Div(
        [
            dcc.Graph(
                id=LabelIds.PLOT,
                figure={"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}},
                config=PLOT_CONFIG,
                responsive=True,
                style={"height": "100%"},
            ),
            html.Select(
                id=PlotIds.TIME, className="tm-plain-select", title=TIME_HELP, **aria(label="Show times as")
            ),
            html.Div(id=LabelIds.READOUT, className="tm-readout", **aria(hidden="true")),
        ],
        className="tm-plot",
        role="application",
        **aria(label="Plot of the recording. Click a start and an end to mark a segment."),
    )
