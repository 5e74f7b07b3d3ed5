"""The menu that takes a picture of the view."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import PlotIds
from components.parts import icon


def picture() -> Component:
    """PNG or SVG; the scripts in assets/ put the picture together and hand it over as a download."""
    name = html.Span("Picture of the view", className="visually-hidden")
    return html.Div(
        dbc.DropdownMenu(
            [
                dbc.DropdownMenuItem("PNG, twice the size", id=PlotIds.PICTURE_PNG, n_clicks=0),
                dbc.DropdownMenuItem("SVG", id=PlotIds.PICTURE_SVG, n_clicks=0),
            ],
            id=PlotIds.PICTURE,
            label=html.Span([icon("camera"), name]),
            color="link",
            caret=False,
            align_end=True,
            toggle_class_name="tm-tool tm-picture",
        ),
        title="Picture of the view with its labels (Shift+P: PNG)",
    )
