"""Rename, move, delete and restore files: dialogs for the tree (menu and keys) and for the Files page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from dash import Dash, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.dialogs import on_submit
from callbacks.feedback import files_changed, go, toast
from callbacks.file_tree import choice_of, choice_values
from components.files.dialogs import delete_form, deleted_words, move_form, rename_form, restored_words
from components.files.menu import FileTarget, place_over, target_of
from components.files.tree_rows import next_where, passing
from components.ids import ShellIds
from components.urls import FILES, at, label, recording_of
from services.recordings.file_list import FileList
from services.recordings.renaming import RenameResult
from services.recordings.repository import RecordingSummary
from services.web.container import Services

Asked = dict[str, Any]


def register(app: Dash, services: Services) -> None:
    """Register the dialogs."""
    _rename(app, services)
    _move(app, services)
    _delete(app, services)
    _restore(app, services)


def target_asked(files: FileList, request: Asked, picked: Any = None) -> FileTarget:
    """The target in a store: a target, or a row of the tree with the selection there.

    Raises:
        PreventUpdate: it does not exist any more.
    """
    target = (
        FileTarget(**request["target"]) if "target" in request else target_of(files, request["row"], picked)
    )
    if not any(identity in files.by_id for identity in target.ids):
        raise PreventUpdate
    return target


def _rename(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ShellIds.FILES_RENAME, "children"),
        Output(ShellIds.FILES_RENAME, "dialog_style"),
        Output(ShellIds.FILES_RENAME, "is_open"),
        Input(ShellIds.FILES_RENAME_FOR, "data"),
        prevent_initial_call=True,
    )
    def ask_name(request: Asked) -> tuple[Component, dict[str, Any], bool]:
        files = services.file_lists.current()
        return rename_form(files, target_asked(files, request)), place_over(request), True

    def rename(target: Asked, fields: dict[str, Any]) -> None:
        name = (fields["name"] or "").strip()
        if not name or name == target["name"]:
            return
        if target["folders"]:
            renamed(services, services.renaming.rename_folder(target["folders"][0], name))
        else:
            renamed(services, services.renaming.rename(target["recordings"][0], name))

    on_submit(app, ShellIds.FILES_RENAME, rename)


def _move(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ShellIds.FILES_MOVE, "children"),
        Output(ShellIds.FILES_MOVE, "is_open"),
        Input(ShellIds.FILES_MOVE_FOR, "data"),
        prevent_initial_call=True,
    )
    def ask_folder(request: Asked) -> tuple[Component, bool]:
        files = services.file_lists.current()
        return move_form(files, target_asked(files, request)), True

    def move(target: Asked, fields: dict[str, Any]) -> None:
        renamed(services, services.renaming.move(target["recordings"], target["folders"], fields["to"] or ""))

    on_submit(app, ShellIds.FILES_MOVE, move)


def renamed(services: Services, outcome: RenameResult) -> None:
    """Update the lists, and show which saved files were not renamed."""
    if outcome.sentence:
        toast(outcome.sentence, "warning")
    files_changed(services)


def _delete(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ShellIds.FILES_DELETE, "children"),
        Output(ShellIds.FILES_DELETE, "is_open"),
        inputs={
            "request": Input(ShellIds.FILES_DELETE_FOR, "data"),
            "picked": State(ShellIds.FILES_TREE, "selectedRows"),
            "path": State("_pages_location", "pathname"),
            "values": choice_values(State),
        },
        prevent_initial_call=True,
    )
    def ask_deletion(
        request: Asked, picked: Any, path: str | None, values: list[Any]
    ) -> tuple[Component, bool]:
        files = services.file_lists.current()
        target = target_asked(files, request, picked)
        following = page_after(
            files, passing(files.files, choice_of(services, values)), target.ids, recording_of(path)
        )
        return delete_form(files, target, following), True

    def delete(about: Asked, _fields: dict[str, Any]) -> None:
        deleted = services.trash.delete(about["ids"])
        if about["following"]:
            go(about["following"])
        files_changed(services)
        undo = {"text": "Undo", "store": ShellIds.FILES_RESTORE, "data": {"recordings": deleted.ids}}
        toast(deleted_words(deleted), action=undo, lasting=True)

    on_submit(app, ShellIds.FILES_DELETE, delete, controls=False)


def page_after(
    files: FileList, shown: Sequence[RecordingSummary], going: Collection[int], opened: int | None
) -> str:
    """The page after a deletion: "" if the open file remains, else a remaining file, if any."""
    if opened is None or opened not in going:
        return ""
    following = next_where(shown, opened, lambda file: not file.done and file.id not in going)
    left = following or next((file.id for file in files.files if file.id not in going), None)
    return label(left) if left else at(FILES)


def _restore(app: Dash, services: Services) -> None:
    @app.callback(Input(ShellIds.FILES_RESTORE, "data"), prevent_initial_call=True)
    def restore(request: Asked) -> None:
        restored = services.trash.restore(request["recordings"])
        files_changed(services)
        toast(restored_words(restored), "success")
