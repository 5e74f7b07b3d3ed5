"""Labels travel as commands with a uuid; the answer confirms them and says what else changed."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output

from callbacks.wiring import on_click, script, toggles
from components.ids import LabelIds, SelectionIds, ShellIds
from services.container import Services
from services.errors import Invalid, NotFound, TidemarkError


def register(app: Dash, services: Services) -> None:
    """Wire commands, answers and the label field."""

    @app.callback(
        Output(ShellIds.ANSWERS, "data"), Input(ShellIds.COMMANDS, "data"), prevent_initial_call=True
    )
    def exchange(payload: dict[str, Any]) -> dict[str, Any]:
        return {
            "nonce": payload["nonce"],
            "answers": [answer(services, request) for request in payload["requests"]],
            "files": services.recordings.version(),
        }

    script(app, "takeAnswers", Input(ShellIds.ANSWERS, "data"))
    on_click(app, {LabelIds.SUBMIT: "submit", LabelIds.CANCEL: "cancel", LabelIds.DELETE: "deleteSelected"})
    on_click(
        app,
        {
            SelectionIds.RELABEL: "relabelSelected",
            SelectionIds.MERGE: "mergeSelected",
            SelectionIds.NOTE: "noteSelected",
            SelectionIds.NOTE_KEEP: "keepNote",
            SelectionIds.EARLIER: "shiftEarlier",
            SelectionIds.LATER: "shiftLater",
            SelectionIds.SCOPE: "chooseScope",
        },
    )
    toggles(app, SelectionIds.NOTE_DIALOG, SelectionIds.NOTE_CANCEL)


def answer(services: Services, request: dict[str, Any]) -> dict[str, Any]:
    """Apply the commands of one recording and tell what changed since the revision the browser has.

    An error that concerns the recording as a whole comes back in words. Where it may pass (``retry``), the browser
    keeps its commands and sends them again; where it is final, such as a recording that is gone, it gives them up.
    """
    recording = request["recording"]
    try:
        return dict(services.annotations.apply(recording, request["commands"], request["since"]))
    except TidemarkError as error:
        final = isinstance(error, NotFound | Invalid)
        return {"recording": recording, "error": str(error), "retry": not final}
