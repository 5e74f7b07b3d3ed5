"""Left on the page of models: all of them, and adding one."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import ModelsIds
from components.parts import aria, button, named


def shelf() -> Component:
    """The list with its filter, and the button that adds a model."""
    return html.Section(
        [
            html.Div(
                [
                    html.H1("Models"),
                    button(ModelsIds.ADD, "plus-lg", "Add a model", size="sm"),
                ],
                className="tm-models-head",
            ),
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
