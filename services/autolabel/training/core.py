"""The built-in learning core, as :mod:`.run` uses it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.autolabel.training import fit, saving
from services.autolabel.training.beside import Progress
from services.autolabel.training.examples import Corpus, Example
from services.autolabel.training.provenance import Plan
from services.autolabel.training.run import Core


def built_in() -> Core[fit.Trained]:
    """Training and saving as they come with the program."""
    return Core(_learn, _keep, apart=True)


def _learn(examples: Sequence[Example], corpus: Corpus, plan: Plan, progress: Progress) -> fit.Trained:
    """A model of examples; training twice, to judge and to keep, shares the time."""
    recipe = fit.Recipe(seconds=plan.seconds / (2 if plan.measured else 1), seed=plan.seed)
    return fit.train(examples, corpus.classes, corpus.channels, recipe, progress)


def _keep(
    model: fit.Trained, file: Path, corpus: Corpus, metrics: dict[str, Any], provenance: dict[str, Any]
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
