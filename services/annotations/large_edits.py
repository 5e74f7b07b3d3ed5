"""Edits of many labels, written in pieces of one transaction each, so that other writers are not blocked.

The edit is computed in a read transaction; each piece is written only if its labels are still as they were computed.
The uuids of the pieces have a common prefix, by which undo and redo group them (``services.recordings.edit_log``); the
last piece has the uuid of the command. After an interruption, the same command computes and writes the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.annotations import commands
from services.annotations.scope import Command, Scope
from services.errors import Conflict
from services.recordings import edit_log
from services.recordings.edit_log import PIECE, Edit
from services.wording import counted

# Commands that can be continued after an interruption: what was changed already is left out of the rest.
DIVISIBLE = frozenset(
    {"delete", "note", "scope", "relabel", "accept", "reject", "reopen", "decide", "restore"}
)
SEEN = ("seen", "asked_at", "expected")  # what the sender saw, which the command's own pieces change


def may_be_large(command: Command) -> bool:
    """True for a checked command whose edit may have more than ``PIECE`` labels."""
    ids = command.get("ids")
    if command["kind"] not in DIVISIBLE:
        return False
    return len(ids) > PIECE if isinstance(ids, list) else command["kind"] in {"decide", "restore"}


def pieces(scope: Scope, command: Command) -> list[tuple[str, Edit]]:
    """The pieces of a command's edit, with their uuids; none if the edit is small, or was applied before.

    Nothing is written. The class of ``command["label"]`` exists.

    Raises:
        TidemarkError: as :func:`services.annotations.commands.plan`, or the user may not change a label.
    """
    uuid = command["uuid"]
    if edit_log.is_applied(scope.connection, scope.recording, uuid):
        return []
    written = edit_log.parts(scope.connection, scope.recording, uuid)
    if written:
        command = {name: value for name, value in command.items() if name not in SEEN}
    edit = commands.plan(scope, command)
    edit_log.check_owners(edit.before)
    parts = _split(edit)
    if len(parts) + written < 2:
        return []
    names = edit_log.part_names(uuid, len(parts), written)
    return [
        (name, replace(part, summary=edit.summary + of))
        for part, (name, of) in zip(parts, names, strict=True)
    ]


def checked(scope: Scope, part: Edit, key: str, done: int) -> Edit:
    """A piece, if its labels are as they were when it was computed.

    Args:
        key: version of the samples for which the edit was computed.
        done: number of labels that earlier pieces changed.

    Raises:
        Conflict: a label was changed since the edit was computed, or the file was read differently.
    """
    stored = edit_log.rows_of(scope.connection, scope.recording, [row["id"] for row in part.before])
    if scope.store.key != key or any(stored.get(row["id"]) != row for row in part.before):
        before = f" {counted(done, 'label')} were changed before; undo takes this back." if done else ""
        raise Conflict(f"The labels changed while this was being done; the rest was left as it is.{before}")
    return part


def _split(edit: Edit) -> Sequence[Edit]:
    """Pieces of at most ``PIECE`` labels: new labels first, so that an interruption leaves too many, not too few."""
    before, after = ({row["id"]: row for row in rows} for rows in (edit.before, edit.after))
    ids = [*(identity for identity in after if identity not in before), *before]
    parts = [ids[first : first + PIECE] for first in range(0, len(ids), PIECE)]
    return [
        replace(
            edit,
            before=[before[identity] for identity in part if identity in before],
            after=[after[identity] for identity in part if identity in after],
        )
        for part in parts
    ]
