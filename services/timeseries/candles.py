"""Candles of the visible range: open, high, low and close of equal runs of samples.

A view of few samples is drawn sample by sample. Otherwise the samples are cut in buckets of a power of two, at
absolute multiples of their size, so that panning moves the same candles. Open is the first and close the last
non-missing value of the bucket; high and low are the extremes of those columns, from the pyramid. Values are not
corrected where high is below close.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log2

import numpy as np
from numpy.typing import NDArray

from services.errors import Invalid
from services.timeseries.store import Store
from services.timeseries.window import MAX_PIXELS, Floats, Indices, Run, bucket_records

NARROWEST = 5  # minimum width of a candle, in pixels


@dataclass(frozen=True)
class Candles:
    """Candles [n] in time order; ``samples`` is the number of samples per candle, ``x`` the time of the middle sample.

    All four are NaN where a column has only missing values in the bucket.
    """

    samples: int
    x: Floats
    open: Floats
    high: Floats
    low: Floats
    close: Floats


def candles(store: Store, x0: float, x1: float, pixels: int, columns: Sequence[int]) -> Candles:
    """The candles of the view ``x0`` to ``x1`` and of a margin of half a view on each side.

    Args:
        columns: channels of open, high, low and close.

    Raises:
        Invalid: they are not four channels of this recording.
    """
    if len(columns) != 4 or any(not 0 <= column < len(store.info.channels) for column in columns):
        raise Invalid("Candles need the four channels open, high, low and close.")
    x0, x1, pixels = min(x0, x1), max(x0, x1), min(pixels, MAX_PIXELS)
    start, stop = store.span(x0, x1)
    margin = (x1 - x0) / 2
    first, last = store.span(x0 - margin, x1 + margin)
    # Around a view of a time gap there may be many more samples than in it.
    size = max(candle_size(stop - start, pixels), candle_size(last - first, 4 * pixels))
    run = Run(first // size * size, min(-(-last // size) * size, store.rows), size)
    return _candles(store, run, columns)


def candle_size(samples: int, pixels: int) -> int:
    """Samples per candle: the smallest power of two that makes candles wide enough."""
    most = max(1, pixels // NARROWEST)
    return 1 if samples <= most else 1 << ceil(log2(samples / most))


def _candles(store: Store, run: Run, columns: Sequence[int]) -> Candles:
    starts = np.arange(run.first, run.last, run.size, dtype=np.int64)
    ends = np.minimum(starts + run.size, run.last)
    opening, high, low, closing = columns
    values = [
        _edges(store, opening, starts, ends, forward=True),
        bucket_records(store, high, run)["max"].astype(np.float64),
        bucket_records(store, low, run)["min"].astype(np.float64),
        _edges(store, closing, starts, ends, forward=False),
    ]
    whole = ~np.isnan(values).any(axis=0)
    x = store.x_of((starts + ends - 1) // 2)
    return Candles(run.size, x, *(np.where(whole, value, np.nan) for value in values))


def _edges(store: Store, channel: int, starts: Indices, ends: Indices, *, forward: bool) -> Floats:
    """First or last non-missing value of each bucket; NaN where all are missing."""
    data = store.channel(channel)
    edge: Floats = np.asarray(data[starts if forward else ends - 1]).astype(np.float64)
    for place in np.flatnonzero(np.isnan(edge)):
        edge[place] = _first_kept(data, int(starts[place]), int(ends[place]), forward=forward)
    return edge


def _first_kept(data: NDArray[np.generic], start: int, end: int, *, forward: bool) -> float:
    """First or last non-missing value of ``start`` to ``end - 1``, read in pieces."""
    pieces = range(start, end, _PIECE)
    pick: Callable[[NDArray[np.int64]], int] = (lambda kept: kept[0]) if forward else (lambda kept: kept[-1])
    for first in pieces if forward else reversed(pieces):
        part = np.asarray(data[first : min(first + _PIECE, end)]).astype(np.float64)
        kept = np.flatnonzero(~np.isnan(part))
        if len(kept):
            return float(part[pick(kept)])
    return float("nan")


_PIECE = 1 << 16  # samples
