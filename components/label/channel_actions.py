"""Commands of the channel panel and their effect on the look of a recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from components import channel_look
from components.channel_look import MOST, Look
from components.label import channels as panel
from components.parts import dom_id
from components.recording import shape
from services.timeseries import ChannelInfo, Store, StoreInfo, durations, window

Command = dict[str, Any]
Words = dict[str, Any]

MOST_KEPT = 10_000  # maximum number of stored change times
NO_MILLIVOLTS = "No visible channel is in mV. Set the unit of a channel in the list, or of all of them."


@dataclass(frozen=True)
class RecordingLook:
    """A recording with its look; ``timed``: the unit of its time is known."""

    recording: int
    channels: Sequence[ChannelInfo]
    timed: bool
    preference: str
    look: Look


def preference(info: StoreInfo) -> str:
    """Name of the preference with the look of recordings of this shape."""
    return f"view:{shape(info)}"


def recording_look(recording: int, info: StoreInfo, kept: Any) -> RecordingLook:
    """A recording with the stored look of its shape."""
    timed = bool(durations.in_seconds(info.time, 1.0))
    look = channel_look.valid_look(info.channels, timed, kept)
    return RecordingLook(recording, info.channels, timed, preference(info), look)


class ChangeTimes:
    """Time of the last change of each setting: two requests of one page may arrive in the wrong order.

    Thread-safe for requests of different pages; the caller handles those of one page one at a time.
    """

    def __init__(self) -> None:
        self._at: dict[tuple[str, str], float] = {}

    def is_passed(self, page: str, command: Command, at: float) -> bool:
        """True if a later command of the same control of this page was handled before; ``at`` in milliseconds."""
        of = page, _subject(command)
        if len(self._at) > MOST_KEPT:
            self._at.clear()
        before = self._at.get(of, 0)
        self._at[of] = max(at, before)
        return at < before


def _subject(command: Command) -> str:
    return " ".join([command["do"], str(command.get("channel", "")), *command.get("values", ())])


def clicked_at(event: dict[str, Any] | None) -> float:
    """Time of the last use of a control in the list, in milliseconds."""
    return float(event["timestamp"]) if event else 0.0


def command_of(source: dict[str, Any], event: dict[str, Any] | None) -> Command | None:
    """Command of the used control (``source`` is its id); None for the filter and for details."""
    if source["type"] in ("channels-filter", "channels-set"):
        return None
    if "do" in source:
        return {"do": source["do"]}
    if not event:
        return None
    if "value" in event["data"]:
        return of_cell(int(event["data"]["rowId"].removeprefix("channel-")), event["data"]["value"])
    return {"do": "order", "channels": event["data"]["ids"]}


def of_cell(index: int, value: dict[str, Any]) -> Command:
    """Command of a control in the row of a channel."""
    if "shown" in value:
        return {"do": "show", "channel": index, "on": value["shown"]}
    if "open" in value:
        return {"do": "open", "channel": index, "on": value["open"]}
    return {"do": "set", "channel": index, "values": value}


def of_fields(
    shown: RecordingLook, index: int, name: str, fields: dict[str, Any], seen: list[float]
) -> Command | None:
    """Command of the details of a channel; None if nothing changed, such as after their creation.

    Args:
        name: name of the changed field; others may have changed at the same time.
        fields: values of all fields, by name.
        seen: lowest and highest drawn value of the channel.
    """
    row = panel.row_of(shown.look, shown.channels, index)
    values: dict[str, Any] = {}
    if fields["height"] != str(row["height"]):
        values["height"] = float(fields["height"])
    if fields["scale"] != (row["scale"] or panel.OWN):
        values["scale"] = "" if fields["scale"] == panel.OWN else fields["scale"]
    if fields["range"] != row["range"]:
        values["y"] = seen if fields["range"] == "fixed" else fields["range"]
    elif name in panel.LIMITS and [fields["low"], fields["high"]] != [row["low"], row["high"]]:
        values["y"] = [fields["low"], fields["high"]]
    return {"do": "set", "channel": index, "values": values} if values else None


def visible_range(store: Store, look: Look, index: int, view: Sequence[float] | None) -> list[float]:
    """Between which round numbers a channel is drawn in a view (None: the whole file), on its scale."""
    first, last = view or (store.info.time.first, store.info.time.last)
    (series,) = window(store, first, last, 1000, [index]).series
    low, high = (value if isfinite(value) else 0.0 for value in (series.minimum, series.maximum))
    scale = channel_look.settings_of(look, index)["scale"]
    offset, unit = (scale and store.scale(index, scale)) or (0.0, 1.0)
    low, high = ((value - offset) / unit for value in (low, high))
    pad = (high - low) * 0.06 or abs(high) * 0.05 or 1
    return [float(f"{value:.4g}") for value in (low - pad, high + pad)]


def run(shown: RecordingLook, command: Command | None, listed: list[int]) -> tuple[Look, Words | None]:
    """The look after a command, and a message as keywords of a toast.

    ``listed``: channels that pass the filter.
    """
    match command:
        case {"do": "show", "channel": index, "on": on}:
            return show(shown.look, [index], on)
        case {"do": "all" | "none" as which}:
            return show(shown.look, listed, which == "all")
        case {"do": "turn", "on": on}:
            return turn(shown.look, on)
        case {"do": "magnify", "steps": steps}:
            return channel_look.magnify(shown.look, shown.channels, steps), None
        case {"do": "set", "channel": index, "values": values}:
            return set_values(shown, index, values)
        case {"do": str(name)} if name.startswith("look-"):
            return choose_look(shown, name.removeprefix("look-"))
    return arrange(shown, command), None


def arrange(shown: RecordingLook, command: Command | None) -> Look:
    """The look after a command that is always possible."""
    look, channels = shown.look, shown.channels
    match command:
        case {"do": "order", "channels": order}:
            return channel_look.arrange(look, order)
        case {"do": "stack" | "overlay" as how}:
            return channel_look.change_shown(look, channels, joined=how == "overlay")
        case {"do": "millivolts"}:
            return channel_look.change_shown(look, channels, unit="mV")
        case {"do": "reset"}:
            return channel_look.first_look(channels)
    return look


def show(look: Look, indices: list[int], on: bool) -> tuple[Look, Words | None]:
    """Show or hide channels."""
    if not on:
        return channel_look.hide(look, indices), None
    left = channel_look.left_out(look, indices)
    words = f"At most {MOST} channels can be shown at a time; {left} more are hidden."
    return channel_look.show(look, indices), {"text": words, "kind": "warning"} if left else None


def turn(look: Look, on: bool) -> tuple[Look, Words | None]:
    """Show the channels that follow (``on``) or precede the shown ones; a message where that is not possible."""
    turned, part = channel_look.turned(look, on), channel_look.part_shown(look)
    if turned["shown"] != look["shown"]:
        return turned, None
    if part["pages"]:
        return look, {"text": f"These are the {'last' if on else 'first'} channels."}
    return look, {"text": "The shown channels do not follow each other: choose them under Channels."} if part[
        "words"
    ] else {"text": "All channels are shown."}


def set_values(shown: RecordingLook, index: int, values: dict[str, Any]) -> tuple[Look, Words | None]:
    """Change settings of a channel, from its row."""
    y = values.get("y")
    if isinstance(y, list) and not channel_look.is_range(y):
        return shown.look, {"text": "The lowest value must be below the highest.", "kind": "warning"}
    return channel_look.change(shown.look, shown.channels, index, **values), None


def choose_look(shown: RecordingLook, look: str) -> tuple[Look, Words | None]:
    """Set the look: lines, candles or ECG paper, which requires channels in mV."""
    chosen = shown.look | {"look": look}
    rows = channel_look.drawn(chosen, shown.channels)["rows"]
    if look not in ("paper", "leads") or any(axis["paper"] for row in rows for axis in row["axes"]):
        return chosen, None
    action = {"text": "All shown are in mV", "press": dom_id(panel.do_id("millivolts", shown.recording))}
    return chosen, {"text": NO_MILLIVOLTS, "kind": "warning", "action": action}


def contents(shown: RecordingLook, look: Look, text: str | None, opened: int | None) -> list[Any]:
    """Content of the panel for a look: rows, count, choice of looks, details of a channel."""
    return [
        panel.rows(look, shown.channels, text, opened=opened),
        panel.count(look),
        panel.look_buttons(shown.recording, look, shown.channels, shown.timed),
        panel.details(shown.recording, look, shown.channels, opened),
        "" if opened is None else opened,
    ]
