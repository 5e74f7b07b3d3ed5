"""Training pipeline: train on a split, evaluate, train on all labels, save the model with its metrics.

The metrics are those of a model trained without the held-out segments. The saved model is another one, of the same
recipe and seed, trained on all labels: it has more training data, so the metrics are a cautious estimate. Where there
are two cores, both are trained at the same time; or the saved model first (:func:`run` with ``measure`` False), if its
suggestions are waited for, and the evaluated one after it (:func:`evaluate`), with the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from services.learning import parallel, provenance
from services.learning.data.examples import UNKNOWN, Corpus, Example
from services.learning.evaluation import holdout
from services.learning.evaluation.holdout import Split
from services.learning.evaluation.metrics import Judged, Metrics, majority, measure, no_better
from services.learning.evaluation.report import Report, figures
from services.learning.evaluation.warnings import thin
from services.learning.parallel import Progress, SecondProcess
from services.learning.provenance import Earlier, Plan
from services.torch_models.model import ModelLabel

MOST_BYTES = 1 << 28  # most bytes of samples sent to a second process, which copies them in memory


class Predictor(Protocol):
    """Interface of a trained model."""

    def labels(
        self, signals: NDArray[np.float32], start: int = 0, stop: int | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Class and score of the rows ``start`` to ``stop - 1`` of ``signals`` [rows, channels]."""


Kind = TypeVar("Kind", bound=Predictor)


@dataclass(frozen=True)
class Core(Generic[Kind]):
    """The learning core: ``learn`` trains a model on examples, ``keep`` saves it with its metrics and provenance.

    ``learn`` gets all but the examples of a corpus, and whether it is the only training, so that it may use a second
    process. ``apart``: it can be pickled and takes long.
    """

    learn: Callable[[Sequence[Example], Corpus, Plan, Progress, bool], Kind]
    keep: Callable[[Kind, Path, Corpus, dict[str, Any], dict[str, Any]], None]
    apart: bool = False


@dataclass(frozen=True)
class TrainingOutcome(Generic[Kind]):
    """The model to save, and its report."""

    model: Kind
    report: Report
    corpus: Corpus = field(repr=False)


@dataclass(frozen=True)
class Evaluation:
    """Metrics of a model that was trained without the held-out segments, and of the majority class."""

    split: Split
    metrics: Metrics
    baseline: Metrics

    @property
    def figures(self) -> dict[str, Any]:
        """Metrics as they are stored with a model."""
        return figures(self.split, self.metrics, self.baseline)

    @property
    def warnings(self) -> list[str]:
        """Reasons why the metrics are unreliable, or the model useless."""
        return list(filter(None, [no_better(self.metrics, self.baseline), thin(self.metrics)]))


def run(
    corpus: Corpus,
    plan: Plan,
    core: Core[Kind],
    progress: Progress | None = None,
    earlier: Earlier | None = None,
    command: str = "",
    measure: bool = True,
) -> TrainingOutcome[Kind]:
    """Train by ``plan``.

    Args:
        earlier: the previous version; it determines the class indices and the held-out segments.
        command: the command line that repeats the training.
        measure: False: without evaluation for now; the same segments are held out by a later :func:`evaluate`.

    Raises:
        Invalid: there are too few labels, or the recordings to hold out do not exist.
    """
    report_progress = progress or (lambda _share, _what, _figures: None)
    corpus, class_warnings = _ordered(corpus, earlier)
    about = replace(corpus, examples=())
    split: Split | None = None
    evaluation: Evaluation | None = None
    if plan.measured:
        split = _split(corpus, plan, earlier)
    else:
        holdout.check(corpus.examples, corpus.classes, fewest=1)
    if split and measure:
        model, evaluation = _both(corpus, plan, core, split, report_progress)
    else:
        model = core.learn(corpus.examples, about, plan, report_progress, True)
    origin = provenance.of(corpus, plan, split, earlier, command)
    warnings = [*corpus.warnings, *class_warnings, *(evaluation.warnings if evaluation else ())]
    metrics = evaluation.metrics if evaluation else None
    report = Report(
        corpus.classes,
        corpus.channels,
        corpus.step,
        split,
        metrics,
        evaluation.baseline if evaluation else None,
        tuple(warnings),
        origin,
        _compared(earlier, metrics, origin["held_out"]),
    )
    return TrainingOutcome(model, report, corpus)


def evaluate(
    corpus: Corpus,
    plan: Plan,
    core: Core[Kind],
    progress: Progress,
    earlier: Earlier | None = None,
) -> Evaluation:
    """The evaluation that :func:`run` left out.

    Raises:
        Invalid: there are too few labels, or the recordings to hold out do not exist.
    """
    corpus, _ = _ordered(corpus, earlier)
    split = _split(corpus, plan, earlier)
    judged = _judge(split, replace(corpus, examples=()), plan, core, True, progress)
    return Evaluation(split, *judged)


def _both(
    corpus: Corpus, plan: Plan, core: Core[Kind], split: Split, progress: Progress
) -> tuple[Kind, Evaluation]:
    """The model to save, and the evaluation of the other one, at the same time where there are two cores."""
    about, joint = replace(corpus, examples=()), _JointProgress(progress)
    apart = core.apart and parallel.cores() > 1 and _bytes(corpus) <= MOST_BYTES
    with SecondProcess(_judge, (split, about, plan, core, False), joint.judged, apart) as judging:

        def kept(share: float, message: str, figures: dict[str, Any]) -> None:
            judging.look()
            joint.kept(share, message, figures)

        model = core.learn(corpus.examples, about, plan, kept, False)
        return model, Evaluation(split, *judging.result())


class _JointProgress:
    """Progress of two trainings as one; metrics of the evaluated model are marked."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._shares = {"judged": 0.0, "kept": 0.0}

    def judged(self, share: float, message: str, figures: dict[str, Any]) -> None:
        """Progress of the evaluated model."""
        self._report("judged", share, message, figures | {"judged": 1})

    def kept(self, share: float, message: str, figures: dict[str, Any]) -> None:
        """Progress of the saved model."""
        self._report("kept", share, message, figures)

    def _report(self, which: str, share: float, message: str, figures: dict[str, Any]) -> None:
        self._shares[which] = share
        self._progress(sum(self._shares.values()) / 2, message, figures)


def _split(corpus: Corpus, plan: Plan, earlier: Earlier | None) -> Split:
    kept = earlier.held if earlier and not plan.holdout else None
    return holdout.split(corpus, plan.holdout, plan.seed, kept, plan.later)


def _judge(
    split: Split, about: Corpus, plan: Plan, core: Core[Kind], alone: bool, progress: Progress
) -> tuple[Metrics, Metrics]:
    """The metrics of a model trained without the held-out segments, and those of the majority class."""
    model = core.learn(split.train, about, plan, progress, alone)
    judged = [_predicted(model, example) for example in split.held]
    metrics = measure(judged, about.classes, plan.seed)
    progress(1.0, "Judged on what was held out", {"macro_f1": metrics.macro_f1, "segments": metrics.segments})
    return metrics, majority([example.labels for example in split.train], judged, about.classes)


def _predicted(model: Predictor, example: Example) -> Judged:
    """Predictions of the model for a recording, from its first label to its last."""
    labelled = np.flatnonzero(example.labels != UNKNOWN)
    start, stop = (int(labelled[0]), int(labelled[-1]) + 1) if len(labelled) else (0, 0)
    predicted, score = np.full(len(example.labels), UNKNOWN), np.zeros(len(example.labels), np.float32)
    if stop:
        predicted[start:stop], score[start:stop] = model.labels(example.signals, start, stop)
    return Judged(example.name, example.labels, predicted, score)


def _bytes(corpus: Corpus) -> int:
    return sum(example.signals.nbytes + example.labels.nbytes for example in corpus.examples)


def _compared(earlier: Earlier | None, metrics: Metrics | None, held_out: dict[str, Any] | None) -> str:
    """Metrics of the previous version, and whether its held-out segments were the same."""
    if not earlier or not earlier.metrics or not metrics or not held_out:
        return ""
    same = held_out["key"] == earlier.held_key
    return (
        f"Version {earlier.version} had macro-F1 {earlier.metrics['macro_f1']:.3f} and segment F1 "
        f"{earlier.metrics['segment_f1']:.3f}, judged on {'the same segments' if same else 'other segments'}."
    )


def _ordered(corpus: Corpus, earlier: Earlier | None) -> tuple[Corpus, list[str]]:
    """The classes in the order of the earlier version, new ones last; missing classes get a warning."""
    if earlier is None:
        return corpus, []
    current = {label.name: label for label in corpus.labels}
    names = [label.name for label in earlier.labels if label.name in current]
    names += [name for name in current if name not in names]
    colors = {label.name: label.color for label in (*corpus.labels, *earlier.labels)}
    missing = [label.name for label in earlier.labels if label.name not in current]
    words = [f"No label is of “{name}” any more, which version {earlier.version} knew." for name in missing]
    ordered = [ModelLabel(index, name, colors[name]) for index, name in enumerate(names)]
    return corpus.relabelled(ordered), words
