"""Mark files as done: save their labels first, then open the next file that is not done."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State

from callbacks.feedback import files_changed, go, labels_changed, toast
from callbacks.file_tree import choice_of, choice_values
from components.files.tree_rows import next_where, passing
from components.ids import LabelIds, ShellIds
from components.urls import label
from services.recordings.file_list import base_name
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Register Done. A script first waits until unsent labels are in the database."""
    app.clientside_callback(
        ClientsideFunction("time_series_plot", "doneWhenSent"),
        Output(ShellIds.FILES_DONE, "data"),
        Input(LabelIds.DONE, "n_clicks", allow_optional=True),
        Input(ShellIds.FILES_DONE_ASKED, "data"),
        State(LabelIds.PLOT, "recording", allow_optional=True),
        prevent_initial_call=True,
    )

    @app.callback(
        inputs={
            "request": Input(ShellIds.FILES_DONE, "data"),
            "values": choice_values(State),
        },
        prevent_initial_call=True,
    )
    def done(request: dict[str, Any], values: list[Any]) -> None:
        files = services.file_lists.current()
        if "recordings" in request:
            mark(services, request["recordings"], request["done"])
        elif files.by_id[request["recording"]].done:
            mark(services, [request["recording"]], False)
        else:
            following = next_where(
                passing(files.files, choice_of(services, values)),
                request["recording"],
                lambda file: not file.done,
            )
            mark_and_go(services, request["recording"], following)


def mark(services: Services, recordings: list[int], done: bool) -> int | None:
    """Save and mark files, or unmark them; returns the number of saved files, None if one could not be saved."""
    results = services.outputs.save_unsaved(recordings) if done else []
    failed = [result for result in results if not result.saved]
    if failed:
        toast(f"Not done: {failed[0].path}: {failed[0].reason}", "warning")
        return None
    services.recordings.mark_done(recordings, done)
    files_changed(services)
    if results:
        labels_changed()
    return len(results)


def mark_and_go(services: Services, opened: int, following: int | None) -> None:
    """Mark the open file, and open the next one."""
    saved = mark(services, [opened], True)
    if saved is None:
        return
    if following:
        go(label(following))
    name = base_name(services.recordings.get(opened).path)
    words = f"{name} is done{', labels saved' if saved else ''}.{'' if following else ' All files are done.'}"
    undo = {"text": "Undo", "store": ShellIds.FILES_DONE, "data": {"recordings": [opened], "done": False}}
    toast(words, "success", action=undo, lasting=True)
