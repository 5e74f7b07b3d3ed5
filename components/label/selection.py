"""Actions on the selected labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.dialogs import field_id, form
from components.ids import LabelIds, SelectionIds
from components.label.review import selected
from components.parts import aria, button, icon_button, key, named
from services.wording import counted

Scope = str | list[int] | None


def selection_bar() -> Component:
    """Bar of actions, in the head of the table; the plot shows it while labels are selected.

    It is empty until the first selection; then the plot requests :func:`selection_content`.
    """
    many = html.Div(
        [],
        id=SelectionIds.BAR,
        className="tm-selection flex-wrap",
        role="toolbar",
        hidden=True,
        **aria(label="Selected labels"),
    )
    delete = button(
        LabelIds.DELETE,
        "trash",
        "Delete",
        "delete",
        "delete",
        size="sm",
        color="link",
        disabled=True,
        className="tm-delete text-decoration-none",
    )
    return html.Div([many, delete], className="tm-selection-bar ms-auto d-flex flex-wrap align-items-center")


def selection_content() -> list[Component]:
    """Content of the bar."""
    samples = dbc.Input(id=SelectionIds.SHIFT_BY, type="number", min=1, step=1, value=1, size="sm")
    return [
        html.Span("", id=SelectionIds.COUNT, className="tm-count"),
        selected(),
        icon_button(SelectionIds.RELABEL, "tag", "Relabel", "relabel", "relabel"),
        icon_button(SelectionIds.MERGE, "union", "Merge into one label", "merge", "merge", disabled=True),
        icon_button(SelectionIds.NOTE, "chat-left-text", "Write a note", "note"),
        html.Div(
            [
                icon_button(
                    SelectionIds.EARLIER,
                    "chevron-left",
                    "Shift earlier by this number of samples",
                    "shift-earlier",
                    "shift-earlier",
                ),
                named("Samples to shift by", samples, className="tm-shift-by", title="Samples to shift by"),
                icon_button(
                    SelectionIds.LATER,
                    "chevron-right",
                    "Shift later by this number of samples",
                    "shift-later",
                    "shift-later",
                ),
            ],
            className="tm-group",
            role="group",
            **aria(label="Shift"),
        ),
    ]


def note_form(selection: dict[str, Any]) -> Component:
    """Form for a note on the selected labels; ``selection`` is that of ``TimeSeriesPlot``."""
    count, note = selection["count"], selection["note"] or ""
    text = dbc.Textarea(
        id=field_id(SelectionIds.NOTE_DIALOG, "note"), value=note, maxLength=2000, rows=4, autofocus=True
    )
    title = "Note" if count == 1 else f"Note on {counted(count, 'label')}"
    submit = ["Keep", key("Ctrl+Enter")]
    return form(
        SelectionIds.NOTE_DIALOG,
        title,
        [named("Note", text, className="tm-wide")],
        submit,
        {"note": selection["note"]},
    )


def channels_control() -> Component:
    """Button that shows the channels of a label, and the list for choosing them."""
    return html.Div(
        [
            html.Button(
                id=SelectionIds.SCOPE,  # the plot sets its text
                className="tm-scope-button bi bi-layers",
                type="button",
                n_clicks=0,
                **aria(label="All channels", expanded="false", controls=SelectionIds.SCOPE_LIST),
            ),
            html.Div(
                id=SelectionIds.SCOPE_LIST,
                className="tm-scope-list",
                role="group",
                hidden=True,
                **aria(label="Channels of the label"),
            ),
        ],
        className="tm-scope",
    )


def scope_id(part: str) -> dict[str, str]:
    """A part of the channel list: ``mode`` or ``channels``; a pattern id, since it is created on opening."""
    return {"type": "label-scope", "part": part}


def scope_list(names: Sequence[str], now: Scope, *, marks: bool) -> list[Component]:
    """Content of the list.

    Args:
        now: the current choice, see :func:`scope_values`.
        marks: it applies to marks, not to selected labels.
    """
    modes = [{"label": "All channels", "value": "all"}]
    if marks:
        modes.append({"label": "Only the row where the mark begins", "value": "row"})
    mode, ticked = scope_values(now, len(names))
    channels = [{"label": name, "value": index} for index, name in enumerate(names)]
    return [
        dbc.RadioItems(id=scope_id("mode"), options=modes, value=mode),
        html.Hr(),
        dbc.Checklist(id=scope_id("channels"), options=channels, value=ticked),
    ]


def scope_values(scope: Scope, count: int) -> tuple[str, list[int]]:
    """Mode and ticked channels: all for ``all`` (or None), none for ``row``."""
    if scope is None or scope == "all":
        return "all", list(range(count))
    return ("row", []) if isinstance(scope, str) else ("", scope)


def scope_of(mode: str, ticked: Sequence[int], count: int, by_mode: bool) -> Scope:
    """The choice, by its mode or by its channels; all channels are ``all``."""
    if by_mode:
        return mode
    chosen = sorted(ticked)
    return "all" if len(chosen) == count else chosen


def scope_now(
    selection: dict[str, Any] | None, mark: dict[str, Any] | None, scope: Scope
) -> tuple[Scope, bool]:
    """The current choice, and whether it applies to marks."""
    if mark:
        return ("row" if scope == "row" else mark["channels"]), True
    if selection and selection["count"]:
        return [] if selection["channels"] is False else selection["channels"], False  # False: they differ
    return scope, True
