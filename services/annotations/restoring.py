"""Restore the labels after an earlier edit, the saved labels, or no labels, as one edit that can be undone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from services.annotations import restore_points
from services.annotations.restore_points import Difference
from services.annotations.scope import Command, Scope
from services.errors import Conflict, Invalid, NotFound
from services.recordings.edit_log import GONE, Edit
from services.storage.tables import edits, recordings

SAVED = "saved"
EMPTY = "empty"
Target = int | str  # a revision, SAVED or EMPTY


def restore(scope: Scope, command: Command) -> Edit:
    """``to``: a revision, ``saved`` (the last save) or ``empty``; suggestions count as labels.

    ``asked_at``: the revision that the user confirmed, if any.

    Raises:
        Invalid: nothing would change, or the revision is unknown.
        Conflict: the labels changed since the confirmation.
    """
    target, asked_at = command.get("to"), command.get("asked_at")
    now = _recording(scope.connection, scope.recording).revision
    if asked_at is not None and asked_at != now:
        raise Conflict(
            "The labels changed since the question was shown, so nothing was restored. Check them again."
        )
    changes = difference(scope.connection, scope.recording, target)
    if not (changes.now or changes.then):
        raise Invalid("The labels are already in that state.")
    return Edit("restore", _summary(scope.connection, scope.recording, target), changes.now, changes.then)


def difference(connection: Connection, recording: int, target: Any) -> Difference:
    """Changes that restoring ``target`` makes.

    Raises:
        Invalid: unknown or unavailable revision.
        NotFound: unknown recording.
    """
    row = _recording(connection, recording)
    if target == EMPTY:
        return restore_points.everything(connection, recording)
    if target == SAVED:
        if row.saved_at is None:
            raise Invalid("This file was never saved, so there is nothing to restore.")
        target = row.saved_revision
    if not isinstance(target, int) or isinstance(target, bool) or not 0 <= target <= row.revision:
        raise Invalid("This revision is not in the history of this file.")
    if target < restore_points.oldest(connection, recording):
        raise Invalid("The file was read differently since; its samples had other numbers then.")
    return restore_points.since(connection, recording, target)


def _summary(connection: Connection, recording: int, target: Any) -> str:
    if target == EMPTY:
        return "Remove all labels"
    if target == SAVED:
        return "Reset to last saved"
    query = select(edits.c.summary).where(edits.c.recording_id == recording, edits.c.revision == target)
    summary = connection.execute(query).scalar()
    return f"Restore to after “{summary}”" if summary else "Restore to the beginning"


def _recording(connection: Connection, recording: int) -> Row[Any]:
    row = connection.execute(select(recordings).where(recordings.c.id == recording)).first()
    if row is None:
        raise NotFound(GONE)
    return row
