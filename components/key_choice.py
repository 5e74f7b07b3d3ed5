"""Key configuration: effect of keys and clicks while a new key is requested, and messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from components.keymap import Chosen, action_named, choose, chosen_keys, is_taken, owner, written


@dataclass(frozen=True)
class KeyChoice:
    """``chosen``: keys that differ from the defaults; ``waiting``: action for which a key is requested."""

    chosen: Chosen
    waiting: str | None
    message: str


def ask(kept: Any, action: str, waiting: str | None) -> KeyChoice:
    """The button of an action was pressed: request its new key, or cancel the request."""
    if action == waiting:
        return KeyChoice(chosen_keys(kept), None, "")
    words = action_named(action).words
    message = f"Press the new key for “{words}”. Esc cancels, Del removes its key."
    return KeyChoice(chosen_keys(kept), action, message)


def press(kept: Any, waiting: str, key: str) -> KeyChoice:
    """A key was pressed during a request; ``key`` as in :mod:`components.keymap`, "" for a click elsewhere."""
    words = action_named(waiting).words
    if key in {"", "Escape"}:
        return KeyChoice(chosen_keys(kept), None, "")
    if key == "Delete":
        return KeyChoice(choose(kept, waiting, []), None, f"“{words}” has no key now.")
    if is_taken(key):
        sentence = f"{written(key)} cannot be chosen: the browser or every field uses it. Press another key."
        return KeyChoice(chosen_keys(kept), waiting, sentence)
    other = owner(kept, key, waiting)
    lost = f" “{action_named(other).words}” lost this key." if other and other != waiting else ""
    return KeyChoice(choose(kept, waiting, [key]), None, f"{written(key)} now does “{words}”.{lost}")


def reset() -> KeyChoice:
    """Restore the default keys."""
    return KeyChoice({}, None, "All keys are reset.")
