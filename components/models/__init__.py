"""Models page: frame. Callbacks fill the list (``model_list``) and the details (``detail``)."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from components.dialogs import dialog
from components.ids import ModelsIds, TrainIds
from components.models import model_list
from components.models.training import training_place
from components.parts import aria

STORES = (ModelsIds.SET, ModelsIds.ALL_OF, ModelsIds.ADDRESS, ModelsIds.DRAWN)
DETAIL = (
    ModelsIds.HEAD,
    TrainIds.FIGURES,
    ModelsIds.USE,
    ModelsIds.CLASSES,
    ModelsIds.FACTS,
    TrainIds.ORIGIN,
)


def page_class(training: bool) -> str:
    """Class of the page: the form or a training replaces the model."""
    return "tm-models-page d-flex flex-column flex-md-row h-100" + (" tm-training" if training else "")


def models_page(model: str, version: str, job: str | None = None) -> Component:
    """The frame.

    Args:
        model: id of the initially shown model; the first one if unknown.
        version: current ``ModelView.version``.
        job: id of a training to show instead.
    """
    return html.Div(
        [
            dcc.Store(id=ModelsIds.SHOWN, data=model),
            dcc.Store(id=ModelsIds.VERSION, data=version),
            *[dcc.Store(id=store) for store in STORES],
            dcc.Store(id=TrainIds.VIEW, data={"job": job} if job else None),
            model_list.frame(),
            html.Div(
                [
                    html.Div(id=ModelsIds.NOTES, role="status"),
                    html.Div(
                        [html.Div(id=part) for part in DETAIL],
                        id=ModelsIds.DETAIL,
                        className="tm-model-detail",
                    ),
                    training_place(),
                ],
                className="tm-models-main tm-fill overflow-y-auto",
                **aria(label="Selected model"),
            ),
            dialog(ModelsIds.DESCRIBE),
            dialog(ModelsIds.DELETE),
            dialog(TrainIds.IMPROVE),
        ],
        id=ModelsIds.PAGE,
        className=page_class(training=bool(job)),
    )
