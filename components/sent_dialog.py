"""Dialog for reading a refused uploaded file differently; content created on opening."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.dialogs import close_button, dialog
from components.ids import SentIds
from components.parts import button
from components.reading_controls import reading_controls, scope_choice

_TITLE = f"{SentIds.DIALOG}-title"


def sent_dialog() -> list[Component]:
    """The closed, empty dialog, and its store."""
    closed = dialog(SentIds.DIALOG, size="xl", scrollable=True, class_name="tm-details tm-reads")
    return [dcc.Store(id=SentIds.FORM), closed]


def content(path: str, reason: str) -> list[Component]:
    """Content of the dialog for a file, with the reason of its refusal."""
    why = html.P(reason, className="text-danger text-break")
    return [
        dbc.ModalHeader(dbc.ModalTitle(path, id=_TITLE, className="fs-6 text-break")),
        dbc.ModalBody([why, reading_controls(SentIds)]),
        dbc.ModalFooter(
            [
                close_button("Cancel"),
                scope_choice(SentIds, "the refused files of its shape"),
                button(SentIds.READ, "arrow-repeat", "Read it so", size="sm", disabled=True),
            ]
        ),
    ]


def about(key: str, file: dict[str, Any], token: str) -> dict[str, Any]:
    """Subject of the form: key of the file, and its earlier options."""
    return {"key": key, "options": None, "units": file.get("units", {}), "count": token}
