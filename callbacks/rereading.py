"""Read a file differently: form, preview, job with progress and question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, html, no_update
from dash.exceptions import PreventUpdate

from callbacks.clicks import first_pressed
from callbacks.dialogs import close_dialog
from callbacks.feedback import files_changed, follow, labels_changed, toast
from components import reading_form as form
from components.details import act_id, reading_state
from components.ids import DetailsIds, JobsIds, LabelIds, ReadingForm
from components.reading_controls import error_id, unit_fields, unit_id, zone_options
from components.recording import remedy_id
from services.errors import RefusedFile
from services.ingest.reading_options import ReadingOptions, WrongOption, zone_names
from services.recordings.rereading import DONE, REFUSED, WORKING, RereadState
from services.uploads.transfers import ALL as ALL_FILES
from services.uploads.transfers import THIS
from services.web.container import Services
from services.wording import counted

About = dict[str, Any]
Preview = Callable[[ReadingOptions], About]  # the preview of a file
ERRORS = (*form.NAMES, "units")  # in the order of the page


def register(app: Dash, services: Services) -> None:
    """Register the form and the reading."""
    _open(app, services)
    show_preview(app, DetailsIds, LabelIds.PAGE_ABOUT, lambda about: preview_of(services, about["recording"]))
    _read(app, services)
    app.clientside_callback(  # unsent labels refer to the current samples, so they are sent first
        ClientsideFunction("time_series_plot", "readWhenSent"),
        Output(DetailsIds.READ_SENT, "data"),
        Input(DetailsIds.READ, "n_clicks"),
        prevent_initial_call=True,
    )


def _open(app: Dash, services: Services) -> None:
    @app.callback(
        Output(DetailsIds.FORM, "data"),
        Output(DetailsIds.ZONES, "children"),
        Output(DetailsIds.READ, "n_clicks"),
        [Output(field, "value") for field in form.controls(DetailsIds)],
        Input(DetailsIds.CHANGE, "n_clicks"),
        Input(DetailsIds.FOUND, "n_clicks"),
        Input(remedy_id(ALL, ALL), "n_clicks"),
        State(DetailsIds.READ, "n_clicks"),
        State(LabelIds.PAGE_ABOUT, "data"),
        prevent_initial_call=True,
    )
    def fill(
        change: int | None, as_detected: int | None, remedies: list[int | None], reads: int, about: About
    ) -> tuple[Any, ...]:
        pressed = first_pressed()
        options = services.rereading.options_of(about["recording"]).to_json()
        shown = filled(services, about["recording"], options, pressed)
        count = [change, as_detected, remedies]
        data = {"options": options, "units": shown.get("units", {}), "count": count}
        clicks = reads + 1 if isinstance(pressed, dict) else no_update  # the same as “Read again”
        return data, zone_options(zone_names()), clicks, *form.values_of(shown)


def filled(services: Services, recording: int, options: About, pressed: Any) -> About:
    """Options that a click shows in the form: the current ones, none, or with those of a doubt's button."""
    if pressed == DetailsIds.FOUND:
        return {}
    if not isinstance(pressed, dict):
        return options
    remedies = services.recordings.store(recording).info.reading.remedies
    offered: About = remedies[pressed["remedy"]][1]
    return options | offered


def show_preview(
    app: Dash, ids: ReadingForm, about: str, previewed: Callable[[About], Preview], later: bool = False
) -> None:
    """Register the preview of a form that reads a file differently.

    Args:
        about: store that identifies the file.
        previewed: function from its value to the preview of the file.
        later: the form is created when it opens.
    """
    page: Any = ids  # one of two classes of ids

    @app.callback(
        output={
            "errors": [Output(error_id(name, ids), "children") for name in ERRORS],
            "problem": Output(page.PROBLEM, "children"),
            "look": Output(page.PREVIEW, "className"),
            "columns": Output(page.ROWS, "columnDefs"),
            "rows": Output(page.ROWS, "rowData"),
            "notes": Output(page.NOTES, "children"),
            "units": Output(page.UNITS, "children"),
            "time": Output(page.TIME, "options"),
            "clock": Output(page.CLOCK, "options"),
            "series": Output(page.SERIES, "options"),
            "found": [Output(page[name.upper()], "options") for name in form.FOUND],
            "disabled": Output(page.READ, "disabled"),
        },
        inputs={
            "opened": Input(page.FORM, "data"),
            "values": [Input(field, "value", allow_optional=later) for field in form.controls(ids)],
            "typed": Input(unit_id(ALL, ids), "value"),
            "channels": State(unit_id(ALL, ids), "id"),
            "about": State(about, "data"),
        },
        prevent_initial_call=True,
    )
    def preview(
        opened: About | None, values: list[Any], typed: list[str | None], channels: list[About], about: About
    ) -> dict[str, Any]:
        if not opened or values[0] is None:  # the form does not exist (any more)
            raise PreventUpdate
        fresh = ctx.triggered_id == page.FORM or not channels
        units = opened["units"] if fresh else typed_units(channels, typed)
        return form_content(previewed(about), opened, form.options_of(values), (units, fresh), ids)


def preview_of(services: Services, recording: int) -> Preview:
    """The preview of a recording."""
    return lambda options: services.rereading.preview(recording, options)


def typed_units(channels: list[About], typed: list[str | None]) -> dict[str, str]:
    """The typed units by channel."""
    return {channel["channel"]: (unit or "").strip() for channel, unit in zip(channels, typed, strict=True)}


def form_content(
    preview: Preview,
    opened: About,
    options: About,
    units: tuple[dict[str, str], bool],
    ids: ReadingForm = DetailsIds,
) -> dict[str, Any]:
    """Content of the form for its choices; ``units`` as typed, and whether their fields must be created."""
    error, field, answer = "", "", None
    try:
        answer = preview(ReadingOptions.from_json(options))
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
    return shown if answer is None else {**shown, **answered(answer, opened, options, *units, ids)}


def answered(
    answer: About, opened: About, options: About, typed: dict[str, str], fresh: bool, ids: ReadingForm
) -> dict[str, Any]:
    """Content of the form for a preview."""
    units_in_file = form.found_units(answer)
    units = {name: typed.get(name, unit) for name, unit in units_in_file.items()}
    return {
        "columns": form.preview_columns(answer, units),
        "rows": form.preview_rows(answer),
        "notes": [html.Li(note) for note in answer["notes"]],
        "units": unit_fields(units, ids) if fresh or units.keys() != typed.keys() else no_update,
        "time": form.time_choices(answer, options),
        "clock": form.clock_choices(answer, options),
        "series": form.series_choices(answer, options),
        "found": [form.choices(name, answer, options) for name in form.FOUND],
        "disabled": form.with_units(options, units, units_in_file) == opened["options"],
    }


def _read(app: Dash, services: Services) -> None:
    @app.callback(
        Output(DetailsIds.STATE, "children"),
        Output(DetailsIds.JOB, "data"),
        inputs={
            "sent": Input(DetailsIds.READ_SENT, "data"),
            "_triggers": [
                Input(act_id(ALL), "n_clicks"),
                Input(DetailsIds.FORM, "data"),
                Input(JobsIds.CHANGED, "data"),
            ],
            "values": [State(field, "value") for field in form.controls(DetailsIds)],
            "scope": State(DetailsIds.SCOPE, "value"),
            "typed": State(unit_id(ALL), "value"),
            "channels": State(unit_id(ALL), "id"),
            "job": State(DetailsIds.JOB, "data"),
            "about": State(LabelIds.PAGE_ABOUT, "data"),
        },
        prevent_initial_call=True,
    )
    def read(
        sent: Any,
        values: list[Any],
        scope: str,
        typed: list[Any],
        channels: list[About],
        job: Any,
        about: About,
        **_triggers: Any,
    ) -> tuple[Any, Any]:
        act = clicked_action(sent, job)
        if act in {"read", "drop"}:
            here = preview_of(services, about["recording"])
            options = chosen(here, form.options_of(values), typed_units(channels, typed))
            keep(services, about["recording"], options, scope)
            now = begun(services, about["recording"], options, drop=act == "drop")
        elif act == "keep":
            return [], {**(job or {}), "state": "kept", "sent": sent}
        else:
            if act == "stop" and job:
                services.rereading.cancel(job["recording"], job["job"])
            now = followed(services, about["recording"], job)
        return job_progress(services, {**now, "sent": sent})


def clicked_action(sent: Any, job: About | None) -> str:
    """The action of a click: "read", "drop", "keep" or "stop"; "" if something else changed.

    Dash drops the answer to a click (``sent``) when jobs change before it arrives; then ``job`` is of another click,
    and the action is repeated, which is idempotent.
    """
    source = ctx.triggered_id
    if not isinstance(source, dict):
        return "read" if sent is not None and sent != (job or {}).get("sent") else ""
    if not ctx.triggered[0]["value"]:  # the button was just created
        raise PreventUpdate
    return str(source["act"])


def chosen(preview: Preview, options: About, units: dict[str, str]) -> ReadingOptions:
    """The options of the form; units equal to those in the file are omitted."""
    units_in_file = form.found_units(preview(ReadingOptions.from_json(options)))
    return ReadingOptions.from_json(form.with_units(options, units, units_in_file))


def keep(services: Services, recording: int, options: ReadingOptions, scope: str) -> None:
    """Store the options for later files of the shape, and read those in its folder with them, if chosen."""
    if scope != THIS:
        services.rereading.remember(recording, options)
    if scope != ALL_FILES:
        return
    others = services.rereading.alike(recording)
    started = [services.rereading.start(other, options) for other in others]
    follow([reread.job for reread in started if reread.job])
    if not others:
        toast("No other file in the folder has this shape.")
        return
    words = f"{counted(len(others), 'more file is', 'more files are')} read with these options"
    toast(f"{words}. Files whose labels would not fit are left unchanged.")


def begun(services: Services, recording: int, options: ReadingOptions, drop: bool) -> About:
    """Read the recording again, unless it is being read already; returns the state for the page."""
    reread = services.rereading.running(recording) or services.rereading.start(recording, options, drop)
    if reread.job:
        follow([reread.job])
    return reading_status(recording, reread, services.rereading.version(recording, options))


def followed(services: Services, recording: int, job: About | None) -> About:
    """State of the reading that this page started, or that runs when the form is opened.

    Raises:
        PreventUpdate: none runs, or nothing changed.
    """
    if job and job["state"] == WORKING:
        return reading_status(
            job["recording"], services.rereading.result(job["recording"], job["job"]), job["reading"]
        )
    running = services.rereading.running(recording) if ctx.triggered_id == DetailsIds.FORM else None
    if running is None:
        raise PreventUpdate
    follow([running.job])
    return reading_status(recording, running, "")


def reading_status(recording: int, reread: RereadState, reading: str) -> About:
    """State of a reading for the page; ``reading`` is the version that the recording will have."""
    return {"recording": recording, "reading": reading, **reread.to_json()}


def job_progress(services: Services, job: About) -> tuple[Any, About]:
    """Progress or question of a reading; the result is a message."""
    if job["state"] == DONE:
        toast(job["sentence"], "success")
        close_dialog(LabelIds.DETAILS)
        labels_changed()
        files_changed(services)
    elif job["state"] == REFUSED:
        toast(job["sentence"], "warning")
    return reading_state(
        RereadState(**{name: job[name] for name in ("state", "sentence", "field", "job", "progress")})
    ), job
