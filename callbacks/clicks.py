"""Which buttons were pressed, among several inputs of a callback."""

from __future__ import annotations

from typing import Any

from dash import ctx
from dash.exceptions import PreventUpdate


def pressed() -> list[Any]:
    """Ids of the pressed buttons: while the browser is busy, several presses come in one request.

    Not of buttons that were just created, whose request may also have a press.
    """
    ids = zip(ctx.triggered_prop_ids.values(), ctx.triggered, strict=True)
    return [identity for identity, button in ids if button["value"]]


def first_pressed() -> Any:
    """Id of the pressed button.

    Raises:
        PreventUpdate: buttons were created, and none was pressed.
    """
    buttons = pressed()
    if not buttons:
        raise PreventUpdate
    return buttons[0]
