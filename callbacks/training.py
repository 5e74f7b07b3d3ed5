"""Train and suggest, and Improve, next to the plot: available labels, progress, result."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, set_props
from dash.exceptions import PreventUpdate

from callbacks.feedback import follow, labels_changed, models_changed, toast
from components.ids import (
    JobsIds,
    LabelIds,
    ReviewIds,
    ShellIds,
    TrainingIds,
)
from components.keymap import written_keys
from components.label import training
from components.urls import label as label_page
from services.errors import NotFound
from services.training.service import MEASUREMENT
from services.web.container import Services

LONG = 20_000  # milliseconds: duration of the message with the Review button
KIND = "train"
# Outputs that change when labels are edited, or a training starts.
LABELS = {ShellIds.FILES_VERSION, JobsIds.STARTED}


def register(app: Dash, services: Services) -> None:
    """Register the button and the elements below it."""
    _looking(app, services)
    _ending(app, services)


def _looking(app: Dash, services: Services) -> None:
    @app.callback(
        Output(TrainingIds.START, "children"),
        Output(TrainingIds.START, "title"),
        Output(TrainingIds.START, "disabled"),
        Output(TrainingIds.STATUS, "children"),
        Output(TrainingIds.VERSIONS, "children"),
        Output(TrainingIds.VERSIONS, "data-view"),
        Input(LabelIds.PLOT, "recording"),
        Input(ShellIds.MODEL, "data"),
        Input(ShellIds.FILES_VERSION, "data"),  # also changes with every edit of labels
        Input(ShellIds.MODELS_VERSION, "data"),
        Input(JobsIds.STARTED, "data"),
        Input(JobsIds.ENDED, "data"),
        State(TrainingIds.VERSIONS, "data-view"),
    )
    def look(recording: dict[str, Any], chosen: str | None, *others: Any) -> tuple[Any, ...]:
        if not recording:
            raise PreventUpdate
        state = services.training_desk.state(recording["id"], model_of(services, chosen))
        title = training.button_title(state, written_keys(services.preferences.get("keys"), "train"))
        disabled = bool(state["reason"] or state["job"])
        if ctx.triggered and set(ctx.triggered_prop_ids.values()) <= LABELS and not disabled:
            services.training.warm()
        lines = [f"{training.status_text(state)} ", *training.unmeasured(state)]
        compared = training.compared(state, shown=others[-1])
        return training.button_content(state), title, disabled, lines, *compared

    @app.callback(
        Input(TrainingIds.START, "n_clicks"),
        State(LabelIds.PLOT, "recording"),
        State(ShellIds.MODEL, "data"),
        prevent_initial_call=True,
    )
    def start(clicks: int | None, recording: dict[str, Any], chosen: str | None) -> None:
        if clicks:
            follow([services.training_desk.start(recording["id"], model_of(services, chosen))])

    @app.callback(
        Input(TrainingIds.UNMEASURED, "n_clicks", allow_optional=True),
        State(LabelIds.PLOT, "recording"),
        State(ShellIds.MODEL, "data"),
        prevent_initial_call=True,
    )
    def start_unmeasured(clicks: int | None, recording: dict[str, Any], chosen: str | None) -> None:
        if clicks:
            model = model_of(services, chosen)
            follow([services.training_desk.start(recording["id"], model, measured=False)])


def model_of(services: Services, chosen: str | None) -> str:
    """The id of the model selected next to the plot, "" without one; None: the stored selection."""
    model = services.preferences.get("model") if chosen is None else chosen
    return model if isinstance(model, str) else ""


def choose_model(services: Services, model: str) -> None:
    """Select a model for this and the next files."""
    services.preferences.set("model", model)
    set_props(ShellIds.MODEL, {"data": model})


def _ending(app: Dash, services: Services) -> None:
    @app.callback(
        Input(JobsIds.ENDED, "data"), State("_pages_location", "pathname"), prevent_initial_call=True
    )
    def ended(jobs: list[dict[str, Any]] | None, path: str) -> None:
        for job in jobs or []:
            if job["kind"] == KIND and job["state"] == "done":
                _landed(services, job, path)
            elif job["kind"] == MEASUREMENT and job["state"] == "done":
                models_changed(services)
                if warnings := job["result"]["warnings"]:
                    toast(" ".join(warnings), "warning")
            elif job["kind"] in (KIND, MEASUREMENT) and job["state"] != "cancelled":
                toast(job["error"], "error")


def _landed(services: Services, job: dict[str, Any], path: str) -> None:
    """Select the new model, show its suggestions, and offer to review them."""
    result, recording = job["result"], job["recording"]
    if recording is not None or follows_chosen(services, result["model"]):
        choose_model(services, result["model"])
    models_changed(services)
    words, more = result["sentence"] or "The model is trained.", {}
    if result["suggested"]["suggestions"] and recording is not None:
        here = path == label_page(recording)
        review = {"text": "Review", "press": ReviewIds.START}
        more = {
            "action": review if here else {"text": "Open file", "href": label_page(recording)},
            "ms": LONG,
        }
        if here:
            labels_changed()
            more["until"] = "review"
    toast(words, "success", **more)


def follows_chosen(services: Services, model: str) -> bool:
    """True if a model is a version of the selected one."""
    try:
        return services.models.get(model_of(services, None)).lineage == services.models.get(model).lineage
    except NotFound:
        return False
