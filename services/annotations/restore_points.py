"""Labels of a recording after an earlier edit, computed by walking the later edits back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from services.recordings.edit_log import CHUNK, Rows, as_kept
from services.storage.tables import annotation_table, edits


@dataclass(frozen=True)
class Difference:
    """The labels that are not what they were: as they are ``now``, and as they were ``then``."""

    now: Rows
    then: Rows


def since(connection: Connection, recording: int, revision: int) -> Difference:
    """What an edit must take away and put there so that the labels are again what they were after ``revision``.

    The first edit since that touched a label knows what it was; only edits since are read, one at a time.
    """
    was: dict[str, dict[str, Any] | None] = {}
    query = (
        select(edits.c.before, edits.c.after)
        .where(edits.c.recording_id == recording, edits.c.revision > revision)
        .order_by(edits.c.revision)
        .execution_options(yield_per=100)
    )
    for before, after in connection.execute(query):
        for row in before:
            was.setdefault(row["id"], row)
        for row in after:
            was.setdefault(row["id"], None)
    now = {row["id"]: row for row in _rows(connection, recording, list(was))}
    differing = [identity for identity, row in was.items() if row != now.get(identity)]
    return Difference(
        [now[identity] for identity in differing if identity in now],
        [row for identity in differing if (row := was[identity]) is not None],
    )


def everything(connection: Connection, recording: int) -> Difference:
    """What an edit must take away so that there is no label."""
    query = select(annotation_table).where(annotation_table.c.recording_id == recording)
    return Difference([as_kept(row) for row in connection.execute(query)], [])


def oldest(connection: Connection, recording: int) -> int:
    """The earliest revision whose labels can be had again.

    Edits are ``settled`` when the samples got other numbers; what labels were before is true of those no more.
    """
    here = edits.c.recording_id == recording
    alive = select(func.min(edits.c.revision)).where(here, edits.c.state.in_(("done", "undone")))
    first = connection.execute(alive).scalar()
    settled = select(func.max(edits.c.revision)).where(here, edits.c.state == "settled")
    if first is not None:
        settled = settled.where(edits.c.revision < first)
    return connection.execute(settled).scalar() or 0


def _rows(connection: Connection, recording: int, ids: list[str]) -> Rows:
    found: Rows = []
    for first in range(0, len(ids), CHUNK):
        query = select(annotation_table).where(
            annotation_table.c.recording_id == recording,
            annotation_table.c.id.in_(ids[first : first + CHUNK]),
        )
        found += [as_kept(row) for row in connection.execute(query)]
    return found
