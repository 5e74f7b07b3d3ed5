"""Versions of a trained model with their metrics on held-out segments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from services.models import Model, rows
from services.storage.tables import models

ENOUGH = 0.005  # minimum improvement that counts


def of(connection: Connection, lineage: str) -> list[Model]:
    """Existing versions of a model, oldest first."""
    return _versions_of(connection, lineage, rows.LIVE)


def ever(connection: Connection, lineage: str) -> list[Model]:
    """Versions including deleted ones: numbers are not reused."""
    return _versions_of(connection, lineage)


def _versions_of(connection: Connection, lineage: str, *where: Any) -> list[Model]:
    versions = rows.select_models(connection, models.c.lineage == lineage, *where)
    return sorted(versions, key=lambda version: version.version)


def version_json(versions: list[Model]) -> list[dict[str, Any]]:
    """As JSON: number of labels, and macro-F1 on held-out segments with its interval.

    ``same``: evaluated on the same segments as the newest, so that the two are comparable.
    """
    last = _key(versions[-1]) if versions else ""
    return [_evaluation_json(version, last) for version in versions]


def judged(versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The evaluated ones, for a comparison; none if there are fewer than two."""
    evaluated = [version for version in versions if version["f1"] is not None]
    return evaluated if len(evaluated) > 1 else []


def verdict(versions: list[dict[str, Any]]) -> str:
    """Gain of the last evaluated version: the reason to continue labelling, or to stop.

    >>> old = {"version": 1, "f1": 0.9, "labels": 10, "same": True}
    >>> verdict([old, {"version": 2, "f1": 0.95, "labels": 12, "same": True}])
    'F1 rose from 0.90 to 0.95 with 2 more labels.'
    """
    before, now = versions[-2:]
    if not before["same"]:
        return f"Version {before['version']} was evaluated on other segments, so the two are not comparable."
    count = now["labels"] - before["labels"]
    noun = "label" if abs(count) == 1 else "labels"
    more = f"{-count:,} {noun} less" if count < 0 else f"{count:,} more {noun}"
    first, last = round(before["f1"], 2), round(now["f1"], 2)  # rounded as displayed
    if abs(last - first) <= ENOUGH:
        return f"F1 stays at {last:.2f} with {more}: more labels of the same kind may not help."
    return f"F1 {'rose' if last > first else 'fell'} from {first:.2f} to {last:.2f} with {more}."


def _evaluation_json(model: Model, last: str) -> dict[str, Any]:
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
