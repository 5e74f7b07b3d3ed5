"""On the page of models: trainings at work, and the place of the form and of one training. Callbacks fill them."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.ids import TrainIds
from components.parts import aria


def trainings() -> Component:
    """The trainings that wait or run, above the list of models."""
    return html.Div(id=TrainIds.TRAININGS, className="tm-trainings py-0 px-1")


def training_place() -> Component:
    """In place of a model: the form, or a training and how it learns."""
    return html.Section(id=TrainIds.PLACE, className="tm-train", hidden=True, **aria(label="Training"))
