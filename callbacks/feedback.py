"""Messages and change notices from any callback: toasts, and versions that make other parts of the page re-read.

These use ``dash.set_props``, so a callback needs no extra Output for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal
from uuid import uuid4

from dash import set_props

from components.ids import JobsIds, ShellIds

Kind = Literal["info", "success", "warning", "error"]


def toast(text: str, kind: Kind = "info", **more: Any) -> None:
    """Show ``text`` as a toast; ``more`` may hold ``reference`` (of the log), ``ms`` (how long it stays) or ``action``.

    An action is a button: ``{"text", "href"}`` goes to a page, ``{"text", "press"}`` clicks the control of that id.
    """
    set_props(ShellIds.TOAST, {"data": {"text": text, "kind": kind, **more}})


def labels_changed() -> None:
    """Make the open plot ask for changed labels at once; call it after a callback edited labels."""
    set_props(ShellIds.LABELS_CHANGED, {"data": str(uuid4())})


def files_changed() -> None:
    """Make the file lists re-read at once; call it after a callback changed recordings."""
    set_props(ShellIds.FILES_VERSION, {"data": str(uuid4())})


def models_changed() -> None:
    """Make the model lists re-read at once; call it after a callback changed models."""
    set_props(ShellIds.MODELS_VERSION, {"data": str(uuid4())})


def follow(jobs: Sequence[str]) -> None:
    """Watch jobs that a callback has just submitted; their ends arrive in ``JobsIds.ENDED`` (see callbacks/jobs.py)."""
    set_props(JobsIds.STARTED, {"data": list(jobs)})
