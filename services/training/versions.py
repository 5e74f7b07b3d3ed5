"""The versions of a trained model, and what each was expected to be worth, on what it was judged."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from services.models import Model, rows
from services.storage.tables import models


def of(connection: Connection, lineage: str) -> list[Model]:
    """The versions there are of one model, oldest first."""
    return _found(connection, lineage, rows.LIVE)


def ever(connection: Connection, lineage: str) -> list[Model]:
    """The same, with those that were deleted: no number is given twice."""
    return _found(connection, lineage)


def _found(connection: Connection, lineage: str, *where: Any) -> list[Model]:
    found = rows.found(connection, models.c.lineage == lineage, *where)
    return sorted(found, key=lambda one: one.version)


def told(versions: list[Model]) -> list[dict[str, Any]]:
    """As plain values: the number of labels each learnt from, and macro-F1 on what was held out, with its interval.

    ``same``: it was judged on the same segments as the newest, so that the two can be compared.
    """
    last = _key(versions[-1]) if versions else ""
    return [_told(one, last) for one in versions]


def _told(model: Model, last: str) -> dict[str, Any]:
    metrics = model.info.metrics or {}
    around = (metrics.get("intervals") or {}).get("macro_f1") or {}
    return {
        "id": model.id,
        "name": model.name,
        "version": model.version,
        "labels": (model.recipe or {}).get("labels", 0),
        "files": (model.recipe or {}).get("files", 0),
        "f1": metrics.get("macro_f1"),
        "segment_f1": metrics.get("segment_f1"),
        "low": around.get("low"),
        "high": around.get("high"),
        "segments": metrics.get("segments"),
        "same": bool(last) and _key(model) == last,
        "created_at": model.created_at.isoformat(),
    }


def _key(model: Model) -> str:
    held = (model.info.provenance or {}).get("held_out") or {}
    return str(held.get("key", ""))
