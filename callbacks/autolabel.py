"""Auto-label the open file: check of the model, options, channels, start and end of a run."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.dialogs import close_dialog, on_submit
from callbacks.feedback import follow, labels_changed, models_changed, toast
from components.autolabel_dialogs import channels_form, options_form, replace_form, score_place
from components.dialogs import about_id, field_id, form_id, problem_id
from components.ids import (
    AutolabelIds,
    JobsIds,
    LabelIds,
    ModelIds,
    ReviewIds,
    ShellIds,
    channels_button,
    correct_button,
    own_channels_button,
)
from components.label.autolabel import fit_parts
from components.urls import label
from services.errors import Invalid, NotFound, TidemarkError
from services.inference import AutolabelChoices, RunOptions, RunRequest
from services.inference.choices import PREFERENCE
from services.web.container import Services
from services.wording import counted

LONG = 20_000  # ms: duration of a message with actions after a run
KIND = "autolabel"


def register(app: Dash, services: Services) -> None:
    """Register the button, its dialogs, and the message at the end of a run."""
    _fitting(app, services)
    _options(app, services)
    _channels(app, services)
    _starting(app, services)
    _ending(app, services)
    show_score(app, AutolabelIds.OPTIONS_DIALOG)


def stored_options(services: Services) -> AutolabelChoices:
    """The stored options."""
    return AutolabelChoices.from_json(services.preferences.get(PREFERENCE))


def keep(services: Services, fields: dict[str, Any]) -> AutolabelChoices:
    """Store the options of a form; returns all options."""
    choices = AutolabelChoices.from_form(fields, stored_options(services))
    services.preferences.set(PREFERENCE, choices.to_json())
    return choices


def changed() -> None:
    """Options or channels changed: check the fit of the model again."""
    set_props(AutolabelIds.CHANGED, {"data": str(uuid4())})


def show_score(app: Dash, dialog: str) -> None:
    """Show the field for the score only if it is used."""

    @app.callback(Output(score_place(dialog), "hidden"), Input(field_id(dialog, "becomes"), "value"))
    def show(becomes: str) -> bool:
        return becomes != "accept"


def fit_of(services: Services, model: str | None, recording: dict[str, Any]) -> dict[str, Any] | None:
    """Fit of a model to the open file, from ``Runs.fit``; None without a model."""
    if not model or not recording:
        return None
    try:
        services.models.get(model)
    except NotFound:  # deleted in another tab
        return None
    try:
        return services.runs.fit(model, recording["id"])
    except NotFound as error:
        return {"fits": False, "reason": str(error), "choose": False}


def _fitting(app: Dash, services: Services) -> None:
    @app.callback(
        Output(AutolabelIds.START, "disabled"),
        Output(AutolabelIds.START, "title"),
        Output(AutolabelIds.STATUS, "children"),
        Output(AutolabelIds.STATUS, "className"),
        Output(AutolabelIds.STATUS, "hidden"),
        Input(ShellIds.MODEL, "data"),
        Input(LabelIds.PLOT, "recording"),
        Input(ShellIds.MODELS_VERSION, "data"),
        Input(AutolabelIds.CHANGED, "data"),
    )
    def look(model: str | None, recording: dict[str, Any], *_versions: str | None) -> tuple[Any, ...]:
        return fit_parts(fit_of(services, model, recording), stored_options(services))


def _options(app: Dash, services: Services) -> None:
    @app.callback(
        Output(AutolabelIds.OPTIONS_DIALOG, "is_open"),
        Output(AutolabelIds.OPTIONS_DIALOG, "children"),
        Input(AutolabelIds.OPTIONS, "n_clicks"),
        State(ShellIds.MODEL, "data"),
        State(LabelIds.PLOT, "recording"),
        prevent_initial_call=True,
    )
    def open_options(
        clicks: int | None, model: str | None, recording: dict[str, Any]
    ) -> tuple[bool, Component]:
        if not clicks:
            raise PreventUpdate
        return True, options_form(stored_options(services), fit_of(services, model, recording))

    def submit(_about: Any, fields: dict[str, Any]) -> None:
        keep(services, fields)
        changed()

    on_submit(app, AutolabelIds.OPTIONS_DIALOG, submit)


def _channels(app: Dash, services: Services) -> None:
    dialog = AutolabelIds.CHANNELS_DIALOG

    @app.callback(
        Output(dialog, "is_open"),
        Output(dialog, "children"),
        Input(channels_button(ALL), "n_clicks"),
        State(ShellIds.MODEL, "data"),
        State(LabelIds.PLOT, "recording"),
        prevent_initial_call=True,
    )
    def open_channels(
        _clicks: list[int], model: str | None, recording: dict[str, Any]
    ) -> tuple[bool, Component]:
        fit = fit_of(services, model, recording)
        if not ctx.triggered or not ctx.triggered[0]["value"] or not fit or "names" not in fit:
            raise PreventUpdate
        close_dialog(AutolabelIds.OPTIONS_DIALOG)
        return True, channels_form(fit)

    @app.callback(
        Input(own_channels_button(), "n_clicks"),
        State(about_id(dialog), "data"),
        prevent_initial_call=True,
    )
    def take_own(clicks: int | None, about: dict[str, Any]) -> None:
        if not clicks:
            raise PreventUpdate
        services.runs.forget_channels(about["model"])
        close_dialog(dialog)
        changed()

    @app.callback(
        Input(correct_button(ALL), "n_clicks"),
        State(ShellIds.MODEL, "data"),
        State(LabelIds.PLOT, "recording"),
        prevent_initial_call=True,
    )
    def correct(_clicks: list[int], model: str | None, recording: dict[str, Any]) -> None:
        if not ctx.triggered or not ctx.triggered[0]["value"] or not model:
            raise PreventUpdate
        services.runs.correct(model, recording["id"], ctx.triggered_id["on"] == "yes")
        changed()

    @app.callback(
        Input(AutolabelIds.REFIT, "n_clicks", allow_optional=True),
        State(ShellIds.MODEL, "data"),
        State(LabelIds.PLOT, "recording"),
        prevent_initial_call=True,
    )
    def refit(clicks: int | None, model: str | None, recording: dict[str, Any]) -> None:
        if not clicks or not model:
            raise PreventUpdate
        left = services.runs.fit(model, recording["id"]).get("left")
        if left:  # it may have been read differently since
            follow([services.training_desk.refit(recording["id"], model, left)])

    def submit(about: dict[str, Any], fields: dict[str, Any]) -> None:
        channels = [int(fields[f"channel-{place}"]) for place in range(about["channels"])]
        services.runs.choose(about["model"], about["recording"], channels)
        changed()

    on_submit(app, dialog, submit)


def _starting(app: Dash, services: Services) -> None:
    @app.callback(
        Output(AutolabelIds.REPLACE_DIALOG, "is_open"),
        Output(AutolabelIds.REPLACE_DIALOG, "children"),
        Input(AutolabelIds.START, "n_clicks"),
        State(ModelIds.LIST, "value"),  # what the user sees: the choice may not be stored yet
        State(LabelIds.PLOT, "recording"),
        State(LabelIds.PLOT, "view"),
        prevent_initial_call=True,
    )
    def start(
        clicks: int | None, model: str | None, recording: dict[str, Any], view: list[float] | None
    ) -> tuple[Any, Any]:
        if not clicks or not model:
            raise PreventUpdate
        choices = stored_options(services)
        about = {
            "model": model,
            "recording": recording["id"],
            "span": view if choices.visible else None,
        }
        labels = services.runs.replaceable(recording["id"]) if choices.replace == "all" else 0
        if labels:
            return True, replace_form(about, labels)
        begin(services, about)
        return no_update, no_update

    @app.callback(
        Output(problem_id(AutolabelIds.REPLACE_DIALOG), "children"),
        Input(form_id(AutolabelIds.REPLACE_DIALOG), "n_submit"),
        State(about_id(AutolabelIds.REPLACE_DIALOG), "data"),
        prevent_initial_call=True,
    )
    def replace(count: int | None, about: dict[str, Any]) -> str:
        if not count:
            raise PreventUpdate
        try:
            begin(services, about)
        except TidemarkError as error:
            return str(error)
        close_dialog(AutolabelIds.REPLACE_DIALOG)
        return ""


def begin(services: Services, about: dict[str, Any]) -> None:
    """Start a run over one file.

    Raises:
        NotFound: the model was deleted.
        Invalid: the model does not fit the file.
    """
    options = RunOptions.from_json(stored_options(services).run_options())
    span = about["span"] and (min(about["span"]), max(about["span"]))
    try:
        answer = services.runs.start([about["recording"]], RunRequest(about["model"], options, span=span))
    except NotFound:
        models_changed(services)
        raise
    if answer["refused"]:
        raise Invalid(answer["refused"][0]["reason"])
    if answer["same"]:
        toast("The same run is queued or running already.")
    follow(answer["jobs"])


def _ending(app: Dash, services: Services) -> None:
    @app.callback(
        Output(AutolabelIds.AWAY, "data"),
        Input(JobsIds.ENDED, "data"),
        State("_pages_location", "pathname"),
        State(AutolabelIds.AWAY, "data"),
        prevent_initial_call=True,
    )
    def end(
        ended: list[dict[str, Any]] | None, path: str, away: list[dict[str, Any]] | None
    ) -> list[dict[str, Any]]:
        jobs = [job for job in ended or [] if job["kind"] == KIND]
        if not jobs:
            raise PreventUpdate
        others = [*(away or []), *(job for job in jobs if path != label(job["recording"]))]
        for job in jobs:
            if path == label(job["recording"]):
                report_here(job)
        if others and not any(job.kind == KIND for job in services.jobs.active()):
            report_elsewhere(others)
            return []
        return others


def report_here(job: dict[str, Any]) -> None:
    """Show the end of a run for the open file."""
    if job["state"] == "done":
        labels_changed()
        count = job["result"]["suggestions"]
        review = {"text": "Review", "press": ReviewIds.START}
        toast(
            job["result"]["sentence"],
            "success",
            **({"action": review, "until": "review", "ms": LONG} if count else {}),
        )
    elif job["state"] != "cancelled":
        toast(job["error"], "error")


def report_elsewhere(jobs: list[dict[str, Any]]) -> None:
    """Show the end of runs for other files."""
    done = [job for job in jobs if job["state"] == "done"]
    bad = sum(job["state"] in {"failed", "interrupted"} for job in jobs)
    if not done and not bad:
        return
    count = sum(job["result"]["suggestions"] for job in done)
    words = f"{counted(len(done), 'file')} auto-labelled, {counted(count, 'suggestion')}."
    failed = f" {counted(bad, 'file')} failed; the list of jobs has the reasons." if bad else ""
    first = next((job["recording"] for job in done if job["result"]["suggestions"]), None)
    action = {"action": {"text": "Open file", "href": label(first)}} if first is not None else {}
    toast(words + failed, "warning" if bad else "success", ms=LONG, **action)
