"""Dialog that selects saved label files for the ZIP."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import output_list
from components.dialogs import close_button
from components.ids import DownloadIds
from components.parts import button, modal

COLUMNS = (
    {"field": "savedLabels", "headerName": "Labels", "width": 95, "type": "rightAligned"},
    {"field": "saved", "headerName": "Saved", "flex": 2},
)


def download_dialog() -> list[Component]:
    """The dialog, filled from :mod:`components.output_list` on opening; and the download element, which must
    exist after the dialog has closed."""
    nothing = "Nothing is saved yet. Press Save or Save All first."
    dialog = modal(
        DownloadIds.DIALOG,
        "Download Outputs",
        [
            dcc.Store(id=DownloadIds.BEFORE, data=[]),
            html.Div(
                [
                    dbc.Button("Select all", id=DownloadIds.ALL, size="sm", color="link", n_clicks=0),
                    dbc.Button("Select none", id=DownloadIds.NONE, size="sm", color="link", n_clicks=0),
                    html.Span(id=DownloadIds.SUMMARY, className="tm-count ms-auto"),
                ],
                className="d-flex align-items-center mb-2",
            ),
            html.Div(output_list.grid(DownloadIds.GRID, COLUMNS, nothing), style={"height": "46vh"}),
            html.P(
                id=DownloadIds.NEVER,
                className="small text-warning-emphasis text-break mt-2 mb-0",
                role="status",
            ),
        ],
        [
            html.Div(output_list.zip_choice(DownloadIds.FILES), className="me-auto"),
            close_button(),
            button(DownloadIds.START, "download", "Download ZIP", disabled=True),
        ],
        size="lg",
    )
    return [dcc.Location(id=DownloadIds.ADDRESS, refresh=True), dialog]
