"""Requests of the plot: take commands for one or more recordings, return their results and all changes.

A request is ``{"recording", "commands", "since", "version"}``. ``since`` is the revision that the browser has; below 0
it asks for all labels. Every answer has a ``version``, which changes with anything in the answer but the labels. Its
part after the point is that of the user's layers; a browser with another one gets all labels.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from services.annotations.service import NOTHING, Annotations
from services.errors import Invalid, NotFound, TidemarkError

_STATE = ("reading", "revision", "saved_revision", "state", "undo", "redo", "classes", "label_set")


def answer_all(annotations: Annotations, asked: Any) -> dict[str, Any]:
    """Answer ``{"nonce", "requests": […]}`` with ``{"nonce", "answers": […]}``.

    Raises:
        Invalid: ``asked`` is not of that form.
    """
    requests = asked.get("requests") if isinstance(asked, dict) else None
    needed = {"recording", "commands", "since"}
    if not isinstance(requests, list) or not all(
        isinstance(request, dict) and needed <= request.keys() for request in requests
    ):
        raise Invalid("This is no list of commands for recordings.")
    known = needed | {"version"}
    answers = [
        answer(annotations, **{name: request[name] for name in known & request.keys()})
        for request in requests
    ]
    return {"nonce": asked.get("nonce"), "answers": answers}


def answer(
    annotations: Annotations, recording: Any, commands: Any = None, since: Any = -1, version: Any = None
) -> dict[str, Any]:
    """Apply the commands of one recording and tell what changed after the revision ``since``.

    With the ``version`` of other layers, all labels come.

    An error that concerns the recording as a whole comes back in words. Where it may pass (``retry``), the browser
    keeps its commands and sends them again; where it is final, such as a recording that is gone, it gives them up.
    """
    try:
        layers = annotations.layers_version(recording) if isinstance(recording, int) else ""
        if isinstance(version, str) and version.partition(".")[2] != layers and since != NOTHING:
            since = -1
        changes = dict(annotations.apply(recording, [] if commands is None else commands, since))
    except TidemarkError as error:
        final = isinstance(error, NotFound | Invalid)
        return {"recording": recording, "error": str(error), "retry": not final}
    state = json.dumps([changes[name] for name in _STATE], sort_keys=True)
    return changes | {"version": f"{hashlib.sha256(state.encode()).hexdigest()[:16]}.{layers}"}


def changes_since(annotations: Annotations, since: Any) -> dict[str, Any] | None:
    """What changed since ``{"recording", "revision", "version"}``, None when nothing did.

    With a revision below 0 all labels come, whatever the version.

    Raises:
        Invalid: ``since`` is not of that form.
    """
    if not isinstance(since, dict) or not {"recording", "revision"} <= since.keys():
        raise Invalid("This does not say since when.")
    found = answer(annotations, since["recording"], None, since["revision"], since.get("version"))
    known = "error" not in found and found["version"] == since.get("version")
    return None if known and since["revision"] >= 0 else found
