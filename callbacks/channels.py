"""The channels of the plot: the panel in which they are chosen and arranged.

What is chosen holds for all recordings of one shape and is kept as the preference ``view:<shape>``; every change begins
with what is kept, so that none is lost when two come quickly.
"""

from __future__ import annotations

from typing import Any

from dash import ALL, MATCH, Dash, Input, Output, State, ctx, set_props
from dash.exceptions import PreventUpdate

from callbacks.feedback import toast
from components.ids import ChannelsIds, LabelIds
from components.label import channel_actions, channels
from components.label.channel_actions import Shown
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
            return None
        shown = _shown(services, about["recording"])
        return channels.panel(shown.recording, shown.look, shown.channels, shown.timed)


def _change(app: Dash, services: Services) -> None:
    @app.callback(
        Output(channels.part_id("list", MATCH), "rowData"),
        Output(channels.part_id("count", MATCH), "children"),
        Output(channels.part_id("looks", MATCH), "children"),
        Input(channels.part_id("list", MATCH), "cellRendererData"),
        Input(channels.part_id("list", MATCH), "eventData"),
        Input(channels.part_id("filter", MATCH), "value"),
        Input(channels.do_id(ALL, MATCH), "n_clicks"),
        prevent_initial_call=True,
    )
    def change(cell: Any, event: Any, text: str | None, _clicks: Any) -> list[Any]:
        if ctx.triggered[0]["value"] in (None, 0):  # the panel has just been made
            raise PreventUpdate
        shown = _shown(services, ctx.triggered_id["recording"])
        command = channel_actions.asked(ctx.triggered_id, cell, event)
        look, words = channel_actions.run(shown, command, channels.listed(shown.look, shown.channels, text))
        if command:
            services.preferences.set(shown.preference, None if command["do"] == "reset" else look)
            set_props(LabelIds.PLOT, {"channels": look})
        if words:
            toast(**words)
        return channel_actions.contents(shown, look, text)
