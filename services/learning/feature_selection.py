"""Feature selection by the loss on held-out segments, never by channel names.

A small forest over the statistics predicts each segment with trees trained without it: with and without the views of
channels that walk, with and without absolute levels, at other scales. With one segment per class nothing can be held
out: the scales are then those that did best on development data, and levels are judged on halves of segments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from services.learning.data.examples import Example
from services.learning.data.windows import (
    MOST_FRAMES,
    Spans,
    TrainingWindow,
    framing_of,
    training_windows,
)
from services.torch_models.ensemble.extra_trees import Forest, grow
from services.torch_models.ensemble.features import MOST_LEVELS, Framing, levels_at, statistics
from services.torch_models.ensemble.views import Views, walks_of

TREES = 16  # of the forest of a fold
EACH = 32  # frames of a segment
NEARER = 3.0  # usual segments that the largest scale may span instead
FINER = 4  # frames that replace one frame
MOST_COMPARED = 100_000  # frames times channels up to which several choices are compared
DOUBT = 0.25  # deviation of the gain of a segment before any is measured: that of few is itself uncertain
CLEAR = 0.01  # least decrease of the loss that justifies an unusual choice
# with one segment per class: usual segments that the largest scale spans, since a larger one recognises the segments
# next to the training segment; least frames of a short segment
SINGLE_FURTHEST, SINGLE_FRAMES = 1.0, 48
# largest loss of the level of single frames alone where levels separate the classes; least where they do not
SEPARATE, MIXED = 0.2, 0.35
OUTSIDE = 0.1  # largest share of the frames around, with levels that no labelled frame has

Losses = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """Views to add, the recordings with them, and the parameters of their frames."""

    views: Views
    examples: tuple[Example, ...]
    framing: Framing


def select_features(
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
    views = Views(walks_of([example.signals for example in examples]))
    choices = [_with_views(examples, spans, Views())]
    if views.walks:
        choices.append(_with_views(examples, spans, views))
    together = any(len(walk.channels) > 1 for walk in views.walks)
    if together:
        choices.reverse()  # the moves of channels that walk together are the usual choice
    if not count:
        return _for_single_segments(choices[0], spans)
    # a channel that walks while the others do not may be a wandering base line
    doubtful = not together and views.added < examples[0].signals.shape[1]
    comparison = _Comparison(spans, folds, count, classes, seed)
    best = comparison.evaluate(choices[0])
    for other in map(comparison.evaluate, choices[1:]):
        less = clearly_less(other.losses, best.losses) if doubtful else other.loss < best.loss - CLEAR
        best = other if less else best
    best = comparison.best_of(
        [best, *(comparison.evaluate(choice) for choice in _scales(best.choice, spans))]
    )
    level = keeps_levels(best.gain, best.choice.framing.moves > 0)
    return replace(best.choice, framing=replace(best.choice.framing, level=level))


def _with_views(examples: Sequence[Example], spans: Spans, views: Views) -> Choice:
    wider = tuple(examples)
    if views.walks:
        wider = tuple(
            replace(example, signals=views.of(example.read)(0, len(example.signals))) for example in examples
        )
    return Choice(views, wider, framing_of(wider, spans, views.added))


def _for_single_segments(usual: Choice, spans: Spans) -> Choice:
    """The same choice with the scales for one segment per class, and with finer frames where they are few."""
    moves = usual.framing.moves
    fine = framing_of(usual.examples, spans, moves, SINGLE_FURTHEST, SINGLE_FRAMES)
    if _comparable(usual, fine.rows):
        return replace(usual, framing=fine)
    return replace(usual, framing=framing_of(usual.examples, spans, moves, SINGLE_FURTHEST))


def _comparable(choice: Choice, rows: int) -> bool:
    """Whether frames of so many rows are few enough to compare several choices."""
    total = sum(len(example.signals) for example in choice.examples)
    return min(total // rows, MOST_FRAMES) * choice.framing.channels <= MOST_COMPARED


def _scales(usual: Choice, spans: Spans) -> Iterator[Choice]:
    """The same choice with other scales: a smaller largest scale, and finer frames."""
    framing = usual.framing
    if _comparable(usual, framing.rows):
        near = framing_of(usual.examples, spans, framing.moves, NEARER)
        if near.levels < framing.levels:
            yield replace(usual, framing=near)
    finer = max(1, framing.rows // FINER)
    if finer < framing.rows and _comparable(usual, finer):
        segment = min(framing.segment * framing.rows // finer, 1 << MOST_LEVELS)
        yield replace(usual, framing=replace(framing, rows=finer, levels=MOST_LEVELS, segment=segment))


@dataclass(frozen=True)
class _Evaluation:
    """The losses of a choice, and the gain by levels, [segments]."""

    choice: Choice
    losses: Losses
    gain: Losses

    @property
    def loss(self) -> float:
        """The mean loss of a segment."""
        return float(self.losses.mean())


@dataclass(frozen=True)
class _Comparison:
    """Comparison of choices on held-out segments."""

    spans: Spans
    folds: Sequence[Sequence[int]]
    count: int
    classes: int
    seed: int

    def evaluate(self, choice: Choice) -> _Evaluation:
        """The loss of a small forest on the held-out segments."""
        framing = replace(choice.framing, level=True)
        parts, _ = training_windows(choice.examples, self.spans, self.folds, framing, self.classes)
        without, level = losses(parts, framing, self.count, self.seed)
        return _Evaluation(choice, min(without, level, key=np.mean), without - level)

    def best_of(self, evaluations: Sequence[_Evaluation]) -> _Evaluation:
        """The choice with the least loss, the first unless another is clearly better."""
        best = evaluations[0]
        for evaluation in evaluations[1:]:
            if evaluation.loss < best.loss - (CLEAR if best is evaluations[0] else 0.0):
                best = evaluation
        return best


def keeps_levels(gain: Losses, walks: bool) -> bool:
    """The usual choice, unless it clearly (by a standard error) increases the loss.

    Args:
        gain: the decrease of the loss of each held-out segment by levels.
        walks: there are channels that walk; levels are then unusual.
    """
    error = _standard_error(gain)
    return bool(gain.mean() > (error if walks else -error))


def clearly_less(losses: Losses, usual: Losses) -> bool:
    """Whether losses of held-out segments are less than the usual ones by more than a standard error.

    The segments are the same, unless the frames are so many that other segments are left out.
    """
    gain = usual - losses if len(usual) == len(losses) else np.full(len(losses), usual.mean() - losses.mean())
    return bool(gain.mean() > max(CLEAR, _standard_error(gain)))


def _standard_error(gain: Losses) -> float:
    """The standard error of the mean gain of a segment, which includes that the deviation of few is uncertain."""
    return float(np.hypot(gain.std(), DOUBT) / np.sqrt(max(1, len(gain))))


def losses(parts: Sequence[TrainingWindow], framing: Framing, folds: int, seed: int) -> tuple[Losses, Losses]:
    """The share of each held-out segment that is not predicted as its class, [segments] without levels and with.

    Args:
        framing: a framing with levels.
    """
    tables, chosen = [], [_even_frames(part) for part in parts]
    for part, where in zip(parts, chosen, strict=True):
        if len(where):
            tables.append(statistics(part.framed, framing, torch.from_numpy(where)).T.numpy())
    table = np.concatenate(tables)
    targets, groups, fold = _labels_of(parts, chosen)
    first = levels_at(framing)
    without, level = (
        _held_out_losses(np.ascontiguousarray(features), targets, groups, fold, folds, seed)
        for features in (table[:, :first], table)
    )
    return without, level


def level_share(parts: Sequence[TrainingWindow], framing: Framing, seed: int) -> float:
    """How well the level of a single frame identifies its class, from 0 to 1; 0 if the frames around have other levels.

    Trees on the levels of one half of each segment predict the other half. Random convolutions do not see levels.
    """
    if not framing.level or _outside(parts, framing) > OUTSIDE:
        return 0.0
    chosen = [_even_frames(part) for part in parts]
    table = np.concatenate(
        [
            _levels(part, framing)[:, torch.from_numpy(frames)].T.numpy()
            for part, frames in zip(parts, chosen, strict=True)
        ]
    )
    targets, groups, _ = _labels_of(parts, chosen)
    half = np.concatenate([(np.arange(n) >= n // 2) for n in np.unique(groups, return_counts=True)[1]])
    order = np.argsort(groups, kind="stable")
    fold = np.empty(len(groups), np.int64)
    fold[order] = half
    losses = _held_out_losses(np.ascontiguousarray(table), targets, groups, fold, 2, seed)
    return float(np.interp(losses.mean(), (SEPARATE, MIXED), (1.0, 0.0)))


def _levels(part: TrainingWindow, framing: Framing) -> Tensor:
    return part.framed[: 2 * framing.channels]


def _outside(parts: Sequence[TrainingWindow], framing: Framing) -> float:
    """The share of levels of frames that are outside the range of the labelled frames."""
    every = torch.cat([_levels(part, framing) for part in parts], 1)
    labelled = torch.cat([_levels(part, framing)[:, torch.from_numpy(part.group > 0)] for part in parts], 1)
    low, high = labelled.amin(1, keepdim=True) - 0.25, labelled.amax(1, keepdim=True) + 0.25
    return float(((every < low) | (every > high)).float().mean())


def _labels_of(
    parts: Sequence[TrainingWindow], chosen: Sequence[NDArray[np.int64]]
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Targets [frames, classes], segment and fold [frames] of the chosen frames."""
    return (
        np.concatenate(
            [
                part.targets[:, torch.from_numpy(frames)].T.numpy()
                for part, frames in zip(parts, chosen, strict=True)
            ]
        ),
        np.concatenate([part.group[frames] for part, frames in zip(parts, chosen, strict=True)]),
        np.concatenate([part.fold[frames] for part, frames in zip(parts, chosen, strict=True)]),
    )


def _held_out_losses(
    table: NDArray[np.float32],
    targets: NDArray[np.float32],
    groups: NDArray[np.int64],
    fold: NDArray[np.int64],
    folds: int,
    seed: int,
) -> Losses:
    share = targets / np.maximum(targets.sum(1, keepdims=True), 1e-9)
    balanced = targets / np.maximum(targets.sum(0), 1e-9)
    losses = []
    for left in range(folds):
        training, held_out = fold != left, fold == left
        if not held_out.any():
            continue
        trees = Forest(TREES, grow(table[training], balanced[training], groups[training], TREES, seed + left))
        soft = trees(torch.from_numpy(table[held_out].T.copy())).exp().numpy().T
        wrong = 1 - (soft * share[held_out]).sum(1)
        losses += [wrong[groups[held_out] == group].mean() for group in np.unique(groups[held_out])]
    return np.array(losses, np.float64)


def _even_frames(part: TrainingWindow) -> NDArray[np.int64]:
    """Frames spread evenly over each segment of a stretch."""
    groups = [group for group in np.unique(part.group) if group > 0]
    places = [np.flatnonzero(part.group == group) for group in groups]
    even = [
        rows[np.unique(np.linspace(0, len(rows) - 1, min(EACH, len(rows))).astype(int))] for rows in places
    ]
    return np.sort(np.concatenate(even)) if even else np.empty(0, np.int64)
