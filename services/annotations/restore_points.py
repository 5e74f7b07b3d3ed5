"""Labels of a recording after an earlier edit, computed by reverting the later edits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from services.recordings.edit_log import Rows, as_kept, rows_of
from services.storage.tables import annotation_table, edits


@dataclass(frozen=True)
class Difference:
    """Changed labels: their rows ``now``, and their rows ``then``."""

    now: Rows
    then: Rows


def since(connection: Connection, recording: int, revision: int) -> Difference:
    """The difference between the current labels and those after ``revision``.

    The first later edit of a label has its earlier row; later edits are read one at a time.
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
    now = rows_of(connection, recording, list(was))
    differing = [identity for identity, row in was.items() if row != now.get(identity)]
    return Difference(
        [now[identity] for identity in differing if identity in now],
        [row for identity in differing if (row := was[identity]) is not None],
    )


def everything(connection: Connection, recording: int) -> Difference:
    """The difference between the current labels and no labels."""
    query = select(annotation_table).where(annotation_table.c.recording_id == recording)
    return Difference([as_kept(row) for row in connection.execute(query)], [])


def oldest(connection: Connection, recording: int) -> int:
    """The earliest revision that can be restored.

    Edits before a renumbering of the samples are ``settled``; their labels refer to other samples.
    """
    here = edits.c.recording_id == recording
    alive = select(func.min(edits.c.revision)).where(here, edits.c.state.in_(("done", "undone")))
    first = connection.execute(alive).scalar()
    settled = select(func.max(edits.c.revision)).where(here, edits.c.state == "settled")
    if first is not None:
        settled = settled.where(edits.c.revision < first)
    return connection.execute(settled).scalar() or 0
