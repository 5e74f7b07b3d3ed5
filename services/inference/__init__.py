"""Inference runs: check that a model fits a recording, run the job, store suggestions.

Imports no torch: ``services.torch_models.job`` runs the model in a worker process.
"""

from __future__ import annotations

from services.inference.choices import AutolabelChoices
from services.inference.options import RunOptions
from services.inference.service import RunRequest, Runs

__all__ = ["AutolabelChoices", "RunOptions", "RunRequest", "Runs"]
