"""Dialogs with content created on opening (``components/dialogs.py``): submit their forms, close them.

Also panels that a button opens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, set_props
from dash.exceptions import PreventUpdate

from components.dialogs import about_id, field_id, form_id, problem_id
from services.errors import TidemarkError

Act = Callable[[Any, dict[str, Any]], None]


def close_dialog(identity: str) -> None:
    """Close a dialog from a callback."""
    set_props(identity, {"is_open": False})


def turned(button: str, hidden: bool) -> tuple[bool, str]:
    """``hidden`` of a panel and ``aria-expanded`` of its ``button``, after a press, or after popups.mjs closed it."""
    hides = hidden != (ctx.triggered_id == button)
    return hides, str(not hides).lower()


def on_submit(app: Dash, dialog: str, act: Act, *, controls: bool = True) -> None:
    """Call ``act(about, fields)`` when the form of ``dialog`` is submitted, then close it.

    ``fields``: values of the controls by name; ``controls`` is False for a form that only confirms. A
    TidemarkError is shown in the dialog, which stays open.
    """
    values = {"values": State(field_id(dialog, ALL), "value"), "fields": State(field_id(dialog, ALL), "id")}

    @app.callback(
        Output(problem_id(dialog), "children"),
        inputs={
            "count": Input(form_id(dialog), "n_submit"),
            "about": State(about_id(dialog), "data"),
            **(values if controls else {}),
        },
        prevent_initial_call=True,
    )
    def submit(
        count: int | None, about: Any, values: Sequence[Any] = (), fields: Sequence[dict[str, str]] = ()
    ) -> str:
        if not count:  # the form was just created
            raise PreventUpdate
        try:
            act(about, {field["field"]: value for field, value in zip(fields, values, strict=True)})
        except TidemarkError as error:
            return str(error)
        close_dialog(dialog)
        return ""


def fill_untyped(app: Dash, field: Any, proposed: Any) -> None:
    """Write a proposed text into ``field``, unless the user has typed another one when the proposal arrives.

    Args:
        proposed: store with {text, earlier}, the proposal and the one before it; None at first.
    """
    app.clientside_callback(
        ClientsideFunction("dialogs", "untyped"),
        Output(field, "value"),
        Input(proposed, "data"),
        State(field, "value"),
        prevent_initial_call=True,
    )
