"""Train, judge, train again on everything, and keep the model with its figures.

The figures are those of a first model that was not shown what is held out. The model that is kept is a second one,
by the same recipe and seed, that was shown all labels: it has seen more, so the figures err on the careful side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from services.autolabel.model import ModelLabel
from services.autolabel.training import holdout, provenance
from services.autolabel.training.examples import Corpus, Example
from services.autolabel.training.holdout import Split
from services.autolabel.training.judgement import thin
from services.autolabel.training.metrics import Judged, Metrics, majority, measure, no_better
from services.autolabel.training.provenance import Earlier, Plan
from services.autolabel.training.report import Report

Progress = Callable[[float, str, dict[str, Any]], None]  # share done, what is done, figures such as the loss


class Model(Protocol):
    """What was learnt."""

    def labels(self, signals: NDArray[np.float32]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Class and score of each row of ``signals`` [rows, channels]."""


Kind = TypeVar("Kind", bound=Model)


@dataclass(frozen=True)
class Core(Generic[Kind]):
    """The learning core: ``learn`` makes a model of examples, ``keep`` writes it with its figures and provenance."""

    learn: Callable[[Sequence[Example], Corpus, Plan, Progress], Kind]
    keep: Callable[[Kind, Path, Corpus, dict[str, Any], dict[str, Any]], None]


@dataclass(frozen=True)
class Trained(Generic[Kind]):
    """The model that is to be kept, and what is to be told of it."""

    model: Kind
    report: Report
    corpus: Corpus = field(repr=False)


def run(
    corpus: Corpus,
    plan: Plan,
    core: Core[Kind],
    progress: Progress | None = None,
    earlier: Earlier | None = None,
    command: str = "",
) -> Trained[Kind]:
    """Train by ``plan``.

    Args:
        earlier: the version this one follows; it keeps the numbers of the classes and is judged on the same.
        command: the command line that does it again.

    Raises:
        Invalid: there are too few labels, or what is to be held out is not there.
    """
    told = progress or (lambda _share, _what, _figures: None)
    corpus, gone = _ordered(corpus, earlier)
    fraction = 0.5 if plan.measured else 1.0
    judged = _judged(corpus, plan, core, _part(told, 0.0, fraction), earlier) if plan.measured else None
    if judged is None:
        holdout.check(corpus.examples, corpus.classes, fewest=1)
    model = core.learn(corpus.examples, corpus, plan, _part(told, 1 - fraction, fraction))
    split, metrics, baseline = judged or (None, None, None)
    told_of = provenance.of(corpus, plan, split, earlier, command)
    warnings = [
        *corpus.warnings,
        *gone,
        *(filter(None, [no_better(metrics, baseline), thin(metrics)]) if metrics and baseline else ()),
    ]
    compared = _compared(earlier, metrics, told_of["held_out"])
    report = Report(
        corpus.classes,
        corpus.channels,
        corpus.step,
        split,
        metrics,
        baseline,
        tuple(warnings),
        told_of,
        compared,
    )
    return Trained(model, report, corpus)


def _judged(
    corpus: Corpus, plan: Plan, core: Core[Kind], progress: Progress, earlier: Earlier | None
) -> tuple[Split, Metrics, Metrics]:
    kept = earlier.held if earlier and not plan.holdout else None
    split = holdout.split(corpus, plan.holdout, plan.seed, kept, plan.later)
    model = core.learn(split.train, corpus, plan, progress)
    judged = [Judged(one.name, one.labels, *model.labels(one.signals)) for one in split.held]
    metrics = measure(judged, corpus.classes, plan.seed)
    progress(1.0, "Judged on what was held out", {"macro_f1": metrics.macro_f1, "segments": metrics.segments})
    return split, metrics, majority([one.labels for one in split.train], judged, corpus.classes)


def _compared(earlier: Earlier | None, metrics: Metrics | None, held_out: dict[str, Any] | None) -> str:
    """How the version before did, and whether it was judged on the same."""
    if not earlier or not earlier.metrics or not metrics or not held_out:
        return ""
    same = held_out["key"] == earlier.held_key
    return (
        f"Version {earlier.version} had macro-F1 {earlier.metrics['macro_f1']:.3f} and segment F1 "
        f"{earlier.metrics['segment_f1']:.3f}, judged on {'the same segments' if same else 'other segments'}."
    )


def _ordered(corpus: Corpus, earlier: Earlier | None) -> tuple[Corpus, list[str]]:
    """The classes as the earlier version has them, new ones behind; those without labels now are told of."""
    if earlier is None:
        return corpus, []
    mine = {label.name: label for label in corpus.labels}
    names = [label.name for label in earlier.labels if label.name in mine]
    names += [name for name in mine if name not in names]
    colors = {label.name: label.color for label in (*corpus.labels, *earlier.labels)}
    gone = [label.name for label in earlier.labels if label.name not in mine]
    words = [f"No label is of “{name}” any more, which version {earlier.version} knew." for name in gone]
    ordered = [ModelLabel(index, name, colors[name]) for index, name in enumerate(names)]
    return corpus.relabelled(ordered), words


def _part(progress: Progress, begin: float, share: float) -> Progress:
    """Progress of a part of the work as that of the whole."""
    return lambda done, what, figures: progress(begin + done * share, what, figures)
