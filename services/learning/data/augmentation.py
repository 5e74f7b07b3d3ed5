"""Data augmentation: copies of labelled segments with other gain, level and speed.

Where there are few segments, a new segment differs from them more than they differ from each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from services.learning.data.windows import TrainingWindow
from services.torch_models.ensemble.features import Framing

FEW = 10  # segments of a usual class up to which copies are made
COPIES = 3
GAIN, EACH_GAIN, SHIFT, SPEED = (
    0.25,
    0.2,
    0.1,
    0.1,
)  # of all channels, of each channel, largest of the level, of time


def copies(parts: Sequence[TrainingWindow], framing: Framing, seed: int) -> list[TrainingWindow]:
    """Copies for the learners that classify each frame independently; none where there are many segments."""
    labels = [span.label for part in parts for span in part.spans]
    if not labels or np.median(np.unique(labels, return_counts=True)[1]) > FEW:
        return []
    rng = np.random.default_rng(seed)
    shift = np.minimum(SHIFT, _within(parts, framing))
    return [_copy(part, framing, shift, rng) for _ in range(COPIES) for part in parts if part.spans]


def _within(parts: Sequence[TrainingWindow], framing: Framing) -> NDArray[np.float64]:
    """The usual deviation of the first two views within a segment, [2, channels, 1]: levels that differ by more can
    be distinguished.
    """
    segments = [
        part.framed[: 2 * framing.channels, span.start : span.stop].std(1, correction=0)
        for part in parts
        for span in part.spans
    ]
    usual = torch.stack(segments).median(0).values.numpy().astype(np.float64)
    return usual.reshape(2, framing.channels, 1)


def _copy(
    part: TrainingWindow, framing: Framing, most: NDArray[np.float64], rng: np.random.Generator
) -> TrainingWindow:
    channels, count = framing.channels, part.framed.shape[1]
    speed = float(np.exp(SPEED * rng.standard_normal()))
    at = np.round(np.arange(int(count / speed)) * speed).astype(np.int64).clip(0, count - 1)
    gain = np.exp(GAIN * rng.standard_normal() + EACH_GAIN * rng.standard_normal((channels, 1)))
    shift = most * rng.standard_normal((2, channels, 1))
    framed = part.framed[:, torch.from_numpy(at)]
    framed[:channels] = (
        framed[:channels] * torch.from_numpy(gain).float() + torch.from_numpy(shift[0]).float()
    )
    framed[channels : 2 * channels] += torch.from_numpy(shift[1]).float()
    if framing.rows > 1:
        framed[2 * channels : 3 * channels] *= torch.from_numpy(gain).float()
    return replace(
        part,
        framed=framed,
        targets=part.targets[:, torch.from_numpy(at)],
        ruled=None,
        fold=part.fold[at],
        group=part.group[at],
        spans=(),
    )
