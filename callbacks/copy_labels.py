"""Copy labels to other recordings of the same shape; one edit per recording, which can be undone there."""

from __future__ import annotations

from time import perf_counter
from typing import Any
from uuid import uuid4

from dash import Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks.feedback import files_changed, labels_changed, toast
from components import copy_dialog as dialog
from components.ids import CopyIds, LabelIds
from components.urls import label
from services.errors import TidemarkError
from services.web.container import Services
from services.wording import counted

STEP_SECONDS = 0.4
TOAST_MS = 20_000  # has a link to a file
LOOKING = "Looking for files of the same shape…"
NO_LABELS = "This file has no labels to copy yet."


def register(app: Dash, services: Services) -> None:
    """Register the dialog."""
    _opening(app, services)
    _choosing(app)
    _copying(app, services)


def _opening(app: Dash, services: Services) -> None:
    @app.callback(
        Output(CopyIds.ABOUT, "data"),
        Input(CopyIds.OPEN, "n_clicks"),
        State("_pages_location", "pathname"),
        State(LabelIds.TABLE, "selectedRows"),
        prevent_initial_call=True,
    )
    def open_dialog(clicks: int | None, path: str, selected: Any) -> Any:
        if not clicks:
            raise PreventUpdate
        recording = int(path.rpartition("/")[2])
        rows = [row["id"] for row in selected] if isinstance(selected, list) else []
        count, ids = services.copying.accepted(recording, rows)
        if not count:
            toast(NO_LABELS)
            return no_update
        return {"id": uuid4().hex, "recording": recording, "count": count, "ids": ids}

    @app.callback(Output(CopyIds.TARGETS, "data"), Input(CopyIds.ABOUT, "data"), prevent_initial_call=True)
    def find_targets(about: Any) -> dict[str, Any]:
        targets = services.copying.targets(about["recording"])
        return {
            "about": about["id"],
            "list": [{"id": target.id, "path": target.path, "ways": target.ways} for target in targets],
        }


def _choosing(app: Dash) -> None:
    @app.callback(
        Output(CopyIds.WHICH, "options"),
        Output(CopyIds.WHICH, "value"),
        Output(CopyIds.FILTER, "value"),
        Output(CopyIds.DIALOG, "is_open"),  # with the others: what is typed in the open dialog stays
        Input(CopyIds.ABOUT, "data"),
        prevent_initial_call=True,
    )
    def open_with_labels(about: Any) -> tuple[list[Any], str, str, bool]:
        selected = len(about["ids"])
        options = dialog.label_options(about["count"], selected)
        return options, "selected" if selected else "all", "", True

    @app.callback(
        Output(CopyIds.BY, "options"),
        Output(CopyIds.BY, "value"),
        Input(CopyIds.TARGETS, "data"),
        prevent_initial_call=True,
    )
    def offer_ways(targets: Any) -> tuple[list[Any], str]:
        options = dialog.way_options(targets["list"])
        return options, options[0]["value"] if options else "sample"

    @app.callback(
        Output(CopyIds.LIST, "value"),
        Input(CopyIds.ALL, "value"),
        Input(CopyIds.ABOUT, "data"),
        Input(CopyIds.WORK, "data"),
        State(CopyIds.TARGETS, "data"),
        State(CopyIds.BY, "value"),
        State(CopyIds.FILTER, "value"),
        prevent_initial_call=True,
    )
    def choose(everything: bool, about: Any, work: Any, *shown: Any) -> list[int]:
        if ctx.triggered_id == CopyIds.WORK and work["left"]:
            raise PreventUpdate
        if ctx.triggered_id != CopyIds.ALL or not everything:
            return []
        options = dialog.target_options(listed(about, *shown), {})
        return [option["value"] for option in options if option["value"]]

    @app.callback(
        Output(CopyIds.ALL, "value"),
        Input(CopyIds.ABOUT, "data"),
        Input(CopyIds.WORK, "data"),
        prevent_initial_call=True,
    )
    def choose_none(_about: Any, work: Any) -> bool:
        if work and work["left"]:
            raise PreventUpdate
        return False

    @app.callback(
        output=PARTS,
        inputs=[
            Input(CopyIds.ABOUT, "data"),
            Input(CopyIds.TARGETS, "data"),
            Input(CopyIds.BY, "value"),
            Input(CopyIds.WHICH, "value"),
            Input(CopyIds.FILTER, "value"),
            Input(CopyIds.LIST, "value"),
            Input(CopyIds.WORK, "data"),
        ],
        prevent_initial_call=True,
    )
    def draw(*values: Any) -> dict[str, Any]:
        return parts(*values)


def _copying(app: Dash, services: Services) -> None:
    @app.callback(
        Output(CopyIds.WORK, "data"),
        Output(CopyIds.TICK, "max_intervals"),
        Input(CopyIds.START, "n_clicks"),
        Input(CopyIds.TICK, "n_intervals"),
        Input(CopyIds.ABOUT, "data"),
        State(CopyIds.LIST, "value"),
        State(CopyIds.WHICH, "value"),
        State(CopyIds.BY, "value"),
        State(CopyIds.TARGETS, "data"),
        State(CopyIds.WORK, "data"),
        prevent_initial_call=True,
    )
    def copy(_start: Any, count: int | None, about: Any, *choice: Any) -> tuple[dict[str, Any], int]:
        work = begun(about, *choice) if ctx.triggered_id == CopyIds.START else choice[-1]
        if ctx.triggered_id == CopyIds.ABOUT:
            return {"left": [], "results": {}}, 0
        if not work or not work["left"]:
            raise PreventUpdate
        work = step(services, work)
        return work, (count or 0) + 1 if work[
            "left"
        ] else 0  # one more tick: the next step follows this answer


# ---- functions of the callbacks -----------------------------------------------------------------------------------

PARTS = {
    "empty": Output(CopyIds.EMPTY, "children"),
    "options": Output(CopyIds.LIST, "options"),
    "all": Output(CopyIds.ALL, "label"),
    "state": Output(CopyIds.STATE, "children"),
    "start": Output(CopyIds.START, "children"),
    "disabled": Output(CopyIds.START, "disabled"),
}


def parts(
    about: Any,
    targets: Any,
    by: str | None,
    which: str | None,
    search_text: str | None,
    chosen: list[int],
    work: Any,
) -> dict[str, Any]:
    """Values for :data:`PARTS`."""
    is_loaded, shown = bool(of_dialog(about, targets)), listed(about, targets, by, search_text)
    files = len([target for target in listed(about, targets, by) if target["id"] in (chosen or [])])
    labels = 0 if not about else len(about["ids"]) if which == "selected" else about["count"]
    left, total = len(work["left"]) if work else 0, work.get("total", 0) if work else 0
    return {
        "empty": "" if is_loaded and targets["list"] else dialog.NONE if is_loaded else LOOKING,
        "options": dialog.target_options(shown, work["results"] if work else {}),
        "all": f"{counted(len(shown), 'file')} of the same shape",
        "state": f"Copying to {total - left + 1:,} of {counted(total, 'file')}" if left else "",
        "start": dialog.start_text(labels, files),
        "disabled": not files or left > 0,
    }


def of_dialog(about: Any, targets: Any) -> Any:
    """The recordings of the same shape; None until those of the open dialog are found."""
    return targets if about and targets and targets["about"] == about["id"] else None


def listed(about: Any, targets: Any, by: str | None, search_text: str | None = "") -> list[dialog.Target]:
    """Recordings that labels can be copied to in a way, filtered by the words in the path."""
    found = (of_dialog(about, targets) or {"list": []})["list"]
    return dialog.fitting(found, by or "sample", search_text or "")


def begun(about: Any, chosen: list[int], which: str, by: str, targets: Any, work: Any) -> dict[str, Any]:
    """The copies to make: each recording with the uuid of its edit, so that steps are idempotent."""
    fitting = dialog.fitting([target for target in targets["list"] if target["id"] in (chosen or [])], by, "")
    return {
        "recording": about["recording"],
        "by": by,
        "ids": about["ids"] if which == "selected" else None,
        "left": [[target["id"], target["path"], str(uuid4())] for target in fitting],
        "total": len(fitting),
        "paths": {str(target["id"]): target["path"] for target in fitting},
        "results": (work or {}).get("results", {}),
    }


def step(services: Services, work: dict[str, Any]) -> dict[str, Any]:
    """Copy to recordings for a fraction of a second; shows the result after the last."""
    until = perf_counter() + STEP_SECONDS
    left, results = list(work["left"]), dict(work["results"])
    while left and perf_counter() < until:
        target, _path, uuid = left.pop(0)
        try:
            report = services.copying.copy(work["recording"], target, work["by"], uuid, work["ids"])
            results[str(target)] = dialog.result_of(report)
        except TidemarkError as error:
            results[str(target)] = {"sentence": str(error), "failed": True}
    if not left:
        _show_results(
            services, {key: result for key, result in results.items() if key in work["paths"]}, work["paths"]
        )
    return {**work, "left": left, "results": results}


def _show_results(services: Services, results: dict[str, dict[str, Any]], paths: dict[str, str]) -> None:
    done = [key for key, result in results.items() if not result["failed"]]
    complete = len(done) == len(results) and not any(result["missed"] for result in results.values())
    more: dict[str, Any] = {}
    if done:
        text = "Open" if len(done) == 1 else "Open the first"
        more = {"action": {"text": text, "href": label(int(done[0]))}, "ms": TOAST_MS}
    toast(dialog.done_text(results, paths), "success" if complete else "warning", **more)
    labels_changed()
    files_changed(services)
