"""Help dialog: all keys, opened by ``?``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import ShellIds, key_button
from components.keymap import ACTIONS, FIXED, Action, by_key, chosen_keys, keys_of, written
from components.parts import aria, key, modal, stores


def help_dialog(kept: Any = None) -> Component:
    """The dialog; ``kept``: the user's keys."""
    return modal(
        ShellIds.HELP,
        "Keys",
        [
            html.P(
                "Press a key’s button to choose another key; your choice is stored on the server.",
                className="text-body-secondary",
            ),
            html.P(id=ShellIds.KEYS_MESSAGE, className="tm-keys-message", role="status"),
            html.Div(
                [_section(title, list(actions), kept) for title, actions in groupby(ACTIONS, _title)],
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


def keymap(kept: Any = None) -> list[Component]:
    """The key map for ``assets/keys.js``, and stores of the key configuration."""
    data: Any = {"data-keys": keymap_text(kept)}
    return [
        html.Div(id=ShellIds.KEYMAP, hidden=True, **data),
        stores([ShellIds.KEYS_WAITING, ShellIds.KEY_PRESSED]),
    ]


def keymap_text(kept: Any) -> str:
    """:func:`components.keymap.by_key` as an attribute."""
    return json.dumps(by_key(kept))


def button_content(action: str, kept: Any, waiting: str | None = None) -> Any:
    """Content of the button of an action: its keys, or the prompt for a key."""
    keys: Sequence[str] = keys_of(kept)[action]
    if action == waiting:
        return "Press a key…"
    return [key(written(key_name)) for key_name in keys] or html.Span("no key", className="tm-no-key")


def button_class(action: str, kept: Any, waiting: str | None = None) -> str:
    """Class of the button of an action; ``assets/keys.js`` waits for a key while a button has ``tm-waiting``."""
    changed = " tm-changed" if action in chosen_keys(kept) else ""
    return f"tm-remap{changed}{' tm-waiting' if action == waiting else ''}"


def _title(action: Action) -> str:
    return action.section


def _section(title: str, actions: list[Action], kept: Any) -> Component:
    fixed = [_row(keys, words) for section, rows in FIXED if section == title for keys, words in rows]
    rows = [(html.Dt(_button(action, kept)), html.Dd(action.words, className="m-0")) for action in actions]
    return html.Section(
        [
            html.H3(title, className="mb-2"),
            html.Dl([part for row in [*fixed, *rows] for part in row], className="d-grid m-0"),
        ]
    )


def _button(action: Action, kept: Any) -> Component:
    return html.Button(
        button_content(action.name, kept),
        id=key_button(action.name),
        n_clicks=0,
        type="button",
        className=button_class(action.name, kept),
        title="Choose another key",
        **aria(label=f"Key: {action.words}"),
    )


def _row(keys: tuple[str, ...], words: str) -> tuple[Component, Component]:
    name = html.Dt([key(text) for text in keys], className="d-flex gap-1 align-items-center")
    return name, html.Dd(words, className="m-0")
