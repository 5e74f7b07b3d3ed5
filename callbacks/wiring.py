"""How a control is tied to a function of our scripts (``window.dash_clientside.tidemark``)."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from components.ids import ShellIds


def script(app: Dash, function: str, *inputs: Input) -> None:
    """Call ``tidemark.<function>`` with the values of ``inputs`` when one changes; it has no output."""
    app.clientside_callback(ClientsideFunction("tidemark", function), *inputs, prevent_initial_call=True)


def on_click(app: Dash, buttons: dict[str, str]) -> None:
    """Tie each button id to the script function of that name, which is called without arguments."""
    for identity, function in buttons.items():
        app.clientside_callback(
            ClientsideFunction("tidemark_click", function),
            Input(identity, "n_clicks"),
            prevent_initial_call=True,
        )


def toggles(app: Dash, dialog: str, *buttons: str) -> None:
    """Let each of the buttons open ``dialog`` when it is closed, and close it when it is open."""
    app.clientside_callback(
        ClientsideFunction("dialogs", "toggle"),
        Output(dialog, "is_open"),
        *[Input(button, "n_clicks") for button in buttons],
        State(dialog, "is_open"),
        prevent_initial_call=True,
    )


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
        ),  # an Input of its own: Dash names callbacks without output by their inputs
        State(interval, "id"),
        State(interval, "n_intervals"),
        prevent_initial_call=True,
    )
