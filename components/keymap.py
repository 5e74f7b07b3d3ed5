"""Every action that has a key: what it does, in which section of the help, and which keys it has from the start.

A key is written as it stands on buttons, parts joined by ``+``: ``Ctrl+Shift+Z``, ``Shift+,``, ``ArrowLeft``, ``?``.
``Ctrl`` also means the Mac's command key. The scripts in assets/ say what each action does (``tm.keys.define``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
    """One action; ``name`` is what the scripts and the user's own choice of keys call it.

    ``within``: its keys do this only while something is on, such as ``review``, and may do something else otherwise.
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
        ("mark-start", "set the start where the cursor is", ("[",)),
        ("mark-end", "set the end where the cursor is", ("]",)),
        ("submit", "save what is marked under the label typed", ("Enter",)),
        ("cancel", "cancel the mark, or deselect", ("Escape",)),
        ("delete", "delete the selected labels", ("Delete", "Backspace")),
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
        ("review", "review what a model suggested in this file", ("Shift+R",)),
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
        ("readout", "hide or show the values under the cursor", ("v",)),
        ("measure", "measure between two points", ("d",)),
        ("picture", "picture of the view as a PNG", ("Shift+P",)),
        ("hide-labels", "hide or show the labels", ("h",)),
        ("confidence", "hide or show how sure a model was", ("Shift+C",)),
        ("details", "how this file was read, and reading it differently", ("i",)),
        ("channels", "choose and arrange the channels", ("c",)),
        ("table", "to the table of labels and back to the plot", ("t",)),
        ("search-labels", "search the labels of this file", ("/",)),
        ("history", "show the history of this file, or the labels again", ("Shift+H",)),
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

FIXED: tuple[tuple[str, tuple[tuple[tuple[str, ...], str], ...]], ...] = (
    # What is done with the mouse, with a digit or inside the table: shown in the help, not to be changed.
    (
        "Label",
        (
            (("click", "click"), "mark a start, then an end"),
            (("double click",), "mark one sample"),
            (("Shift", "click"), "mark inside a label that is already there"),
            (("1", "…", "9", "0"), "label what is marked with that class, or relabel what is selected"),
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
            (("Shift", "F10"), "what can be done with a file"),
            (("Del",), "delete, after asking"),
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


def shown(key: str) -> tuple[str, ...]:
    """The parts of a key as they stand on the keyboard.

    >>> shown("Ctrl+ArrowDown")
    ('Ctrl', '↓')
    """
    return tuple(SHOWN.get(part, part) for part in key.split("+"))


def first_key(action: str) -> str:
    """The first key of an action as a button shows it, ``Ctrl+S``.

    Raises:
        StopIteration: there is no such action.
    """
    return "+".join(shown(next(one for one in ACTIONS if one.name == action).keys[0]))


def written_keys(chosen: Any, action: str) -> str:
    """The keys of an action as they are written on the screen; ``chosen``: those that the user chose, by action.

    >>> written_keys(None, "train"), written_keys({"train": ["Ctrl+ArrowUp", "t"]}, "train")
    ('Shift+L', 'Ctrl+↑ or t')
    """
    first = next(one.keys for one in ACTIONS if one.name == action)
    keys = chosen.get(action, first) if isinstance(chosen, dict) else first
    return " or ".join("+".join(shown(key)) for key in keys if isinstance(key, str))
