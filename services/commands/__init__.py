"""Commands: what the browser asks to be done to the labels of a recording, checked and turned into edits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services import edits
from services.commands import changing, deciding, exclusive, making, restoring
from services.commands.scope import Command, Scope, clean_uuid
from services.commands.words import worded
from services.edits import Edit
from services.errors import Invalid
from services.storage.paths import quoted

__all__ = ["Command", "Scope", "check", "run", "run_once"]

MAKERS: dict[str, Callable[[Scope, Command], Edit]] = {
    "add": making.add,
    "delete": making.delete,
    "move": changing.move,
    "nudge": changing.nudge,
    "shift": changing.shift,
    "relabel": changing.relabel,
    "note": changing.note,
    "scope": changing.rescope,
    "split": changing.split,
    "merge": changing.merge,
    "accept": deciding.accept,
    "reject": deciding.reject,
    "reopen": deciding.reopen,
    "decide": deciding.decide,
    "restore": restoring.restore,
}
STEPS = ("undo", "redo")


def check(command: Any) -> None:
    """See that ``command`` is one at all.

    Raises:
        Invalid: it is not.
    """
    if not isinstance(command, dict):
        raise Invalid("A command must have names and values.")
    clean_uuid(command.get("uuid"))
    kind = command.get("kind")
    if not isinstance(kind, str) or (kind not in MAKERS and kind not in STEPS):
        raise Invalid(f"There is no command {quoted(str(kind))}.")


def run(scope: Scope, command: Command) -> None:
    """Apply a checked command in the caller's transaction; one whose uuid was applied before does nothing.

    Raises:
        Invalid: the command makes no sense (any more); nothing was changed.
        Conflict: a label was changed since the browser saw it; nothing was changed.
        NotFound: there is no such recording.
    """
    uuid, kind = clean_uuid(command.get("uuid")), command["kind"]
    edits.lock(scope.connection, scope.recording)
    if edits.known(scope.connection, scope.recording, uuid):
        return
    scope.check_reading(command)
    if kind == "undo":
        of = None if command.get("of") is None else clean_uuid(command["of"])
        edits.undo(scope.connection, scope.recording, uuid, scope.author, of)
    elif kind == "redo":
        edits.redo(scope.connection, scope.recording, uuid, scope.author)
    else:
        edit = deciding.decided(scope, kind, MAKERS[kind](scope, command))
        edit = exclusive.trimmed(scope, kind, worded(scope, edit))
        edits.apply(scope.connection, scope.recording, uuid, edit, scope.author)


def run_once(scope: Scope, uuid: str, make: Callable[[Scope], Edit | None]) -> None:
    """Apply the edit that ``make`` works out, if it does, in the caller's transaction; the same uuid once.

    Raises:
        Invalid: ``uuid`` is none, or was applied to another recording.
        NotFound: there is no such recording.
    """
    uuid = clean_uuid(uuid)
    edits.lock(scope.connection, scope.recording)
    if edits.known(scope.connection, scope.recording, uuid):
        return
    if edit := make(scope):
        edits.apply(scope.connection, scope.recording, uuid, edit, scope.author)
