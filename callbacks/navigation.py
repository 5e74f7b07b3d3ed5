"""Navigation bar: current page, and target of the link “Label”; dialogs of the shell close on navigation."""

from __future__ import annotations

from itertools import compress
from typing import Any

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from callbacks.dialogs import close_dialog
from components.ids import CopyIds, ImportIds, JobsIds, ShellIds
from components.nav import ENTRIES, item_id, link_id, section_of
from components.urls import HOME, at, label, recording_of
from services.web.container import Services

LEFT = (JobsIds.PANEL, ImportIds.DIALOG, CopyIds.DIALOG)  # dialogs of the shell with links to other pages


def register(app: Dash, services: Services) -> None:
    """Register the links."""

    @app.callback(
        [Output(item_id(entry.section), "aria-current") for entry in ENTRIES],
        Output(link_id("label"), "href"),
        Output(ShellIds.SIDE_PANE, "hidden"),
        Input("_pages_location", "pathname"),
        State(link_id("label"), "href"),
        *[State(dialog, "is_open") for dialog in LEFT],
    )
    def mark(path: str | None, before: str, *are_open: bool) -> tuple[str | bool | None, ...]:
        if not path:
            raise PreventUpdate
        for dialog in compress(LEFT, are_open):
            close_dialog(dialog)
        shown, opened = section_of(path), recording_of(path)
        current = ["page" if entry.section == shown else None for entry in ENTRIES]
        return *current, label_page(services, opened, before), opened is None


def label_page(services: Services, opened: int | None, current: str) -> str:
    """Target of “Label”: the open recording, else the previously open or last edited one."""
    if opened:
        return label(opened)
    if current and current != at(HOME):
        return current
    latest: Any = services.recordings.latest()
    return label(latest) if latest else at(HOME)
