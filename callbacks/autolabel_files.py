"""Auto-label several files or a folder: check the fit of the model, then start the runs."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.autolabel import keep, show_score, stored_options
from callbacks.dialogs import close_dialog
from callbacks.feedback import follow, toast
from components.autolabel_dialogs import REPLACES_ALL, files_form, fits, fits_words, refused_list
from components.dialogs import about_id, field_id, form_id, problem_id, send_id
from components.ids import AutolabelIds, ShellIds
from services.errors import TidemarkError
from services.inference import AutolabelChoices, RunOptions, RunRequest
from services.web.container import Services
from services.wording import counted

DIALOG = AutolabelIds.FILES_DIALOG


def register(app: Dash, services: Services) -> None:
    """Register the dialog; ``AutolabelIds.FILES`` has ``{"ids"}`` of its files."""
    _opening(app, services)
    _sending(app, services)
    show_score(app, DIALOG)


def _opening(app: Dash, services: Services) -> None:
    @app.callback(
        Output(DIALOG, "is_open"),
        Output(DIALOG, "children"),
        Input(AutolabelIds.FILES, "data"),
        State(ShellIds.MODEL, "data"),
        prevent_initial_call=True,
    )
    def open_dialog(chosen: dict[str, Any] | None, model: str | None) -> tuple[Any, Any]:
        if not chosen or not chosen["ids"]:
            raise PreventUpdate
        models = services.models.list()
        if not models:
            toast("There is no model yet. Add one next to the plot or on the page Models.", "warning")
            return no_update, no_update
        return True, files_form(chosen["ids"], models, model, stored_options(services))

    @app.callback(
        Output(fits_words(DIALOG), "children"),
        Output(refused_list(DIALOG), "children"),
        Output(refused_list(DIALOG), "hidden"),
        Output(send_id(DIALOG), "children"),
        Output(send_id(DIALOG), "disabled"),
        Input(field_id(DIALOG, "model"), "value"),
        State(about_id(DIALOG), "data"),
    )
    def look(model: str, files: list[int]) -> tuple[Any, ...]:
        try:
            outlook = services.runs.dry_run(files, RunRequest(model, RunOptions()))
        except TidemarkError as error:
            return str(error), [], True, "Auto-label", True
        return fits(outlook, len(files))


def _sending(app: Dash, services: Services) -> None:
    @app.callback(
        Output(problem_id(DIALOG), "children"),
        Output(send_id(DIALOG), "className"),
        Input(form_id(DIALOG), "n_submit"),
        State(field_id(DIALOG, ALL), "value"),
        State(field_id(DIALOG, ALL), "id"),
        State(about_id(DIALOG), "data"),
        State(problem_id(DIALOG), "children"),
        prevent_initial_call=True,
    )
    def submit(
        count: int | None, values: list[Any], ids: list[dict[str, str]], files: list[int], warning: str | None
    ) -> tuple[str, str]:
        if not count:
            raise PreventUpdate
        fields = {identity["field"]: value for identity, value in zip(ids, values, strict=True)}
        try:
            choices = keep(services, fields)
            if choices.replace == "all" and warning != REPLACES_ALL:
                return REPLACES_ALL, "btn btn-danger"
            begin(services, fields["model"], files, choices)
        except TidemarkError as error:
            return str(error), "btn btn-primary"
        close_dialog(DIALOG)
        return "", "btn btn-primary"


def begin(services: Services, model: str, files: list[int], choices: AutolabelChoices) -> None:
    """Queue a run for each file that the model fits, and select the model.

    Raises:
        NotFound, Invalid: see ``Runs.start``.
    """
    options = RunOptions.from_json(choices.run_options())
    answer = services.runs.start(files, RunRequest(model, options))
    services.preferences.set("model", model)
    set_props(ShellIds.MODEL, {"data": model})
    same = f" {counted(answer['same'], 'file')} were queued or running already." if answer["same"] else ""
    toast(f"{counted(len(answer['jobs']), 'file')} queued.{same}", "success")
    follow(answer["jobs"])
