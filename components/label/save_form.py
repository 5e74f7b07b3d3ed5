"""What Save writes where several people labelled a recording: the question at the first Save, and the field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.dialogs import dialog, field_id, form
from components.ids import LabelIds, OutputsIds
from components.parts import named
from services.outputs.service import SaveForm
from services.storage.output_files import AUTHORS
from services.wording import first_of

FORMS = {
    SaveForm.SETTLED: "The settled labels, one file",
    SaveForm.AUTHORS: "One file per author",
}
MOST_NAMED = 3


def save_form_dialog() -> Component:
    """The empty dialog of the question."""
    return dialog(LabelIds.SAVE_FORM)


def question(authors: Sequence[str], request: dict[str, Any], store: str) -> Component:
    """Content of the dialog.

    Args:
        authors: authors of the labels to save.
        request: data of the request that waits for the answer, sent again to ``store``.
        store: id of its store.
    """
    choice = dbc.RadioItems(
        id=field_id(LabelIds.SAVE_FORM, "form"),
        options=[{"value": str(value), "label": words} for value, words in FORMS.items()],
        value=str(SaveForm.SETTLED),
        class_name="mb-2",
    )
    body = [
        html.P(
            f"{first_of(authors, MOST_NAMED)} have labels here. What should Save write?", className="mb-2"
        ),
        choice,
        html.P(
            f"One file per author contains the labels of each, in a folder of outputs/{AUTHORS}/. Save "
            "and Save All do this from now on; the Outputs page changes it.",
            className="small text-body-secondary mb-0",
        ),
    ]
    return form(
        LabelIds.SAVE_FORM, "Labels of several people", body, "Save", about={"store": store, "data": request}
    )


def save_form_field(value: SaveForm | None) -> Component:
    """The field of the Outputs page."""
    options = [{"value": str(form), "label": words} for form, words in FORMS.items()]
    choice = dbc.Select(
        id=OutputsIds.SAVE_FORM, options=options, value=str(value or SaveForm.SETTLED), size="sm"
    )
    return named("What Save writes where several people labelled a file", choice)
