"""Every key, under ``?``."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import ShellIds
from components.parts import key

KEYS: tuple[tuple[str, tuple[tuple[tuple[str, ...], str], ...]], ...] = (
    (
        "Label",
        (
            (("click", "click"), "mark a start, then an end"),
            (("Shift", "click"), "mark inside a label that is already there"),
            (("1", "…", "9", "0"), "label what is marked with that class, at once"),
            (("[", "]"), "set start and end where the cursor is"),
            (("Enter",), "save what is marked under the label typed"),
            (("Esc",), "cancel the mark, or deselect"),
            (("Delete",), "delete the selected labels (also Backspace)"),
            (("n", "p"), "next, previous label"),
        ),
    ),
    (
        "Correct",
        (
            (("1", "…", "0"), "relabel what is selected"),
            ((",", "."), "move the end by one sample, with Shift the start"),
            (("s",), "split the selected label at the cursor"),
            (("m",), "merge the selected labels"),
            (("F2",), "edit a cell of the table: label, note, an exact time or #sample"),
            (("drag",), "a handle moves an edge, the tab on top the whole label"),
        ),
    ),
    (
        "View",
        (
            (("←", "→"), "move by 10 %, with Shift by 50 %"),
            (("↑", "↓"), "zoom in and out (also the wheel)"),
            (("f",), "show the whole file"),
            (("h",), "hide or show the labels"),
            (("Ctrl", "↓"), "next file"),
            (("Ctrl", "↑"), "previous file"),
        ),
    ),
    (
        "Keep",
        (
            (("Ctrl", "Z"), "undo"),
            (("Ctrl", "Shift", "Z"), "redo (also Ctrl+Y)"),
            (("Ctrl", "S"), "save this file"),
            (("?",), "this list"),
        ),
    ),
)


def help_dialog() -> Component:
    """The dialog with all keys."""
    sections = [
        html.Section([html.H3(title), html.Dl([part for row in rows for part in _row(*row)])])
        for title, rows in KEYS
    ]
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle("Keys")),
            dbc.ModalBody(
                [
                    html.Div(sections, className="tm-keys"),
                    html.P(
                        "Keys work everywhere except while you type in a field.",
                        className="text-body-secondary",
                    ),
                ]
            ),
            dbc.ModalFooter(dbc.Button("Close", id=ShellIds.HELP_CLOSE, n_clicks=0)),
        ],
        id=ShellIds.HELP,
        is_open=False,
        size="lg",
        scrollable=True,
    )


def _row(keys: tuple[str, ...], what: str) -> tuple[Component, Component]:
    return html.Dt([key(text) for text in keys]), html.Dd(what)
