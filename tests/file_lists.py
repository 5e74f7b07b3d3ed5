"""Test helper: lists of recordings without a database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.recordings.file_list import FileList, in_tree_order
from services.recordings.repository import RecordingState, RecordingSummary

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def summary(identity: int, path: str, **more: Any) -> RecordingSummary:
    """A recording of 100 rows without labels, with other values in ``more``."""
    values: dict[str, Any] = {
        "rows": 100,
        "size_bytes": 1000,
        "labels": 0,
        "suggested": 0,
        "state": RecordingState.NONE,
        "time_kind": "numeric",
        "created_at": NOW,
        "revision": 0,
        "saved_revision": 0,
        "saved_at": None,
        "done": False,
        "changed": identity,
        "seconds": 10.0,
        "store_key": "key",
        "edited_at": None,
    }
    return RecordingSummary(id=identity, path=path, **{**values, **more})


def file_list(*paths: str, **more: dict[str, Any]) -> FileList:
    """A list of those paths with ids 1, 2 …; ``f2={"labels": 3}``: other values of the second."""
    files = [summary(number, path, **more.get(f"f{number}", {})) for number, path in enumerate(paths, 1)]
    return FileList("1:1", in_tree_order(files))
