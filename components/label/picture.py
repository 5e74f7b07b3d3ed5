"""Menu for exporting a picture of the view."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import PlotIds
from components.parts import act


def picture() -> Component:
    """PNG or SVG; the plot renders the picture and downloads it."""
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


def _item(identity: str, text: str, format_action: str) -> Component:
    """A menu item; its text fills it, so that every click hits the element with the plot action."""
    label = html.Span(text, className="d-block px-3 py-1", **act(format_action))
    return dbc.DropdownMenuItem(label, id=identity, n_clicks=0, class_name="p-0")
