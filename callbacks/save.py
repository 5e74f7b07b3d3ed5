"""Save and Save All: write the working state to outputs/.

Before either, the browser waits until its unsent edits are in the database (``saveWhenSent``), at most a few seconds.
No control is disabled meanwhile: saving twice writes the same file, and a second Save All shows the running one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.dialogs import on_submit
from callbacks.feedback import files_changed, follow, labels_changed, toast
from components.ids import JobsIds, LabelIds
from components.label import save_form, save_results
from services.outputs.service import SaveResult
from services.storage.output_files import AUTHORS
from services.web.container import Services
from services.wording import counted


def register(app: Dash, services: Services) -> None:
    """Register both buttons."""
    for button, request in (
        (LabelIds.SAVE, LabelIds.SAVE_REQUEST),
        (LabelIds.SAVE_ALL, LabelIds.SAVE_ALL_REQUEST),
    ):
        app.clientside_callback(
            ClientsideFunction("time_series_plot", "saveWhenSent"),
            Output(request, "data"),
            Input(button, "n_clicks"),
            State(LabelIds.PLOT, "recording"),
            prevent_initial_call=True,
        )

    @app.callback(Input(LabelIds.SAVE_REQUEST, "data"), prevent_initial_call=True)
    def save(request: dict[str, Any] | None) -> None:
        if not request:
            raise PreventUpdate
        if ask_form(services, LabelIds.SAVE_REQUEST, request, [request["recording"]]):
            return
        toast(saved_words(services.outputs.save(request["recording"])), "success")
        labels_changed()
        files_changed(services)

    def choose(about: dict[str, Any], fields: dict[str, Any]) -> None:
        services.outputs.choose_form(fields["form"])
        set_props(about["store"], {"data": {**about["data"], "answered": True}})

    on_submit(app, LabelIds.SAVE_FORM, choose)
    _save_all(app, services)


def ask_form(services: Services, store: str, request: dict[str, Any], ids: Sequence[int] | None) -> bool:
    """Ask for the form of saved files if it was never chosen and several people labelled these files; True if asked.

    The answer writes ``request`` to ``store`` again.
    """
    authors = services.outputs.undecided_authors(ids)
    if authors:
        set_props(
            LabelIds.SAVE_FORM,
            {"is_open": True, "children": save_form.question(authors, request, store)},
        )
    return bool(authors)


def saved_words(saved: SaveResult) -> str:
    """Message of a saved recording."""
    labels = counted(saved.labels, "label")
    if saved.authors:
        return (
            f"Saved {labels} to outputs/{AUTHORS}/{saved.split}. The Outputs page changes what Save writes."
        )
    return f"Saved {labels} to outputs/{saved.path}"


def _save_all(app: Dash, services: Services) -> None:
    @app.callback(
        Output(LabelIds.SAVE_RESULTS, "is_open"),
        Output(LabelIds.SAVE_JOB, "data"),
        Input(LabelIds.SAVE_ALL_REQUEST, "data"),
        prevent_initial_call=True,
    )
    def start(request: dict[str, Any] | None) -> tuple[Any, Any]:
        if not request:
            raise PreventUpdate
        if ask_form(services, LabelIds.SAVE_ALL_REQUEST, request, None):
            return no_update, no_update
        job = services.save_all.start()
        if job:
            follow([job])
        return True, {"job": job, "request": request}

    @app.callback(
        Output(LabelIds.SAVE_RESULTS_LIST, "children"),
        Input(LabelIds.SAVE_JOB, "data"),
        Input(JobsIds.CHANGED, "data"),
        prevent_initial_call=True,
    )
    def show(before: dict[str, Any] | None, _changed: str | None) -> Any:
        if not before:
            raise PreventUpdate
        state = services.save_all.state(before["job"]) if before["job"] else None
        if state and not state.active:
            labels_changed()
            files_changed(services)
        return save_results.contents(state)

    @app.callback(Input(save_results.cancel_id(ALL), "n_clicks"), prevent_initial_call=True)
    def cancel(_clicks: list[int]) -> None:
        if not ctx.triggered[0]["value"]:
            raise PreventUpdate
        services.save_all.cancel(ctx.triggered_id["job"])
