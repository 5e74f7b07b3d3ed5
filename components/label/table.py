"""The table of labels."""

from __future__ import annotations

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from components import copy_dialog
from components.ids import LabelIds
from components.label.selection_bar import selection_bar


def table() -> Component:
    """The heading and the grid; the script in assets/ gives it its rows."""
    number = {"filter": "agNumberColumnFilter"}
    text = {"filter": "agTextColumnFilter"}
    editable = {"editable": True, "headerTooltip": "F2 or Enter edits"}
    edited_time = {
        "editable": True,
        "headerTooltip": "F2 or Enter edits: the file's own time, or # and a sample",
    }
    return html.Div(
        [
            html.Div(
                [
                    html.H2("Labels"),
                    html.Span(id=LabelIds.COUNT, className="tm-count"),
                    copy_dialog.open_button(),
                    selection_bar(),
                ],
                className="tm-table-head",
            ),
            dag.AgGrid(
                id=LabelIds.TABLE,
                columnDefs=[
                    {
                        "headerName": "Item",
                        "colId": "item",
                        "width": 90,
                        "minWidth": 70,
                        "valueGetter": {"function": "tidemarkItem(params)"},
                        **number,
                    },
                    {
                        "headerName": "Start",
                        "field": "startText",
                        "valueFormatter": {"function": "tidemarkStart(params)"},
                        **edited_time,
                        "flex": 2,
                        "minWidth": 165,
                        "comparator": {"function": "tidemarkByStart"},
                        **text,
                    },
                    {
                        "headerName": "End",
                        "field": "endText",
                        "valueFormatter": {"function": "tidemarkEnd(params)"},
                        **edited_time,
                        "flex": 2,
                        "minWidth": 165,
                        "comparator": {"function": "tidemarkByEnd"},
                        **text,
                    },
                    {
                        "headerName": "Duration",
                        "field": "duration",
                        "flex": 1,
                        "minWidth": 100,
                        "comparator": {"function": "tidemarkByDuration"},
                        **text,
                    },
                    {
                        "headerName": "Label",
                        "field": "label",
                        **editable,
                        "flex": 2,
                        "minWidth": 110,
                        "cellRenderer": "TidemarkLabel",
                        **text,
                    },
                    {"headerName": "Source", "field": "source", "width": 95, **text},
                    {"headerName": "Note", "field": "note", "flex": 2, "minWidth": 90, **editable, **text},
                ],
                rowData=[],
                getRowId="params.data.id",
                defaultColDef={
                    "sortable": True,
                    "resizable": True,
                    "cellDataType": False,
                    "suppressKeyboardEvent": {"function": "tidemarkOwnKey(params)"},
                },
                dashGridOptions={
                    "rowSelection": {
                        "mode": "multiRow",
                        "enableClickSelection": True,
                        "headerCheckbox": True,
                    },
                    "selectionColumnDef": {"width": 44, "pinned": "left"},
                    "rowHeight": 28,
                    "headerHeight": 32,
                    "animateRows": False,
                    "suppressCellFocus": False,
                    "suppressClickEdit": True,
                    # Dash's own listeners copy rows and selection into its properties after each change, and give
                    # the grid an older selection back when two changes come quickly.
                    "onSelectionChanged": None,
                    "onRowDataUpdated": None,
                    "localeText": {"noRowsToShow": "No labels yet. Click a start and an end in the plot."},
                },
                className="tm-table-grid",
                style={"height": "100%"},
            ),
        ],
        className="tm-table",
    )
