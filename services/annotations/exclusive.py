"""Exclusive label classes: a label of such a class trims overlapping labels in the same edit.

Only accepted labels trim and are trimmed; open and rejected suggestions do not count. Labels of others that the user
hides (:mod:`services.annotations.layers`) or may not change are not trimmed. A label is trimmed only on the samples
*and* the channels of the exclusive label. If several labels change in one edit, the one that starts first keeps its
samples.
"""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any

from sqlalchemy import select

from services.annotations.review_decisions import PLACE
from services.annotations.scope import Scope
from services.recordings import edit_log
from services.recordings.edit_log import Edit, Rows
from services.recordings.repository import ACCEPTED
from services.storage.tables import annotation_table, label_classes
from services.timeseries.intervals import Segment, hull, overlap, subtract
from services.wording import counted

CUTTING = frozenset({"add", "move", "nudge", "shift", "relabel", "scope", "merge", "accept", "decide"})
EXCLUSIVE = select(label_classes.c.id).where(label_classes.c.exclusive)
Row = dict[str, Any]


def trimmed(scope: Scope, kind: str, edit: Edit) -> Edit:
    """``edit`` extended by the trimming of labels under exclusive labels that it places.

    Args:
        scope: the recording.
        kind: the command of the edit; a split or a note places no label, unless a suggestion is
        split.
        edit: the requested change.
    """
    accepting = kind == "split" and any(row["status"] != ACCEPTED for row in edit.before)
    tops = _tops(scope, edit) if kind in CUTTING or accepting else []
    if not tops:
        return edit
    ours = {row["id"] for row in edit.before} | {row["id"] for row in edit.after}
    stored = [row for row in _stored(scope, hull([_segment(row) for row in tops])) if row["id"] not in ours]
    rising = {id(row) for row in tops}
    others = [row for row in edit.after if id(row) not in rising]
    left = _cut(scope, tops, [*stored, *(row for row in others if row["status"] == ACCEPTED)])
    left += [row for row in others if row["status"] != ACCEPTED]
    whole = {id(row) for row in left}
    cut = [row for row in stored if id(row) not in whole]
    untouched = {id(row) for row in stored} & whole
    after = [row for row in left if id(row) not in untouched]
    summary = f"{edit.summary}, trim {counted(len(cut), 'label')}" if cut else edit.summary
    return Edit(edit.kind, summary, [*edit.before, *cut], after)


def _tops(scope: Scope, edit: Edit) -> Rows:
    """Labels of exclusive classes that ``edit`` places."""
    exclusive = set(scope.connection.execute(EXCLUSIVE).scalars())
    fields = (*PLACE, "status")  # accepting a suggestion places a label
    before = {row["id"]: [row[name] for name in fields] for row in edit.before} if exclusive else {}
    return [
        row
        for row in edit.after
        if row["label_class_id"] in exclusive
        and row["status"] == ACCEPTED
        and before.get(row["id"]) != [row[name] for name in fields]
    ]


def _stored(scope: Scope, around: Segment) -> Rows:
    """Accepted labels of the recording that overlap ``around``."""
    query = select(annotation_table).where(
        annotation_table.c.recording_id == scope.recording,
        annotation_table.c.start_index <= around[1],
        annotation_table.c.end_index >= around[0],
        annotation_table.c.status == ACCEPTED,
    )
    rows = (edit_log.as_kept(row) for row in scope.connection.execute(query))
    return [row for row in rows if scope.may_cut(row)]


def _cut(scope: Scope, tops: Rows, others: Rows) -> Rows:
    """The remaining pieces when each of ``tops``, from left to right, trims later tops and ``others``.

    A sweep: for each top, only overlapping labels are examined, so that thousands of labels are fast.
    """
    number = count()  # tie-breaker, since rows are not comparable
    heap = [(row["start_index"], next(number), row) for row in tops]
    heapify(heap)
    coming = deque(sorted(others, key=lambda row: row["start_index"]))
    reached: Rows = []
    done: Rows = []
    while heap:
        _, _, top = heappop(heap)
        done.append(top)
        later = []
        while heap and heap[0][0] <= top["end_index"]:
            later += _pieces(scope, heappop(heap)[2], top)
        for piece in later:
            heappush(heap, (piece["start_index"], next(number), piece))
        while coming and coming[0]["start_index"] <= top["end_index"]:
            reached.append(coming.popleft())
        done += [row for row in reached if row["end_index"] < top["start_index"]]
        reached = [
            piece
            for row in reached
            if row["end_index"] >= top["start_index"]
            for piece in _pieces(scope, row, top)
        ]
    return [*done, *reached, *coming]


def _pieces(scope: Scope, row: Row, top: Row) -> Rows:
    """The remaining pieces of ``row`` under ``top``: itself, or up to three; the first keeps the id."""
    ours, theirs = scope.channels_of(row), scope.channels_of(top)
    segment, hole = _segment(row), _segment(top)
    if not (overlap(segment, hole) and ours & theirs):
        return [row]
    remaining = [(piece, row["channels"]) for piece in subtract(segment, hole)]
    if ours - theirs:
        inside = (max(segment[0], hole[0]), min(segment[1], hole[1]))
        remaining.append((inside, sorted(ours - theirs)))
    remaining.sort(key=lambda piece: piece[0])
    pieces = [
        scope.edited(row, start_index=start, end_index=end, channels=channels)
        for (start, end), channels in remaining
    ]
    return pieces[:1] + [scope.new(piece) for piece in pieces[1:]]


def _segment(row: Row) -> Segment:
    return row["start_index"], row["end_index"]
