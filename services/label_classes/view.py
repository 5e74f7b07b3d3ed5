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
            "add": lambda values, _: classes.add(values.get("set"), values.get("name"), values.get("color")),
            "edit": lambda values, by: classes.edit(values.get("id"), values, by),
            "rename": lambda values, by: classes.rename(values.get("id"), values.get("name"), by),
            "recolor": lambda values, by: classes.recolor(values.get("id"), values.get("color"), by),
            "key": lambda values, _: classes.set_key(values.get("id"), values.get("key")),
            "index": lambda values, _: classes.set_index(values.get("id"), values.get("index")),
            "exclusive": lambda values, _: classes.set_exclusive(values.get("id"), values.get("exclusive")),
            "reorder": lambda values, _: classes.reorder(values.get("set"), values.get("ids")),
            "delete": lambda values, by: classes.delete(values.get("id"), values.get("into"), by).words,
            "add-set": lambda values, _: label_sets.add(values.get("name")),
            "rename-set": lambda values, _: label_sets.rename(values.get("set"), values.get("name")),
            "copy-set": lambda values, _: label_sets.copy(values.get("set"), values.get("name")),
            "delete-set": lambda values, _: label_sets.delete(values.get("set")),
            "choose-set": lambda values, _: label_sets.choose(values.get("folder"), values.get("set")),
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
            label_sets = self._sets.list(connection)
            shown = next(
                (label_set_row for label_set_row in label_sets if label_set_row.id == label_set),
                label_sets[0],
            )
            use = rows.use(connection)
            classes = rows.select_classes(connection, LIVE)
            folders = self._sets.folders(connection)
        count = Counter(label_class.label_set_id for label_class in classes)
        labels: Counter[int] = Counter()
        for label_class in classes:
            labels[label_class.label_set_id] += use.get(label_class.id, UNUSED).labels
        return {
            "sets": [
                {"id": each.id, "name": each.name, "classes": count[each.id], "labels": labels[each.id]}
                for each in label_sets
            ],
            "set": shown.id,
            "classes": [
                _class(label_class, use.get(label_class.id, UNUSED))
                for label_class in classes
                if label_class.label_set_id == shown.id
            ],
            "others": [
                {
                    "id": label_class.id,
                    "name": label_class.name,
                    "color": label_class.color,
                    "set": label_class.label_set_id,
                }
                for label_class in classes
                if label_class.label_set_id != shown.id
            ],
            "folders": [
                {
                    "folder": folder.folder,
                    "files": folder.files,
                    "set": folder.label_set,
                    "chosen": folder.chosen,
                }
                for folder in folders
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
        of its folder, all sets, and the revisions of its accepted labels and of its saved file (None: never saved).

        Raises:
            NotFound: unknown recording.
        """
        with self._database.read() as connection:
            row = recording_row(connection, recording)
            label_set, classes = self._classes.shown(connection, recording)
            labels = rows.accepted(connection, recording)
            known_sets = self._sets.list(connection)
        return {
            "folder": row.path.rpartition("/")[0],
            "set": label_set.id,
            "sets": [{"id": label_set.id, "name": label_set.name} for label_set in known_sets],
            "classes": [
                {
                    "id": label_class.id,
                    "name": label_class.name,
                    "color": label_class.color,
                    "hotkey": label_class.hotkey,
                    "set": label_class.label_set_id,
                    "labels": labels.get(label_class.id, 0),
                }
                for label_class in classes
            ],
            "revision": row.labels_revision,
            "saved": None if row.saved_at is None else row.saved_revision,
        }

    def export(self, label_set: int) -> tuple[str, str]:
        """The name of a set, and its classes as CSV.

        Raises:
            NotFound: unknown set.
        """
        with self._database.read() as connection:
            return sets.by_id(connection, label_set).name, csv.export(connection, label_set)

    def import_csv(
        self, label_set: int, data: bytes, name: str, apply: bool, author: str = ""
    ) -> dict[str, Any]:
        """Import a CSV into a set, or only return the effects.

        Raises:
            NotFound: unknown set.
            RefusedFile: not a class CSV.
        """
        text = decode(data)
        with self._database.write() if apply else self._database.read() as connection:
            return self._import_csv(
                connection, sets.by_id(connection, label_set).id, text, name, apply, author
            )

    @staticmethod
    def _import_csv(
        connection: Connection, label_set: int, text: str, name: str, apply: bool, author: str
    ) -> dict[str, Any]:
        if apply:
            return csv.import_csv(connection, label_set, text, name, author).to_json()
        return csv.plan(connection, label_set, text, name).to_json()


def _class(label_class: LabelClass, use: ClassUsage) -> dict[str, Any]:
    return {
        "id": label_class.id,
        "name": label_class.name,
        "color": label_class.color,
        "hotkey": label_class.hotkey,
        "index": label_class.model_index,
        "exclusive": label_class.exclusive,
        "labels": use.labels,
        "files": use.files,
    }
