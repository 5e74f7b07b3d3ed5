"""What the controls of the panel of channels do with the look of a recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from threading import Lock
from typing import Any

from components import channel_look
from components.channel_look import MOST, Look
from components.label import channels as panel
from components.parts import dom_id
from components.recording import shape
from services.timeseries import ChannelInfo, Store, StoreInfo, durations, window

Command = dict[str, Any]
Words = dict[str, Any]

MOST_KEPT = 10_000  # times of changes
NO_MILLIVOLTS = "No channel that is shown is in mV. Give one that unit in the list, or all of them at once."
MILLIVOLTS = ("mv", "uv", "µv", "μv", "v")  # units that ECG paper has squares for


@dataclass(frozen=True)
class Shown:
    """A recording as it is shown; ``timed``: its time is in units we know."""

    recording: int
    channels: Sequence[ChannelInfo]
    timed: bool
    preference: str
    look: Look


def preference(info: StoreInfo) -> str:
    """Under which name the look of recordings of this shape is kept."""
    return f"view:{shape(info)}"


def shown(recording: int, info: StoreInfo, kept: Any) -> Shown:
    """A recording with the look that was kept for its shape."""
    timed = bool(durations.in_seconds(info.time, 1.0))
    look = channel_look.taken(info.channels, timed, kept)
    return Shown(recording, info.channels, timed, preference(info), look)


class Newest:
    """When each thing was changed last: two requests of one page may come in the other order."""

    def __init__(self) -> None:
        self._at: dict[tuple[str, str], float] = {}
        self._guard = Lock()

    def is_passed(self, page: str, command: Command, at: float) -> bool:
        """Whether a later use of the same control of this page came before this one; ``at`` in milliseconds."""
        of = page, _subject(command)
        with self._guard:
            if len(self._at) > MOST_KEPT:
                self._at.clear()
            before = self._at.get(of, 0)
            self._at[of] = max(at, before)
        return at < before


def _subject(command: Command) -> str:
    if command["do"] in ("move", "order"):
        return "order"
    return " ".join([command["do"], str(command.get("channel", "")), *command.get("values", ())])


def clicked_at(cell: dict[str, Any] | None, event: dict[str, Any] | None) -> float:
    """When a control in the list was used last; milliseconds."""
    return max((one["timestamp"] for one in (cell, event) if one), default=0)


def asked(
    source: dict[str, Any], cell: dict[str, Any] | None, event: dict[str, Any] | None
) -> Command | None:
    """The command of the control that was used (``source`` is its id); None for the filter and for details."""
    if source["type"] in ("channels-filter", "channels-set"):
        return None
    if "do" in source:
        return {"do": source["do"]}
    if cell and (not event or cell["timestamp"] >= event["timestamp"]):
        return of_cell(int(cell["rowId"].removeprefix("channel-")), cell["value"])
    return {"do": "order", "channels": event["data"]["ids"]} if event else None


def of_cell(index: int, value: dict[str, Any]) -> Command:
    """The command of a control in the row of a channel."""
    if "shown" in value:
        return {"do": "show", "channel": index, "on": value["shown"]}
    if "to" in value:
        return {"do": "move", "channel": index, "to": value["to"]}
    if "open" in value:
        return {"do": "open", "channel": index, "on": value["open"]}
    return {"do": "set", "channel": index, "values": value}


def of_fields(
    shown: Shown, index: int, name: str, fields: dict[str, Any], seen: list[float]
) -> Command | None:
    """The command of the details of a channel; None where all of it holds already, as after they were made.

    Args:
        name: of the field that was changed; another one may have been changed at the same time.
        fields: the values of all fields, by name.
        seen: between which values the channel is drawn.
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


def seen_range(store: Store, look: Look, index: int, view: Sequence[float] | None) -> list[float]:
    """Between which round numbers a channel is drawn in a view (None: the whole file), on its scale."""
    time, channel = store.info.time, store.info.channels[index]
    first, last = view or (time.first, time.last)
    (series,) = window(store, first, last, 1000, [index]).series
    low, high = (value if isfinite(value) else 0.0 for value in (series.minimum, series.maximum))
    less, per = {"z": store.moments(index), "one": (channel.minimum, channel.maximum - channel.minimum)}.get(
        channel_look.settings_of(look, index)["scale"], (0.0, 1.0)
    )
    low, high = ((value - less) / (per or 1) for value in (low, high))
    pad = (high - low) * 0.06 or abs(high) * 0.05 or 1
    return [float(f"{value:.4g}") for value in (low - pad, high + pad)]


def run(shown: Shown, command: Command | None, listed: list[int]) -> tuple[Look, Words | None]:
    """The look after a command, and what is to be said about it: keywords of a toast.

    ``listed`` are the channels that the filter leaves.
    """
    match command:
        case {"do": "show", "channel": index, "on": on}:
            return show(shown.look, [index], on)
        case {"do": "all" | "none" as which}:
            return show(shown.look, listed, which == "all")
        case {"do": "set", "channel": index, "values": values}:
            return set_values(shown, index, values)
        case {"do": str(name)} if name.startswith("look-"):
            return choose_look(shown, name.removeprefix("look-"))
    return arrange(shown, command, listed), None


def arrange(shown: Shown, command: Command | None, listed: list[int]) -> Look:
    """The look after a command that can always be done."""
    look, channels = shown.look, shown.channels
    match command:
        case {"do": "move", "channel": index, "to": place}:
            return channel_look.arrange(look, moved(listed, index, place))
        case {"do": "order", "channels": order}:
            return channel_look.arrange(look, order)
        case {"do": "stack" | "overlay" as how}:
            return channel_look.change_shown(look, channels, joined=how == "overlay")
        case {"do": "millivolts"}:
            return channel_look.change_shown(look, channels, unit="mV")
        case {"do": "reset"}:
            return channel_look.first_look(channels)
    return look


def show(look: Look, wanted: list[int], on: bool) -> tuple[Look, Words | None]:
    """Show channels or hide them."""
    if not on:
        return channel_look.hide(look, wanted), None
    left = channel_look.left_out(look, wanted)
    words = f"At most {MOST} channels are shown at a time; {left} of them are not."
    return channel_look.show(look, wanted), {"text": words, "kind": "warning"} if left else None


def set_values(shown: Shown, index: int, values: dict[str, Any]) -> tuple[Look, Words | None]:
    """Change settings of a channel, as its row gives them."""
    y = values.get("y")
    if isinstance(y, list) and not channel_look.is_range(y):
        return shown.look, {"text": "The lowest value must be below the highest.", "kind": "warning"}
    return channel_look.change(shown.look, shown.channels, index, **values), None


def choose_look(shown: Shown, look: str) -> tuple[Look, Words | None]:
    """Lines, candles or ECG paper, which needs channels in mV."""
    chosen = shown.look | {"look": look}
    if look != "paper" or any(_millivolts(shown, index) for index in chosen["shown"]):
        return chosen, None
    action = {"text": "All shown are in mV", "press": dom_id(panel.do_id("millivolts", shown.recording))}
    return chosen, {"text": NO_MILLIVOLTS, "kind": "warning", "action": action}


def _millivolts(shown: Shown, index: int) -> bool:
    settings = channel_look.settings_of(shown.look, index)
    unit = shown.channels[index].unit if settings["unit"] is None else settings["unit"]
    return not settings["scale"] and (unit or "").strip().lower() in MILLIVOLTS


def moved(listed: list[int], index: int, place: int) -> list[int]:
    """``listed`` with a channel at another place."""
    others = [one for one in listed if one != index]
    to = min(len(others), max(0, place))
    return [*others[:to], index, *others[to:]]


def contents(shown: Shown, look: Look, text: str | None, opened: int | None) -> list[Any]:
    """What the panel shows of a look: rows, how many, the choice of looks, details of a channel."""
    return [
        panel.rows(look, shown.channels, text, opened=opened),
        panel.count(look),
        panel.look_buttons(shown.recording, look, shown.channels, shown.timed),
        panel.details(shown.recording, look, shown.channels, opened),
        "" if opened is None else opened,
    ]
