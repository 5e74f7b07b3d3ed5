"""Models: the buttons of their page and of the panel beside the plot; scripts ask routes/models.py for the rest."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output

from callbacks.wiring import on_click, script
from components.ids import ModelIds, ModelsIds, TrainIds
from services.web.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire both."""
    app.clientside_callback(  # with an output, since without one Dash does not call it when the page loads
        ClientsideFunction("tidemark", "openModels"),
        Output(ModelsIds.OPENED, "data"),
        Input(ModelsIds.SHOWN, "data"),
    )
    script(app, "filterModels", Input(ModelsIds.FILTER, "value"))
    on_click(
        app,
        {
            ModelsIds.ADD: "addModel",
            ModelIds.ADD: "addModel",
            ModelIds.REMARKS_BUTTON: "showModelRemarks",
            TrainIds.NEW: "trainModel",
        },
    )
