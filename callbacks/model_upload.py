"""Add a model: form, upload of the checkpoint, inspection, result.

The checkpoint is uploaded as soon as it is chosen. When the form is submitted and all bytes are received, a job
inspects it.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

from dash import ALL, Dash, Input, Output, State, set_props
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.dialogs import close_dialog, fill_untyped
from callbacks.feedback import follow, models_changed, toast
from callbacks.model_dialogs import counts, refused
from callbacks.training import choose_model
from callbacks.upload import plan_of
from components.dialogs import field_id, form_id, problem_id, send_id
from components.ids import JobsIds, ModelAddIds, ModelIds, ModelsIds, TrainIds, model_progress, model_tool
from components.models.form import FIELDS, add_form, wrong_id
from components.urls import MODELS, inside, model_page
from services.errors import NotFound, TidemarkError
from services.models.fields import WrongFields, truncated_texts
from services.models.uploads import ADDED, CANCELLED, TooLarge
from services.models.words import architecture
from services.uploads.rows import ARRIVED, WAITING, Upload
from services.uploads.transfers import Sender
from services.web.container import Services
from services.wording import counted

DIALOG = ModelAddIds.DIALOG
FORM = ("file", *FIELDS)
PURPOSE = "model"
INSPECTING = "Inspecting…"
MEGABYTE = 1e6


def register(app: Dash, services: Services) -> None:
    """Register the dialog."""
    _opening(app, services)
    _choosing(app, services)
    _sending(app, services)
    _ending(app, services)
    counts(app, DIALOG)


def _opening(app: Dash, services: Services) -> None:
    for button in (ModelIds.ADD, ModelsIds.ADD, model_tool("add")):

        @app.callback(Input(button, "n_clicks"), prevent_initial_call=True)
        def ask(clicks: int | None) -> None:
            if clicks:
                set_props(ModelAddIds.OPEN, {"data": str(uuid4())})

    @app.callback(
        Output(DIALOG, "is_open"),
        Output(DIALOG, "children"),
        Input(ModelAddIds.OPEN, "data"),
        State(ModelAddIds.TRANSFER, "sender"),
        prevent_initial_call=True,
    )
    def open_dialog(request: str | None, sender: dict[str, str] | None) -> tuple[bool, Component]:
        if not request:
            raise PreventUpdate
        forget(services, sender)
        return True, add_form()


def _choosing(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ModelAddIds.TRANSFER, "plan"),
        Input(ModelAddIds.TRANSFER, "chosen"),
        State(ModelAddIds.TRANSFER, "sender"),
        prevent_initial_call=True,
    )
    def announce(chosen: dict[str, Any] | None, sender: dict[str, str]) -> dict[str, Any]:
        before = last_checkpoint(services, sender)
        if chosen and before and before.batch != chosen["batch"]:
            forget(services, sender)
        return plan_of(services.transfers, sender, PURPOSE, chosen)

    @app.callback(
        Output(field_id(DIALOG, "file"), "value"),
        Output(model_progress("proposed"), "data"),
        Input(ModelAddIds.TRANSFER, "chosen"),
        State(model_progress("proposed"), "data"),
        prevent_initial_call=True,
    )
    def propose(chosen: dict[str, Any] | None, before: dict[str, str] | None) -> tuple[str, dict[str, str]]:
        if not chosen or not chosen["files"]:
            raise PreventUpdate
        file = PurePosixPath(chosen["files"][0][1])
        name = truncated_texts({"name": file.stem}, fallback="").name
        return file.name, {"text": name, "earlier": before["text"] if before else ""}

    fill_untyped(app, field_id(DIALOG, "name"), model_progress("proposed"))


def _sending(app: Dash, services: Services) -> None:
    @app.callback(
        Output(problem_id(DIALOG), "children"),
        Output(wrong_id(DIALOG, ALL), "children"),
        Output(field_id(DIALOG, ALL), "invalid"),
        Input(form_id(DIALOG), "n_submit"),
        State(field_id(DIALOG, ALL), "value"),
        State(ModelAddIds.TRANSFER, "sender"),
        prevent_initial_call=True,
    )
    def submit(
        count: int | None, values: list[str], sender: dict[str, str]
    ) -> tuple[str, list[str], list[bool]]:
        if not count:
            raise PreventUpdate
        file, texts = last_checkpoint(services, sender), dict(zip(FORM, values, strict=True))
        try:
            check(services, texts, file)
        except TidemarkError as error:
            return wrong_fields(error)
        set_props(ModelAddIds.PENDING, {"data": {"values": texts, "job": ""}})
        return refused(None, FORM)

    @app.callback(
        Output(model_progress("place"), "hidden"),
        Output(model_progress("words"), "children"),
        Output(model_progress("bar"), "value"),
        Output(model_progress("bar"), "animated"),
        Output(send_id(DIALOG), "disabled"),
        Input(ModelAddIds.PENDING, "data"),
        Input(ModelAddIds.TRANSFER, "summary"),
        State(ModelAddIds.TRANSFER, "sender"),
        prevent_initial_call=True,
    )
    def follow_bytes(
        pending: dict[str, Any] | None, summary: dict[str, Any] | None, sender: dict[str, str]
    ) -> tuple[bool, str, float, bool, bool]:
        if not pending:
            return True, "", 0, False, False
        file = last_checkpoint(services, sender)
        if file and file.state == WAITING and not pending["job"]:
            sent_bytes = (summary or {}).get("current", {}).get(file.key, 0)
            words = f"Sending: {sent_bytes / MEGABYTE:,.1f} of {file.size / MEGABYTE:,.1f} MB"
            return False, words, sent_bytes / max(1, file.size), False, True
        if file and file.state == ARRIVED and not pending["job"]:
            inspect(services, pending["values"], file)
        return False, INSPECTING, 1, True, True

    @app.callback(
        Output(DIALOG, "keyboard"),
        Output(DIALOG, "backdrop"),
        Input(ModelAddIds.PENDING, "data"),
        prevent_initial_call=True,
    )
    def hold(pending: dict[str, Any] | None) -> tuple[bool, bool | str]:
        """Escape must not discard a running upload."""
        return (False, "static") if pending else (True, True)


def _ending(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ModelAddIds.PENDING, "data"),
        Input(JobsIds.ENDED, "data"),
        State(ModelAddIds.PENDING, "data"),
        State("_pages_location", "pathname"),
        prevent_initial_call=True,
    )
    def end(ended: list[dict[str, Any]] | None, pending: dict[str, Any] | None, path: str) -> None:
        job = (pending or {}).get("job")
        if not job or job not in [done["id"] for done in ended or []]:
            raise PreventUpdate
        result = services.model_arrivals.result(job)
        if result.state == ADDED:
            close_dialog(DIALOG)
            tell_added(services, result.model, path)
        elif result.state != CANCELLED:
            show_refusal(result.fields)

    @app.callback(
        Input(DIALOG, "is_open"),
        State(ModelAddIds.PENDING, "data"),
        State(ModelAddIds.TRANSFER, "sender"),
        State("_pages_location", "pathname"),
        prevent_initial_call=True,
    )
    def cancel(is_open: bool, pending: dict[str, Any] | None, sender: dict[str, str], path: str) -> None:
        if is_open:
            raise PreventUpdate
        forget(services, sender)
        if not pending:
            return
        set_props(ModelAddIds.PENDING, {"data": None})
        cancelled = services.model_arrivals.cancel(pending["job"]) if pending["job"] else None
        if cancelled and cancelled.state == ADDED:
            tell_added(services, cancelled.model, path)
        else:
            toast(f"Adding “{pending['values']['name']}” was cancelled.")


def last_checkpoint(services: Services, sender: dict[str, str] | None) -> Upload | None:
    """The last checkpoint chosen in this page; None if there is none."""
    listed = services.transfers.listed(Sender(**sender), PURPOSE, most=1) if sender else []
    return listed[0] if listed else None


def forget(services: Services, sender: dict[str, str] | None) -> None:
    """Cancel the upload, and remove uploaded bytes."""
    if not sender:
        return
    keys = services.transfers.cancel_all(Sender(**sender), PURPOSE)
    services.transfers.clear(Sender(**sender), PURPOSE)
    if keys:
        command = {"do": "cancel", "keys": keys, "id": str(uuid4())}
        set_props(ModelAddIds.TRANSFER, {"command": command})


def check(services: Services, texts: dict[str, str], file: Upload | None) -> None:
    """Validate the form.

    Raises:
        WrongFields: a field is invalid.
        TooLarge: the file is too large.
    """
    name = PurePosixPath(file.path).name if file else ""
    services.model_arrivals.check(texts, name, file.size if file else 0)
    if file and file.state not in {WAITING, ARRIVED}:
        raise WrongFields({"file": file.reason or "The file did not arrive. Choose it again."})


def inspect(services: Services, texts: dict[str, str], file: Upload) -> None:
    """After the upload: start and follow the job that inspects the file."""

    def take(target: Path) -> None:
        services.transfers.take(file.key, target)

    name = PurePosixPath(file.path).name
    try:
        job = services.model_arrivals.inspect(texts, name, file.size, take)
    except NotFound:  # another call has taken it
        return
    except TidemarkError as error:
        set_props(ModelAddIds.PENDING, {"data": None})
        show_refusal(error.fields if isinstance(error, WrongFields) else {"file": str(error)})
        return
    set_props(ModelAddIds.PENDING, {"data": {"values": texts, "job": job}})
    follow([job])


def wrong_fields(error: TidemarkError) -> tuple[str, list[str], list[bool]]:
    """Messages of the form for an error: general, by field, and which fields are invalid."""
    return refused(WrongFields({"file": str(error)}) if isinstance(error, TooLarge) else error, FORM)


def show_refusal(fields: dict[str, str]) -> None:
    """Show the reasons of a refusal at the fields of the open form."""
    for field in FORM:
        set_props(wrong_id(DIALOG, field), {"children": fields.get(field, "")})
        set_props(field_id(DIALOG, field), {"invalid": field in fields})


def tell_added(services: Services, model: str, path: str) -> None:
    """Select a model that was added, and update the lists of models."""
    made = services.models.get(model)
    choose_model(services, model)
    models_changed(services)
    if inside(path) == MODELS:
        set_props(ModelsIds.SHOWN, {"data": model})
        set_props(ModelsIds.ADDRESS, {"data": model_page(model)})
        set_props(TrainIds.VIEW, {"data": None})
    classes = counted(made.info.classes, "class", "classes")
    toast(f"Added “{made.name}”: {architecture(made.info)}, {classes}.", "success")
