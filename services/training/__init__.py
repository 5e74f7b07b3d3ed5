"""Training in the application: training sets, jobs, results; :mod:`services.learning` trains.

Knows no torch: a worker process trains.

- :mod:`.service`: the outlook, the job, its result; :mod:`.recipe`: the choices, as arguments of the job
- :mod:`.training_set`, :mod:`.counting`, :mod:`.label_overlaps`: the labels to learn from
- :mod:`.requirements`: whether they are enough; :mod:`.folder`: what travels to the worker
- :mod:`.labelled_files`: the labels of files in folders, for the command line
- :mod:`.results`, :mod:`.versions`, :mod:`.figures`: what a training leaves
- :mod:`.label_page`, :mod:`.models_page`, :mod:`.form`, :mod:`.words`: as the pages show it
"""

from __future__ import annotations

from services.training.label_page import TrainingDesk
from services.training.models_page import TrainingPage
from services.training.recipe import TrainingRequest
from services.training.service import Outlook, Training

__all__ = ["Outlook", "Training", "TrainingDesk", "TrainingPage", "TrainingRequest"]
