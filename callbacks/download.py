"""Download Outputs: choose saved files, get one ZIP."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output
from dash.exceptions import PreventUpdate

from callbacks.wiring import on_click, script
from components import download_dialog
from components.ids import DownloadIds, LabelIds
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Wire the dialog."""

    @app.callback(
        Output(DownloadIds.DIALOG, "is_open"),
        Output(DownloadIds.GRID, "rowData"),
        Output(DownloadIds.GRID, "selectedRows"),
        Input(LabelIds.DOWNLOAD, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_dialog(clicks: int) -> tuple[bool, list[dict[str, Any]], dict[str, list[str]]]:
        if not clicks:  # the page has just brought the button
            raise PreventUpdate
        rows = download_dialog.rows(services.outputs.list())
        return True, rows, {"ids": [row["id"] for row in rows]}

    script(app, "outputsListed", Input(DownloadIds.GRID, "rowData"))
    on_click(
        app,
        {
            DownloadIds.ALL: "selectAllOutputs",
            DownloadIds.NONE: "selectNoOutputs",
            DownloadIds.START: "startDownload",
            DownloadIds.CLOSE: "closeDownload",
        },
    )
