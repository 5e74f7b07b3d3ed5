"""Test learner: predicts the class whose mean is nearest to a row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.learning.data.examples import Corpus, Example
from services.learning.parallel import Progress
from services.learning.pipeline import Core
from services.learning.provenance import Plan


class Nearest:
    """Has the mean of each class; ``seen``: its training examples."""

    def __init__(self, examples: Sequence[Example], classes: int) -> None:
        self.seen = examples
        rows = np.concatenate([example.signals for example in examples])
        labels = np.concatenate([example.labels for example in examples])
        self._means = [
            rows[labels == label].mean(0) if (labels == label).any() else np.full(rows.shape[1], np.inf)
            for label in range(classes)
        ]

    def labels(
        self, signals: NDArray[np.float32], start: int = 0, stop: int | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        far = np.stack([np.abs(signals[start:stop] - mean).sum(1) for mean in self._means], axis=1)
        return far.argmin(1), np.full(len(far), 0.8)


class Bench:
    """A core that records its training examples."""

    def __init__(self) -> None:
        self.learnt: list[Sequence[Example]] = []

    @property
    def core(self) -> Core[Nearest]:
        return Core(self._learn, self._keep)

    def _learn(
        self, examples: Sequence[Example], corpus: Corpus, plan: Plan, progress: Progress, _alone: bool
    ) -> Nearest:
        self.learnt.append(examples)
        progress(1.0, "learnt", {})
        return Nearest(examples, len(corpus.classes))

    def _keep(
        self, model: Nearest, file: Path, corpus: Corpus, metrics: dict[str, Any], provenance: dict[str, Any]
    ) -> None:
        file.write_text(json.dumps({"labels": corpus.classes, "metrics": metrics, "provenance": provenance}))
