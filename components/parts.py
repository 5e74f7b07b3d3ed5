"""Small pieces the screens share."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component


def aria(**names: str) -> Any:
    """Attributes for screen readers: ``aria(label="Files")`` is ``{"aria-label": "Files"}``."""
    return {f"aria-{name}": value for name, value in names.items()}


def icon(name: str) -> Component:
    """A Bootstrap icon; decoration only, so hidden from screen readers."""
    return html.I(className=f"bi bi-{name}", **aria(hidden="true"))


def key(text: str) -> Component:
    """A key as it stands on the keyboard."""
    return html.Kbd(text, className="tm-key")


def icon_button(identity: str, icon_name: str, label: str, **more: Any) -> Component:
    """A small button that shows an icon and says ``label`` on hover and to screen readers."""
    more.setdefault("className", "tm-tool")
    return html.Button(
        icon(icon_name), id=identity, title=label, type="button", n_clicks=0, **aria(label=label), **more
    )


def button(identity: str, icon_name: str, text: str, hint: str = "", **more: Any) -> Component:
    """A button with an icon, a text and, where it has one, its key."""
    content = [icon(icon_name), html.Span(text)]
    if hint:
        content.append(key(hint))
    return dbc.Button(content, id=identity, n_clicks=0, type="button", **more)


def empty_state(icon_name: str, title: str, *sentences: Any, **more: Any) -> Component:
    """What a pane shows when there is nothing in it yet: what it is for and what to do next."""
    return html.Div(
        [icon(icon_name), html.H2(title), *[html.P(sentence) for sentence in sentences]],
        className="tm-empty",
        **more,
    )


def named(name: str, control: Component, **more: Any) -> Component:
    """A form control with its name for screen readers only (Bootstrap's inputs take no ``aria-label``)."""
    return html.Label([html.Span(name, className="visually-hidden"), control], **more)
