"""The catalogue as the page and the scripts see it, in plain values, and the commands they send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from services.annotations.review import Counts, counts_by_model
from services.errors import Invalid
from services.label_classes import LabelSets
from services.label_classes import rows as class_rows
from services.label_classes.rows import LabelClass
from services.models import class_mapping, rows, words
from services.models.registry import Models
from services.models.rows import LIVE, Model
from services.models.uploads import ModelArrivals
from services.storage.db import Database
from services.storage.paths import quoted
from services.storage.preferences import Preferences

Command = dict[str, Any]
SEEN = "modelnotes"  # which notes about the old list were read; a preference
MOST_SEEN = 1_000


class ModelDesk:
    """Everything that can be seen of models, and done to them."""

    def __init__(
        self,
        database: Database,
        models: Models,
        arrivals: ModelArrivals,
        label_sets: LabelSets,
        preferences: Preferences,
    ) -> None:
        self._database = database
        self._models = models
        self._sets = label_sets
        self._arrivals = arrivals
        self._preferences = preferences
        self._actions: dict[str, Callable[[Command], None]] = {
            "describe": lambda told: models.describe(told.get("id"), told),
            "class": lambda told: models.say_class(told.get("id"), told.get("index"), told),
            "forget-class": lambda told: models.forget_class(told.get("id"), told.get("index")),
            "delete": lambda told: models.delete(told.get("id"), told.get("suggestions") is True),
            "read-notes": lambda _: self._read_notes(),
        }

    def run(self, command: Any) -> None:
        """Do what a command (``do`` and its values) says.

        Raises:
            Invalid, NotFound, Conflict: it makes no sense, or no more; nothing was changed.
        """
        action = command.get("do") if isinstance(command, dict) else None
        if not isinstance(action, str) or action not in self._actions:
            raise Invalid(f"There is no command {quoted(str(action))}.")
        self._actions[action](command)

    def state(self, label_set: int | None = None) -> dict[str, Any]:
        """All models, their classes among the label classes of a set (the first, if there is none of that id)."""
        version = self._models.version()  # before: what changes meanwhile is asked for again
        with self._database.read() as connection:
            known = self._sets.list(connection)
            shown = next((one for one in known if one.id == label_set), known[0])
            classes = class_rows.of_set(connection, shown.id)
            counts, runs = counts_by_model(connection), rows.runs(connection)
            models = [
                _model(one, classes, counts.get(one.id, Counts()), runs.get(one.id, 0))
                for one in rows.found(connection, LIVE)
            ]
        seen = set(self._preferences.get(SEEN) or [])
        return {
            "models": models,
            "version": version,
            "sets": [{"id": one.id, "name": one.name} for one in known],
            "set": shown.id,
            "classes": [{"name": one.name, "color": one.color} for one in classes],
            "looking": self._arrivals.looking(),
            "notes": [asdict(note) for note in self._arrivals.notes() if note.id not in seen],
        }

    def _read_notes(self) -> None:
        seen = [*(self._preferences.get(SEEN) or []), *(note.id for note in self._arrivals.notes())]
        self._preferences.set(SEEN, list(dict.fromkeys(seen))[-MOST_SEEN:])


def _model(model: Model, classes: Sequence[LabelClass], counts: Counts, runs: int) -> dict[str, Any]:
    info = model.info
    meaning = class_mapping.classes_of(info, model.classes, classes)
    return {
        "id": model.id,
        "name": model.name,
        "short_description": model.short_description,
        "remarks": model.remarks,
        "file": model.file,
        "sha256": model.sha256,
        "size": model.size_bytes,
        "origin": model.origin,
        "version": model.version,
        "created_at": model.created_at.isoformat(),
        "lineage": model.lineage,
        "self_describing": info.self_describing,
        "architecture": words.architecture(info),
        "features": words.features(info),
        "preparation": words.preparation(info),
        "context": words.context(info),
        "metrics": words.metrics(info),
        "said": sorted(one["index"] for one in model.classes or ()),
        "classes": [asdict(one) for one in meaning.values()],
        "counts": {**asdict(counts), "runs": runs, "precision": counts.precision},
    }
