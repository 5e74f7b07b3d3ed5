"""The catalogue of models: checkpoints, what their users said of them, what their classes mean.

Knows no torch: a checkpoint is looked into by ``services.autolabel.inspection``, in a process apart.
"""

from __future__ import annotations

from services.model_catalogue.arrivals import ModelArrivals
from services.model_catalogue.catalogue import Models
from services.model_catalogue.desk import ModelDesk
from services.model_catalogue.mapping import ModelClass
from services.model_catalogue.rows import Model

__all__ = ["Model", "ModelArrivals", "ModelClass", "ModelDesk", "Models"]
