"""Reading a file differently: the form, its preview, and the job with its progress and its question."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, html, no_update
from dash.exceptions import PreventUpdate

from callbacks.dialogs import close_dialog
from callbacks.feedback import files_changed, follow, labels_changed, toast
from components import reading_form as form
from components.details import act_id, error_id, reading_state, unit_fields, unit_id, zone_options
from components.ids import DetailsIds, JobsIds, LabelIds
from services.errors import RefusedFile
from services.ingest.reading_options import ReadingOptions, WrongOption, zone_names
from services.recordings.rereading import DONE, REFUSED, WORKING, Reread
from services.web.container import Services

About = dict[str, Any]
VALUES = [Input(field, "value") for field in form.FIELDS]
ERRORS = (*form.NAMES, "units")  # in the order of the page


def register(app: Dash, services: Services) -> None:
    """Wire the form and the reading."""
    _open(app, services)
    _preview(app, services)
    _read(app, services)
    app.clientside_callback(  # labels that are on their way mean the samples as they are now: they go first
        ClientsideFunction("time_series_plot", "readWhenSent"),
        Output(DetailsIds.READ_SENT, "data"),
        Input(DetailsIds.READ, "n_clicks"),
        prevent_initial_call=True,
    )


def _open(app: Dash, services: Services) -> None:
    @app.callback(
        Output(DetailsIds.FORM, "data"),
        Output(DetailsIds.ZONES, "children"),
        [Output(field, "value") for field in form.FIELDS],
        Input(DetailsIds.CHANGE, "n_clicks"),
        Input(DetailsIds.FOUND, "n_clicks"),
        State(LabelIds.PAGE_ABOUT, "data"),
        prevent_initial_call=True,
    )
    def fill(change: int | None, found: int | None, about: About) -> tuple[Any, ...]:
        if not (change or found):
            raise PreventUpdate
        said = services.rereading.said(about["recording"]).to_json()
        shown = said if ctx.triggered_id == DetailsIds.CHANGE else {}
        data = {"said": said, "units": shown.get("units", {}), "count": [change, found]}
        return data, zone_options(zone_names()), *form.values_of(shown)


def _preview(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "errors": [Output(error_id(name), "children") for name in ERRORS],
            "problem": Output(DetailsIds.PROBLEM, "children"),
            "look": Output(DetailsIds.PREVIEW, "className"),
            "columns": Output(DetailsIds.ROWS, "columnDefs"),
            "rows": Output(DetailsIds.ROWS, "rowData"),
            "notes": Output(DetailsIds.NOTES, "children"),
            "units": Output(DetailsIds.UNITS, "children"),
            "time": Output(DetailsIds.TIME, "options"),
            "clock": Output(DetailsIds.CLOCK, "options"),
            "series": Output(DetailsIds.SERIES, "options"),
            "found": [Output(f"details-{name}", "options") for name in form.FOUND],
            "disabled": Output(DetailsIds.READ, "disabled"),
        },
        inputs={
            "opened": Input(DetailsIds.FORM, "data"),
            "values": VALUES,
            "typed": Input(unit_id(ALL), "value"),
            "channels": State(unit_id(ALL), "id"),
            "about": State(LabelIds.PAGE_ABOUT, "data"),
        },
        prevent_initial_call=True,
    )
    def preview(
        opened: About | None, values: list[Any], typed: list[str | None], channels: list[About], about: About
    ) -> dict[str, Any]:
        if not opened:
            raise PreventUpdate
        fresh = ctx.triggered_id == DetailsIds.FORM or not channels
        units = opened["units"] if fresh else typed_units(channels, typed)
        return shown_preview(services, about["recording"], opened, form.options_of(values), (units, fresh))


def typed_units(channels: list[About], typed: list[str | None]) -> dict[str, str]:
    """The units by channel as they are typed now."""
    return {one["channel"]: (unit or "").strip() for one, unit in zip(channels, typed, strict=True)}


def shown_preview(
    services: Services, recording: int, opened: About, said: About, units: tuple[dict[str, str], bool]
) -> dict[str, Any]:
    """What the form shows for its choices; ``units`` as typed, and whether their fields must be made."""
    error, field, answer = "", "", None
    try:
        answer = services.rereading.preview(recording, ReadingOptions.from_json(said))
    except WrongOption as wrong:
        error, field = str(wrong), wrong.field
    except RefusedFile as refusal:
        error = str(refusal)
    shown = {
        "errors": [error if name == field else "" for name in ERRORS],
        "problem": "" if field in ERRORS else error,
        "look": "tm-stale" if error else "",
        "disabled": True,
        **dict.fromkeys(("columns", "rows", "notes", "units", "time", "clock", "series"), no_update),
        "found": [no_update] * len(form.FOUND),
    }
    return shown if answer is None else {**shown, **answered(answer, opened, said, *units)}


def answered(answer: About, opened: About, said: About, typed: dict[str, str], fresh: bool) -> dict[str, Any]:
    """What the form shows of a preview."""
    found = form.found_units(answer)
    units = {name: typed.get(name, unit) for name, unit in found.items()}
    return {
        "columns": form.preview_columns(answer, units),
        "rows": form.preview_rows(answer),
        "notes": [html.Li(note) for note in answer["notes"]],
        "units": unit_fields(units) if fresh or units.keys() != typed.keys() else no_update,
        "time": form.time_choices(answer, said),
        "clock": form.clock_choices(answer, said),
        "series": form.series_choices(answer, said),
        "found": [form.choices(name, answer, said) for name in form.FOUND],
        "disabled": form.with_units(said, units, found) == opened["said"],
    }


def _read(app: Dash, services: Services) -> None:
    @app.callback(
        Output(DetailsIds.STATE, "children"),
        Output(DetailsIds.JOB, "data"),
        inputs={
            "_triggers": [
                Input(DetailsIds.READ_SENT, "data"),
                Input(act_id(ALL), "n_clicks"),
                Input(DetailsIds.FORM, "data"),
                Input(JobsIds.CHANGED, "data"),
            ],
            "values": [State(field, "value") for field in form.FIELDS],
            "typed": State(unit_id(ALL), "value"),
            "channels": State(unit_id(ALL), "id"),
            "job": State(DetailsIds.JOB, "data"),
            "about": State(LabelIds.PAGE_ABOUT, "data"),
        },
        prevent_initial_call=True,
    )
    def read(
        _triggers: list[Any],
        values: list[Any],
        typed: list[Any],
        channels: list[About],
        job: Any,
        about: About,
    ) -> tuple[Any, Any]:
        act = asked_act()
        if act in {"read", "drop"}:
            said = chosen(services, about["recording"], form.options_of(values), typed_units(channels, typed))
            return shown_job(services, begun(services, about["recording"], said, drop=act == "drop"))
        if act == "stop" and job:
            services.rereading.cancel(job["recording"], job["job"])
        if act == "keep":
            return [], None
        return shown_job(services, followed(services, about["recording"], job))


def asked_act() -> str:
    """What a click asks for: "read", "drop", "keep" or "stop"; "" when something else changed."""
    source = ctx.triggered_id
    if source == DetailsIds.READ_SENT:
        return "read"
    if not isinstance(source, dict):
        return ""
    if not ctx.triggered[0]["value"]:  # the button has just been made
        raise PreventUpdate
    return str(source["act"])


def chosen(services: Services, recording: int, said: About, units: dict[str, str]) -> ReadingOptions:
    """The options of the form; units that are as in the file are not said."""
    found = form.found_units(services.rereading.preview(recording, ReadingOptions.from_json(said)))
    return ReadingOptions.from_json(form.with_units(said, units, found))


def begun(services: Services, recording: int, options: ReadingOptions, drop: bool) -> About:
    """Read the recording again, unless that is being done already; what the page keeps of it."""
    reread = services.rereading.running(recording) or services.rereading.start(recording, options, drop)
    if reread.job:
        follow([reread.job])
    return kept(recording, reread, services.rereading.version(recording, options))


def followed(services: Services, recording: int, job: About | None) -> About:
    """Where the reading stands that this page started, or that runs when the form is opened.

    Raises:
        PreventUpdate: none runs, or nothing is new.
    """
    if job and job["state"] == WORKING:
        return kept(job["recording"], services.rereading.result(job["recording"], job["job"]), job["reading"])
    running = services.rereading.running(recording) if ctx.triggered_id == DetailsIds.FORM else None
    if running is None:
        raise PreventUpdate
    follow([running.job])
    return kept(recording, running, "")


def kept(recording: int, reread: Reread, reading: str) -> About:
    """What the page keeps of a reading; ``reading`` is the version that the recording will have."""
    return {"recording": recording, "reading": reading, **reread.to_json()}


def shown_job(services: Services, job: About) -> tuple[Any, About]:
    """Its progress or its question; what it came to is a message."""
    if job["state"] == DONE:
        toast(job["sentence"], "success")
        close_dialog(LabelIds.DETAILS)
        labels_changed()
        files_changed(services)
    elif job["state"] == REFUSED:
        toast(job["sentence"], "warning")
    return reading_state(
        Reread(**{name: job[name] for name in ("state", "sentence", "field", "job", "progress")})
    ), job
