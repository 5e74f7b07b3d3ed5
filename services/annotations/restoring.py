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
    """``to``: a revision, ``saved`` (when the file was saved last) or ``empty``: suggestions go and come like labels.

    ``asked_at``: the revision at which the user was asked to confirm, if so.

    Raises:
        Invalid: nothing would change, or there is no such point to go back to.
        Conflict: the labels were changed since the user was asked.
    """
    target, asked_at = command.get("to"), command.get("asked_at")
    now = _recording(scope.connection, scope.recording).revision
    if asked_at is not None and asked_at != now:
        raise Conflict("The labels were changed since you were asked; nothing was changed. Look again.")
    found = difference(scope.connection, scope.recording, target)
    if not (found.now or found.then):
        raise Invalid("The labels are like that already.")
    return Edit("restore", _words(scope.connection, scope.recording, target), found.now, found.then)


def difference(connection: Connection, recording: int, target: Any) -> Difference:
    """What going back to ``target`` changes.

    Raises:
        Invalid: there is no such point, or it is not there to go back to.
        NotFound: there is no such recording.
    """
    row = _recording(connection, recording)
    if target == EMPTY:
        return restore_points.everything(connection, recording)
    if target == SAVED:
        if row.saved_at is None:
            raise Invalid("This file was never saved, so there is nothing to go back to.")
        target = row.saved_revision
    if not isinstance(target, int) or isinstance(target, bool) or not 0 <= target <= row.revision:
        raise Invalid("There is no such point in the history of this file.")
    if target < restore_points.oldest(connection, recording):
        raise Invalid("The file was read differently since; its samples had other numbers then.")
    return restore_points.since(connection, recording, target)


def _words(connection: Connection, recording: int, target: Any) -> str:
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
