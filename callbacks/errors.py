"""Error handler of callbacks: a message for the user, with the reference of the log entry."""

from __future__ import annotations

import logging
from typing import Any

from dash import ClientsideFunction, Dash, Input

from callbacks.feedback import toast
from components.ids import ShellIds
from services.errors import TidemarkError
from services.log import new_reference
from services.web.container import Services

log = logging.getLogger(__name__)


def register(app: Dash, _services: Services) -> None:
    """Register the toast store, and the removal of messages of a page that was left."""
    app.clientside_callback(
        ClientsideFunction("toasts", "show"), Input(ShellIds.TOAST, "data"), prevent_initial_call=True
    )
    app.clientside_callback(
        ClientsideFunction("toasts", "leave"), Input("_pages_location", "pathname"), prevent_initial_call=True
    )


def show_error(error: Exception) -> None:
    """Dash's ``on_error``: show ``error`` to the user; outputs of the callback are unchanged."""
    toast(**worded(error))


def worded(error: Exception) -> dict[str, Any]:
    """A toast for ``error``: the message of our own errors; a log reference for others."""
    reference = new_reference()
    if isinstance(error, TidemarkError):
        log.warning("[%s] %s: %s", reference, type(error).__name__, error)
        return {"text": str(error), "kind": "warning", "reference": reference}
    log.error("[%s] unexpected error", reference, exc_info=error)
    sentence = "Something went wrong on the server; nothing was changed. Please try again."
    return {"text": sentence, "kind": "error", "reference": reference}
