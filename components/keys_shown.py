"""Tooltips and key hints of buttons, with the user's keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component

from components.keymap import chosen_keys, first_key, written_keys
from components.parts import with_key


def parts(component: Any) -> Iterator[Any]:
    """A component and all its descendants."""
    if isinstance(component, list | tuple):
        for child in component:
            yield from parts(child)
    elif isinstance(component, Component):
        yield component
        yield from parts(getattr(component, "children", None))


def titled(component: Component) -> dict[str, tuple[str, str]]:
    """Action and title without keys, by id of each button with keys in its tooltip."""
    return {str(getattr(part, "id", "")): (action, title) for part, action, title in _titled_parts(component)}


def with_keys(component: Component, kept: Any) -> Component:
    """The component with the user's keys on its buttons."""
    if not chosen_keys(kept):
        return component
    for button, action, title in _titled_parts(component):
        button.title = with_key(title, action, kept)
    for part in parts(component):
        if hinted := getattr(part, "data-key-of", None):
            setattr(part, "data-key", first_key(hinted, kept))
    return component


def _titled_parts(component: Component) -> list[tuple[Any, str, str]]:
    """Buttons with keys in their titles: component, action, title without the default keys."""
    parts_found = []
    for part in parts(component):
        action, title = getattr(part, "data-action", None), getattr(part, "title", None)
        if action and title:
            parts_found.append((part, action, title.removesuffix(f" ({written_keys(None, action)})")))
    return parts_found
