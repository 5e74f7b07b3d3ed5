"""Commands from the browser: validate them and turn them into edits of a recording's labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from services.annotations import create, edit, exclusive, restoring, review_decisions
from services.annotations.scope import Command, Scope, clean_uuid
from services.annotations.words import worded
from services.errors import Invalid
from services.recordings import edit_log
from services.recordings.edit_log import Edit
from services.storage.paths import quoted

__all__ = ["Command", "Scope", "check", "plan", "run", "run_once"]

MAKERS: dict[str, Callable[[Scope, Command], Edit]] = {
    "add": create.add,
    "delete": create.delete,
    "move": edit.move,
    "nudge": edit.nudge,
    "shift": edit.shift,
    "relabel": edit.relabel,
    "note": edit.note,
    "scope": edit.rescope,
    "split": edit.split,
    "merge": edit.merge,
    "accept": review_decisions.accept,
    "reject": review_decisions.reject,
    "reopen": review_decisions.reopen,
    "decide": review_decisions.decide,
    "restore": restoring.restore,
}
STEPS = ("undo", "redo")


def check(command: Any) -> None:
    """Check the form of ``command``.

    Raises:
        Invalid: it is malformed.
    """
    if not isinstance(command, dict):
        raise Invalid("A command must have names and values.")
    clean_uuid(command.get("uuid"))
    kind = command.get("kind")
    if not isinstance(kind, str) or (kind not in MAKERS and kind not in STEPS):
        raise Invalid(f"There is no command {quoted(str(kind))}.")


def run(scope: Scope, command: Command, left: set[str]) -> bool:
    """Apply a checked command in the caller's transaction; a uuid that was applied before has no effect.

    False: a piece of a large undo or redo was applied; call it again, in another transaction, for the rest. ``left``
    collects the ids of labels that it leaves, since other edits changed them.

    Raises:
        Invalid: the command is not possible (any more); nothing was changed.
        Conflict: a label was changed since the browser saw it; nothing was changed.
        NotFound: unknown recording.
    """
    uuid, kind = clean_uuid(command.get("uuid")), command["kind"]
    if edit_log.is_applied(scope.connection, scope.recording, uuid):
        return True
    scope = replace(scope, edit=uuid)
    scope.check_reading(command)
    if kind == "undo":
        of = None if command.get("of") is None else clean_uuid(command["of"])
        return edit_log.undo(scope.connection, scope.recording, uuid, scope.author, left, of)
    if kind == "redo":
        return edit_log.redo(scope.connection, scope.recording, uuid, scope.author, left)
    edit_log.apply(scope.connection, scope.recording, uuid, plan(scope, command), scope.author)
    return True


def plan(scope: Scope, command: Command) -> Edit:
    """The edit of a checked command other than undo and redo; it is not applied.

    Raises:
        Invalid, Conflict, NotFound: as :func:`run`.
    """
    kind = command["kind"]
    change = review_decisions.decided(scope, kind, MAKERS[kind](scope, command))
    return exclusive.trimmed(scope, kind, worded(scope, change))


def run_once(scope: Scope, uuid: str, make: Callable[[Scope], Edit | None]) -> bool:
    """Apply the edit returned by ``make`` (None: no edit) in the caller's transaction; each uuid is applied once.

    Raises:
        Invalid: ``uuid`` is malformed, or was applied to another recording.
        NotFound: unknown recording.
    """
    uuid = clean_uuid(uuid)
    if edit_log.is_applied(scope.connection, scope.recording, uuid):
        return True
    if change := make(replace(scope, edit=uuid)):
        edit_log.apply(scope.connection, scope.recording, uuid, change, scope.author)
    return True
