"""Controls of the Classes page and the class list: their commands and dialogs."""

from __future__ import annotations

import base64
from typing import Any

from dash.development.base_component import Component

from components import class_dialogs
from components.class_rows import NO_KEY
from components.ids import ClassesIds
from services.errors import Invalid, NotFound, RefusedFile
from services.label_classes.view import LabelClassView

BUTTONS = (
    ClassesIds.ADD_SET,
    ClassesIds.RENAME_SET,
    ClassesIds.COPY_SET,
    ClassesIds.DELETE_SET,
    ClassesIds.ADD,
)
LARGEST_CSV = 1 << 20  # bytes
Values = dict[str, Any]


def edited(change: Values) -> Values:
    """Command of an edited cell."""
    identity, value = change["data"]["class"], change["value"]
    if change["colId"] == "name":
        return {"do": "rename", "id": identity, "name": value or ""}
    if change["colId"] == "key":
        return {"do": "key", "id": identity, "key": "" if value == NO_KEY else value}
    if change["colId"] == "index":
        return {"do": "index", "id": identity, "index": value}
    return {"do": "exclusive", "id": identity, "exclusive": bool(value)}


def chosen_set(change: Values, state: Values) -> Values:
    """Command of a folder's set, chosen by name; other text means that of the folder above."""
    sets = {label_set["name"]: label_set["id"] for label_set in state["sets"]}
    return {"do": "choose-set", "folder": change["data"]["folder"], "set": sets.get(change["value"])}


def pressed(event: Values, state: Values) -> Values | None:
    """Command of a button in a row; None for buttons that open a dialog."""
    action, identity = event["value"]["do"], row_class(event)
    if action.startswith("use "):
        return {"do": "recolor", "id": identity, "color": action.removeprefix("use ")}
    if action not in {"up", "down"}:
        return None
    ids = [label_class["id"] for label_class in state["classes"]]
    if identity in ids:
        place = ids.index(identity)
        to = max(0, min(len(ids) - 1, place + (-1 if action == "up" else 1)))
        ids.insert(to, ids.pop(place))
    return {"do": "reorder", "set": state["set"], "ids": ids}


def row_class(event: Values) -> int:
    """The class of a grid row."""
    return int(str(event["rowId"])[1:])


def class_dialog(dialog: str, event: Values, state: Values) -> Component:
    """Dialog of a button in a row.

    Raises:
        NotFound: the class was deleted.
    """
    action, identity = event["value"]["do"], row_class(event)
    label_class = next((candidate for candidate in state["classes"] if candidate["id"] == identity), None)
    if label_class is None:
        raise NotFound("This label class does not exist (any more).")
    if action in {"merge", "delete"}:
        return class_dialogs.remove_class(dialog, label_class, state, merging=action == "merge")
    return class_dialogs.edit_class(dialog, label_class, state)


def set_dialog(button: str, state: Values) -> Component:
    """Dialog of a button of the page."""
    dialog, shown = (
        ClassesIds.DIALOG,
        next(label_set for label_set in state["sets"] if label_set["id"] == state["set"]),
    )
    name, identity = shown["name"], shown["id"]
    if button == ClassesIds.DELETE_SET:
        return class_dialogs.delete_set(dialog, shown)
    title, value, submit, command = {
        ClassesIds.ADD_SET: ("New label set", "", "Add", {"do": "add-set"}),
        ClassesIds.RENAME_SET: ("Rename label set", name, "Rename", {"do": "rename-set", "set": identity}),
        ClassesIds.COPY_SET: (
            f"Copy “{name}” with its classes",
            f"{name} copy",
            "Copy",
            {"do": "copy-set", "set": identity},
        ),
        ClassesIds.ADD: ("New label class", "", "Add", {"do": "add", "set": identity}),
    }[ClassesIds(button)]
    return class_dialogs.ask_name(dialog, title, value, submit, command)


def import_dialog(desk: LabelClassView, state: Values, contents: str, name: str) -> Component:
    """Dialog with the effects of a CSV import; ``contents`` are a data URL.

    Raises:
        RefusedFile: not a class CSV.
    """
    data = base64.b64decode(contents.partition(",")[2])
    if len(data) > LARGEST_CSV:
        raise RefusedFile(f"{name} is larger than a file of label classes can be.")
    plan = desk.import_csv(state["set"], data, name, apply=False)
    command = {"do": "import", "set": state["set"], "name": name, "contents": contents}
    return class_dialogs.import_plan(ClassesIds.DIALOG, name, plan, command)


def run(desk: LabelClassView, command: Values) -> Any:
    """Run the command of a dialog.

    Raises:
        Invalid, NotFound, Conflict, RefusedFile: it is not possible; nothing was changed.
    """
    if command["do"] != "import":
        return desk.run(command)
    data = base64.b64decode(command["contents"].partition(",")[2])
    if len(data) > LARGEST_CSV:
        raise Invalid("This file is too large.")
    return desk.import_csv(command["set"], data, command["name"], apply=True)


def filter_of(text: str) -> Values:
    """Grid filter for classes whose name contains ``text``; all if empty."""
    return {"name": {"filterType": "text", "type": "contains", "filter": text}} if text else {}


def file_name(name: str) -> str:
    """File name of the CSV of a set; forbidden characters become underscores."""
    return "".join("_" if sign in '\\/:*?"<>|' else sign for sign in name) + ".csv"
