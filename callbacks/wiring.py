"""How a control is tied to a function of our scripts (``window.dash_clientside.tidemark``)."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State


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
        ClientsideFunction("tidemark", "toggle"),
        Output(dialog, "is_open"),
        *[Input(button, "n_clicks") for button in buttons],
        State(dialog, "is_open"),
        prevent_initial_call=True,
    )
