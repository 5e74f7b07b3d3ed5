"""Model registry: checkpoints, their descriptions and their class mappings.

Imports no torch: ``services.torch_models.inspection`` opens checkpoints, in a separate process.
"""

from __future__ import annotations

from services.models.class_mapping import ModelClass
from services.models.registry import Models
from services.models.rows import Model
from services.models.uploads import ModelArrivals
from services.models.view import ModelView

__all__ = ["Model", "ModelArrivals", "ModelClass", "ModelView", "Models"]
