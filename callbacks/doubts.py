"""Doubtful labels: check the labels, show one doubtful label after the other, keep or change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.feedback import edit, follow, toast
from components.ids import DoubtIds, JobsIds, LabelIds
from components.label import doubts
from services.training.label_check import JOB, DoubtfulLabel, LabelCheckResult
from services.web.container import Services

STEPS = {DoubtIds.PREVIOUS: -1, DoubtIds.NEXT: 1, DoubtIds.AGAIN: 0}


@dataclass(frozen=True)
class DoubtsShown:
    """State of the bar: the recording, the checked labels, the id of the shown one, and the visible range."""

    recording: int
    checked: dict[str, Any] | None
    at: str | None = None
    view: Sequence[float] | None = None

    @property
    def result(self) -> LabelCheckResult | None:
        """The result of the check of this recording, if the bar shows one."""
        there = self.checked and self.checked["recording"] == self.recording
        return LabelCheckResult.from_json(self.checked["result"]) if there and self.checked else None


def register(app: Dash, services: Services) -> None:
    """Register the button and the bar."""

    @app.callback(
        Output(DoubtIds.BAR, "children"),
        Output(DoubtIds.BAR, "hidden"),
        Output(DoubtIds.CHECKED, "data"),
        Output(DoubtIds.AT, "data"),
        Output(DoubtIds.MARKS, "data"),
        Input(DoubtIds.FIND, "n_clicks"),
        Input(DoubtIds.ENDED, "data"),
        *[Input(button, "n_clicks", allow_optional=True) for button in doubts.BUTTONS],
        State(LabelIds.PLOT, "recording"),
        State(DoubtIds.CHECKED, "data"),
        State(DoubtIds.AT, "data"),
        State(LabelIds.PLOT, "view"),
        prevent_initial_call=True,
    )
    def press(*values: Any) -> tuple[Any, ...]:
        recording, checked, at, view = values[-4:]
        if not recording or not ctx.triggered or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        shown = DoubtsShown(recording["id"], checked, at, view)
        if ctx.triggered_id == DoubtIds.FIND:
            return find(services, shown)
        if ctx.triggered_id == DoubtIds.ENDED:
            return ended(services, shown, values[1])
        return decide(services, shown, DoubtIds(ctx.triggered_id))

    @app.callback(
        Output(DoubtIds.ENDED, "data"),
        Input(JobsIds.ENDED, "data"),
        State(LabelIds.PLOT, "recording"),
        State(DoubtIds.CHECKED, "data"),
        State(DoubtIds.BAR, "hidden"),
        prevent_initial_call=True,
    )
    def hear(jobs: Any, recording: Any, checked: Any, hidden: bool) -> Any:
        """Only the check that the bar waits for: another end would make Dash drop the answer to a press."""
        buttons = [
            job
            for job in jobs or []
            if job["kind"] == JOB and job["recording"] == (recording or {}).get("id")
        ]
        if not buttons or hidden or checked:
            raise PreventUpdate
        return buttons[0]


def find(services: Services, shown: DoubtsShown) -> tuple[Any, ...]:
    """Start a check, or show the result of an earlier one of the same labels."""
    job = services.label_check.start(shown.recording)
    result = services.label_check.result(job)
    if result is not None:
        return opened(services, shown, result)
    follow([job])
    return doubts.waiting(), False, None, None, no_update


def ended(services: Services, shown: DoubtsShown, job: dict[str, Any]) -> tuple[Any, ...]:
    """Show the result of the check that the bar waited for."""
    if job["recording"] != shown.recording:
        raise PreventUpdate
    if job["state"] == "done":
        return opened(services, shown, LabelCheckResult.from_json(job["result"]))
    if job["state"] != "cancelled":
        toast(job["error"], "error")
    return closed()


def opened(services: Services, shown: DoubtsShown, result: LabelCheckResult) -> tuple[Any, ...]:
    """The bar with the most doubtful label, and the result for the next callbacks."""
    checked = {"recording": shown.recording, "result": asdict(result)}
    children, hidden, _, at, marks = content(
        services, DoubtsShown(shown.recording, checked, None, shown.view), 0
    )
    return children, hidden, checked, at, marks


def closed() -> tuple[Any, ...]:
    """The empty bar."""
    return [], True, None, None, None


def decide(services: Services, shown: DoubtsShown, button: DoubtIds) -> tuple[Any, ...]:
    """Act on a button of the bar, and show the next label."""
    result = shown.result
    if button == DoubtIds.LEAVE or result is None:
        return closed()
    if button == DoubtIds.AGAIN:
        services.label_check.ask_again(shown.recording, result.doubtful)
    if button in STEPS:
        return content(services, shown, STEPS[button])
    label = next((doubtful for doubtful in result.doubtful if doubtful.id == shown.at), None)
    if label is None:
        raise PreventUpdate
    if button == DoubtIds.KEEP:
        services.label_check.keep(shown.recording, label.id)
    else:
        toast(f"Changed to {label.other}.", undo=edit("relabel", ids=[label.id], label=label.other))
    return content(services, shown, 1, decided=label)


def content(
    services: Services, shown: DoubtsShown, step: int, decided: DoubtfulLabel | None = None
) -> tuple[Any, ...]:
    """The bar after a step; ``decided``: a label whose change may not be stored yet."""
    result = shown.result or LabelCheckResult((), 0)
    undecided = services.label_check.undecided(shown.recording, result.doubtful)
    left = [doubtful for doubtful in undecided if decided is None or doubtful.id != decided.id]
    marks = {doubtful.id: doubtful.doubt for doubtful in left}
    at = doubts.neighbour(left, shown.at, step, [doubtful.id for doubtful in result.doubtful])
    label = next((doubtful for doubtful in left if doubtful.id == at), None)
    if label is None:
        return doubts.none_left(len(result.doubtful), result.judged), False, no_update, None, marks
    store = services.recordings.store(shown.recording)
    set_props(LabelIds.PLOT, {"go_to": doubts.view_of(store, label, shown.view)})
    colors = {label_class.name: label_class.color for label_class in services.label_classes.list()}
    words = doubts.label_bar(label, left.index(label) + 1, len(left), store.time_text(label.start), colors)
    return words, False, no_update, at, marks
