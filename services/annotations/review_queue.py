"""Review queue (active learning): the least certain suggestions first, spread over the signal.

A decision about the neighbour of a decided suggestion adds little information. So the next suggestion is chosen
greedily: uncertain *and* far in time from all offered or decided ones (farthest-point sampling). After a few
suggestions of one file, another file follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from services.recordings.repository import LIVE, SUGGESTED
from services.storage.db import Database
from services.storage.tables import annotation_table, recordings

REACH = 0.05  # share of a file's length; suggestions nearer to an offered one get less weight
IN_A_ROW = 3  # from one file, if other files have suggestions
MOST = 200  # per answer
MOST_READ = 20_000  # open suggestions considered: the least certain
DECIDED = 300  # latest decisions that count as offered
DOUBT = 0.02  # minimum uncertainty, so that certain suggestions are offered too


@dataclass(frozen=True)
class NextSuggestion:
    """A suggestion to review next."""

    recording: int
    id: str
    score: float


class ReviewQueue:
    """The review order of open suggestions, across files."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next(self, most: int = MOST, recording: int | None = None, model: str = "") -> list[NextSuggestion]:
        """The next suggestions.

        Args:
            recording: only this file; None: all files.
            model: only this model; "": all models.
        """
        table = annotation_table.c
        here = [LIVE, *([table.recording_id == recording] if recording else [])]
        here += [table.model == model] if model else []
        columns = (
            table.id,
            table.recording_id,
            table.start_index,
            table.end_index,
            table.score,
            recordings.c.rows,
        )
        query = select(*columns).join(recordings, recordings.c.id == table.recording_id).where(*here)
        with self._database.read() as connection:
            order = (table.score, table.id)
            row_found = connection.execute(
                query.where(table.status == SUGGESTED).order_by(*order).limit(MOST_READ)
            ).all()
            late = query.where(table.decision.is_not(None)).order_by(table.decided_at.desc())
            decided = connection.execute(late.limit(DECIDED)).all() if row_found else []
        return spread(row_found, decided, min(max(most, 0), MOST))


def spread(suggestions: Any, decided: Any, most: int) -> list[NextSuggestion]:
    """Order of ``suggestions`` (id, recording_id, start_index, end_index, score, rows); at most ``most``.

    Args:
        decided: rows that were decided earlier.
    """
    files = np.array([row.recording_id for row in suggestions], np.int64)
    places = np.array([_place(row) for row in suggestions])
    doubt = np.array([1 - (row.score or 0.0) for row in suggestions]) + DOUBT
    worth = np.ones(len(suggestions))
    for row in decided:
        worth *= _far(files, places, row.recording_id, _place(row))
    offers: list[NextSuggestion] = []
    left = np.ones(len(suggestions), bool)
    while left.any() and len(offers) < most:
        allowed = left & (files != _tired(offers)) if (left & (files != _tired(offers))).any() else left
        best = int(np.argmax(np.where(allowed, doubt * worth, -1.0)))
        left[best] = False
        offers.append(NextSuggestion(int(files[best]), suggestions[best].id, suggestions[best].score or 0.0))
        worth *= _far(files, places, int(files[best]), float(places[best]))
    return offers


def _place(row: Any) -> float:
    """Centre of a suggestion, as a share of its file."""
    middle: float = (row.start_index + row.end_index) / 2
    return middle / max(1, int(row.rows))


def _far(
    files: NDArray[np.int64], places: NDArray[np.float64], file: int, place: float
) -> NDArray[np.float64]:
    """Weight of a suggestion by its distance from ``place``: about 0 at it, about 1 beyond a few ``REACH``."""
    away = np.where(files == file, np.abs(places - place), np.inf)
    return np.asarray(1 - np.exp(-((away / REACH) ** 2)) * 0.98, np.float64)


def _tired(offers: list[NextSuggestion]) -> int:
    """The file of all of the last few suggestions; -1 if they belong to several."""
    last = {offer.recording for offer in offers[-IN_A_ROW:]}
    return last.pop() if len(offers) >= IN_A_ROW and len(last) == 1 else -1
