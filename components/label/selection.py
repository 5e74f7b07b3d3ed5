"""What can be done with the labels that are selected, all at once."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import LabelIds, SelectionIds
from components.label.review import selected
from components.parts import act, aria, button, icon, icon_button, key, modal, named


def selection_bar() -> Component:
    """What can be done with them, in the head of the table; the script in assets/ shows it while there are any."""
    samples = dbc.Input(id=SelectionIds.SHIFT_BY, type="number", min=1, step=1, value=1, size="sm")
    many = html.Div(
        [
            html.Span("", id=SelectionIds.COUNT, className="tm-count"),
            selected(),
            icon_button(SelectionIds.RELABEL, "tag", "Relabel", "relabel", "relabelSelected"),
            icon_button(
                SelectionIds.MERGE, "union", "Merge into one label", "merge", "mergeSelected", disabled=True
            ),
            icon_button(SelectionIds.NOTE, "chat-left-text", "Write a note", "note", "noteSelected"),
            html.Div(
                [
                    icon_button(
                        SelectionIds.EARLIER,
                        "chevron-left",
                        "Shift earlier by so many samples",
                        "shift-earlier",
                        "shiftEarlier",
                    ),
                    named(
                        "Samples to shift by", samples, className="tm-shift-by", title="Samples to shift by"
                    ),
                    icon_button(
                        SelectionIds.LATER,
                        "chevron-right",
                        "Shift later by so many samples",
                        "shift-later",
                        "shiftLater",
                    ),
                ],
                className="tm-group",
                role="group",
                **aria(label="Shift"),
            ),
        ],
        id=SelectionIds.BAR,
        className="tm-selection",
        role="toolbar",
        hidden=True,
        **aria(label="Selected labels"),
    )
    delete = button(
        LabelIds.DELETE,
        "trash",
        "Delete",
        "delete",
        "deleteSelected",
        size="sm",
        color="link",
        disabled=True,
        className="tm-delete text-decoration-none",
    )
    return html.Div([many, delete], className="tm-selection-bar ms-auto d-flex align-items-center")


def note_dialog() -> Component:
    """The dialog in which a note on the selected labels is written."""
    text = dbc.Textarea(id=SelectionIds.NOTE_TEXT, maxLength=2000, rows=4, autofocus=True)
    return modal(
        SelectionIds.NOTE_DIALOG,
        "Note",
        named("Note", text, className="tm-wide"),
        [
            dbc.Button("Cancel", id=SelectionIds.NOTE_CANCEL, color="link", n_clicks=0),
            html.Button(
                ["Keep", key("Ctrl+Enter")],
                id=SelectionIds.NOTE_KEEP,
                type="button",
                className="btn btn-primary",
                n_clicks=0,
                **act("keepNote"),
            ),
        ],
    )


def channels_control() -> Component:
    """The button that says which channels a label is about, and the list in which they are chosen."""
    return html.Div(
        [
            html.Button(
                [icon("layers"), html.Span("All channels")],
                id=SelectionIds.SCOPE,
                className="tm-scope-button",
                type="button",
                n_clicks=0,
                **act("chooseScope"),
                **aria(expanded="false", controls=SelectionIds.SCOPE_LIST),
            ),
            html.Div(
                id=SelectionIds.SCOPE_LIST,
                className="tm-scope-list",
                role="group",
                hidden=True,
                **aria(label="Channels that the label is about"),
            ),
        ],
        className="tm-scope",
    )
