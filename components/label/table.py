"""The table of labels."""

from __future__ import annotations

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components import copy_dialog
from components.ids import LabelIds, ReviewIds, TableIds
from components.label.columns import COLUMNS
from components.label.selection import selection_bar
from components.parts import button, icon, icon_button, named

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
    "suppressClickEdit": True,
    # Dash's own listeners copy rows and selection into its properties after each change, and give
    # the grid an older selection back when two changes come quickly.
    "onSelectionChanged": None,
    "onRowDataUpdated": None,
    "localeText": {
        "noRowsToShow": "No labels yet. Click a start and an end in the plot.",
        "noMatchingRows": "No label matches. Escape clears the search.",
    },
}


def table_tools() -> list[Component]:
    """What stands in the head of the pane while the table is shown: search, columns, the selected labels."""
    search = dbc.Input(
        id=TableIds.SEARCH, type="search", placeholder="Search labels", size="sm", autoComplete="off"
    )
    return [
        named(
            "Search labels", search, className="tm-table-search", title="Search label, note, times, source"
        ),
        dbc.DropdownMenu(
            [
                html.Div(id=TableIds.COLUMNS, className="d-flex flex-column"),
                button(TableIds.RESET, "arrow-counterclockwise", "As at first", size="sm", color="link"),
            ],
            label=[icon("layout-three-columns"), html.Span("Columns")],
            size="sm",
            color="link",
            className="tm-columns-menu",
        ),
        icon_button(
            ReviewIds.REJECTED, "eye-slash", "Show rejected suggestions", act="showRejected", hidden=True
        ),
        copy_dialog.open_button(),
        selection_bar(),
    ]


def table() -> Component:
    """The grid; the script in assets/ gives it its rows."""
    return dag.AgGrid(
        id=LabelIds.TABLE,
        columnDefs=list(COLUMNS),
        rowData=[],
        getRowId="params.data.id",
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "cellDataType": False,
            "suppressKeyboardEvent": {"function": "tidemarkOwnKey(params)"},
        },
        dashGridOptions=OPTIONS,
        className="tm-table-grid tm-fill",
        style={"height": "100%"},
    )
