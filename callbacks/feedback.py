"""Messages and change notices from any callback: toasts, and versions that make other parts of the page re-read.

These use ``dash.set_props``, so a callback needs no extra Output for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import time_ns
from typing import Any, Literal
from uuid import uuid4

from dash import set_props

from components.ids import JobsIds, LabelIds, ShellIds
from services.label_classes.view import LabelClassDesk
from services.web.container import Services

Kind = Literal["info", "success", "warning", "error"]


def toast(text: str, kind: Kind = "info", **more: Any) -> None:
    """Show ``text`` as a toast.

    Args:
        more: ``reference`` of the log; ``ms`` how long it stays; ``undo`` the uuid of the change that its Undo button
            takes back; ``until`` a name: the message goes when what it offers under it is done; ``action`` a button:
            ``{"text", "store", "data"}`` puts the data into the store when it is pressed, ``{"text", "href"}`` goes to
            a page, ``{"text", "press"}`` clicks the control of that id, ``{"text", "act", "of"}`` is an act of the
            plot; ``lasting`` when the action stays possible after another recording was opened.
    """
    if undo := more.pop("undo", None):
        more |= {"action": {"text": "Undo", "act": "undo", "of": undo}, "until": undo}
    set_props(ShellIds.TOAST, {"data": {"text": text, "kind": kind, **more}})


def anew(version: str) -> str:
    """``version`` in a form that makes who listens read again, once: the heartbeat knows it for the same version."""
    return f"{version}#{uuid4()}"


def plain(version: str | None) -> str:
    """The version that :func:`anew` was given, or that came without."""
    return (version or "").partition("#")[0]


def edit(kind: str, **values: Any) -> str:
    """Let the open plot make an edit (the property ``edit`` of ``TimeSeriesPlot``); returns its uuid."""
    uuid = str(uuid4())
    set_props(LabelIds.PLOT, {"edit": {"uuid": uuid, "kind": kind, **values}})
    return uuid


def labels_changed() -> None:
    """Make the open plot ask for changed labels at once; call it after a callback edited labels."""
    set_props(ShellIds.LABELS_CHANGED, {"data": str(uuid4())})


def files_changed(services: Services) -> None:
    """Make the file lists and the open file re-read at once; call it after a callback changed recordings."""
    set_props(ShellIds.FILES_VERSION, {"data": anew(services.recordings.version())})
    set_props(ShellIds.BEAT, {"n_intervals": time_ns() // 1_000_000})


def models_changed(services: Services) -> None:
    """Make the model lists re-read at once; call it after a callback changed models."""
    set_props(ShellIds.MODELS_VERSION, {"data": anew(services.models.version())})


def follow(jobs: Sequence[str]) -> None:
    """Watch jobs that a callback has just submitted; their ends arrive in ``JobsIds.ENDED`` (see callbacks/jobs.py)."""
    set_props(JobsIds.STARTED, {"data": list(jobs)})


def go(href: str) -> None:
    """Open another page without loading the application again."""
    set_props("_pages_location", {"href": href})


@contextmanager
def classes_changed(desk: LabelClassDesk) -> Iterator[None]:
    """Make lists of label classes and the open plot re-read after what is done inside, also when it is refused: a
    control then shows again what is true."""
    try:
        yield
    finally:
        set_props(ShellIds.CLASSES_VERSION, {"data": anew(desk.version())})
        labels_changed()
