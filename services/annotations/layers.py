"""Layers: choose the authors whose labels a user sees in a recording.

The choice is a preference of the user for one recording, or for all without a choice of their own. It applies to what
the plot and the table are given; saved files, trainings and the history have the labels of all. A user's own labels,
labels from times without accounts and suggestions that wait are always shown.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, func, or_, select

from services.accounts import acting
from services.errors import Invalid
from services.recordings.repository import ACCEPTED, OWNER
from services.storage.db import Database
from services.storage.preferences import Preferences
from services.storage.tables import annotation_table

PREFERENCE = "layers"
TABLE = annotation_table.c


@dataclass(frozen=True)
class Layers:
    """Choice of a user: only labels of ``user`` (``mine``), or of all authors except ``hidden``."""

    user: str = ""
    mine: bool = False
    hidden: frozenset[str] = frozenset()

    @property
    def version(self) -> str:
        """A string that changes with the choice; empty if everything is shown."""
        if not (self.mine or self.hidden):
            return ""
        return f"{crc32(json.dumps([self.mine, sorted(self.hidden)]).encode()):08x}"

    def shows(self, owner: str) -> bool:
        """Whether accepted labels of ``owner`` are shown."""
        return owner in {"", self.user} or not (self.mine or owner in self.hidden)

    def shown(self) -> ColumnElement[bool] | None:
        """Condition of a query for the shown labels; None if everything is shown."""
        if self.mine:
            return or_(TABLE.status != ACCEPTED, OWNER.in_(("", self.user)))
        if self.hidden:
            return or_(TABLE.status != ACCEPTED, OWNER.not_in(self.hidden - {"", self.user}))
        return None


ALL = Layers()


class LayerChoices:
    """Choices of all users, stored as preferences."""

    def __init__(self, database: Database, preferences: Preferences) -> None:
        self._database = database
        self._preferences = preferences

    def of(self, recording: int) -> Layers:
        """Choice of the current user for a recording."""
        names = (f"{PREFERENCE}:{recording}", PREFERENCE)
        whose = ("layers", acting.user().id, recording)
        kept = self._database.commit_cache.get(whose, lambda: self._preferences.first(*names), steady=True)
        if not isinstance(kept, dict):
            return Layers(acting.name())
        hidden = [name for name in kept.get("hidden", ()) if isinstance(name, str)]
        return Layers(acting.name(), kept.get("mine") is True, frozenset(hidden))

    def choose(
        self, recording: int, own: bool, hidden: Sequence[str] = (), everywhere: bool = False
    ) -> Layers:
        """Store the choice of the current user.

        Args:
            recording: id of the recording.
            own: only own labels.
            hidden: authors whose labels are not shown.
            everywhere: also in recordings without a choice.

        Raises:
            Invalid: ``hidden`` is not a list of names.
        """
        if not all(isinstance(name, str) for name in hidden):
            raise Invalid("Choose people whose labels are shown.")
        value: dict[str, Any] = {"mine": bool(own), "hidden": sorted(set(hidden) - {acting.name()})}
        self._preferences.set(f"{PREFERENCE}:{recording}", value)
        if everywhere:
            self._preferences.set(PREFERENCE, value)
        return self.of(recording)

    def authors(self, recording: int) -> dict[str, int]:
        """Number of accepted labels in a recording, by author."""
        query = (
            select(OWNER.label("owner"), func.count().label("labels"))
            .where(TABLE.recording_id == recording, TABLE.status == ACCEPTED)
            .group_by(OWNER)
            .order_by(OWNER)
        )
        with self._database.read() as connection:
            return {row.owner: row.labels for row in connection.execute(query)}
