"""Incremental updates of the tables of the Files page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from components.files.table import Row, file_rows
from services.annotations.progress import ClassShare
from services.recordings.file_list import FileList
from services.recordings.readings import ReadAs
from services.recordings.trash import Trashed

Drawn = dict[str, Any]
Transaction = dict[str, Any]


def table_update(
    files: FileList,
    classes: Sequence[ClassShare],
    trashed: Sequence[Trashed],
    before: Drawn,
    readings: Mapping[int, ReadAs],
) -> tuple[list[Row] | None, Transaction | None, Drawn]:
    """All rows of the table, or a transaction with the changed ones, and the new drawn state.

    Args:
        before: drawn state before; empty on a new page.
    """
    rows = file_rows(files.files, classes, readings)
    now = {
        "order": crc32("\n".join(f"{row['id']}{row['path']}" for row in rows).encode()),
        "changed": max((file.changed for file in files.files), default=-1),
        "trash": crc32("\n".join(f"{file.id}{file.path}" for file in trashed).encode()),
    }
    if before.get("order") != now["order"]:
        return rows, None, now
    changed = [row for row in rows if row["changed"] > before["changed"]]
    return None, {"update": changed, "async": False} if changed else None, now
