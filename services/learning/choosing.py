"""Feature selection by the loss on held-out segments, never by channel names.

A small forest over the statistics predicts each segment with trees trained without it: with and without the views of
channels that walk, with and without absolute levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from services.learning.data.examples import Example
from services.learning.data.windows import (
    MOST_FRAMES,
    MOST_LEVELS,
    Spans,
    Stretch,
    framing_of,
    read_of,
    stretches,
)
from services.torch_models.ensemble.extra_trees import Forest, grow
from services.torch_models.ensemble.features import Framing, levels_at, statistics
from services.torch_models.ensemble.views import Views, walks_of

TREES = 16  # of the forest of a fold
EACH = 32  # frames of a segment
NEARER = 3.0  # usual segments that the largest scale may span instead
FINER = 4  # frames that replace one frame
DEAR = 100_000  # frames times channels up to which several choices are compared
CLEAR = 0.01  # least decrease of the loss that justifies an unusual choice

Losses = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """Views to add, the recordings with them, and the parameters of their frames."""

    views: Views
    examples: tuple[Example, ...]
    framing: Framing


def chosen(
    examples: Sequence[Example],
    spans: Spans,
    folds: Sequence[Sequence[int]],
    count: int,
    classes: int,
    seed: int,
) -> Choice:
    """The features for these recordings.

    Args:
        folds: the fold in which each segment is held out; ``count`` of them, 0: none can be held out.
    """
    views = Views(walks_of([one.signals for one in examples]))
    tried = [_seen(examples, spans, Views())]
    if views.walks:
        tried.append(_seen(examples, spans, views))
    if not count:
        together = any(len(walk.channels) > 1 for walk in views.walks)
        return tried[-1 if together else 0]
    question = _Question(spans, folds, count, classes, seed)
    best = question.better([question.of(one) for one in tried])
    best = question.better([best, *(question.of(one) for one in _scales(best.choice, spans))])
    gain, doubt = best.level
    walks = best.choice.framing.moves > 0
    level = gain > (doubt if walks else -doubt)  # the usual choice unless it clearly increases the loss
    return replace(best.choice, framing=replace(best.choice.framing, level=level))


def _scales(usual: Choice, spans: Spans) -> Iterator[Choice]:
    """The same choice with other scales: a smaller largest scale, and finer frames."""
    framing = usual.framing
    rows = sum(len(one.signals) for one in usual.examples)

    def cheap(each: int) -> bool:
        return min(rows // each, MOST_FRAMES) * framing.channels <= DEAR

    near = framing_of(usual.examples, spans, framing.moves, NEARER)
    if near.levels < framing.levels and cheap(framing.rows):
        yield replace(usual, framing=near)
    finer = max(1, framing.rows // FINER)
    if finer < framing.rows and cheap(finer):
        yield replace(usual, framing=replace(framing, rows=finer, levels=MOST_LEVELS))


@dataclass(frozen=True)
class _Answer:
    """The loss of a choice; the gain by levels, and its standard error."""

    choice: Choice
    loss: float
    level: tuple[float, float]


@dataclass(frozen=True)
class _Question:
    """The held-out segments."""

    spans: Spans
    folds: Sequence[Sequence[int]]
    count: int
    classes: int
    seed: int

    def of(self, choice: Choice) -> _Answer:
        """Predictions of a small forest for the held-out segments."""
        framing = replace(choice.framing, level=True)
        parts, _ = stretches(choice.examples, self.spans, self.folds, framing, self.classes)
        without, level = losses(parts, framing, self.count, self.seed)
        gain = without - level
        doubt = float(gain.std()) / max(1, len(gain)) ** 0.5
        return _Answer(choice, float(min(without.mean(), level.mean())), (float(gain.mean()), doubt))

    def better(self, answers: Sequence[_Answer]) -> _Answer:
        """The choice with the least loss, the first unless another is clearly better."""
        best = answers[0]
        for one in answers[1:]:
            if one.loss < best.loss - (CLEAR if best is answers[0] else 0.0):
                best = one
        return best


def _seen(examples: Sequence[Example], spans: Spans, views: Views) -> Choice:
    wider = tuple(replace(one, signals=views.of(read_of(one))(0, len(one.signals))) for one in examples)
    return Choice(views, wider if views.walks else tuple(examples), framing_of(wider, spans, views.added))


def losses(parts: Sequence[Stretch], framing: Framing, folds: int, seed: int) -> tuple[Losses, Losses]:
    """The share of each held-out segment that is not predicted as its class, [segments] without levels and with.

    Args:
        framing: a framing with levels.
    """
    rows: list[tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]] = []
    for part in parts:
        where = _spread(part)
        if len(where):
            at = torch.from_numpy(where)
            table = statistics(part.framed, framing)[:, at].T.numpy()
            rows.append((table, part.targets[:, at].T.numpy(), part.group[where], part.fold[where]))
    table, targets, groups, fold = (np.concatenate([one[place] for one in rows]) for place in range(4))
    first = levels_at(framing)
    found = [
        _asked(np.ascontiguousarray(one), targets, groups, fold, folds, seed)
        for one in (table[:, :first], table)
    ]
    return found[0], found[1]


def _asked(
    table: NDArray[np.float32],
    targets: NDArray[np.float32],
    groups: NDArray[np.int64],
    fold: NDArray[np.int64],
    folds: int,
    seed: int,
) -> Losses:
    share = targets / np.maximum(targets.sum(1, keepdims=True), 1e-9)
    balanced = targets / np.maximum(targets.sum(0), 1e-9)
    found = []
    for left in range(folds):
        seen, asked = fold != left, fold == left
        if not asked.any():
            continue
        trees = Forest(TREES, grow(table[seen], balanced[seen], groups[seen], TREES, seed + left))
        soft = trees(torch.from_numpy(table[asked].T.copy())).exp().numpy().T
        wrong = 1 - (soft * share[asked]).sum(1)
        found += [wrong[groups[asked] == one].mean() for one in np.unique(groups[asked])]
    return np.array(found, np.float64)


def _spread(part: Stretch) -> NDArray[np.int64]:
    """Frames spread evenly over each segment of a stretch."""
    groups = [one for one in np.unique(part.group) if one > 0]
    places = [np.flatnonzero(part.group == one) for one in groups]
    even = [
        mine[np.unique(np.linspace(0, len(mine) - 1, min(EACH, len(mine))).astype(int))] for mine in places
    ]
    return np.sort(np.concatenate(even)) if even else np.empty(0, np.int64)
