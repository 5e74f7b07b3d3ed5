"""Label class service: find or create by name, rename, recolour, reorder, merge, delete."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from services.errors import Conflict, Invalid
from services.label_classes import cascade, rows, sets
from services.label_classes.rows import LIVE, ClassUsage, LabelClass
from services.label_classes.sets import LabelSet
from services.label_classes.validation import clean_color, clean_index, clean_key, clean_name
from services.storage.db import Database
from services.storage.paths import quoted
from services.storage.tables import label_classes

Follower = Callable[[Connection, LabelClass, str, bool], None]


class LabelClasses:
    """Access to all label classes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: list[Follower] = []

    def on_rename(self, follower: Follower) -> None:
        """Register ``follower(connection, class, name, merged)``, called before a class is renamed or merged."""
        self._followers.append(follower)

    def list(self, connection: Connection | None = None) -> list[LabelClass]:
        """The classes of all sets, in order."""
        if connection is None:
            with self._database.read() as own:
                return self.list(own)
        return sorted(rows.select_classes(connection, LIVE), key=lambda label_class: label_class.label_set_id)

    def version(self) -> str:
        """A version string that changes with classes, sets and sets of folders; cheap to compute."""
        return self._database.commit_cache.get("label classes", self._version, steady=True)

    def _version(self) -> str:
        return hashlib.sha256(repr(self._all()).encode()).hexdigest()[:16]

    def _all(self) -> tuple[Sequence[LabelClass], Sequence[LabelSet], dict[str, int]]:
        """All classes in order, all sets, and the sets of folders."""
        return self._database.commit_cache.get("all label classes", self._read_all, steady=True)

    def _read_all(self) -> tuple[Sequence[LabelClass], Sequence[LabelSet], dict[str, int]]:
        with self._database.read() as connection:
            return rows.select_classes(connection, LIVE), *sets.choices(connection)

    def edit(self, identity: Any, values: dict[str, Any], author: str = "") -> None:
        """Change ``name``, ``color``, ``key`` and ``exclusive`` of a class, if in ``values``.

        Raises:
            NotFound, Invalid, Conflict: as the single changes; changes before the refused one are applied.
        """
        if "name" in values:
            self.rename(identity, values["name"], author)
        if "color" in values:
            self.recolor(identity, values["color"], author)
        if "key" in values:
            self.set_key(identity, values["key"])
        if "exclusive" in values:
            self.set_exclusive(identity, values["exclusive"])

    def ensure(
        self,
        connection: Connection,
        name: Any,
        color: Any = None,
        recording: int | None = None,
        typed: bool = False,
        made_by: str = "",
    ) -> LabelClass:
        """The class with ``name`` for a recording: in its active set, or else used by its labels; a new class gets the
        next free colour and key.

        Args:
            typed: a user typed the name, so that ``qrs`` matches the class ``QRS`` if there is no class ``qrs``.
            made_by: uuid of the edit that creates a new class, and whose undo deletes it.

        Raises:
            Invalid: the name is empty, too long or has control characters, or the colour is invalid.
        """
        name = clean_name(name)
        label_set = sets.active_for(connection, recording) if recording else sets.first(connection)
        look_up = rows.alike if typed else rows.named
        existing = look_up(connection, label_set.id, name)
        if existing is None and recording:
            existing = rows.alike_among(rows.used_by(connection, recording), name, typed)
        if existing:
            return existing
        values = {"color": clean_color(color)} if color else {}
        return rows.make(connection, label_set.id, name, **values, made_by=made_by or None)

    def shown(self, connection: Connection, recording: int) -> tuple[LabelSet, Sequence[LabelClass]]:
        """The active set of a recording; its classes, then those of other sets that its labels use."""
        return self.offered(sets.path_of(connection, recording), self.used(connection, recording))

    def offered(self, path: str, used: Collection[int]) -> tuple[LabelSet, Sequence[LabelClass]]:
        """The active set of the file ``path``; its classes, then ``used`` ones of other sets.

        It may be newer than a transaction that is open.
        """
        classes, classes_used, chosen = self._all()
        label_set = sets.active_among(classes_used, chosen, path)
        ours = [label_class for label_class in classes if label_class.label_set_id == label_set.id]
        return label_set, [
            *ours,
            *(label_class for label_class in classes if label_class.id in used and label_class not in ours),
        ]

    def used(self, connection: Connection, recording: int) -> frozenset[int]:
        """Ids of the classes that the labels of a recording use."""
        return frozenset(row.id for row in rows.used_by(connection, recording))

    def add(self, label_set: Any, name: Any, color: Any = None) -> int:
        """Add a class to a set, with the next free colour and key; returns its id.

        Raises:
            NotFound: unknown set.
            Invalid: invalid name or colour.
            Conflict: the name is in use.
        """
        with self._database.write() as connection:
            label_set_row, name = sets.by_id(connection, label_set), clean_name(name)
            if same := rows.alike(connection, label_set_row.id, name):
                raise Conflict(f"There is a class {quoted(same.name)} in this set already.")
            values = {"color": clean_color(color)} if color else {}
            return rows.make(connection, label_set_row.id, name, **values).id

    def rename(self, identity: Any, name: Any, author: str = "") -> None:
        """Rename a class, for all its labels.

        Raises:
            NotFound, Invalid: unknown class; invalid name.
            Conflict: another class of the set has the name.
        """
        with self._database.write() as connection:
            label_class, name = rows.by_id(connection, identity), clean_name(name)
            if name != label_class.name:
                rows.free_name(connection, label_class.label_set_id, name)
                self._follow(connection, label_class, name, merged=False)
                rows.set_values(connection, label_class.id, name=name)
                cascade.note(
                    connection, label_class, f"Rename label class {label_class.name} to {name}", author
                )

    def recolor(self, identity: Any, color: Any, author: str = "") -> None:
        """Set the colour of a class.

        Raises:
            NotFound, Invalid: unknown class; invalid colour.
        """
        with self._database.write() as connection:
            label_class, color = rows.by_id(connection, identity), clean_color(color)
            if color != label_class.color:
                rows.set_values(connection, label_class.id, color=color)
                cascade.note(connection, label_class, f"Recolour label class {label_class.name}", author)

    def set_key(self, identity: Any, key: Any) -> None:
        """Set or remove the key of a class; the class of the set that has the key gets the previous one.

        Raises:
            NotFound, Invalid: unknown class; invalid key.
        """
        self._swap(identity, "hotkey", clean_key(key))

    def set_index(self, identity: Any, index: Any) -> None:
        """Set the model index of a class; swaps like :meth:`set_key`.

        Raises:
            NotFound, Invalid: unknown class; invalid number.
        """
        self._swap(identity, "model_index", clean_index(index))

    def set_exclusive(self, identity: Any, exclusive: Any) -> None:
        """Set whether new labels of a class trim labels underneath.

        Raises:
            NotFound, Invalid: unknown class; ``exclusive`` is not true or false.
        """
        if not isinstance(exclusive, bool):
            raise Invalid("“exclusive” must be true or false.")
        with self._database.write() as connection:
            rows.set_values(connection, rows.by_id(connection, identity).id, exclusive=exclusive)

    def reorder(self, label_set: Any, ids: Any) -> None:
        """Order the classes of a set by ``ids``; missing classes follow.

        Raises:
            NotFound, Invalid: unknown set; ``ids`` is not a list.
        """
        if not isinstance(ids, list):
            raise Invalid("The order of the classes must be a list.")
        with self._database.write() as connection:
            classes = rows.of_set(connection, sets.by_id(connection, label_set).id)
            places = {identity: place for place, identity in enumerate(ids) if type(identity) is int}
            ordered = sorted(classes, key=lambda label_class: places.get(label_class.id, len(places)))
            for position, one in enumerate(ordered, 1):
                rows.set_values(connection, one.id, position=position)

    def delete(self, identity: Any, into: Any = None, author: str = "") -> ClassUsage:
        """Delete a class; its labels move to the class ``into``, one edit per file, which can be undone.

        Raises:
            NotFound: unknown class or class ``into``.
            Conflict: labels use it, and ``into`` is missing.
            Invalid: ``into`` is the same class.
        """
        with self._database.write() as connection:
            label_class = rows.by_id(connection, identity)
            used = rows.use(connection, label_classes.c.id == label_class.id).get(
                label_class.id, ClassUsage()
            )
            if into is not None:
                other = rows.by_id(connection, into)
                cascade.reassign(connection, label_class, other, author)
                self._follow(connection, label_class, other.name, merged=True)
            elif used.labels:
                raise Conflict(
                    f"{quoted(label_class.name)} is used by {used.words}. Choose a class for them first."
                )
            deleted = {"deleted_at": datetime.now(UTC), "hotkey": None, "model_index": None}
            rows.set_values(connection, label_class.id, **deleted)
            return used

    def _follow(self, connection: Connection, label_class: LabelClass, name: str, merged: bool) -> None:
        for follower in self._followers:
            follower(connection, label_class, name, merged)

    def _swap(self, identity: Any, column: str, value: Any) -> None:
        with self._database.write() as connection:
            label_class = rows.by_id(connection, identity)
            if value is not None:
                for other in rows.of_set(connection, label_class.label_set_id):
                    if getattr(other, column) == value:
                        rows.set_values(connection, other.id, **{column: getattr(label_class, column)})
            rows.set_values(connection, label_class.id, **{column: value})
