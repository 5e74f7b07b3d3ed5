"""The dialog that brings labels in. What changes in it is drawn by its scripts."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import ImportIds
from components.parts import button, drop_zone, modal


def open_button() -> Component:
    """The button beside the files."""
    return button(
        ImportIds.OPEN,
        "box-arrow-in-down",
        "Bring labels in…",
        size="sm",
        outline=True,
        color="primary",
        className="tm-wide",
    )


def import_dialog() -> Component:
    """Choose or drop files of labels, see what would become of each label, then bring them in."""
    return modal(
        ImportIds.DIALOG,
        "Bring labels in",
        dbc.ModalBody(
            [
                drop_zone(
                    ImportIds.DROP,
                    (ImportIds.DIRECTORY, ImportIds.FILES),
                    "box-arrow-in-down",
                    "Drop label files or folders here",
                    "Label CSVs as Save writes them (Item Number, Start Index, End Index, Label, Color), or start, "
                    "end, label with row numbers. You see what becomes of every label before anything changes.",
                ),
                html.Div(
                    [
                        html.Div(id=ImportIds.PROGRESS),
                        html.Div(id=ImportIds.SUMS),
                        html.Div(id=ImportIds.OPTIONS),
                        html.Div(id=ImportIds.FILTERS, role="group", title="Which files to show"),
                    ],
                    className="tm-upload-head",
                ),
                html.Div(id=ImportIds.LIST),
                html.Div(id=ImportIds.SKIPPED),
                html.Div(id=ImportIds.LIVE, className="visually-hidden", role="status"),
            ],
            className="tm-upload tm-labels-in",
        ),
        [
            button(ImportIds.AGAIN, "arrow-clockwise", "Check again", color="link", disabled=True),
            button(ImportIds.CLEAR, "eraser", "Clear", color="link", disabled=True),
            button(ImportIds.COPY, "clipboard", "Copy report", color="link", disabled=True),
            button(ImportIds.DOWNLOAD, "download", "Download report", color="link", disabled=True),
            dbc.Button("Close", id=ImportIds.CLOSE, n_clicks=0, color="link", className="tm-upload-close"),
            button(ImportIds.START, "box-arrow-in-down", "Bring in", disabled=True),
        ],
        size="xl",
        scrollable=True,
    )
