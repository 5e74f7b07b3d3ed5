"""Context of a command: recording, transaction, and validated access to the command's values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from math import isfinite, nan
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, select

from services.accounts import acting
from services.annotations.layers import ALL, Layers
from services.errors import Conflict, Deleted, Invalid
from services.label_classes.classes import LabelClasses
from services.label_classes.rows import LabelClass
from services.recordings import edit_log
from services.recordings.repository import REPLACED
from services.storage.db import chunks
from services.storage.tables import annotation_table
from services.timeseries import Store

Command = dict[str, Any]
MOST_IDS = 1_000_000
DECISION = ("decision", "decided_by", "decided_at")  # columns of a decision about a suggestion


@dataclass(frozen=True)
class Scope:
    """One recording inside one writing transaction."""

    connection: Connection
    recording: int
    store: Store
    classes: LabelClasses
    author: str
    edit: str = ""  # uuid of the edit that is being made
    layers: Layers = ALL
    now: str = field(default_factory=lambda: datetime.now(UTC).isoformat())

    def check_reading(self, command: Command) -> None:
        """Check that the browser has the current reading of the file (``reading``: its version).

        Raises:
            Conflict: the file was read differently since; times and numbers may refer to other samples.
        """
        reading = command.get("reading")
        if isinstance(reading, str) and reading.partition("#")[0] != self.store.key:
            raise Conflict("The file was read differently since you made this change; make it again.")

    def rows(self, ids: Sequence[str]) -> edit_log.Rows:
        """The labels with those ids, in the format of edits; unknown ids are ignored."""
        labels = []
        for some in chunks(ids):
            query = select(annotation_table).where(
                annotation_table.c.recording_id == self.recording, annotation_table.c.id.in_(some)
            )
            labels += [edit_log.as_kept(row) for row in self.connection.execute(query)]
        return labels

    def named(self, command: Command) -> edit_log.Rows:
        """The labels in ``ids`` of ``command``, at least one.

        Raises:
            Invalid: no ids.
            Deleted: they were deleted.
            Conflict: one was changed since the browser saw it (``seen``: time of the last
            edit by id).
        """
        ids = command.get("ids")
        if not isinstance(ids, list) or not 0 < len(ids) <= MOST_IDS:
            raise Invalid("The ids of the labels are missing.")
        rows = self.rows(list(dict.fromkeys(map(clean_uuid, ids))))
        if not rows:
            raise Deleted("These labels were deleted already.")
        for row in rows:
            if row["status"] == REPLACED:
                who = row["settled_by"] or "A reviewer"
                raise Conflict(
                    f"{who} settled this place meanwhile; your label is kept for the agreement only."
                )
        seen = command.get("seen")
        if isinstance(seen, dict) and any(
            row["edited_at"] != seen.get(row["id"], row["edited_at"]) for row in rows
        ):
            raise Conflict("Another user changed this label meanwhile; its current state is shown.")
        return rows

    def single(self, command: Command) -> dict[str, Any]:
        """The single label in ``ids`` of ``command``.

        Raises:
            Invalid: no id or several.
            Conflict: as :meth:`named`.
        """
        rows = self.named(command)
        if len(rows) != 1:
            raise Invalid("Select a single label for this.")
        return rows[0]

    def label_class(self, command: Command) -> LabelClass:
        """The class named by ``command["label"]``; an unknown name creates one, with ``command["color"]`` if given.

        Raises:
            Invalid: malformed name or colour.
        """
        name, color = command.get("label", ""), command.get("color")
        return self.named_class(name, color, typed=True)

    def named_class(self, name: Any, color: Any = None, typed: bool = False) -> LabelClass:
        """The class with this name; a new one belongs to this edit and is deleted by its undo.

        Raises:
            Invalid: malformed name or colour.
        """
        return self.classes.ensure(self.connection, name, color, self.recording, typed, self.edit)

    def edited(self, row: dict[str, Any], **values: Any) -> dict[str, Any]:
        """``row`` with new values and a new time of change."""
        return {**row, **values, "edited_at": self.now}

    def may_cut(self, row: dict[str, Any]) -> bool:
        """Whether a label of the current user may trim ``row``: hidden labels, and those of others, are not trimmed."""
        judge = row.get("decided_by") or row["author"]
        return self.layers.shows(judge) and acting.owns(row.get("settled_by") or judge)

    def new(self, row: dict[str, Any]) -> dict[str, Any]:
        """``row`` as a new label, without its decision."""
        own = {name: value for name, value in row.items() if name not in DECISION}
        return {**own, "id": str(uuid4()), "created_at": self.now, "edited_at": self.now}

    def channels_of(self, row: dict[str, Any]) -> frozenset[int]:
        """Channel indices of a label."""
        return self._every if row["channels"] is None else frozenset(row["channels"])

    def kept_channels(self, chosen: frozenset[int]) -> list[int] | None:
        """Channels as stored with a label: sorted, None for all."""
        return None if chosen == self._every else sorted(chosen)

    def channels(self, command: Command) -> list[int] | None:
        """The channels in ``command["channels"]`` (indices) as stored with a label; none means all.

        Raises:
            Invalid: not a list of channels of the recording.
        """
        chosen = command.get("channels") or sorted(self._every)
        if not isinstance(chosen, list) or not all(
            type(channel) is int and channel in self._every for channel in chosen
        ):
            raise Invalid("A label can only have channels of its file.")
        return self.kept_channels(frozenset(chosen))

    @cached_property
    def _every(self) -> frozenset[int]:
        return frozenset(range(len(self.store.info.channels)))

    def place(self, command: Command, name: str) -> int:
        """The sample at ``command[name]``, a position on the time axis.

        Raises:
            Invalid: not a number.
        """
        return self.store.nearest(number(command, name))

    def edge(self, command: Command, position: str, typed: str, otherwise: int) -> int:
        """The sample at a position or typed text in a command, or ``otherwise``.

        Raises:
            Invalid: the position is not a number, or the text matches no sample.
        """
        if position in command:
            return self.place(command, position)
        return self.typed(command[typed]) if typed in command else otherwise

    def typed(self, text: Any) -> int:
        """The sample of a typed text: its exact time, or ``#`` and its number.

        Raises:
            Invalid: no sample has that time or number.
        """
        text = text.strip() if isinstance(text, str) else ""
        number = text.removeprefix("#")
        if number == text:
            return self.store.index_of_saved(text)
        return self.store.sample_numbered(number)


def clean_uuid(value: Any) -> str:
    """A uuid in canonical form.

    Raises:
        Invalid: not a uuid.
    """
    try:
        return str(UUID(value))
    except (ValueError, TypeError, AttributeError):
        raise Invalid("A command and a label need a uuid.") from None


def number(command: Command, name: str) -> float:
    """A finite number in a command.

    Raises:
        Invalid: it is missing or not finite.
    """
    value = command.get(name)
    try:
        number_found = float(value) if isinstance(value, int | float) else nan
    except OverflowError:
        number_found = nan
    if not isfinite(number_found):
        raise Invalid("A label needs a start and an end.")
    return number_found
