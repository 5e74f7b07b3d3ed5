"""The page of label classes: its buttons. What they do is asked of routes/label_classes.py by its scripts."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output

from callbacks.wiring import on_click
from components.ids import ClassesIds
from services.web.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire the page."""
    app.clientside_callback(  # with an output, since without one Dash does not call it when the page loads
        ClientsideFunction("tidemark", "openClasses"),
        Output(ClassesIds.OPENED, "data"),
        Input(ClassesIds.SHOWN, "data"),
    )
    on_click(
        app,
        {
            ClassesIds.ADD_SET: "addLabelSet",
            ClassesIds.RENAME_SET: "renameLabelSet",
            ClassesIds.COPY_SET: "copyLabelSet",
            ClassesIds.DELETE_SET: "deleteLabelSet",
            ClassesIds.ADD: "addLabelClass",
            ClassesIds.IMPORT: "importLabelClasses",
        },
    )
