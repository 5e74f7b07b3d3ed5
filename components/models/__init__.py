"""The page of models: its frame, in parts. What is in it comes from the server's state, drawn by its scripts."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from components.ids import ModelsIds
from components.models.shelf import shelf
from components.models.training import training_place
from components.parts import aria


def models_page(model: str | None, job: str | None = None) -> Component:
    """The frame; ``model`` is the id of the one shown first, None: the first there is; ``job`` that of a training."""
    return html.Div(
        [
            dcc.Store(id=ModelsIds.SHOWN, data={"model": model, "job": job}),
            dcc.Store(id=ModelsIds.OPENED),
            shelf(),
            html.Div(
                [
                    html.Div(id=ModelsIds.NOTES, role="status"),
                    html.Div(id=ModelsIds.DETAIL, className="tm-model-detail"),
                    training_place(),
                ],
                className="tm-models-main",
                **aria(label="The model that is chosen"),
            ),
        ],
        className="tm-models-page",
    )
