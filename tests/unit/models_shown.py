"""A model in the format of ``ModelView.state``, for tests of the Models page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.models import Model
from services.torch_models.model import ModelInfo

OPEN = {"accepted": 6, "edited": 1, "rejected": 1, "open": 2, "runs": 3, "precision": 0.75}
NEVER = {"accepted": 0, "edited": 0, "rejected": 0, "open": 0, "runs": 0, "precision": None}
CLASSES = [
    {"index": 0, "name": "Quiet", "color": "#0072b2", "skip": True, "source": "you", "known": True},
    {"index": 1, "name": "Loud", "color": "#d55e00", "skip": False, "source": "checkpoint", "known": False},
]


def classes(count: int) -> list[dict[str, Any]]:
    """A number of unnamed classes."""
    return [{**CLASSES[1], "index": index, "name": f"Class {index}"} for index in range(count)]


def model(name: str = "Trend", **more: Any) -> dict[str, Any]:
    """A model that was uploaded and used."""
    return {
        "id": name.lower(),
        "name": name,
        "short_description": "Of prices",
        "remarks": "Five classes.",
        "file": "trend-0123.pth",
        "sha256": "ab" * 32,
        "size": 2_340_000,
        "origin": "upload",
        "version": 1,
        "created_at": "2026-11-29T08:00:00+00:00",
        "lineage": name.lower(),
        "self_describing": True,
        "architecture": "GRU, 1 layer of 8",
        "features": "1 channel: v",
        "preparation": "Channels as they are",
        "context": "The whole file",
        "metrics": [{"name": "accuracy", "value": "0.9"}],
        "judged": False,
        "overridden": [0],
        "classes": CLASSES,
        "counts": OPEN,
        **more,
    }


def state(*models: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The page's state with these models."""
    return {
        "models": list(models),
        "version": "1",
        "sets": [{"id": 1, "name": "Set 1"}, {"id": 2, "name": "Set 2"}],
        "set": 1,
        "classes": [{"name": "Quiet", "color": "#0072b2"}],
        "looking": [],
        "notes": [],
        **more,
    }


def row(name: str = "Trend") -> Model:
    """A model as the registry keeps it."""
    info = ModelInfo("gru", features=1, hidden=8, layers=1, bidirectional=False, classes=2)
    return Model(
        id=name.lower(),
        name=name,
        short_description="Of prices",
        remarks="",
        file="trend.pth",
        sha256="ab" * 32,
        size_bytes=1,
        info=info,
        classes=None,
        origin="upload",
        recipe=None,
        lineage=name.lower(),
        version=1,
        author="",
        created_at=datetime(2026, 11, 29, tzinfo=UTC),
    )
