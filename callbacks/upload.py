"""The upload dialog: its buttons. Bytes go to routes/upload.py, never through a callback."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from callbacks.wiring import on_click
from components.ids import ShellIds, UploadIds
from services.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire the dialog; everything it does is in assets/zz_tidemark/9*_upload*.js."""
    app.clientside_callback(
        ClientsideFunction("tidemark", "toggle"),
        Output(UploadIds.DIALOG, "is_open"),
        Input(ShellIds.UPLOAD_BUTTON, "n_clicks"),
        Input(UploadIds.CLOSE, "n_clicks"),
        State(UploadIds.DIALOG, "is_open"),
        prevent_initial_call=True,
    )
    on_click(
        app,
        {
            UploadIds.INDICATOR: "uploadOpen",
            UploadIds.DIRECTORY: "uploadDirectory",
            UploadIds.FILES: "uploadFiles",
            UploadIds.CANCEL_ALL: "uploadCancelAll",
            UploadIds.CLEAR: "uploadClear",
        },
    )
