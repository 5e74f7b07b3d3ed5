"""Where round sample numbers are, for ticks of an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from services.timeseries.store import Store

_ROUND = (1, 2, 5)
MARGIN = 1  # margin on each side, in widths of the view; visible during a drag


def sample_ticks(store: Store, x0: float, x1: float, most: int) -> dict[str, Any]:
    """At most ``most`` round sample numbers between ``x0`` and ``x1``, and more in the margins.

    Returns ``{"index": [int], "x": [axis units]}``, ascending. Time steps may be uneven: each tick
    is at the time of its sample.
    """
    low, high = min(x0, x1), max(x0, x1)
    start, stop = store.span(low, high)
    step = round_step((stop - start) / max(1, most))
    margin = (high - low) * MARGIN
    first, last = store.span(low - margin, high + margin)
    first = max(first, start - 3 * most * step)  # there may be many samples just outside the view
    last = min(last, stop + 3 * most * step)
    indices = np.arange(-(-first // step) * step, last, step, dtype=np.int64)
    return {"index": indices.tolist(), "x": store.x_of(indices).tolist()}


def round_step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is at least ``least``.

    >>> round_step(13)
    20
    """
    power = 1
    while True:
        for factor in _ROUND:
            if factor * power >= least:
                return factor * power
        power *= 10
