"""What was done to the labels of the open file; the rows are made by the script in assets/."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import HistoryIds
from components.parts import aria


def history_tools() -> list[Component]:
    """What stands in the head of the pane while the history is shown."""
    return [
        html.Span(
            [
                html.I(className="tm-was"),
                html.Span("before"),
                html.I(className="tm-is"),
                html.Span("after: point at an edit"),
            ],
            className="tm-history-legend",
        ),
        dbc.DropdownMenu(
            [
                dbc.DropdownMenuItem("Reset to last saved…", id=HistoryIds.RESET_SAVED, n_clicks=0),
                dbc.DropdownMenuItem(
                    "Remove all labels of this file…", id=HistoryIds.RESET_EMPTY, n_clicks=0
                ),
            ],
            label="Reset",
            size="sm",
            color="link",
            align_end=True,
            className="tm-reset-menu",
        ),
    ]


def history() -> Component:
    """The list, newest edit first."""
    return html.Div(
        [
            html.Div(id=HistoryIds.REFUSED, className="tm-refused"),
            html.Div(
                id=HistoryIds.LIST, className="tm-edits", role="list", **aria(label="Edits, newest first")
            ),
        ],
        id=HistoryIds.PANEL,
        className="tm-history",
    )
