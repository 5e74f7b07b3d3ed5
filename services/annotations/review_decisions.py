"""Accept or reject suggestions of a model, one by one or all at or above a score.

A decision stores its author, its time and its outcome: *accepted* unchanged, *edited* (accepted
with other edges, class or channels), *rejected*. Rejected suggestions are kept but hidden, so that they
can be reopened and the errors of a model can be counted. Changing a suggestion also accepts it. Deleting a suggestion
rejects it, even after it was accepted: otherwise the precision of the model would be overestimated.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from sqlalchemy import func, select

from services.annotations.scope import DECISION, Command, Scope
from services.errors import Conflict, Invalid
from services.recordings import edit_log
from services.recordings.edit_log import Edit, Rows
from services.recordings.repository import ACCEPTED, REJECTED, SUGGESTED
from services.storage.tables import annotation_table
from services.wording import counted

EDITED = "edited"  # third decision, in addition to accepted and rejected
PLACE = ("start_index", "end_index", "label_class_id", "channels")
CHANGING = frozenset({"accept", "decide", "move", "nudge", "shift", "relabel", "scope", "split", "merge"})
Row = dict[str, Any]


def accept(scope: Scope, command: Command) -> Edit:
    """``ids``: accept suggestions, also rejected ones.

    Optional: ``label`` (another class) and, for one suggestion, other edges as in
    :func:`services.annotations.edit.move`.
    """
    rows = scope.named(command)
    waiting = [row for row in rows if row["status"] != ACCEPTED]
    if not waiting:
        raise Invalid(f"{'This is' if len(rows) == 1 else 'These are'} accepted already.")
    values: Row = {"status": ACCEPTED}
    if "label" in command:
        values["label_class_id"] = scope.label_class(command).id
    if any(name in command for name in ("x0", "x1", "startText", "endText")):
        row = scope.single(command)
        start = scope.edge(command, "x0", "startText", row["start_index"])
        end = scope.edge(command, "x1", "endText", row["end_index"])
        values |= {"start_index": min(start, end), "end_index": max(start, end)}
    after = [scope.edited(row, **values) for row in waiting]
    return Edit("accept", f"Accept {counted(len(waiting), 'suggestion')}", waiting, after)


def reject(scope: Scope, command: Command) -> Edit:
    """``ids``: reject suggestions, also accepted ones."""
    rows = [row for row in scope.named(command) if rejectable(row)]
    if not rows:
        raise Invalid("Only suggestions of a model can be rejected; delete other labels.")
    return Edit(
        "reject", f"Reject {counted(len(rows), 'suggestion')}", rows, [rejected(scope, row) for row in rows]
    )


def reopen(scope: Scope, command: Command) -> Edit:
    """``ids``: reopen rejected suggestions."""
    rows = [row for row in scope.named(command) if row["status"] == REJECTED]
    if not rows:
        raise Invalid("Only rejected suggestions can be reopened.")
    after = [_undecided(scope.edited(row, status=SUGGESTED)) for row in rows]
    return Edit("reopen", f"Take back the rejection of {counted(len(rows), 'suggestion')}", rows, after)


def decide(scope: Scope, command: Command) -> Edit:
    """``what``: ``accept`` or ``reject`` all open suggestions; a missing score counts as 0.

    Optional: ``least`` (minimum score), ``below`` (scores below), ``model``, ``run``, and ``expected``: the number of
    suggestions that the user saw.

    Raises:
        Invalid: there are none.
        Conflict: their number differs from ``expected``.
    """
    decision = command.get("what")
    if decision not in ("accept", "reject"):
        raise Invalid("Suggestions can be accepted or rejected.")
    rows = _waiting(scope, command)
    expected = command.get("expected", len(rows))
    if expected != len(rows):
        raise Conflict(
            f"The suggestions changed meanwhile: there are {len(rows):,} of them now. Check them again."
        )
    if not rows:
        raise Invalid("There are no such open suggestions.")
    summary = f"{decision.capitalize()} {counted(len(rows), 'suggestion')}{_scored(command)}"
    if decision == "reject":
        return Edit("reject", summary, rows, [rejected(scope, row) for row in rows])
    return Edit("accept", summary, rows, [scope.edited(row, status=ACCEPTED) for row in rows])


def decided(scope: Scope, kind: str, edit: Edit) -> Edit:
    """``edit`` with decisions: changed suggestions become accepted or edited."""
    if kind not in CHANGING or edit.kind == "reject":
        return edit
    before = {row["id"]: row for row in edit.before}
    after = [_accepted(scope, before.get(row["id"]), row) for row in edit.after]
    return Edit(edit.kind, edit.summary, edit.before, after)


def rejectable(row: Row) -> bool:
    """True for a suggestion that is not rejected."""
    return bool(row["status"] == SUGGESTED or (row["status"] == ACCEPTED and row["model"] is not None))


def rejected(scope: Scope, row: Row) -> Row:
    """``row`` with the decision *rejected*."""
    return _decided(scope, scope.edited(row, status=REJECTED), REJECTED)


def _accepted(scope: Scope, old: Row | None, new: Row) -> Row:
    if old is None:  # a split suggestion counts once, for the part that keeps its id
        return {**new, "status": ACCEPTED}
    same = all(old[name] == new[name] for name in PLACE)
    if old["status"] == ACCEPTED and (same or old["model"] is None):
        return new
    return _decided(scope, {**new, "status": ACCEPTED}, ACCEPTED if same else EDITED)


def _decided(scope: Scope, row: Row, decision: str) -> Row:
    return {**row, "decision": decision, "decided_by": scope.author, "decided_at": scope.now}


def _undecided(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in DECISION}


def _waiting(scope: Scope, command: Command) -> Rows:
    table, score = annotation_table.c, func.coalesce(annotation_table.c.score, 0.0)
    query = select(annotation_table).where(table.recording_id == scope.recording, table.status == SUGGESTED)
    for name, column in (("model", table.model), ("run", table.run)):
        if command.get(name) is not None:
            query = query.where(column == str(command[name]))
    least, below = _score(command, "least"), _score(command, "below")
    if least is not None:
        query = query.where(score >= least)
    if below is not None:
        query = query.where(score < below)
    return [edit_log.as_kept(row) for row in scope.connection.execute(query)]


def _score(command: Command, name: str) -> float | None:
    value = command.get(name)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
        raise Invalid("A score is a number from 0 to 1.")
    return float(value)


def _scored(command: Command) -> str:
    least, below = _score(command, "least"), _score(command, "below")
    above = "" if least is None else f" scored {least:.2f} or more"
    return above + ("" if below is None else f" scored below {below:.2f}")
