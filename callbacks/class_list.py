"""Class list next to the plot: rows, visibility, changes of a class, label set of the folder."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.dialogs import on_submit
from callbacks.feedback import classes_changed, toast
from components import class_actions, class_dialogs, urls
from components.ids import ClassesIds, LabelIds, ShellIds
from components.label import class_list
from services.accounts import acting
from services.accounts.model import Role
from services.label_classes.view import LabelClassView
from services.web.container import Services

SETS_STAY = frozenset(
    (f"{LabelIds.PLOT}.confirmed", f"{LabelIds.HIDDEN}.data")
)  # do not change the label sets


def register(app: Dash, services: Services) -> None:
    """Register the list."""
    desk = services.label_class_desk
    _show(app, desk)
    _change(app, desk)
    app.clientside_callback(
        ClientsideFunction("stores", "same"),
        Output(LabelIds.PLOT, "hidden_classes"),
        Input(LabelIds.HIDDEN, "data"),
    )


def _show(app: Dash, desk: LabelClassView) -> None:
    @app.callback(
        Output(LabelIds.CLASS_GRID, "rowData"),
        Output(LabelIds.CLASSES, "style"),
        Output(ClassesIds.SET, "options"),
        Output(ClassesIds.SET, "value"),
        Output(ClassesIds.CHOICE, "data-view"),  # the recording and the set of its folder
        Output(ClassesIds.CHOICE, "title"),
        Output(ClassesIds.CHOICE, "hidden"),
        Output(LabelIds.CLASS_FINDER, "hidden"),
        Output(ClassesIds.LINK, "href"),
        Output(LabelIds.SAVED, "children"),
        Input(LabelIds.PLOT, "recording"),
        Input(LabelIds.PLOT, "confirmed"),
        Input(LabelIds.HIDDEN, "data"),
        Input(ShellIds.CLASSES_VERSION, "data"),
        State(ClassesIds.SET, "value"),
        State(ClassesIds.CHOICE, "data-view"),
        State(LabelIds.CLASSES, "style"),
    )
    def show(
        recording: dict[str, Any],
        _confirmed: Any,
        hidden: list[int],
        _version: str,
        chosen: str | None,
        drawn: str | None,
        style: dict[str, str],
    ) -> list[Any]:
        if "id" not in recording:
            raise PreventUpdate
        state = desk.of_recording(recording["id"])
        rows, sets, active, *more = class_list.contents(state, hidden, not acting.lacks(Role.REVIEWER))
        saved = class_list.saved_text(state["revision"], state["saved"])
        needed = class_list.list_style(len(rows))
        room = no_update if needed == style else needed
        view = f"{recording['id']}/{active}"
        if view == drawn and SETS_STAY.issuperset(ctx.triggered_prop_ids):
            return [rows, room, *[no_update] * 7, saved]
        # A choice of the user that is on its way stays; setting the value would trigger choose_set.
        value = no_update if active == chosen or view == drawn else active
        return [rows, room, sets, value, view, *more, urls.classes(state["set"]), saved]

    @app.callback(
        Output(LabelIds.CLASS_GRID, "filterModel"),
        Input(LabelIds.CLASS_FIND, "value"),
        prevent_initial_call=True,
    )
    def find(text: str | None) -> dict[str, Any]:
        if text is None:
            raise PreventUpdate
        return class_actions.filter_of(text)


def _change(app: Dash, desk: LabelClassView) -> None:
    @app.callback(
        Output(LabelIds.CLASS_DIALOG, "is_open"),
        Output(LabelIds.CLASS_DIALOG, "children"),
        Input(LabelIds.CLASS_GRID, "eventData"),
        State(LabelIds.HIDDEN, "data"),
        prevent_initial_call=True,
    )
    def pressed(event: dict[str, Any] | None, hidden: list[int]) -> tuple[Any, Any]:
        if not event:
            raise PreventUpdate
        identity = class_actions.row_class(cell := event["data"])
        if cell["value"]["do"] == "hide":
            set_props(LabelIds.HIDDEN, {"data": sorted({*hidden} ^ {identity})})
            return no_update, no_update  # PreventUpdate would discard set_props
        acting.require(Role.REVIEWER)  # a right click
        state = desk.state(desk.set_of(identity))
        return True, class_actions.class_dialog(LabelIds.CLASS_DIALOG, cell, state)

    def act(about: dict[str, Any], fields: dict[str, Any]) -> None:
        with classes_changed(desk):
            class_actions.run(desk, class_dialogs.command_of(about, fields))

    on_submit(app, LabelIds.CLASS_DIALOG, act)

    @app.callback(
        Input(ClassesIds.SET, "value"), State(LabelIds.PLOT, "recording"), prevent_initial_call=True
    )
    def choose_set(value: str | None, recording: dict[str, Any]) -> None:
        state = desk.of_recording(recording["id"])
        chosen = next((label_set for label_set in state["sets"] if str(label_set["id"]) == value), None)
        if chosen is None or chosen["id"] == state["set"]:  # set by the list itself
            raise PreventUpdate
        acting.require(Role.REVIEWER)
        with classes_changed(desk):
            desk.run({"do": "choose-set", "folder": state["folder"], "set": chosen["id"]})
        where = f"“{state['folder']}”" if state["folder"] else "all files"
        toast(f"{chosen['name']} is now the label set of {where}.", "success")
