"""History below the plot: a row per edit, refused changes, confirmation of a restore."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import cells
from components.dialogs import dialog, form
from components.ids import HistoryIds
from components.parts import act, aria, named
from services.annotations.history import PAGE, HistoryEntry, HistoryPage, RestoreEffect
from services.wording import NO_AUTHOR, counted

STATES = {
    "undone": ("undone", "Undone; redo applies it again"),
    "dropped": ("dropped", "Undone before another edit: it can no longer be redone"),
}
NOTHING = "No edits yet. Each edit is listed here, and its state can be restored."
WITHOUT_ACCOUNT = "Made without an account"
CLOCK_MS = 30_000
EVERYBODY = "all"
EVENTS = ("cellMouseOver", "cellMouseOut", "cellFocused", "cellClicked", "cellKeyDown", "bodyScrollEnd")
LONGEST_AGO = 7 * 86400
MUCH = 20  # number of changed labels above which a confirmation is shown
QUESTIONS = {
    "saved": ("Reset to last saved?", "Reset"),
    "empty": ("Remove all labels of this file?", "Remove"),
}
Row = dict[str, Any]
VERBS = {
    "move": "Move",
    "nudge": "Nudge",
    "shift": "Shift",
    "note": "Note on",
    "scope": "Channels of",
    "delete": "Delete",
    "split": "Split",
    "merge": "Merge",
    "accept": "Accept",
    "reject": "Reject",
    "reopen": "Take back",
}


def history_tools(authors: Sequence[str]) -> list[Component]:
    """Content of the head of the pane while the history is shown.

    ``authors``: of the edits; with two or more, there is a filter.
    """
    people = [{"value": f"={name}", "label": name or NO_AUTHOR} for name in authors]
    choice = dbc.Select(
        id=HistoryIds.AUTHOR,
        options=[{"value": EVERYBODY, "label": "Edits of all people"}, *people],
        value=EVERYBODY,
        size="sm",
        class_name="w-auto",
    )
    return [
        *([named("Show edits of", choice)] if len(authors) > 1 else []),
        html.Span(
            [
                html.I(className="tm-was"),
                html.Span("before"),
                html.I(className="tm-is ms-2"),
                html.Span("after: point at an edit"),
            ],
            className="d-inline-flex align-items-center gap-2 text-body-secondary small text-nowrap overflow-hidden",
        ),
        dbc.DropdownMenu(
            [
                dbc.DropdownMenuItem("Reset to last saved…", id=HistoryIds.RESET_SAVED, n_clicks=0),
                dbc.DropdownMenuItem(
                    "Remove all labels of this file…", id=HistoryIds.RESET_EMPTY, n_clicks=0
                ),
            ],
            label="Reset",
            size="sm",
            color="link",
            align_end=True,
            className="tm-reset-menu ms-auto",
        ),
    ]


def going_back() -> Component:
    """Confirmation dialog of a restore, which can be requested while the history is not shown."""
    return dialog(HistoryIds.DIALOG)


def history() -> Component:
    """The list, newest edit first; refused changes above it."""
    return html.Div(
        [
            dcc.Store(id=HistoryIds.LIMIT, data=PAGE),
            dcc.Store(id=HistoryIds.LOOK),
            dcc.Interval(id=HistoryIds.CLOCK, interval=CLOCK_MS),
            html.Div(id=HistoryIds.REFUSED, className="tm-refused"),
            html.Div(
                _grid(), id=HistoryIds.LIST, className="tm-edits tm-fill", **aria(label="Edits, newest first")
            ),
        ],
        id=HistoryIds.PANEL,
        className="d-flex flex-column h-100 tm-fine",
    )


def _grid() -> Component:
    return dag.AgGrid(
        id=HistoryIds.GRID,
        columnDefs=[
            {"field": "when", "width": 92, "tooltipField": "at", "cellClass": "text-body-secondary"},
            {"field": "who", "width": 64, "tooltipField": "whoTitle", "cellClass": "text-body-secondary"},
            {"field": "what", "flex": 1, **cells.CELL},
            {"field": "buttons", "width": 140, **cells.CELL},
        ],
        rowData=None,  # “loading” until they are read
        getRowId="params.data.id",
        defaultColDef={"sortable": False, "cellDataType": False},
        rowClassRules={
            "tm-edit": "true",
            "tm-edit-step": "params.data.state == 'step'",
            "tm-edit-undone": "params.data.state == 'undone'",
            "tm-edit-dropped": "params.data.state == 'dropped'",
        },
        eventListeners={event: ["historyEvent(params)"] for event in EVENTS},
        dashGridOptions={
            "headerHeight": 0,
            "rowHeight": 28,
            "animateRows": False,
            "ensureDomOrder": True,
            "suppressHorizontalScroll": True,
            "localeText": {"noRowsToShow": NOTHING},
        },
        style={"height": "100%"},
    )


def author_of(choice: str | None) -> str | None:
    """The author that the filter names; None for all."""
    return choice[1:] if choice and choice != EVERYBODY else None


def rows(page: HistoryPage, now: datetime, no_author: str = "you") -> list[Row]:
    """A row per edit of ``page``, with relative times; ``no_author``: author of edits without one."""
    return [_row(entry, page, now, no_author) for entry in page["entries"]]


def _row(entry: HistoryEntry, page: HistoryPage, now: datetime, no_author: str) -> Row:
    revision, at = entry["revision"], datetime.fromisoformat(entry["at"]).astimezone(UTC)
    badges = [STATES[entry["state"]]] if entry["state"] in STATES else []
    if page["saved_revision"] == revision:
        badges.append(("saved", "The file in outputs/ has the labels of this revision"))
    buttons = []
    if revision == page["revision"]:
        badges.append(("now", "Current state of the labels"))
    elif revision >= page["oldest"]:
        title = f"Restore the labels after “{entry['summary']}”"
        look = "btn btn-sm btn-link tm-restore"
        buttons = [cells.button("restore", title, text="Restore to here", className=look)]
    summary = entry["summary"]
    words = [cells.element("span", summary, className="tm-edit-what text-truncate", title=summary)] + [
        cells.element("span", text, className="badge tm-edit-badge", title=title) for text, title in badges
    ]
    return {
        "id": f"e{revision}",
        "revision": revision,
        "state": entry["state"],
        "when": ago(at, now),
        "at": f"{at:%Y-%m-%d %H:%M:%S} UTC",
        "who": entry["author"] or no_author,
        "whoTitle": entry["author"] or WITHOUT_ACCOUNT,
        "what": summary,
        "cells": {"what": cells.element("span", *words, className="d-flex align-items-center gap-2")},
        "restores": bool(buttons),
        "buttons": cells.buttons(*buttons),
    }


def ago(at: datetime, now: datetime) -> str:
    """Elapsed time as text."""
    seconds = (now - at).total_seconds()
    if seconds > LONGEST_AGO:
        return f"{at:%Y-%m-%d}"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"


def again_id(uuid: Any) -> dict[str, Any]:
    """Button that repeats a refused change; ``uuid`` may be a wildcard."""
    return {"type": "history-again", "uuid": uuid}


def refused_words(change: Row, time_text: Callable[[float], str]) -> str:
    """Description of a refused change, such as ``Move A 10:30:00 to 10:31:00 – 10:32:00``."""
    command, was = change["command"], change["was"]
    which = f"{was[0]['label']} {was[0]['startText']}" if len(was) == 1 else None
    which = which or counted(len(command.get("ids", ())), "label")
    if command["kind"] == "relabel":
        return f"Relabel {which} as {command['label']}"
    edges = [time_text(command[edge]) for edge in ("x0", "x1") if edge in command]
    edges += [command[edge] for edge in ("startText", "endText") if edge in command]
    to = f" to {' – '.join(edges)}" if edges else ""
    return f"{VERBS.get(command['kind'], 'Change')} {which}{to}"


def refused(changes: list[Row], time_text: Callable[[float], str]) -> list[Component]:
    """Changes refused because of changes by others, with their actions; ``time_text``: text of a position."""
    button: Any = {"type": "button", "className": "btn btn-link btn-sm"}
    return [
        html.Div(
            [
                html.Span("refused", className="badge tm-edit-badge", title=change["reason"]),
                html.Span(
                    [html.B(refused_words(change, time_text)), f" – {change['reason']}"],
                    className="tm-edit-what text-truncate",
                    title=change["reason"],
                ),
                html.Button("Do it again", id=again_id(change["uuid"]), n_clicks=0, **button),
                html.Button("Dismiss", **button, **act("refused-forget"), **{"data-of": change["uuid"]}),
            ],
            className="tm-edit",
        )
        for change in changes
    ]


def changes(outlook: RestoreEffect) -> list[str]:
    """Changes of a restore, as text."""
    parts_and_nouns = (
        (outlook["removed"], "is removed", "are removed"),
        (outlook["back"], "comes back", "come back"),
        (outlook["changed"], "changes", "change"),
    )
    return [
        f"{counted(number, 'label')} {singular if number == 1 else many}"
        for number, singular, many in parts_and_nouns
        if number
    ]


def needs_confirmation(to: int | str, outlook: RestoreEffect) -> bool:
    """True if a restore needs a confirmation: a reset, many labels, or labels of other users."""
    number = outlook["back"] + outlook["removed"] + outlook["changed"]
    return isinstance(to, str) or number > MUCH or outlook["others"] > 0


def confirm(to: int | str, outlook: RestoreEffect, about: Row) -> Component:
    """Confirmation of a restore."""
    title, submit = QUESTIONS.get(str(to), ("Restore to this point?", "Restore"))
    others = []
    if number := outlook["suggestions"]:
        others.append(f"{counted(number, 'suggestion')} {'is' if number == 1 else 'are'} among them.")
    if number := outlook["others"]:
        others.append(f"{number:,} of them {'is' if number == 1 else 'are'} by other users.")
    sentences = [*others, "It is one edit, which Undo reverts."]
    body = [html.Ul([html.Li(words) for words in changes(outlook)]), *[html.P(words) for words in sentences]]
    return form(HistoryIds.DIALOG, title, body, submit, about=about, danger=True)
