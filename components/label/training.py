"""Training panel next to the plot: train on the existing labels with one click."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import html, no_update
from dash.development.base_component import Component

from components.ids import TrainingIds
from components.job_status import frame
from components.models.versions import comparison_figure
from components.parts import button
from services.training import versions as comparison
from services.wording import counted, first_of

NAMES = {"train": "Train and suggest", "improve": "Improve"}
BUSY = "A training for this file is running"


def panel() -> Component:
    """**Train and suggest** (or **Improve**), available labels, progress, expected accuracy."""
    return html.Div(
        [
            button(
                TrainingIds.START,
                "mortarboard",
                NAMES["train"],
                title="Counting labels…",
                className="tm-wide tm-train-start",
                outline=True,
                color="primary",
                disabled=True,
            ),
            html.P(id=TrainingIds.STATUS, className="tm-autolabel-status"),
            frame(TrainingIds.RUN, "train"),
            html.Div(id=TrainingIds.VERSIONS),
        ],
        id=TrainingIds.PANEL,
        className="d-flex flex-column gap-2",
    )


def button_content(state: dict[str, Any]) -> str:
    """Text of the button; ``state`` from ``LabelPageTraining.state``."""
    return NAMES[state["action"]]


def button_title(state: dict[str, Any], keys: str) -> str:
    """Tooltip of the button, or the reason why it is disabled; ``keys``: such as ``Shift+L``, "" without one."""
    if state["job"]:
        return BUSY
    if state["reason"]:
        return str(state["reason"])
    name = NAMES[state["action"]]
    end = f" ({keys})" if keys else ""
    return f"{name}: learn from {state['words']}, then label the rest of this file{end}"


def unmeasured(state: dict[str, Any]) -> list[Component]:
    """Button that trains without evaluation, if classes have a single segment; otherwise nothing."""
    if not state["once"] or state["job"]:
        return []
    words = f"Train with {first_of(state['once'], 4)}, without evaluation"
    look = "text-wrap text-start p-0"  # the text is wider than the pane
    return [dbc.Button(words, id=TrainingIds.UNMEASURED, size="sm", color="link", className=look, n_clicks=0)]


def compared(state: dict[str, Any], shown: str | None) -> tuple[Any, Any]:
    """Comparison of the evaluated versions, and the ids it is made of; it is not drawn again for those ``shown``."""
    view = " ".join(str(version["id"]) for version in comparison.judged(state["versions"]))
    if view == (shown or ""):
        return no_update, no_update  # redrawing a figure flickers
    return comparison_figure(state["versions"]), view


def made_later() -> list[Component]:
    """Components that callbacks create later."""
    return [dbc.Button("Train without evaluation", id=TrainingIds.UNMEASURED)]


def status_text(state: dict[str, Any]) -> str:
    """Available and missing labels, or expected accuracy of the chosen model and number of new labels."""
    fresh = ""
    if state["action"] == "improve":
        words = state["expected"]
        if state["fresh"]:
            new = counted(state["fresh"], "new label or decision", "new labels and decisions")
            fresh = f" {new} since."
    else:
        words = state["reason"] or f"Learns from {state['words']}."
    missing = f" {state['reason']}" if fresh and state["reason"] else ""
    warnings = "" if state["reason"] else "".join(f" {warning}" for warning in state["warnings"])
    scope = f" {state['scope']}" if state["scope"] and not state["reason"] else ""
    return f"{words}{fresh}{missing}{scope}{warnings}"
