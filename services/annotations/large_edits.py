"""Edits of many labels, written in pieces of one transaction each, so that other writers are not blocked.

The edit is computed in a read transaction; each piece is written without the labels that another user changed since,
which are reported by their number when all is written: so no change is half done, and none of others is overwritten.
The uuids of the pieces have a common prefix, by which undo and redo group them (``services.recordings.edit_log``); the
last piece has the uuid of the command. After an interruption, the same command computes and writes the rest, without
the labels that other edits changed since its first piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.annotations import commands
from services.annotations.scope import Command, Scope
from services.errors import Conflict, Invalid
from services.recordings import edit_log
from services.recordings.edit_log import PIECE, Edit
from services.recordings.repository import recording_row
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


@dataclass(frozen=True)
class Plan:
    """A computed edit: its parts with their uuids, and the versions of samples and labels that it was computed for."""

    parts: Sequence[tuple[str, Edit]]
    key: str
    revision: int
    is_small: bool  # one transaction


def plan(scope: Scope, command: Command, left: set[str]) -> Plan | None:
    """The edit of a command, divided into pieces if it is large; None if it was applied before.

    Nothing is written. The class of ``command["label"]`` exists.

    Args:
        left: collects the ids of labels that are left out, since other edits changed them after the first piece of an
            interrupted command.

    Raises:
        TidemarkError: as :func:`services.annotations.commands.plan`, or the user may not change a label.
    """
    uuid = command["uuid"]
    if edit_log.is_applied(scope.connection, scope.recording, uuid):
        return None
    written = edit_log.parts(scope.connection, scope.recording, uuid)
    if written:
        command = {name: value for name, value in command.items() if name not in SEEN}
    edit = commands.plan(scope, command)
    if written:
        edit = _without(
            edit, edit_log.changed_since_first_part(scope.connection, scope.recording, uuid), left
        )
    edit_log.check_owners(edit.before)
    parts = _split(edit) or [edit]  # the last one is written even if nothing is left to change
    names = edit_log.part_names(uuid, len(parts), written)
    return Plan(
        [
            (name, replace(part, summary=edit.summary + of))
            for part, (name, of) in zip(parts, names, strict=True)
        ],
        scope.store.key,
        recording_row(scope.connection, scope.recording).revision,
        len(parts) + written < 2,
    )


def apply_small(scope: Scope, small: Plan) -> bool:
    """Apply a small edit in the caller's transaction; False if the labels changed since it was computed."""
    if recording_row(scope.connection, scope.recording).revision != small.revision:
        return False
    ((uuid, edit),) = small.parts
    edit_log.apply(scope.connection, scope.recording, uuid, edit, scope.author)
    return True


def unchanged(scope: Scope, part: Edit, key: str, left: set[str]) -> Edit:
    """A piece without the labels that another user changed since it was computed; ``left`` collects their ids.

    Args:
        key: version of the samples for which the edit was computed.

    Raises:
        Conflict: the file was read differently since the edit was computed.
    """
    if scope.store.key != key:
        raise Conflict(
            "The file was read differently while this was being done; the rest was left as it is. Undo takes back "
            "what was changed."
        )
    stored = edit_log.rows_of(scope.connection, scope.recording, [row["id"] for row in part.before])
    return _without(part, {row["id"] for row in part.before if stored.get(row["id"]) != row}, left)


def refuse_left(left: set[str], parts: Sequence[tuple[str, Edit]]) -> None:
    """Report the labels that were left as another user changed them.

    Raises:
        Conflict: there are some.
    """
    if not left:
        return
    done = len({row["id"] for _, part in parts for row in (*part.before, *part.after)} - left)
    were = "was" if len(left) == 1 else "were"
    raise Conflict(
        f"{counted(len(left), 'label')} {were} changed or deleted meanwhile and {were} left alone; "
        f"{counted(done, 'label')} changed as you asked. Undo takes this back."
    )


def report_left(left: set[str], step: str) -> None:
    """Report the labels that an undo or redo (``step``) of a large change left as other edits had changed them.

    Raises:
        Invalid: there are some. Not a conflict, which could be repeated: that would undo the change before.
    """
    if left:
        were = "was" if len(left) == 1 else "were"
        raise Invalid(
            f"{counted(len(left), 'label')} {were} changed or deleted since and {were} left alone; "
            f"all other labels of this change are {'undone' if step == 'undo' else 'redone'}."
        )


def _without(edit: Edit, changed: set[str], left: set[str]) -> Edit:
    """An edit without the labels ``changed``; ``left`` collects the ids of those it had."""
    left |= changed & {row["id"] for row in (*edit.before, *edit.after)}
    before, after = ([row for row in rows if row["id"] not in changed] for rows in (edit.before, edit.after))
    return replace(edit, before=before, after=after)


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
