"""Commands that add and delete labels."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from services.annotations import review_decisions
from services.annotations.scope import Command, Scope, clean_uuid
from services.errors import Invalid
from services.formats.labels_json import SOURCES
from services.recordings.edit_log import Edit
from services.recordings.repository import ACCEPTED
from services.storage.paths import quoted
from services.storage.tables import annotation_table
from services.wording import counted

SAME_ID = select(annotation_table.c.id).where(annotation_table.c.id == bindparam("id"))


def add(scope: Scope, command: Command) -> Edit:
    """``id``, ``x0``, ``x1``, ``label``: add a label; an unknown name creates a class.

    Optional: ``color`` of a new class, ``source``, ``channels`` (indices; default: all).
    """
    identity = clean_uuid(command.get("id"))
    if scope.connection.execute(SAME_ID, {"id": identity}).first():
        raise Invalid("This label already exists.")
    start, end = sorted((scope.place(command, "x0"), scope.place(command, "x1")))
    source = command.get("source", "manual")
    if not isinstance(source, str) or source not in SOURCES:
        raise Invalid(f"There is no source {quoted(str(source))}.")
    label = scope.label_class(command)
    row = {
        "id": identity,
        "recording_id": scope.recording,
        "start_index": start,
        "end_index": end,
        "label_class_id": label.id,
        "channels": scope.channels(command),
        "source": source,
        "model": None,
        "score": None,
        "status": ACCEPTED,
        "note": "",
        "author": scope.author,
        "created_at": scope.now,
        "edited_at": scope.now,
    }
    return Edit("add", f"Add {label.name}", [], [row])


def delete(scope: Scope, command: Command) -> Edit:
    """``ids``: delete labels; suggestions are rejected first, and deleted by a second command."""
    rows = scope.named(command)
    wrong = [review_decisions.rejected(scope, row) for row in rows if review_decisions.rejectable(row)]
    if len(wrong) == len(rows):
        return Edit("reject", f"Reject {counted(len(rows), 'suggestion')}", rows, wrong)
    return Edit("delete", f"Delete {counted(len(rows), 'label')}", rows, wrong)
