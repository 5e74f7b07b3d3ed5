"""Knots of a time axis without gaps: samples between which time increases by even steps.

A time axis without gaps has the sample number as x. Between two neighbouring knots, a straight line converts between
sample and time, so that a few thousand knots describe any number of samples.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST = 20_000  # knots; 400 kB of JSON
_PIECE = 1 << 20  # samples per read: 8 MB
_SAME = 1e-4  # largest difference of two even steps, in usual steps
_EXACT = 1e-3  # largest distance of a time from the line, in usual steps


def knots(times: NDArray[Any], usual: float) -> NDArray[np.int64] | None:
    """The first and last sample of each run of even steps; ascending, with the first and the last of all.

    None where no straight lines describe the times: two samples have the same time, or more than :data:`MOST` knots
    would be needed.

    Args:
        times: ascending, int64 or float64 [rows].
        usual: the usual step, in the unit of ``times``.
    """
    rows = len(times)
    if rows < 2 or usual <= 0:
        return None
    bends, count = [np.array([0], np.int64)], 1
    for first in range(0, rows - 1, _PIECE):
        before = max(first - 1, 0)
        steps = np.diff(times[before : first + _PIECE + 1])
        if not (steps > 0).all():
            return None
        bends.append(np.flatnonzero(np.abs(np.diff(steps)) > _SAME * usual) + before + 1)
        count += len(bends[-1])
        if count >= MOST:
            return None
    indices = np.concatenate([*bends, [rows - 1]])
    return indices if _describes(indices, times, usual) else None


def _describes(indices: NDArray[np.int64], times: NDArray[Any], usual: float) -> bool:
    """True if no time is far from the line between its knots."""
    lines = (times[indices] - times[0]).astype(np.float64)
    for first in range(0, len(times), _PIECE):
        part = (times[first : first + _PIECE] - times[0]).astype(np.float64)
        drawn = np.interp(np.arange(first, first + len(part)), indices, lines)
        if np.abs(drawn - part).max() > _EXACT * usual:
            return False
    return True
