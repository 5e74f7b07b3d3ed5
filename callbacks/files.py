"""The tree of files: its rows and its filter."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output

from callbacks.wiring import script
from components import files_tree
from components.ids import ShellIds
from services.container import Services


def register(app: Dash, services: Services) -> None:
    """Wire the left pane."""

    @app.callback(
        Output(ShellIds.FILES_TREE, "rowData"),
        Output(ShellIds.FILES_COUNT, "children"),
        Input(ShellIds.FILES_REVISION, "data"),
    )
    def list_files(_revision: int | None) -> tuple[list[dict[str, Any]], str]:
        recordings = services.recordings.list()
        return files_tree.rows(recordings), files_tree.counts(recordings)

    script(app, "filterTree", Input(ShellIds.FILES_FILTER, "value"))
    script(app, "treeLoaded", Input(ShellIds.FILES_TREE, "rowData"))
