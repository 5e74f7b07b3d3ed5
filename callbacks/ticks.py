"""Intervals that tick again only after the answer to the tick before."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, State

from components.ids import ShellIds


def one_more(ticks: int | None) -> int:
    """``max_intervals`` of a ``dcc.Interval`` that has ticked so often: it ticks again only after this answer.

    Dash drops the answer to an older request when a newer one was sent, so ticks that do not wait for their answers
    show nothing where an answer takes longer than the interval.
    """
    return (ticks or 0) + 1


def keep_ticking(app: Dash, interval: str) -> None:
    """Let an interval with :func:`one_more` go on where an answer was lost."""
    app.clientside_callback(
        ClientsideFunction("dialogs", "keepTicking"),
        Input(ShellIds.BEAT, "n_intervals"),
        Input(
            interval, "disabled"
        ),  # Dash names callbacks without output by their inputs: two need an own one
        State(interval, "id"),
        State(interval, "n_intervals"),
        prevent_initial_call=True,
    )
