"""How a control is tied to a function of our scripts (``window.dash_clientside.tidemark``)."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input


def script(app: Dash, function: str, *inputs: Input) -> None:
    """Call ``tidemark.<function>`` with the values of ``inputs`` when one changes; it has no output."""
    app.clientside_callback(ClientsideFunction("tidemark", function), *inputs, prevent_initial_call=True)


def on_click(app: Dash, buttons: dict[str, str]) -> None:
    """Tie each button id to the script function of that name."""
    for identity, function in buttons.items():
        script(app, function, Input(identity, "n_clicks"))
