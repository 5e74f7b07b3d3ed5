"""The channels of the plot: the panel in which they are chosen and arranged.

What is chosen holds for all recordings of one shape and is kept as the preference ``view:<shape>``; every change begins
with what is kept, so that none is lost when two come quickly.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import ALL, MATCH, Dash, Input, Output, State, ctx, set_props
from dash.exceptions import PreventUpdate

from callbacks.feedback import toast
from components import channel_look
from components.channel_look import Look
from components.ids import ChannelsIds, LabelIds
from components.label import channel_actions, channels
from components.label.channel_actions import Command, Newest, Shown, Words
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Wire the panel."""
    _open(app, services)
    _change(app, services)


def _shown(services: Services, recording: int) -> Shown:
    info = services.recordings.store(recording).info
    return channel_actions.shown(recording, info, services.preferences.get(channel_actions.preference(info)))


def _open(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ChannelsIds.PANEL, "children"),
        Input(ChannelsIds.PANEL, "hidden"),
        State(LabelIds.PAGE_ABOUT, "data"),
        prevent_initial_call=True,
    )
    def fill(hidden: bool, about: dict[str, Any] | None) -> Any:
        if not about:
            raise PreventUpdate
        if hidden:
            return []
        shown = _shown(services, about["recording"])
        return channels.panel(shown.recording, shown.look, shown.channels, shown.timed)


def _change(app: Dash, services: Services) -> None:
    newest = Newest()

    @app.callback(
        Output(channels.part_id("list", MATCH), "rowData"),
        Output(channels.part_id("count", MATCH), "children"),
        Output(channels.part_id("looks", MATCH), "children"),
        Input(channels.part_id("list", MATCH), "cellRendererData"),
        Input(channels.part_id("list", MATCH), "eventData"),
        Input(channels.part_id("filter", MATCH), "value"),
        Input(channels.do_id(ALL, MATCH), "n_clicks"),
        State(LabelIds.PAGE_ABOUT, "data"),
        prevent_initial_call=True,
    )
    def change(cell: Any, event: Any, text: str | None, _clicks: Any, about: dict[str, Any]) -> list[Any]:
        if ctx.triggered[0]["value"] in (None, 0):  # the panel has just been made
            raise PreventUpdate
        shown = _shown(services, ctx.triggered_id["recording"])
        command = channel_actions.asked(ctx.triggered_id, cell, event)
        look, words = shown.look, None
        if command:
            late = newest.is_passed(about["page"], command, channel_actions.clicked_at(cell, event))
            look, words = (shown.look, None) if late else _changed(services, shown, command, text)
            set_props(LabelIds.PLOT, {"channels": look})
        if words:
            toast(**words)
        return channel_actions.contents(shown, look, text)


def _changed(
    services: Services, shown: Shown, command: Command, text: str | None
) -> tuple[Look, Words | None]:
    """The look after a command, and what is to be said; nothing else changes it in between."""
    done: list[tuple[Look, Words | None]] = []

    def to(kept: Any) -> Look | None:
        now = replace(shown, look=channel_look.taken(shown.channels, shown.timed, kept))
        done.append(channel_actions.run(now, command, channels.listed(now.look, now.channels, text)))
        return None if command["do"] == "reset" else done[-1][0]

    services.preferences.change(shown.preference, to)
    return done[-1]
