"""Class list next to the plot: classes of the folder's set, then other classes used in the file.

A click labels, the swatch or the eye hides, “…” or a right click changes the class.
"""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components import cells
from components.dialogs import dialog
from components.ids import ClassesIds, LabelIds
from components.parts import named

ROW, LEAST = 28, 3  # height of a row in px; rows for the text without classes
MANY = 12  # from this number of classes on, there is a search field
NONE = "None yet. Mark a segment and type a name: this creates a class with a new colour and key."
State = dict[str, Any]


def class_list() -> list[Component]:
    """Choice of the set, search field, list; filled from :func:`contents`."""
    find = dbc.Input(id=LabelIds.CLASS_FIND, type="search", placeholder="Find a class", size="sm")
    return [
        html.Div(
            named(
                "Label set of this folder",
                dbc.Select(id=ClassesIds.SET, options=[], size="sm"),
                className="d-block",
            ),
            id=ClassesIds.CHOICE,
            hidden=True,
        ),
        html.Div(find, id=LabelIds.CLASS_FINDER, hidden=True),
        html.Div(
            _grid(), id=LabelIds.CLASSES, className="tm-classes tm-fill overflow-y-auto", style=list_style(0)
        ),
        dialog(LabelIds.CLASS_DIALOG),
    ]


def list_style(number: int) -> dict[str, str]:
    """Least height of a list of so many rows: all of them, up to a quarter of the window; the model has the rest.

    >>> list_style(4)
    {'minHeight': 'min(26vh, 116px)'}
    """
    return {"minHeight": f"min(26vh, {max(number, LEAST) * ROW + 4}px)"}


def _grid() -> Component:
    return dag.AgGrid(
        id=LabelIds.CLASS_GRID,
        columnDefs=[
            {
                "field": "name",
                "headerName": "Label class",
                "flex": 1,
                "sortable": False,
                "filter": "agTextColumnFilter",
                **cells.CELL,
            }
        ],
        rowData=None,  # “loading” until they are read
        getRowId="params.data.id",
        dashGridOptions={
            "headerHeight": 0,
            "rowHeight": ROW,
            "animateRows": False,
            "suppressHorizontalScroll": True,
            "tabToNextCell": {"function": "false"},  # Tab goes from button to button
            "ensureDomOrder": True,
            "localeText": {"noRowsToShow": NONE, "noMatchingRows": "No class matches."},
        },
        style={"height": "100%"},
    )


def contents(desk: State, hidden: list[int], may_edit: bool) -> list[Any]:
    """Content of the list: rows, sets, active set, its tooltip, whether the choice (of one) and the search field
    are hidden. ``may_edit``: the user may change classes."""
    folder = desk["folder"]
    about = f"Label set of the folder “{folder}” and those in it" if folder else "Label set of all files"
    sets = [{"label": label_set["name"], "value": str(label_set["id"])} for label_set in desk["sets"]]
    return [
        rows(desk, hidden, may_edit),
        sets,
        str(desk["set"]),
        about,
        len(sets) < 2,
        len(desk["classes"]) < MANY,
    ]


def rows(desk: State, hidden: list[int], may_edit: bool) -> list[State]:
    """A row per class, with a heading before those of other sets."""
    ours = [
        _row(label_class, label_class["id"] in hidden, may_edit)
        for label_class in desk["classes"]
        if label_class["set"] == desk["set"]
    ]
    others = [
        _row(label_class, label_class["id"] in hidden, may_edit)
        for label_class in desk["classes"]
        if label_class["set"] != desk["set"]
    ]
    look = "tm-class-others m-0 pt-2 px-2 pb-0 small fw-semibold text-body-secondary"
    heading = cells.element("h3", "From other sets", className=look)
    return [*ours, *([{"id": "others", "name": "", "cells": {"name": heading}}] if others else []), *others]


def _row(label_class: State, hidden: bool, may_edit: bool) -> State:
    name = label_class["name"]
    swatch = cells.element(
        "span",
        do="hide",
        className="tm-swatch",
        style={"background": label_class["color"]},
        title="Hide or show its labels",
    )
    use: dict[str, Any] = {"data-plot": "use-class", "data-of": name, "type": "button"}
    label = cells.element(
        "button",
        swatch,
        cells.element("span", name, className="tm-class-name tm-fill text-truncate"),
        cells.element("span", f"{label_class['labels']:,}", className="tm-count"),
        cells.element("kbd", label_class["hotkey"], className="tm-key") if label_class["hotkey"] else None,
        className="tm-class",
        title=f"Label the mark “{name}”",
        **use,
    )
    hide, change = (
        f"{'Show' if hidden else 'Hide'} the labels “{name}”",
        f"Change “{name}”: name, colour, key",
    )
    tools = cells.element(
        "span",
        cells.button("hide", hide, sign="eye-slash" if hidden else "eye", className="tm-class-tool"),
        cells.button("edit", change, sign="three-dots", className="tm-class-tool") if may_edit else None,
        className="tm-class-tools position-absolute d-flex align-items-center ps-1 rounded",
    )
    look = f"tm-class-row position-relative{' tm-hidden-class' if hidden else ''}"
    keeps_focus: dict[str, Any] = {"data-keeps-focus": "yes"}
    row = cells.element("div", label, tools, menu="edit" if may_edit else None, className=look, **keeps_focus)
    return {"id": f"c{label_class['id']}", "name": name, "cells": {"name": row}}


def saved_text(revision: int, saved: int | None) -> str:
    """State of the saved file compared with the labels."""
    if revision <= 0:
        return ""
    return "Saved as it is" if saved is not None and revision <= saved else "Not saved since the last change"
