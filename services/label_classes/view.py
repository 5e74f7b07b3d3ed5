"""Label sets and classes as JSON values for the pages; commands of the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from services.errors import Invalid
from services.formats.text import decode
from services.label_classes import csv, rows, sets
from services.label_classes.classes import LabelClasses
from services.label_classes.rows import LIVE, ClassUsage, LabelClass
from services.label_classes.sets import LabelSets
from services.recordings.repository import recording_row
from services.storage.db import Database
from services.storage.paths import quoted

Command = dict[str, Any]
UNUSED = ClassUsage()


class LabelClassView:
    """Reads and changes label classes, with JSON values."""

    def __init__(self, database: Database, classes: LabelClasses, label_sets: LabelSets) -> None:
        self._database = database
        self._sets = label_sets
        self._classes = classes
        self._actions: dict[str, Callable[[Command, str], Any]] = {
            "add": lambda told, _: classes.add(told.get("set"), told.get("name"), told.get("color")),
            "edit": lambda told, by: classes.edit(told.get("id"), told, by),
            "rename": lambda told, by: classes.rename(told.get("id"), told.get("name"), by),
            "recolor": lambda told, by: classes.recolor(told.get("id"), told.get("color"), by),
            "key": lambda told, _: classes.set_key(told.get("id"), told.get("key")),
            "index": lambda told, _: classes.set_index(told.get("id"), told.get("index")),
            "exclusive": lambda told, _: classes.set_exclusive(told.get("id"), told.get("exclusive")),
            "reorder": lambda told, _: classes.reorder(told.get("set"), told.get("ids")),
            "delete": lambda told, by: classes.delete(told.get("id"), told.get("into"), by).words,
            "add-set": lambda told, _: label_sets.add(told.get("name")),
            "rename-set": lambda told, _: label_sets.rename(told.get("set"), told.get("name")),
            "copy-set": lambda told, _: label_sets.copy(told.get("set"), told.get("name")),
            "delete-set": lambda told, _: label_sets.delete(told.get("set")),
            "choose-set": lambda told, _: label_sets.choose(told.get("folder"), told.get("set")),
        }

    def version(self) -> str:
        """A version string that changes with the shown values; cheap to compute."""
        return self._classes.version()

    def run(self, command: Any, author: str = "") -> Any:
        """Apply a command (``do`` and its values); returns the id of a new object, or the number of moved labels.

        Raises:
            Invalid, NotFound, Conflict: the command is not possible (any more); nothing was changed.
        """
        action = command.get("do") if isinstance(command, dict) else None
        if not isinstance(action, str) or action not in self._actions:
            raise Invalid(f"There is no command {quoted(str(action))}.")
        return self._actions[action](command, author)

    def state(self, label_set: int | None = None) -> dict[str, Any]:
        """All sets; the classes of one of them (by default the first); folders and their sets."""
        with self._database.read() as connection:
            known = self._sets.list(connection)
            shown = next((one for one in known if one.id == label_set), known[0])
            use = rows.use(connection)
            classes = rows.select_classes(connection, LIVE)
            folders = self._sets.folders(connection)
        count = Counter(one.label_set_id for one in classes)
        labels: Counter[int] = Counter()
        for one in classes:
            labels[one.label_set_id] += use.get(one.id, UNUSED).labels
        return {
            "sets": [
                {"id": one.id, "name": one.name, "classes": count[one.id], "labels": labels[one.id]}
                for one in known
            ],
            "set": shown.id,
            "classes": [
                _class(one, use.get(one.id, UNUSED)) for one in classes if one.label_set_id == shown.id
            ],
            "others": [
                {"id": one.id, "name": one.name, "color": one.color, "set": one.label_set_id}
                for one in classes
                if one.label_set_id != shown.id
            ],
            "folders": [
                {"folder": one.folder, "files": one.files, "set": one.label_set, "chosen": one.chosen}
                for one in folders
            ],
        }

    def set_of(self, identity: Any) -> int:
        """The set of a class.

        Raises:
            NotFound: unknown or deleted class.
        """
        with self._database.read() as connection:
            return rows.by_id(connection, identity).label_set_id

    def of_recording(self, recording: int) -> dict[str, Any]:
        """The classes offered for a recording with the number of its accepted labels, the active set
        of its folder, all sets, and the revisions of its labels and of its saved file (None: never saved).

        Raises:
            NotFound: unknown recording.
        """
        with self._database.read() as connection:
            known = recording_row(connection, recording)
            label_set, classes = self._classes.shown(connection, recording)
            labels = rows.accepted(connection, recording)
            known_sets = self._sets.list(connection)
        return {
            "folder": known.path.rpartition("/")[0],
            "set": label_set.id,
            "sets": [{"id": one.id, "name": one.name} for one in known_sets],
            "classes": [
                {
                    "id": one.id,
                    "name": one.name,
                    "color": one.color,
                    "hotkey": one.hotkey,
                    "set": one.label_set_id,
                    "labels": labels.get(one.id, 0),
                }
                for one in classes
            ],
            "revision": known.revision,
            "saved": None if known.saved_at is None else known.saved_revision,
        }

    def export(self, label_set: int) -> tuple[str, str]:
        """The name of a set, and its classes as CSV.

        Raises:
            NotFound: unknown set.
        """
        with self._database.read() as connection:
            return sets.by_id(connection, label_set).name, csv.export(connection, label_set)

    def bring(self, label_set: int, data: bytes, name: str, apply: bool, author: str = "") -> dict[str, Any]:
        """Import a CSV into a set, or only return the effects.

        Raises:
            NotFound: unknown set.
            RefusedFile: not a class CSV.
        """
        text = decode(data)
        with self._database.write() if apply else self._database.read() as connection:
            return self._bring(connection, sets.by_id(connection, label_set).id, text, name, apply, author)

    @staticmethod
    def _bring(
        connection: Connection, label_set: int, text: str, name: str, apply: bool, author: str
    ) -> dict[str, Any]:
        if apply:
            return csv.bring(connection, label_set, text, name, author).to_json()
        return csv.plan(connection, label_set, text, name).to_json()


def _class(one: LabelClass, use: ClassUsage) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "color": one.color,
        "hotkey": one.hotkey,
        "index": one.model_index,
        "exclusive": one.exclusive,
        "labels": use.labels,
        "files": use.files,
    }
