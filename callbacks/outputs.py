"""Outputs page: list, selection, download, deletion, saving, preview of a saved file."""

from __future__ import annotations

from time import time
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks.dialogs import on_submit
from callbacks.feedback import files_changed, follow, toast
from components import output_list, outputs_page, urls
from components.ids import JobsIds, OutputsIds, ShellIds
from services.accounts import acting
from services.accounts.model import Role
from services.outputs.save_all import JOB
from services.outputs.saved_files import THERE
from services.outputs.service import SaveForm, ZipFiles
from services.web.container import Services
from services.wording import counted

Rows = list[dict[str, Any]]


def register(app: Dash, services: Services) -> None:
    """Register the page."""
    _show(app, services)
    choosing(app, OutputsIds.GRID, OutputsIds.BEFORE)
    _act(app, services)
    _choose_form(app, services)


def choosing(app: Dash, grid: str, before: str, *buttons: str, everything: bool = False) -> None:
    """Selecting a folder selects its files.

    Args:
        before: store of the previously selected ids.
        buttons: buttons that select all and none.
        everything: new rows are selected at first; otherwise the selection is kept.
    """

    @app.callback(
        Output(grid, "selectedRows"),
        Output(before, "data"),
        Input(grid, "selectedRows"),
        Input(grid, "rowData"),
        *[Input(button, "n_clicks") for button in buttons],
        State(before, "data"),
        prevent_initial_call=True,
    )
    def choose(selected: Any, tree: Rows | None, *rest: Any) -> tuple[Any, list[str]]:
        ids, existing = [row["id"] for row in tree or []], set(rest[-1] or [])
        if ctx.triggered_id in buttons:
            ids = ids if ctx.triggered_id == buttons[0] else []
            return {"ids": ids}, ids
        if ctx.triggered[0]["prop_id"].endswith(".rowData"):
            ids = ids if everything else [identity for identity in ids if identity in existing]
            return {"ids": ids} if everything or set(ids) != existing else no_update, ids
        now = output_list.ids_of(selected)
        rows = output_list.with_folders(tree or [], now, existing)
        return no_update if set(rows) == set(now) else {"ids": rows}, rows


def _show(app: Dash, services: Services) -> None:
    @app.callback(
        Output(OutputsIds.GRID, "rowData"),
        Output(OutputsIds.SUMMARY, "children"),
        Input(ShellIds.FILES_VERSION, "data"),
        Input(OutputsIds.STATE, "value"),
        Input(OutputsIds.SEARCH, "value"),
    )
    def show(_version: str | None, state: str | None, text: str | None) -> tuple[Rows, str]:
        files = services.saved_files.files()
        return output_list.rows(outputs_page.filtered_files(files, state, text)), outputs_page.summary(files)

    @app.callback(
        Output(OutputsIds.CHOSEN, "children"),
        Output(OutputsIds.SAVE, "disabled"),
        Output(OutputsIds.DOWNLOAD, "disabled"),
        Output(OutputsIds.DELETE, "disabled"),
        Output(OutputsIds.PREVIEW_NAME, "children"),
        Output(OutputsIds.PREVIEW_ROWS, "children"),
        Output(OutputsIds.PREVIEW, "children"),
        Input(OutputsIds.BEFORE, "data"),
        Input(OutputsIds.GRID, "rowData"),
        Input(OutputsIds.FILES, "value"),
    )
    def tell(selected: list[str] | None, tree: Rows | None, files: str | None = None) -> list[Any]:
        selection = output_list.files_chosen(tree or [], selected or [])
        there = selection.of(*THERE)
        preview = services.saved_files.preview(there[0]) if len(selection.ids) == len(there) == 1 else None
        return [output_list.chosen_text(selection, files), *can(selection), *outputs_page.preview(preview)]


def can(selection: output_list.OutputSelection) -> tuple[bool, bool, bool]:
    """Whether saving, downloading and deleting the chosen files is disabled for the current user."""
    save, download, delete = outputs_page.can(selection)
    return save, download, delete or acting.lacks(Role.REVIEWER)


def selection(grid: str, before: str) -> dict[str, State]:
    """States from which :func:`selected_files` computes the selection, also before the answer to the last click."""
    names = {"selected": (grid, "selectedRows"), "before": (before, "data"), "tree": (grid, "rowData")}
    return {name: State(*state) for name, state in names.items()}


def selected_files(selected: Any, before: list[str] | None, tree: Rows | None) -> output_list.OutputSelection:
    """The files of the selected rows; the content of a folder is selected with it."""
    rows = tree or []
    return output_list.files_chosen(
        rows, output_list.with_folders(rows, output_list.ids_of(selected), before or [])
    )


def _act(app: Dash, services: Services) -> None:
    chosen = selection(OutputsIds.GRID, OutputsIds.BEFORE)

    @app.callback(
        Output(OutputsIds.ADDRESS, "href"),
        Input(OutputsIds.DOWNLOAD, "n_clicks"),
        chosen,
        State(OutputsIds.FILES, "value"),
        prevent_initial_call=True,
    )
    def download(clicks: int | None, chosen: dict[str, Any], files: str | None = None) -> str:
        if not clicks:
            raise PreventUpdate
        return download_of(selected_files(**chosen), files)

    @app.callback(Input(OutputsIds.SAVE, "n_clicks"), chosen, prevent_initial_call=True)
    def save(clicks: int | None, chosen: dict[str, Any]) -> None:
        if not clicks:
            raise PreventUpdate
        if job := services.save_all.start(selected_files(**chosen).ids):
            follow([job])
        else:
            toast("The chosen files are saved already.")

    @app.callback(Output(OutputsIds.SAVED, "data"), Input(JobsIds.ENDED, "data"), prevent_initial_call=True)
    def saved(ended: list[dict[str, Any]] | None) -> int:
        jobs = [job for job in ended or [] if job["kind"] == JOB and job["state"] == "done"]
        if not jobs:
            raise PreventUpdate
        files = [file for job in jobs for file in job["result"]["files"]]
        failed = [file["reason"] for file in files if not file["saved"]]
        words = f"Saved {counted(len(files) - len(failed), 'file')}."
        toast(" ".join([words, *failed[:3]]), "warning" if failed else "success")
        files_changed(services)
        return len(files) - len(failed)

    @app.callback(
        Output(OutputsIds.DIALOG, "is_open"),
        Output(OutputsIds.DIALOG, "children"),
        Input(OutputsIds.DELETE, "n_clicks"),
        chosen,
        prevent_initial_call=True,
    )
    def ask(clicks: int | None, chosen: dict[str, Any]) -> tuple[bool, Any]:
        if not clicks:
            raise PreventUpdate
        ids = selected_files(**chosen).ids
        files = [file for file in services.saved_files.files() if file.exists and file.id in ids]
        return True, outputs_page.confirm_delete(files)

    def delete(about: dict[str, Any], _fields: dict[str, Any]) -> None:
        results = services.saved_files.delete(about["ids"])
        kept = [result.reason for result in results if result.saved]
        words = f"Deleted {counted(len(results) - len(kept), 'saved file')}."
        toast(" ".join([words, *kept[:3]]), "warning" if kept else "success")
        files_changed(services)

    on_submit(app, OutputsIds.DIALOG, delete, controls=False)


def _choose_form(app: Dash, services: Services) -> None:
    @app.callback(Input(OutputsIds.SAVE_FORM, "value"), prevent_initial_call=True)
    def choose_form(form: str | None) -> None:
        if form in {None, services.outputs.form or SaveForm.SETTLED}:  # the field was just created
            raise PreventUpdate
        services.outputs.choose_form(str(form))
        files_changed(services)


def download_of(selection: output_list.OutputSelection, files: str | None = None) -> str:
    """URL of the ZIP of the selected files; unique, so that it can be downloaded repeatedly."""
    there = selection.of(*THERE)
    return f"{urls.download(there)}&at={int(time() * 1000)}&files={files or ZipFiles.CSV}"
