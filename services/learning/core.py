"""The built-in learning core, used by :mod:`.pipeline`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from services.learning import trainer
from services.learning.data.examples import Corpus, Example
from services.learning.models import saving
from services.learning.parallel import Progress
from services.learning.pipeline import Core
from services.learning.provenance import Plan


def built_in(background: str = "") -> Core[trainer.TrainedEnsemble]:
    """The training and saving functions of the program; ``background``: the class of the gaps between labels."""
    return Core(partial(_learn, background=background), _keep, apart=True)


def _learn(
    examples: Sequence[Example],
    corpus: Corpus,
    plan: Plan,
    progress: Progress,
    alone: bool,
    background: str = "",
) -> trainer.TrainedEnsemble:
    """A model of examples; two trainings, for the evaluation and for the final model, share the time."""
    seconds = plan.seconds / (2 if plan.measured else 1)
    recipe = trainer.Recipe(seconds, plan.seed, plan.background or background)
    return trainer.train(examples, corpus.classes, corpus.channels, recipe, progress, alone)


def _keep(
    model: trainer.TrainedEnsemble,
    file: Path,
    corpus: Corpus,
    metrics: dict[str, Any],
    provenance: dict[str, Any],
) -> None:
    saving.save(
        model,
        file,
        labels=corpus.labels,
        features=corpus.channels,
        step=corpus.step,
        metrics=metrics,
        provenance=provenance,
    )
