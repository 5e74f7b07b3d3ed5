"""Channel panel of the plot: visibility, order and display of channels.

The display applies to all recordings of one shape and is stored as the preference ``view:<shape>``; every change is
applied to the stored value, so that quick changes are not lost.
"""

from __future__ import annotations

import time
from dataclasses import replace
from threading import Lock
from typing import Any

from dash import ALL, MATCH, Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.dialogs import turned
from callbacks.feedback import toast
from components import channel_look
from components.channel_look import Look
from components.ids import ChannelsIds, LabelIds
from components.label import channel_actions, channels
from components.label.channel_actions import ChangeTimes, Command, RecordingLook, Words
from services.web.container import Services

LOCKS = 64  # more than threads of the server


def register(app: Dash, services: Services) -> None:
    """Register the panel."""
    turns = Turns()
    _open(app, services)
    _change(app, services, turns)
    _turn(app, services, turns)
    _magnify(app, services, turns)


class Turns:
    """One request of a page at a time, so that no look is drawn after a later one; other pages do not wait."""

    def __init__(self) -> None:
        self._locks = [Lock() for _ in range(LOCKS)]

    def of(self, page: str) -> Lock:
        """The lock of a page, which it may share with a few others."""
        return self._locks[hash(page) % LOCKS]


def _stored_look(services: Services, recording: int) -> RecordingLook:
    info = services.recordings.store(recording).info
    return channel_actions.recording_look(
        recording, info, services.preferences.get(channel_actions.preference(info))
    )


def _open(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ChannelsIds.PANEL, "hidden"),
        Output(ChannelsIds.BUTTON, "aria-expanded"),
        Output(ChannelsIds.PANEL, "children"),
        Input(ChannelsIds.BUTTON, "n_clicks"),
        Input(ChannelsIds.PANEL, "hidden"),
        State(LabelIds.PAGE_ABOUT, "data"),
        prevent_initial_call=True,
    )
    def fill(_clicks: int | None, hidden: bool, about: dict[str, Any] | None) -> tuple[bool, str, Any]:
        if not about:
            raise PreventUpdate
        hides, expanded = turned(ChannelsIds.BUTTON, hidden)
        if hides:
            return hides, expanded, []
        shown = _stored_look(services, about["recording"])
        return hides, expanded, channels.panel(shown.recording, shown.look, shown.channels, shown.timed)


def _change(app: Dash, services: Services, turns: Turns) -> None:
    newest = ChangeTimes()
    parts = [*((part, "children") for part in ("count", "looks", "details")), ("details", "data-channel")]

    @app.callback(
        Output(channels.part_id("list", MATCH), "rowData"),
        *[Output(channels.part_id(part, MATCH), name) for part, name in parts],
        inputs={
            "event": Input(channels.part_id("list", MATCH), "eventData"),
            "text": Input(channels.part_id("filter", MATCH), "value"),
            "_clicks": Input(channels.do_id(ALL, MATCH), "n_clicks"),
            "fields": Input(channels.set_id(ALL, MATCH), "value"),
            "names": State(channels.set_id(ALL, MATCH), "id"),
            "left": State(channels.set_id(ALL, MATCH), "n_blur"),
            "opened": State(channels.part_id("details", MATCH), "data-channel"),
            "view": State(LabelIds.PLOT, "view"),
            "about": State(LabelIds.PAGE_ABOUT, "data"),
        },
        prevent_initial_call=True,
    )
    def change(**given: Any) -> list[Any]:
        value = ctx.triggered[0]["value"]
        if value is None or (value == 0 and "do" in ctx.triggered_id):  # the panel was just created
            raise PreventUpdate
        with turns.of(given["about"]["page"]):
            return _answered(services, newest, ctx.triggered_id, given)


def _answered(
    services: Services, newest: ChangeTimes, source: dict[str, Any], given: dict[str, Any]
) -> list[Any]:
    """Content of the panel after use of the control with id ``source``; also updates the look of the plot."""
    shown, text = _stored_look(services, source["recording"]), given["text"]
    opened = None if given["opened"] == "" else int(given["opened"])
    command = channel_actions.command_of(source, given["event"])
    if source["type"] == "channels-set":
        command = _of_field(services, shown, source["name"], opened, given)
    if command and command["do"] == "open":
        return channel_actions.contents(
            shown, shown.look, text, command["channel"] if command["on"] else None
        )
    look, words = shown.look, None
    if command:
        at = _used_at(source, given)
        if at is None or not newest.is_passed(given["about"]["page"], command, at):
            look, words = _changed(services, shown, command, text)
        _show(look, shown)
    if words:
        toast(**words)
    answer = channel_actions.contents(shown, look, text, opened)
    if source["type"] == "channels-set" and source["name"] != "range":
        return [*answer[:-2], no_update, no_update]  # the fields stay, since another may be typed in by now
    return answer


def _used_at(source: dict[str, Any], given: dict[str, Any]) -> float | None:
    """A number that grows with the use of the control with id ``source``; None for a list of choices."""
    if source["type"] != "channels-set":
        return channel_actions.clicked_at(given["event"])
    return sum(filter(None, given["left"])) if source["name"] in channels.LIMITS else None


def _turn(app: Dash, services: Services, turns: Turns) -> None:
    @app.callback(
        Input(ChannelsIds.EARLIER, "n_clicks"),
        Input(ChannelsIds.LATER, "n_clicks"),
        State(LabelIds.PAGE_ABOUT, "data"),
        State(ChannelsIds.PANEL, "hidden"),
        prevent_initial_call=True,
    )
    def turn(earlier: int | None, later: int | None, about: dict[str, Any] | None, hidden: bool) -> None:
        if not about or not (earlier or later):
            raise PreventUpdate
        with turns.of(about["page"]):
            command = {"do": "turn", "on": ctx.triggered_id == ChannelsIds.LATER}
            _commanded(services, about["recording"], command, hidden)


def _magnify(app: Dash, services: Services, turns: Turns) -> None:
    steps = {ChannelsIds.LARGER: 1, ChannelsIds.SMALLER: -1, ChannelsIds.AS_HIGH: None}

    @app.callback(
        *(Input(identity, "n_clicks") for identity in steps),
        State(LabelIds.PAGE_ABOUT, "data"),
        prevent_initial_call=True,
    )
    def magnify(*given: Any) -> None:
        *clicks, about = given
        if not about or not any(clicks):
            raise PreventUpdate
        with turns.of(about["page"]):
            command = {"do": "magnify", "steps": steps[ctx.triggered_id]}
            _commanded(services, about["recording"], command, hidden=True)


def _commanded(services: Services, recording: int, command: Command, hidden: bool) -> None:
    """Change the look of the plot, and the panel too unless it is ``hidden``."""
    shown = _stored_look(services, recording)
    look, words = _changed(services, shown, command, None)
    if words:
        toast(**words)
    _show(look, shown)
    if not hidden:
        panel = channels.panel(shown.recording, look, shown.channels, shown.timed)
        set_props(ChannelsIds.PANEL, {"children": panel})


def _show(look: Look, shown: RecordingLook) -> None:
    """Draw a look unless a later one arrived first, and show in the toolbar which channels it has."""
    drawn = channel_look.drawn(look, shown.channels) | {"at": time.time()}
    set_props(LabelIds.PLOT, {"channels": drawn})
    show_part(drawn["part"])


def show_part(part: dict[str, Any]) -> None:
    """Show in the toolbar which channels are drawn (:func:`components.channel_look.part_shown`)."""
    set_props(ChannelsIds.BUTTON, {"children": part["words"] or "Channels"})
    for identity in (ChannelsIds.EARLIER, ChannelsIds.LATER):
        set_props(identity, {"hidden": not part["pages"]})


def _of_field(
    services: Services, shown: RecordingLook, name: str, opened: int | None, given: dict[str, Any]
) -> Command:
    """The command of a field of the details of the channel ``opened``.

    Raises:
        PreventUpdate: the field has just been made.
    """
    if opened is None:
        raise PreventUpdate
    fields = {field["name"]: value for field, value in zip(given["names"], given["fields"], strict=True)}
    store = services.recordings.store(shown.recording)
    seen = channel_actions.visible_range(store, shown.look, opened, given["view"])
    command = channel_actions.of_fields(shown, opened, name, fields, seen)
    if command is None:
        raise PreventUpdate
    return command


def _changed(
    services: Services, shown: RecordingLook, command: Command, text: str | None
) -> tuple[Look, Words | None]:
    """The display after a command, and a message; the update is atomic."""
    done: list[tuple[Look, Words | None]] = []

    def to(kept: Any) -> Look | None:
        now = replace(shown, look=channel_look.valid_look(shown.channels, shown.timed, kept))
        done.append(channel_actions.run(now, command, channels.listed(now.look, now.channels, text)))
        return None if command["do"] == "reset" else done[-1][0]

    services.preferences.change(shown.preference, to)
    return done[-1]
