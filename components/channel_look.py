"""Channel display: which channels are shown, in which rows, with which names and scales.

A look is ``{"look", "order", "shown", "channels"}``: ``look`` is ``"lines"``, ``"candles"`` or ``"paper"``, ``order``
has all channels, ``shown`` the visible ones in that order, and ``channels`` maps the channel number as text to the
differences from :data:`PLAIN`. It applies to all recordings of one shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isfinite
from typing import Any

from components import plot_layout
from services.timeseries import ChannelInfo

Look = dict[str, Any]

AT_FIRST = 12  # channels shown by default
MOST = 64  # rows and lines that Plotly draws without a noticeable delay
PLAIN: dict[str, Any] = {
    "name": None,  # the file's
    "unit": None,  # the file's
    "height": 1,
    "scale": "",
    "y": "view",
    "gain": 1,  # the signal is so much higher than its y range
    "joined": False,
}
GAINS = [round(1.25**power, 4) for power in range(-14, 15)]  # a factor of 22 in both directions
SCALES = ("", "z", "one")
LOOKS = ("lines", "candles", "paper", "leads")
LEADS = (
    ("I", "aVR", "V1", "V4"),
    ("II", "aVL", "V2", "V5"),
    ("III", "aVF", "V3", "V6"),
)  # of an ECG of 12 leads
RHYTHM = "II"
LINE_COLORS = 6  # --tm-line-0 to --tm-line-5 in the style sheet
NO_CHANNEL = '<p class="tm-plot-empty">No channel is shown. Choose some under Channels, above the plot.</p>'
_CANDLE = '<i class="tm-candle" aria-hidden="true" style="border-color: var(--tm-{0}); background: {1}"></i>'
CANDLE_LEGEND = (
    f'<span class="tm-row-channel">{_CANDLE.format("rise", "none")}up '
    f"{_CANDLE.format('fall', 'var(--tm-fall)')}down</span>"
)
PRICE = ("open", "high", "low", "close")
SCALE_NAMES = {"z": "z-score", "one": "0–1"}
SCALE_NOTES = ("", " → right scale", " → own scale")  # of the first, second and further axes of a row


def price(channels: Sequence[ChannelInfo]) -> list[int] | None:
    """Channels of open, high, low and close of a price; None if there are none."""
    names = [channel.name.strip().lower() for channel in channels]
    for names_of_prices in (PRICE, tuple(name[0] for name in PRICE)):
        if all(name in names for name in names_of_prices):
            return [names.index(name) for name in names_of_prices]
    return None


def leads(channels: Sequence[ChannelInfo]) -> dict[str, int] | None:
    """The channels of the twelve leads of an ECG, by lead; None if one is missing."""
    names = [channel.name.strip().lower().removeprefix("lead ") for channel in channels]
    lead_names = [lead for line in LEADS for lead in line]
    places = {lead: names.index(lead.lower()) for lead in lead_names if lead.lower() in names}
    return places if len(places) == len(lead_names) else None


def indicators(channels: Sequence[ChannelInfo], of: Sequence[int]) -> list[int]:
    """Channels drawn over the candles: their values are similar to the price, such as a moving average."""
    high, low = channels[of[1]].maximum, channels[of[2]].minimum
    slack = (high - low) / 2
    return [
        index
        for index, channel in enumerate(channels)
        if index not in of and channel.minimum >= low - slack and channel.maximum <= high + slack
    ]


def first_look(channels: Sequence[ChannelInfo]) -> Look:
    """Default look of a recording."""
    every, candles = list(range(len(channels))), price(channels)
    settings: dict[str, dict[str, Any]] = {}
    if candles:
        over = indicators(channels, candles)
        rest = [index for index in every if index not in candles and index not in over]
        settings = {str(index): {"joined": True} for index in [*candles[1:], *over]}
        settings |= {str(index): {"height": 0.4} for index in rest}
        every = [*candles, *over, *rest]
    look = "candles" if candles else "lines"
    return {"look": look, "order": every, "shown": every[:AT_FIRST], "channels": settings}


def available_looks(channels: Sequence[ChannelInfo], timed: bool) -> list[str]:
    """Possible looks of a recording; ``timed``: the unit of its time is known, which ECG paper requires."""
    grid = timed and leads(channels) is not None
    possible = {"lines": True, "candles": price(channels) is not None, "paper": timed, "leads": grid}
    return [look for look in LOOKS if possible[look]]


def valid_look(channels: Sequence[ChannelInfo], timed: bool, kept: Any) -> Look:
    """A valid look from ``kept`` (any stored value), with every channel once."""
    look = first_look(channels)
    if not isinstance(kept, dict):
        return look
    order = _valid_channels(kept.get("order"), len(channels))
    look["order"] = [*order, *(index for index in look["order"] if index not in set(order))]
    shown = set(_valid_channels(kept.get("shown"), len(channels))[:MOST])
    look["shown"] = [index for index in look["order"] if index in shown]
    settings = kept.get("channels")
    look["channels"] = {
        str(index): _sound(setting)
        for index, setting in (settings if isinstance(settings, dict) else {}).items()
        if isinstance(setting, dict)
    }
    if kept.get("look") in available_looks(channels, timed):
        look["look"] = kept["look"]
    return look


def drawn(look: Look, channels: Sequence[ChannelInfo]) -> Look:
    """A look in the format of the plot: ``look``, ``shown``, ``candles``, and values derived from the other settings.

    ``rows`` from the top are ``{"channels", "candles", "height", "axes": [{"key", "channels", "scale", "unit"}]}``:
    channels of one row share an axis where they have one unit and one scale; :mod:`components.plot_layout` completes
    them, and makes ``layout``. ``names`` is the HTML of their names over the plot. ``channels`` are all of them:
    ``{"name", "unit", "source", "scale", "y", "gain"}``, ``source`` the file's own name; ``part`` from
    :func:`part_shown`. ``query`` has the arguments of a request for a window.
    """
    grid = leads(channels) if look["look"] == "leads" else None
    if grid:
        look = look | {"look": "paper", "shown": sorted(grid.values())}
    rows = _grid(look, channels, grid) if grid else _rows(look, channels)
    layout = plot_layout.place(rows, look["look"] == "paper")
    named = [
        _named(look, channels, index) | {"source": channel.name} for index, channel in enumerate(channels)
    ]
    lists = {
        "channels": look["shown"],
        "candles": candles(look, channels) if any(row["candles"] for row in rows) else [],
    }
    for scale in filter(None, SCALES):
        lists[scale] = [index for index in look["shown"] if named[index]["scale"] == scale]
    return {
        "look": look["look"],
        "shown": look["shown"],
        "part": part_shown(look),
        "candles": candles(look, channels),
        "rows": rows,
        "names": "".join(_row_names(look, channels, row) for row in rows) or NO_CHANNEL,
        "channels": named,
        "layout": layout,
        "query": {name: ",".join(map(str, listed)) for name, listed in lists.items() if listed},
    }


def candles(look: Look, channels: Sequence[ChannelInfo]) -> list[int]:
    """Channels that are drawn together as candles: open, high, low, close; [] if they are lines."""
    return (price(channels) or []) if look["look"] == "candles" else []


def _rows(look: Look, channels: Sequence[ChannelInfo]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    price_row = None
    of_candle = candles(look, channels)
    for index in look["shown"]:
        settings = settings_of(look, index)
        candle = index in of_candle
        row = price_row if candle else rows[-1] if settings["joined"] and rows else None
        if row is None:
            row = {"channels": [], "candles": candle, "height": settings["height"], "axes": []}
            rows.append(row)
        if candle:
            price_row = row
        row["channels"].append(index)
        _axis(row, _named(look, channels, index))["channels"].append(index)
    return rows


def _grid(look: Look, channels: Sequence[ChannelInfo], grid: dict[str, int]) -> list[dict[str, Any]]:
    """Three lines of four leads, each drawn in a quarter of the view, and one lead in all of it below."""
    cells = [(grid[lead], [place / 4, place / 4 + 0.25]) for line in LEADS for place, lead in enumerate(line)]
    rows: list[dict[str, Any]] = []
    for index, span in [*cells, (grid[RHYTHM], [0, 1])]:
        row = {"channels": [index], "candles": False, "height": 1, "axes": [], "span": span}
        _axis(row, _named(look, channels, index))["channels"].append(index)
        rows.append(row)
    return rows


def _axis(row: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    key = named["scale"] or f"unit {named['unit'] or ''}"
    axis = next((axis_found for axis_found in row["axes"] if axis_found["key"] == key), None)
    if axis is None:
        axis = {"key": key, "channels": [], "scale": named["scale"], "unit": named["unit"]}
        row["axes"].append(axis)
    return axis


def _named(look: Look, channels: Sequence[ChannelInfo], index: int) -> dict[str, Any]:
    settings, channel = settings_of(look, index), channels[index]
    unit = channel.unit if settings["unit"] is None else settings["unit"]
    name = settings["name"] or channel.name
    return {
        "name": name,
        "unit": unit,
        "scale": settings["scale"],
        "y": settings["y"],
        "gain": settings["gain"],
    }


def _row_names(look: Look, channels: Sequence[ChannelInfo], row: dict[str, Any]) -> str:
    """HTML of the names of a row; with several lines, each name has the colour of its line.

    The plot sets the margins of the graph as custom properties, and the values under the cursor.
    """
    several, of_candle = len(row["channels"]) > 1, candles(look, channels)
    names = [CANDLE_LEGEND] if row["candles"] else []
    for index in row["channels"]:
        source = channels[index].name
        renamed = _named(look, channels, index)["name"] != source
        more = f' tm-renamed" title="In the file: {escape(source)}"' if renamed else '"'
        if several and index not in of_candle:
            more += f' style="color: var(--tm-line-{index % LINE_COLORS})"'
        text = escape(_title(look, channels, row, index))
        names.append(
            f'<span class="tm-row-channel{more} data-channel="{index}">{text}<b class="tm-value"></b></span>'
        )
    height = "(100% - var(--tm-margin-t) - var(--tm-margin-b))"
    width = "(100% - var(--tm-margin-l) - var(--tm-margin-r))"
    left = row.get("span", [0])[0]
    place = (
        f"top: calc(var(--tm-margin-t) + 2px + {row['top']:.6g} * {height}); "
        f"left: calc(var(--tm-margin-l) + 4px + {left:.6g} * {width}); right: calc(var(--tm-margin-r) + 6px)"
    )
    return f'<span class="tm-row-name" style="{place}">{"".join(names)}</span>'


def _title(look: Look, channels: Sequence[ChannelInfo], row: dict[str, Any], index: int) -> str:
    """Name shown next to the row, with its unit or scale."""
    of_candle = candles(look, channels)
    if index in of_candle:
        return "OHLC"[of_candle.index(index)]  # there are many names in that row
    named = _named(look, channels, index)
    place = next(place for place, axis in enumerate(row["axes"]) if index in axis["channels"])
    note = SCALE_NOTES[min(place, len(SCALE_NOTES) - 1)]
    if named["scale"]:
        return f"{named['name']} ({SCALE_NAMES[named['scale']]}){note}"
    return named["name"] + (f" [{named['unit']}]" if named["unit"] else "") + note


def settings_of(look: Look, index: int) -> dict[str, Any]:
    """Settings of a channel."""
    return PLAIN | look["channels"].get(str(index), {})


def change(look: Look, channels: Sequence[ChannelInfo], index: int, **values: Any) -> Look:
    """Change settings of a channel; an empty name, or that of the file, removes the setting; so for the unit."""
    settings = settings_of(look, index) | _sound(values)
    channel = channels[index]
    name = (settings["name"] or "").strip()
    settings["name"] = None if name in ("", channel.name) else name
    if settings["unit"] == (channel.unit or ""):
        settings["unit"] = None
    differing = {name: value for name, value in settings.items() if value != PLAIN[name]}
    return look | {"channels": look["channels"] | {str(index): differing}}


def change_shown(look: Look, channels: Sequence[ChannelInfo], **values: Any) -> Look:
    """Change settings of all visible channels."""
    for index in look["shown"]:
        look = change(look, channels, index, **values)
    return look


def magnify(look: Look, channels: Sequence[ChannelInfo], steps: int | None) -> Look:
    """Draw all visible channels higher by a number of steps of a quarter, or lower; None: as high as at first."""
    for index in look["shown"]:
        place = GAINS.index(settings_of(look, index)["gain"]) + (steps or 0)
        gain = 1 if steps is None else GAINS[max(0, min(place, len(GAINS) - 1))]
        look = change(look, channels, index, gain=gain)
    return look


def show(look: Look, indices: Sequence[int]) -> Look:
    """Show more channels, up to :data:`MOST`."""
    new = [index for index in indices if index not in look["shown"]]
    free = MOST - len(look["shown"])
    return _show(look, {*look["shown"], *new[:free]})


def left_out(look: Look, indices: Sequence[int]) -> int:
    """Number of the channels that :func:`show` would not show."""
    return max(0, len({*look["shown"], *indices}) - max(MOST, len(look["shown"])))


def part_shown(look: Look) -> dict[str, Any]:
    """Which channels are shown, as ``words``, "" for all; ``pages``: others that follow them may be shown instead.

    >>> part_shown({"look": "lines", "order": [0, 1, 2, 3], "shown": [1, 2]})
    {'words': '2–3 of 4', 'pages': True}
    >>> part_shown({"look": "lines", "order": [0, 1, 2, 3], "shown": [0, 2]})
    {'words': '2 of 4', 'pages': False}
    """
    order, shown = look["order"], look["shown"]
    if len(shown) == len(order) or look["look"] == "leads":
        return {"words": "", "pages": False}
    first = order.index(shown[0]) if shown else 0
    pages = bool(shown) and shown == order[first : first + len(shown)]
    words = f"{first + 1:,}–{first + len(shown):,}" if pages and len(shown) > 1 else f"{len(shown):,}"
    return {"words": f"{words} of {len(order):,}", "pages": pages}


def turned(look: Look, on: bool) -> Look:
    """As many channels as are shown, of those that follow (``on``) or precede them; unchanged without any."""
    if not part_shown(look)["pages"]:
        return look
    order, count = look["order"], len(look["shown"])
    first = order.index(look["shown"][0]) + (count if on else -count)
    first = max(0, min(first, len(order) - count))
    return look | {"shown": order[first : first + count]}


def hide(look: Look, unwanted: Sequence[int]) -> Look:
    """Hide channels."""
    return _show(look, set(look["shown"]) - set(unwanted))


def _show(look: Look, shown: set[int]) -> Look:
    return look | {"shown": [index for index in look["order"] if index in shown]}


def arrange(look: Look, listed: Sequence[int]) -> Look:
    """Order the ``listed`` channels, in the places they occupy."""
    places = set(listed)
    following = iter(listed)
    order = [next(following) if index in places else index for index in look["order"]]
    return _show(look | {"order": order}, set(look["shown"]))


def _valid_channels(listed: Any, count: int) -> list[int]:
    given = listed if isinstance(listed, list) else []
    return list(dict.fromkeys(place for place in given if type(place) is int and 0 <= place < count))


def _sound(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name in PLAIN and _is_sound(name, value)}


def _is_sound(name: str, value: Any) -> bool:
    if name in ("name", "unit"):
        return isinstance(value, str)
    if name == "height":
        return isinstance(value, int | float) and 0.2 <= value <= 10
    if name == "joined":
        return isinstance(value, bool)
    if name == "gain":
        return value in GAINS
    return value in SCALES if name == "scale" else value in ("view", "file") or is_range(value)


def is_range(value: Any) -> bool:
    """True for ``[lowest, highest]``."""
    numbers = (
        isinstance(value, list) and len(value) == 2 and all(isinstance(bound, int | float) for bound in value)
    )
    return numbers and all(isfinite(bound) for bound in value) and value[0] < value[1]
