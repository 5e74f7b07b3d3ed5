"""Labels: commands of the plot become edits, and edits of others come to the plot.

The plot writes ``commands`` (all edits without an answer, one request at a time) and ``since`` (every two seconds, what
it has seen). Edits that were left when a plot was closed are sent by the shell.
"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output
from dash.exceptions import PreventUpdate

from components.ids import LabelIds, ShellIds
from services.annotations import exchange
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Register the three exchanges."""

    @app.callback(
        Output(LabelIds.PLOT, "answer"), Input(LabelIds.PLOT, "commands"), prevent_initial_call=True
    )
    def apply(commands: Any) -> dict[str, Any]:
        if commands is None:  # the page has just brought the plot
            raise PreventUpdate
        return exchange.answer_all(services.annotations, commands)

    @app.callback(Output(LabelIds.PLOT, "changes"), Input(LabelIds.PLOT, "since"), prevent_initial_call=True)
    def follow(since: Any) -> dict[str, Any]:
        changes = exchange.changes_since(services.annotations, since) if since else None
        if changes is None:
            raise PreventUpdate
        return changes

    @app.callback(
        Output(ShellIds.UNSENT_DONE, "data"), Input(ShellIds.UNSENT, "data"), prevent_initial_call=True
    )
    def apply_unsent(commands: Any) -> dict[str, Any]:
        if commands is None:
            raise PreventUpdate
        return exchange.answer_all(services.annotations, commands)

    app.clientside_callback(
        ClientsideFunction("time_series_plot", "answered"),
        Input(ShellIds.UNSENT_DONE, "data"),
        prevent_initial_call=True,
    )
