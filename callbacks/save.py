"""Save and Save All: the working state is written to outputs/."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output

from callbacks.wiring import on_click, script
from components.ids import LabelIds
from components.label import save_results
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Wire both buttons. The script first waits for commands that are still on their way, then asks."""
    on_click(
        app,
        {
            LabelIds.SAVE: "requestSave",
            LabelIds.SAVE_ALL: "requestSaveAll",
            LabelIds.SAVE_RESULTS_CLOSE: "closeSaveResults",
        },
    )

    @app.callback(
        Output(LabelIds.SAVE_DONE, "data"),
        Input(LabelIds.SAVE_REQUEST, "data"),
        prevent_initial_call=True,
        running=[(Output(LabelIds.SAVE, "disabled"), True, False)],
    )
    def save(request: dict[str, Any]) -> dict[str, Any]:
        saved = services.outputs.save(request["recording"])
        return {"nonce": request["nonce"], "labels": saved.labels, "path": saved.path}

    @app.callback(
        Output(LabelIds.SAVE_RESULTS_LIST, "children"),
        Output(LabelIds.SAVE_RESULTS, "is_open"),
        Input(LabelIds.SAVE_ALL_REQUEST, "data"),
        prevent_initial_call=True,
        running=[(Output(LabelIds.SAVE_ALL, "disabled"), True, False)],
    )
    def save_all(_request: dict[str, Any]) -> tuple[Any, bool]:
        results = services.outputs.save_all()
        return save_results.results(
            [(result.path, result.sentence, result.saved) for result in results]
        ), True

    script(app, "saved", Input(LabelIds.SAVE_DONE, "data"))
    script(app, "savedAll", Input(LabelIds.SAVE_RESULTS_LIST, "children"))
