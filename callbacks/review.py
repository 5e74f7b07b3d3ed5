"""Reviewing suggestions: buttons only; what they do is in the scripts, and decisions travel as commands (annotate)."""

from __future__ import annotations

from dash import Dash

from callbacks.wiring import on_click
from components.ids import ReviewIds
from services.web.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire the buttons."""
    on_click(
        app,
        {
            ReviewIds.REJECTED: "showRejected",
            ReviewIds.START: "reviewStart",
            ReviewIds.PREVIOUS: "reviewPrevious",
            ReviewIds.NEXT: "reviewNext",
            ReviewIds.ACCEPT: "reviewAccept",
            ReviewIds.ACCEPT_NEXT: "reviewAcceptNext",
            ReviewIds.REJECT: "reviewReject",
            ReviewIds.ORDER: "reviewOrder",
            ReviewIds.MANY: "reviewMany",
            ReviewIds.ABOVE: "reviewAbove",
            ReviewIds.BELOW: "reviewBelow",
            ReviewIds.ALL: "reviewAll",
            ReviewIds.NONE: "reviewNone",
            ReviewIds.CONFIDENCE: "toggleConfidence",
            ReviewIds.SAVE: "reviewSave",
            ReviewIds.NEXT_FILE: "reviewNextFile",
            ReviewIds.LEAVE: "reviewLeave",
            ReviewIds.ACCEPT_SELECTED: "acceptSelected",
            ReviewIds.REJECT_SELECTED: "rejectSelected",
            ReviewIds.REOPEN_SELECTED: "reopenSelected",
        },
    )
