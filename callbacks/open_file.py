"""Update the page of the open recording after changes by others: renamed, done, read differently, deleted, restored."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.channels import show_part
from callbacks.feedback import toast
from components.ids import DetailsIds, LabelIds, ShellIds
from components.label.head import details_look, name, others_text, reading_line
from components.label.page import described, label_content, restore_id, shows
from components.label.side import done_text
from services.errors import NotFound
from services.web.container import Services

About = dict[str, Any]  # see ``components.label.page.about_recording``


def register(app: Dash, services: Services) -> None:
    """Register updates of the page from the heartbeat."""
    _page(app, services)
    _register_page(app, services)


def _page(app: Dash, services: Services) -> None:
    @app.callback(
        Output(LabelIds.PAGE, "children"),
        Output(LabelIds.PAGE, "data-there"),
        Input(ShellIds.OPENED, "data"),
        State(LabelIds.PAGE_ABOUT, "data"),
        State(LabelIds.PAGE, "data-there"),
        prevent_initial_call=True,
    )
    def follow(opened: About, page: About, there: str) -> tuple[Component, str]:
        now = shows(about_page(opened, page))["data-there"]
        if now == there:
            raise PreventUpdate
        return label_content(services, str(page["recording"])), now

    @app.callback(Input(restore_id(ALL), "n_clicks"), prevent_initial_call=True)
    def restore(clicks: list[int | None]) -> None:
        if not any(clicks):
            raise PreventUpdate
        set_props(ShellIds.FILES_RESTORE, {"data": {"recordings": [ctx.triggered_id["recording"]]}})


def _register_page(app: Dash, services: Services) -> None:
    @app.callback(
        Output(LabelIds.NAME, "children"),
        Output(LabelIds.NAME, "title"),
        Output(LabelIds.DONE, "children"),
        Output(LabelIds.DONE, "aria-pressed"),
        Output(LabelIds.PLOT, "path"),
        Output(LabelIds.PLOT, "recording"),
        Output(LabelIds.OTHERS, "children"),
        Output(LabelIds.SUMMARY, "children"),
        *[Output(LabelIds.DETAILS_BUTTON, name) for name in ("className", "children", "aria-label")],
        Output(LabelIds.GAPS, "hidden"),
        Input(ShellIds.OPENED, "data"),
        State(LabelIds.PAGE_ABOUT, "data"),
        State(LabelIds.PLOT, "recording"),
        State(DetailsIds.JOB, "data"),
        prevent_initial_call=True,
    )
    def follow_shown(opened: About, page: About, shown: About, job: dict[str, Any] | None) -> tuple[Any, ...]:
        about = about_page(opened, page)
        if not about["there"]:
            raise PreventUpdate
        path, done = about["path"], about["done"]
        others = others_text(about["others"])
        head = name(path), path, done_text(done), str(done).lower(), path
        if about["reading"] == shown["reading"] or not (now := current_recording(services, about, job)):
            return *head, no_update, others, *[no_update] * 5
        show_part(now["look"]["part"])
        return *head, now, others, reading_line(now), *details_look(now["doubts"]), not now.pop("gaps")


def about_page(opened: About, page: About) -> About:
    """The heartbeat's report about the recording of this page.

    Raises:
        PreventUpdate: the report is about a page that was left.
    """
    if not opened or not page or opened["page"] != page["page"]:
        raise PreventUpdate
    return opened


def current_recording(
    services: Services, about: dict[str, Any], job: dict[str, Any] | None
) -> dict[str, Any] | None:
    """The recording in its current reading; None if it was deleted, which the next heartbeat reports.

    Shows a message if another page requested the reading (``job``).
    """
    try:
        row = services.recordings.get(about["recording"])
        store = services.recordings.open(row)
    except NotFound:
        return None
    now = described(services, row, store)
    if not job or job.get("reading") != now["reading"]:
        toast("This file was read differently; the new reading is shown.")
    return now
