"""Replace the bytes of a recording; allowed only if the times of all labels exist in the new file."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert

from services.ingest.reading_options import ReadingOptions
from services.recordings import edit_log
from services.recordings.edit_log import Edit, Rows
from services.recordings.repin import Repinned, refit
from services.recordings.repository import Recording, change, measures, next_change, recording_row
from services.recordings.service import Recordings
from services.storage.output_files import NOT_SAVED
from services.storage.tables import annotation_table, recordings
from services.timeseries import StoreInfo
from services.wording import counted

log = logging.getLogger(__name__)

REMEDY = "Keep both files, or delete those labels first; nothing was changed."


def replace_bytes(
    connection: Connection,
    repository: Recordings,
    recording: int,
    info: StoreInfo,
    reading: dict[str, Any] | None = None,
) -> str:
    """Replace the bytes of a recording by those of ``info``, in the caller's transaction; returns a message.

    ``reading``: the reading options of the old bytes, if they were used for the new ones too.

    The recording keeps its id, its name and its labels, which stay at their times. The previous version is put into the
    trash, with a copy of its labels. The history records it; earlier edits cannot be undone, since samples have other
    numbers.

    Raises:
        Conflict: a label does not fit; nothing was changed.
        NotFound: unknown recording, or its columns are missing.
    """
    edit_log.lock(connection, recording)
    before = Recording(**recording_row(connection, recording)._mapping)
    rows = edit_log.all_kept(connection, recording)
    values = {
        "sha256": info.sha256,
        "store_key": ReadingOptions.from_json(reading or {}).store_key(info.sha256),
        "size_bytes": info.size_bytes,
        **measures(info),
        "reading": reading,
    }
    fitted = _refit(repository, before, values, rows)
    _put_into_trash(connection, before, rows)
    old, new = fitted.changed
    edit = Edit("replace", f"Replace the file; {counted(len(rows), 'label')} stayed", old, new)
    edit_log.settle(connection, recording, str(uuid4()), edit, "")
    change(connection, recordings.c.id == recording, **values)
    log.info("recording %s: replaced, %d labels stayed", recording, len(rows))
    stayed = f"{counted(len(rows), 'label')} stayed, " if rows else ""
    lost = "read automatically, since the options of the old file do not fit; "
    read = lost if before.reading and not reading else ""
    return f"replaced; {stayed}{read}the previous file is in the trash"


def _refit(recordings: Recordings, before: Recording, values: dict[str, object], rows: Rows) -> Repinned:
    if not rows:
        return Repinned([], [], [])
    after = Recording(**{**before.__dict__, **values})
    fitted = refit(recordings.open(before), recordings.open(after), rows)
    fitted.require(REMEDY)
    return fitted


def _put_into_trash(connection: Connection, before: Recording, rows: Rows) -> None:
    now = datetime.now(UTC)
    values = {name: value for name, value in before.__dict__.items() if name != "id"}
    values |= {"deleted_at": now, "revision": 1, "changed": next_change()}
    values |= {**NOT_SAVED, "labels_revision": 1}
    (copy,) = connection.execute(insert(recordings).values(values)).inserted_primary_key or (0,)
    copies = [{**edit_log.from_kept(row), "id": str(uuid4()), "recording_id": copy} for row in rows]
    if copies:
        connection.execute(insert(annotation_table), copies)
