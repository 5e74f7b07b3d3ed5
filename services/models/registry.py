"""Model registry service: list, describe, map classes, add, delete."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2s
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select

from services.annotations.review import remove_waiting
from services.errors import Conflict
from services.jobs import rows as job_rows
from services.label_classes import rows as class_rows
from services.label_classes.rows import LabelClass
from services.models import class_mapping, rows, storage
from services.models.class_mapping import ModelClass
from services.models.fields import LONGEST_NAME, ModelTexts, WrongFields, model_texts
from services.models.rows import LIVE, Model
from services.settings import Settings
from services.storage.db import Database
from services.storage.paths import quoted
from services.storage.tables import label_classes, models
from services.torch_models.model import ModelInfo

log = logging.getLogger(__name__)


class Models:
    """Access to all models. Thread-safe."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._folder = settings.models_dir

    def list(self) -> list[Model]:
        """The models by name."""
        with self._database.read() as connection:
            return rows.select_models(connection, LIVE)

    def get(self, identity: Any) -> Model:
        """The model with that id.

        Raises:
            NotFound: unknown or deleted.
        """
        with self._database.read() as connection:
            return rows.by_id(connection, identity)

    def version(self) -> str:
        """A version string that changes with the models and their names; cheap to compute."""
        return self._database.commit_cache.get("models", self._version, steady=True)

    def _version(self) -> str:
        columns = (models.c.id, models.c.name, models.c.short_description)
        with self._database.read() as connection:
            rows_found = connection.execute(select(*columns).where(LIVE).order_by(models.c.id)).all()
        return blake2s(repr(rows_found).encode(), digest_size=8).hexdigest()

    def file_of(self, model: Model) -> Path:
        """Path of a model's checkpoint.

        Raises:
            NotFound: the file is missing.
        """
        return storage.in_folder(self._folder, model.file)

    @staticmethod
    def classes_for(connection: Connection, model: Model, label_set_id: int) -> dict[int, ModelClass]:
        """The label class of each class index of a model in a set (see ``mapping``)."""
        return class_mapping.classes_of(
            model.info, model.classes, class_rows.of_set(connection, label_set_id)
        )

    def describe(self, identity: Any, values: Mapping[str, Any]) -> None:
        """Change name, short description or remarks, if in ``values``.

        Raises:
            NotFound: unknown model.
            WrongFields: a text exceeds its limits, or another model has the name.
        """
        with self._database.write() as connection:
            model = rows.by_id(connection, identity)
            texts_before = {field: getattr(model, field) for field in ModelTexts.__dataclass_fields__}
            texts = model_texts(
                {**texts_before, **{field: values[field] for field in texts_before if field in values}}
            )
            check_name(connection, texts.name, model.id)
            rows.set_values(connection, model.id, texts.__dict__)

    def set_class(self, identity: Any, index: Any, values: Mapping[str, Any]) -> None:
        """Set the label class of a class index (see ``mapping.change``).

        Raises:
            NotFound: unknown model.
            Invalid: unknown class index, invalid name or colour.
        """
        with self._database.write() as connection:
            model = rows.by_id(connection, identity)
            overrides = class_mapping.change(model.info, model.classes, index, values) or None
            rows.set_values(connection, model.id, {"classes": overrides})

    def reset_class(self, identity: Any, index: Any = None) -> None:
        """Reset the label class of a class index, or (None) of all.

        Raises:
            NotFound: unknown model.
            Invalid: unknown class index.
        """
        with self._database.write() as connection:
            model = rows.by_id(connection, identity)
            overrides = class_mapping.forget(model.info, model.classes, index)
            rows.set_values(connection, model.id, {"classes": overrides})

    def follow(self, connection: Connection, label_class: LabelClass, name: str, merged: bool) -> None:
        """Update the mappings of models when a label class is renamed, or merged into a class of that name.

        Otherwise their next run would create a class with the old name. Not if another set has a class of the old
        name.
        """
        others = class_rows.select_classes(
            connection, class_rows.LIVE, label_classes.c.name == label_class.name
        )
        if any(each.id != label_class.id for each in others):
            return
        for model in rows.select_models(connection, LIVE):
            meaning = self.classes_for(connection, model, label_class.label_set_id)
            overrides = model.classes
            for index, new in class_mapping.renamed(meaning, label_class.name, name, merged).items():
                overrides = class_mapping.change(model.info, overrides, index, {"name": new})
            if overrides != model.classes:
                rows.set_values(connection, model.id, {"classes": overrides})

    def delete(self, identity: Any, suggestions: bool = False, author: str = "") -> None:
        """Delete a model and its file; its labels stay.

        Args:
            suggestions: also delete its open suggestions, as an edit in each file.

        Raises:
            NotFound: unknown model.
            Conflict: a job with it (argument ``model``) is queued or running.
        """
        with self._database.write() as connection:
            model = rows.by_id(connection, identity)
            if any(job.arguments.get("model") == model.id for job in job_rows.active(connection)):
                raise Conflict(
                    f"{quoted(model.name)} is in use: a job with it is queued or running. "
                    "Wait until it has ended, or cancel it; then delete the model."
                )
            rows.set_values(connection, model.id, {"deleted_at": datetime.now(UTC)})
            if suggestions:
                summary = f"Remove open suggestions of {model.name}, which was deleted"
                remove_waiting(connection, model.id, summary, author)
        try:
            (self._folder / Path(model.file).name).unlink(missing_ok=True)
        except OSError as error:
            log.warning("The file of model %s was not removed: %s", model.id, error.strerror)
        log.info("Model %s (%s) deleted", model.id, quoted(model.name))

    def keep(
        self, connection: Connection, source: Path, texts: ModelTexts, info: ModelInfo, **columns: Any
    ) -> Model:
        """Add an inspected checkpoint as a model.

        Args:
            source: its file, on the disk of the folder of models; moved there if necessary.
            columns: other columns (``sha256`` and ``origin`` at least).

        Raises:
            WrongFields: the name is in use, or a model has these bytes.
            StorageFull: the folder cannot be written.
        """
        check_name(connection, texts.name)
        if twin := rows.of_bytes(connection, columns["sha256"]):
            raise WrongFields({"file": f"The model {quoted(twin.name)} has exactly these bytes already."})
        size = source.stat().st_size
        if source.parent.resolve() != self._folder.resolve():
            source = storage.place(source, self._folder, storage.file_name(texts.name, columns["sha256"]))
        identity = str(uuid4())
        more = {
            "classes": None,
            "recipe": None,
            "lineage": identity,
            "version": 1,
            "author": "",
            "created_at": datetime.now(UTC),
            **columns,
        }
        model = Model(identity, **texts.__dict__, file=source.name, size_bytes=size, info=info, **more)
        rows.add(connection, model)
        log.info("Model %s (%s) added: %s", model.id, quoted(model.name), model.file)
        return model


def check_name(connection: Connection, name: str, own: str = "") -> None:
    """Check that no model other than ``own`` has a name.

    Raises:
        WrongFields: a model has the name.
    """
    twin = rows.named(connection, name)
    if twin and twin.id != own:
        raise WrongFields({"name": f"There is a model {quoted(twin.name)} already. Choose another name."})


def free_name(connection: Connection, name: str) -> str:
    """``name``, or with the first free number: ``Trend`` → ``Trend 2``."""
    number, candidate = 1, name
    while rows.named(connection, candidate):
        number += 1
        candidate = f"{name[: LONGEST_NAME - len(str(number)) - 1].rstrip()} {number}"
    return candidate
