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


def class_mapping(one: dict[str, Any], state: dict[str, Any], all_classes: bool = False) -> Component:
    """The section for a model of ``state`` (``ModelView.state``)."""
    shown = one["classes"] if all_classes else one["classes"][:AT_ONCE]
    words = "Label class for each number that the model predicts. An unknown name creates a label class."
    rows = [_row(one, mine) for mine in shown]
    return html.Section(
        [
            html.H3("Its classes", className="mb-2"),
            html.P(words, className="tm-count mb-2"),
            *_set_choice(state),
            html.Datalist([html.Option(value=known["name"]) for known in state["classes"]], id=NAMES),
            html.Div([_titles(), html.Div(rows, role="list", **aria(label="Classes of this model"))]),
            _foot(one, len(shown)),
        ],
        className="mt-4",
    )


def picked(mine: dict[str, Any], field: str) -> Any:
    """Value of a control; colour inputs of browsers accept ``#rrggbb`` only."""
    if field != "color":
        return mine[field]
    color = mine["color"].lower()
    if _SHORT.fullmatch(color):
        return "#" + "".join(digit * 2 for digit in color[1:4])
    return color[:7] if _LONG.fullmatch(color) else "#808080"


def _titles() -> Component:
    titles = [html.Span(title) for title in TITLES]
    return html.Div(titles, className="tm-model-class", **aria(hidden="true"))


def _row(one: dict[str, Any], mine: dict[str, Any]) -> Component:
    index = mine["index"]
    reset = icon_button(
        model_class("reset", index, one["id"]),
        "arrow-counterclockwise",
        f"Reset index {index}",
        style={} if index in one["said"] else {"visibility": "hidden"},
    )
    skip = dbc.Checkbox(
        id=model_class("skip", index, one["id"]),
        value=mine["skip"],
        label=f"Index {index} is background: no labels",
        label_class_name="visually-hidden",
        class_name="mb-0 ps-0 d-flex justify-content-center",
    )
    cells = [
        html.Span(str(index), className="text-end pe-2"),
        _color(mine, one["id"]),
        _name(mine, one["id"]),
        html.Span(SOURCES[mine["source"]], className="tm-count"),
        html.Span(skip, title="Background: no labels"),
        reset,
    ]
    skipped = " tm-skipped" if mine["skip"] else ""
    return html.Div(cells, className=f"tm-model-class{skipped}", role="listitem")


def _name(mine: dict[str, Any], model: str) -> Component:
    control = dbc.Input(
        id=model_class("name", mine["index"], model),
        value=mine["name"],
        type="text",
        maxLength=100,
        size="sm",
        autoComplete="off",
        debounce=True,
        list=NAMES,
    )
    words = html.Span(f"Label class of index {mine['index']}", className="visually-hidden")
    return html.Label([words, control])


def _color(mine: dict[str, Any], model: str) -> Component:
    """Colour of the label class, or a colour input if the label class does not exist yet."""
    if mine["known"]:
        title = f"The colour of the label class: {mine['color']}"
        return html.Span(
            className="tm-class-color rounded small fw-semibold tm-model-color",
            title=title,
            style={"background": mine["color"]},
        )
    control = dbc.Input(
        id=model_class("color", mine["index"], model),
        type="color",
        value=picked(mine, "color"),
        debounce=300,
        class_name="tm-model-color tm-model-color-own",
    )
    words = html.Span(f"Colour of index {mine['index']}", className="visually-hidden")
    return html.Label([words, control], title="Colour of the new label class")


def _set_choice(state: dict[str, Any]) -> list[Component]:
    if len(state["sets"]) < 2:
        return []
    options = [{"label": one["name"], "value": str(one["id"])} for one in state["sets"]]
    choice = dbc.Select(options, str(state["set"]), id=model_set(), size="sm")
    return [
        html.Label(
            ["In the label set", choice],
            className="d-inline-flex align-items-center gap-2 mb-2 tm-fine text-nowrap",
        )
    ]


def _foot(one: dict[str, Any], shown: int) -> Component:
    count = len(one["classes"])
    more = _link(model_tool("all-classes", one["id"]), f"Show all {count:,} classes")
    reset = _link(
        model_tool("forget-classes", one["id"]),
        [icon("arrow-counterclockwise"), html.Span("Reset all")],
    )
    links = [*([more] if shown < count else []), *([reset] if one["said"] else [])]
    return html.Div(links, className="d-flex gap-2 pt-1")


def _link(identity: dict[str, str], content: Any) -> Component:
    return dbc.Button(content, id=identity, n_clicks=0, size="sm", color="link")
