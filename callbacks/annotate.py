"""The label field and the bar of what is selected; labels themselves travel by ``routes/exchange.py``."""

from __future__ import annotations

from dash import Dash

from callbacks.wiring import on_click, toggles
from components.ids import LabelIds, SelectionIds
from services.web.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire the label field and the bar."""

    on_click(app, {LabelIds.SUBMIT: "submit", LabelIds.CANCEL: "cancel", LabelIds.DELETE: "deleteSelected"})
    on_click(
        app,
        {
            SelectionIds.RELABEL: "relabelSelected",
            SelectionIds.MERGE: "mergeSelected",
            SelectionIds.NOTE: "noteSelected",
            SelectionIds.NOTE_KEEP: "keepNote",
            SelectionIds.EARLIER: "shiftEarlier",
            SelectionIds.LATER: "shiftLater",
            SelectionIds.SCOPE: "chooseScope",
        },
    )
    toggles(app, SelectionIds.NOTE_DIALOG, SelectionIds.NOTE_CANCEL)
