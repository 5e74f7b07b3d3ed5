"""Columns of the table of labels: visibility, order and width, stored as the preference ``table``."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from components.ids import DoubtIds, LabelIds, TableIds
from components.label import columns
from services.web.container import Services

PREFERENCE = "table"


def register(app: Dash, services: Services) -> None:
    """Register the column menu, and changes in the grid."""

    @app.callback(
        Output(LabelIds.TABLE, "columnDefs"),
        Output(TableIds.COLUMNS, "value"),
        Input(TableIds.COLUMNS, "value"),
        Input(LabelIds.TABLE, "eventData"),
        Input(LabelIds.PLOT, "suggests"),
        Input(TableIds.RESET, "n_clicks"),
        Input(DoubtIds.MARKS, "data"),
        State(LabelIds.PLOT, "recording"),
        prevent_initial_call=True,
    )
    def change(
        shown: list[str], event: Any, suggests: bool, _resets: Any, doubts: Any, recording: Any
    ) -> tuple[Any, list[str]]:
        doubted = ctx.triggered_id == DoubtIds.MARKS
        if not ctx.triggered or (ctx.triggered[0]["value"] in (None, False, 0) and not doubted):
            raise PreventUpdate
        kept = services.preferences.change(PREFERENCE, lambda kept: changed(kept, shown, event, suggests))
        if ctx.triggered_id == LabelIds.TABLE:
            return no_update, columns.visible(kept, suggests)
        arranged = columns.arranged(kept, suggests, str((recording or {}).get("kind", "")))
        return columns.with_doubts(arranged, doubts, doubted), columns.visible(kept, suggests)


def changed(kept: Any, shown: list[str], event: Any, suggests: bool) -> Any:
    """The stored columns after the change that triggered the callback."""
    if ctx.triggered_id == TableIds.COLUMNS:
        if set(shown) == set(columns.visible(kept, suggests)):
            raise PreventUpdate
        return columns.choose(kept, shown, suggests)
    if ctx.triggered_id == LabelIds.TABLE:
        return columns.move(kept, event["data"]["columns"])
    return None if ctx.triggered_id == TableIds.RESET else kept
