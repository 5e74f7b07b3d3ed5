"""Left on the page of models: all of them, and adding or training one."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import ModelsIds, TrainIds
from components.models.training import trainings
from components.parts import aria, button, named


def shelf() -> Component:
    """The list with its filter, the buttons that add and train a model, and trainings at work."""
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
                            ),
                            button(TrainIds.NEW, "mortarboard", "Train a model", size="sm"),
                        ],
                        className="tm-models-new",
                    ),
                ],
                className="tm-models-head",
            ),
            trainings(),
            named(
                "Filter models",
                dbc.Input(
                    id=ModelsIds.FILTER,
                    type="search",
                    placeholder="Filter models",
                    size="sm",
                    autoComplete="off",
                ),
                className="tm-models-filter",
            ),
            html.Div(id=ModelsIds.LIST, className="tm-models-list"),
        ],
        className="tm-models-shelf",
        **aria(label="All models"),
    )
