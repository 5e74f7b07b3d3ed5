"""Labels travel as commands with a uuid; the answer confirms them and says what else changed.

A plain route: a callback between two stores costs the browser ten times what the work itself takes.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, request

from components.urls import EXCHANGE
from services.errors import Invalid, NotFound, TidemarkError
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Add ``POST /exchange``: ``{"nonce": …, "requests": [{"recording", "commands", "since"}, …]}``.

    The answer has the nonce, an answer for each request, and the versions of the lists of files and of models.
    """

    @server.post(EXCHANGE)
    def exchange() -> Response:
        payload = request.get_json()
        answers = [answer(services, one) for one in _requests(payload)]
        versions = {"files": services.recordings.version(), "models": services.models.version()}
        return jsonify(nonce=payload.get("nonce"), answers=answers, **versions)


def answer(services: Services, asked: dict[str, Any]) -> dict[str, Any]:
    """Apply the commands of one recording and tell what changed since the revision the browser has.

    An error that concerns the recording as a whole comes back in words. Where it may pass (``retry``), the browser
    keeps its commands and sends them again; where it is final, such as a recording that is gone, it gives them up.
    """
    recording = asked["recording"]
    try:
        return dict(services.annotations.apply(recording, asked["commands"], asked["since"]))
    except TidemarkError as error:
        final = isinstance(error, NotFound | Invalid)
        return {"recording": recording, "error": str(error), "retry": not final}


def _requests(payload: Any) -> list[dict[str, Any]]:
    requests = payload.get("requests") if isinstance(payload, dict) else None
    needed = {"recording", "commands", "since"}
    if not isinstance(requests, list) or not all(
        isinstance(one, dict) and needed <= one.keys() for one in requests
    ):
        raise Invalid("This is no list of commands for recordings.")
    return requests
