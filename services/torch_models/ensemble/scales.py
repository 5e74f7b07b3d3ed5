"""Robust location and scale of each channel of a recording, for normalisation.

They are computed from rows spread evenly over the recording, in bounded pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor  # the web process reads examples without torch

Read = Callable[[int, int], NDArray[np.float32]]  # rows from, to → [rows, channels]
SAMPLED = 200_000  # rows that medians are computed from
STRETCH = 512  # consecutive rows among them


@dataclass(frozen=True)
class Scale:
    """Middle and width of each channel, float64 [channels]; the width is never 0."""

    middle: NDArray[np.float64]
    width: NDArray[np.float64]


@dataclass(frozen=True)
class Own:
    """Global properties of a recording: its scale, and the swing about its base line, [channels, 1]."""

    scale: Scale
    swing: Tensor


def sampled(read: Read, rows: int) -> NDArray[np.float32]:
    """Stretches spread evenly over a recording, the whole recording where it is short, [some, channels]."""
    if rows <= SAMPLED:
        return read(0, rows)
    starts = np.linspace(0, rows - STRETCH, SAMPLED // STRETCH).astype(int)
    return np.concatenate([read(start, start + STRETCH) for start in starts.tolist()])


def scale_of(some: NDArray[np.float32]) -> Scale:
    """Median and robust deviation of each channel; 1 where a channel does not change.

    Args:
        some: [rows, channels], NaN = missing.
    """
    middle, width = np.zeros(some.shape[1]), np.ones(some.shape[1])
    for channel in range(some.shape[1]):
        values = some[np.isfinite(some[:, channel]), channel].astype(np.float64)
        if len(values):
            low, middle[channel], high = np.quantile(values, (0.1, 0.5, 0.9))
            spread = max((high - low) / 2.56, 0.3 * float(values.std()))  # 2.56 deviations of a normal one
            floor = 1e-7 * max(1e-12, float(np.abs(values).max()))  # precision of float32
            width[channel] = spread if spread > floor else 1.0
    return Scale(middle, width)


def pooled(scales: Sequence[Scale]) -> Scale:
    """One scale for several recordings: the differences between their levels count as much as the spread within."""
    middles = np.stack([scale.middle for scale in scales])
    widths = np.stack([scale.width for scale in scales])
    middle, width = np.median(middles, 0), np.sqrt(np.median(widths, 0) ** 2 + middles.var(0))
    # as a checkpoint holds them
    return Scale(middle.astype(np.float32).astype(np.float64), width.astype(np.float32).astype(np.float64))


def filled(signals: NDArray[np.float32], scale: Scale) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Missing samples interpolated linearly, and the share of channels missing in each row.

    Returns:
        float32 [rows, channels] without NaN, and float32 [rows].
    """
    bad = ~np.isfinite(signals)
    if not bad.any():
        return np.asarray(signals, np.float32), np.zeros(len(signals), np.float32)
    result = np.array(signals, np.float32)
    rows = np.arange(len(signals))
    for channel in np.flatnonzero(bad.any(0)):
        is_known = ~bad[:, channel]
        result[:, channel] = (
            np.interp(rows, rows[is_known], result[is_known, channel])
            if is_known.any()
            else scale.middle[channel]
        )
    return result, bad.mean(1, dtype=np.float32)
