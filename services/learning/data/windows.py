"""Training windows: stretches of recordings around their labels, as frames with targets.

A stretch extends beyond its labels by the largest context of the features, so that the cost of a hundred labels does
not depend on the length of the recording. Where there are more labels than time, segments are left out evenly, those of
rare classes last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from services.learning.data.examples import Example
from services.torch_models.ensemble.features import MOST_LEVELS, Framing, frames, viewed
from services.torch_models.ensemble.scales import Own, Scale, filled, pooled

MOST_FRAMES = 60_000  # training frames, with their context
FREE = -1  # the fold of a frame that is never held out
FRAME_SHARE = 24  # least frames of a short segment, where several rows become one frame
LOST = 0.05  # largest share of a signal's variation lost within frames
MEASURED = 50_000  # rows of a recording in which this is measured
LONGEST = 512  # most frames of a usual segment
FURTHEST = 6.0  # usual segments that the largest scale spans
LONGEST_SPAN, PARTS = 4_096, 4  # training frames per segment, and number of parts they are taken from

Spans = Sequence[Sequence[tuple[int, int, int]]]  # of each recording: first row, last row, class


@dataclass(frozen=True)
class Span:
    """A labelled segment in frames, without the end; ``fold``: the fold in which it is held out."""

    start: int
    stop: int
    label: int
    fold: int


@dataclass(frozen=True)
class TrainingWindow:
    """Part of a recording: ``framed`` [views, frames]; ``targets`` [classes, frames], a frame's weight times its shares
    of the classes, 0 where they are unknown; ``fold`` [frames]; ``group`` [frames], the segment; ``spans`` of it.
    """

    framed: Tensor
    targets: Tensor
    ruled: NDArray[np.bool_] | None
    fold: NDArray[np.int64]
    group: NDArray[np.int64]
    spans: tuple[Span, ...]


def framing_of(
    examples: Sequence[Example],
    spans: Spans,
    moves: int = 0,
    furthest: float = FURTHEST,
    least: int = FRAME_SHARE,
) -> Framing:
    """Number of rows of a frame, and largest scale, from the lengths of the labelled segments.

    Args:
        spans: of each example its segments as first row, last row, class.
        moves: number of channels, the last ones, that contain the moves of others.
        furthest: usual segments that the largest scale spans.
        least: least frames of a short segment, where several rows become one frame.
    """
    lengths = np.array([end - start + 1 for recording in spans for start, end, _ in recording])
    most = max(1, int(np.quantile(lengths, 0.2)) // least)
    scales = [example.scale for example in examples[:8]]
    rows = max(_longest_frame(examples[:8], scales, min(most, 32)), int(np.median(lengths)) // LONGEST)
    usual = max(1.0, float(np.median(lengths)) / rows)
    levels = int(np.clip(np.ceil(np.log2(usual * furthest)), 3, MOST_LEVELS))
    level = not moves or _level_tells(examples, spans, scales, examples[0].signals.shape[1] - moves)
    segment = min(int(usual), 1 << levels)
    return Framing(rows, levels, examples[0].signals.shape[1], level, moves, segment)


def _longest_frame(examples: Sequence[Example], scales: Sequence[Scale], most: int) -> int:
    """The largest number of rows up to ``most`` whose frames lose at most ``LOST`` of the variation, or 1."""
    if most < 2:
        return 1
    scaled = [
        np.nan_to_num((example.signals[:MEASURED] - scale.middle) / scale.width).clip(-10, 10)
        for example, scale in zip(examples, scales, strict=True)
    ]
    return next((count for count in range(most, 1, -1) if _lost(scaled, count) <= LOST), 1)


def _lost(scaled: Sequence[NDArray[np.float64]], rows: int) -> float:
    """The share of the variation within frames of so many rows; the median over channels."""
    shares = []
    for values in scaled:
        count = len(values) // rows
        if count:
            whole = values[: count * rows]
            means = whole.reshape(count, rows, -1).mean(1)
            within = np.square(whole).mean(0) - np.square(means).mean(0)
            shares.append(within / (values.var(0) + 1e-9))
    return float(np.median(np.mean(shares, 0))) if shares else 0.0


def _level_tells(examples: Sequence[Example], spans: Spans, scales: Sequence[Scale], channels: int) -> bool:
    """False where most levels of the recordings have no label nearby (a random walk)."""
    outside = []
    for example, recording_spans, scale in zip(examples, spans, scales, strict=False):
        if not recording_spans:
            continue
        rows, _ = filled(example.signals[:: max(1, len(example.signals) // 50_000)], scale)
        labelled, _ = filled(
            np.concatenate([example.signals[start : end + 1] for start, end, _ in recording_spans]), scale
        )
        low, high = labelled.min(0) - 0.25 * scale.width, labelled.max(0) + 0.25 * scale.width
        outside.append(((rows < low) | (rows > high))[:, :channels].mean())
    return float(np.mean(outside)) < 0.1


@dataclass(frozen=True)
class _View:
    """Scale and framing of the stretches of one recording."""

    example: Example
    own: Own
    common: Scale
    framing: Framing
    classes: int


def training_windows(
    examples: Sequence[Example],
    spans: Spans,
    folds: Sequence[Sequence[int]],
    framing: Framing,
    classes: int,
) -> tuple[list[TrainingWindow], Scale]:
    """The stretches of all examples, and their common scale."""
    common = pooled([example.scale for example in examples])
    kept = _affordable(spans, framing)
    windows: list[TrainingWindow] = []
    group = 0
    for place, example in enumerate(examples):
        view = _View(
            example,
            example.own(framing),
            common,
            framing,
            classes,
        )
        spans_inside = [
            span
            for number, (start, end, label) in enumerate(spans[place])
            if (place, number) in kept
            for span in _cut(
                start // framing.rows, -(-(end + 1) // framing.rows), label, folds[place][number]
            )
        ]
        for low, high, inside in _joined(spans_inside, example, framing):
            windows.append(_window(view, low, high, inside, group))
            group += len(inside) + 1
    return windows, common


def _cut(start: int, stop: int, label: int, fold: int) -> list[Span]:
    """A segment in frames; of a very long segment, parts spread evenly over it."""
    if stop - start <= LONGEST_SPAN:
        return [Span(start, stop, label, fold)]
    size = LONGEST_SPAN // PARTS
    places = np.linspace(start, stop - size, PARTS).astype(int).tolist()
    return [Span(place, place + size, label, fold) for place in places]


def _affordable(spans: Spans, framing: Framing) -> set[tuple[int, int]]:
    """The training segments, as (example, number): all, or an even choice of each class when they are too many."""
    every = [
        (place, number)
        for place, recording_spans in enumerate(spans)
        for number in range(len(recording_spans))
    ]
    cost = 0
    for recording_spans in spans:
        reached = 0
        for start, end, _ in recording_spans:  # surroundings that segments share count once
            low, high = start // framing.rows - framing.reach, end // framing.rows + 1 + framing.reach
            cost += max(0, min(high - max(low, reached), LONGEST_SPAN + 2 * framing.reach))
            reached = max(reached, high)
    if cost <= MOST_FRAMES:
        return set(every)
    chosen: set[tuple[int, int]] = set()
    labels = sorted({label for recording_spans in spans for *_, label in recording_spans})
    for label in labels:
        keys = [key for key in every if spans[key[0]][key[1]][2] == label]
        count = max(2, min(len(keys), MOST_FRAMES // len(labels) // (2 * framing.reach)))
        chosen |= {keys[place] for place in np.linspace(0, len(keys) - 1, count).astype(int).tolist()}
    return chosen


def _joined(spans: Sequence[Span], example: Example, framing: Framing) -> list[tuple[int, int, list[Span]]]:
    """Stretches of frames with their spans; neighbours with overlapping surroundings are joined."""
    total = -(-len(example.signals) // framing.rows)
    joined: list[tuple[int, int, list[Span]]] = []
    for span in sorted([*spans, *_ruled_spans(example, framing)], key=lambda item: item.start):
        low, high = max(0, span.start - framing.reach), min(total, span.stop + framing.reach)
        own_spans = [span] if span.label >= 0 else []
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]), [*joined[-1][2], *own_spans])
        else:
            joined.append((low, high, own_spans))
    return joined


def _ruled_spans(example: Example, framing: Framing) -> list[Span]:
    if example.ruled_out is None or not example.ruled_out.any():
        return []
    some = np.flatnonzero(example.ruled_out.any(1)) // framing.rows
    cuts = np.flatnonzero(np.diff(some) > 1)
    starts, ends = np.r_[some[0], some[cuts + 1]], np.r_[some[cuts], some[-1]]
    return [Span(int(start), int(end) + 1, FREE, FREE) for start, end in zip(starts, ends, strict=True)]


def _window(view: _View, low: int, high: int, spans: Sequence[Span], group: int) -> TrainingWindow:
    rows = view.framing.rows
    example = view.example
    signals = example.signals[low * rows : high * rows]
    framed = viewed(frames(signals, view.own.scale, view.common, view.framing), view.framing, view.own)
    count = framed.shape[1]
    targets = np.zeros((view.classes, count), np.float32)
    fold, groups = np.full(count, FREE), np.zeros(count, np.int64)
    labels = _frame_labels(example.labels[low * rows : high * rows], rows, count)
    moved = []
    for place, span in enumerate(spans):
        inside = np.arange(span.start - low, min(count, span.stop - low))
        inside = inside[labels[inside] == span.label]
        if len(inside):
            targets[span.label, inside] = len(inside) ** -0.5
            fold[inside], groups[inside] = span.fold, group + place + 1
            moved.append(Span(int(inside[0]), int(inside[-1]) + 1, span.label, span.fold))
    ruled = _ruled(view, low, count, targets.sum(0) > 0)
    return TrainingWindow(framed, torch.from_numpy(targets), ruled, fold, groups, tuple(moved))


def _ruled(view: _View, low: int, count: int, is_labelled: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """Ruled-out classes of frames, [classes, frames]; none where the class is known."""
    if view.example.ruled_out is None:
        return None
    rows = view.framing.rows
    held = np.zeros((count * rows, view.classes), dtype=np.bool_)
    part = view.example.ruled_out[low * rows : (low + count) * rows]
    held[: len(part)] = part
    ruled_out: NDArray[np.bool_] = np.asarray(held.reshape(count, rows, view.classes).any(axis=1)).T.copy()
    ruled_out[:, is_labelled] = False
    return ruled_out


def _frame_labels(labels: NDArray[np.int16], rows: int, count: int) -> NDArray[np.int64]:
    """The label of each frame: that of its middle row, else of any labelled row."""
    wide = np.full(count * rows, -1, np.int64)
    wide[: len(labels)] = labels
    held = wide.reshape(count, rows)
    middle = held[:, rows // 2]
    return np.where(middle >= 0, middle, held.max(1))
