"""Save a fitted labeller as one self-describing checkpoint (FORMATS 3.1), and load it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from services.learning.trainer import TrainedEnsemble
from services.storage.files import atomic_write
from services.torch_models.ensemble.ensemble import Portfolio, Shape
from services.torch_models.model import ModelLabel

ARCHITECTURE = "tidemark-portfolio"


def save(
    trained: TrainedEnsemble,
    file: Path,
    labels: Sequence[ModelLabel],
    features: Sequence[str],
    step: float | None = None,
    metrics: dict[str, Any] | None = None,
    provenance: dict[str, Any] | None = None,
) -> None:
    """Write a checkpoint atomically.

    Args:
        labels: index, name and colour of each class; features: the channels in order.
        step: seconds from sample to sample of the training data, None if unknown.
        metrics: metrics of the model; provenance: its origin. Both plain values.
    """
    content = {
        "format": "labeler-model",
        "format_version": 1,
        "architecture": ARCHITECTURE,
        "hyperparameters": trained.portfolio.shape.to_plain(),
        "features": list(features),
        "preprocessing": [],
        "labels": [{"index": label.index, "name": label.name, "color": label.color} for label in labels],
        "sampling": step,
        "metrics": metrics or {},
        "provenance": provenance or {},
        "model_state_dict": {
            key: value.contiguous().clone() for key, value in trained.portfolio.tensors.items()
        },
    }
    buffer = io.BytesIO()
    torch.save(content, buffer)
    atomic_write(file, buffer.getvalue())


def load(file: Path) -> TrainedEnsemble:
    """Load a checkpoint of :func:`save`.

    Raises:
        RefusedFile: it is no such checkpoint.
    """
    from services.torch_models import checkpoints

    info, tensors = checkpoints.load(file, file.name, file.stat().st_size)
    names = tuple(label.name for label in sorted(info.labels, key=lambda label: label.index))
    return TrainedEnsemble(
        Portfolio(Shape.from_plain(info.portfolio or {}), tensors), names, info.feature_names
    )
