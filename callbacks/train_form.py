"""Training form: choices, missing labels, start of the training."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, set_props
from dash.exceptions import PreventUpdate

from callbacks.dialogs import fill_untyped
from callbacks.feedback import follow
from components.ids import TrainIds, train_part
from components.models import train_form
from components.models.train_form import name_count
from services.errors import TidemarkError
from services.models.fields import LONGEST_NAME, WrongFields
from services.training.form import (
    ALL,
    CHOICE,
    FormValues,
    described,
    kept,
    offer,
    proposed_name,
    unclear,
)
from services.training.form import chosen_files as files_of
from services.training.recipe import BETWEEN
from services.web.container import Services

FILES = {
    "scope": (train_part("scope"), "value"),
    "alike": (train_part("alike"), "value"),
    "folder": (train_part("folder"), "value"),
    "files": (train_part("some"), "selectedRows"),
}
FIELDS = {
    **FILES,
    "classes": (train_part("classes"), "value"),
    "channels": (train_part("channels"), "value"),
    "unmarked": (train_part("unmarked"), "value"),
    "background": (train_part("background"), "value"),
    "judged": (train_part("judged"), "value"),
    "held": (train_part("held"), "selectedRows"),
    "seconds": (train_part("seconds"), "value"),
}


def register(app: Dash, services: Services) -> None:
    """Register the form."""
    _offering(app, services)
    _choosing(app)
    _starting(app, services)


def _offering(app: Dash, services: Services) -> None:
    page = services.training_page

    @app.callback(
        {
            "classes": (Output(train_part("classes"), "options"), Output(train_part("classes"), "value")),
            "channels": (Output(train_part("channels"), "options"), Output(train_part("channels"), "value")),
            "channels_hint": Output(train_part("channels-hint"), "children"),
            "judged": (Output(train_part("judged"), "options"), Output(train_part("judged"), "value")),
            "judged_hint": Output(train_part("judged-hint"), "children"),
            "held": Output(train_part("held"), "rowData"),
            "offered": Output(train_part("offered"), "data"),
        },
        {
            "form": {name: Input(*prop) for name, prop in FILES.items()},
            "ticked": {name: State(*FIELDS[name]) for name in ("classes", "channels", "judged")},
            "before": State(train_part("offered"), "data"),
        },
        prevent_initial_call=True,
    )
    def refill(form: dict[str, Any], ticked: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
        choices, values = page.choices(), values_of({**form, "judged": ticked["judged"]})
        offered = offer(choices, files_of(choices, values))
        if not ctx.triggered or before["files"] == [file.id for file in offered.files]:
            raise PreventUpdate
        return train_form.refilled(choices, offered, values, before, ticked)

    @app.callback(
        Output(train_part("name"), "placeholder"),
        Output(train_part("proposed"), "data"),
        Input(train_part("classes"), "value"),
        State(train_part("name"), "placeholder"),
        State(train_part("offered"), "data"),
        prevent_initial_call=True,
    )
    def propose(
        classes: list[str], earlier: str, offered: dict[str, list[str]]
    ) -> tuple[str, dict[str, str]]:
        proposed = propose_name(services, kept(offered["classes"], classes))
        return proposed, {"text": proposed, "earlier": earlier}

    fill_untyped(app, train_part("name"), train_part("proposed"))

    @app.callback(
        Output(train_part("status"), "children"),
        Output(train_part("go"), "disabled"),
        {name: Input(*prop) for name, prop in FIELDS.items()},
    )
    def look(**form: Any) -> tuple[Any, bool]:
        choices, values = page.choices(), values_of(form)
        offered = offer(choices, files_of(choices, values))
        if problem := unclear(offered, values):
            return train_form.reason(problem), True
        outlook = services.training.outlook(described(offered, values))
        return train_form.outlook(outlook), bool(outlook.reason)


def _choosing(app: Dash) -> None:
    for name in ("scope", "unmarked", "judged"):

        @app.callback(
            Output(train_form.field_part(name), "className"), Input(*FIELDS[name]), prevent_initial_call=True
        )
        def unfold(chosen: str) -> str:
            return train_form.field_class(chosen)


def _starting(app: Dash, services: Services) -> None:
    page = services.training_page

    @app.callback(
        Output(train_part("name-count"), "children"),
        Output(train_part("name-count"), "className"),
        Output(train_part("name-problem"), "children"),
        Output(train_part("name"), "invalid"),
        Output(train_part("problem"), "children"),
        {
            "sent": Input(train_part("form"), "n_submit"),
            "name": Input(train_part("name"), "value"),
            "form": {field: State(*prop) for field, prop in FIELDS.items()},
        },
        prevent_initial_call=True,
    )
    def start(sent: int | None, name: str | None, form: dict[str, Any]) -> tuple[str, str, str, bool, str]:
        count, name_problem, problem = _counted(name), "", ""
        if sent and ctx.triggered_id == train_part("form"):
            try:
                choices, values = page.choices(), values_of({**form, "name": name})
                job = page.start(described(offer(choices, files_of(choices, values)), values))
                show_training(job)
            except WrongFields as error:
                name_problem = error.fields.get("name", "")
            except TidemarkError as error:
                problem = str(error)
        return *count, name_problem, bool(name_problem), problem


def _counted(name: str | None) -> tuple[str, str]:
    over = len((name or "").strip()) > LONGEST_NAME
    return name_count(name or "", LONGEST_NAME), f"tm-model-count{' tm-over' if over else ''}"


def show_training(job: str) -> None:
    """Show a started training on the Models page, and follow it."""
    set_props(TrainIds.VIEW, {"data": {"job": job}})
    follow([job])


def propose_name(services: Services, classes: list[str]) -> str:
    """A default name for a model of ``classes``."""
    return proposed_name(classes, [model.name for model in services.models.list()], LONGEST_NAME)


def values_of(form: dict[str, Any]) -> FormValues:
    """Values of the controls, by the names of FIELDS; a grid has rows, or initially ``{"ids": […]}``."""
    return FormValues(
        scope=form.get("scope") or ALL,
        alike=form.get("alike") or "",
        folder=form.get("folder") or "",
        files=_ids(form.get("files")),
        classes=_names(form.get("classes")),
        channels=_names(form.get("channels")),
        unmarked=BETWEEN if form.get("unmarked") is None else form["unmarked"],
        background=form.get("background") or "",
        judged=form.get("judged") or CHOICE,
        held=_ids(form.get("held")),
        seconds=float(form.get("seconds") or 60),
        name=form.get("name") or "",
    )


def _names(ticked: Any) -> tuple[str, ...] | None:
    return None if ticked is None else tuple(ticked)


def _ids(selected: Any) -> tuple[int, ...]:
    ids = selected.get("ids", []) if isinstance(selected, dict) else [row["id"] for row in selected or []]
    return tuple(int(identity) for identity in ids)
