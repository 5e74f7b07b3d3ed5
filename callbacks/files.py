"""The list of files: what of it Dash must know. The rest is in assets/zz_tidemark/7*.js and routes/files.py."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output

from callbacks.wiring import on_click, script
from components.ids import FilesIds, LabelIds, ShellIds
from services.web.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire the filter of the tree, Done, and the page of files."""
    script(app, "filterTree", Input(ShellIds.FILES_FILTER, "value"))
    on_click(app, {LabelIds.DONE: "fileDone"})
    script(app, "filesSearch", Input(FilesIds.SEARCH, "value"))
    app.clientside_callback(  # with an output, since without one Dash does not call it when the page loads
        ClientsideFunction("tidemark", "filesOpened"),
        Output(FilesIds.OPENED, "data"),
        Input(FilesIds.VIEW, "id"),
    )
