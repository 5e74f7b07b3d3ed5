"""Dialogs for label classes and sets, and the commands of their forms."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.class_rows import NamedColor
from components.dialogs import field, field_id, form, name_field
from components.keymap import class_keys
from components.parts import aria, icon
from services.label_classes import colors
from services.label_classes.validation import PALETTE
from services.wording import counted

State = dict[str, Any]
MARKS = {
    "added": ("plus-lg text-success", "New"),
    "changed": ("pencil text-warning", "Changes"),
    "same": ("check-lg", "Same"),
}


def color_id(dialog: Any, color: Any, place: Any) -> State:
    """A button that selects a colour; ``place`` is ``palette`` or ``better``."""
    return {"type": "color-choice", "dialog": dialog, "color": color, "place": place}


def colors_id(dialog: Any) -> State:
    """Container of the colour choices and the warning about the chosen one."""
    return {"type": "color-choices", "dialog": dialog}


def ask_name(dialog: str, title: str, name: str, submit: str, command: State) -> Component:
    """Dialog with a name field, submitted with ``command``."""
    return form(dialog, title, [name_field(dialog, name)], submit, about=command)


def delete_set(dialog: str, label_set: State) -> Component:
    """Dialog that deletes a set, or explains why it cannot."""
    title = f"Delete “{label_set['name']}”?"
    if label_set["labels"]:
        use = "uses" if label_set["labels"] == 1 else "use"
        words = (
            f"{counted(label_set['labels'], 'label')} {use} classes of this set, so it cannot be deleted. "
            "Merge its classes into those of another set first."
        )
        return form(dialog, title, [html.P(words)])
    classes = counted(label_set["classes"], "class", "classes")
    consequence = (
        f"Its {classes} and the set are deleted; no label uses them."
        if label_set["classes"]
        else "The set is empty."
    )
    words = f"{consequence} Folders that use it use the set of the folder above."
    return form(
        dialog,
        title,
        [html.P(words)],
        "Delete",
        about={"do": "delete-set", "set": label_set["id"]},
        danger=True,
    )


def edit_class(dialog: str, label_class: State, state: State) -> Component:
    """Name, colour, key and exclusive of a class."""
    others = [other for other in state["classes"] if other["id"] != label_class["id"]]
    verb = "has" if label_class["labels"] == 1 else "have"
    use = f"{counted(label_class['labels'], 'label')} in {counted(label_class['files'], 'file')} {verb} this class."
    keys = dbc.Select(
        id=field_id(dialog, "key"), options=_keys(others), value=label_class["hotkey"] or "", size="sm"
    )
    exclusive = dbc.Checkbox(
        id=field_id(dialog, "exclusive"),
        value=label_class["exclusive"],
        label="Exclusive: a new label of this class trims labels underneath",
    )
    chosen = colors.hex_of(label_class["color"])
    custom = dbc.Input(id=field_id(dialog, "color"), type="color", value=chosen, size="sm")
    used_colors = [{"name": other["name"], "color": other["color"]} for other in others]
    body = [
        name_field(dialog, label_class["name"]),
        html.Div(
            [
                html.Span("Colour", className="d-block small text-body-secondary mb-1"),
                html.Div(color_choices(dialog, chosen, used_colors), id=colors_id(dialog)),
                html.Label(
                    [custom, "Another colour"],
                    className="tm-other-color d-flex align-items-center gap-2 tm-fine text-body-secondary",
                ),
            ]
        ),
        field("Key", keys),
        html.Div(exclusive, className="small"),
        html.P(use, className="tm-count mb-0"),
    ]
    about = {"do": "edit", "id": label_class["id"], "was": chosen, "others": used_colors}
    return form(dialog, f"Label class “{label_class['name']}”", body, "Save", about=about)


def color_choices(dialog: str, chosen: str, others: list[State]) -> list[Component]:
    """The palette with the chosen colour marked; its problem given ``others``, and a better colour."""
    palette = [_palette_button(dialog, color, color == chosen) for color in PALETTE]
    warning: list[Any] = []
    if problem := colors.problem(chosen, [NamedColor(**other) for other in others]):
        better = colors.better([other["color"] for other in others], PALETTE)
        use = html.Button(
            [html.Span(className="tm-swatch", style={"background": better}), f"Use {better}"],
            id=color_id(dialog, better, "better"),
            type="button",
            n_clicks=0,
            className="btn btn-sm btn-link tm-better",
        )
        warning = [f"{problem}. ", use]
    return [
        html.Div(palette, className="d-flex align-items-center gap-2"),
        html.Div(warning, className="tm-color-warning", role="status"),
    ]


def _palette_button(dialog: str, color: str, pressed: bool) -> Component:
    return html.Button(
        id=color_id(dialog, color, "palette"),
        type="button",
        n_clicks=0,
        title=color,
        className="tm-palette-color",
        style={"background": color},
        **aria(label=f"Colour {color}", pressed=str(pressed).lower()),
    )


def _keys(others: list[State]) -> list[State]:
    owners = {other["hotkey"]: other["name"] for other in others if other["hotkey"]}
    words = {
        key: f"{key} (swaps with “{owners[key]}”)" if key in owners else key
        for key in [*class_keys(), *owners]
    }
    return [{"label": "No key", "value": ""}, *({"label": text, "value": key} for key, text in words.items())]


def remove_class(dialog: str, label_class: State, state: State, merging: bool) -> Component:
    """Dialog that merges or deletes a class, with the new class of its labels."""
    name, used = label_class["name"], label_class["labels"] > 0
    title = f"Merge “{name}” into another class" if merging else f"Delete “{name}”?"
    use = (
        f"It is used by {counted(label_class['labels'], 'label')} in {counted(label_class['files'], 'file')}."
    )
    targets = _targets(label_class, state)
    if (used or merging) and not targets:
        words = f"{use} Add another class for them first." if used else "There is no other class yet."
        return form(dialog, title, [html.P(words)])
    after = "They become labels of the class you choose; undo reverts this in each file."
    body: list[Any] = [html.P(f"{use} {after}" if used else "No label uses it.")]
    if used or merging:
        choice = dbc.Select(
            id=field_id(dialog, "into"),
            options=[{"label": "Choose a class", "value": ""}, *targets],
            value="",
            size="sm",
            required=True,
        )
        body.append(field("Merge into" if merging else "Their labels become", choice))
    about = {"do": "delete", "id": label_class["id"], "name": name, "targets": targets}
    return form(dialog, title, body, "Merge" if merging else "Delete", about=about, danger=not merging)


def _targets(label_class: State, state: State) -> list[State]:
    sets = {label_set["id"]: label_set["name"] for label_set in state["sets"]}
    ours = [
        {"label": other["name"], "value": str(other["id"])}
        for other in state["classes"]
        if other["id"] != label_class["id"]
    ]
    return ours + [
        {"label": f"{other['name']} (set “{sets.get(other['set'], '')}”)", "value": str(other["id"])}
        for other in state["others"]
    ]


def import_plan(dialog: str, name: str, plan: State, command: State) -> Component:
    """Dialog with the effects of a CSV import."""
    number = {kind: sum(step["kind"] == kind for step in plan["steps"]) for kind in MARKS}
    changes = number["added"] + number["changed"]
    left_out = f", {counted(len(plan['refused']), 'line')} left out" if plan["refused"] else ""
    summary = f"{number['added']} new, {number['changed']} changed, {number['same']} unchanged{left_out}."
    body = [
        html.P(summary),
        html.Ul([_step(step) for step in plan["steps"]], className="list-unstyled tm-fine"),
        *_sentences("Side effects", plan["clashes"]),
        *_sentences("Left out", plan["refused"]),
    ]
    submit = f"Import {counted(changes, 'class', 'classes')}" if changes else ""
    return form(dialog, f"Import {name}", body, submit, about={**command, "changes": changes})


def _step(step: State) -> Component:
    sign, meaning = MARKS[step["kind"]]
    mark = html.Span(icon(sign), title=meaning, role="img", **aria(label=meaning))
    number = html.Span("" if step["index"] is None else str(step["index"]), className="tm-count text-end")
    swatch = html.Span(className="tm-swatch me-2", style={"background": step["color"]})
    return html.Li(
        [
            mark,
            number,
            html.Span([swatch, step["name"]], className="text-break"),
            html.Small(step["words"], className="text-body-secondary"),
        ],
        className=f"tm-step d-grid align-items-baseline gap-2 tm-step-{step['kind']}",
    )


def _sentences(title: str, sentences: list[str]) -> list[Component]:
    if not sentences:
        return []
    return [
        html.H3(title, className="fs-6"),
        html.Ul([html.Li(sentence) for sentence in sentences], className="small"),
    ]


def command_of(about: State, fields: State) -> State:
    """Command of a submitted dialog, from its subject and fields."""
    command = {**about, **fields}
    if about["do"] == "edit" and command["color"] == about["was"]:
        del command["color"]  # keep another notation of the same colour, such as teal
    if "into" in fields:
        command["into"] = int(fields["into"]) if fields["into"] else None
    return command


def done_message(about: State, fields: State, result: Any) -> str:
    """Message after a dialog; "" if the page shows the result."""
    if about["do"] == "import":
        verb = "is" if about["changes"] == 1 else "are"
        return f"{counted(about['changes'], 'class', 'classes')} of {about['name']} {verb} in."
    if about["do"] != "delete":
        return ""
    if not fields.get("into"):
        return f"Deleted “{about['name']}”."
    into = next(target["label"] for target in about["targets"] if target["value"] == fields["into"])
    return f"Merged “{about['name']}” into “{into}”: {result}."
