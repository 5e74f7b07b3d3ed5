"""Files page: progress, table of files with its tools, trash."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, Patch, State, ctx, no_update, set_props
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.dialogs import on_submit
from callbacks.feedback import files_changed
from callbacks.file_menu import act
from components.files.dialogs import assign_form, purge_form
from components.files.menu import FileTarget, done_text
from components.files.page_update import table_update
from components.files.progress import progress
from components.files.table import DOUBTFUL, assigned_to, doubtful_words, trash_rows
from components.ids import FilesIds, ShellIds
from components.parts import name_of
from services.accounts import acting
from services.accounts.model import Role
from services.web.container import Services

TOOLS = {
    FilesIds.DONE: "done",
    FilesIds.AUTOLABEL: "autolabel",
    FilesIds.MOVE: "move",
    FilesIds.DELETE: "delete",
}


def register(app: Dash, services: Services) -> None:
    """Register the page."""
    _register_table(app, services)
    _doubtful(app)
    _chosen(app, services)
    _tools(app, services)
    _trash(app, services)
    _assign(app, services)


def _register_table(app: Dash, services: Services) -> None:
    @app.callback(
        Output(FilesIds.PROGRESS, "children"),
        Output(FilesIds.TABLE, "rowData"),
        Output(FilesIds.TABLE, "rowTransaction"),
        Output(FilesIds.TRASH, "rowData"),
        Output(FilesIds.TRASH_COUNT, "children"),
        Output(FilesIds.DOUBTFUL, "children"),
        Output(FilesIds.DOUBTFUL, "hidden"),
        Output(FilesIds.DRAWN, "data"),
        Input(ShellIds.FILES_VERSION, "data"),
        State(FilesIds.DRAWN, "data"),
    )
    def show(_version: Any, drawn: dict[str, Any] | None) -> tuple[Any, ...]:
        files, classes = services.file_lists.current(), services.progress.classes()
        trashed, readings = services.trash.content(), services.readings.of(files.files)
        rows, transaction, now = table_update(files, classes, trashed, drawn or {}, readings)
        doubtful = doubtful_words(readings)
        same_trash = drawn and drawn["trash"] == now["trash"]
        return (
            progress(files.files, classes),
            no_update if rows is None else rows,
            transaction or no_update,
            no_update if same_trash else trash_rows(trashed),
            f" ({len(trashed):,})" if trashed else "",
            doubtful,
            not doubtful,
            now,
        )

    @app.callback(
        Output(FilesIds.FILES_PANEL, "hidden"),
        Output(FilesIds.TRASH_PANEL, "hidden"),
        Output(FilesIds.TOOLS, "hidden"),
        Output(FilesIds.TRASH_TOOLS, "hidden"),
        Output(FilesIds.TAB_FILES, "aria-pressed"),
        Output(FilesIds.TAB_TRASH, "aria-pressed"),
        Input(FilesIds.TAB_FILES, "n_clicks"),
        Input(FilesIds.TAB_TRASH, "n_clicks"),
        prevent_initial_call=True,
    )
    def show_tab(files: int | None, trash: int | None) -> tuple[Any, ...]:
        if not (files or trash):
            raise PreventUpdate
        trashed = ctx.triggered_id == FilesIds.TAB_TRASH
        return trashed, not trashed, trashed, not trashed, str(not trashed).lower(), str(trashed).lower()

    @app.callback(
        Output(FilesIds.TABLE, "dashGridOptions"),
        Output(FilesIds.TRASH, "dashGridOptions"),
        Input(FilesIds.SEARCH, "value"),
        prevent_initial_call=True,
    )
    def search(text: str | None) -> tuple[Patch, Patch]:
        options = Patch()
        options["quickFilterText"] = (text or "").strip()
        return options, options


def _doubtful(app: Dash) -> None:
    @app.callback(
        Output(FilesIds.SEARCH, "value"),
        Input(FilesIds.DOUBTFUL, "n_clicks"),
        Input(FilesIds.MINE, "n_clicks"),
        State(FilesIds.SEARCH, "value"),
        prevent_initial_call=True,
    )
    def filter_doubtful(clicks: int | None, assigned: int | None, text: str | None) -> str:
        if not (clicks or assigned):
            raise PreventUpdate
        query = assigned_to(acting.name()) if ctx.triggered_id == FilesIds.MINE else DOUBTFUL
        return "" if text == query else query


def _chosen(app: Dash, services: Services) -> None:
    for table, chosen in ((FilesIds.TABLE, FilesIds.CHOSEN), (FilesIds.TRASH, FilesIds.TRASH_CHOSEN)):
        app.clientside_callback(  # send ids only, not thousands of selected rows
            ClientsideFunction("grids", "chosen"), Output(chosen, "data"), Input(table, "selectedRows")
        )

    @app.callback(
        Output(FilesIds.COUNT, "children"),
        Output(FilesIds.DONE, "children"),
        Output(FilesIds.ASSIGN, "disabled"),
        Output(FilesIds.ASSIGN, "title"),
        [
            Output(tool, "disabled")
            for tool in (FilesIds.DONE, FilesIds.AUTOLABEL, FilesIds.MOVE, FilesIds.DELETE)
        ],
        Input(FilesIds.CHOSEN, "data"),
        Input(ShellIds.FILES_VERSION, "data"),
        prevent_initial_call=True,
    )
    def tools(chosen: list[int] | None, _version: Any) -> tuple[Any, ...]:
        files = services.file_lists.current().by_id
        there = [identity for identity in chosen or [] if identity in files]
        done = bool(there) and all(files[identity].done for identity in there)
        may = acting.user().role >= Role.REVIEWER
        why = "" if may else "Only a reviewer or an admin assigns files"
        return chosen_words(there), done_text(done), not (there and may), why, *[not there] * 4

    @app.callback(
        Output(FilesIds.TRASH_TALLY, "children"),
        [Output(tool, "disabled") for tool in (FilesIds.RESTORE, FilesIds.PURGE)],
        Input(FilesIds.TRASH_CHOSEN, "data"),
        prevent_initial_call=True,
    )
    def trash_tools(chosen: list[int] | None) -> tuple[Any, ...]:
        return chosen_words(chosen or []), not chosen, not chosen or acting.lacks(Role.ADMIN)


def chosen_words(chosen: list[int]) -> str:
    """Number of selected rows."""
    return f"{len(chosen):,} chosen" if chosen else ""


def _tools(app: Dash, services: Services) -> None:
    @app.callback(
        Input(FilesIds.DONE, "n_clicks"),
        Input(FilesIds.AUTOLABEL, "n_clicks"),
        Input(FilesIds.MOVE, "n_clicks"),
        Input(FilesIds.DELETE, "n_clicks"),
        State(FilesIds.CHOSEN, "data"),
        prevent_initial_call=True,
    )
    def use(*clicks_and_chosen: Any) -> None:
        *clicks, chosen = clicks_and_chosen
        if not any(clicks):
            raise PreventUpdate
        files = services.file_lists.current()
        ids = [identity for identity in chosen or [] if identity in files.by_id]
        if ids:
            act(files, TOOLS[ctx.triggered_id], FileTarget(recordings=ids, ids=ids))


def _trash(app: Dash, services: Services) -> None:
    @app.callback(
        Input(FilesIds.RESTORE, "n_clicks"),
        Input(FilesIds.TRASH, "cellClicked"),
        State(FilesIds.TRASH_CHOSEN, "data"),
        prevent_initial_call=True,
    )
    def restore(clicks: int | None, clicked: dict[str, Any] | None, chosen: list[int] | None) -> None:
        if ctx.triggered_id == FilesIds.TRASH:
            chosen = [int(clicked["rowId"])] if clicked and clicked["colId"] == "restore" else []
        elif not clicks:
            chosen = []
        if chosen:
            set_props(ShellIds.FILES_RESTORE, {"data": {"recordings": chosen}})

    @app.callback(
        Output(FilesIds.PURGE_DIALOG, "children"),
        Output(FilesIds.PURGE_DIALOG, "is_open"),
        Input(FilesIds.PURGE, "n_clicks"),
        State(FilesIds.TRASH_CHOSEN, "data"),
        prevent_initial_call=True,
    )
    def ask(clicks: int | None, chosen: list[int] | None) -> tuple[Component, bool]:
        some = [
            deleted_file for deleted_file in services.trash.content() if deleted_file.id in (chosen or [])
        ]
        if not clicks or not some:
            raise PreventUpdate
        return purge_form(some), True

    def purge(about: dict[str, Any], _fields: dict[str, Any]) -> None:
        services.trash.purge(about["ids"])
        files_changed(services)

    on_submit(app, FilesIds.PURGE_DIALOG, purge, controls=False)


def _assign(app: Dash, services: Services) -> None:
    @app.callback(
        Output(FilesIds.ASSIGN_DIALOG, "children"),
        Output(FilesIds.ASSIGN_DIALOG, "is_open"),
        Input(FilesIds.ASSIGN, "n_clicks"),
        State(FilesIds.CHOSEN, "data"),
        prevent_initial_call=True,
    )
    def ask_people(clicks: int | None, chosen: list[int] | None) -> tuple[Component, bool]:
        files = services.file_lists.current().by_id
        some = [files[identity] for identity in chosen or [] if identity in files]
        if not clicks or not some:
            raise PreventUpdate
        return assign_form(some, [user.name for user in services.users.list()]), True

    def assign(about: dict[str, Any], fields: dict[str, Any]) -> None:
        names = [name_of(value) for value in fields["people"] or []]
        services.recordings.assign(about["ids"], names)
        files_changed(services)

    on_submit(app, FilesIds.ASSIGN_DIALOG, assign)
