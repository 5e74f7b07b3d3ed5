"""Queries of models. Every function works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from services.errors import NotFound
from services.storage.tables import models
from services.storage.tables import runs as run_table
from services.torch_models.model import ModelInfo

UPLOAD, LISTED, TRAINED = "upload", "list", "trained"  # origin of a model

LIVE = models.c.deleted_at.is_(None)


@dataclass(frozen=True)
class Model:
    """A checkpoint with its metadata.

    ``file``: name in the folder of models; ``classes``: the user's class mapping (see ``mapping``), or None;
    ``lineage``: shared by the versions of a model.
    """

    id: str
    name: str
    short_description: str
    remarks: str
    file: str
    sha256: str
    size_bytes: int
    info: ModelInfo
    classes: list[dict[str, Any]] | None
    origin: str
    recipe: dict[str, Any] | None
    lineage: str
    version: int
    author: str
    created_at: datetime


COLUMNS: tuple[Any, ...] = tuple(models.c[field.name] for field in fields(Model))


def select_models(connection: Connection, *conditions: Any) -> list[Model]:
    """Models by name; deleted ones too, unless ``LIVE`` is among the conditions."""
    rows = connection.execute(select(*COLUMNS).where(*conditions))
    return sorted(map(_model, rows), key=lambda model: (model.name.casefold(), model.created_at))


def by_id(connection: Connection, identity: Any) -> Model:
    """The model with that id.

    Raises:
        NotFound: unknown or deleted.
    """
    model = select_models(connection, LIVE, models.c.id == str(identity))
    if not model:
        raise NotFound("This model does not exist (any more).")
    return model[0]


def named(connection: Connection, name: str) -> Model | None:
    """The model of that name, ignoring case."""
    return next(
        (model for model in select_models(connection, LIVE) if model.name.casefold() == name.casefold()), None
    )


def of_bytes(connection: Connection, sha256: str) -> Model | None:
    """The model with these bytes."""
    return next(iter(select_models(connection, LIVE, models.c.sha256 == sha256)), None)


def runs(connection: Connection) -> dict[str, int]:
    """Number of runs by model id."""
    query = select(run_table.c.model, func.count()).group_by(run_table.c.model)
    return {row[0]: row[1] for row in connection.execute(query)}


def add(connection: Connection, model: Model) -> None:
    """Insert a model."""
    values = {field.name: getattr(model, field.name) for field in fields(Model)}
    connection.execute(insert(models).values({**values, "info": model.info.to_json()}))


def set_values(connection: Connection, identity: str, values: Mapping[str, Any]) -> None:
    """Set columns of a model."""
    connection.execute(update(models).where(models.c.id == identity).values(dict(values)))


def _model(row: Row[Any]) -> Model:
    return Model(**{**row._mapping, "info": ModelInfo.from_json(row.info)})
