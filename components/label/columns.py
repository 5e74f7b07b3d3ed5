"""Columns of the table of labels: default order (add new columns here) and the user's choice.

The preference ``table`` is ``{"columns": [{"colId", "hide", "width", "flex"}], "own"}``; ``own``: the user chose the
visibility of status and score. Otherwise they are shown if the file has suggestions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

Column = dict[str, Any]

TIME_WIDTH = 125  # pixels for a number
DATE_WIDTH = 232  # for 2023-12-25 02:50:00.125+00:00
DATES = ("datetime", "naive")  # kinds of time
NUMBER = {"filter": "agNumberColumnFilter"}
TEXT = {"filter": "agTextColumnFilter"}
NOT_SEARCHED = {"function": "''"}  # quick filter text of a cell
REDRAWN = {"equals": {"function": "false"}}  # in an updated row: a colour is no value


def _edited(hint: str) -> Column:
    """Options of a column with editable cells: the server decides, so the grid itself changes nothing."""
    return {"editable": True, "valueSetter": {"function": "tidemarkEdit(params)"}, "headerTooltip": hint}


EDITED = _edited("Double click, F2 or Enter edits")
EDITED_TIME = _edited("Double click, F2 or Enter edits: the file's own time, or # and a sample")

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
        "minWidth": TIME_WIDTH,
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
        "minWidth": TIME_WIDTH,
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
        **REDRAWN,
        **EDITED,
        **TEXT,
    },
    {  # this and the score are hidden until there are suggestions
        "headerName": "Status",
        "colId": "status",
        "width": 105,
        "minWidth": 70,
        "hide": True,
        "valueGetter": {"function": "tidemarkStatus(params)"},
        "headerTooltip": "State of a suggestion; empty: not from a model",
        **REDRAWN,
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
        "headerTooltip": "Confidence of the model, 0 to 1",
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

DOUBT: Column = {  # only while doubtful labels are shown; the user's choice does not apply to it
    "headerName": "Doubt",
    "colId": "doubt",
    "width": 115,
    "minWidth": 70,
    "valueGetter": {"function": "params.data ? params.column.getColDef().context[params.data.id] : null"},
    "valueFormatter": {"function": "params.value ? d3.format('.2f')(params.value) : ''"},
    "getQuickFilterText": NOT_SEARCHED,
    "headerTooltip": "Above 0.5, the nearest labels of another class are nearer than those of its own class",
    **NUMBER,
}
OF_SUGGESTIONS = ("status", "score")
TIMES = ("startText", "endText")
WIDTH = ("width", "flex")


def column_id(column: Column) -> str:
    """The id of a column in the grid."""
    return str(column.get("colId") or column["field"])


BY_ID = {column_id(column): column for column in COLUMNS}
MENU = [{"label": column["headerName"], "value": identity} for identity, column in BY_ID.items()]


def with_doubts(columns: list[Column], doubts: Mapping[str, float] | None, sort: bool) -> list[Column]:
    """The columns with that of doubt, first, if there are ``doubts`` by label.

    Args:
        sort: order the rows by doubt, or by start where there are none.
    """
    if sort:
        order = "startText" if doubts is None else ""
        columns = [column | {"sort": "asc" if column_id(column) == order else None} for column in columns]
    if doubts is None:
        return columns
    return [DOUBT | {"context": dict(doubts)} | ({"sort": "desc"} if sort else {}), *columns]


def arranged(kept: Any, suggests: bool, kind: str = "") -> list[Column]:
    """The columns in the user's order; ``suggests``: the file has suggestions; ``kind`` of its time."""
    state = {column["colId"]: column for column in _columns(kept)}
    shown = visible(kept, suggests)
    order = [*state, *(identity for identity in BY_ID if identity not in state)]
    return [
        BY_ID[identity]
        | ({"minWidth": DATE_WIDTH} if identity in TIMES and kind in DATES else {})
        | {name: state[identity].get(name) for name in WIDTH if identity in state}
        | {"hide": identity not in shown}
        for identity in order
    ]


def visible(kept: Any, suggests: bool) -> list[str]:
    """Ids of the visible columns."""
    state = {column["colId"]: column for column in _columns(kept)}
    own = isinstance(kept, dict) and bool(kept.get("own"))
    hidden = {identity for identity, state_of_column in state.items() if state_of_column.get("hide")}
    if not own:
        hidden = (hidden - {*OF_SUGGESTIONS}) | (set() if suggests else {*OF_SUGGESTIONS})
    return [identity for identity in BY_ID if identity not in hidden]


def choose(kept: Any, shown: Collection[str], suggests: bool) -> Column:
    """The preference after exactly the columns ``shown`` were made visible."""
    own = bool(isinstance(kept, dict) and kept.get("own"))
    turned = set(shown) ^ set(visible(kept, suggests))
    columns = [
        {
            "colId": column_id(column),
            "hide": column_id(column) not in shown,
            **{name: column.get(name) for name in WIDTH},
        }
        for column in arranged(kept, suggests)
    ]
    return {"columns": columns, "own": own or bool(turned & {*OF_SUGGESTIONS})}


def move(kept: Any, columns: list[Column]) -> Column:
    """The preference after columns were moved or resized; ``columns``: column state of the grid."""
    return {"columns": columns, "own": bool(isinstance(kept, dict) and kept.get("own"))}


def _columns(kept: Any) -> list[Column]:
    columns = kept.get("columns") if isinstance(kept, dict) else None
    listed = columns if isinstance(columns, list) else []
    return [column for column in listed if isinstance(column, dict) and column.get("colId") in BY_ID]
