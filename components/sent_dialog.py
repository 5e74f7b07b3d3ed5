"""The dialog that reads a file differently that was sent and refused; its content is made when it opens."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.dialogs import close_id, dialog
from components.ids import SentIds
from components.parts import button
from components.reading_controls import reading_controls, scope_choice

_TITLE = f"{SentIds.DIALOG}-title"


def sent_dialog() -> list[Component]:
    """The dialog, closed and empty, and what it is about."""
    closed = dialog(SentIds.DIALOG, size="xl", scrollable=True, class_name="tm-details tm-reads")
    return [dcc.Store(id=SentIds.FORM), closed]


def content(path: str, reason: str) -> list[Component]:
    """What the dialog shows of a file, with the reason why it was refused."""
    why = html.P(reason, className="text-danger text-break")
    return [
        dbc.ModalHeader(dbc.ModalTitle(path, id=_TITLE, className="fs-6 text-break")),
        dbc.ModalBody([why, reading_controls(SentIds)]),
        dbc.ModalFooter(
            [
                dbc.Button("Cancel", id=close_id(SentIds.DIALOG), type="button", color="link", n_clicks=0),
                scope_choice(SentIds, "the refused files of its shape"),
                button(SentIds.READ, "arrow-repeat", "Read it so", size="sm", disabled=True),
            ]
        ),
    ]


def about(key: str, said: dict[str, Any], token: str) -> dict[str, Any]:
    """What the form is about: the key of the file, and what was said about it before."""
    return {"key": key, "said": None, "units": said.get("units", {}), "count": token}
