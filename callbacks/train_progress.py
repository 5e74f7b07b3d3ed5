"""Trainings on the Models page: the form or a training in place of a model, and the list of active ones."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.clicks import first_pressed
from callbacks.feedback import follow, models_changed
from callbacks.train_form import propose_name, show_training
from components.figures.loss_curve import loss_curve
from components.ids import JobsIds, ModelsIds, TrainIds, model_row, model_tool, train_part, train_tool
from components.models import page_class, train_form, train_progress
from components.urls import model_page, training_page
from services.errors import NotFound
from services.jobs import JobState
from services.training.form import FormValues, chosen_files, kept, offer, refilled, ticked_at_first
from services.web.container import Services

KIND = "train"


def register(app: Dash, services: Services) -> None:
    """Register the place of trainings, and their list."""
    _choosing(app)
    _drawing(app, services)
    _following(app, services)
    _acting(app, services)


def _choosing(app: Dash) -> None:
    @app.callback(Input(TrainIds.NEW, "n_clicks"), prevent_initial_call=True)
    def begin(clicks: int | None) -> None:
        """Separate callback, since Dash drops the answer to a click when buttons of the same callback are created."""
        if clicks:
            set_props(TrainIds.VIEW, {"data": {"form": ""}})

    @app.callback(
        Output(TrainIds.VIEW, "data"),
        Input(model_tool("train", ALL, ALL), "n_clicks"),
        [Input(train_tool(action, ALL), "n_clicks") for action in ("new", "close", "back", "show")],
        Input(model_row(ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def choose(*_clicks: Any) -> Any:
        button = first_pressed()
        if button["type"] == model_tool("")["type"]:
            return {"form": ""}
        if button["type"] == model_row("")["type"]:
            return None
        job = button["job"]
        return {"new": {"form": ""}, "close": None, "back": {"form": job}, "show": {"job": job}}[
            button["action"]
        ]


def _drawing(app: Dash, services: Services) -> None:
    @app.callback(
        Output(TrainIds.PLACE, "children"),
        Output(TrainIds.PLACE, "hidden"),
        Output(ModelsIds.PAGE, "className"),
        Input(TrainIds.VIEW, "data"),
    )
    def draw(view: dict[str, str] | None) -> tuple[Any, bool, str]:
        if view is None:
            return [], True, page_class(training=False)
        if "form" in view:
            return filled_form(services, view["form"]), False, page_class(training=True)
        set_props(ModelsIds.ADDRESS, {"data": training_page(view["job"])})
        return training(services, view["job"]), False, page_class(training=True)

    @app.callback(
        Output(TrainIds.TRAININGS, "children"),
        Input(JobsIds.CHANGED, "data"),
        Input(TrainIds.VIEW, "data"),
    )
    def list_trainings(_changed: str | None, view: dict[str, str] | None) -> list[Any]:
        jobs = [job for job in services.job_board.listed()["jobs"] if job["kind"] == KIND]
        return train_progress.rows(jobs, (view or {}).get("job", ""))


def filled_form(services: Services, job: str) -> Any:
    """The form, with the values of an earlier training if possible."""
    choices = services.training_page.choices()
    if not choices.files:
        return train_form.nothing_labelled()
    values = FormValues(files=ticked_at_first(choices))
    if job:
        with suppress(NotFound):  # dismissed meanwhile
            values = refilled(choices, services.jobs.get(job).arguments["wanted"])
    offered = offer(choices, chosen_files(choices, values))
    name = propose_name(services, kept(offered.classes, values.classes))
    return train_form.train_form(choices, offered, values, name)


def training(services: Services, job_id: str) -> Any:
    """The current state of a training."""
    job = job_of(services, job_id)
    return train_progress.training(job, points_of(services, job))


def job_of(services: Services, job_id: str) -> dict[str, Any] | None:
    """A training in the list of jobs; None if unknown."""
    jobs = services.job_board.listed()["jobs"]
    return next((job for job in jobs if job["id"] == job_id and job["kind"] == KIND), None)


def points_of(services: Services, job: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Points of the learning curve so far."""
    try:
        return services.training.curve(job["id"]) if job else []
    except NotFound:  # ended meanwhile, and the model was deleted
        return []


def _following(app: Dash, services: Services) -> None:
    @app.callback(
        Output(train_part("state"), "children"),
        Output(train_part("state"), "data-view"),
        Input(JobsIds.CHANGED, "data"),
        State(train_part("state"), "data-view"),
        State(TrainIds.VIEW, "data"),
    )
    def move_on(_changed: str | None, shown: str, view: dict[str, str] | None) -> tuple[Any, Any]:
        job = job_of(services, (view or {}).get("job", ""))
        if job and job["state"] == JobState.DONE:
            show_model(services, job["result"]["model"])
            return no_update, no_update  # PreventUpdate would discard set_props
        if train_progress.view_of(job) == shown:
            raise PreventUpdate
        return train_progress.view(job, points_of(services, job)), train_progress.view_of(job)

    @app.callback(
        Output(train_part("bar"), "style"),
        Output(train_part("stage"), "children"),
        Output(train_part("curve"), "figure"),
        Input(JobsIds.CHANGED, "data"),
        State(TrainIds.VIEW, "data"),
        prevent_initial_call=True,
    )
    def progress(_changed: str | None, view: dict[str, str] | None) -> tuple[Any, str, Any]:
        job = job_of(services, (view or {}).get("job", ""))
        if job is None or not train_progress.is_active(job):
            raise PreventUpdate
        curve = loss_curve(points_of(services, job))
        return train_progress.width(job), train_progress.stage(job), curve


def show_model(services: Services, model: str) -> None:
    """Show a model on the Models page instead of a training."""
    models_changed(services)
    set_props(ModelsIds.SHOWN, {"data": model})
    set_props(ModelsIds.ADDRESS, {"data": model_page(model)})
    set_props(TrainIds.VIEW, {"data": None})


def _acting(app: Dash, services: Services) -> None:
    @app.callback(Input(train_tool("cancel", ALL), "n_clicks"), prevent_initial_call=True)
    def cancel(clicks: list[int]) -> None:
        if any(clicks):
            services.job_board.cancel([ctx.triggered_id["job"]])
            follow([ctx.triggered_id["job"]])

    @app.callback(Input(train_tool("retry", ALL), "n_clicks"), prevent_initial_call=True)
    def retry(clicks: list[int]) -> None:
        if any(clicks):
            show_training(services.job_board.retry(ctx.triggered_id["job"]))
