"""Read a refused uploaded file differently: dialog with the form, and its start."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from dash import ALL, Dash, Input, State, set_props
from dash.exceptions import PreventUpdate

from callbacks.dialogs import close_dialog
from callbacks.feedback import toast
from callbacks.rereading import Preview, chosen, show_preview, typed_units
from components import reading_form as form
from components import sent_dialog
from components.ids import SentIds, UploadIds
from components.reading_controls import unit_id
from services.uploads.transfers import Sender
from services.web.container import Services
from services.wording import counted


def register(app: Dash, services: Services) -> None:
    """Register the form."""
    show_preview(app, SentIds, SentIds.FORM, lambda about: preview_of(services, about["key"]), later=True)

    @app.callback(
        inputs={
            "clicks": Input(SentIds.READ, "n_clicks", allow_optional=True),
            "about": State(SentIds.FORM, "data"),
            "values": [State(field, "value", allow_optional=True) for field in form.controls(SentIds)],
            "units": [State(unit_id(ALL, SentIds), "id"), State(unit_id(ALL, SentIds), "value")],
            "scope": State(SentIds.SCOPE, "value", allow_optional=True),
            "sender": State(UploadIds.TRANSFER, "sender"),
        },
        prevent_initial_call=True,
    )
    def read(clicks: int | None, about: Any, values: list[Any], units: Any, scope: str, sender: Any) -> None:
        if not clicks or not sender:
            raise PreventUpdate
        more = typed_units(*units), scope
        read_so(services, Sender(**sender), about["key"], form.options_of(values), more)


def preview_of(services: Services, key: str) -> Preview:
    """The preview of a refused file."""
    path = services.transfers.refused(key).path
    return lambda options: services.uploads.preview(key, path, options)


def read_so(
    services: Services, sender: Sender, key: str, content: dict[str, Any], more: tuple[dict[str, str], str]
) -> None:
    """Read a file with the options of the form; ``more``: typed units, and scope of the options."""
    units, scope = more
    options = chosen(preview_of(services, key), content, units)
    number = services.transfers.read_so(sender, key, options, scope)
    close_dialog(SentIds.DIALOG)
    set_props(UploadIds.CHANGED, {"data": uuid4().hex})
    toast(f"{counted(number, 'file is', 'files are')} being read with these options.")


def open_form(services: Services, key: str) -> None:
    """Open the form for a refused file.

    Raises:
        NotFound: its bytes are missing.
    """
    row = services.transfers.refused(key)
    set_props(SentIds.DIALOG, {"children": sent_dialog.content(row.path, row.reason), "is_open": True})
    set_props(SentIds.FORM, {"data": sent_dialog.about(key, row.detail or {}, uuid4().hex)})
