"""Menu of a row of the file tree: open it, run its entries."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from dash import ALL, Dash, Input, Output, State, ctx, set_props
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.dialogs import close_dialog
from callbacks.feedback import go
from components.dialogs import about_id
from components.files.menu import FileTarget, entry_id, menu, place, target_of
from components.ids import AutolabelIds, ShellIds
from components.urls import label
from services.recordings.file_list import FileList
from services.web.container import Services

About = dict[str, Any]


def register(app: Dash, services: Services) -> None:
    """Register the menu."""

    @app.callback(
        Output(ShellIds.FILES_MENU, "children"),
        Output(ShellIds.FILES_MENU, "dialog_style"),
        Output(ShellIds.FILES_MENU, "is_open"),
        Input(ShellIds.FILES_MENU_FOR, "data"),
        State(ShellIds.FILES_TREE, "selectedRows"),
        prevent_initial_call=True,
    )
    def open_menu(request: About, picked: Any) -> tuple[list[Component], dict[str, Any], bool]:
        files = services.file_lists.current()
        target = target_of(files, request["row"], picked)
        if not target.ids:  # deleted by another user
            raise PreventUpdate
        return menu(files, target, request), place(request, entries=7), True

    @app.callback(
        Input(entry_id(ALL), "n_clicks"),
        State(about_id(ShellIds.FILES_MENU), "data"),
        prevent_initial_call=True,
    )
    def choose(clicks: list[int | None], about: About) -> None:
        if not any(clicks):  # the menu was just created
            raise PreventUpdate
        close_dialog(ShellIds.FILES_MENU)
        act(
            services.file_lists.current(),
            ctx.triggered_id["action"],
            FileTarget(**about["target"]),
            about["at"],
        )


def act(files: FileList, action: str, target: FileTarget, at: dict[str, Any] | None = None) -> None:
    """Run a menu entry; entries with a dialog, or that need stored labels, write to a store.

    Args:
        at: position of the menu.
    """
    if action == "open" and target.recordings:
        go(label(target.ids[0]))
    done = all(files.by_id[identity].done for identity in target.ids if identity in files.by_id)
    requests: dict[str, tuple[str, dict[str, Any]]] = {
        "open": (ShellIds.FILES_FOLD, fold_request(target.folders[0]) if target.folders else {}),
        "rename": (ShellIds.FILES_RENAME_FOR, {**(at or {}), "target": target.to_json()}),
        "move": (ShellIds.FILES_MOVE_FOR, {"target": target.to_json()}),
        "delete": (ShellIds.FILES_DELETE_FOR, {"target": target.to_json()}),
        "autolabel": (AutolabelIds.FILES, {"ids": target.ids}),
        "done": (ShellIds.FILES_DONE_ASKED, {"recordings": target.ids, "done": not done}),
    }
    if action in requests and requests[action][1]:
        store, data = requests[action]
        set_props(store, {"data": data})


def fold_request(folder: str) -> dict[str, str]:
    """A request to fold or unfold a folder; each is another one."""
    return {"path": folder, "nonce": uuid4().hex}
