"""Classes page: label sets on the left, the classes of one as a grid, folders and their sets below."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import cells, class_rows, urls
from components.dialogs import dialog
from components.ids import ClassesIds
from components.keymap import class_keys
from components.parts import SIDE_LIST, aria, button, icon, icon_button, named
from services.accounts.model import Role
from services.wording import counted

EDITABLE = {"function": "!params.data.warning && !params.data.fixed"}
NO_CLASSES = (
    "No classes yet. Add one, import a CSV, or type a new label next to a plot: "
    "it becomes a class of the folder's set."
)
OPTIONS = {
    "rowHeight": 34,
    "headerHeight": 34,
    "rowDragManaged": True,
    "suppressMoveWhenRowDragging": True,
    "singleClickEdit": True,
    "stopEditingWhenCellsLoseFocus": True,
    "ensureDomOrder": True,
    "animateRows": False,
    "localeText": {"noRowsToShow": NO_CLASSES},
}


def classes_page(label_set: int | None) -> Component:
    """The page; ``label_set`` is the shown set, None: the first one."""
    return html.Div(
        [
            dcc.Store(id=ClassesIds.SHOWN, data={"set": label_set}),
            dcc.Location(id=ClassesIds.ADDRESS, refresh="callback-nav"),
            dcc.Download(id=ClassesIds.EXPORTED),
            _sets(),
            html.Div([_head(), _grid(), _folders()], className="tm-classes-main tm-fill overflow-y-auto"),
            dialog(ClassesIds.DIALOG, scrollable=False),
        ],
        className="tm-classes-page d-flex flex-column flex-md-row h-100",
    )


def contents(state: dict[str, Any], role: Role) -> list[Any]:
    """Content of the page for ``role``: sets, name of the shown one, whether it is the only one, rows of classes and
    folders."""
    shown = next(label_set["name"] for label_set in state["sets"] if label_set["id"] == state["set"])
    rows, folders = class_rows.class_rows(state, role), class_rows.folder_rows(state, role)
    choices = ["as above", *(label_set["name"] for label_set in state["sets"])]
    return [
        set_links(state),
        shown,
        len(state["sets"]) == 1,
        rows,
        class_rows.height(rows),
        folders,
        class_rows.height(folders),
        _folder_columns(choices),
    ]


def _sets() -> Component:
    explained = (
        "A set is a group of classes. Each folder has one active set: its names and keys are offered there."
    )
    return html.Section(
        [
            html.H1("Label classes", className="mb-3"),
            html.H2("Label sets"),
            html.Div(id=ClassesIds.SETS, className="my-1"),
            button(ClassesIds.ADD_SET, "plus-lg", "New set", size="sm", color="link", className="px-2"),
            html.P(explained),
        ],
        className="tm-classes-sets flex-shrink-0 overflow-y-auto border-end",
        style=SIDE_LIST,
        **aria(label="Label sets"),
    )


def _in_all(label_class: dict[str, Any]) -> str:
    labels = counted(label_class["labels"], "label")
    return f"{counted(label_class['classes'], 'class', 'classes')}, {labels} in all files"


def set_links(state: dict[str, Any]) -> list[Component]:
    """Links to the sets; the shown one is marked."""
    return [
        dcc.Link(
            [
                html.Span(label_set["name"], className="flex-fill text-truncate"),
                html.Span(
                    f"{label_set['classes']:,}",
                    className="tm-count",
                    title=_in_all(label_set),
                ),
            ],
            href=urls.classes(label_set["id"]),
            title=label_set["name"],
            className="tm-set d-flex align-items-baseline gap-2 py-1 px-2 rounded text-reset text-decoration-none"
            + (" tm-set-shown fw-semibold" if label_set["id"] == state["set"] else ""),
        )
        for label_set in state["sets"]
    ]


def _head() -> Component:
    find = dbc.Input(
        id=ClassesIds.FIND, type="search", placeholder="Find a class", size="sm", autocomplete="off"
    )
    import_button = html.Button(
        [icon("upload"), html.Span("Import…")],
        type="button",
        className="btn btn-sm btn-outline-primary",
        **aria(label="Import…"),  # the enclosing label belongs to the file field
    )
    return html.Div(
        [
            html.H2(id=ClassesIds.SET_NAME, className="text-truncate"),
            icon_button(ClassesIds.RENAME_SET, "pencil", "Rename this set"),
            icon_button(ClassesIds.COPY_SET, "copy", "Copy this set"),
            icon_button(ClassesIds.DELETE_SET, "trash", "Delete this set"),
            named("Find a class", find, className="ms-auto"),
            html.Label(dcc.Upload(import_button, id=ClassesIds.IMPORT, accept=".csv,.txt,text/csv")),
            button(
                ClassesIds.EXPORT,
                "download",
                "Export",
                size="sm",
                outline=True,
                color="primary",
                title="A CSV of this set: label,value,Color, with Key and Exclusive if they differ from the defaults",
            ),
            button(ClassesIds.ADD, "plus-lg", "Add class", size="sm"),
        ],
        className="tm-classes-head d-flex flex-wrap flex-md-nowrap align-items-center row-gap-1 column-gap-2 mb-2",
    )


def _grid() -> Component:
    column = {"sortable": False, "resizable": False, "cellDataType": False, "suppressMovable": True}
    return dag.AgGrid(
        id=ClassesIds.LIST,
        columnDefs=_columns(),
        rowData=None,  # “loading” until they are read
        getRowId="params.data.id",
        defaultColDef=column | {"suppressHeaderMenuButton": True},
        rowClassRules={"tm-class-line": "!params.data.warning"},
        eventListeners={
            "rowDragEnd": ["rowsDragged(params)"],
            "cellEditingStarted": ["openChoices(params)"],
            "cellKeyDown": ["rowMovedByKey(params)"],
            "rowDataUpdated": ["focusMovedRow(params)"],
        },
        dashGridOptions=OPTIONS,
        className="ag-theme-tidemark",
    )


def _columns() -> list[dict[str, Any]]:
    exclusive = "Exclusive: a new label of this class trims labels underneath"
    drag = {"rowDrag": EDITABLE, "headerTooltip": "Drag to another place (Ctrl+Shift+arrows)"}
    return [
        {"colId": "grip", "headerName": "", "width": 34, **drag},
        {"field": "color", "headerName": "Colour", "width": 74, **cells.CELL},
        {
            "field": "name",
            "headerName": "Name",
            "flex": 1,
            "minWidth": 130,
            "editable": EDITABLE,
            "cellEditorParams": {"maxLength": 100},
            "colSpan": {"function": "params.data.warning ? 6 : 1"},
            "cellRendererSelector": {"function": "params.data.warning ? {component: 'Cell'} : undefined"},
            "filter": "agTextColumnFilter",
            "filterValueGetter": {"function": "params.data.find"},
            "suppressHeaderFilterButton": True,
        },
        {
            "field": "key",
            "headerName": "Key",
            "width": 66,
            "editable": EDITABLE,
            "cellEditor": "agSelectCellEditor",
            "cellEditorParams": {"values": [class_rows.NO_KEY, *class_keys()]},
            "headerTooltip": "A key in use is swapped",
        },
        {
            "field": "index",
            "headerName": "Model index",
            "width": 104,
            "editable": EDITABLE,
            "cellEditor": "agNumberCellEditor",
            "cellEditorParams": {"min": 0, "max": 9999, "precision": 0},
            "headerTooltip": "Number that models predict for the class",
        },
        {
            "field": "exclusive",
            "headerName": "Exclusive",
            "width": 86,
            "editable": EDITABLE,
            "cellRenderer": "agCheckboxCellRenderer",
            "cellEditor": "agCheckboxCellEditor",
            "headerTooltip": exclusive,
        },
        {"field": "labels", "headerName": "Labels", "width": 130, "cellClass": "tm-count"},
        {"field": "tools", "headerName": "", "width": 136, **cells.CELL},
    ]


def _folder_columns(choices: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "field": "name",
            "headerName": "Folder",
            "flex": 1,
            "minWidth": 180,
            "cellStyle": {"function": "({paddingLeft: 8 + 16 * params.data.depth + 'px'})"},
        },
        {"field": "files", "headerName": "Files", "width": 110, "cellClass": "tm-count"},
        {
            "field": "set",
            "headerName": "Label set",
            "width": 260,
            "editable": EDITABLE,
            "cellEditor": "agSelectCellEditor",
            "cellEditorParams": {"values": choices},
            "cellClassRules": {"text-body-secondary": "!params.data.chosen"},
        },
    ]


def _folders() -> Component:
    return html.Section(
        [
            html.H2("Active set of each folder"),
            html.P("A folder uses the set chosen for it, or else that of the folder above it."),
            dag.AgGrid(
                id=ClassesIds.FOLDERS,
                columnDefs=_folder_columns([]),
                rowData=None,  # “loading” until they are read
                getRowId="params.data.id",
                eventListeners={"cellEditingStarted": ["openChoices(params)"]},
                defaultColDef={"sortable": False, "cellDataType": False, "suppressMovable": True},
                dashGridOptions={
                    "rowHeight": 34,
                    "headerHeight": 34,
                    "singleClickEdit": True,
                    "animateRows": False,
                },
            ),
        ],
        className="tm-classes-folders",
    )
