"""Keyboard actions: description, section of the help, default keys.

A key is written with its parts joined by ``+``: ``Ctrl+Shift+Z``, ``Shift+,``, ``ArrowLeft``, ``?``.
``Ctrl`` also means the Mac's command key. ``assets/keys.js`` names a pressed key in the same way; it then
clicks the button of the action, or passes the action to the plot.

The preference ``keys`` is ``{action: keys}`` with only the actions whose keys differ from the defaults.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from components.ids import AutolabelIds, ChannelsIds, LabelIds, ModelIds, PaneIds, ShellIds, TrainingIds
from services.label_classes.validation import HOTKEYS, LETTERS

Chosen = dict[str, list[str]]
PREFERENCE = "keys"
SHOWN = {
    "ArrowLeft": "←",
    "ArrowRight": "→",
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "Escape": "Esc",
    "Delete": "Del",
}


@dataclass(frozen=True)
class Action:
    """An action; ``name`` identifies it in the plot and in the preference ``keys``.

    ``within``: mode in which its keys apply, such as ``review``; outside it they may have another action.
    """

    name: str
    section: str
    words: str
    keys: tuple[str, ...]
    within: str = ""


def _section(title: str, *rows: tuple[str, str, tuple[str, ...]], within: str = "") -> tuple[Action, ...]:
    return tuple(Action(name, title, words, keys, within) for name, words, keys in rows)


ACTIONS: tuple[Action, ...] = (
    *_section(
        "Label",
        ("cursor-left", "move the cursor in the plot back by 1 %", ("j",)),
        ("cursor-right", "move the cursor in the plot on by 1 %", ("k",)),
        ("cursor-left-sample", "move the cursor one sample back", ("Shift+J",)),
        ("cursor-right-sample", "move the cursor one sample on", ("Shift+K",)),
        ("mark-start", "set the start at the cursor", ("[",)),
        ("mark-end", "set the end at the cursor", ("]",)),
        ("submit", "save the marked segment with the label typed", ("Enter",)),
        ("cancel", "cancel the mark, or deselect", ("Escape",)),
        ("delete", "delete the selected labels", ("Delete", "Backspace")),
        ("mark-whole", "mark the whole recording", ("w",)),
        ("scope", "label all channels, or only the row where the mark begins", ("o",)),
        ("snap", "snap to samples, to peaks and troughs, or not at all (Alt suspends)", ("x",)),
        ("next-label", "next label", ("n",)),
        ("previous-label", "previous label", ("p",)),
    ),
    *_section(
        "Correct",
        ("end-earlier", "move the end one sample back", (",",)),
        ("end-later", "move the end one sample on", (".",)),
        ("start-earlier", "move the start one sample back", ("Shift+,",)),
        ("start-later", "move the start one sample on", ("Shift+.",)),
        ("split", "split the selected label at the cursor", ("s",)),
        ("merge", "merge the selected labels", ("m",)),
        ("relabel", "relabel the selected labels", ("r",)),
        ("note", "write a note on the selected labels", ("e",)),
        ("shift-earlier", "shift the selected labels earlier", ("(",)),
        ("shift-later", "shift the selected labels later", (")",)),
        ("select-all", "select all labels", ("Ctrl+A",)),
    ),
    *_section(
        "Review",
        ("review", "review the suggestions in this file", ("Shift+R",)),
        ("next-to-review", "next file with open suggestions", ("Ctrl+Shift+ArrowDown",)),
    ),
    *_section(
        "Review",
        ("review-accept", "accept the suggestion", ("a",)),
        ("review-accept-next", "accept it and go to the next", ("Enter",)),
        ("review-reject", "reject it and go to the next", ("x",)),
        ("review-next", "next open suggestion", ("n",)),
        ("review-previous", "previous open suggestion", ("p",)),
        ("review-order", "by time, or least certain first", ("u",)),
        ("review-many", "accept or reject many at once, by their score", ("b",)),
        ("review-leave", "leave the review", ("Escape",)),
        within="review",
    ),
    *_section(
        "View",
        ("pan-left", "move the view back by 10 %", ("ArrowLeft",)),
        ("pan-right", "move the view on by 10 %", ("ArrowRight",)),
        ("pan-left-far", "move the view back by 50 %", ("Shift+ArrowLeft",)),
        ("pan-right-far", "move the view on by 50 %", ("Shift+ArrowRight",)),
        ("zoom-in", "zoom in (also the wheel)", ("ArrowUp",)),
        ("zoom-out", "zoom out", ("ArrowDown",)),
        ("fit", "show the whole file", ("f",)),
        ("go-to", "go to a time or a sample, or show a fixed length", ("g",)),
        ("gaps", "close the gaps of the time axis, or show them", ("Shift+G",)),
        ("readout", "hide or show the values under the cursor", ("v",)),
        ("measure", "measure between two points", ("d",)),
        ("picture", "picture of the view as a PNG", ("Shift+P",)),
        ("hide-labels", "hide or show the labels", ("h",)),
        ("confidence", "hide or show the confidence of the model", ("Shift+C",)),
        ("details", "show how this file was read, or read it differently", ("i",)),
        ("channels", "choose and arrange the channels", ("c",)),
        ("larger", "draw the signals higher (not on ECG paper)", ("+",)),
        ("smaller", "draw the signals lower", ("-",)),
        ("as-high", "draw the signals as high as at first", ("=",)),
        ("channels-earlier", "show the channels before the shown ones", ("Shift+ArrowUp",)),
        ("channels-later", "show the channels after the shown ones", ("Shift+ArrowDown",)),
        ("table", "move the focus to the table of labels, or back to the plot", ("t",)),
        ("search-labels", "search the labels of this file", ("/",)),
        ("history", "show the history of this file, or the labels again", ("Shift+H",)),
        ("fold-files", "show or fold the files on the left", ("Shift+F",)),
        ("fold-side", "show or fold classes, model and saving on the right", ("Shift+S",)),
        ("fold-pane", "fold the pane below the plot or open it", ("Shift+T",)),
    ),
    *_section(
        "Models",
        ("autolabel", "label this file with the model", ("Shift+A",)),
        ("model", "choose a model", ("Shift+M",)),
        ("train", "train from the labels and suggest the rest, or improve the model", ("Shift+L",)),
    ),
    *_section(
        "Files",
        ("next-file", "next file", ("Ctrl+ArrowDown",)),
        ("previous-file", "previous file", ("Ctrl+ArrowUp",)),
        ("done", "mark this file done, save it, and go to the next that is not done", ("Ctrl+Enter",)),
    ),
    *_section(
        "Keep",
        ("undo", "undo", ("Ctrl+Z",)),
        ("redo", "redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
        ("save", "save this file", ("Ctrl+S",)),
        ("help", "this list", ("?",)),
    ),
)

# Buttons of an action: the first enabled button is clicked. The plot runs all other actions.
BUTTONS: dict[str, tuple[str, ...]] = {
    "autolabel": (AutolabelIds.START,),
    "channels": (ChannelsIds.BUTTON,),
    "channels-earlier": (ChannelsIds.EARLIER,),
    "channels-later": (ChannelsIds.LATER,),
    "as-high": (ChannelsIds.AS_HIGH,),
    "larger": (ChannelsIds.LARGER,),
    "smaller": (ChannelsIds.SMALLER,),
    "details": (LabelIds.DETAILS_BUTTON,),
    "done": (LabelIds.DONE,),
    "fold-files": (ShellIds.FILES_PANE,),
    "fold-side": (ShellIds.SIDE_PANE,),
    "fold-pane": (PaneIds.FOLD,),
    "gaps": (LabelIds.GAPS,),
    "go-to": (LabelIds.GO_TO,),
    "help": (ShellIds.HELP_BUTTON,),
    "model": (ModelIds.LIST, ModelIds.ADD),
    "save": (LabelIds.SAVE,),
    "train": (TrainingIds.START,),
}

# Keys reserved by the browser or the system, and keys with a fixed meaning.
_RESERVED = re.compile(
    r"Ctrl\+(?:Shift\+)?[WTNRLDHPQ]|Alt\+.*|(?:Ctrl\+|Shift\+)*(?:Tab|F5|F11|F12)"
    r"|(?:Shift\+)?(?:Enter|Escape|Space|Tab)|[0-9]"
)

FIXED: tuple[tuple[str, tuple[tuple[tuple[str, ...], str], ...]], ...] = (
    # Actions of the mouse, of digits and of the table: shown in the help, not configurable.
    (
        "Label",
        (
            (("click", "click"), "mark a start, then an end"),
            (("double click",), "mark one sample"),
            (("Shift", "click"), "mark inside a label that is already there"),
            (
                ("1", "…", "9", "0"),
                "label the mark with that class, or relabel the selection; a letter that is its key does the same",
            ),
        ),
    ),
    (
        "Review",
        (
            (("1", "…", "9", "0"), "accept the suggestion as that class and go to the next"),
            (("drag",), "an edge of the suggestion: accept it with the new edge"),
        ),
    ),
    (
        "Files",
        (
            (("Ctrl", "click"), "pick one more file; Shift picks all between"),
            (("F2",), "rename"),
            (("Shift", "F10"), "menu of a file"),
            (("Del",), "delete, after a confirmation"),
        ),
    ),
    (
        "Correct",
        (
            (("F2",), "edit a cell of the table: label, note, an exact time or #sample"),
            (
                ("drag",),
                "a handle moves an edge, the tab of the selected label all of it; elsewhere in the lane: selects",
            ),
            (("Ctrl", "click"), "select one more label, or one less"),
        ),
    ),
)


def key_labels(key: str) -> tuple[str, ...]:
    """Parts of a key as the keyboard shows them.

    >>> key_labels("Ctrl+ArrowDown"), key_labels("Ctrl++")
    (('Ctrl', '↓'), ('Ctrl', '+'))
    """
    return tuple(SHOWN.get(part, part) for part in re.split(r"\+(?=.)", key))


def written(key: str) -> str:
    """A key as text for the screen.

    >>> written("Ctrl+ArrowDown")
    'Ctrl+↓'
    """
    return "+".join(key_labels(key))


def chosen_keys(kept: Any) -> Chosen:
    """Valid part of a stored preference ``keys``: unknown actions and malformed values are ignored."""
    if not isinstance(kept, dict):
        return {}
    return {
        action.name: kept[action.name]
        for action in ACTIONS
        if isinstance(kept.get(action.name), list) and all(isinstance(key, str) for key in kept[action.name])
    }


def keys_of(kept: Any) -> dict[str, Sequence[str]]:
    """The keys of every action; a key in ``kept`` (the stored preference) is removed from other actions."""
    chosen = chosen_keys(kept)
    used = {(action.within, key.lower()) for action in ACTIONS for key in chosen.get(action.name, ())}
    return {
        action.name: chosen.get(
            action.name, [key for key in action.keys if (action.within, key.lower()) not in used]
        )
        for action in ACTIONS
    }


def written_keys(kept: Any, action: str) -> str:
    """The keys of an action as text; ``kept``: the stored preference.

    >>> written_keys(None, "train"), written_keys({"train": ["Ctrl+ArrowUp", "t"]}, "train")
    ('Shift+L', 'Ctrl+↑ or t')

    Raises:
        KeyError: unknown action.
    """
    return " or ".join(written(key) for key in keys_of(kept)[action])


def all_written(kept: Any) -> dict[str, str]:
    """The keys of every action as text: the property ``keymap`` of the plot."""
    return {action: " or ".join(written(key) for key in keys) for action, keys in keys_of(kept).items()}


def first_key(action: str, kept: Any = None) -> str:
    """The first key of an action as a button shows it, ``Ctrl+S``; "" when the action has no key.

    Raises:
        KeyError: unknown action.
    """
    return next((written(key) for key in keys_of(kept)[action]), "")


def by_key(kept: Any) -> dict[str, Any]:
    """Input of ``assets/keys.js``: actions by mode and lower-case key, and the buttons of actions."""
    keys: dict[str, dict[str, str]] = {}
    chosen = keys_of(kept)
    for action in ACTIONS:
        for key in chosen[action.name]:
            keys.setdefault(action.within, {})[key.lower()] = action.name
    return {"keys": keys, "buttons": BUTTONS}


def is_taken(key: str) -> bool:
    """True for a reserved key.

    >>> is_taken("Ctrl+W"), is_taken("w"), is_taken("Shift+Enter")
    (True, False, True)
    """
    return _RESERVED.fullmatch(key) is not None


def owner(kept: Any, key: str, action: str) -> str | None:
    """Name of the action that has ``key`` in the mode of ``action``."""
    name: str | None = by_key(kept)["keys"].get(action_named(action).within, {}).get(key.lower())
    return name


def class_keys() -> list[str]:
    """The keys that a label class can have: digits, and the letters that no action has from the start.

    >>> "".join(class_keys())
    '1234567890lqyz'
    """
    used = {key for action in ACTIONS for key in action.keys}
    return [*HOTKEYS, *(letter for letter in LETTERS if letter not in used)]


def action_named(name: str) -> Action:
    """The action of that name.

    Raises:
        KeyError: unknown action.
    """
    for action in ACTIONS:
        if action.name == name:
            return action
    raise KeyError(name)


def choose(kept: Any, action: str, keys: Sequence[str]) -> Chosen:
    """Assign keys to an action, and remove them from other actions."""
    chosen = chosen_keys(kept)
    for key in keys:
        other = owner(chosen, key, action)
        if other and other != action:
            chosen[other] = [
                other_key for other_key in keys_of(chosen)[other] if other_key.lower() != key.lower()
            ]
    return chosen | {action: list(keys)}
