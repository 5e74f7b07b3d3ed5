"""Rows of the Classes page: classes of a set with colour warnings, folders with their sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from components import cells
from components.roles import reason
from services.accounts.model import Role
from services.label_classes import colors
from services.label_classes.validation import PALETTE
from services.wording import counted

NO_KEY = "–"
ROW = 34  # px
NEEDED = Role.REVIEWER  # to change classes
BUTTONS = ("color", "tools", "cells")  # values of a row with buttons
State = dict[str, Any]


@dataclass(frozen=True)
class NamedColor:
    """A class for the colour check."""

    name: str
    color: str


def class_rows(state: State, role: Role = Role.ADMIN) -> list[State]:
    """A row per class of ``state``, followed by a warning row if its colour has a problem.

    A user with less than :data:`NEEDED` sees its buttons disabled.
    """
    classes = state["classes"]
    named = [NamedColor(label_class["name"], label_class["color"]) for label_class in classes]
    rows: list[State] = []
    for place, label_class in enumerate(classes):
        rows.append(_class_row(label_class, place, len(classes)))
        if problem := colors.problem(label_class["color"], named[:place]):
            others = [other.color for at, other in enumerate(named) if at != place]
            rows.append(_warning(label_class, problem, colors.better(others, PALETTE)))
    return [_for_role(row, role) for row in rows]


def _for_role(row: State, role: Role) -> State:
    """The row with its buttons disabled and its cells fixed, if ``role`` may not change classes."""
    if role >= NEEDED:
        return row
    buttons = {name: cells.refused(row[name], reason(NEEDED)) for name in BUTTONS if name in row}
    return {**row, **buttons, "fixed": True}


def _class_row(label_class: State, place: int, count_of_classes: int) -> State:
    name = label_class["name"]
    return {
        "id": f"c{label_class['id']}",
        "class": label_class["id"],
        "find": name,
        "color": cells.button(
            "color",
            f"Colour of “{name}”",
            text="Aa",
            style={"background": label_class["color"], "color": colors.ink_on(label_class["color"])},
            className="tm-class-color rounded small fw-semibold",
        ),
        "name": name,
        "key": label_class["hotkey"] or NO_KEY,
        "index": label_class["index"],
        "exclusive": label_class["exclusive"],
        "labels": used(label_class) if label_class["labels"] else "–",
        "tools": cells.buttons(
            cells.button("up", f"Move “{name}” up", sign="arrow-up", disabled=place == 0),
            cells.button(
                "down", f"Move “{name}” down", sign="arrow-down", disabled=place == count_of_classes - 1
            ),
            cells.button("merge", f"Merge “{name}” into another class", sign="sign-merge-right"),
            cells.button("delete", f"Delete “{name}”", sign="trash"),
        ),
    }


def _warning(label_class: State, problem: str, better: str) -> State:
    use = f"Use {better}"
    swatch = cells.button(
        f"use {better}",
        use,
        text=use,
        sign="square-fill",
        style={"background": "none", "color": better},
        className="btn btn-sm btn-link tm-better",
    )
    sign = cells.icon("exclamation-triangle")
    return {
        "id": f"w{label_class['id']}",
        "class": None,
        "about": label_class["id"],
        "find": label_class["name"],
        "name": problem,
        "warning": True,
        "cells": {"name": cells.element("span", sign, f"{problem}. ", swatch, className="tm-color-warning")},
    }


def used(label_class: State) -> str:
    """Usage text, such as ``1,204 in 3 files``."""
    return f"{label_class['labels']:,} in {counted(label_class['files'], 'file')}"


def folder_rows(state: State, role: Role = Role.ADMIN) -> list[State]:
    """A row per folder with its own or inherited set; fixed if ``role`` may not choose it."""
    names = {label_set["id"]: label_set["name"] for label_set in state["sets"]}
    return [
        {
            "id": f"d{folder['folder']}",
            "folder": folder["folder"],
            "name": folder["folder"].rpartition("/")[2] or "All files",
            "depth": folder["folder"].count("/") + 1 if folder["folder"] else 0,
            "files": counted(folder["files"], "file"),
            "set": names[folder["set"]]
            if folder["chosen"]
            else inherited(folder["folder"], names[folder["set"]]),
            "chosen": folder["chosen"],
            "fixed": role < NEEDED,
        }
        for folder in state["folders"]
    ]


def inherited(folder: str, name: str) -> str:
    """Text for a folder with an inherited set."""
    return f"as above: {name}" if folder else f"the first set: {name}"


def height(rows: Sequence[Any], header: int = 34) -> dict[str, str]:
    """Grid height that fits the rows, up to most of the screen."""
    return {"height": f"min({max(len(rows), 2) * ROW + header + 4}px, 62vh)"}
