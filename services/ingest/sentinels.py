"""Numbers that devices write for a missing value or an overload: -9999, 9.9E37."""

from __future__ import annotations

from math import inf

import numpy as np

from services.ingest.cells import shorten
from services.ingest.columns import FLOAT, ColumnFile
from services.ingest.plan import ReadingPlan

_SENTINELS = (
    -9999.0,
    -99999.0,
    -999999.0,
    -9999.9,
    -999.0,
    -999.9,
    -999.25,
    -99.9,
    9999.0,
    99999.0,
    999999.0,
    -32768.0,
    32767.0,
    65535.0,
    -2147483648.0,
    2147483647.0,
    4294967295.0,
    1e20,
)
_CERTAIN = frozenset(_SENTINELS[:4])
_OVERLOAD = 9e29  # 9.9e37 of instruments, fill values of CDF (-1e31) and NetCDF
_CHUNK = 1 << 18
_APART = 0.5  # relative to the number: minimum distance of the next value


def doubt_sentinels(plan: ReadingPlan, channels: list[str], files: list[ColumnFile]) -> None:
    """Add a doubt for each channel with such a number: it is kept, and an option makes it missing."""
    for name, file in zip(channels, files, strict=True):
        value = sentinel_in(file)
        if value is not None:
            shown = repr(value).removesuffix(".0")
            plan.doubt(
                f"“{shorten(name)}” has {shown}, which many devices write for an overload or a missing value; it is "
                f"kept as a number. If it is not a measurement, give {shown} as a word for missing with “Read it "
                "differently”.",
                {f"{shown} means missing": {"missing": [*plan.options.missing, shown]}},
            )


def sentinel_in(file: ColumnFile) -> float | None:
    """The number in a finished column that is probably not a measurement; None without one.

    The values are read only if one of the known numbers is between the minimum and the maximum.
    """
    for value in (file.low, file.high):
        if value in _CERTAIN or _OVERLOAD <= abs(value) < inf:
            return float(value)
    return next(
        (value for value in _SENTINELS if file.low <= value <= file.high and _stands_out(file, value)), None
    )


def _stands_out(file: ColumnFile, sentinel: float) -> bool:
    """Whether the number occurs and no other value is near it.

    A number of the first kind may be within the range of a signal; the others must be far outside of it.
    """
    extreme = sentinel in (file.low, file.high)
    if not extreme and (sentinel not in _CERTAIN or file.dtype != FLOAT):
        return False
    near = abs(sentinel) * _APART if extreme else 2.0
    count = near_count = 0
    values = file.so_far()
    for first in range(0, len(values), _CHUNK):
        part = values[first : first + _CHUNK]
        equal = part == sentinel
        count += int(np.count_nonzero(equal))
        near_count += int(np.count_nonzero((np.abs(part - sentinel) < near) & ~equal))
        if near_count:
            return False
    return count > 0
