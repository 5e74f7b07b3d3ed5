"""Review of suggestions: start button, and the bar that covers the label field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.dialogs import dialog
from components.ids import ReviewIds
from components.parts import act, aria, button, icon_button, named, with_key

ALL_MODELS = [{"label": "all models", "value": ""}]
FIRST_THRESHOLD = 0.9  # score
CHOICES = {
    ReviewIds.ABOVE: True,
    ReviewIds.BELOW: False,
    ReviewIds.ALL: True,
    ReviewIds.NONE: False,
}  # do they accept?
ACTION: Any = {"data-action": "review", **act("review")}


def keeps_focus(kept: str) -> Any:
    """Attribute of an element: a press in it leaves the focus where it is (``assets/keep_focus.js``)."""
    return {"data-keeps-focus": kept}


def start_button() -> Component:
    """Button with the number of open suggestions; the plot shows it while there are any."""
    return html.Button(
        [
            "Review",
            html.Span("", id=ReviewIds.COUNT, className="tm-to-review"),
        ],
        id=ReviewIds.START,
        title=with_key("Review the suggestions of this file", "review"),
        type="button",
        n_clicks=0,
        hidden=True,
        className="btn btn-sm btn-outline-primary tm-review-start bi bi-check2-square",
        **ACTION,
    )


def review_bar() -> Component:
    """The bar, initially hidden. It replaces the label field, so that the layout does not move.

    The plot requests its content when there are suggestions: most files have none.
    """
    return html.Div(
        id=ReviewIds.BAR,
        className="tm-review flex-wrap flex-sm-nowrap",
        role="toolbar",
        hidden=True,
        **aria(label="Review of suggestions"),
        **keeps_focus("yes"),
    )


def review_content() -> list[Component]:
    """Content of the bar."""
    return [
        html.Div(_single_controls(), id=ReviewIds.ONE, className="tm-review-part"),
        html.Div(_done_content(), id=ReviewIds.DONE, className="tm-review-part", hidden=True),
        html.Div(_always(), className="tm-review-part tm-review-end"),
        _many(),
        dialog(ReviewIds.DIALOG),
    ]


def selected() -> Component:
    """Decisions about selected labels, in the head of the table; shown while suggestions are selected."""
    return html.Div(
        [
            icon_button(
                ReviewIds.ACCEPT_SELECTED,
                "check-lg",
                "Accept the selected suggestions",
                act="accept-selected",
            ),
            icon_button(
                ReviewIds.REJECT_SELECTED, "x-lg", "Reject the selected suggestions", act="reject-selected"
            ),
            icon_button(
                ReviewIds.REOPEN_SELECTED,
                "arrow-return-left",
                "Reopen the rejected suggestions",
                act="reopen-selected",
            ),
        ],
        id=ReviewIds.SELECTED,
        className="tm-group",
        role="group",
        hidden=True,
        **aria(label="Decide"),
    )


def _single_controls() -> list[Component]:
    return [
        icon_button(
            ReviewIds.PREVIOUS,
            "chevron-left",
            "Previous open suggestion",
            "review-previous",
            "review-previous",
        ),
        html.Span("", id=ReviewIds.POSITION, className="tm-review-position", role="status"),
        icon_button(ReviewIds.NEXT, "chevron-right", "Next open suggestion", "review-next", "review-next"),
        html.Span("", id=ReviewIds.WHAT, className="tm-review-what", role="status"),
        _decision(ReviewIds.ACCEPT, "check-lg", "Accept", "review-accept", "review-accept", "success"),
        _decision(
            ReviewIds.ACCEPT_NEXT,
            "check-lg",
            "and next",
            "review-accept-next",
            "review-accept-next",
            "success",
        ),
        _decision(ReviewIds.REJECT, "x-lg", "Reject", "review-reject", "review-reject", "danger"),
    ]


def _decision(identity: str, icon_name: str, text: str, action: str, act: str, color: str) -> Component:
    name = f"{'Accept ' if text == 'and next' else ''}{text}"
    return button(
        identity,
        icon_name,
        text,
        action,
        act,
        size="sm",
        outline=True,
        color=color,
        title=name,
        className="tm-decision",
    )


def _done_content() -> list[Component]:
    return [
        html.Strong("All suggestions decided", role="status"),
        button(ReviewIds.SAVE, "floppy", "Save", "save", "review-save", size="sm"),
    ]


def _always() -> list[Component]:
    return [
        icon_button(ReviewIds.ORDER, "sort-down", "By time", "review-order", "review-order"),
        icon_button(
            ReviewIds.MANY,
            "ui-checks",
            "Accept or reject many at once",
            "review-many",
            "review-many",
            **aria(expanded="false", controls=ReviewIds.MANY_PANEL),
        ),
        icon_button(
            ReviewIds.CONFIDENCE,
            "graph-up",
            "Hide or show the confidence of the model",
            "confidence",
            "confidence",
        ),
        icon_button(
            ReviewIds.NEXT_FILE,
            "file-earmark-arrow-down",
            "Next file with open suggestions",
            "next-to-review",
            "next-to-review",
        ),
        icon_button(ReviewIds.LEAVE, "box-arrow-right", "Leave the review", "review-leave", "review-stop"),
    ]


def many_content(
    models: list[dict[str, str]], words: Sequence[str], disabled: Sequence[bool]
) -> list[Component]:
    """Content of the panel: models with suggestions, and the text of each button of :data:`CHOICES`."""
    slider: Any = {"min": 0, "max": 1, "step": 0.01, "value": FIRST_THRESHOLD, "autofocus": True}
    threshold = dbc.Input(id=ReviewIds.THRESHOLD, type="range", className="form-range", **slider)
    model = dbc.Select(id=ReviewIds.MODEL, options=models, value="", size="sm")
    few = len(models) < 3
    return [
        html.Div(named("Suggestions of", model), className="tm-review-model", hidden=few),
        html.Div(
            [
                html.Span("Score"),
                named("Score", threshold, className="tm-review-slider"),
                html.Output(f"{FIRST_THRESHOLD:.2f}", id=ReviewIds.THRESHOLD_VALUE),
            ],
            className="tm-review-threshold",
        ),
        html.Div(
            [
                html.Button(
                    text,
                    id=identity,
                    type="button",
                    className=f"btn btn-sm btn-outline-{'success' if accepts else 'danger'}",
                    disabled=off,
                    n_clicks=0,
                )
                for (identity, accepts), text, off in zip(CHOICES.items(), words, disabled, strict=True)
            ],
            className="tm-review-choices",
        ),
    ]


def _many() -> Component:
    return html.Div(
        id=ReviewIds.MANY_PANEL,
        className="tm-review-many",
        role="group",
        hidden=True,
        **aria(label="Accept or reject many at once"),
        **keeps_focus("no"),
    )
