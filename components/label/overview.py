"""The strip under the plot: the whole file in small."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from components.ids import PlotIds
from components.parts import aria

HELP = (
    "The whole file. Drag the bright part to move the view, its edges to zoom, beside it for a new range; "
    "click to go there, double-click for the whole file."
)


def overview() -> Component:
    """Which channel it shows, and the strip itself; the script in assets/ draws it and owns the brush."""
    strip: Any = {
        "role": "slider",
        "tabIndex": "0",
        **aria(label="Visible part of the file", orientation="horizontal", valuemin="0", valuemax="100"),
    }
    return html.Div(
        [
            html.Select(
                id=PlotIds.OVERVIEW_CHANNEL,
                className="tm-plain-select",
                **aria(label="Channel that the overview shows"),
            ),
            html.Div(id=PlotIds.OVERVIEW, className="tm-overview-strip", title=HELP, **strip),
        ],
        className="tm-overview",
    )
