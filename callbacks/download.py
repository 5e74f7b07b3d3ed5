"""Download Outputs: choose saved files, get one ZIP."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output

from callbacks.wiring import on_click, script
from components import download_dialog
from components.ids import DownloadIds, LabelIds
from services.container import Services


def register(app: Dash, services: Services) -> None:
    """Wire the dialog."""

    @app.callback(
        Output(DownloadIds.DIALOG, "is_open"),
        Output(DownloadIds.GRID, "rowData"),
        Input(LabelIds.DOWNLOAD, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_dialog(clicks: int | None) -> tuple[bool, list[dict[str, Any]]]:
        return bool(clicks), download_dialog.rows(services.outputs.list())

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
