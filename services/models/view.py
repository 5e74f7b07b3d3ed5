"""The model registry as JSON values for the Models page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from hashlib import blake2s
from typing import Any

from sqlalchemy import func, select

from services.annotations.review import Counts, counts_by_model
from services.errors import NotFound
from services.label_classes import rows as class_rows
from services.label_classes.rows import LabelClass
from services.label_classes.sets import LabelSets
from services.models import class_mapping, rows, words
from services.models.registry import Models
from services.models.rows import LIVE, Model
from services.models.uploads import ModelArrivals
from services.storage.db import Database
from services.storage.preferences import Preferences
from services.storage.tables import edits, label_classes, label_sets, models, recordings, runs

SEEN = "modelnotes"  # preference: notes about the old list that were read
MOST_SEEN = 1_000
_SHOWN = (  # inputs of :meth:`state`, or version numbers of them
    select(models.c.id, models.c.name, models.c.short_description, models.c.remarks, models.c.classes).where(
        LIVE
    ),
    select(label_classes),
    select(label_sets.c.id, label_sets.c.name, label_sets.c.position, label_sets.c.deleted_at),
    select(func.max(edits.c.id)),
    select(func.max(recordings.c.changed)),
    select(func.count()).select_from(runs),
)


class ModelView:
    """Reads models for the Models page."""

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

    def state(self, label_set: int | None = None) -> dict[str, Any]:
        """All models, with their classes in a label set (by default the first)."""
        version = self._models.version()  # read first, so that later changes give a new version
        with self._database.read() as connection:
            label_sets = self._sets.list(connection)
            shown = next(
                (label_set_row for label_set_row in label_sets if label_set_row.id == label_set),
                label_sets[0],
            )
            classes = class_rows.of_set(connection, shown.id)
            counts, ran = counts_by_model(connection), rows.runs(connection)
            described = [
                _model(model, classes, counts.get(model.id, Counts()), ran.get(model.id, 0))
                for model in rows.select_models(connection, LIVE)
            ]
        seen = set(self._preferences.get(SEEN) or [])
        return {
            "models": described,
            "version": version,
            "sets": [{"id": each.id, "name": each.name} for each in label_sets],
            "set": shown.id,
            "classes": [{"name": label_class.name, "color": label_class.color} for label_class in classes],
            "looking": self._arrivals.looking(),
            "notes": [asdict(note) for note in self._arrivals.notes() if note.id not in seen],
        }

    def model(self, identity: Any) -> dict[str, Any]:
        """A model in the format of :meth:`state`.

        Raises:
            NotFound: unknown or deleted.
        """
        for described in self.state()["models"]:
            if described["id"] == identity:
                return dict(described)
        raise NotFound("This model does not exist (any more).")

    def classes(self, identity: Any, label_set: int | None = None) -> list[dict[str, Any]]:
        """The class mapping of a model in the format of :meth:`state`.

        Raises:
            NotFound: unknown model.
        """
        with self._database.read() as connection:
            model = rows.by_id(connection, identity)
            label_sets = self._sets.list(connection)
            shown = next(
                (label_set_row for label_set_row in label_sets if label_set_row.id == label_set),
                label_sets[0],
            )
            meaning = class_mapping.classes_of(
                model.info, model.classes, class_rows.of_set(connection, shown.id)
            )
        return [asdict(model_class) for model_class in meaning.values()]

    def version(self) -> str:
        """A version string that changes with the result of :meth:`state`; much cheaper to compute."""
        with self._database.read() as connection:
            shown = [connection.execute(query).all() for query in _SHOWN]
        more = (self._preferences.get(SEEN), self._arrivals.looking())
        return blake2s(repr((shown, more)).encode(), digest_size=8).hexdigest()

    def read_notes(self) -> None:
        """Hide the notes about the old list."""
        notes = [note.id for note in self._arrivals.notes()]
        self._preferences.change(SEEN, lambda seen: list(dict.fromkeys([*(seen or []), *notes]))[-MOST_SEEN:])


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
        "judged": model.origin == rows.TRAINED or "confusion" in (info.metrics or {}),
        "overridden": sorted(override["index"] for override in model.classes or ()),
        "classes": [asdict(model_class) for model_class in meaning.values()],
        "counts": {**asdict(counts), "runs": runs, "precision": counts.precision},
    }
