"""Model panel next to the plot: choose a model from a list with names and descriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.ids import ModelIds
from components.label import autolabel, training
from components.parts import aria, icon_button, list_text
from components.urls import model_page
from services.models import Model
from services.models.words import architecture


def model_panel(parts: Mapping[str, Any] | None = None) -> Component:
    """Choose a model, show its remarks, add one with **+**.

    Args:
        parts: initial content, from :func:`chosen_parts`.
    """
    shown = parts or chosen_parts([], None)
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Model"),
                    html.Div(
                        [
                            icon_button(
                                ModelIds.REMARKS_BUTTON,
                                "info-circle",
                                "Remarks on this model",
                                disabled=shown["silent"],
                            ),
                            html.A(
                                id=ModelIds.LINK,
                                href=shown["link"],
                                title="All models",
                                className="tm-tool tm-side-link d-inline-flex align-items-center bi bi-sliders",
                                **aria(label="All models"),
                            ),
                            icon_button(ModelIds.ADD, "plus-lg", "Add a model"),
                        ],
                        className="tm-side-tools d-flex",
                    ),
                ],
                className="d-flex align-items-center justify-content-between",
            ),
            html.Div([_list(shown), _none(shown)], id=ModelIds.CHOICE, className="tm-model-choice"),
            html.P(
                shown["remarks"],
                id=ModelIds.REMARKS,
                className="tm-model-remarks m-0 overflow-y-auto small text-break text-body-secondary",
                hidden=True,
            ),
            autolabel.panel(),
            training.panel(),
        ],
        className="tm-model-panel d-flex flex-column gap-2 border-top",
        **aria(label="Model"),
    )


def _list(shown: Mapping[str, Any]) -> Component:
    """The list; screen readers read the element with the id ``…-value-count`` before the chosen value."""
    name = html.Span("Select a Model:", id=f"{ModelIds.LIST}-value-count", className="visually-hidden")
    choice = dcc.Dropdown(
        id=ModelIds.LIST,
        options=shown["options"],
        value=shown["value"],
        clearable=False,
        placeholder="Select a Model",
        maxHeight=420,
    )
    offered = dcc.Store(id=ModelIds.OFFERED, data=shown["offered"])
    return html.Div([name, offered, choice], id=ModelIds.LIST_PLACE, hidden=shown["hidden"])


def _none(shown: Mapping[str, Any]) -> Component:
    return html.P(
        "No model yet. Add one with +.",
        id=ModelIds.NONE,
        className="tm-fine text-body-secondary m-0",
        hidden=shown["none"],
    )


def options(models: Sequence[Model]) -> list[dict[str, Any]]:
    """Options of the list; remarks are tooltips, and all texts are searched."""
    return [
        {
            "value": model.id,
            "label": _lines(model),
            "title": model.remarks or architecture(model.info),
            "search": list_text(f"{model.name} {model.short_description}"),
        }
        for model in models
    ]


def _lines(model: Model) -> str:
    """Name and short description as text; Dash fails if options with components change while the list is open."""
    return list_text(f"{model.name}\n{model.short_description}" if model.short_description else model.name)


def chosen_parts(models: Sequence[Model], chosen: str | None) -> dict[str, Any]:
    """Content of the panel: ``options``, ``value``, whether there is no model, remarks, link to the Models page."""
    model_chosen = next((model for model in models if model.id == chosen), None)
    return {
        "options": options(models),
        "value": model_chosen.id if model_chosen else None,
        "offered": model_chosen.id if model_chosen else None,
        "hidden": not models,
        "none": bool(models),
        "remarks": model_chosen.remarks if model_chosen else "",
        "silent": not (model_chosen and model_chosen.remarks),
        "link": model_page(model_chosen.id if model_chosen else ""),
    }
