"""Label requests of the plot: apply commands of one or more recordings, return results and changes.

A request is ``{"recording", "commands", "since", "version"}``. ``since`` is the browser's revision; below 0 returns all
labels. Every answer has a ``version``, which changes with all parts of the answer except the labels. Its part after
the point is the version of the user's layers; a browser with another one gets all labels.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable
from typing import Any

from services.accounts import acting
from services.annotations.service import NOTHING, Annotations
from services.errors import Invalid, NotFound, TidemarkError
from services.recordings.repository import LARGEST_ID

_STATE = ("reading", "revision", "saved_revision", "state", "undo", "redo", "classes", "label_set")


def answer_all(annotations: Annotations, message: Any) -> dict[str, Any]:
    """Answer ``{"nonce", "requests": […]}`` with ``{"nonce", "answers": […]}``.

    Raises:
        Invalid: malformed request.
    """
    requests = message.get("requests") if isinstance(message, dict) else None
    needed = {"recording", "commands", "since"}
    if not isinstance(requests, list) or not all(
        isinstance(request, dict) and needed <= request.keys() for request in requests
    ):
        raise Invalid("This is not a list of commands for recordings.")
    required = needed | {"version"}
    answers = [
        answer(annotations, **{name: request[name] for name in required & request.keys()})
        for request in requests
    ]
    return {"nonce": message.get("nonce"), "answers": answers}


def answer(
    annotations: Annotations, recording: Any, commands: Any = None, since: Any = -1, version: Any = None
) -> dict[str, Any]:
    """Apply the commands of one recording and return the changes after the revision ``since``.

    With the ``version`` of other layers, all labels are returned.

    An error that concerns the whole recording is returned as a message. If it may be temporary (``retry``), the
    browser keeps its commands and resends them; otherwise, such as for a deleted recording, it discards them.
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
    """Changes since ``{"recording", "revision", "version"}``; None if there are none.

    A revision below 0 returns all labels, whatever the version.

    Raises:
        Invalid: malformed ``since``.
    """
    if not isinstance(since, dict) or not {"recording", "revision"} <= since.keys():
        raise Invalid("The revision is missing or malformed.")
    recording, revision, version = since["recording"], since["revision"], since.get("version")
    if not (isinstance(recording, int) and isinstance(revision, int) and isinstance(version, str)):
        return answer(annotations, recording, None, revision, version)
    poll, mark = (acting.name(), recording, revision, version), _mark(annotations, recording)
    if mark is not None and annotations.polls.has(poll, mark):
        return None
    changes = answer(annotations, recording, None, revision, version)
    if "error" in changes or changes["version"] != version or revision < 0:
        return changes
    annotations.polls.put(poll, mark)
    return None


def _mark(annotations: Annotations, recording: int) -> Hashable | None:
    """The mark of a recording; None for a number that is no id."""
    return annotations.mark(recording) if 0 < recording <= LARGEST_ID else None
