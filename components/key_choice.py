"""Choosing another key for an action: what a key does while one is waited for, and what is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from components.keymap import Chosen, action_named, choose, chosen_keys, is_taken, owner, written


@dataclass(frozen=True)
class KeyChoice:
    """``chosen``: the keys that differ from the first ones; ``waiting``: the action a key is waited for."""

    chosen: Chosen
    waiting: str | None
    message: str


def ask(kept: Any, action: str, waiting: str | None) -> KeyChoice:
    """The button of an action was pressed: wait for its new key, or no more."""
    if action == waiting:
        return KeyChoice(chosen_keys(kept), None, "")
    words = action_named(action).words
    message = f"Press the new key for “{words}”. Esc leaves it, Del takes its key away."
    return KeyChoice(chosen_keys(kept), action, message)


def press(kept: Any, waiting: str, key: str) -> KeyChoice:
    """A key was pressed while one was waited for; ``key`` as in :mod:`components.keymap`, "" for a click elsewhere."""
    words = action_named(waiting).words
    if key in {"", "Escape"}:
        return KeyChoice(chosen_keys(kept), None, "")
    if key == "Delete":
        return KeyChoice(choose(kept, waiting, []), None, f"“{words}” has no key now.")
    if is_taken(key):
        sentence = f"{written(key)} cannot be chosen: the browser or every field uses it. Press another key."
        return KeyChoice(chosen_keys(kept), waiting, sentence)
    other = owner(kept, key, waiting)
    lost = f" “{action_named(other).words}” lost it." if other and other != waiting else ""
    return KeyChoice(choose(kept, waiting, [key]), None, f"{written(key)} now does “{words}”.{lost}")


def reset() -> KeyChoice:
    """Every action has its first keys."""
    return KeyChoice({}, None, "Every action has its first key again.")
