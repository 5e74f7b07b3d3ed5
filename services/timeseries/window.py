"""Downsample the visible range of a recording to about one min/max bucket per pixel, with all extremes.

A view of up to 2.5 samples per pixel is drawn sample by sample. Otherwise the samples are cut in buckets of a power of
two, about one per pixel (0.7 to 1.4), at absolute multiples of their size, so that panning moves the same points
without flicker. Each bucket yields its minimum and its maximum in their order and at their times. The margins
outside the view, visible only during a drag, have coarser buckets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan, log2, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.errors import Invalid
from services.timeseries.pyramid import BUCKET, reduce_buckets
from services.timeseries.store import Store

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
RAW_PER_PIXEL = 2.5  # samples; about as many points as one bucket per pixel
MARGIN_COARSER = 4  # margins are visible only during a drag, until the next window arrives
MAX_PIXELS = 16_384


@dataclass(frozen=True)
class Series:
    """Points of one channel; ``y`` NaN interrupts the line. Extremes of the visible range, NaN if empty."""

    channel: int
    x: Floats
    y: Floats
    minimum: float
    maximum: float


@dataclass(frozen=True)
class Window:
    """Data of a view. ``samples_per_point`` 1: every sample; visible are ``start`` to ``stop - 1``."""

    samples_per_point: int
    start: int
    stop: int
    rows: int
    series: tuple[Series, ...]


@dataclass(frozen=True)
class _VisibleSamples:
    """The samples to draw, ``first`` to ``last - 1``, and the gaps in them that are wide enough to be visible."""

    store: Store
    first: int
    last: int
    pixel: float  # width of a pixel, in axis units
    gaps: Indices


@dataclass(frozen=True)
class Run:
    """Samples ``first`` to ``last - 1`` in buckets of ``size``; ``first`` is a multiple of it."""

    first: int
    last: int
    size: int


def window(store: Store, x0: float, x1: float, pixels: int, channels: Sequence[int] | None = None) -> Window:
    """The points to draw for the view ``x0`` to ``x1`` (axis units, any order) at a width of ``pixels``.

    The points extend half a window beyond the view on each side, and one sample further, so that the line leaves
    the picture towards the next sample.

    Raises:
        Invalid: a limit is not finite, there are no pixels, or a channel does not exist.
    """
    chosen = range(len(store.info.channels)) if channels is None else channels
    if not (isfinite(x0) and isfinite(x1)) or pixels < 1:
        raise Invalid("A view needs two finite limits and at least one pixel.")
    if any(not 0 <= channel < len(store.info.channels) for channel in chosen):
        raise Invalid("This recording has no such channel.")
    x0, x1, pixels = min(x0, x1), max(x0, x1), min(pixels, MAX_PIXELS)
    start, stop = store.span(x0, x1)
    size = bucket_size(stop - start, pixels)
    view = _view(store, x0, x1, pixels, size)
    if size == 1:
        draw = _raw(view, chosen)
    else:
        runs = _runs(view, start, stop, size)
        draw = [_reduced(view, channel, runs) for channel in chosen]
    series = tuple(
        Series(channel, x, y, *extremes(store, channel, start, stop))
        for channel, (x, y) in zip(chosen, draw, strict=True)
    )
    return Window(size, start, stop, store.rows, series)


def bucket_size(samples: int, pixels: int) -> int:
    """Samples per bucket when ``samples`` are visible: the power of two nearest to one bucket per pixel, or 1."""
    if samples <= RAW_PER_PIXEL * pixels:
        return 1
    return 1 << round(log2(samples / pixels))


def _view(store: Store, x0: float, x1: float, pixels: int, size: int) -> _VisibleSamples:
    margin = (x1 - x0) / 2
    first, last = store.span(max(x0 - margin, -_LARGEST), min(x1 + margin, _LARGEST))
    first, last = max(first - 1, 0), min(last + 1, store.rows)
    if size > 1:
        first, last = _whole(first, last, size * MARGIN_COARSER, store.rows)
    pixel = (x1 - x0) / pixels
    gaps = store.gaps
    inside = gaps[gaps.searchsorted(first, "right") : gaps.searchsorted(last, "left")]
    if len(inside):
        inside = inside[store.x_of(inside) - store.x_of(inside - 1) >= pixel]
    return _VisibleSamples(store, first, last, pixel, inside)


def _runs(view: _VisibleSamples, start: int, stop: int, size: int) -> list[Run]:
    """The visible samples in buckets of ``size``, and the margins in coarser buckets."""
    coarse = size * MARGIN_COARSER
    begin, end = _whole(start, stop, coarse, view.store.rows)
    runs = [Run(view.first, begin, coarse), Run(begin, end, size), Run(end, view.last, coarse)]
    return [run for run in runs if run.first < run.last]


def _whole(first: int, last: int, size: int, rows: int) -> tuple[int, int]:
    """The range of whole buckets around ``first`` to ``last - 1``."""
    return first // size * size, min(-(-last // size) * size, rows)


_LARGEST = np.finfo(np.float64).max


def _raw(view: _VisibleSamples, channels: Sequence[int]) -> list[tuple[Floats, Floats]]:
    x = view.store.x_slice(view.first, view.last)
    breaks = view.gaps - view.first
    shared = np.insert(x, breaks, x[breaks]) if len(breaks) else x
    result = []
    for channel in channels:
        y = np.asarray(view.store.channel(channel)[view.first : view.last]).astype(np.float64)
        if len(breaks):
            y = np.insert(y, breaks, nan)
        result.append(_show_lone(shared, y, view.pixel))
    return result


def _reduced(view: _VisibleSamples, channel: int, runs: Sequence[Run]) -> tuple[Floats, Floats]:
    """Minimum and maximum of each bucket, and the samples on both sides of each visible gap."""
    parts = [_extremes_of(view.store, channel, run) for run in runs]
    indices, y = (np.concatenate(column) for column in zip(*parts, strict=True))
    if len(view.gaps):
        indices, y = _with_gap_edges(view, channel, indices, y)
    new = np.concatenate([[True], indices[1:] != indices[:-1]])  # minimum and maximum may be one sample
    indices, y = indices[new], y[new]
    x = view.store.x_of(indices)
    if len(view.gaps):
        breaks = indices.searchsorted(view.gaps)
        x, y = np.insert(x, breaks, x[breaks]), np.insert(y, breaks, nan)
    return _show_lone(x, y, view.pixel)


def _extremes_of(store: Store, channel: int, run: Run) -> tuple[Indices, Floats]:
    """Sample and value of the minimum and the maximum of each bucket, in their order."""
    records = bucket_records(store, channel, run)
    bases = np.arange(run.first, run.first + len(records) * run.size, run.size, dtype=np.int64)
    places = np.empty((len(records), 2), np.int64)
    values = np.empty((len(records), 2))
    earlier = records["argmin"] <= records["argmax"]
    places[:, 0] = bases + np.where(earlier, records["argmin"], records["argmax"])
    places[:, 1] = bases + np.where(earlier, records["argmax"], records["argmin"])
    values[:, 0] = np.where(earlier, records["min"], records["max"])
    values[:, 1] = np.where(earlier, records["max"], records["min"])
    return places.ravel(), values.ravel()


def bucket_records(store: Store, channel: int, run: Run) -> NDArray[np.void]:
    """Extremes of the buckets of a run, from the pyramid if the buckets are large enough."""
    if run.size < BUCKET:
        return reduce_buckets(np.asarray(store.channel(channel)[run.first : run.last]), run.size)
    level = (run.size // BUCKET).bit_length() - 1
    return store.levels(channel).level(level)[run.first // run.size : -(-run.last // run.size)]


def _with_gap_edges(
    view: _VisibleSamples, channel: int, indices: Indices, y: Floats
) -> tuple[Indices, Floats]:
    edges = np.concatenate([view.gaps - 1, view.gaps])
    values = np.asarray(view.store.channel(channel)[edges]).astype(np.float64)
    indices, y = np.concatenate([indices, edges]), np.concatenate([y, values])
    order = np.argsort(indices, kind="stable")
    return indices[order], y[order]


def _show_lone(x: Floats, y: Floats, pixel: float) -> tuple[Floats, Floats]:
    """Duplicate isolated points half a pixel to the right, since no line would reach them."""
    drawn = ~np.isnan(y)
    if drawn.all() and len(y) > 1 and x[0] != x[-1]:
        return x, y
    joined = drawn[1:] & drawn[:-1] & ((x[1:] != x[:-1]) | (y[1:] != y[:-1]))
    lone = drawn.copy()
    lone[1:] &= ~joined
    lone[:-1] &= ~joined
    after = np.flatnonzero(lone)
    if not len(after):
        return x, y
    right = np.minimum(x[after] + pixel / 2, np.append(x, inf)[after + 1])
    return np.insert(x, after + 1, right), np.insert(y, after + 1, y[after])


def extremes(store: Store, channel: int, start: int, stop: int) -> tuple[float, float]:
    """Exact minimum and maximum of the non-missing samples ``start`` to ``stop - 1``; NaN if there are none."""
    data = store.channel(channel)
    first, last = -(-start // BUCKET), stop // BUCKET
    if last - first < _FEW:
        return _finite(*_extremes(np.asarray(data[start:stop])))
    parts = [_extremes(np.asarray(data[start : first * BUCKET]))]
    parts += [_extremes(np.asarray(data[last * BUCKET : stop]))]
    parts += [_reduce(run["min"], run["max"]) for run in store.levels(channel).cover(first, last)]
    return _finite(min(low for low, _ in parts), max(high for _, high in parts))


_FEW = 16  # buckets; fewer are read sample by sample


def _extremes(values: NDArray[Any]) -> tuple[float, float]:
    return _reduce(values, values)


def _reduce(low: NDArray[Any], high: NDArray[Any]) -> tuple[float, float]:
    if not len(low):
        return inf, -inf
    smallest, largest = float(np.fmin.reduce(low)), float(np.fmax.reduce(high))
    return (inf, -inf) if isnan(smallest) else (smallest, largest)


def _finite(low: float, high: float) -> tuple[float, float]:
    return (nan, nan) if low > high else (low, high)
