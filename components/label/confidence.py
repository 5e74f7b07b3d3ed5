"""The lane under the plot that shows how sure a model was of its class at each sample."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.ids import PlotIds
from components.parts import aria

HELP = (
    "How sure the newest run of a model was of its class at each sample: a full lane is 1. "
    "Where it is marked, the model was less than 0.6 sure."
)


def confidence(shown: bool) -> Component:
    """The lane, there from the start where it is ``shown``, so that nothing moves; the script in assets/ draws it."""
    return html.Div(
        [
            html.Span("sure", id=PlotIds.CONFIDENCE_VALUE, className="tm-confidence-value"),
            html.Div(className="tm-confidence-lane"),
        ],
        id=PlotIds.CONFIDENCE,
        className="tm-confidence",
        title=HELP,
        role="img",
        hidden=not shown,
        **aria(label=HELP),
    )
