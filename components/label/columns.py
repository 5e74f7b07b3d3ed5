"""The columns of the table of labels, in the order they have until somebody moves them; add new ones here."""

from __future__ import annotations

from typing import Any

Column = dict[str, Any]

NUMBER = {"filter": "agNumberColumnFilter"}
TEXT = {"filter": "agTextColumnFilter"}
NOT_SEARCHED = {"function": "''"}  # the text of a cell for the search


def _edited(hint: str) -> Column:
    """What a column needs whose cells can be edited: the server decides, so the grid itself changes nothing."""
    return {"editable": True, "valueSetter": {"function": "tidemarkEdit(params)"}, "headerTooltip": hint}


EDITED = _edited("F2 or Enter edits")
EDITED_TIME = _edited("F2 or Enter edits: the file's own time, or # and a sample")

COLUMNS: tuple[Column, ...] = (
    {
        "headerName": "Item",
        "colId": "item",
        "width": 90,
        "minWidth": 60,
        "valueGetter": {"function": "tidemarkItem(params)"},
        "getQuickFilterText": NOT_SEARCHED,
        **NUMBER,
    },
    {
        "headerName": "Start",
        "field": "startText",
        "valueFormatter": {"function": "tidemarkStart(params)"},
        "getQuickFilterText": {"function": "tidemarkSearchedTime(params)"},
        "flex": 2,
        "minWidth": 165,
        "comparator": {"function": "tidemarkByStart"},
        **EDITED_TIME,
        **TEXT,
    },
    {
        "headerName": "End",
        "field": "endText",
        "valueFormatter": {"function": "tidemarkEnd(params)"},
        "getQuickFilterText": {"function": "tidemarkSearchedTime(params)"},
        "flex": 2,
        "minWidth": 165,
        "comparator": {"function": "tidemarkByEnd"},
        **EDITED_TIME,
        **TEXT,
    },
    {
        "headerName": "Duration",
        "field": "duration",
        "flex": 1,
        "minWidth": 118,
        "comparator": {"function": "tidemarkByDuration"},
        "getQuickFilterText": NOT_SEARCHED,
        **TEXT,
    },
    {
        "headerName": "Label",
        "field": "label",
        "flex": 2,
        "minWidth": 120,
        "cellRenderer": "TidemarkLabel",
        **EDITED,
        **TEXT,
    },
    {  # this and the score are hidden until a model suggests something
        "headerName": "Status",
        "colId": "status",
        "width": 105,
        "minWidth": 70,
        "hide": True,
        "valueGetter": {"function": "tidemarkStatus(params)"},
        "headerTooltip": "What became of a suggestion; empty: a label that nobody suggested",
        **TEXT,
    },
    {
        "headerName": "Score",
        "field": "score",
        "width": 85,
        "minWidth": 60,
        "hide": True,
        "valueFormatter": {"function": "tidemarkScore(params)"},
        "getQuickFilterText": NOT_SEARCHED,
        "headerTooltip": "How sure the model was, 0 to 1",
        **NUMBER,
    },
    {
        "headerName": "Channels",
        "colId": "channels",
        "width": 105,
        "minWidth": 70,
        "valueGetter": {"function": "tidemarkChannels(params)"},
        **TEXT,
    },
    {"headerName": "Source", "field": "source", "width": 105, "minWidth": 70, **TEXT},
    {"headerName": "Note", "field": "note", "flex": 2, "minWidth": 90, **EDITED, **TEXT},
)
