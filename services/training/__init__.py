"""Training from the labels people made; the web's side of it.

Knows no torch: what learns is :mod:`services.learning`, in a worker process.
"""

from __future__ import annotations

from services.training.desk import TrainingDesk
from services.training.page import TrainingPage
from services.training.service import Outlook, Training
from services.training.wanted import Wanted

__all__ = ["Outlook", "Training", "TrainingDesk", "TrainingPage", "Wanted"]
