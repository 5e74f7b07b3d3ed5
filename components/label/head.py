"""Header above the plot: file name and toolbar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.ids import ChannelsIds, LabelIds, PlotIds
from components.label import gaps
from components.label.layers import layers_parts
from components.label.picture import picture
from components.parts import act, aria, icon_button, with_key
from components.recording import remedy_buttons
from services.wording import first_of, joined

READ = "How this file was read"


def head(recording: dict[str, Any]) -> Component:
    """The header; ``recording`` from :func:`components.recording.describe`."""
    path = recording.get("path", "")
    bar = html.Div(
        [
            html.H1(
                name(path),
                id=LabelIds.NAME,
                title=path,
                className="tm-title d-flex flex-wrap align-content-end mb-0 fs-6 lh-base text-nowrap overflow-hidden",
                style={"height": "1lh"},  # the folder wraps out of sight where there is no room for it
            ),
            _details(recording.get("doubts", ())),
            html.Span(
                id=LabelIds.OTHERS,
                className="small text-body-secondary text-truncate flex-xl-shrink-0",
                style={"maxWidth": "22ch"},
                role="status",
            ),
            html.Span(
                id=LabelIds.DECIMATION,
                className="tm-badge fw-semibold border text-body-secondary text-nowrap",
                title="",
                hidden=True,
            ),
            _tools(recording),
        ],
        className="tm-head d-flex align-items-center gap-2",
    )
    line = html.Div(
        reading_line(recording),
        id=LabelIds.SUMMARY,
        className="d-flex align-items-baseline gap-2 px-3 small text-body-secondary text-nowrap",
    )
    return html.Div([bar, line])


def reading_line(recording: Mapping[str, Any]) -> list[Component]:
    """The line below the name: how the file was read, and a button for each other reading that doubts offer."""
    text, remedies = recording.get("summary", ""), recording.get("remedies", ())
    words = html.Span(text, title=text, className="tm-summary text-truncate")
    return [words, remedy_buttons(remedies, "line")] if remedies else [words]


def name(path: str) -> list[Component]:
    """Path of a recording, with a fainter folder."""
    folder, slash, base = path.rpartition("/")
    return [
        html.Span(
            folder + slash,
            className="text-truncate text-body-secondary fw-normal",
            style={"flex": "1 1 4em", "maxWidth": "max-content"},
        ),
        html.Span(base, className="tm-name flex-shrink-0 mw-100 text-truncate"),
    ]


def others_text(names: Sequence[str]) -> str:
    """Text with the other users who have the recording open.

    >>> others_text(["Bo"]), others_text(["Bo", "Cy"]), others_text(["Bo", "Cy", "Di"])
    ('Bo is here', 'Bo and Cy are here', 'Bo, Cy and 1 more are here')
    """
    if not names:
        return ""
    who = joined(names) if len(names) < 3 else first_of(names, 2)
    return f"{who} {'is' if len(names) == 1 else 'are'} here"


def _details(doubts: Sequence[str]) -> Component:
    look, words, label = details_look(doubts)
    action: Any = {"data-action": "details"}
    return html.Button(
        words,
        id=LabelIds.DETAILS_BUTTON,
        title=with_key(READ, "details"),
        type="button",
        n_clicks=0,
        className=look,
        **action,
        **aria(label=label),
    )


def details_look(doubts: Sequence[str]) -> tuple[str, str, str]:
    """Class, text and name of the details button; with doubts it asks to check them."""
    if not doubts:
        return "tm-tool bi bi-info-circle", "", READ
    return "tm-tool tm-doubt text-nowrap bi bi-exclamation-triangle", " Please check", f"Please check. {READ}"


def _tools(recording: dict[str, Any]) -> Component:
    return html.Div(
        [
            html.Div(
                [
                    icon_button(LabelIds.PAN, "arrows-move", "Drag moves the view", act="drag-pan"),
                    icon_button(LabelIds.ZOOM, "zoom-in", "Drag zooms into a range", act="drag-zoom"),
                    icon_button(LabelIds.SELECT, "input-cursor", "Drag marks start and end", act="drag-mark"),
                    icon_button(
                        PlotIds.MEASURE, "rulers", "Drag or two clicks measure", "measure", "measure"
                    ),
                ],
                className="tm-group",
                role="group",
                **aria(label="Action of dragging"),
            ),
            html.Button(
                id=LabelIds.SNAP,  # the plot sets its text
                className="tm-tool tm-snap",
                type="button",
                n_clicks=0,
                **act("snap"),
                **aria(label="Snapping of marks"),
            ),
            html.Div(
                [
                    icon_button(LabelIds.ZOOM_IN, "plus-lg", "Zoom in", "zoom-in", "zoom-in"),
                    icon_button(LabelIds.ZOOM_OUT, "dash-lg", "Zoom out", "zoom-out", "zoom-out"),
                    icon_button(LabelIds.FIT, "arrows-fullscreen", "Show the whole file", "fit", "fit"),
                    icon_button(LabelIds.GO_TO, "clock", "Go to a time, or show a fixed length", "go-to"),
                    gaps.button(recording),
                ],
                className="tm-group",
            ),
            html.Div(
                [
                    icon_button(
                        LabelIds.UNDO, "arrow-counterclockwise", "Undo", "undo", "undo", disabled=True
                    ),
                    icon_button(LabelIds.REDO, "arrow-clockwise", "Redo", "redo", "redo", disabled=True),
                    icon_button(LabelIds.HIDE, "eye", "Hide or show labels", "hide-labels", "hide-labels"),
                    *layers_parts(recording.get("layers")),
                ],
                className="tm-group",
            ),
            _channels(recording.get("look", {}).get("part", {"words": "", "pages": False})),
            picture(),
        ],
        className="ms-auto d-flex align-items-center gap-2 flex-shrink-0",
        role="toolbar",
        **aria(label="Plot"),
    )


HEIGHTS = {
    ChannelsIds.LARGER: "Draw the signals higher",
    ChannelsIds.SMALLER: "Draw the signals lower",
    ChannelsIds.AS_HIGH: "Draw the signals as high as at first",
}


def _channels(part: dict[str, Any]) -> Component:
    """The buttons and the panel, filled by ``callbacks/channels.py``; ``part``: which channels are shown."""
    action: Any = {"data-action": "channels"}
    earlier, later = "Show the channels before these", "Show the channels after these"
    return html.Div(
        [
            icon_button(
                ChannelsIds.EARLIER, "chevron-up", earlier, "channels-earlier", hidden=not part["pages"]
            ),
            icon_button(ChannelsIds.LATER, "chevron-down", later, "channels-later", hidden=not part["pages"]),
            html.Button(
                part["words"] or "Channels",
                id=ChannelsIds.BUTTON,
                title=with_key("Choose and arrange the channels", "channels"),
                type="button",
                n_clicks=0,
                className="tm-tool tm-channels-button bi bi-list-ul",
                **aria(label="Channels", expanded="false", controls=ChannelsIds.PANEL),
                **action,
            ),
            *(
                icon_button(key, "arrows-expand", words, hidden=True) for key, words in HEIGHTS.items()
            ),  # for keys
            html.Div(
                id=ChannelsIds.PANEL,
                className="tm-channels-panel",
                role="group",
                hidden=True,
                **aria(label="Channels"),
            ),
        ],
        className="tm-channels-place",
    )
