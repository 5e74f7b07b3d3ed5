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
from components.parts import aria, key, modal


def help_dialog() -> Component:
    """The dialog with all keys."""
    return modal(
        ShellIds.HELP,
        "Keys",
        [
            html.P(
                "Press a key’s button to choose another key; your choice is kept for every browser.",
                className="text-body-secondary",
            ),
            html.P(id=ShellIds.KEYS_MESSAGE, className="tm-keys-message", role="status"),
            html.Div(
                [_section(title, list(actions)) for title, actions in groupby(ACTIONS, _title)],
                className="tm-keys",
            ),
            html.P("Keys work everywhere except while you type in a field.", className="text-body-secondary"),
        ],
        [
            dbc.Button("Reset all keys", id=ShellIds.KEYS_RESET, n_clicks=0, color="link"),
            dbc.Button("Close", id=ShellIds.HELP_CLOSE, n_clicks=0),
        ],
        size="lg",
        scrollable=True,
    )


def keymap() -> Component:
    """The actions and their keys for the scripts, which read them when the page loads."""
    keys = {action.name: action.keys for action in ACTIONS}
    within = {action.name: action.within for action in ACTIONS if action.within}
    data: Any = {"data-keymap": json.dumps(keys), "data-within": json.dumps(within)}
    return html.Div(id=ShellIds.KEYMAP, hidden=True, **data)


def _title(action: Action) -> str:
    return action.section


def _section(title: str, actions: list[Action]) -> Component:
    fixed = [_row(keys, words) for section, rows in FIXED if section == title for keys, words in rows]
    rows = [(html.Dt(_button(action)), html.Dd(action.words)) for action in actions]
    return html.Section([html.H3(title), html.Dl([part for row in [*fixed, *rows] for part in row])])


def _button(action: Action) -> Component:
    data: Any = {"data-remap": action.name, "data-words": action.words}
    keys = [key("+".join(shown(one))) for one in action.keys]
    return html.Button(
        keys,
        type="button",
        className="tm-remap",
        title="Choose another key",
        **data,
        **aria(label=f"Key: {action.words}"),
    )


def _row(keys: tuple[str, ...], what: str) -> tuple[Component, Component]:
    return html.Dt([key(text) for text in keys]), html.Dd(what)
