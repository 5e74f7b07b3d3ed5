"""Edit that settles a disagreement: choose the final labels; keep the others for the agreement metrics.

Final labels are ``accepted`` and owned by the reviewer; the others get the status ``replaced``: they are not shown,
saved or used for training, but still count as labels of their author. It is one edit in the history, and can be undone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from services.annotations.scope import Scope
from services.annotations.words import times
from services.errors import Conflict, Invalid
from services.learning.evaluation.segment_matching import LEAST_OVERLAP, iou
from services.recordings.edit_log import Edit, Rows
from services.recordings.repository import ACCEPTED, REPLACED
from services.storage.tables import edits, label_classes
from services.wording import NO_AUTHOR

KIND = "settle"
Row = dict[str, Any]


def settle(scope: Scope, places: Sequence[Collection[str]], seen: int, keep: str | None) -> Edit:
    """Settle places of a recording: the labels of the author ``keep`` are final, all others are replaced.

    Args:
        scope: the recording.
        places: ids of all labels of each place.
        seen: revision of the labels that the reviewer saw.
        keep: an author; None: no label is correct.

    Raises:
        Conflict: a label of these places was changed since, or another one was put there.
        Invalid: the author has no label at one of the places.
    """
    before = scope.rows([identity for place in places for identity in place])
    _check_unchanged(scope, before, {label for place in places for label in place}, seen)
    kept = {row["id"] for row in before if keep is not None and owner_of(row) == keep}
    if keep is not None and not all(kept.intersection(place) for place in places):
        raise Invalid(f"{keep or 'No author'} has no label here.")
    after = [
        scope.edited(
            row,
            status=ACCEPTED if row["id"] in kept else REPLACED,
            settled_by=scope.author,
            settled_at=scope.now,
        )
        for row in before
    ]
    return Edit(KIND, _summary(scope, before, len(places), keep), before, after)


def owner_of(row: Row) -> str:
    """Owner of a label; :data:`services.recordings.repository.OWNER` is the same in SQL."""
    return str(row.get("decided_by") or row["author"])


def _check_unchanged(scope: Scope, there: Rows, ids: set[str], seen: int) -> None:
    query = (
        select(edits)
        .where(edits.c.recording_id == scope.recording, edits.c.revision > seen)
        .order_by(edits.c.revision)
    )
    for edit in scope.connection.execute(query):
        old = {row["id"] for row in edit.before}
        came = [row for row in edit.after if row["id"] not in old]
        touched = old | {row["id"] for row in came}
        if touched & ids or any(_belongs(row, there) for row in came):
            raise Conflict(
                f"{edit.author or 'Another person'} changed this place at {edit.created_at:%H:%M} UTC: "
                f"{edit.summary}. Nothing was settled; check the place again."
            )
    if len(there) != len(ids):
        raise Conflict("Labels of this place were deleted. Nothing was settled; check the place again.")


def _belongs(row: Row, there: Rows) -> bool:
    """Whether a label that came would be one of a place (:mod:`services.agreement.places`)."""
    segment = (row["start_index"], row["end_index"])
    for other in there:
        common = iou(segment, (other["start_index"], other["end_index"]))
        if common >= LEAST_OVERLAP or (common and row["label_class_id"] == other["label_class_id"]):
            return True
    return False


def _summary(scope: Scope, rows: Rows, places: int, keep: str | None) -> str:
    whose = "no label is right" if keep is None else f"labels of {keep or NO_AUTHOR} kept"
    if places > 1:
        return f"Settle {places:,} places: {whose}"
    start, end = min(row["start_index"] for row in rows), max(row["end_index"] for row in rows)
    query = select(label_classes.c.name).where(
        label_classes.c.id.in_({row["label_class_id"] for row in rows})
    )
    names = ", ".join(sorted(scope.connection.execute(query).scalars()))
    return f"Settle {names} {times(scope.store, start, end)}: {whose}"
