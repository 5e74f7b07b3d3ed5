"""Edits that were refused because of earlier edits by others: list, repeat.

The plot keeps them in the browser, until they are repeated or dismissed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import uuid4

from dash import ALL, Dash, Input, Output, State, ctx, set_props
from dash.exceptions import PreventUpdate

from callbacks.feedback import new_edit
from components.ids import HistoryIds, LabelIds, PaneIds
from components.label import history
from services.web.container import Services

Edit = dict[str, Any]  # see the property ``edit`` of ``TimeSeriesPlot``
_OF_THE_FIRST_ATTEMPT = {"uuid", "kind", "ids", "seen", "reading"}


def register(app: Dash, services: Services) -> None:
    """Register the list above the history, its count, and the buttons that repeat an edit."""

    @app.callback(
        Output(HistoryIds.REFUSED, "children"),
        Input(LabelIds.PLOT, "refused"),
    )
    def show(changes: list[dict[str, Any]] | None) -> list[Any]:
        return listed(services, changes or [])

    @app.callback(
        Output(PaneIds.REFUSED, "children"), Input(LabelIds.PLOT, "refused"), prevent_initial_call=True
    )
    def count(changes: list[dict[str, Any]] | None) -> str:
        return f"{len(changes)} refused" if changes else ""

    @app.callback(
        Input(HistoryIds.AGAIN, "data"),
        Input(history.again_id(ALL), "n_clicks"),
        State(LabelIds.PLOT, "refused"),
        State(LabelIds.PAGE_ABOUT, "data"),
        prevent_initial_call=True,
    )
    def repeat(
        change: dict[str, Any] | None, _clicks: Any, refused: list[dict[str, Any]] | None, about: Any
    ) -> None:
        if not ctx.triggered[0]["value"] or not about:
            raise PreventUpdate
        if ctx.triggered_id != HistoryIds.AGAIN:
            uuid = ctx.triggered_id["uuid"]
            change = next((one for one in refused or [] if one["uuid"] == uuid), None)
        if change:
            existing = {row["id"] for row in services.annotations.apply(about["recording"], [], -1)["upsert"]}
            set_props(LabelIds.PLOT, {"edit": repeated(change, existing)})


def listed(services: Services, changes: list[dict[str, Any]]) -> list[Any]:
    """The refused changes of one recording as components."""
    if not changes:
        return []
    store = services.recordings.store(changes[0]["recording"])
    return history.refused(changes, lambda x: store.time_text(store.nearest(x)))


def repeated(change: dict[str, Any], existing: Collection[str]) -> list[Edit]:
    """Edits that repeat a refused change on the current labels; labels that were deleted meanwhile are added again.

    Args:
        change: ``{"uuid", "command", "was"}``, see the property ``refused`` of ``TimeSeriesPlot``.
        existing: ids of the current labels.
    """
    command = change["command"]
    kind, ids = command["kind"], command.get("ids", [])
    values = {name: value for name, value in command.items() if name not in _OF_THE_FIRST_ATTEMPT}
    edits = [new_edit("forget", of=change["uuid"])]
    if any(one in existing for one in ids):
        return [*edits, new_edit(kind, ids=ids, **values)]
    for row in change["was"]:
        edits += _added_again(row, kind, values)
    return edits


def _added_again(row: dict[str, Any], kind: str, values: dict[str, Any]) -> list[Edit]:
    """A deleted label with the change applied to it; a suggestion that is added is accepted."""
    identity = str(uuid4())
    accepted = row | values if kind == "accept" else row
    label = {name: accepted.get(name) for name in ("x0", "x1", "label", "channels")}
    edits = [new_edit("add", id=identity, **label)]
    if row.get("note") and kind != "note":
        edits.append(new_edit("note", ids=[identity], note=row["note"]))
    if kind != "accept":
        edits.append(new_edit(kind, ids=[identity], **values))
    return edits
