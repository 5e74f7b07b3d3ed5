"""Doubtful labels: button that checks the labels, and a bar above the table that shows one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.ids import DoubtIds
from components.parts import aria, button, icon_button
from services.timeseries import Store
from services.training.label_check import DoubtfulLabel
from services.wording import counted

STORES = (DoubtIds.CHECKED, DoubtIds.ENDED, DoubtIds.AT, DoubtIds.MARKS)
BUTTONS = (
    DoubtIds.PREVIOUS,
    DoubtIds.NEXT,
    DoubtIds.KEEP,
    DoubtIds.CHANGE,
    DoubtIds.AGAIN,
    DoubtIds.LEAVE,
)
NARROW = 150  # a label narrower than this part of the view is zoomed in to
ROOM = 30  # length of the view, in lengths of the label
WORDS = "d-flex flex-wrap align-items-center column-gap-1 tm-fill"
CHECKING = "Comparing the labels with each other…"
NONE_JUDGED = (
    "No label can be compared. Two classes with three labels each are needed, in this file or in files of its folder "
    "with the same channels."
)


def find_button() -> Component:
    """The button that checks the labels."""
    return icon_button(DoubtIds.FIND, "patch-question", "Find doubtful labels")


def bar() -> Component:
    """The bar; empty and hidden until the labels are checked."""
    return html.Div(
        [],
        id=DoubtIds.BAR,
        className="d-flex flex-wrap align-items-center gap-2 px-2 py-1 border-bottom tm-fine",
        role="toolbar",
        hidden=True,
        **aria(label="Doubtful labels"),
    )


def made_later() -> list[Component]:
    """All components of the bar, for Dash's validation of ids."""
    return [*_steps(), *_decisions("class"), _again(), _leave()]


def waiting() -> list[Component]:
    """Content of the bar during the check."""
    return [html.Span(CHECKING, className=WORDS, role="status"), _leave()]


def label_bar(
    label: DoubtfulLabel, place: int, count: int, time: str, colors: Mapping[str, str]
) -> list[Component]:
    """Content of the bar for a label.

    Args:
        place: its number, from 1, among ``count`` labels; ``time``: its start; ``colors``: of classes by name.
    """
    return [
        *_steps(),
        html.Span(f"{place:,} of {count:,}", role="status", className="text-nowrap"),
        html.Span(
            [
                *_class(label.label, colors),
                html.Span(f"at {time}, nearest labels are", className="text-body-secondary"),
                *_class(label.other, colors),
                html.Span(
                    f"(doubt {label.doubt:.2f})",
                    title="Above 0.5, the nearest labels of another class are nearer than those of its own class",
                    className="text-body-secondary",
                ),
            ],
            className=WORDS,
        ),
        *_decisions(label.other),
        _leave(),
    ]


def none_left(doubtful: int, judged: int) -> list[Component]:
    """Content of the bar without an undecided label; ``doubtful``: number of labels that were found."""
    if doubtful:
        words = f"{counted(doubtful, 'doubtful label')}, all decided."
    else:
        words = f"No doubtful label among {judged:,}." if judged else NONE_JUDGED
    again = [_again()] if doubtful else []
    return [html.Span(words, className=WORDS, role="status"), *again, _leave()]


def neighbour(labels: Sequence[DoubtfulLabel], at: str | None, step: int, order: Sequence[str]) -> str | None:
    """The id of the next undecided label (``step`` 1), the previous one (-1), or the first from ``at`` on (0).

    Args:
        labels: undecided labels.
        order: ids of all doubtful labels, in order; the search goes around the ends.
    """
    undecided = {label.id for label in labels}
    begin = order.index(at) if at in order else 0
    places = range(len(order)) if step == 0 else range(1, len(order) + 1)
    turned = (order[(begin + (step or 1) * away) % len(order)] for away in places)
    return next((identity for identity in turned if identity in undecided), None)


def view_of(store: Store, label: DoubtfulLabel, view: Sequence[float] | None) -> dict[str, Any]:
    """Value of the property ``go_to`` of the plot that selects and shows a label, and zooms in if it is narrow."""
    x0, x1 = store.x_of([label.start, label.end]).tolist()
    shown = {"x0": x0, "x1": x1, "ids": [label.id]}
    if view and x1 > x0 and (view[1] - view[0]) > NARROW * (x1 - x0):
        room = (ROOM - 1) / 2 * (x1 - x0)
        first, last = store.x_of([0, store.rows - 1]).tolist()
        return shown | {"x0": max(first, x0 - room), "x1": min(last, x1 + room), "exact": True}
    return shown


def _class(name: str, colors: Mapping[str, str]) -> list[Component]:
    return [html.Span(className="tm-swatch", style={"background": colors.get(name, "")}), html.B(name)]


def _steps() -> list[Component]:
    return [
        icon_button(DoubtIds.PREVIOUS, "chevron-left", "Previous doubtful label"),
        icon_button(DoubtIds.NEXT, "chevron-right", "Next doubtful label"),
    ]


def _decisions(other: str) -> list[Component]:
    keep, change = "Keep the label; it is not listed again", f"Change to {other}"
    look: Any = {"size": "sm", "outline": True}
    return [
        button(DoubtIds.KEEP, "check-lg", "Keep", title=keep, color="success", **look),
        button(DoubtIds.CHANGE, "tag", change, title=change, color="primary", **look),
    ]


def _again() -> Component:
    return button(DoubtIds.AGAIN, "arrow-counterclockwise", "Ask again", size="sm", color="link")


def _leave() -> Component:
    return icon_button(DoubtIds.LEAVE, "x-lg", "Close")
