"""Files page: progress, table of all files, trash."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.dialogs import dialog
from components.files.table import files_table, trash_table
from components.ids import FilesIds
from components.parts import aria, button, named
from services.accounts.model import LOCAL, User

STORES = (FilesIds.DRAWN, FilesIds.CHOSEN, FilesIds.TRASH_CHOSEN)


def files_page(user: User = LOCAL) -> Component:
    """The page, filled by ``callbacks/files_page.py``; ``user``: the current user."""
    team = bool(user.id)
    return html.Div(
        [
            *[dcc.Store(id=store) for store in STORES],
            html.H1("Files"),
            html.Section(id=FilesIds.PROGRESS, **aria(label="Progress of the job")),
            html.Div(
                [_tabs(), _search(), _doubtful(), _assigned_button(team), *_tools(team)],
                className="tm-files-bar d-flex flex-wrap align-items-center",
            ),
            html.Div(
                files_table(team),
                id=FilesIds.FILES_PANEL,
                className="tm-files-table border rounded overflow-hidden",
            ),
            html.Div(
                trash_table(),
                id=FilesIds.TRASH_PANEL,
                className="tm-files-table border rounded overflow-hidden",
                hidden=True,
            ),
            dialog(FilesIds.PURGE_DIALOG),
            dialog(FilesIds.ASSIGN_DIALOG),
        ],
        id=FilesIds.VIEW,
        className="d-flex flex-column gap-2 h-100 py-3 px-3",
    )


def _tabs() -> Component:
    def tab(identity: str, content: Any, pressed: str) -> Component:
        more = aria(pressed=pressed)
        return html.Button(content, id=identity, type="button", n_clicks=0, className="tm-tab", **more)

    trash = ["Trash", html.Span(id=FilesIds.TRASH_COUNT)]
    tabs = [tab(FilesIds.TAB_FILES, "All files", "true"), tab(FilesIds.TAB_TRASH, trash, "false")]
    return html.Div(tabs, className="tm-tabs", role="group", **aria(label="Table to show"))


def _search() -> Component:
    control = dbc.Input(
        id=FilesIds.SEARCH, type="search", placeholder="Search", size="sm", autoComplete="off", debounce=False
    )
    return named("Search files", control)


def _doubtful() -> Component:
    return html.Button(
        id=FilesIds.DOUBTFUL,
        type="button",
        n_clicks=0,
        hidden=True,
        title="Files whose format may have been detected wrongly",
        className="btn btn-sm btn-outline-primary",
        **aria(label="Show doubtful files only"),
    )


def _assigned_button(team: bool) -> Component:
    return html.Button(
        "Assigned to me",
        id=FilesIds.MINE,
        type="button",
        n_clicks=0,
        hidden=not team,
        title="Show only files that you are to label",
        className="btn btn-sm btn-outline-primary",
    )


def _tools(team: bool) -> list[Component]:
    def tool(identity: str, icon_name: str, words: str, **more: Any) -> Component:
        return button(
            identity, icon_name, words, size="sm", outline=True, color="primary", disabled=True, **more
        )

    files = [
        html.Span(id=FilesIds.COUNT, className="tm-count"),
        tool(FilesIds.DONE, "check2-all", "Mark done"),
        tool(FilesIds.AUTOLABEL, "stars", "Auto-label…"),
        tool(
            FilesIds.ASSIGN,
            "person-check",
            "Assign…",
            className="" if team else "d-none",
            style={"pointerEvents": "auto"},
        ),
        tool(FilesIds.MOVE, "folder-symlink", "Move…"),
        tool(FilesIds.DELETE, "trash", "Delete…"),
    ]
    trash = [
        html.Span(id=FilesIds.TRASH_TALLY, className="tm-count"),
        tool(FilesIds.RESTORE, "arrow-counterclockwise", "Restore"),
        tool(FilesIds.PURGE, "trash", "Delete now…"),
    ]
    return [
        html.Div(
            files,
            id=FilesIds.TOOLS,
            className="tm-files-tools d-flex flex-wrap align-items-center gap-2 ms-auto",
        ),
        html.Div(
            trash,
            id=FilesIds.TRASH_TOOLS,
            className="tm-files-tools d-flex flex-wrap align-items-center gap-2 ms-auto",
            hidden=True,
        ),
    ]
