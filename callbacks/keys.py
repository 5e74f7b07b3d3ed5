"""Key configuration in the help dialog; tooltips and key hints on buttons follow."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx
from dash.exceptions import PreventUpdate

from components import key_choice
from components.help_dialog import button_class, button_content, keymap_text
from components.ids import LabelIds, ReviewIds, ShellIds, key_button
from components.key_choice import KeyChoice
from components.keymap import PREFERENCE, all_written
from components.keys_shown import titled
from components.label import label_view
from components.parts import with_key
from services.web.container import Services

ANY: Any = ALL  # in a pattern id
PLOT_DRAWS = {LabelIds.UNDO, LabelIds.REDO, ReviewIds.ORDER}  # buttons whose titles are set by the plot


def register(app: Dash, services: Services) -> None:
    """Register the dialog and the update of key hints."""
    _opening(app)
    _choosing(app, services)
    _following(app, services)


def _opening(app: Dash) -> None:
    app.clientside_callback(  # works while the server is unreachable
        ClientsideFunction("dialogs", "toggle"),
        Output(ShellIds.HELP, "is_open"),
        Input(ShellIds.HELP_BUTTON, "n_clicks"),
        Input(ShellIds.HELP_CLOSE, "n_clicks"),
        State(ShellIds.HELP, "is_open"),
        prevent_initial_call=True,
    )


def _choosing(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ShellIds.KEYS_WAITING, "data"),
        Output(ShellIds.KEYS_MESSAGE, "children"),
        Output(key_button(ANY), "children"),
        Output(key_button(ANY), "className"),
        Output(ShellIds.KEYMAP, "data-keys"),
        Input(key_button(ANY), "n_clicks"),
        Input(ShellIds.KEY_PRESSED, "data"),
        Input(ShellIds.KEYS_RESET, "n_clicks"),
        State(ShellIds.KEYS_WAITING, "data"),
        prevent_initial_call=True,
    )
    def take(
        _clicks: Any, pressed: dict[str, str] | None, _reset: Any, waiting: str | None
    ) -> tuple[Any, ...]:
        kept = services.preferences.get(PREFERENCE)
        choice = pressed_action(ctx.triggered_id, pressed, kept, waiting)
        if choice is None or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        if choice.chosen != kept:
            services.preferences.set(PREFERENCE, choice.chosen or None)
        actions = [output["id"]["action"] for output in ctx.outputs_list[2]]
        return (
            choice.waiting,
            choice.message,
            [button_content(action, choice.chosen, choice.waiting) for action in actions],
            [button_class(action, choice.chosen, choice.waiting) for action in actions],
            keymap_text(choice.chosen),
        )


def pressed_action(
    trigger: Any, pressed: dict[str, str] | None, kept: Any, waiting: str | None
) -> KeyChoice | None:
    """The action of the button or key that was pressed; None for no action."""
    if isinstance(trigger, dict):
        return key_choice.ask(kept, trigger["action"], waiting)
    if trigger == ShellIds.KEYS_RESET:
        return key_choice.reset()
    return key_choice.press(kept, pressed["action"], pressed["key"]) if pressed else None


def _following(app: Dash, services: Services) -> None:
    buttons = {
        action: about for action, about in titled(label_view({}, [])).items() if action not in PLOT_DRAWS
    }

    @app.callback(
        Output(LabelIds.PLOT, "keymap"),
        *[Output(button, "title") for button in buttons],
        Input(ShellIds.KEYMAP, "data-keys"),
        prevent_initial_call=True,
    )
    def follow(_keys: str) -> tuple[Any, ...]:
        kept = services.preferences.get(PREFERENCE)
        titles = [with_key(title, action, kept) for action, title in buttons.values()]
        return all_written(kept), *titles
