"""Feature extraction: frames of a few rows in three views, and their statistics at many scales.

A frame is ``Framing.rows`` consecutive rows. It has the mean of each channel in three views: on the scale of the
recording, without the offset and the gain of an electrode or a sensor; on the scale of all training recordings, with
the level; and without the mean of the surroundings, without a wandering base line. Every feature depends on a fixed
number of frames around (``Framing.reach``), so that a long recording can be processed in pieces.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from services.torch_models.ensemble.scales import Own, Scale, filled

CLIP = 30.0
MOST_LEVELS = 9
CONTEXT = 6  # usual segments that the convolutions of the novelty detection span
MOST_SAMPLES = 1 << 26  # numbers in the rows of one piece
MOST_ELEMENTS = 12_000_000  # numbers in the statistics of one piece


@dataclass(frozen=True)
class Framing:
    """Parameters of the frames of a recording: ``rows`` of a frame, scales up to ``2^levels`` frames.

    ``level``: absolute levels are features; not where they do not help to separate held-out segments.
    ``moves``: number of channels, the last ones, that contain the moves of others; their levels are always features.
    ``segment``: frames of a usual segment, which set the dilations of the random convolutions; 0 in older models, whose
    dilations follow from ``levels``.
    """

    rows: int
    levels: int
    channels: int
    level: bool
    moves: int = 0
    segment: int = 0

    @property
    def surroundings(self) -> int:
        """Frames whose mean the third view subtracts."""
        return 1 << (self.levels - 1)

    @property
    def places(self) -> tuple[int, ...]:
        """Scales of the statistics; fewer of them where there are many channels."""
        return tuple(range(0, self.levels, 1 if self.channels <= 12 else 2))

    @property
    def reach(self) -> int:
        """Frames on each side that a statistic depends on, the view's own surroundings included; a multiple of 64."""
        wide = 2 * (1 << self.levels) + self.surroundings
        if self.segment:  # convolutions of the novelty detection
            wide = max(wide, 5 << max(0, self.context.levels - 3))
        return -(-wide // 64) * 64

    @property
    def context(self) -> Framing:
        """Framing of the novelty detection, whose convolutions span several segments."""
        levels = max(3, min(MOST_LEVELS, (CONTEXT * self.segment - 1).bit_length()))
        return replace(self, segment=0, levels=levels)

    @property
    def views(self) -> int:
        """Channels of the frames that are the input of the networks."""
        return self.channels * (3 + (self.rows > 1)) + 1

    @property
    def levelled(self) -> int:
        """Channels whose levels are features."""
        return self.channels if self.level else self.moves

    @property
    def piece(self) -> int:
        """Frames of a piece: a power of two that bounds the memory."""
        wide = self.channels * (11 * len(self.places) + 4)
        samples = MOST_SAMPLES // (self.rows * self.channels)
        return 1 << max(9, min(14, (MOST_ELEMENTS // wide).bit_length() - 1, samples.bit_length() - 1))


def frames(signals: NDArray[np.float32], own: Scale, common: Scale, framing: Framing) -> Tensor:
    """A stretch of a recording that begins at a multiple of ``framing.rows``, as frames of two views.

    Args:
        signals: [rows, channels], NaN = missing.

    Returns:
        float32 [kinds × channels + 1, frames]: own scale, common scale, (the spread within,
        where a frame has several rows,) and the share of missing samples.
    """
    rows = framing.rows
    values, missing = filled(signals, own)
    count = -(-len(values) // rows)
    short = count * rows - len(values)
    if short:
        values = np.concatenate([values, np.repeat(values[-1:], short, 0)])
        missing = np.concatenate([missing, np.repeat(missing[-1:], short)])
    wide = values.astype(np.float64)
    local = ((wide - own.middle) / own.width).clip(-CLIP, CLIP).reshape(count, rows, -1)
    level = ((wide - common.middle) / common.width).clip(-CLIP, CLIP).reshape(count, rows, -1)
    kinds = [local.mean(1), level.mean(1)]
    if rows > 1:
        kinds.append(np.sqrt(local.var(1)))
    kinds.append(missing.reshape(count, rows).mean(1, keepdims=True))
    return torch.from_numpy(np.ascontiguousarray(np.concatenate(kinds, 1).T.astype(np.float32)))


def viewed(framed: Tensor, framing: Framing, own: Own) -> Tensor:
    """Input of the networks: the frames followed by the third view, float32 [views, frames]."""
    local = framed[: framing.channels]
    return torch.cat([framed, ((local - box(local, framing.surroundings)) / own.swing).clamp_(-CLIP, CLIP)])


def box(series: Tensor, width: int, at: Tensor | None = None) -> Tensor:
    """Mean over ``width`` frames around each, the ends repeated; [channels, frames] → the same.

    Args:
        at: the frames that are wanted; None: all.
    """
    if width <= 1:
        return series if at is None else series[:, at]
    padded = functional.pad(series[None], (width // 2, width - 1 - width // 2), mode="replicate")[0]
    sums = functional.pad(padded.double().cumsum(1), (1, 0))
    if at is not None:
        return ((sums[:, at + width] - sums[:, at]) / width).float()
    return ((sums[:, width:] - sums[:, :-width]) / width).float()


def shifted(series: Tensor, by: int, at: Tensor | None = None) -> Tensor:
    """``series[t + by]``, the ends repeated; ``at``: the frames t that are wanted, None: all."""
    count = series.shape[1]
    if at is not None:
        return series[:, (at + by).clamp_(0, count - 1)]
    by = max(-count, min(count, by))
    if by >= 0:
        return torch.cat([series[:, by:], series[:, -1:].expand(-1, by)], 1)
    return torch.cat([series[:, :1].expand(-1, -by), series[:, :by]], 1)


def highest(series: Tensor, levels: int, at: Tensor | None = None) -> list[Tensor]:
    """Maximum over 2, 4, … 2^levels frames around each, by doubling."""
    found, current = [], series
    for level in range(levels):
        half = 1 << level
        current = torch.maximum(current, shifted(current, half))
        found.append(shifted(current, -half, at))
    return found


def levels_at(framing: Framing) -> int:
    """Index of the first statistic that ``framing.level`` includes or excludes."""
    return 8 * len(framing.places) * framing.channels + heights_of(framing) * framing.moves


def heights_of(framing: Framing) -> int:
    """Number of statistics that depend on the level of a channel."""
    return 2 + 3 * len(framing.places) + sum(place % 2 for place in framing.places)


def statistics(framed: Tensor, framing: Framing, at: Tensor | None = None) -> Tensor:
    """Deviation, roughness, slope, neighbours, extremes and, where allowed, levels at scales of 2, 4, … frames.

    Args:
        framed: of :func:`viewed`.
        at: the frames that are wanted; None: all.

    Returns:
        float32 [features, frames].
    """
    count = framing.channels
    own, level = framed[:count], framed[count : 2 * count]
    inner = framed[2 * count : 3 * count] if framing.rows > 1 else torch.zeros_like(own)
    squares = own**2 + inner**2
    steps = (shifted(own, 1) - own) ** 2 + inner**2
    tops, bottoms = highest(own, framing.levels, at), highest(-own, framing.levels, at)
    moves = slice(count - framing.moves, count)
    here = own if at is None else own[:, at]
    shape, heights = [], [here, level if at is None else level[:, at]]
    for place in framing.places:
        width = 2 << place
        means = box(own, width)
        mean = means if at is None else means[:, at]
        heights += [mean, tops[place], -bottoms[place]]
        shape += [
            here - mean,
            (box(squares, width, at) - mean**2).clamp_min(0).add(1e-6).log(),
            box(steps, width, at).add(1e-6).log(),
            shifted(means, width // 2, at) - shifted(means, -(width // 2), at),
            shifted(means, width, at) - mean,
            shifted(means, -width, at) - mean,
            tops[place] - mean,
            mean + bottoms[place],
        ]
        if place % 2:
            heights.append(box(level, width, at))
    columns = [height[moves] for height in heights] if framing.moves else []
    columns += [height[: moves.start] for height in heights] if framing.level else []
    return torch.cat([*shape, *columns])
