"""The catalogue of models: checkpoints, what their users said of them, what their classes mean.

Knows no torch: a checkpoint is looked into by ``services.torch_models.inspection``, in a process apart.
"""

from __future__ import annotations

from services.models.class_mapping import ModelClass
from services.models.registry import Models
from services.models.rows import Model
from services.models.uploads import ModelArrivals
from services.models.view import ModelDesk

__all__ = ["Model", "ModelArrivals", "ModelClass", "ModelDesk", "Models"]
