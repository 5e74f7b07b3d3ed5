"""Resample a recording to the sampling step of a model (polyphase FIR) and map results back to its samples.

Each range between time gaps has a separate grid that begins at its first sample. Uneven samples are first interpolated
on a regular grid by their times. A missing sample stays missing: the filter gets a straight line there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from services.timeseries import Store
from services.torch_models.fitting import MISSING, resampling
from services.torch_models.model import ModelInfo

Samples = NDArray[np.float64]
Arrays = TypeVar("Arrays", bound=tuple[NDArray[Any], ...])
HALF = 10  # zero crossings of the filter on each side, as in scipy's resample_poly
BETA = 5.0  # of its Kaiser window


class ModelInput:
    """Channels of a recording as input of a model: one row per sample."""

    def __init__(self, store: Store, channels: Sequence[int]) -> None:
        self._store, self._channels = store, channels
        self.rows = store.rows

    def __call__(self, start: int, stop: int) -> Samples:
        """Rows ``start`` to ``stop - 1`` of the input, float64 [rows, channels]; NaN for a missing channel."""
        missing = np.full(stop - start, np.nan)
        columns = [
            missing if index == MISSING else self._store.channel(index)[start:stop].astype(np.float64)
            for index in self._channels
        ]
        return np.stack(columns, axis=1)

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """The rows of the input for the samples ``start`` to ``stop - 1``, half open."""
        return start, stop

    def back(self, pieces: Iterator[Arrays], _start: int, _stop: int) -> Iterator[Arrays]:
        """Arrays over the rows of :meth:`span`, in pieces, mapped to arrays over the requested samples."""
        return pieces


class ResampledInput(ModelInput):
    """Input on a grid with ``ratio`` rows per usual step of the recording."""

    def __init__(self, store: Store, channels: Sequence[int], ratio: Fraction) -> None:
        from scipy.signal import firwin  # import takes 0.5 s and is rarely needed

        super().__init__(store, channels)
        self._ratio, self._step = ratio, store.info.time.step
        self._uniform = store.info.time.uniform
        inner = [] if self._uniform else store.gaps.tolist()
        self._first = np.array([0, *inner], np.int64)  # first sample of each range
        self._end = np.array([*inner, store.rows], np.int64)
        self._begin = store.x_of(self._first)
        regular = self._end - self._first - 1
        if not self._uniform:
            regular = np.rint((store.x_of(self._end - 1) - self._begin) / self._step).astype(np.int64)
        self._regular = regular  # number of usual steps of each range
        lengths = _rounded(regular, ratio) + 1
        self._offset = np.concatenate(([0], np.cumsum(lengths)))
        self.rows = int(self._offset[-1])
        most = max(ratio.numerator, ratio.denominator)
        self._filter = firwin(2 * HALF * most + 1, 1 / most, window=("kaiser", BETA))
        self._halo = ceil(HALF * most / ratio.numerator) + 1
        lowest = [store.info.channels[index].minimum for index in channels if index != MISSING]
        self._low = np.array(
            [value if value > 0 else -np.inf for value in lowest]
        )  # positive values stay positive
        self._present = [place for place, index in enumerate(channels) if index != MISSING]

    def __call__(self, start: int, stop: int) -> Samples:
        values = np.full((stop - start, len(self._channels)), np.nan)
        place = int(np.searchsorted(self._offset, start, "right")) - 1
        while start < stop:
            offset, end = int(self._offset[place]), min(stop, int(self._offset[place + 1]))
            part = self._of_stretch(place, start - offset, end - offset)
            values[len(values) - (stop - start) :][: end - start, self._present] = part
            start, place = end, place + 1
        return values

    def span(self, start: int, stop: int) -> tuple[int, int]:
        first, last = (int(self._places(row, row + 1)[0]) for row in (start, stop - 1))
        return first, last + 1

    def back(self, pieces: Iterator[Arrays], start: int, stop: int) -> Iterator[Arrays]:
        row, (low, _) = start, self.span(start, stop)
        for piece in pieces:
            high = low + len(piece[0])
            end = bisect_left(
                range(stop), high, lo=row, key=lambda position: self._places(position, position + 1)[0]
            )
            if end > row:
                places = self._places(row, end) - low
                yield cast(Arrays, tuple(array[places] for array in piece))
            row, low = end, high

    def _places(self, start: int, stop: int) -> NDArray[np.int64]:
        """The nearest grid row of each of the samples ``start`` to ``stop - 1``."""
        samples = np.arange(start, stop)
        stretch = np.searchsorted(self._first, samples, "right") - 1
        if self._uniform:
            return _rounded(samples, self._ratio)
        steps = (self._store.x_slice(start, stop) - self._begin[stretch]) / self._step
        grid = np.floor(steps * float(self._ratio) + 0.5).astype(np.int64) + self._offset[stretch]
        last: NDArray[np.int64] = self._offset[stretch + 1] - 1
        return np.minimum(grid, last)

    def _of_stretch(self, place: int, start: int, stop: int) -> Samples:
        """Grid rows of one range, counted from its first; without missing channels."""
        from scipy.signal import resample_poly

        up, down = self._ratio.numerator, self._ratio.denominator
        low = (start * down // up - self._halo) // down * down  # aligned to a grid row
        high = -(-(stop - 1) * down // up) + self._halo + 1
        indices = np.arange(low, high)
        values, missing = self._at(place, indices.clip(0, self._regular[place]))
        resampled: Samples = resample_poly(values, up, down, axis=0, window=self._filter)
        begin = low * up // down
        rows = np.arange(start, stop)
        resampled = np.maximum(resampled[rows - begin], self._low)
        resampled[missing[_rounded(rows, Fraction(down, up)) - low]] = np.nan
        return resampled

    def _at(self, place: int, steps: NDArray[np.int64]) -> tuple[Samples, NDArray[np.bool_]]:
        """Values at ascending whole ``steps`` of a range, without NaN, and a mask of missing ones."""
        first, end = int(self._first[place]), int(self._end[place])
        if self._uniform:
            samples = self._present_channels(int(steps[0]), int(steps[-1]) + 1)
            at = np.arange(len(samples), dtype=np.float64) + steps[0]
        else:
            x = self._begin[place] + steps[[0, -1]] * self._step
            low, high = self._store.span(float(x[0]), float(x[1]))
            low, high = max(first, low - 1), min(end, high + 1)
            samples = self._present_channels(low, high)
            at = (self._store.x_slice(low, high) - self._begin[place]) / self._step
        nearest = np.clip(np.searchsorted(at, steps), 0, len(at) - 1)
        before = np.maximum(nearest - 1, 0)
        nearest = np.where(steps - at[before] < at[nearest] - steps, before, nearest)
        bad = ~np.isfinite(samples)
        values = np.zeros((len(steps), samples.shape[1]))
        for channel in range(samples.shape[1]):
            good = ~bad[:, channel]
            if good.any():
                values[:, channel] = np.interp(steps, at[good], samples[good, channel])
        return values, bad[nearest]

    def _present_channels(self, start: int, stop: int) -> Samples:
        return super().__call__(start, stop)[:, self._present]


def _rounded(steps: NDArray[np.int64], ratio: Fraction) -> NDArray[np.int64]:
    """``steps * ratio`` to the nearest integer, exactly; halves are rounded up."""
    up, down = ratio.numerator, ratio.denominator
    rounded: NDArray[np.int64] = (2 * steps * up + down) // (2 * down)
    return rounded


class CorrectedInput(ModelInput):
    """Input whose channels are multiplied by factors."""

    def __init__(self, given: ModelInput, factors: Sequence[float]) -> None:
        self._given, self._factors = given, np.asarray(factors, np.float64)
        self.rows = given.rows

    def __call__(self, start: int, stop: int) -> Samples:
        return self._given(start, stop) * self._factors

    def span(self, start: int, stop: int) -> tuple[int, int]:
        return self._given.span(start, stop)

    def back(self, pieces: Iterator[Arrays], start: int, stop: int) -> Iterator[Arrays]:
        return self._given.back(pieces, start, stop)


def model_input(
    info: ModelInfo, store: Store, channels: Sequence[int], factors: Sequence[float] = ()
) -> ModelInput:
    """Channels of a recording at the sampling step of a model.

    Args:
        channels: indices of the recording's channels in the order of the model's features, or ``MISSING``.
        factors: corrections of polarity and gain of each channel; empty: none.
    """
    ratio = resampling(info, store.info)
    given = ModelInput(store, channels) if ratio is None else ResampledInput(store, channels, ratio)
    return CorrectedInput(given, factors) if factors else given
