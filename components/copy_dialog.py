"""The dialog that copies labels to other recordings. What changes in it is drawn by its script."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import CopyIds
from components.parts import button, icon_button, modal, named


def open_button() -> Component:
    """The button at the table of labels."""
    return icon_button(CopyIds.OPEN, "copy", "Copy labels to…")


def copy_dialog() -> Component:
    """Which labels, in which way, to which recordings of the same shape."""
    return modal(
        CopyIds.DIALOG,
        "Copy labels to other files",
        dbc.ModalBody(
            [
                html.Div(id=CopyIds.CHOICES),
                named(
                    "Filter files",
                    dbc.Input(
                        id=CopyIds.FILTER,
                        type="search",
                        placeholder="Filter files",
                        size="sm",
                        autoComplete="off",
                    ),
                ),
                html.Div(id=CopyIds.LIST),
                html.Div(id=CopyIds.STATE, role="status"),
            ],
            className="tm-copy",
        ),
        [
            dbc.Button("Close", id=CopyIds.CLOSE, n_clicks=0, color="link"),
            button(CopyIds.START, "copy", "Copy", disabled=True),
        ],
        size="lg",
        scrollable=True,
    )
