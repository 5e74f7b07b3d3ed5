"""The page of all files: how far the job is, a table of every file, the trash. Scripts fill it."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.ids import FilesIds
from components.parts import aria, named


def files_page() -> Component:
    """The whole page."""
    return html.Div(
        [
            dcc.Store(id=FilesIds.OPENED),
            html.H1("Files"),
            html.Section(id=FilesIds.PROGRESS, className="tm-progress", **aria(label="Progress of the job")),
            html.Div(
                [
                    html.Div(
                        id=FilesIds.TABS, className="tm-tabs", role="group", **aria(label="What to show")
                    ),
                    named(
                        "Search files",
                        dbc.Input(
                            id=FilesIds.SEARCH,
                            type="search",
                            placeholder="Search",
                            size="sm",
                            autoComplete="off",
                        ),
                    ),
                    html.Div(id=FilesIds.TOOLS, className="tm-files-tools"),
                ],
                className="tm-files-bar",
            ),
            html.Div(_table(), className="tm-files-table"),
            html.Div(id=FilesIds.TRASH, className="tm-trash", hidden=True),
        ],
        id=FilesIds.VIEW,
        className="tm-files-page",
    )


def _table() -> Component:
    def figures(field: str, name: str, width: int, function: str = "tidemarkCount") -> dict[str, Any]:
        return {
            "field": field,
            "headerName": name,
            "width": width,
            "type": "rightAligned",
            "valueFormatter": {"function": f"{function}(params)"},
        }

    return dag.AgGrid(
        id=FilesIds.TABLE,
        columnDefs=[
            {
                "field": "path",
                "headerName": "File",
                "cellRenderer": "TidemarkFileLink",
                "flex": 1,
                "minWidth": 180,
                "comparator": {"function": "tidemarkNatural"},
            },
            {"field": "state", "headerName": "State", "width": 120, "cellRenderer": "TidemarkFileState"},
            {
                **figures("labels", "Labels", 95),
                "tooltipValueGetter": {"function": "tidemarkClassesOf(params)"},
            },
            figures("suggested", "To review", 100),
            figures("rows", "Rows", 110),
            figures("seconds", "Duration", 120, "tidemarkSeconds"),
            {
                "field": "edited",
                "headerName": "Last edited",
                "width": 150,
                "valueFormatter": {"function": "tidemarkMoment(params)"},
            },
            figures("size", "Size", 100, "tidemarkBytes"),
        ],
        rowData=[],
        getRowId="params.data.id",
        defaultColDef={"sortable": True, "resizable": True, "cellDataType": False},
        dashGridOptions={
            "rowSelection": {"mode": "multiRow", "enableClickSelection": False, "selectAll": "filtered"},
            "selectionColumnDef": {"width": 44, "pinned": "left"},
            "rowHeight": 30,
            "headerHeight": 32,
            "animateRows": False,
            "tooltipShowDelay": 300,
            "localeText": {"noRowsToShow": "No files yet. Press “Upload CSV Data!” on the left."},
        },
        className="tm-table-grid",
        style={"height": "100%"},
    )
