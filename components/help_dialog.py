"""Every key, under ``?``."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import ShellIds
from components.keymap import ACTIONS, FIXED, Action, shown
from components.parts import key


def help_dialog() -> Component:
    """The dialog with all keys."""
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle("Keys")),
            dbc.ModalBody(
                [
                    html.Div(
                        [_section(title, list(actions)) for title, actions in groupby(ACTIONS, _title)],
                        className="tm-keys",
                    ),
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


def keymap() -> Component:
    """The actions and their keys for the scripts, which read them when the page loads."""
    keys = {action.name: action.keys for action in ACTIONS}
    data: Any = {"data-keymap": json.dumps(keys)}
    return html.Div(id=ShellIds.KEYMAP, hidden=True, **data)


def _title(action: Action) -> str:
    return action.section


def _section(title: str, actions: list[Action]) -> Component:
    fixed = [_row(keys, words) for section, rows in FIXED if section == title for keys, words in rows]
    rows = [_row(shown(action.keys[0]), _words(action)) for action in actions]
    return html.Section([html.H3(title), html.Dl([part for row in [*fixed, *rows] for part in row])])


def _words(action: Action) -> str:
    others = ["+".join(shown(one)) for one in action.keys[1:]]
    return f"{action.words} (also {', '.join(others)})" if others else action.words


def _row(keys: tuple[str, ...], what: str) -> tuple[Component, Component]:
    return html.Dt([key(text) for text in keys]), html.Dd(what)
