"""Form fields of a model, with limits and messages; its dialogs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.dialogs import dialog, field_id, form
from components.file_upload import FileUpload
from components.ids import ModelAddIds, ModelsIds, model_progress
from components.parts import aria, icon
from services.models.fields import FILE_KINDS, LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_REMARKS, SUFFIXES
from services.wording import counted

FIELDS = ("name", "short_description", "remarks")
TRANSFER = "model-file"  # prefix of the ids of the upload queue for checkpoints


def count_id(dialog: str, field: Any) -> dict[str, Any]:
    """Character count of a field."""
    return {"type": "model-field-count", "dialog": dialog, "field": field}


def wrong_id(dialog: str, field: Any) -> dict[str, Any]:
    """Error message of a field."""
    return {"type": "model-field-wrong", "dialog": dialog, "field": field}


def described(dialog: str, values: Mapping[str, str], select: bool = False) -> list[Component]:
    """The three text fields; ``select``: the name has the focus and is selected."""
    more = {"autofocus": True, "class_name": "tm-select-all"} if select else {}
    plain: dict[str, Any] = {"size": "sm", "autoComplete": "off"}
    name = dbc.Input(id=field_id(dialog, "name"), value=values.get("name", ""), **plain, **more)
    short = dbc.Input(
        id=field_id(dialog, "short_description"), value=values.get("short_description", ""), **plain
    )
    remarks = dbc.Textarea(id=field_id(dialog, "remarks"), value=values.get("remarks", ""), rows=3, size="sm")
    return [
        entry(dialog, "name", "Name", name, "Letters, digits and spaces", LONGEST_NAME),
        entry(dialog, "short_description", "Short description", short, longest=LONGEST_DESCRIPTION),
        entry(dialog, "remarks", "Remarks", remarks, longest=LONGEST_REMARKS),
    ]


def entry(
    dialog: str, field: str, words: str, control: Component, hint: str = "", longest: int = 0
) -> Component:
    """A control with its label, character count (``longest``) and error message."""
    limit: Any = {"data-limit": str(longest)}
    count = html.Span(id=count_id(dialog, field), className="tm-model-count", **aria(hidden="true"), **limit)
    head = html.Span(
        [html.Span(words), *([count] if longest else [])], className="d-flex justify-content-between"
    )
    hints = [html.Small(hint, className="tm-count d-block")] if hint else []
    wrong = html.Span(
        id=wrong_id(dialog, field), className="tm-field-problem text-break text-danger", role="alert"
    )
    return html.Label([head, control, *hints, wrong], className="tm-dialog-field mb-2")


def describe_form(model: Mapping[str, Any]) -> Component:
    """Dialog that renames and describes a model."""
    dialog = ModelsIds.DESCRIBE
    body: list[Any] = described(dialog, model, select=True)
    return form(dialog, f"Model “{model['name']}”", body, "Save", model["id"])


def delete_form(model: Mapping[str, Any]) -> Component:
    """Dialog that deletes a model."""
    dialog, waiting = ModelsIds.DELETE, model["counts"]["open"]
    body: list[Any] = [
        html.P(
            f"Its file {model['file']} is deleted from the folder of models; "
            "download it first if you have no other copy."
        ),
        html.P(_stays(model["counts"])),
    ]
    if waiting:
        verb = "waits" if waiting == 1 else "wait"
        offer = (
            f"Remove its {counted(waiting, 'suggestion')} that {verb} for a decision, too. One undo in each file "
            "restores them. Otherwise they stay open: runs of other models do not replace them."
        )
        body.append(dbc.Checkbox(id=field_id(dialog, "suggestions"), value=False, label=offer))
    return form(dialog, f"Delete “{model['name']}”?", body, "Delete", model["id"], danger=True)


def _stays(counts: Mapping[str, Any]) -> str:
    labels = counts["accepted"] + counts["edited"]
    if labels == 1:
        return "The label it made stays, with its score."
    if labels:
        return f"The {labels:,} labels it made stay, with their score."
    tried = counts["runs"] or counts["open"]
    return "None of its suggestions became a label." if tried else "It has made no labels."


def add_dialog() -> list[Component]:
    """Closed dialog that adds a model, with the upload queue for its checkpoint."""
    transfer = FileUpload(ModelAddIds.TRANSFER, name=TRANSFER, accept=",".join(SUFFIXES), multiple=False)
    return [transfer, dialog(ModelAddIds.DIALOG)]


def add_form() -> Component:
    """Content of the dialog that adds a model."""
    identity = ModelAddIds.DIALOG
    body = [_checkpoint(identity), *described(identity, {}), _progress()]
    return form(identity, "Add a model", body, "Add")


def _checkpoint(identity: str) -> Component:
    """The file: chosen with the button, or dropped."""
    chosen, field = field_id(identity, "file"), "file"
    name = html.Label("Checkpoint", htmlFor=json.dumps(chosen, sort_keys=True, separators=(",", ":")))
    opens: Any = {"data-chooses": f"{TRANSFER}-files-input"}
    button = html.Button(
        [icon("folder2-open"), " Choose…"],
        type="button",
        className="btn btn-sm btn-outline-primary",
        autoFocus=True,
        **opens,
    )
    shown = dbc.Input(id=chosen, value="", readonly=True, size="sm", placeholder="No file yet")
    hint = f"The {FILE_KINDS} file written by torch.save; choose it or drop it here"
    wrong = html.Span(
        id=wrong_id(identity, field), className="tm-field-problem text-break text-danger", role="alert"
    )
    return html.Div(
        [
            name,
            html.Div([button, html.Div(shown, className="flex-fill")], className="d-flex gap-2"),
            html.Small(hint, className="tm-count d-block"),
            wrong,
        ],
        id=f"{TRANSFER}-drop",
        className="tm-dialog-field tm-model-drop mb-2",
    )


def _progress() -> Component:
    return html.Div(
        [
            dcc.Store(id=model_progress("proposed")),
            html.P(id=model_progress("words"), className="tm-count mb-1", role="status"),
            dbc.Progress(id=model_progress("bar"), value=0, max=1, style={"height": "8px"}),
        ],
        id=model_progress("place"),
        hidden=True,
    )
