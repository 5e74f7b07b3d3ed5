"""Counts of accepted, edited, rejected and open suggestions of models, over all files."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection, func, select

from services.recordings import edit_log
from services.recordings.edit_log import Edit, Rows
from services.recordings.repository import LIVE, SUGGESTED
from services.storage.tables import annotation_table, recordings


@dataclass(frozen=True)
class Counts:
    """Number of suggestions of a model: accepted unchanged, accepted with changes, rejected, open."""

    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    open: int = 0

    @property
    def precision(self) -> float | None:
        """Share of decided suggestions that were accepted unchanged; None if none is decided."""
        decided = self.accepted + self.edited + self.rejected
        return self.accepted / decided if decided else None


def counts_by_model(connection: Connection) -> dict[str, Counts]:
    """Counts by id of each model with suggestions.

    Decisions count also for deleted files; open suggestions of files in the trash do not.
    """
    table = annotation_table.c
    decided = select(table.model, table.decision, func.count()).where(
        table.model.is_not(None), table.decision.is_not(None)
    )
    waiting = (
        select(table.model, func.count())
        .join(recordings, recordings.c.id == table.recording_id)
        .where(LIVE, table.model.is_not(None), table.status == SUGGESTED)
    )
    counts: dict[str, dict[str, int]] = {}
    for model, decision, count in connection.execute(decided.group_by(table.model, table.decision)):
        counts.setdefault(model, {})[decision] = count
    for model, count in connection.execute(waiting.group_by(table.model)):
        counts.setdefault(model, {})["open"] = count
    return {model: Counts(**values) for model, values in counts.items()}


def remove_waiting(connection: Connection, model: str, summary: str, author: str) -> int:
    """Delete a model's open suggestions: one edit per file, which can be undone there.

    Returns:
        The number of suggestions.
    """
    query = (
        select(annotation_table)
        .join(recordings, recordings.c.id == annotation_table.c.recording_id)
        .where(LIVE, annotation_table.c.model == model, annotation_table.c.status == SUGGESTED)
    )
    by_recording: dict[int, Rows] = defaultdict(list)
    for row in connection.execute(query):
        by_recording[row.recording_id].append(edit_log.as_kept(row))
    for recording, rows in by_recording.items():
        edit_log.apply(connection, recording, str(uuid4()), Edit("delete", summary, rows, []), author)
    return sum(map(len, by_recording.values()))
