"""What can be done to the selected labels, in the head of the table."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.ids import LabelIds
from components.parts import button


def selection_bar() -> Component:
    """The bar itself."""
    return html.Div(
        button(
            LabelIds.DELETE,
            "trash",
            "Delete",
            "delete",
            size="sm",
            color="link",
            disabled=True,
            className="tm-delete",
        ),
        className="tm-selection-bar",
    )
