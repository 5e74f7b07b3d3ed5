"""Requests of the plot: take commands for one or more recordings, return their results and all changes.

A request is ``{"recording", "commands", "since"}``. ``since`` is the revision that the browser has; below 0 it asks for
all labels. Every answer has a ``version``, which changes with anything in the answer but the labels.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from services.annotations.service import Annotations
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
    answers = [answer(annotations, **{name: request[name] for name in needed}) for request in requests]
    return {"nonce": asked.get("nonce"), "answers": answers}


def answer(annotations: Annotations, recording: Any, commands: Any = None, since: Any = -1) -> dict[str, Any]:
    """Apply the commands of one recording and tell what changed after the revision ``since``.

    An error that concerns the recording as a whole comes back in words. Where it may pass (``retry``), the browser
    keeps its commands and sends them again; where it is final, such as a recording that is gone, it gives them up.
    """
    try:
        changes = dict(annotations.apply(recording, [] if commands is None else commands, since))
    except TidemarkError as error:
        final = isinstance(error, NotFound | Invalid)
        return {"recording": recording, "error": str(error), "retry": not final}
    state = json.dumps([changes[name] for name in _STATE], sort_keys=True)
    return changes | {"version": hashlib.sha256(state.encode()).hexdigest()[:16]}


def changes_since(annotations: Annotations, since: Any) -> dict[str, Any] | None:
    """What changed since ``{"recording", "revision", "version"}``, None when nothing did.

    With a revision below 0 all labels come, whatever the version.

    Raises:
        Invalid: ``since`` is not of that form.
    """
    if not isinstance(since, dict) or not {"recording", "revision"} <= since.keys():
        raise Invalid("This does not say since when.")
    found = answer(annotations, since["recording"], None, since["revision"])
    known = "error" not in found and found["version"] == since.get("version")
    return None if known and since["revision"] >= 0 else found
