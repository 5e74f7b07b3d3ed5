"""Review: decide many suggestions at once, order by least certain, next file."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, html, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.dialogs import on_submit
from callbacks.feedback import edit, toast
from components.files.tree_rows import next_where
from components.ids import LabelIds, ReviewIds
from components.keymap import PREFERENCE
from components.keys_shown import with_keys
from components.label import decide, review
from services.annotations.review_queue import MOST
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Register the panel of many decisions, and requests of the plot."""
    _show(app, services)
    _decide(app)
    _ask(app, services)


def _show(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ReviewIds.MANY_PANEL, "children"),
        Output(ReviewIds.MANY, "aria-expanded"),
        Input(ReviewIds.MANY_PANEL, "hidden"),
        State(LabelIds.PLOT, "tally"),
        prevent_initial_call=True,
    )
    def fill(hidden: bool, tally: dict[str, Any] | None) -> tuple[list[Any], str]:
        if hidden or not tally:
            return [], "false"
        names = {model.id: model.name for model in services.models.list()}
        return decide.panel(tally["scores"], names), "true"

    @app.callback(
        Output(ReviewIds.THRESHOLD_VALUE, "children"),
        *[Output(button, "children") for button in decide.BUTTONS],
        *[Output(button, "disabled") for button in decide.BUTTONS],
        Input(ReviewIds.THRESHOLD, "value"),
        Input(ReviewIds.MODEL, "value"),
        State(LabelIds.PLOT, "tally"),
        prevent_initial_call=True,
    )
    def show(threshold: Any, model: str, tally: dict[str, Any] | None) -> Any:
        if threshold is None or not tally:  # the panel was closed
            raise PreventUpdate
        words, disabled = decide.buttons(tally["scores"], float(threshold), model)
        return f"{float(threshold):.2f}", *words, *disabled


def _decide(app: Dash) -> None:
    def run(choice: decide.BulkDecision, count: int) -> None:
        uuid = edit("decide", expected=count, **choice.command())
        toast(choice.done(count), undo=uuid)
        set_props(ReviewIds.MANY_PANEL, {"hidden": True})

    @app.callback(
        Output(ReviewIds.DIALOG, "is_open"),
        Output(ReviewIds.DIALOG, "children"),
        *[Input(button, "n_clicks") for button in decide.BUTTONS],
        State(ReviewIds.THRESHOLD, "value"),
        State(ReviewIds.MODEL, "value"),
        State(LabelIds.PLOT, "tally"),
        prevent_initial_call=True,
    )
    def pressed(*values: Any) -> tuple[Any, Any]:
        threshold, model, tally = values[-3:]
        choice = decide.choice(ctx.triggered_id, float(threshold), model)
        count = choice.count(tally["scores"]) if ctx.triggered[0]["value"] else 0
        if not count:
            raise PreventUpdate
        if ctx.triggered_id == ReviewIds.NONE:
            return True, decide.confirm(count, model)
        run(choice, count)
        return no_update, no_update

    def reject_all(about: dict[str, Any], _fields: dict[str, Any]) -> None:
        run(decide.BulkDecision("reject", about["model"]), about["count"])

    on_submit(app, ReviewIds.DIALOG, reject_all, controls=False)


def _ask(app: Dash, services: Services) -> None:
    @app.callback(
        Output(LabelIds.PLOT, "review_answer"),
        Input(LabelIds.PLOT, "review_asked"),
        State(ReviewIds.MANY_PANEL, "hidden", allow_optional=True),  # it comes with the bar
        prevent_initial_call=True,
    )
    def answer(event: dict[str, Any] | None, hidden: bool | None = None) -> Any:
        if not event:
            raise PreventUpdate
        if event["about"] == "many":
            set_props(ReviewIds.MANY_PANEL, {"hidden": hidden is False})
            return no_update
        if event["about"] == "bar":
            content = with_keys(html.Div(review.review_content()), services.preferences.get(PREFERENCE))
            set_props(ReviewIds.BAR, {"children": content.children})
            return {"recording": event["recording"]}
        if event["about"] == "queue":
            offers = services.review_queue.next(MOST, event["recording"])
            return {"recording": event["recording"], "ids": [offer.id for offer in offers]}
        return next_or_none(services, event)


def next_or_none(services: Services, event: dict[str, Any]) -> Any:
    """``review_answer``: the next file with suggestions; a message if this one has none, or no other."""
    following = next_file(services, event["recording"], event["order"])
    if event["about"] == "next" and following is not None:
        return {"open": following}
    toast(**decide.no_suggestion(event, following))
    return no_update


def next_file(services: Services, recording: int, order: str) -> int | None:
    """The next file to review: that of the least certain suggestion, or the next one in the list."""
    if order == "score":
        for offer in services.review_queue.next(MOST):
            if offer.recording != recording:
                return offer.recording
    return next_where(services.file_lists.current().files, recording, lambda file: file.suggested > 0)
