"""The table of labels."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components import copy_dialog
from components.ids import LabelIds, ReviewIds, TableIds
from components.label import doubts
from components.label.columns import MENU, arranged, visible
from components.label.selection import selection_bar
from components.parts import button, icon_button

EVENTS = ("columnMoved", "columnResized", "columnVisible")
OPTIONS = {
    "rowSelection": {
        "mode": "multiRow",
        "enableClickSelection": True,
        "headerCheckbox": True,
        "selectAll": "filtered",
        "ctrlASelectsRows": True,
    },
    "selectionColumnDef": {"width": 44, "pinned": "left"},
    "rowHeight": 28,
    "headerHeight": 32,
    "animateRows": False,
    "cacheQuickFilter": True,
    "deltaSort": True,
    "suppressCellFocus": False,
    # Dash's listeners copy rows and selection into its properties after each change, and restore
    # an older selection if two changes come quickly.
    "onSelectionChanged": None,
    "onRowDataUpdated": None,
    "localeText": {
        "noRowsToShow": "No labels yet. Click a start and an end in the plot.",
        "noMatchingRows": "No label matches. Escape clears the search.",
    },
}


def table_tools(kept: Any = None, suggests: bool = False) -> list[Component]:
    """Content of the head of the pane while the table is shown: search, columns, actions on selected labels.

    ``kept`` and ``suggests`` as in :func:`components.label.columns.arranged`.
    """
    search = dbc.Input(
        id=TableIds.SEARCH,
        type="search",
        placeholder="Search labels",
        size="sm",
        autoComplete="off",
        class_name="tm-table-search",
    )
    return [
        search,
        dbc.DropdownMenu(
            [
                dbc.Checklist(
                    id=TableIds.COLUMNS,
                    options=MENU,
                    value=visible(kept, suggests),
                    class_name="px-3 py-1 tm-fine text-nowrap",
                ),
                button(TableIds.RESET, "arrow-counterclockwise", "Reset", size="sm", color="link"),
            ],
            label="Columns",
            toggle_class_name="bi bi-layout-three-columns",
            size="sm",
            color="link",
            className="tm-columns-menu",
        ),
        icon_button(
            ReviewIds.REJECTED, "eye-slash", "Show rejected suggestions", act="show-rejected", hidden=True
        ),
        copy_dialog.open_button(),
        doubts.find_button(),
        selection_bar(),
    ]


def table(kept: Any = None, suggests: bool = False, kind: str = "") -> Component:
    """The grid; the plot sets its rows. Arguments as in :func:`components.label.columns.arranged`."""
    return dag.AgGrid(
        id=LabelIds.TABLE,
        columnDefs=arranged(kept, suggests, kind),
        rowData=[],
        getRowId="params.data.id",
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "cellDataType": False,
            "suppressKeyboardEvent": {"function": "tidemarkOwnKey(params)"},
        },
        eventListeners={
            **{event: ["columnsChanged(params, setEventData)"] for event in EVENTS},
            "rowDataUpdated": ["keepEditing(params)"],
        },
        dashGridOptions=OPTIONS,
        className="tm-table-grid tm-fill",
        style={"height": "100%"},
    )
