"""The menu that takes a picture of the view."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import PlotIds
from components.parts import act


def picture() -> Component:
    """PNG or SVG; the plot makes the picture and hands it over as a download."""
    return html.Div(
        dbc.DropdownMenu(
            [
                _item(PlotIds.PICTURE_PNG, "PNG, twice the size", "picture"),
                _item(PlotIds.PICTURE_SVG, "SVG", "picture-svg"),
            ],
            id=PlotIds.PICTURE,
            label="Picture of the view",  # for screen readers
            color="link",
            caret=False,
            align_end=True,
            toggle_class_name="tm-tool tm-picture bi bi-camera",
        ),
        title="Picture of the view with its labels (Shift+P: PNG)",
    )


def _item(identity: str, text: str, what: str) -> Component:
    """An item of the menu; its text fills it, so that a click on it is a click on what the plot looks for."""
    label = html.Span(text, className="d-block px-3 py-1", **act(what))
    return dbc.DropdownMenuItem(label, id=identity, n_clicks=0, class_name="p-0")
