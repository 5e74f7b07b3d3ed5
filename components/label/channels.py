"""Channel panel above the plot: choose, order, name and scale channels; created on opening."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components import cells
from components.channel_look import LINE_COLORS, LOOKS, Look, available_looks, candles, is_range, settings_of
from components.ids import ChannelsIds
from components.parts import aria, data, named
from services.timeseries import ChannelInfo

MANY = 12  # from this number of channels on, the filter has the focus
WHOLE = 40  # maximum number of rows without scrolling
HEIGHTS = (0.25, 0.4, 0.5, 1, 1.5, 2, 3, 4)
OWN = "own"  # a scale; dbc.Select shows no words for ""
CHOICES = {
    "height": {str(height): f"{height} ×" for height in HEIGHTS},
    "scale": {OWN: "its own values", "z": "z-score", "one": "0–1 of the file"},
    "range": {"view": "fits the view", "file": "fits the file", "fixed": "fixed"},
}
LIMITS = {"low": "Lowest", "high": "Highest"}
UNITS = ("mV", "µV", "V", "°C", "%", "bpm", "mmHg", "Hz", "m/s²", "g")
WORDS = dict(zip(LOOKS, ("Lines", "Candles", "ECG paper", "12 leads"), strict=True))
TOOLS = {
    "all": ("All", "Show all listed channels"),
    "none": ("None", "Hide all listed channels"),
    "stack": ("Stack all", "One row per channel"),
    "overlay": ("Overlay all", "All visible channels in one row, with one scale per unit"),
    "reset": ("Reset", "Default display, for all files with these channels"),
}
NOTE = "Stored for all files with the same channels. The file and saved labels are not affected."
NONE = "No channel name matches."


def part_id(part: str, recording: Any) -> dict[str, Any]:
    """A part of the panel: ``count``, ``looks``, ``filter`` or ``list``; ``recording`` may be a wildcard."""
    return {"type": f"channels-{part}", "recording": recording}


def do_id(action: Any, recording: Any) -> dict[str, Any]:
    """A button of the panel: one of :data:`TOOLS`, ``look-<look>`` or ``millivolts``; both may be wildcards."""
    return {"type": "channels-do", "recording": recording, "do": action}


def set_id(name: Any, recording: Any) -> dict[str, Any]:
    """A control of the details of a channel: one of :data:`CHOICES` or :data:`LIMITS`; both may be wildcards."""
    return {"type": "channels-set", "recording": recording, "name": name}


def panel(recording: int, look: Look, channels: Sequence[ChannelInfo], timed: bool) -> list[Component]:
    """The content of the panel."""
    find = dbc.Input(
        id=part_id("filter", recording),
        type="search",
        size="sm",
        placeholder="Filter channels",
        autofocus=len(channels) > MANY,
    )
    close = html.Button(type="button", className="btn-close", **data(closes="yes"), **aria(label="Close"))
    return [
        html.Div(
            [
                html.H2("Channels"),
                html.Span(count(look), id=part_id("count", recording), className="tm-channels-count"),
                close,
            ],
            className="tm-channels-head",
        ),
        html.Div(
            look_buttons(recording, look, channels, timed),
            id=part_id("looks", recording),
            className="tm-channels-looks",
        ),
        html.Div(
            [_tool(do_id(action, recording), words, title) for action, (words, title) in TOOLS.items()],
            className="tm-channels-tools",
        ),
        named("Filter channels", find),
        _grid(recording, rows(look, channels, focus=len(channels) <= MANY)),
        html.Div(id=part_id("details", recording), className="tm-channel-details", **data(channel="")),
        html.Datalist([html.Option(value=unit) for unit in UNITS], id=ChannelsIds.UNITS),
        html.P(NOTE, className="tm-channels-note"),
        html.Button("All shown are in mV", id=do_id("millivolts", recording), hidden=True, n_clicks=0),
    ]


def count(look: Look) -> str:
    """Number of visible channels."""
    return f"{len(look['shown'])} of {len(look['order']):,} shown"


def look_buttons(
    recording: int, look: Look, channels: Sequence[ChannelInfo], timed: bool
) -> Component | None:
    """Choice of looks; None if there is only one."""
    offered = available_looks(channels, timed)
    if len(offered) < 2:
        return None
    buttons = [
        html.Button(
            WORDS[button],
            id=do_id(f"look-{button}", recording),
            n_clicks=0,
            type="button",
            className=f"btn btn-sm btn-outline-secondary tm-look{' tm-on' if button == look['look'] else ''}",
            **aria(pressed=str(button == look["look"]).lower()),
        )
        for button in offered
    ]
    return html.Div(buttons, className="tm-group", role="group", **aria(label="Look of the plot"))


def listed(look: Look, channels: Sequence[ChannelInfo], text: str | None) -> list[int]:
    """Channels whose name, or name in the file, contains ``text``."""
    needle = (text or "").strip().lower()
    return [
        index
        for index in look["order"]
        if needle in f"{settings_of(look, index)['name'] or ''}\n{channels[index].name}".lower()
    ]


def rows(
    look: Look,
    channels: Sequence[ChannelInfo],
    text: str | None = None,
    *,
    focus: bool = False,
    opened: int | None = None,
) -> list[dict[str, Any]]:
    """A grid row per listed channel; ``focus``: focus the first; ``opened``: channel with details."""
    shown = set(look["shown"])
    return [
        {
            "id": f"channel-{index}",
            "channel": index,
            "cells": {
                "name": _line(
                    row_of(look, channels, index), index in shown, index == opened, focus and not place
                )
            },
        }
        for place, index in enumerate(listed(look, channels, text))
    ]


def _line(row: dict[str, Any], shown: bool, opened: bool, focus: bool) -> cells.Element:
    """The controls of a channel, from :func:`row_of`."""
    source, candle, joined = row["source"], row["candle"], row["joined"]
    grip: Any = {
        "aria-label": f"Move {source}: drag, or ↑ and ↓",
        "title": f"Move {source}: drag, or ↑ and ↓",
    }
    pressed: Any = {"aria-pressed": joined}
    expanded: Any = {"aria-expanded": opened}
    color = "none" if candle else f"var(--tm-line-{row['line']})"
    tick: Any = {"type": "checkbox", "aria-label": f"Show {source}", "autoFocus": focus}
    controls = [
        cells.element(
            "button",
            cells.icon("grip-vertical"),
            type="button",
            className="tm-tool tm-channel-grip",
            drags=True,
            **grip,
        ),
        cells.element("input", className="form-check-input", set="shown", value=shown, **tick),
        cells.element("span", className="tm-channel-swatch", style={"background": color}),
        _text("name", row, f"Name of {source}", title=f"In the file: {source}", maxLength=60),
        _text(
            "unit",
            row,
            f"Unit of {source}",
            title=f"Unit; in the file: {row['source_unit']}",
            maxLength=20,
            placeholder="unit",
            list=ChannelsIds.UNITS,
        ),
        cells.button(
            {"joined": not joined},
            f"Draw {source} in the row of the channel above",
            sign="layers",
            className="tm-tool tm-on" if joined else "tm-tool",
            disabled=candle,
            **pressed,
        ),
        cells.button(
            {"open": not opened},
            f"Height, scale and range of {source}",
            sign="chevron-down",
            **expanded,
        ),
    ]
    line = cells.element("div", *controls, className="tm-channel-line")
    group: Any = {"role": "group", "aria-label": source}
    return cells.element("div", line, className=f"tm-channel{'' if shown else ' tm-channel-off'}", **group)


def _text(name: str, row: dict[str, Any], label: str, **attributes: Any) -> cells.Element:
    spoken: Any = {"aria-label": label}
    look = f"form-control form-control-sm{' tm-channel-unit' if name == 'unit' else ''}"
    return cells.element("input", set=name, value=row[name], className=look, **spoken, **attributes)


def details(
    recording: int, look: Look, channels: Sequence[ChannelInfo], index: int | None
) -> list[Component]:
    """Height, scale and range of a channel; nothing for None."""
    if index is None:
        return []
    row = row_of(look, channels, index)
    choices = [
        _field(
            name.capitalize(),
            dbc.Select(
                id=set_id(name, recording),
                value=str(row[name]) or OWN,
                options=[{"value": value, "label": words} for value, words in options.items()],
                size="sm",
            ),
        )
        for name, options in CHOICES.items()
    ]
    limits = [
        _field(
            words,
            dbc.Input(
                id=set_id(name, recording),
                type="number",
                step="any",
                value=row[name],
                size="sm",
                debounce=True,
                n_blur=int(time.time() * 1000),  # grows in time, also when the field is made again
            ),
        )
        for name, words in (LIMITS.items() if row["range"] == "fixed" else ())
    ]
    return [html.B(row["name"], className="w-100 text-truncate"), *choices, *limits]


def _field(words: str, control: Component) -> Component:
    return html.Label([words, control], className="tm-channel-field")


def row_of(look: Look, channels: Sequence[ChannelInfo], index: int) -> dict[str, Any]:
    """Row of a channel in the panel."""
    settings, channel = settings_of(look, index), channels[index]
    fixed = is_range(settings["y"])
    low, high = settings["y"] if fixed else (None, None)
    unit = settings["unit"]
    return {
        "source": channel.name,
        "source_unit": channel.unit or "none",
        "name": settings["name"] or channel.name,
        "unit": (channel.unit or "") if unit is None else unit,
        "joined": settings["joined"],
        "candle": index in candles(look, channels),
        "line": index % LINE_COLORS,
        "height": min(HEIGHTS, key=lambda value: abs(value - settings["height"])),
        "scale": settings["scale"],
        "range": "fixed" if fixed else settings["y"],
        "low": low,
        "high": high,
    }


def _tool(identity: Any, words: str, title: str) -> Component:
    look = "btn btn-sm btn-outline-secondary"
    return html.Button(words, id=identity, title=title, type="button", className=look, n_clicks=0)


def _grid(recording: int, content: list[dict[str, Any]]) -> Component:
    many = len(content) > WHOLE
    return dag.AgGrid(
        id=part_id("list", recording),
        columnDefs=[
            {
                "field": "name",
                "flex": 1,
                "autoHeight": True,
                "sortable": False,
                "suppressKeyboardEvent": {"function": "true"},
                **cells.CELL,
            }
        ],
        rowData=content,
        getRowId="params.data.id",
        eventListeners={
            "rowDragEnd": ["rowsDragged(params)"],
            "cellKeyDown": ["rowMovedByKey(params)"],
            "rowDataUpdated": ["focusMovedRow(params)"],
        },
        dashGridOptions={
            "headerHeight": 0,
            "animateRows": False,
            "domLayout": "normal" if many else "autoHeight",
            "rowDragManaged": True,
            "suppressCellFocus": True,  # Tab goes from control to control
            "suppressHorizontalScroll": True,
            "ensureDomOrder": True,
            "localeText": {"noRowsToShow": NONE},
        },
        className="tm-channel-list",
        style={"height": "380px" if many else None},
    )
