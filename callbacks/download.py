"""Download Outputs: choose saved files, download one ZIP."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from callbacks.dialogs import close_dialog
from callbacks.outputs import choosing, download_of, selected_files, selection
from components import output_list
from components.ids import DownloadIds, LabelIds
from services.web.container import Services

Rows = list[dict[str, Any]]


def register(app: Dash, services: Services) -> None:
    """Register the dialog."""

    @app.callback(
        Output(DownloadIds.DIALOG, "is_open"),
        Output(DownloadIds.GRID, "rowData"),
        Output(DownloadIds.NEVER, "children"),
        Input(LabelIds.DOWNLOAD, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_dialog(clicks: int | None) -> tuple[bool, Rows, str]:
        if not clicks:  # the button was just created
            raise PreventUpdate
        files = services.saved_files.files()
        there = output_list.rows([file for file in files if file.exists])
        return True, there, output_list.never_saved_text(files)

    choosing(app, DownloadIds.GRID, DownloadIds.BEFORE, DownloadIds.ALL, DownloadIds.NONE, everything=True)

    @app.callback(
        Output(DownloadIds.SUMMARY, "children"),
        Output(DownloadIds.START, "disabled"),
        Input(DownloadIds.BEFORE, "data"),
        Input(DownloadIds.GRID, "rowData"),
        Input(DownloadIds.FILES, "value"),
        prevent_initial_call=True,
    )
    def tell(selected: list[str] | None, tree: Rows | None, files: str | None) -> tuple[str, bool]:
        selection = output_list.files_chosen(tree or [], selected or [])
        return output_list.chosen_text(selection, files), not selection.ids

    @app.callback(
        Output(DownloadIds.ADDRESS, "href"),
        Input(DownloadIds.START, "n_clicks"),
        selection(DownloadIds.GRID, DownloadIds.BEFORE),
        State(DownloadIds.FILES, "value"),
        prevent_initial_call=True,
    )
    def start(clicks: int | None, chosen: dict[str, Any], files: str | None) -> str:
        if not clicks:
            raise PreventUpdate
        close_dialog(DownloadIds.DIALOG)
        return download_of(selected_files(**chosen), files)
