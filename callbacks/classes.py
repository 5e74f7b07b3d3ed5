"""Classes page: rows, editing, order, dialogs, CSV import and export."""

from __future__ import annotations

from typing import Any

from dash import ALL, MATCH, Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.dialogs import on_submit
from callbacks.feedback import classes_changed, toast
from components import class_actions, class_dialogs, classes_page, urls
from components.dialogs import about_id, field_id
from components.ids import ClassesIds, ShellIds
from services.accounts import acting
from services.accounts.model import Role
from services.label_classes.view import LabelClassView
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Register the page, and the colour chooser of all class dialogs."""
    desk = services.label_class_desk
    _show(app, desk)
    _edit(app, desk)
    _dialogs(app, desk)
    _colors(app)


def _show(app: Dash, desk: LabelClassView) -> None:
    @app.callback(
        Output(ClassesIds.SETS, "children"),
        Output(ClassesIds.SET_NAME, "children"),
        Output(ClassesIds.DELETE_SET, "disabled"),
        Output(ClassesIds.LIST, "rowData"),
        Output(ClassesIds.LIST, "style"),
        Output(ClassesIds.FOLDERS, "rowData"),
        Output(ClassesIds.FOLDERS, "style"),
        Output(ClassesIds.FOLDERS, "columnDefs"),
        Input(ClassesIds.SHOWN, "data"),
        Input(ShellIds.CLASSES_VERSION, "data"),
        Input(ShellIds.FILES_VERSION, "data"),
    )
    def show(shown: dict[str, Any], *_versions: str) -> list[Any]:
        links, name, is_only, *rest = classes_page.contents(desk.state(shown["set"]), acting.user().role)
        return [links, name, is_only or acting.lacks(Role.REVIEWER), *rest]

    @app.callback(
        Output(ClassesIds.LIST, "filterModel"), Input(ClassesIds.FIND, "value"), prevent_initial_call=True
    )
    def find(text: str | None) -> dict[str, Any]:
        if text is None:
            raise PreventUpdate
        return class_actions.filter_of(text)

    @app.callback(
        Output(ClassesIds.EXPORTED, "data"),
        Input(ClassesIds.EXPORT, "n_clicks"),
        State(ClassesIds.SHOWN, "data"),
        prevent_initial_call=True,
    )
    def export(clicks: int | None, shown: dict[str, Any]) -> Any:
        if not clicks:
            raise PreventUpdate
        name, text = desk.export(desk.state(shown["set"])["set"])
        return {
            "content": text,
            "filename": class_actions.file_name(name),
            "type": "text/csv",
            "base64": False,
        }


def _edit(app: Dash, desk: LabelClassView) -> None:
    @app.callback(Input(ClassesIds.LIST, "cellValueChanged"), prevent_initial_call=True)
    def edit_cell(changes: list[dict[str, Any]] | None) -> None:
        with classes_changed(desk):
            for change in changes or []:
                desk.run(class_actions.edited(change))

    @app.callback(Input(ClassesIds.FOLDERS, "cellValueChanged"), prevent_initial_call=True)
    def choose_set(changes: list[dict[str, Any]] | None) -> None:
        with classes_changed(desk):
            for change in changes or []:
                desk.run(class_actions.chosen_set(change, desk.state()))

    @app.callback(
        Input(ClassesIds.LIST, "eventData"), State(ClassesIds.SHOWN, "data"), prevent_initial_call=True
    )
    def reorder(event: dict[str, Any] | None, shown: dict[str, Any]) -> None:
        if not event or "ids" not in event["data"]:  # a button
            raise PreventUpdate
        with classes_changed(desk):
            desk.run({"do": "reorder", "set": desk.state(shown["set"])["set"], "ids": event["data"]["ids"]})


def _dialogs(app: Dash, desk: LabelClassView) -> None:
    @app.callback(
        Output(ClassesIds.DIALOG, "is_open"),
        Output(ClassesIds.DIALOG, "children"),
        Output(ClassesIds.IMPORT, "contents"),
        Input(ClassesIds.LIST, "eventData"),
        Input(ClassesIds.IMPORT, "contents"),
        *[Input(button, "n_clicks") for button in class_actions.BUTTONS],
        State(ClassesIds.IMPORT, "filename"),
        State(ClassesIds.SHOWN, "data"),
        prevent_initial_call=True,
    )
    def open_dialog(event: Any, contents: str | None, *rest: Any) -> tuple[Any, Any, Any]:
        filename, shown = rest[-2:]
        pressed = event["data"] if event else {}
        moved = ctx.triggered_id == ClassesIds.LIST and "value" not in pressed
        if moved or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        state = desk.state(shown["set"])
        if ctx.triggered_id == ClassesIds.IMPORT:
            return True, class_actions.import_dialog(desk, state, contents or "", filename), None
        if ctx.triggered_id != ClassesIds.LIST:
            return True, class_actions.set_dialog(ctx.triggered_id, state), no_update
        if command := class_actions.pressed(pressed, state):
            with classes_changed(desk):
                desk.run(command)
            return no_update, no_update, no_update  # PreventUpdate would discard set_props
        return True, class_actions.class_dialog(ClassesIds.DIALOG, pressed, state), no_update

    def act(about: dict[str, Any], fields: dict[str, Any]) -> None:
        with classes_changed(desk):
            result = class_actions.run(desk, class_dialogs.command_of(about, fields))
        if words := class_dialogs.done_message(about, fields, result):
            toast(words, "success")
        if about["do"] in {"add-set", "copy-set"}:
            set_props(ClassesIds.ADDRESS, {"href": urls.classes(result)})

    on_submit(app, ClassesIds.DIALOG, act)


def _colors(app: Dash) -> None:
    @app.callback(
        Output(field_id(MATCH, "color"), "value"),
        Input(class_dialogs.color_id(MATCH, ALL, ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def choose_color(_clicks: list[int]) -> str:
        if not ctx.triggered[0]["value"]:
            raise PreventUpdate
        return str(ctx.triggered_id["color"])

    @app.callback(
        Output(class_dialogs.colors_id(MATCH), "children"),
        Input(field_id(MATCH, "color"), "value"),
        State(about_id(MATCH), "data"),
        prevent_initial_call=True,
    )
    def judge_color(color: str, about: dict[str, Any]) -> list[Any]:
        return class_dialogs.color_choices(ctx.triggered_id["dialog"], color, about["others"])
