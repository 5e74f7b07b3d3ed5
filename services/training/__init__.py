"""Training in the application: training sets, jobs, results; :mod:`services.learning` trains.

Imports no torch: a worker process trains.

- :mod:`.service`: checks, jobs and results; :mod:`.recipe`: the request, as arguments of the job
- :mod:`.training_set`, :mod:`.counting`, :mod:`.label_overlaps`: the training labels
- :mod:`.requirements`: minimum number of labels; :mod:`.folder`: files for the worker
- :mod:`.labelled_files`, :mod:`.channel_refit`: label files in folders, models without some channels: command line
- :mod:`.results`, :mod:`.versions`, :mod:`.figures`: results of a training
- :mod:`.label_check`: doubtful labels, and decisions about them
- :mod:`.label_page`, :mod:`.models_page`, :mod:`.form`, :mod:`.words`: for the pages
"""

from __future__ import annotations

from services.training.label_check import LabelCheck
from services.training.label_page import LabelPageTraining
from services.training.models_page import TrainingPage
from services.training.recipe import TrainingRequest
from services.training.service import Training, TrainingOutlook

__all__ = [
    "LabelCheck",
    "LabelPageTraining",
    "Training",
    "TrainingOutlook",
    "TrainingPage",
    "TrainingRequest",
]
