"""Tables of the Files page: all files, trash."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
from dash.development.base_component import Component

from components import cells
from components.files.words import count, length, size, state_icon, state_word
from components.ids import FilesIds
from services.annotations.progress import ClassShare
from services.recordings.readings import ReadAs
from services.recordings.repository import RecordingSummary
from services.recordings.trash import Trashed

Row = dict[str, Any]
MOMENT = (
    "params.value == null ? '' : d3.timeFormat('%Y-%m-%d %H:%M')(params.value)"  # in the browser's time zone
)
DOUBTFUL = "doubtful"  # search term for files with doubts
RESTORE = json.dumps(cells.button("restore", text="Restore", className="btn btn-sm btn-link p-0"))


def assigned_to(name: str) -> str:
    """Search term for the files assigned to a user; not a substring of the term of another name.

    >>> assigned_to("Ann Lee")
    '@Ann_Lee@'
    """
    return f"@{name.replace(' ', '_')}@"


def files_table(team: bool = False) -> Component:
    """Table of all files, filled by ``callbacks/files_page.py``; ``team``: with a column of assigned users."""
    columns = [
        {
            "field": "order",
            "headerName": "File",
            "cellRenderer": "TidemarkFileLink",
            "getQuickFilterText": {"function": "params.data.path"},
            "flex": 4,
            "minWidth": 200,
        },
        {"field": "state", "headerName": "State", "width": 112, "cellRenderer": "TidemarkFileState"},
        {
            "field": "readAs",
            "headerName": "Read as",
            "flex": 3,
            "minWidth": 170,
            "tooltipField": "readAll",
            "getQuickFilterText": {"function": f"params.data.doubtful ? '{DOUBTFUL}' : ''"},
        },
        {
            "field": "assigned",
            "headerName": "Assigned to",
            "width": 130,
            "hide": not team,
            "tooltipField": "assigned",
            "getQuickFilterText": {"function": "params.data.assignedAs"},
        },
        {**_number("labels", "Labels", 76), "tooltipField": "classes"},
        _number("suggested", "To review", 92),
        _number("rows", "Rows", 86),
        _worded("seconds", "Duration", 95),
        {
            "field": "edited",
            "headerName": "Last edited",
            "width": 134,
            "valueFormatter": {"function": MOMENT},
        },
        _worded("size", "Size", 88),
    ]
    return _grid(FilesIds.TABLE, columns, "No files yet. Press “Upload CSV Data!” on the left.")


def trash_table() -> Component:
    """Table of the trash."""
    columns = [
        {"field": "path", "headerName": "File", "flex": 1, "minWidth": 180},
        _number("labels", "Labels", 95),
        _number("rows", "Rows", 110),
        _worded("size", "Size", 100),
        {"field": "deleted", "headerName": "Deleted", "width": 150, "valueFormatter": {"function": MOMENT}},
        _worded("days", "Kept for", 110),
        {
            "colId": "restore",
            "headerName": "",
            "width": 100,
            "pinned": "right",
            "sortable": False,
            "valueGetter": {"function": RESTORE},
            **cells.CELL,
        },
    ]
    empty = "The trash is empty. What you delete is kept here for 30 days, with its labels."
    return _grid(FilesIds.TRASH, columns, empty)


def file_rows(
    files: Sequence[RecordingSummary], classes: Sequence[ClassShare], readings: Mapping[int, ReadAs]
) -> list[Row]:
    """Rows of all files; ``files`` are in tree order, which sorts the first column."""
    none = ReadAs("")
    return [
        _file_row(place, file, classes) | _reading(readings.get(file.id, none))
        for place, file in enumerate(files)
    ]


def doubtful_words(readings: Mapping[int, ReadAs]) -> str:
    """Text of the button of doubtful files; "" if there are none."""
    number = sum(bool(reading.doubts) for reading in readings.values())
    return f"⚠ {number:,} {DOUBTFUL}" if number else ""


def _reading(reading: ReadAs) -> Row:
    doubts = [f"Please check: {doubt}" for doubt in reading.doubts]
    return {
        "readAs": f"⚠ {reading.words}" if doubts else reading.words,
        "readAll": "\n".join([reading.words, *doubts]),
        "doubtful": bool(doubts),
    }


def trash_rows(trashed: Sequence[Trashed]) -> list[Row]:
    """Rows of the trash."""
    return [
        {
            "id": str(file.id),
            "path": file.path,
            "labels": file.labels,
            "rows": file.rows,
            "size": file.size_bytes,
            "sizeText": size(file.size_bytes),
            "deleted": file.deleted_at.timestamp() * 1000,
            "days": file.days,
            "daysText": count(file.days, "day"),
        }
        for file in trashed
    ]


def _file_row(place: int, file: RecordingSummary, classes: Sequence[ClassShare]) -> Row:
    icon, look, _words = state_icon(file)
    folder, slash, name = file.path.rpartition("/")
    named = [
        f"{label_class.name}: {file.by_class[label_class.id]:,}"
        for label_class in classes
        if label_class.id in file.by_class
    ]
    return {
        "id": str(file.id),
        "order": place,
        "path": file.path,
        "folder": folder + slash,
        "name": name,
        "state": state_word(file),
        "icon": icon,
        "look": look,
        "assigned": ", ".join(file.assigned),
        "assignedAs": " ".join(map(assigned_to, file.assigned)),
        "labels": file.labels,
        "classes": "\n".join(named),
        "suggested": file.suggested,
        "rows": file.rows,
        "seconds": file.seconds,
        "secondsText": length(file.seconds),
        "edited": file.edited_at and file.edited_at.timestamp() * 1000,
        "size": file.size_bytes,
        "sizeText": size(file.size_bytes),
        "changed": file.changed,
    }


def _number(field: str, name: str, width: int) -> dict[str, Any]:
    format_ = {"function": "d3.format(',')(params.value)"}
    return {
        "field": field,
        "headerName": name,
        "width": width,
        "type": "rightAligned",
        "valueFormatter": format_,
    }


def _worded(field: str, name: str, width: int) -> dict[str, Any]:
    """A column sorted by ``field`` that shows ``field`` + ``Text``."""
    words = {"function": f"params.data.{field}Text"}
    return {
        "field": field,
        "headerName": name,
        "width": width,
        "type": "rightAligned",
        "valueFormatter": words,
    }


def _grid(identity: str, columns: list[dict[str, Any]], empty: str) -> Component:
    return dag.AgGrid(
        id=identity,
        columnDefs=columns,
        rowData=None,
        getRowId="params.data.id",
        defaultColDef={"sortable": True, "resizable": True, "cellDataType": False},
        dashGridOptions={
            "rowSelection": {"mode": "multiRow", "enableClickSelection": False, "selectAll": "filtered"},
            "selectionColumnDef": {"width": 44, "pinned": "left"},
            "rowHeight": 30,
            "headerHeight": 32,
            "animateRows": False,
            "tooltipShowDelay": 300,
            "quickFilterText": "",
            "localeText": {"noRowsToShow": empty},
        },
        className="tm-table-grid tm-fill",
        style={"height": "100%"},
    )
