"""Label sets: groups of classes; one set is active per folder and its sub-folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from services.errors import Conflict, Invalid, NotFound
from services.label_classes import rows
from services.label_classes.validation import LONGEST_NAME, clean_name
from services.recordings.file_list import natural
from services.storage.db import Database
from services.storage.paths import quoted
from services.storage.tables import folder_label_sets, label_classes, label_sets, recordings
from services.wording import counted

LIVE = label_sets.c.deleted_at.is_(None)
KIND = "A label set"
_ALL = select(label_sets.c.id, label_sets.c.name).where(LIVE).order_by(label_sets.c.position, label_sets.c.id)
_PATH = select(recordings.c.path).where(recordings.c.id == bindparam("recording"))
_CHOSEN = select(folder_label_sets.c.folder, folder_label_sets.c.label_set_id)


@dataclass(frozen=True)
class LabelSet:
    """A label set."""

    id: int
    name: str


@dataclass(frozen=True)
class Folder:
    """A folder ("" is the root): files including sub-folders, active set, and whether it is its own choice."""

    folder: str
    files: int
    label_set: int
    chosen: bool


class LabelSets:
    """Access to all label sets; there is always at least one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, connection: Connection | None = None) -> list[LabelSet]:
        """All sets in order."""
        if connection is None:
            with self._database.read() as own:
                return self.list(own)
        return _sets(connection)

    def add(self, name: Any) -> int:
        """Add an empty set; returns its id.

        Raises:
            Invalid: invalid name.
            Conflict: the name is in use.
        """
        with self._database.write() as connection:
            return _add(connection, clean_name(name, KIND))

    def rename(self, label_set: Any, name: Any) -> None:
        """Rename a set.

        Raises:
            NotFound, Invalid, Conflict: unknown set; invalid name; name in use.
        """
        with self._database.write() as connection:
            existing, name = by_id(connection, label_set), clean_name(name, KIND)
            if name != existing.name:
                _free_name(connection, name)
                _set(connection, existing.id, name=name)

    def copy(self, label_set: Any, name: Any) -> int:
        """Add a set with copies of the classes, without labels; returns its id.

        Raises:
            NotFound, Invalid, Conflict: as :meth:`rename`.
        """
        with self._database.write() as connection:
            source = by_id(connection, label_set)
            identity = _add(connection, clean_name(name, KIND))
            for other in rows.of_set(connection, source.id):
                values = {key: getattr(other, key) for key in ("color", "hotkey", "model_index", "exclusive")}
                rows.make(connection, identity, other.name, **values)
            return identity

    def delete(self, label_set: Any) -> None:
        """Delete a set and its classes; folders that used it use the set of the folder above.

        Raises:
            NotFound: unknown set.
            Conflict: labels use its classes, or it is the only set.
        """
        with self._database.write() as connection:
            existing = by_id(connection, label_set)
            if len(_sets(connection)) == 1:
                raise Conflict("This is the only label set; at least one is required.")
            used = rows.use(connection, label_classes.c.label_set_id == existing.id).values()
            if used:
                labels = sum(usage.labels for usage in used)
                raise Conflict(
                    f"{quoted(existing.name)} is used by {counted(labels, 'label')}. Merge its "
                    "classes into those of another set first."
                )
            deleted = {"deleted_at": datetime.now(UTC)}
            here = label_classes.c.label_set_id == existing.id
            connection.execute(update(label_classes).where(here, rows.LIVE).values(**deleted, hotkey=None))
            connection.execute(
                delete(folder_label_sets).where(folder_label_sets.c.label_set_id == existing.id)
            )
            _set(connection, existing.id, **deleted)

    def choose(self, folder: Any, label_set: Any) -> None:
        """Set the active set of a folder ("" is the root) and its sub-folders; None: inherit.

        Raises:
            NotFound: unknown set.
            Invalid: ``folder`` is not text.
        """
        if not isinstance(folder, str) or "\0" in folder:
            raise Invalid("The folder is missing.")
        with self._database.write() as connection:
            connection.execute(delete(folder_label_sets).where(folder_label_sets.c.folder == folder))
            if label_set is not None:
                values = {"folder": folder, "label_set_id": by_id(connection, label_set).id}
                connection.execute(insert(folder_label_sets).values(values))

    def folders(self, connection: Connection) -> Sequence[Folder]:
        """All folders of recordings, root first, with their active sets."""
        paths = connection.execute(
            select(recordings.c.path).where(recordings.c.deleted_at.is_(None))
        ).scalars()
        files = Counter(folder for path in paths for folder in around(path))
        chosen = _chosen(connection)
        default = first(connection).id
        return [
            Folder(
                folder,
                files[folder],
                _nearest(f"{folder}/" if folder else "", chosen, default),
                folder in chosen,
            )
            for folder in sorted(
                {"", *files}, key=lambda folder: [natural(name) for name in folder.split("/")]
            )
        ]


def around(path: str) -> list[str]:
    """The folders above a file, nearest first.

    >>> around("ward 3/day 1/a.csv")
    ['ward 3/day 1', 'ward 3', '']
    """
    folders = path.split("/")[:-1]
    return ["/".join(folders[:count]) for count in range(len(folders), -1, -1)]


def active(connection: Connection, path: str) -> LabelSet:
    """The active set of the file ``path``."""
    return active_among(*choices(connection), path)


def choices(connection: Connection) -> tuple[list[LabelSet], dict[str, int]]:
    """All sets, and the choices of folders."""
    return _sets(connection), _chosen(connection)


def first(connection: Connection) -> LabelSet:
    """The default set, of folders without a choice."""
    return _sets(connection)[0]


def active_for(connection: Connection, recording: int) -> LabelSet:
    """The active set of a recording."""
    return active(connection, path_of(connection, recording))


def active_among(label_sets: Sequence[LabelSet], chosen: dict[str, int], path: str) -> LabelSet:
    """The active set of the file ``path``, that of the nearest folder with a choice; see :func:`choices`."""
    identity = _nearest(path, chosen, label_sets[0].id)
    return next((label_set for label_set in label_sets if label_set.id == identity), label_sets[0])


def path_of(connection: Connection, recording: int) -> str:
    """Path of a recording; "" if it is unknown."""
    return str(connection.execute(_PATH, {"recording": recording}).scalar() or "")


def by_id(connection: Connection, label_set: Any) -> LabelSet:
    """The set with that id.

    Raises:
        NotFound: unknown or deleted.
    """
    existing = next((other for other in _sets(connection) if other.id == label_set), None)
    if existing is None or label_set is True:
        raise NotFound("This label set does not exist (any more).")
    return existing


def _sets(connection: Connection) -> list[LabelSet]:
    return [LabelSet(row.id, row.name) for row in connection.execute(_ALL)]


def _set(connection: Connection, label_set: int, **values: Any) -> None:
    connection.execute(update(label_sets).where(label_sets.c.id == label_set).values(values))


def _add(connection: Connection, name: str) -> int:
    _free_name(connection, name)
    position = len(_sets(connection)) + 1
    values = {"name": name, "position": position, "created_at": datetime.now(UTC)}
    connection.execute(insert(label_sets).values(values))
    return int(connection.execute(select(label_sets.c.id).where(label_sets.c.name == name)).scalar_one())


def _free_name(connection: Connection, name: str) -> None:
    """Check that no set has this name; a deleted set is renamed.

    Raises:
        Conflict: a set has the name.
    """
    row = connection.execute(select(label_sets).where(label_sets.c.name == name)).first()
    if row and row.deleted_at is None:
        raise Conflict(f"There is a label set {quoted(name)} already. Choose another name.")
    if row:
        mark = f" (deleted {row.id})"
        _set(connection, row.id, name=name[: LONGEST_NAME - len(mark)] + mark)


def _chosen(connection: Connection) -> dict[str, int]:
    return {row.folder: row.label_set_id for row in connection.execute(_CHOSEN)}


def _nearest(path: str, chosen: dict[str, int], default: int) -> int:
    return next((chosen[folder] for folder in around(path) if folder in chosen), default)
