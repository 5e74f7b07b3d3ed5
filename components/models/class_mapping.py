"""Class mapping of a model on its page: label class per class index, edited in place."""

from __future__ import annotations

import re
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import model_class, model_set, model_tool
from components.parts import aria, icon, icon_button

_SHORT, _LONG = re.compile(r"#[0-9a-f]{3,4}"), re.compile(r"#[0-9a-f]{6}([0-9a-f]{2})?")
AT_ONCE = 100  # number of rows; more on request
SOURCES = {
    "you": "you",
    "checkpoint": "the checkpoint",
    "classes": "the index of the label class",
    "number": "no name",
}
TITLES = ("Index", "Colour", "Label class", "Source", "Skip", "")
NAMES = "tm-model-class-names"  # datalist of label classes


def class_mapping(model: dict[str, Any], state: dict[str, Any], all_classes: bool = False) -> Component:
    """The section for a model of ``state`` (``ModelView.state``)."""
    shown = model["classes"] if all_classes else model["classes"][:AT_ONCE]
    words = "Label class for each number that the model predicts. An unknown name creates a label class."
    rows = [_row(model, model_class) for model_class in shown]
    return html.Section(
        [
            html.H3("Its classes", className="mb-2"),
            html.P(words, className="tm-count mb-2"),
            *_set_choice(state),
            html.Datalist(
                [html.Option(value=label_class["name"]) for label_class in state["classes"]], id=NAMES
            ),
            html.Div([_titles(), html.Div(rows, role="list", **aria(label="Classes of this model"))]),
            _foot(model, len(shown)),
        ],
        className="mt-4",
    )


def picked(model_class: dict[str, Any], field: str) -> Any:
    """Value of a control; colour inputs of browsers accept ``#rrggbb`` only."""
    if field != "color":
        return model_class[field]
    color = model_class["color"].lower()
    if _SHORT.fullmatch(color):
        return "#" + "".join(digit * 2 for digit in color[1:4])
    return color[:7] if _LONG.fullmatch(color) else "#808080"


def _titles() -> Component:
    titles = [html.Span(title) for title in TITLES]
    return html.Div(titles, className="tm-model-class", **aria(hidden="true"))


def _row(model: dict[str, Any], shown_class: dict[str, Any]) -> Component:
    index = shown_class["index"]
    reset = icon_button(
        model_class("reset", index, model["id"]),
        "arrow-counterclockwise",
        f"Reset index {index}",
        style={} if index in model["overridden"] else {"visibility": "hidden"},
    )
    skip = dbc.Checkbox(
        id=model_class("skip", index, model["id"]),
        value=shown_class["skip"],
        label=f"Index {index} is background: no labels",
        label_class_name="visually-hidden",
        class_name="mb-0 ps-0 d-flex justify-content-center",
    )
    cells = [
        html.Span(str(index), className="text-end pe-2"),
        _color(shown_class, model["id"]),
        _name(shown_class, model["id"]),
        html.Span(SOURCES[shown_class["source"]], className="tm-count"),
        html.Span(skip, title="Background: no labels"),
        reset,
    ]
    skipped = " tm-skipped" if shown_class["skip"] else ""
    return html.Div(cells, className=f"tm-model-class{skipped}", role="listitem")


def _name(shown_class: dict[str, Any], model: str) -> Component:
    control = dbc.Input(
        id=model_class("name", shown_class["index"], model),
        value=shown_class["name"],
        type="text",
        maxLength=100,
        size="sm",
        autoComplete="off",
        debounce=True,
        list=NAMES,
    )
    words = html.Span(f"Label class of index {shown_class['index']}", className="visually-hidden")
    return html.Label([words, control])


def _color(shown_class: dict[str, Any], model: str) -> Component:
    """Colour of the label class, or a colour input if the label class does not exist yet."""
    if shown_class["known"]:
        title = f"The colour of the label class: {shown_class['color']}"
        return html.Span(
            className="tm-class-color rounded small fw-semibold tm-model-color",
            title=title,
            style={"background": shown_class["color"]},
        )
    control = dbc.Input(
        id=model_class("color", shown_class["index"], model),
        type="color",
        value=picked(shown_class, "color"),
        debounce=300,
        class_name="tm-model-color tm-model-color-own",
    )
    words = html.Span(f"Colour of index {shown_class['index']}", className="visually-hidden")
    return html.Label([words, control], title="Colour of the new label class")


def _set_choice(state: dict[str, Any]) -> list[Component]:
    if len(state["sets"]) < 2:
        return []
    options = [{"label": label_set["name"], "value": str(label_set["id"])} for label_set in state["sets"]]
    choice = dbc.Select(options, str(state["set"]), id=model_set(), size="sm")
    return [
        html.Label(
            ["In the label set", choice],
            className="d-inline-flex align-items-center gap-2 mb-2 tm-fine text-nowrap",
        )
    ]


def _foot(model: dict[str, Any], shown: int) -> Component:
    count = len(model["classes"])
    more = _link(model_tool("all-classes", model["id"]), f"Show all {count:,} classes")
    reset = _link(
        model_tool("forget-classes", model["id"]),
        [icon("arrow-counterclockwise"), html.Span("Reset all")],
    )
    links = [*([more] if shown < count else []), *([reset] if model["overridden"] else [])]
    return html.Div(links, className="d-flex gap-2 pt-1")


def _link(identity: dict[str, str], content: Any) -> Component:
    return dbc.Button(content, id=identity, n_clicks=0, size="sm", color="link")
