"""The page on which one recording is labelled: toolbar, plot, label field, table; classes and saving beside it."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import details
from components.ids import LabelIds
from components.parts import aria, button, empty_state, icon, icon_button, named

STORES = (LabelIds.OPENED, LabelIds.SAVE_REQUEST, LabelIds.SAVE_ALL_REQUEST, LabelIds.SAVE_DONE)
PLOT_CONFIG: Any = {"displayModeBar": False, "doubleClick": False, "scrollZoom": True, "plotlyServerURL": ""}


def label_view(recording: dict[str, Any], facts: list[tuple[str, str]]) -> Component:
    """The page for one recording.

    Args:
        recording: what the browser must know, from :func:`components.recording.describe`.
        facts: how the file was read, from :func:`components.recording.facts`.
    """
    return html.Div(
        [
            dcc.Store(id=LabelIds.RECORDING, data=recording),
            *[dcc.Store(id=store) for store in STORES],
            html.Section([_head(recording), _plot(), _field(), _table()], className="tm-work"),
            _side(),
            details.details_dialog(recording.get("path", ""), facts),
            _save_results(),
        ],
        className="tm-label",
    )


def _head(recording: dict[str, Any]) -> Component:
    folder, _, name = recording.get("path", "").rpartition("/")
    return html.Div(
        [
            html.Div(
                [
                    html.H1(
                        [
                            html.Span(f"{folder}/" if folder else "", className="tm-folder"),
                            html.Span(name, className="tm-name"),
                        ],
                        title=recording.get("path", ""),
                    ),
                    html.Span(recording.get("summary", ""), className="tm-summary"),
                ],
                className="tm-title",
            ),
            icon_button(LabelIds.DETAILS_BUTTON, "info-circle", "How this file was read"),
            html.Span(id=LabelIds.DECIMATION, className="tm-badge", title="", hidden=True),
            _tools(),
        ],
        className="tm-head",
    )


def _tools() -> Component:
    return html.Div(
        [
            html.Div(
                [
                    icon_button(LabelIds.PAN, "arrows-move", "Drag moves the view"),
                    icon_button(LabelIds.ZOOM, "zoom-in", "Drag zooms into a range"),
                    icon_button(LabelIds.SELECT, "input-cursor", "Drag marks start and end"),
                ],
                className="tm-group",
                role="group",
                **aria(label="What dragging does"),
            ),
            icon_button(LabelIds.SNAP, "magnet", "Marks snap to the nearest peak or trough (Alt suspends)"),
            html.Div(
                [
                    icon_button(LabelIds.ZOOM_IN, "plus-lg", "Zoom in (↑ or wheel)"),
                    icon_button(LabelIds.ZOOM_OUT, "dash-lg", "Zoom out (↓ or wheel)"),
                    icon_button(LabelIds.FIT, "arrows-fullscreen", "Show the whole file (f)"),
                ],
                className="tm-group",
            ),
            html.Div(
                [
                    icon_button(LabelIds.UNDO, "arrow-counterclockwise", "Undo (Ctrl+Z)", disabled=True),
                    icon_button(LabelIds.REDO, "arrow-clockwise", "Redo (Ctrl+Shift+Z)", disabled=True),
                    icon_button(LabelIds.HIDE, "eye", "Hide or show labels (h)"),
                ],
                className="tm-group",
            ),
            dbc.DropdownMenu(
                html.Div(id=LabelIds.CHANNELS, className="tm-channels"),
                label="Channels",
                size="sm",
                color="link",
                align_end=True,
                className="tm-channels-menu",
            ),
        ],
        className="tm-tools",
        role="toolbar",
        **aria(label="Plot"),
    )


def _plot() -> Component:
    """The graph is only the place: the script in assets/ gives it its traces and owns the view."""
    return html.Div(
        [
            dcc.Graph(
                id=LabelIds.PLOT,
                figure={"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}},
                config=PLOT_CONFIG,
                responsive=True,
                style={"height": "100%"},
            ),
            html.Div(id=LabelIds.READOUT, className="tm-readout", **aria(hidden="true")),
        ],
        className="tm-plot",
        role="application",
        **aria(label="Plot of the recording. Click a start and an end to mark a segment."),
    )


def _field() -> Component:
    return html.Div(
        [
            html.Span("Click a start in the plot", id=LabelIds.HINT, className="tm-hint", role="status"),
            html.Div(
                [
                    named(
                        "Label",
                        dbc.Input(
                            id=LabelIds.FIELD,
                            placeholder="Label",
                            maxLength=100,
                            size="sm",
                            autoComplete="off",
                        ),
                    ),
                    html.Div(
                        id=LabelIds.SUGGESTIONS, className="tm-suggestions", role="listbox", hidden=True
                    ),
                ],
                className="tm-combobox",
            ),
            button(LabelIds.SUBMIT, "check-lg", "Submit", "Enter", size="sm", disabled=True),
            button(LabelIds.CANCEL, "x-lg", "Cancel", "Esc", size="sm", color="link", disabled=True),
        ],
        className="tm-field",
    )


def _table() -> Component:
    number = {"filter": "agNumberColumnFilter"}
    text = {"filter": "agTextColumnFilter"}
    editable = {"editable": True, "headerTooltip": "F2 or Enter edits"}
    return html.Div(
        [
            html.Div(
                [
                    html.H2("Labels"),
                    html.Span(id=LabelIds.COUNT, className="tm-count"),
                    button(
                        LabelIds.DELETE,
                        "trash",
                        "Delete",
                        "Del",
                        size="sm",
                        color="link",
                        disabled=True,
                        className="tm-delete",
                    ),
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
                        **editable,
                        "flex": 2,
                        "minWidth": 165,
                        "comparator": {"function": "tidemarkByStart"},
                        **text,
                    },
                    {
                        "headerName": "End",
                        "field": "endText",
                        **editable,
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
                    "localeText": {"noRowsToShow": "No labels yet. Click a start and an end in the plot."},
                },
                className="tm-table-grid",
                style={"height": "100%"},
            ),
        ],
        className="tm-table",
    )


def _side() -> Component:
    return html.Aside(
        [
            html.H2("Label classes"),
            html.Div(id=LabelIds.CLASSES, className="tm-classes"),
            html.Div(
                [
                    button(LabelIds.SAVE, "floppy", "Save", "Ctrl+S", className="tm-wide"),
                    button(
                        LabelIds.SAVE_ALL,
                        "floppy2",
                        "Save All",
                        className="tm-wide",
                        outline=True,
                        color="primary",
                    ),
                    button(
                        LabelIds.DOWNLOAD,
                        "file-earmark-zip",
                        "Download Outputs",
                        className="tm-wide",
                        outline=True,
                        color="primary",
                    ),
                    html.P(id=LabelIds.SAVED, className="tm-saved"),
                ],
                className="tm-save",
            ),
        ],
        className="tm-side",
        **aria(label="Label classes and saving"),
    )


def _save_results() -> Component:
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle("Save All"), close_button=True),
            dbc.ModalBody(html.Div(id=LabelIds.SAVE_RESULTS_LIST)),
            dbc.ModalFooter(dbc.Button("Close", id=LabelIds.SAVE_RESULTS_CLOSE, n_clicks=0)),
        ],
        id=LabelIds.SAVE_RESULTS,
        is_open=False,
        scrollable=True,
    )


def save_results(results: list[tuple[str, str, bool]]) -> Component:
    """The list after Save All: path, what happened, and whether it went well."""
    if not results:
        return empty_state("check2-circle", "Nothing to save", "Every file is saved as it is.")
    return html.Ul(
        [
            html.Li([icon("check-lg" if well else "exclamation-triangle"), html.Span(path), html.Small(what)])
            for path, what, well in results
        ],
        className="tm-results",
    )
