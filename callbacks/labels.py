"""Label exchange: apply commands of the plot as edits, and send edits of others to the plot.

The plot writes ``commands`` (all unacknowledged edits, one request at a time) and ``since`` (every two seconds: its
revision). The shell sends edits that were unsent when a plot was closed.
"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from components.ids import LabelIds, ShellIds
from services.accounts import acting
from services.annotations import exchange
from services.errors import NotAllowed
from services.web.container import Services


def check_user(account: str | None) -> None:
    """Check that the current user is the user for whom the page was loaded.

    Args:
        account: user for whom the page was loaded; empty without accounts.

    Raises:
        NotAllowed: another user is logged in; the browser keeps its edits.
    """
    user = acting.name()
    if account and user and account != user:
        raise NotAllowed(
            f"These changes were made by {account}, but {user} is logged in now. They are kept in this browser until "
            f"{account} logs in again. To continue as {user}, reload the page."
        )


def register(app: Dash, services: Services) -> None:
    """Register the three exchanges."""

    @app.callback(
        Output(LabelIds.PLOT, "answer"),
        Input(LabelIds.PLOT, "commands"),
        State(ShellIds.CONNECTION, "data-user"),
        prevent_initial_call=True,
    )
    def apply(commands: Any, account: str | None) -> dict[str, Any]:
        if commands is None:  # the plot was just created
            raise PreventUpdate
        check_user(account)
        return exchange.answer_all(services.annotations, commands)

    @app.callback(Output(LabelIds.PLOT, "changes"), Input(LabelIds.PLOT, "since"), prevent_initial_call=True)
    def follow(since: Any) -> dict[str, Any]:
        changes = exchange.changes_since(services.annotations, since) if since else None
        if changes is None:
            raise PreventUpdate
        return changes

    @app.callback(
        Output(ShellIds.UNSENT_DONE, "data"),
        Input(ShellIds.UNSENT, "data"),
        State(ShellIds.CONNECTION, "data-user"),
        prevent_initial_call=True,
    )
    def apply_unsent(commands: Any, account: str | None) -> dict[str, Any]:
        if commands is None:
            raise PreventUpdate
        check_user(account)
        return exchange.answer_all(services.annotations, commands)

    app.clientside_callback(
        ClientsideFunction("time_series_plot", "answered"),
        Input(ShellIds.UNSENT_DONE, "data"),
        prevent_initial_call=True,
    )
