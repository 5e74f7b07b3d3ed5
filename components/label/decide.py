"""Decide many suggestions at once: suggestions, number and text of each button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.dialogs import form
from components.ids import ReviewIds
from components.label.review import ALL_MODELS, CHOICES, FIRST_THRESHOLD, many_content
from services.wording import counted

Scores = Mapping[str, list[float]]
BUTTONS = tuple(CHOICES)


@dataclass(frozen=True)
class BulkDecision:
    """Action of a button: accept or reject open suggestions of a model ("": of all) by score."""

    what: str
    model: str = ""
    least: float | None = None
    below: float | None = None

    def command(self) -> dict[str, Any]:
        """The values of a command ``decide``."""
        bounds = {"model": self.model or None, "least": self.least, "below": self.below}
        return {"what": self.what} | {name: value for name, value in bounds.items() if value is not None}

    def count(self, scores: Scores) -> int:
        """Number of affected suggestions; ``scores``: scores of open suggestions by model."""
        values_of_model = [values for model, values in scores.items() if self.model in ("", model)]
        least = float("-inf") if self.least is None else self.least
        below = float("inf") if self.below is None else self.below
        return sum(least <= score < below for values in values_of_model for score in values)

    def words(self, count: int) -> str:
        """Text of the button."""
        verb = "Accept" if self.what == "accept" else "Reject"
        if self.least is not None:
            return f"{verb} {count:,} ≥ {self.least:.2f}"
        if self.below is not None:
            return f"{verb} {count:,} < {self.below:.2f}"
        return f"{verb} all {count:,}{'' if self.what == 'accept' else '…'}"

    def done(self, count: int) -> str:
        """Message afterwards."""
        return f"{'Accepted' if self.what == 'accept' else 'Rejected'} {counted(count, 'suggestion')}."


def choice(button: str, threshold: float, model: str) -> BulkDecision:
    """Action of one of :data:`BUTTONS`."""
    return {
        ReviewIds.ABOVE: BulkDecision("accept", model, least=threshold),
        ReviewIds.BELOW: BulkDecision("reject", model, below=threshold),
        ReviewIds.ALL: BulkDecision("accept", model),
        ReviewIds.NONE: BulkDecision("reject", model),
    }[ReviewIds(button)]


def panel(scores: Scores, names: Mapping[str, str]) -> list[Component]:
    """Content of the panel when it opens; ``names`` of the models by id."""
    return many_content(models(scores, names), *buttons(scores, FIRST_THRESHOLD, ""))


def models(scores: Scores, names: Mapping[str, str]) -> list[dict[str, str]]:
    """Options: models with suggestions."""
    options = [{"label": names.get(model, "a deleted model"), "value": model} for model in scores if model]
    return [*ALL_MODELS, *options]


def buttons(scores: Scores, threshold: float, model: str) -> tuple[list[str], list[bool]]:
    """Texts of the buttons, and whether they are disabled."""
    choices = [choice(button, threshold, model) for button in BUTTONS]
    counts = [choice.count(scores) for choice in choices]
    return [choice.words(count) for choice, count in zip(choices, counts, strict=True)], [
        not count for count in counts
    ]


def confirm(count: int, model: str) -> Component:
    """Confirmation before rejecting all."""
    title = "Reject the suggestion?" if count == 1 else f"Reject all {count:,} suggestions?"
    words = "They are hidden and kept as rejected. One undo restores them."
    about = {"count": count, "model": model}
    return form(ReviewIds.DIALOG, title, [html.P(words)], "Reject all", about, danger=True)


def no_suggestion(request: Mapping[str, Any], following: int | None) -> dict[str, Any]:
    """Message when there is nothing to review, as keywords of a toast.

    Args:
        request: ``review_asked`` of ``TimeSeriesPlot``.
        following: the next file with suggestions.
    """
    if request["about"] == "next":
        other = "No other file has open suggestions."
        return {"text": other if request["waiting"] else "No file has open suggestions any more."}
    if following is None:
        return {"text": "No file has open suggestions."}
    action = {"text": "Next file", "press": ReviewIds.NEXT_FILE}
    return {"text": "This file has no open suggestions.", "action": action}
