"""List of models on the left of the Models page, with filter and buttons for adding and training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import ModelsIds, TrainIds, model_row
from components.models.training import trainings
from components.parts import SIDE_LIST, aria, button, named
from components.words import percent

FEW = 6  # up to this number of models, there is no filter


def frame() -> Component:
    """The frame: head, active trainings, filter, empty list."""
    return html.Section(
        [
            html.Div(
                [
                    html.H1("Models"),
                    html.Div(
                        [
                            button(
                                ModelsIds.ADD,
                                "plus-lg",
                                "Add a model",
                                size="sm",
                                outline=True,
                                color="primary",
                                className="text-nowrap",
                            ),
                            button(
                                TrainIds.NEW,
                                "mortarboard",
                                "Train a model",
                                size="sm",
                                className="text-nowrap",
                            ),
                        ],
                        className="tm-models-new d-flex gap-1",
                    ),
                ],
                className="tm-models-head d-flex align-items-center justify-content-between gap-2",
            ),
            trainings(),
            html.Div(
                named(
                    "Filter models",
                    dbc.Input(
                        id=ModelsIds.FILTER,
                        type="search",
                        placeholder="Filter models",
                        size="sm",
                        autoComplete="off",
                        debounce=150,
                    ),
                    className="d-block",
                ),
                id=ModelsIds.FILTER_PLACE,
                hidden=True,
            ),
            html.Div(id=ModelsIds.LIST, className="tm-models-list tm-fill overflow-y-auto"),
        ],
        className="tm-models-shelf d-flex flex-shrink-0 flex-column gap-2 border-end",
        style=SIDE_LIST,
        **aria(label="All models"),
    )


def rows(models: Sequence[dict[str, Any]], looking: Sequence[str], words: str) -> list[Component]:
    """Rows of the list.

    Args:
        models: from ``ModelView.state``.
        looking: names of checkpoints being inspected.
        words: search words in name, description, remarks or architecture.
    """
    listed = [model for model in models if words.strip().casefold() in _searched(model)]
    none = "No model has these words in its name, description or remarks."
    return [
        *map(_waiting, looking),
        *[_row(model) for model in listed],
        *([html.P(none, className="tm-fine text-body-secondary")] if models and not listed else []),
    ]


def filter_hidden(models: Sequence[Any], words: str) -> bool:
    """True if the filter is hidden: short list and no search words."""
    return len(models) < FEW and not words.strip()


def _searched(model: dict[str, Any]) -> str:
    names = ("name", "short_description", "remarks", "architecture")
    return "\n".join(model[name] for name in names).casefold()


def _row(model: dict[str, Any]) -> Component:
    precision = model["counts"]["precision"]
    words = "Share of its decided suggestions that were accepted unchanged"
    share = [] if precision is None else [html.Span(percent(precision), className="tm-count", title=words)]
    return html.Button(
        [
            _lines(model["name"], model["short_description"] or model["architecture"]),
            *share,
        ],
        id=model_row(model["id"]),
        className="tm-model-row",
        type="button",
        n_clicks=0,
    )


def _waiting(name: str) -> Component:
    spinner = html.Span(className="spinner-border spinner-border-sm", **aria(hidden="true"))
    return html.Div(
        [_lines(name, "Being inspected…"), spinner], className="tm-model-row tm-model-waiting", role="status"
    )


def _lines(name: str, short: str) -> Component:
    lines = [
        html.Span(name, className="tm-model-name text-truncate fw-semibold"),
        html.Span(short, className="small text-truncate text-body-secondary"),
    ]
    return html.Span(lines, className="tm-fill d-flex flex-column")
