"""Upload dialog, and its progress indicator next to the files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import cells
from components.file_upload import FileUpload
from components.ids import ImportIds, UploadIds, upload_answer, upload_group
from components.parts import aria, button, drop_zone, icon, stores
from components.upload_words import (
    ASKING,
    GROUPS,
    LISTED,
    REFUSED,
    end_text,
    file_text,
    fraction,
    going_text,
    is_going,
    percent,
    progress_text,
    read_text,
    size_text,
)
from services.ingest.folders import FolderFile
from services.storage.paths import ACCEPTED
from services.uploads.name_conflicts import FileState
from services.uploads.rows import ARE_LABELS, CHECKING, LEFT_OUT, WAITING, Totals, Upload
from services.wording import counted

TICK_MS = 600
LOST = "The server does not answer. Uploads resume automatically."
BACK = "Connected again. Uploads have resumed."
MOST_ROWS = 500
OPEN = "open"  # action that opens an added file
READ = "read"  # action that opens the form for a refused file
MOST_LEFT_OUT = 300
NAMED_FOUND = 20
ANSWERS = {
    FileState.SAME_NAME: (("Keep both", "keep"), ("Replace", "replace"), ("Skip", "skip")),
    FileState.IN_TRASH: (("Restore", "restore"), ("Add as new", "keep"), ("Skip", "skip")),
}
ANSWERS_FOR_ALL = {
    FileState.SAME_NAME: (("Keep all", "keep"), ("Replace all", "replace"), ("Skip all", "skip")),
    FileState.IN_TRASH: (("Restore all", "restore"), ("Add all as new", "keep"), ("Skip all", "skip")),
}
ICONS = {
    CHECKING: "hourglass-split",
    FileState.ADDED: "check-circle-fill text-success",
    FileState.HERE: "check-circle text-success",
    FileState.SAME_NAME: "question-circle-fill text-warning",
    FileState.IN_TRASH: "question-circle-fill text-warning",
    FileState.REFUSED: "x-octagon text-danger",
    FileState.FAILED: "exclamation-triangle text-danger",
    FileState.CANCELLED: "slash-circle",
    FileState.SKIPPED: "dash-circle",
}


@dataclass(frozen=True)
class Sending:
    """Progress of the queue in the browser, see ``components.file_upload.UploadSummary``."""

    busy: bool = False
    gone: int = 0
    total: int = 0
    current: Mapping[str, int] | None = None
    failed: Sequence[Sequence[Any]] = ()


# ---- the layout -----------------------------------------------------------------------------------------------


def upload_dialog() -> Component:
    """Choose or drop files and folders, see the result for each. Uploads continue while it is closed."""
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle("Upload CSV data", id=f"{UploadIds.DIALOG}-title")),
            dbc.ModalBody(_body(), className="tm-upload d-flex flex-column gap-2"),
            dbc.ModalFooter(
                [
                    button(UploadIds.CANCEL_ALL, "x-circle", "Cancel all", color="link", disabled=True),
                    button(UploadIds.CLEAR, "eraser", "Clear list", color="link", disabled=True),
                    dbc.Button("Close", id=UploadIds.CLOSE, n_clicks=0, className="ms-auto"),
                ]
            ),
        ],
        id=UploadIds.DIALOG,
        labelledBy=f"{UploadIds.DIALOG}-title",
        is_open=False,
        fade=False,
        size="lg",
        scrollable=True,
    )


def _body() -> list[Component]:
    return [
        drop_zone(
            "upload",
            "cloud-arrow-up",
            "Drop files or folders here",
            ".csv, .tsv, .txt, .dat, .lvm, .log, .asc and .tab of any size, also with .gz. Sub-folders are kept.",
        ),
        _folder_controls(),
        html.Div(
            [
                icon("folder-check"),
                html.Div(id=UploadIds.FOUND_TEXT, className="flex-grow-1"),
                _small_button("Add them", UploadIds.ADD_FOUND),
            ],
            id=UploadIds.FOUND,
            className=notice_class(False),
        ),
        html.Div(
            [
                icon("tags"),
                html.Div(id=ImportIds.OFFER_TEXT, className="flex-grow-1"),
                dbc.Button("Bring labels in…", id=ImportIds.TAKE, n_clicks=0, size="sm", color="link"),
            ],
            id=ImportIds.OFFER,
            className=notice_class(False),
        ),
        html.Div(
            [
                connection_notice(UploadIds.NOTICE, UploadIds.TRANSFER),
                html.Div(id=UploadIds.OVERALL),
                html.Div(id=UploadIds.QUESTIONS),
                html.Div(
                    id=UploadIds.FILTERS,
                    role="group",
                    title="Which files to show",
                    className="d-flex flex-wrap gap-1",
                ),
            ],
            className="tm-upload-head d-flex flex-column gap-2",
        ),
        html.Div(_grid(), id=UploadIds.TABLE, hidden=True),
        html.Small(id=UploadIds.MORE, className="text-body-secondary"),
        html.Div(id=UploadIds.SKIPPED, className="text-body-secondary small"),
        html.Div(id=UploadIds.LIVE, className="visually-hidden", role="status"),
    ]


def connection_id(transfer: str, state: str) -> str:
    """Notice shown while the connection of a ``FileUpload`` is ``lost``, or ``back``."""
    return f"{transfer}-{state}"


def connection_notice(identity: str, transfer: str) -> Component:
    """Notice of a lost connection, shown by ``callbacks.upload.show_connection``."""
    now: Any = {"data-upload-now": "1"}
    button = html.Button("Try now", type="button", className="btn btn-sm btn-outline-primary", **now)
    lost = [icon("wifi-off"), html.Span(LOST, className="flex-fill"), button]
    back = [icon("wifi"), html.Span(BACK, className="flex-fill")]
    parts = [
        html.Div(
            content, id=connection_id(transfer, state), hidden=True, className=f"tm-upload-notice tm-{state}"
        )
        for state, content in (("lost", lost), ("back", back))
    ]
    return html.Div(parts, id=identity, role="alert")


def _folder_controls() -> Component:
    folder = dbc.Input(
        id=UploadIds.FOLDER,
        type="text",
        list=UploadIds.FOLDERS,
        placeholder="top",
        autocomplete="off",
        size="sm",
        value="",
        persistence=True,
        persistence_type="memory",
    )
    keep = dbc.Checkbox(
        id=UploadIds.KEEP,
        label="Keep the top folder’s name",
        value=True,
        persistence=True,
        class_name="m-0 pt-1",
    )
    return html.Div(
        [
            html.Label(
                [html.Span("Into folder"), folder],
                title="An existing or a new folder",
                className="d-flex align-items-center gap-2",
            ),
            html.Datalist(id=UploadIds.FOLDERS),
            keep,
        ],
        id=UploadIds.WHERE,
        className="tm-upload-where d-flex flex-wrap align-items-center row-gap-2 column-gap-3 tm-fine",
    )


def _grid() -> Component:
    return dag.AgGrid(
        id=UploadIds.LIST,
        columnDefs=[
            {
                "headerName": "",
                "field": "icon",
                **cells.CELL,
                "width": 38,
                "resizable": False,
                "cellClass": "text-center",
            },
            {
                "headerName": "File",
                "field": "path",
                **cells.CELL,
                "flex": 7,
                "minWidth": 150,
            },
            {"headerName": "Size", "field": "size", "width": 84, "cellClass": "text-body-secondary"},
            {
                "headerName": "Result",
                "field": "text",
                **cells.CELL,
                "flex": 6,
                "minWidth": 130,
                "wrapText": True,
                "autoHeight": True,
                "cellClass": "tm-upload-state",
            },
            {
                "headerName": "Read as",
                "field": "read",
                "flex": 7,
                "minWidth": 150,
                "wrapText": True,
                "autoHeight": True,
                "cellClass": "small text-body-secondary text-break",
                "cellStyle": {"whiteSpace": "pre-line", "lineHeight": "1.35", "paddingTop": "6px"},
            },
        ],
        defaultColDef={"sortable": False, "resizable": True, "suppressMovable": True},
        rowData=[],
        getRowId="params.data.id",
        rowClass="tm-upload-row",
        dashGridOptions={
            "animateRows": False,
            "headerHeight": 30,
            "rowHeight": 34,
            "suppressCellFocus": False,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
        },
        className="tm-upload-list",
        style=list_style(0),
    )


def list_style(number: int) -> dict[str, str]:
    """Height for a number of files, up to the maximum."""
    return {"height": f"min(46vh, {36 + 46 * max(4, min(number, 9))}px)"}


def upload_indicator() -> Component:
    """A line below the upload button: progress while the dialog is closed; opens it."""
    return html.Button(
        id=UploadIds.INDICATOR, type="button", n_clicks=0, hidden=True, className="tm-upload-indicator"
    )


def upload_queue() -> list[Component]:
    """Elements that exist while the dialog is closed: the upload queue, stores and interval of its list."""
    return [
        FileUpload(UploadIds.TRANSFER, name="upload", accept=ACCEPTED, page_wide=True),
        dcc.Interval(id=UploadIds.TICK, interval=TICK_MS, disabled=True),
        stores((UploadIds.CHANGED, UploadIds.SHOWN, UploadIds.GROUP), {UploadIds.GROUP: "all"}),
    ]


# ---- dynamic parts ---------------------------------------------------------------------------------------


def indicator(totals: Totals, sending: Sending, seen: bool) -> tuple[str, str, dict[str, str]]:
    """Text ("" hides it), class and style of the indicator; ``seen``: dialog opened since files were refused."""
    if is_going(totals):
        share = percent(fraction(totals, sending.gone))
        return f"{going_text(totals)} · {share}", "tm-upload-indicator", {"--done": share.replace(" ", "")}
    style = {"--done": "0%"}
    if asking := totals.count(*ASKING):
        return (
            f"{counted(asking, 'file asks', 'files ask')} what to do",
            "tm-upload-indicator border-warning",
            style,
        )
    if totals.count(*REFUSED) and not seen:
        return end_text(totals), "tm-upload-indicator border-danger", style
    return "", "tm-upload-indicator", style


def overall(totals: Totals, sending: Sending, rate: float = 0.0) -> list[Component]:
    """Progress of all files, or results; ``rate`` in bytes per second."""
    text = progress_text(totals, sending.gone, sending.total, rate)
    line = html.Div(text, className="fw-semibold")
    if not is_going(totals):
        return [line] if text else []
    return [progress_bar(fraction(totals, sending.gone), "All files"), line]


def progress_bar(share: float, label: str) -> Component:
    """A thin bar; ``share`` is 0 to 1."""
    done = int(share * 100)
    bar = html.Div(className="progress-bar", style={"width": f"{done}%"})
    return html.Div(
        bar,
        className="progress mb-1",
        role="progressbar",
        style={"height": "8px"},
        **aria(label=label, valuenow=str(done)),
    )


def live_text(totals: Totals, sending: Sending) -> str:
    """Text for screen readers, in steps of ten percent."""
    if is_going(totals):
        return f"{going_text(totals)}, {percent(int(fraction(totals, sending.gone) * 10) / 10)}"
    return f"Done: {end_text(totals)}" if end_text(totals) else ""


def questions(totals: Totals) -> list[Component]:
    """Decisions for several files at once."""
    words = {
        FileState.SAME_NAME: ("file has", "files have", "a name that another file has."),
        FileState.IN_TRASH: ("file is", "files are", "in the trash, with labels."),
    }
    return [
        html.Div(
            [
                icon("question-circle text-warning"),
                html.Span(f"{counted(totals.count(state), singular, many)} {rest}", className="flex-grow-1"),
                *[
                    _small_button(text, upload_answer(state, decision))
                    for text, decision in ANSWERS_FOR_ALL[state]
                ],
            ],
            className="tm-upload-question mb-1",
        )
        for state, (singular, many, rest) in words.items()
        if totals.count(state) > 1
    ]


def _small_button(text: str, identity: Any) -> Component:
    return dbc.Button(text, id=identity, n_clicks=0, size="sm", outline=True, color="primary")


def filters(totals: Totals, group: str) -> list[Component]:
    """Buttons that filter the files; none while all are of one kind."""
    counts = {name: totals.count(*(states or LISTED)) for name, (_, states) in GROUPS.items()}
    shown = [name for name, count in counts.items() if count]
    if len(shown) < 3:
        return []
    return [
        html.Button(
            [f"{GROUPS[name][0]} ", html.Span(f"{counts[name]:,}")],
            id=upload_group(name),
            n_clicks=0,
            type="button",
            className="btn btn-sm tm-upload-filter border",
            **aria(pressed=str(name == group).lower()),
        )
        for name in shown
    ]


def group_of(totals: Totals, group: str | None) -> str:
    """The shown group: all, if none of its files is left."""
    states = GROUPS[group][1] if group in GROUPS else None
    return group if group and states and totals.count(*states) else "all"


def states_of(group: str) -> tuple[str, ...]:
    """States of the files of a group."""
    return tuple(str(state) for state in GROUPS[group][1] or LISTED)


def row_data(
    rows: Iterable[Upload],
    page: str,
    current: Mapping[str, int],
    resumed: Mapping[str, int],
    readable: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Rows of the grid.

    Args:
        page: of the browser; files of another page cannot be sent from this one.
        current: bytes sent, of files being sent.
        resumed: received bytes of waiting files.
        readable: refused files that may be read differently.
    """
    listed: list[dict[str, Any]] = [
        {
            "id": row.key,
            "icon": cells.icon(
                ICONS.get(row.state, "arrow-up-circle" if row.key in current else "hourglass")
            ),
            "path": row.path,
            "size": size_text(row.size),
            "read": read_text(row),
            "text": _text(row, current.get(row.key), resumed.get(row.key, 0)),
            "actions": [["Read it differently…", READ]] if row.key in readable else actions(row, page),
        }
        for row in rows
    ]
    return [row | {"cells": _cells(**row)} for row in listed]


def _cells(path: str, text: str, actions: list[list[str]], **_others: Any) -> dict[str, cells.Element]:
    """Cells of a row: the folder of the path in small letters and the name; the text with buttons for ``actions``."""
    folder, slash, name = path.rpartition("/")
    small = cells.element("small", f"{folder}{slash}", className="text-body-secondary")
    look = {"className": "btn btn-sm btn-outline-primary py-0", "type": "button"}
    return {
        "path": cells.element("span", small, name, title=path),
        "text": cells.element(
            "div",
            cells.element("span", text, className="tm-cell-text flex-grow-1"),
            *(
                cells.element("button", words, do=act, **look, **{"aria-label": f"{words}: {path}"})
                for words, act in actions
            ),
            className="d-flex flex-wrap align-items-center gap-1 py-1",
        ),
    }


def _text(row: Upload, sent: int | None, here: int) -> str:
    if row.state == WAITING and sent is None and here:
        return f"waiting, resumes at {percent(here / row.size)}"
    return file_text(row, sent)


def actions(row: Upload, page: str) -> list[list[str]]:
    """Actions for a file: text, and the action for ``callbacks.upload``."""
    if row.state in ANSWERS:
        return [[words, decision] for words, decision in ANSWERS[FileState(row.state)]]
    if row.state in {FileState.ADDED, FileState.HERE} and row.recording_id:
        return [["Open", OPEN]]
    if row.state in {WAITING, CHECKING}:
        return [["Cancel", "cancel"]]
    if row.state == FileState.FAILED and (row.sent or row.page == page):
        return [["Try again", "again"]]
    return [["Upload again", "again"]] if row.state == FileState.CANCELLED and row.page == page else []


def more_text(totals: Totals, group: str) -> str:
    """Number of files that are not in the table."""
    more = totals.count(*states_of(group)) - MOST_ROWS
    return f"and {more:,} more" if more > 0 else ""


def left_out(rows: Sequence[Upload], number: int, word: str = "skipped") -> list[Component]:
    """Skipped files, folded; ``rows`` may be the first of ``number``."""
    if not number:
        return []
    names = [
        html.Li([html.Span(f"{row.path}:", className="text-body text-break"), f" {row.reason}"])
        for row in rows
    ]
    names += [html.Li(f"and {number - len(rows):,} more")] if number > len(rows) else []
    return [
        html.Details(
            [html.Summary(f"{counted(number, 'file')} {word}"), html.Ul(names, className="mt-1 mb-0 ps-4")]
        )
    ]


def left_out_count(totals: Totals) -> int:
    """Number of skipped files."""
    return totals.count(LEFT_OUT, ARE_LABELS)


def found_text(files: Sequence[FolderFile]) -> list[Any]:
    """Offer to add CSV files in the data folder."""
    names = ", ".join(item.path for item in files[:2]) + (" …" if len(files) > 2 else "")
    words = f"{counted(len(files), 'CSV file is', 'CSV files are')} in the data folder: "
    return [
        html.Span(
            [words, html.Span(names, className="fw-semibold")],
            title="\n".join(item.path for item in files[:NAMED_FOUND]),
        )
    ]


def notice_class(shown: bool) -> str:
    """Class of a notice with a button that is always in the layout."""
    return "tm-upload-notice" if shown else "d-none"


def labels_text(totals: Totals) -> str:
    """Offer to import label files among the uploaded files."""
    return f"{counted(totals.count(ARE_LABELS), 'file has', 'files have')} labels of recordings."


def folder_options(paths: Iterable[str]) -> list[Component]:
    """Options: folders of recordings."""
    folders = {path[:place] for path in paths for place, letter in enumerate(path) if letter == "/"}
    return [html.Option(value=folder) for folder in sorted(folders)]
