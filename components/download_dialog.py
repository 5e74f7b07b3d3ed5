"""The dialog that chooses which saved label files go into the ZIP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components import files_tree
from components.ids import DownloadIds
from components.parts import button, modal
from services.outputs.service import SavedOutput


def download_dialog() -> Component:
    """The dialog; its rows come from :func:`rows` each time it opens."""
    return modal(
        DownloadIds.DIALOG,
        "Download Outputs",
        [
            html.Div(
                [
                    dbc.Button("Select all", id=DownloadIds.ALL, size="sm", color="link", n_clicks=0),
                    dbc.Button("Select none", id=DownloadIds.NONE, size="sm", color="link", n_clicks=0),
                    html.Span(id=DownloadIds.SUMMARY, className="tm-count"),
                ],
                className="tm-download-head",
            ),
            html.Div(_grid(), className="tm-download-grid"),
        ],
        [
            dbc.Button("Close", id=DownloadIds.CLOSE, color="link", n_clicks=0),
            button(DownloadIds.START, "download", "Download ZIP", disabled=True),
        ],
        size="lg",
    )


def rows(outputs: Sequence[SavedOutput]) -> list[dict[str, Any]]:
    """The tree of saved files; see :func:`components.files_tree.rows` for its shape."""
    by_path = {output.path: output for output in outputs}
    tree = files_tree.rows(outputs)
    for row in tree:
        if row["kind"] == "file":
            output = by_path[row["path"]]
            row |= {"stale": output.stale, "saved": f"{output.saved_at:%Y-%m-%d %H:%M} UTC"}
    return tree


def _grid() -> Component:
    return dag.AgGrid(
        id=DownloadIds.GRID,
        columnDefs=[
            {"field": "name", "headerName": "File", "cellRenderer": "TidemarkOutput", "flex": 3},
            {"field": "labels", "headerName": "Labels", "width": 95, "type": "rightAligned"},
            {"field": "saved", "headerName": "Saved", "flex": 2},
        ],
        rowData=[],
        getRowId="params.data.id",
        dashGridOptions={
            "rowSelection": {"mode": "multiRow", "enableClickSelection": True, "headerCheckbox": True},
            "selectionColumnDef": {"width": 44, "pinned": "left"},
            "rowHeight": 30,
            "animateRows": False,
            "localeText": {"noRowsToShow": "Nothing is saved yet. Press Save or Save All first."},
        },
        style={"height": "100%"},
    )
