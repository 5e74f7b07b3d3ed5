"""Dialog that copies labels to other recordings: which labels, how, to which recordings of the same shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.dialogs import close_button
from components.ids import CopyIds
from components.parts import icon_button, modal, named, stores
from services.label_import import FileReport
from services.wording import counted

MOST_ROWS = 1000
MOST_LINES = 100
WAYS = {"sample": "at the same samples", "time": "at the same times from the start"}
NONE = "No other file has the same shape: channels of the same names, and as many rows or the same sampling step."
Target = Mapping[str, Any]  # id, path, ways


def open_button() -> Component:
    """The button at the table of labels."""
    return icon_button(CopyIds.OPEN, "copy", "Copy labels to…")


def copy_work() -> list[Component]:
    """Stores of the dialog: subject, recordings of the same shape, copying in progress; and its interval."""
    held = stores([CopyIds.ABOUT, CopyIds.TARGETS, CopyIds.WORK])
    return [held, dcc.Interval(id=CopyIds.TICK, interval=50, max_intervals=0)]


def copy_dialog() -> Component:
    """The dialog with its choices."""
    search = dbc.Input(
        id=CopyIds.FILTER, type="search", placeholder="Filter files", size="sm", autoComplete="off", value=""
    )
    return modal(
        CopyIds.DIALOG,
        "Copy labels to other files",
        dbc.ModalBody(
            [
                dbc.RadioItems(id=CopyIds.WHICH, inline=True),
                dbc.RadioItems(id=CopyIds.BY, inline=True),
                named("Filter files", search),
                html.P(id=CopyIds.EMPTY, className="text-body-secondary text-center my-4"),
                dbc.Checkbox(id=CopyIds.ALL, label="All files", label_class_name="fw-semibold"),
                dbc.Checklist(id=CopyIds.LIST, options=[], value=[], className="tm-labels-in-rows"),
                html.Div(id=CopyIds.STATE, role="status"),
            ],
            className="tm-upload d-flex flex-column gap-2",
        ),
        [
            close_button(),
            dbc.Button(start_text(0, 0), id=CopyIds.START, n_clicks=0, disabled=True),
        ],
        size="lg",
        scrollable=True,
    )


def label_options(count: int, selected: int) -> list[dict[str, Any]]:
    """Options: all labels, or the selected ones."""
    options = [{"label": f"All {counted(count, 'label')}", "value": "all"}]
    return [*options, {"label": f"The {selected:,} selected", "value": "selected"}] if selected else options


def way_options(targets: Sequence[Target]) -> list[dict[str, Any]]:
    """Options: ways that are possible for at least one recording."""
    ways = {way for target in targets for way in target["ways"]}
    return [{"label": text, "value": way} for way, text in WAYS.items() if way in ways]


def fitting(targets: Sequence[Target], way: str, search_text: str) -> list[Target]:
    """Recordings that labels can be copied to in a way, filtered by the words in the path."""
    words = search_text.strip().lower()
    return [target for target in targets if way in target["ways"] and words in target["path"].lower()]


def target_options(shown: Sequence[Target], results: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row per recording, with the result of copying."""
    options: list[dict[str, Any]] = [
        {"label": _row(target, results.get(str(target["id"]), {})), "value": target["id"]}
        for target in shown[:MOST_ROWS]
    ]
    more = len(shown) - MOST_ROWS
    return (
        [*options, {"label": f"and {more:,} more: filter", "value": 0, "disabled": True}]
        if more > 0
        else options
    )


def _row(target: Target, result: Mapping[str, Any]) -> Component:
    folder, slash, name = target["path"].rpartition("/")
    parts: list[Component] = [
        html.Span([html.Small(folder + slash, className="text-body-secondary"), name], title=target["path"])
    ]
    if result:
        kind = "text-danger" if result["failed"] else "text-body-secondary"
        parts.append(html.Span(result["sentence"], className=f"tm-upload-state d-block small {kind}"))
    if result.get("lines"):
        lines = html.Ul([html.Li(line) for line in result["lines"]])
        parts.append(html.Details([html.Summary("Which, and why"), lines], className="small"))
    return html.Div(parts, className="tm-copy-row")


def result_of(report: FileReport) -> dict[str, Any]:
    """Result of copying to a recording, as JSON."""
    counts = [(report.here, "already exist"), (report.moved, "moved"), (report.clipped, "clipped")]
    counts.append((report.unmatched, "did not fit"))
    sentence_parts = [
        f"{report.brought or 0:,} copied",
        *[f"{number:,} {words}" for number, words in counts if number],
    ]
    lines = [
        f"Item {line.line}, {line.label} from {line.start}: {line.fate}, {line.words}"
        for line in report.lines[:MOST_LINES]
    ]
    rest = len(report.lines) - len(lines)
    return {
        "sentence": " · ".join(sentence_parts),
        "lines": [*lines, f"and {rest:,} more"] if rest > 0 else lines,
        "copied": report.brought or 0,
        "missed": report.unmatched > 0,
        "failed": False,
    }


def start_text(labels: int, files: int) -> str:
    """Text of the copy button."""
    return f"Copy {counted(labels, 'label')} to {counted(files, 'file')}" if files else "Copy"


def done_text(results: Mapping[str, Mapping[str, Any]], paths: Mapping[str, str]) -> str:
    """Summary of copying to several recordings."""
    done = [key for key, result in results.items() if not result["failed"]]
    where = paths[done[0]] if len(done) == 1 else counted(len(done), "file")
    copied = sum(result.get("copied", 0) for result in results.values())
    missed = any(result["failed"] or result.get("missed") for result in results.values())
    rest = "; some did not fit, see the dialog" if missed else ""
    return f"Copied {counted(copied, 'label')} to {where}{rest}."
