"""Containers of the Models page for active trainings, the form and a training, filled by callbacks."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.ids import TrainIds
from components.parts import aria


def trainings() -> Component:
    """Queued and running trainings, above the list of models."""
    return html.Div(id=TrainIds.TRAININGS, className="tm-trainings py-0 px-1")


def training_place() -> Component:
    """Container of the form or a training, in place of a model."""
    return html.Section(id=TrainIds.PLACE, className="tm-train", hidden=True, **aria(label="Training"))
