"""Intervals that wait for the answer to the previous tick."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, State

from components.ids import ShellIds


def one_more(ticks: int | None) -> int:
    """``max_intervals`` of a ``dcc.Interval`` after ``ticks`` ticks: allows one more tick after this answer.

    Dash drops the answer to an older request when a newer one is sent, so ticks that do not wait for their answers
    show nothing if an answer takes longer than the interval.
    """
    return (ticks or 0) + 1


def keep_ticking(app: Dash, interval: str) -> None:
    """Continue an interval with :func:`one_more` if an answer was lost."""
    app.clientside_callback(
        ClientsideFunction("dialogs", "keepTicking"),
        Input(ShellIds.BEAT, "data"),
        Input(
            interval, "disabled"
        ),  # Dash identifies callbacks without output by their inputs, so two need a separate one
        State(interval, "id"),
        State(interval, "n_intervals"),
        prevent_initial_call=True,
    )
