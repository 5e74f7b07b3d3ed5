"""Numbers that devices write for a missing value or an overload: -9999, 9.9E37."""

from __future__ import annotations

from math import inf

import numpy as np

from services.ingest.cells import shorten
from services.ingest.columns import FLOAT, ColumnFile
from services.ingest.plan import ReadingPlan

_KNOWN = (-9999.0, -99999.0, -999999.0, -9999.9, -999.0, -999.9, -99.9, 9999.0, 99999.0, 999999.0, -32768.0)
_CERTAIN = frozenset(_KNOWN[:4])
_OVERLOAD = 9e36  # 9.9e37 of instruments, fill values of NetCDF
_CHUNK = 1 << 18
_APART = 0.5  # of the number: the least distance of adjacent values


def doubt_sentinels(plan: ReadingPlan, channels: list[str], files: list[ColumnFile]) -> None:
    """Say of each channel with such a number that it is kept, and how to make it missing."""
    for name, file in zip(channels, files, strict=True):
        value = sentinel_in(file)
        if value is not None:
            shown = repr(value).removesuffix(".0")
            plan.doubt(
                f"“{shorten(name)}” has {shown}, which many devices write for an overload or a missing "
                f"value; it is kept as a number. If it is none, give {shown} as a word for missing with “Read it "
                "differently”."
            )


def sentinel_in(file: ColumnFile) -> float | None:
    """The number in a finished column that is likely no measurement; None without one.

    Only the extremes are known without reading; the values are read where one of the known numbers is within them.
    """
    for value in (file.low, file.high):
        if value in _CERTAIN or _OVERLOAD <= abs(value) < inf:
            return float(value)
    return next((one for one in _KNOWN if file.low <= one <= file.high and _stands_out(file, one)), None)


def _stands_out(file: ColumnFile, sentinel: float) -> bool:
    """Is the number there, and no other one near it?

    A number of the first kind may lie within the range of a signal; one of the others must lie far outside of it.
    """
    extreme = sentinel in (file.low, file.high)
    if not extreme and (sentinel not in _CERTAIN or file.dtype != FLOAT):
        return False
    near = abs(sentinel) * _APART if extreme else 2.0
    count = beside = 0
    values = file.pieces()
    for first in range(0, len(values), _CHUNK):
        part = values[first : first + _CHUNK]
        equal = part == sentinel
        count += int(np.count_nonzero(equal))
        beside += int(np.count_nonzero((np.abs(part - sentinel) < near) & ~equal))
        if beside:
            return False
    return count > 0
