"""Dialogs with content created on opening: an empty ``dbc.Modal`` in the layout, and a form as its children.

``dialog("files-dialog")`` goes into the layout. The callback that opens it sets ``is_open``, and ``children`` to
:func:`form`. ``callbacks.dialogs.on_submit`` gets the values of its fields on submit. Cancel, Escape and
the cross close it in the browser, so they also work while the server is unreachable.
"""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

LONGEST_NAME = 100


def form_id(dialog: Any) -> dict[str, Any]:
    """The form of a dialog; ``n_submit`` counts submits."""
    return {"type": "dialog-form", "dialog": dialog}


def about_id(dialog: Any) -> dict[str, Any]:
    """Store with the subject of the dialog, from :func:`form`."""
    return {"type": "dialog-about", "dialog": dialog}


def problem_id(dialog: Any) -> dict[str, Any]:
    """Container of the error message of a dialog."""
    return {"type": "dialog-problem", "dialog": dialog}


def close_button(text: str = "Close", color: str = "link") -> Component:
    """A button that closes its dialog as the cross does, without the server (``assets/dialogs.js``)."""
    closes: Any = {"data-closes": "yes"}
    return html.Button(text, type="button", className=f"btn btn-{color}", **closes)


def send_id(dialog: Any) -> dict[str, Any]:
    """Submit button of a dialog."""
    return {"type": "dialog-send", "dialog": dialog}


def field_id(dialog: Any, field: Any) -> dict[str, Any]:
    """A control of a dialog; ``field`` may be a wildcard."""
    return {"type": "dialog-field", "dialog": dialog, "field": field}


def dialog(identity: str, **more: Any) -> Component:
    """A closed, empty dialog."""
    return dbc.Modal(id=identity, is_open=False, fade=False, labelledBy=f"{identity}-title", **more)


def form(
    identity: str, title: str, body: list[Any], submit: Any = "", about: Any = None, danger: bool = False
) -> Component:
    """Content of a dialog.

    Args:
        body: components; controls have ids of :func:`field_id`.
        submit: text of the submit button; without it the dialog can only be closed.
        about: JSON values returned with the fields, such as the id of the renamed object.
        danger: a destructive action; its button has the focus.
    """
    problem = html.P(id=problem_id(identity), className="text-danger small mb-0 mt-2", role="alert")
    closing = close_button("Cancel" if submit else "Close")
    look = "btn btn-danger" if danger else "btn btn-primary"
    send = html.Button(submit, id=send_id(identity), type="submit", className=look, autoFocus=danger or None)
    return dbc.Form(
        [
            dcc.Store(id=about_id(identity), data=about),
            dbc.ModalHeader(dbc.ModalTitle(title, id=f"{identity}-title", className="fs-6 text-break")),
            dbc.ModalBody([*body, problem]),
            dbc.ModalFooter([closing, *([send] if submit else [])]),
        ],
        id=form_id(identity),
    )


def field(name: str, control: Component) -> Component:
    """A control with its label."""
    words = html.Span(name, className="d-block small text-body-secondary mb-1")
    return html.Label([words, control], className="d-block mb-2")


def name_field(dialog: str, value: str = "", field_name: str = "name") -> Component:
    """A name field with focus and selected content."""
    control = dbc.Input(
        id=field_id(dialog, field_name),
        value=value,
        maxLength=LONGEST_NAME,
        required=True,
        autocomplete="off",
        autofocus=True,
        size="sm",
        class_name="tm-select-all",
    )
    return field("Name", control)
