"""Effects of class changes on the labels of the class, in every recording."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection, select

from services.errors import Invalid
from services.label_classes.rows import LabelClass
from services.recordings import edit_log
from services.recordings.edit_log import Edit
from services.storage.tables import annotation_table, recordings


def note(connection: Connection, label_class: LabelClass, summary: str, author: str) -> None:
    """Record in the history of each affected file that its saved file is outdated."""
    for recording in _lock(connection, label_class):
        edit_log.note(connection, recording, str(uuid4()), "class", summary, author)


def reassign(connection: Connection, label_class: LabelClass, into: LabelClass, author: str) -> None:
    """Move all labels of a class to another: one edit per recording, which can be undone there.

    Raises:
        Invalid: both are the same class.
    """
    if into.id == label_class.id:
        raise Invalid("Choose another class to merge this one into.")
    now = datetime.now(UTC).isoformat()
    summary = f"Merge label class {label_class.name} into {into.name}"
    for recording in _lock(connection, label_class):
        query = select(annotation_table).where(
            annotation_table.c.label_class_id == label_class.id, annotation_table.c.recording_id == recording
        )
        before = [edit_log.as_kept(row) for row in connection.execute(query)]
        after = [{**row, "label_class_id": into.id, "edited_at": now} for row in before]
        edit_log.apply(connection, recording, str(uuid4()), Edit("change", summary, before, after), author)


def _lock(connection: Connection, label_class: LabelClass) -> list[int]:
    """Lock and return the recordings with labels of a class, including the trash."""
    here = select(annotation_table.c.recording_id).where(annotation_table.c.label_class_id == label_class.id)
    query = select(recordings.c.id).where(recordings.c.id.in_(here)).order_by(recordings.c.id)
    return list(connection.execute(query.with_for_update()).scalars())
