"""Dialogs with content created on opening (``components/dialogs.py``): close them, submit their forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, set_props
from dash.exceptions import PreventUpdate

from components.dialogs import about_id, close_id, field_id, form_id, problem_id
from components.ids import CopyIds, ImportIds, JobsIds
from services.errors import TidemarkError
from services.web.container import Services

Act = Callable[[Any, dict[str, Any]], None]
LEFT = (JobsIds.PANEL, ImportIds.DIALOG, CopyIds.DIALOG)  # dialogs of the shell with links to other pages


def register(app: Dash, _services: Services) -> None:
    """Register the close button of every dialog, and closing on navigation."""
    app.clientside_callback(
        ClientsideFunction("dialogs", "close"), Input(close_id(ALL), "n_clicks"), prevent_initial_call=True
    )
    app.clientside_callback(
        ClientsideFunction("dialogs", "leave"),
        Input("_pages_location", "pathname"),
        [State(dialog, "id") for dialog in LEFT],
        [State(dialog, "is_open") for dialog in LEFT],
        prevent_initial_call=True,
    )


def close_dialog(identity: str) -> None:
    """Close a dialog from a callback."""
    set_props(identity, {"is_open": False})


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
