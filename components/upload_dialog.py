"""The dialog that takes files in. What changes in it while files are on their way is drawn by its scripts."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import ImportIds, UploadIds
from components.parts import button, drop_zone


def upload_dialog() -> Component:
    """Choose or drop files and folders, see what becomes of each. Uploads go on while it is closed."""
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle("Upload CSV data", id=f"{UploadIds.DIALOG}-title")),
            dbc.ModalBody(
                [
                    drop_zone(
                        UploadIds.DROP,
                        (UploadIds.DIRECTORY, UploadIds.FILES),
                        "cloud-arrow-up",
                        "Drop files or folders here",
                        ".csv, .tsv and .txt of any size. Sub-folders are kept.",
                    ),
                    html.Div(id=UploadIds.WHERE),
                    html.Div(id=UploadIds.FOUND),
                    html.Div(id=ImportIds.OFFER),
                    html.Div(
                        [
                            html.Div(id=UploadIds.NOTICE, role="alert"),
                            html.Div(id=UploadIds.OVERALL),
                            html.Div(id=UploadIds.QUESTIONS),
                            html.Div(id=UploadIds.FILTERS, role="group", title="Which files to show"),
                        ],
                        className="tm-upload-head",
                    ),
                    html.Div(id=UploadIds.LIST, className="tm-upload-list"),
                    html.Div(id=UploadIds.SKIPPED),
                    html.Div(id=UploadIds.LIVE, className="visually-hidden", role="status"),
                ],
                className="tm-upload",
            ),
            dbc.ModalFooter(
                [
                    button(UploadIds.CANCEL_ALL, "x-circle", "Cancel all", color="link", disabled=True),
                    button(UploadIds.CLEAR, "eraser", "Clear list", color="link", disabled=True),
                    dbc.Button("Close", id=UploadIds.CLOSE, n_clicks=0, className="tm-upload-close"),
                ]
            ),
        ],
        id=UploadIds.DIALOG,
        labelledBy=f"{UploadIds.DIALOG}-title",
        is_open=False,
        size="lg",
        scrollable=True,
    )


def upload_indicator() -> Component:
    """A line under the upload button: how far the uploads are while the dialog is closed; opens it."""
    return html.Button(
        id=UploadIds.INDICATOR, type="button", n_clicks=0, hidden=True, className="tm-upload-indicator"
    )
