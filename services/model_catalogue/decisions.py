"""What became of what models suggested: their precision in real life."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from services.recording_rows import SUGGESTED
from services.tables import annotation_table, runs


@dataclass(frozen=True)
class Decisions:
    """How many suggestions of a model were accepted as they were, edited, rejected, and are open; in how many runs."""

    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    open: int = 0
    runs: int = 0

    @property
    def precision(self) -> float | None:
        """The share of those decided that were accepted as they were; None while nothing is decided."""
        decided = self.accepted + self.edited + self.rejected
        return self.accepted / decided if decided else None


def by_model(connection: Connection) -> dict[str, Decisions]:
    """The decisions about each model that suggested anything, or ran."""
    columns = annotation_table.c
    query = (
        select(columns.model, columns.status, columns.decision, func.count())
        .where(columns.model.is_not(None))
        .group_by(columns.model, columns.status, columns.decision)
    )
    counts: dict[str, dict[str, int]] = {}
    for model, status, decision, count in connection.execute(query):
        kind = decision or (status == SUGGESTED and "open")
        if kind:  # else nobody looked at it: it was accepted for its score alone
            counts.setdefault(model, {})[kind] = count
    for model, count in connection.execute(select(runs.c.model, func.count()).group_by(runs.c.model)):
        counts.setdefault(model, {})["runs"] = count
    return {model: Decisions(**mine) for model, mine in counts.items()}
