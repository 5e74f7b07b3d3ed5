"""The dialogs that bring labels in and copy them: their buttons. Files go to routes/labels_in.py."""

from __future__ import annotations

from dash import Dash

from callbacks.wiring import on_click, toggles
from components.ids import CopyIds, ImportIds
from services.web.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire both dialogs; everything they do is in assets/zz_tidemark/97_labels_in.js and after."""
    toggles(app, ImportIds.DIALOG, ImportIds.OPEN, ImportIds.CLOSE)
    on_click(
        app,
        {
            ImportIds.DIRECTORY: "labelsInDirectory",
            ImportIds.FILES: "labelsInFiles",
            ImportIds.AGAIN: "labelsInAgain",
            ImportIds.CLEAR: "labelsInClear",
            ImportIds.COPY: "labelsInCopyReport",
            ImportIds.DOWNLOAD: "labelsInDownloadReport",
            ImportIds.START: "labelsInStart",
            CopyIds.OPEN: "copyLabelsOpen",
            CopyIds.START: "copyLabelsStart",
            CopyIds.CLOSE: "copyLabelsClose",
        },
    )
