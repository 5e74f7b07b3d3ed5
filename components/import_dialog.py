"""Dialog that imports labels: label files, result for each label, import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.file_upload import FileUpload
from components.ids import ImportIds, import_control, import_group
from components.parts import aria, button, drop_zone, icon, modal, named, stores
from components.upload_dialog import connection_notice, left_out, progress_bar
from components.urls import label
from services.label_import.matching import ImportTarget
from services.label_import.sent_files import FAILED, ImportTask, SentFile, SentList
from services.uploads.rows import BROUGHT, Upload
from services.wording import counted

TICK_MS = 300
MOST_ROWS = 100
MOST_LINES = 300
MOST_LEFT_OUT = 300
MODES = (
    ("add", "Add to the existing labels", "the same labels are not added twice"),
    (
        "replace",
        "Replace the labels of these files",
        "labels that are not in the label files are removed; undo restores them",
    ),
)
GROUPS: dict[str, tuple[str, Callable[[SentFile], bool]]] = {
    "all": ("All", lambda _file: True),
    "problems": ("With problems", lambda file: file.has_problem),
    "asking": ("To decide", lambda file: bool(file.report.get("candidates")) and not file.target),
    "lost": (
        "Without a recording",
        lambda file: bool(file.report) and not file.target and not file.report["candidates"],
    ),
}
ICONS = {
    "failed": "exclamation-triangle text-danger",
    "waiting": "hourglass",
    "asking": "question-circle-fill text-warning",
    "refused": "x-octagon text-danger",
    "problem": "exclamation-triangle text-warning",
    "brought": "check-circle-fill text-success",
    "fine": "check-circle text-success",
}
FATES = {"unmatched": "text-danger", "clipped": "text-warning", "moved": "text-warning"}


# ---- the layout -----------------------------------------------------------------------------------------------


def open_button() -> Component:
    """Button next to the files."""
    return button(
        ImportIds.OPEN,
        "box-arrow-in-down",
        "Bring labels in…",
        size="sm",
        outline=True,
        color="primary",
        className="tm-wide",
    )


def import_queue() -> list[Component]:
    """Elements that exist while the dialog is closed: the upload queue, stores and interval of its list."""
    return [
        FileUpload(ImportIds.TRANSFER, name="import", accept=".csv,.tsv,.txt,.json"),
        dcc.Interval(id=ImportIds.TICK, interval=TICK_MS, disabled=True),
        stores(
            (ImportIds.CHANGED, ImportIds.SHOWN, ImportIds.RUN, ImportIds.REPORT, ImportIds.GROUP),
            {ImportIds.GROUP: "all"},
        ),
        dcc.Download(id=ImportIds.FILE),
    ]


def import_dialog() -> Component:
    """Choose or drop label files, see the result for each label, then import them."""
    return modal(
        ImportIds.DIALOG,
        "Bring labels in",
        dbc.ModalBody(_body(), className="tm-upload d-flex flex-column gap-2"),
        [
            button(ImportIds.AGAIN, "arrow-clockwise", "Check again", color="link", disabled=True),
            button(ImportIds.CLEAR, "eraser", "Clear", color="link", disabled=True),
            button(ImportIds.COPY, "clipboard", "Copy report", color="link", disabled=True),
            button(ImportIds.DOWNLOAD, "download", "Download report", color="link", disabled=True),
            dbc.Button("Close", id=ImportIds.CLOSE, n_clicks=0, color="link", className="ms-auto"),
            dbc.Button(start_text([], False), id=ImportIds.START, n_clicks=0, disabled=True),
        ],
        size="xl",
        scrollable=True,
    )


def _body() -> list[Component]:
    hint = (
        "Label CSVs (Item Number, Start Index, End Index, Label, Color) and label JSONs as written by Save, or start, "
        "end, label with row numbers. You see the result for every label before anything changes."
    )
    stop = dbc.Button("Cancel", id=ImportIds.STOP, n_clicks=0, size="sm", color="link")
    return [
        drop_zone("import", "box-arrow-in-down", "Drop label files or folders here", hint),
        connection_notice(ImportIds.NOTICE, ImportIds.TRANSFER),
        html.Div(
            [
                html.Div(
                    [html.Div(id=ImportIds.BAR, className="flex-grow-1"), stop],
                    id=ImportIds.PROGRESS,
                    hidden=True,
                ),
                html.Div(id=ImportIds.SUMS, className="fw-semibold"),
                html.Div(_modes(), id=ImportIds.OPTIONS, hidden=True),
                html.Div(
                    id=ImportIds.FILTERS,
                    role="group",
                    title="Which files to show",
                    className="d-flex flex-wrap gap-1",
                ),
            ],
            className="tm-upload-head d-flex flex-column gap-2",
        ),
        html.Div(id=ImportIds.LIST),
        html.Datalist(id=ImportIds.RECORDINGS),
        html.Div(id=ImportIds.SKIPPED, className="text-body-secondary small"),
        html.Div(id=ImportIds.LIVE, className="visually-hidden", role="status"),
    ]


def _modes() -> Component:
    options: list[Any] = [
        {"label": html.Span([text, " ", html.Small(hint, className="text-body-secondary")]), "value": value}
        for value, text, hint in MODES
    ]
    return dbc.RadioItems(id=ImportIds.MODE, options=options, value="add", inline=True)


# ---- dynamic parts ---------------------------------------------------------------------------------------


def _sum(files: Iterable[SentFile], name: str) -> int:
    return sum(file.report.get(name) or 0 for file in files)


def task_bar(task: ImportTask) -> list[Component]:
    """Progress of the dry run or import."""
    words = "Checking" if task.name == "check" else "Importing"
    text = f"{words}: {task.done:,} of {counted(task.total, 'file')}"
    return [progress_bar(task.done / (task.total or 1), words), html.Span(text)]


def sums_text(shown: SentList, ended: str) -> str:
    """Summary of all files in one line; ``ended``: result of the import."""
    files = shown.files
    if not files:
        return ""
    parts = [
        counted(len(files), "file"),
        ended or f"{counted(_sum(shown.included, 'fresh'), 'label')} to import",
    ]
    parts += [
        f"{number:,} {fate}" for fate in ("moved", "clipped", "unmatched") if (number := _sum(files, fate))
    ]
    if here := _sum(files, "here"):
        parts.append(f"{here:,} already exist")
    return " · ".join(parts)


def ended_text(brought: Sequence[SentFile], failed: Sequence[SentFile]) -> str:
    """Result of an import."""
    recordings = {file.target["id"] for file in brought if file.target}
    text = f"{counted(_sum(brought, 'brought'), 'label')} imported into {counted(len(recordings), 'file')}"
    again = "not: see why below, then press Import again"
    return f"{text}, {counted(len(failed), 'file')} {again}" if failed else text


def start_text(files: Sequence[SentFile], replace_others: bool) -> str:
    """Text of the import button, with the numbers of new and removed labels."""
    fresh, others = _sum(files, "fresh"), _sum(files, "others") if replace_others else 0
    text = f"Import {counted(fresh, 'label')}" if fresh else "Import"
    if others:
        text = f"Import {fresh:,}, remove {others:,}"
    return text


def filters(shown: SentList, group: str) -> list[Component]:
    """Buttons that filter the files."""
    counts = {name: sum(map(belongs, shown.files)) for name, (_, belongs) in GROUPS.items()}
    there = [name for name, count in counts.items() if count]
    return [
        html.Button(
            [f"{GROUPS[name][0]} ", html.Span(f"{counts[name]:,}")],
            id=import_group(name),
            n_clicks=0,
            type="button",
            className="btn btn-sm tm-upload-filter border",
            **aria(pressed=str(name == group).lower()),
        )
        for name in (there if len(there) > 1 else [])
    ]


def rows(shown: SentList, group: str) -> list[Component]:
    """Files of a group, each with its recording and the result for its labels."""
    belonging = [file for file in shown.files if GROUPS[group][1](file)]
    more = len(belonging) - MOST_ROWS
    busy = shown.task.name == "bring"
    items = [_row(file, busy) for file in belonging[:MOST_ROWS]]
    items += [html.Li(f"and {more:,} more", className="text-body-secondary px-2 py-1")] if more > 0 else []
    return [html.Ul(items, className="tm-labels-in-rows")] if items else []


def kind_of(file: SentFile) -> str:
    """State of a file, for its icon."""
    report = file.report
    if file.state == FAILED:
        return "failed"
    if not report:
        return "waiting"
    if report["candidates"] and not file.target:
        return "asking"
    if report["reason"]:
        return "refused"
    if report["unmatched"] or report.get("inexact"):
        return "problem"
    return "brought" if file.state == BROUGHT else "fine"


def _row(file: SentFile, busy: bool) -> Component:
    homeless = bool(file.report) and not file.target
    folder, slash, name = file.path.rpartition("/")
    tick = dbc.Checkbox(
        id=import_control("tick", file.key),
        value=file.detail.chosen and not homeless,
        disabled=homeless or busy or file.state == BROUGHT,
        label=f"Import {file.path}",
        label_class_name="visually-hidden",
        class_name="m-0 p-0",
        input_class_name="float-none m-0",
    )
    return html.Li(
        [
            tick,
            icon(ICONS[kind_of(file)]),
            html.Span(
                [html.Small(folder + slash, className="text-body-secondary"), name],
                className="text-truncate",
                title=file.path,
            ),
            html.Span(
                _target(file), className="tm-labels-in-target overflow-hidden d-flex align-items-center gap-2"
            ),
            html.Span(file.sentence, className="tm-upload-state small text-body-secondary"),
            *_details(file),
        ],
        className="tm-labels-in-row",
    )


def _target(file: SentFile) -> list[Component]:
    if not file.report:
        return []
    arrow = icon("arrow-right text-body-secondary")
    if file.target:
        path = file.target["path"]
        link = dcc.Link(path, href=label(file.target["id"]), title=path, className="text-truncate")
        return [arrow, link, html.Small(file.report["how"], className="text-body-secondary flex-shrink-0")]
    return [arrow, _candidates(file) if file.report["candidates"] else _any_recording(file)]


def _candidates(file: SentFile) -> Component:
    options = [
        {"label": candidate["path"], "value": str(candidate["id"])} for candidate in file.report["candidates"]
    ]
    select = dbc.Select(
        id=import_control("select", file.key), options=options, placeholder="Choose the recording…", size="sm"
    )
    return named(f"Recording of {file.path}", select)


def _any_recording(file: SentFile) -> Component:
    field = dbc.Input(
        id=import_control("path", file.key),
        type="text",
        list=ImportIds.RECORDINGS,
        placeholder="Path of its recording",
        autocomplete="off",
        debounce=True,
        size="sm",
    )
    return named(f"Recording of {file.path}", field)


def _details(file: SentFile) -> list[Component]:
    """Lines, notes and choice of another recording, folded; created on unfolding."""
    report = file.report
    if not report or not (report["lines"] or report["notes"] or (file.target and file.state == "checked")):
        return []
    number = len(report["lines"]) + report["more"]
    title = (
        f"{counted(number, 'label')} did not match exactly"
        if number
        else "Notes"
        if report["notes"]
        else "More"
    )
    summary = html.Summary(
        title, id=import_control("summary", file.key), n_clicks=0, className="text-body-secondary"
    )
    return [html.Details([summary, html.Div(id=import_control("lines", file.key))], className="small")]


def inside(file: SentFile) -> list[Component]:
    """Content folded below a file."""
    parts: list[Component] = [html.P(note, className="my-1") for note in file.report.get("notes", [])]
    if file.report.get("lines"):
        parts.append(_table(file.report))
    if file.state == "checked" and file.target:
        parts.append(
            html.Div(["Choose another recording: ", _any_recording(file)], className="d-flex gap-2 mt-1")
        )
    return parts


def _table(report: dict[str, Any]) -> Component:
    number = "Line" if report.get("numbered", "line") == "line" else "No."
    head = html.Tr([html.Th(text, scope="col") for text in (number, "Start", "End", "Label", "What")])
    lines = report["lines"][:MOST_LINES]
    body = [
        html.Tr(
            [
                *[html.Td(str(line[name])) for name in ("line", "start", "end", "label")],
                html.Td([html.B(line["fate"], className=FATES.get(line["fate"], "")), f": {line['words']}"]),
            ]
        )
        for line in lines
    ]
    rest = len(report["lines"]) - len(lines) + report["more"]
    if rest > 0:
        body.append(html.Tr(html.Td(f"and {rest:,} more: download the report", colSpan=5)))
    return html.Div(
        html.Table(
            [html.Thead(head, className="sticky-top"), html.Tbody(body)], className="table table-sm m-0"
        ),
        className="tm-labels-in-lines mt-1 overflow-auto border rounded",
    )


def left_out_files(files: Sequence[Upload]) -> list[Component]:
    """Files that are not label files."""
    return left_out(files[:MOST_LEFT_OUT], len(files), "left out")


def recording_options(targets: Iterable[ImportTarget]) -> list[Component]:
    """All recordings, as options of path fields."""
    return [html.Option(value=target.path) for target in targets]
