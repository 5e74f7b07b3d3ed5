"""File pane on the left of every page: upload button, filter, tree, count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import import_dialog, upload_dialog
from components.dialogs import dialog
from components.files.menu import menu_dialog
from components.files.tree_rows import MINE, MINE_LEFT
from components.ids import ShellIds
from components.parts import aria, button, icon_button, stores
from services.annotations.progress import ClassShare

FUNNEL = "tm-tool tm-files-funnel"
ANY = "any"  # value of “no filter”; dbc.Select shows no text for ""
SORTS = {"name": "Name", "changed": "Last change", "labels": "Most labels", "state": "State"}
STATES = {
    ANY: "Any",
    "not done": "Not done",
    "none": "No labels",
    "in progress": "In progress",
    "to review": "To review",
    "unsaved": "Unsaved",
    "saved": "Saved",
    "done": "Done",
}
ASSIGNED = {MINE: "Assigned to me", MINE_LEFT: "Assigned to me, not done"}
SAMPLES = "The sample recordings are being read…"
NO_FILES = "No files yet. Press “Upload CSV Data!” above."
NO_MATCH = "No file matches."
STORES = (
    ShellIds.FILES_DRAWN,
    ShellIds.FILES_FOLD,
    ShellIds.FILE_STEP,
    ShellIds.FILES_MENU_FOR,
    ShellIds.FILES_RENAME_FOR,
    ShellIds.FILES_MOVE_FOR,
    ShellIds.FILES_DELETE_FOR,
    ShellIds.FILES_DONE_ASKED,
    ShellIds.FILES_DONE,
    ShellIds.FILES_RESTORE,
)


def files_pane() -> Component:
    """The pane with its stores and dialogs; ``callbacks/file_tree.py`` fills the grid."""
    return html.Nav(
        [
            button(ShellIds.UPLOAD_BUTTON, "cloud-arrow-up", "Upload CSV Data!", className="tm-wide"),
            upload_dialog.upload_indicator(),
            import_dialog.open_button(),
            _filter(),
            html.Div(id=ShellIds.FILES_PANEL, className="d-grid gap-1", hidden=True),
            html.Div(
                [
                    html.P(
                        id=ShellIds.FILES_EMPTY,
                        className="tm-files-empty position-absolute my-3 mx-2 text-body-secondary",
                    ),
                    _grid(),
                ],
                className="tm-tree tm-fill position-relative",
            ),
            html.Div(id=ShellIds.FILES_COUNT, className="tm-files-count small text-body-secondary"),
            stores(STORES),
            dcc.Store(id=ShellIds.FILES_CLOSED, storage_type="local"),
            menu_dialog(),
            dialog(ShellIds.FILES_RENAME, backdrop_class_name="opacity-0", class_name="tm-in-place"),
            dialog(ShellIds.FILES_MOVE),
            dialog(ShellIds.FILES_DELETE),
        ],
        className="tm-files d-flex flex-column gap-2 flex-shrink-0 p-2 border-end",
        **aria(label="Files"),
    )


def label_options(classes: Sequence[ClassShare]) -> list[dict[str, Any]]:
    """Options of the filter by label: any, files with a label of a class, files without."""
    options: list[dict[str, Any]] = [{"value": ANY, "label": "Any"}]
    for sign, title, prefix in (("+", "File has label", ""), ("-", "File has no label", "no ")):
        if classes:
            options.append({"value": f"title {sign}", "label": title, "disabled": True})
        for label_class in classes:
            where = f" ({label_class.set})" if label_class.set else ""
            options.append(
                {"value": f"{sign}{label_class.id}", "label": f"{prefix}{label_class.name}{where}"}
            )
    return options


def _filter() -> Component:
    return html.Div(
        [
            dbc.Input(
                id=ShellIds.FILES_FILTER,
                type="search",
                placeholder="Filter files",
                size="sm",
                autoComplete="off",
            ),
            icon_button(
                ShellIds.FILES_FUNNEL,
                "funnel",
                "Sort and filter",
                className=FUNNEL,
                **aria(expanded="false", controls=ShellIds.FILES_PANEL),
            ),
        ],
        className="tm-files-filter d-flex gap-1",
    )


def choices(sort: str = "name", labels: Sequence[dict[str, Any]] = (), team: bool = False) -> list[Component]:
    """Content of the panel below the filter after its first opening.

    Args:
        sort: the stored order.
        labels: from :func:`label_options`.
        team: the user has an account, so files can be assigned.
    """
    states = {**STATES, **(ASSIGNED if team else {})}
    return [
        _select("Sort by", ShellIds.FILES_SORT, _options(SORTS), sort),
        _select("State", ShellIds.FILES_STATE, _options(states), ANY),
        _select("Label", ShellIds.FILES_LABEL, labels, ANY),
        button(
            ShellIds.FILES_FOLD_ALL, "arrows-collapse", "Fold or open all folders", size="sm", color="link"
        ),
    ]


def _options(values: dict[str, str]) -> list[dict[str, Any]]:
    return [{"value": key, "label": words} for key, words in values.items()]


def _select(name: str, identity: str, options: Sequence[dict[str, Any]], value: str) -> Component:
    control = dbc.Select(id=identity, options=list(options), value=value, size="sm")
    return html.Div(
        [html.Label(name, htmlFor=identity), control],
        className="tm-files-choice d-grid align-items-center small",
    )


def _grid() -> Component:
    """The tree; ``assets/grid_functions.js`` renders its rows and handles its keys."""
    return dag.AgGrid(
        id=ShellIds.FILES_TREE,
        columnDefs=[
            {
                "colId": "name",
                "valueGetter": {"function": "params.data"},  # redraw a row when any of its values changed
                "cellRenderer": "TidemarkTreeRow",
                "suppressKeyboardEvent": {"function": "tidemarkTreeKey(params)"},
                "flex": 1,
                "sortable": False,
            }
        ],
        rowData=[],
        getRowId="params.data.id",
        rowClassRules={"tm-open": "params.data.open"},
        defaultColDef={"cellDataType": False},
        dashGridOptions={
            "headerHeight": 0,
            "rowHeight": 28,
            "animateRows": False,
            "suppressHorizontalScroll": True,
            "suppressNoRowsOverlay": True,
            "preventDefaultOnContextMenu": True,
            "rowSelection": {
                "mode": "multiRow",
                "checkboxes": False,
                "headerCheckbox": False,
                "enableClickSelection": False,
            },
        },
        eventListeners={
            "cellContextMenu": ["tidemarkTreeMenu(params)"],
            "rowDataUpdated": ["tidemarkTreeShowOpen(params)"],
        },
        className="tm-tree-grid",
        style={"height": "100%"},
    )
