"""Views of a signal: moves from row to row of channels that are random walks, added to the channels.

The level of a price carries no information, its moves do. Channels that walk together (open, high, low and close of
one instrument) are measured from one of them in the previous row, and by the distance between them. Channels that walk
are detected by the variance of their moves, which grows in proportion to the number of rows (the variance ratio of Lo
and MacKinlay 1988).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.torch_models.ensemble.scales import Read

RATIOS = ((2, 0.7, 1.5), (8, 0.5, 3.0), (32, 0.3, 6.0))  # rows, and the variance ratios a walk has over them
FEWEST, MOST = 256, 50_000  # rows that a walk is detected from
TOGETHER = 4.0  # largest distance between channels of one group, in moves of a row
FAR = 4.0  # times as far as that they go in time
# moves are clipped at this multiple of the usual move; minimum share of the variance after clipping
USUAL, STEADY = 5.0, 0.2

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Walk:
    """Channels that walk together; moves are measured from the first; ``relative``: as shares of it."""

    channels: tuple[int, ...]
    relative: bool

    @property
    def views(self) -> int:
        """Number of its views."""
        return len(self.channels) + (len(self.channels) > 1)


@dataclass(frozen=True)
class Views:
    """The channels that are added to those of a recording."""

    walks: tuple[Walk, ...] = ()

    @property
    def added(self) -> int:
        """Number of added channels."""
        return sum(walk.views for walk in self.walks)

    def of(self, read: Read) -> Read:
        """A reader of the channels of ``read`` followed by the views."""
        if not self.walks:
            return read

        def wider(start: int, stop: int) -> NDArray[np.float32]:
            before = 1 if start else 0
            rows = read(start - before, stop)
            moved = [_moves(rows, walk) for walk in self.walks]
            joined: NDArray[np.float32] = np.concatenate([rows, *moved], 1, dtype=np.float32)
            return joined[before:]

        return wider

    def to_plain(self) -> list[dict[str, object]]:
        """As plain values."""
        return [{"channels": list(walk.channels), "relative": walk.relative} for walk in self.walks]

    @classmethod
    def from_plain(cls, values: Sequence[dict[str, object]]) -> Views:
        """Inverse of :meth:`to_plain`."""
        return cls(tuple(Walk(tuple(value["channels"]), bool(value["relative"])) for value in values))  # type: ignore[arg-type]


NO_VIEWS = Views()


def _moves(rows: NDArray[np.float32], walk: Walk) -> NDArray[np.float32]:
    """Distance of each channel from the first one in the previous row, and distance between them, [rows, views]."""
    values = rows[:, list(walk.channels)].astype(np.float64)
    origin = np.concatenate([values[:1, :1], values[:-1, :1]])
    moved = values - origin
    if len(walk.channels) > 1:
        moved = np.concatenate([moved, np.ptp(values, 1, keepdims=True)], 1)
    if walk.relative:
        moved = moved / np.where(origin > 0, origin, np.nan)
    return np.asarray(moved, np.float32)


def walks_of(recordings: Sequence[NDArray[np.float32]]) -> tuple[Walk, ...]:
    """The channels that walk in most of these recordings [rows, channels], those that do so together in one group.

    Channels that go far and stay together need not have the variance ratios of a walk: a trend has higher ratios.
    """
    long = [recording for recording in recordings if len(recording) >= FEWEST]
    if not long:
        return ()
    behaviour = [_Behaviour.of(recording) for recording in long]
    alone = np.mean([each.walks for each in behaviour], 0) > 0.5
    near = np.min([each.together for each in behaviour], 0)
    left, walks = list(range(len(alone))), []
    while left:
        group = [channel for channel in left if channel == left[0] or near[left[0], channel]]
        left = [channel for channel in left if channel not in group]
        if len(group) == 1 and not alone[group[0]]:
            continue
        first = min(group, key=lambda channel: _surprise(long, channel, group))
        positive = all((np.nan_to_num(recording[:, group], nan=1.0) > 0).all() for recording in long)
        walks.append(Walk((first, *(channel for channel in group if channel != first)), positive))
    return tuple(walks)


@dataclass(frozen=True)
class _Behaviour:
    """Behaviour of one recording: channels that walk, bool [channels]; channels that stay together, bool [channels,
    channels]."""

    walks: NDArray[np.bool_]
    together: NDArray[np.bool_]

    @classmethod
    def of(cls, rows: NDArray[np.float32]) -> _Behaviour:
        values = rows[:MOST].astype(np.float64)
        values = np.where(np.isfinite(values), values, np.nan)
        values = values - _mean(values)
        step = _mean((values[1:] - values[:-1]) ** 2)
        there = step > 0
        moved = np.abs(values[1:] - values[:-1])
        most = (
            USUAL
            * 1.48
            * np.array([np.median(column[column > 0]) if (column > 0).any() else 0.0 for column in moved.T])
        )
        walks = there & (_mean(np.fmin(moved, most) ** 2) >= STEADY * step)  # one that jumps has levels
        for apart, low, high in RATIOS:
            ratio = _mean((values[apart:] - values[:-apart]) ** 2) / np.where(there, apart * step, 1.0)
            walks &= (ratio >= low) & (ratio <= high)
        far = there & (_mean(values**2) > (FAR * TOGETHER) ** 2 * step)
        apart_by = np.stack(
            [_mean((values - values[:, channel : channel + 1]) ** 2) for channel in range(values.shape[1])]
        )
        together = apart_by <= TOGETHER**2 * np.minimum(step, step[:, None])
        return cls(walks, together & far & far[:, None])


def _mean(values: Floats) -> Floats:
    """The mean of each column over its known values, 0 where all are missing."""
    is_known = np.isfinite(values)
    mean: Floats = np.where(is_known, values, 0.0).sum(0) / np.maximum(is_known.sum(0), 1)
    return mean


def _surprise(recordings: Sequence[NDArray[np.float32]], channel: int, group: Sequence[int]) -> float:
    """Mean distance of the next row of all channels from one channel."""
    apart = [
        _mean(
            np.abs(
                rows[1:MOST, list(group)].astype(np.float64)
                - rows[: len(rows[:MOST]) - 1, channel : channel + 1]
            )
        )
        for rows in recordings
    ]
    return float(np.mean(apart))
