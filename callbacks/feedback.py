"""Messages and change notifications from callbacks: toasts, and version stores that make other parts re-read.

These use ``dash.set_props``, so a callback needs no additional Output.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import time_ns
from typing import Any, Literal
from uuid import uuid4

from dash import set_props

from components.ids import JobsIds, LabelIds, ShellIds
from services.label_classes.view import LabelClassView
from services.web.container import Services

Kind = Literal["info", "success", "warning", "error"]


def toast(text: str, kind: Kind = "info", **more: Any) -> None:
    """Show ``text`` as a toast.

    Args:
        more: ``reference`` of the log; ``ms``: duration; ``undo``: uuid of the change that the Undo button reverts;
        ``until``: name of a message that a later one replaces; ``action``: a button: ``{"text", "store", "data"}``
        writes the data to the store, ``{"text", "href"}`` opens a page, ``{"text", "press"}`` clicks the control of
        that id, ``{"text", "act", "of"}`` runs an action of the plot; ``lasting``: the action stays possible after
        another recording was opened.
    """
    if undo := more.pop("undo", None):
        more |= {"action": {"text": "Undo", "act": "undo", "of": undo}, "until": undo}
    set_props(ShellIds.TOAST, {"data": {"text": text, "kind": kind, **more}})


def renewed(version: str) -> str:
    """``version`` with a suffix that triggers one re-read; the heartbeat treats it as the same version."""
    return f"{version}#{uuid4()}"


def plain(version: str | None) -> str:
    """The version without the suffix of :func:`renewed`."""
    return (version or "").partition("#")[0]


def new_edit(kind: str, **values: Any) -> dict[str, Any]:
    """An edit for the property ``edit`` of ``TimeSeriesPlot``, with a uuid of its own."""
    return {"uuid": str(uuid4()), "kind": kind, **values}


def edit(kind: str, **values: Any) -> str:
    """Send an edit to the open plot (the property ``edit`` of ``TimeSeriesPlot``); returns its uuid."""
    sent = new_edit(kind, **values)
    set_props(LabelIds.PLOT, {"edit": sent})
    return str(sent["uuid"])


def labels_changed() -> None:
    """Make the open plot poll for changed labels at once; call it after a callback edited labels."""
    set_props(ShellIds.LABELS_CHANGED, {"data": str(uuid4())})


def files_changed(services: Services) -> None:
    """Make the file lists and the open file re-read; call it after a callback changed recordings."""
    set_props(ShellIds.FILES_VERSION, {"data": renewed(services.recordings.version())})
    set_props(ShellIds.BEAT, {"data": time_ns() // 1_000_000})


def models_changed(services: Services) -> None:
    """Make the model lists re-read; call it after a callback changed models."""
    set_props(ShellIds.MODELS_VERSION, {"data": renewed(services.models.version())})


def follow(jobs: Sequence[str]) -> None:
    """Watch jobs that a callback has submitted; their ends arrive in ``JobsIds.ENDED`` (see callbacks/jobs.py)."""
    set_props(JobsIds.STARTED, {"data": list(jobs)})


def go(href: str) -> None:
    """Open another page without reloading the application."""
    set_props("_pages_location", {"href": href})


@contextmanager
def classes_changed(desk: LabelClassView) -> Iterator[None]:
    """Make class lists and the open plot re-read after the block, also after an error, so that controls
    show the stored values again."""
    try:
        yield
    finally:
        set_props(ShellIds.CLASSES_VERSION, {"data": renewed(desk.version())})
        labels_changed()
