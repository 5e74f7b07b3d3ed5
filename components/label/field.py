"""Label field: state of the mark, channels, name of the label."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import LabelIds
from components.label.review import review_bar, start_button
from components.label.selection import channels_control
from components.parts import button


def field() -> Component:
    """Hint, channels, field with suggestions, Submit and Cancel."""
    return html.Div(
        [
            html.Span(
                "Click a start in the plot",
                id=LabelIds.HINT,
                className="tm-fill tm-fine text-body-secondary text-truncate",
                role="status",
            ),
            start_button(),
            channels_control(),
            html.Div(
                [
                    dbc.Input(
                        id=LabelIds.FIELD,
                        placeholder="Label",
                        maxLength=100,
                        size="sm",
                        autoComplete="off",
                    ),
                ],
                className="tm-combobox position-relative flex-shrink-0",
            ),
            button(LabelIds.SUBMIT, "check-lg", "Submit", "submit", "submit", size="sm", disabled=True),
            button(
                LabelIds.CANCEL, "x-lg", "Cancel", "cancel", "cancel", size="sm", color="link", disabled=True
            ),
            review_bar(),
        ],
        className="tm-field d-flex align-items-center gap-2 border-top",
    )
