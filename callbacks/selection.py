"""Selected labels: their note, and the channels of the selection or the next label."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, html, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.dialogs import on_submit, turned
from callbacks.feedback import edit, toast
from components.ids import LabelIds, SelectionIds
from components.keymap import PREFERENCE
from components.keys_shown import with_keys
from components.label import selection as parts
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Register the bar, the dialog for notes and the list of channels."""
    _bar(app, services)
    _note(app)
    _scope(app)


def _bar(app: Dash, services: Services) -> None:
    @app.callback(
        Output(SelectionIds.BAR, "children"),
        Input(SelectionIds.BAR, "hidden"),
        State(LabelIds.PLOT, "recording"),
        prevent_initial_call=True,
    )
    def fill(hidden: bool, recording: dict[str, Any] | None) -> Any:
        if hidden or not recording or "id" not in recording:
            raise PreventUpdate
        made = with_keys(html.Div(parts.selection_content()), services.preferences.get(PREFERENCE))
        set_props(LabelIds.PLOT, {"review_answer": {"recording": recording["id"]}})  # the plot fills it then
        return made.children


def _note(app: Dash) -> None:
    @app.callback(
        Output(SelectionIds.NOTE_DIALOG, "is_open"),
        Output(SelectionIds.NOTE_DIALOG, "children"),
        Input(SelectionIds.NOTE, "n_clicks", allow_optional=True),
        State(LabelIds.PLOT, "selection"),
        prevent_initial_call=True,
    )
    def write(clicks: int | None, selection: dict[str, Any] | None) -> tuple[Any, Any]:
        if not clicks:
            raise PreventUpdate
        if not selection or not selection["count"]:
            toast("Select labels to write a note on them.")
            return no_update, no_update
        return True, parts.note_form(selection)

    def keep(about: dict[str, Any], fields: dict[str, Any]) -> None:
        note = (fields["note"] or "").strip()
        if note != about["note"]:
            edit("note", note=note)

    on_submit(app, SelectionIds.NOTE_DIALOG, keep)


def _scope(app: Dash) -> None:
    about = [State(LabelIds.PLOT, name) for name in ("selection", "mark", "scope", "recording")]

    @app.callback(
        Output(SelectionIds.SCOPE_LIST, "hidden"),
        Output(SelectionIds.SCOPE, "aria-expanded"),
        Output(SelectionIds.SCOPE_LIST, "children"),
        Input(SelectionIds.SCOPE, "n_clicks"),
        Input(SelectionIds.SCOPE_LIST, "hidden"),
        *about,
        prevent_initial_call=True,
    )
    def fill(_clicks: Any, hidden: bool, *about: Any) -> tuple[bool, str, Any]:
        selection, mark, scope, recording = about
        if not recording or "channels" not in recording:
            raise PreventUpdate
        hides, expanded = turned(SelectionIds.SCOPE, hidden)
        if hides:
            return hides, expanded, []
        now, marks = parts.scope_now(selection, mark, scope)
        names = [channel["name"] for channel in recording["channels"]]
        return hides, expanded, parts.scope_list(names, now, marks=marks)

    @app.callback(
        Output(parts.scope_id("mode"), "value"),
        Output(parts.scope_id("channels"), "value"),
        Input(parts.scope_id("mode"), "value"),
        Input(parts.scope_id("channels"), "value"),
        *about,
        prevent_initial_call=True,
    )
    def choose(mode: str, ticked: list[int], *about: Any) -> tuple[str, list[int]]:
        selection, mark, scope, recording = about
        count = len(recording["channels"])
        now, marks = parts.scope_now(selection, mark, scope)
        chosen = parts.scope_of(mode, ticked, count, ctx.triggered_id == parts.scope_id("mode"))
        if chosen in ([], now, "") or (chosen == "all" and now is None):
            return parts.scope_values(now, count)
        if marks:
            set_props(LabelIds.PLOT, {"scope": chosen})
        else:
            edit("scope", channels=None if chosen == "all" else chosen)
        return parts.scope_values(chosen, count)
