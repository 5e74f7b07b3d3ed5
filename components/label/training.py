"""Beside the plot, under the model: training from the labels there are, in one press."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import TrainingIds
from components.job_status import frame
from components.parts import button
from services.wording import counted, first_of

NAMES = {"train": "Train and suggest", "improve": "Improve"}
BUSY = "A training for this file is at work"


def panel() -> Component:
    """**Train and suggest** (or **Improve**), what it learns from, its progress, how good its model should be."""
    return html.Div(
        [
            button(
                TrainingIds.START,
                "mortarboard",
                NAMES["train"],
                title="Looking at the labels…",
                className="tm-wide tm-train-start",
                outline=True,
                color="primary",
                disabled=True,
            ),
            html.P(id=TrainingIds.SAID, className="tm-autolabel-said"),
            frame(TrainingIds.RUN, "train"),
            html.Div(id=TrainingIds.VERSIONS),
        ],
        id=TrainingIds.PANEL,
        className="d-flex flex-column gap-2",
    )


def button_content(state: dict[str, Any]) -> str:
    """What is on the button; ``state`` as ``TrainingDesk.state`` has it."""
    return NAMES[state["action"]]


def button_title(state: dict[str, Any], keys: str) -> str:
    """What the button does, or why it cannot; ``keys``: such as ``Shift+L``, "" without one."""
    if state["job"]:
        return BUSY
    if state["reason"]:
        return str(state["reason"])
    name = NAMES[state["action"]]
    end = f" ({keys})" if keys else ""
    return f"{name}: learn from {state['words']}, then label the rest of this file{end}"


def unmeasured(state: dict[str, Any]) -> list[Component]:
    """The button that trains without held-out figures, where classes have one segment; nothing elsewhere."""
    if not state["once"] or state["job"]:
        return []
    words = f"Train with {first_of(state['once'], 4)}, without held-out figures"
    look = "text-wrap text-start p-0"  # the pane is narrower than the words
    return [dbc.Button(words, id=TrainingIds.UNMEASURED, size="sm", color="link", className=look, n_clicks=0)]


def made_later() -> list[Component]:
    """What the panel may get by a callback."""
    return [dbc.Button("Train without held-out figures", id=TrainingIds.UNMEASURED)]


def said(state: dict[str, Any]) -> str:
    """What a training learns from and what is missing, or how good the chosen model should be and what is new since."""
    fresh = ""
    if state["action"] == "improve":
        words = state["expected"]
        if state["fresh"]:
            new = counted(state["fresh"], "new label or decision", "new labels and decisions")
            fresh = f" {new} since."
    else:
        words = state["reason"] or f"Learns from {state['words']}."
    missing = f" {state['reason']}" if fresh and state["reason"] else ""
    warnings = "" if state["reason"] else "".join(f" {one}" for one in state["warnings"])
    return f"{words}{fresh}{missing}{warnings}"
