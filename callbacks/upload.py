"""The upload dialog: its buttons. Bytes go to routes/upload.py, never through a callback."""

from __future__ import annotations

from dash import Dash

from callbacks.wiring import on_click, toggles
from components.ids import ShellIds, UploadIds
from services.web.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire the dialog; everything it does is in assets/zz_tidemark/9*_upload*.js."""
    toggles(app, UploadIds.DIALOG, ShellIds.UPLOAD_BUTTON, UploadIds.CLOSE)
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
