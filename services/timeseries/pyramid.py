"""Min/max pyramid of a channel.

One ``.npy`` file holds all levels, one after another. A record is one bucket: its minimum and maximum (missing
samples ignored; both NaN if all are missing) and their positions in the bucket. Level 0 has buckets of 256 samples,
each further level twice as many; the last bucket of a level may be shorter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

BUCKET = 256
RECORD = np.dtype([("min", "<f8"), ("max", "<f8"), ("argmin", "<u4"), ("argmax", "<u4")])
Records = NDArray[np.void]
_CHUNK = 1 << 17  # records per step when coarsening: 3 MB


def level_sizes(rows: int) -> list[int]:
    """Number of buckets of each level, finest first; the last level has one bucket."""
    sizes = [-(-rows // BUCKET)] if rows else []
    while sizes and sizes[-1] > 1:
        sizes.append(-(-sizes[-1] // 2))
    return sizes


def level_starts(rows: int) -> list[int]:
    """Index of the first record of each level in the file, and the total number of records."""
    return [0, *np.cumsum(level_sizes(rows), dtype=np.int64).tolist()]


def reduce_buckets(values: NDArray[np.generic], size: int) -> Records:
    """Records of ``values`` in buckets of ``size`` samples; the last bucket may be shorter."""
    whole = len(values) // size
    records = np.empty(-(-len(values) // size), RECORD)
    _reduce_whole(values[: whole * size].reshape(whole, size), records[:whole])
    if len(records) > whole:
        _reduce_whole(values[whole * size :].reshape(1, -1), records[whole:])
    return records


def _reduce_whole(table: NDArray[np.generic], records: Records) -> None:
    """Fill ``records`` [n] from ``table`` [n, size]."""
    if not len(table):
        return
    low, high = table.argmin(1), table.argmax(1)
    rows = np.arange(len(table))
    records["min"], records["max"] = table[rows, low], table[rows, high]
    records["argmin"], records["argmax"] = low, high
    holes = np.flatnonzero(np.isnan(records["min"]))  # argmin stops at the first NaN
    if len(holes):
        part = table[holes].astype(np.float64)
        missing, rows = np.isnan(part), np.arange(len(part))
        low = np.where(missing, np.inf, part).argmin(1)
        high = np.where(missing, -np.inf, part).argmax(1)
        records["min"][holes], records["max"][holes] = part[rows, low], part[rows, high]
        records["argmin"][holes], records["argmax"][holes] = low, high


def coarsen(records: Records, half: int) -> Records:
    """The next level: pairs of ``records`` with buckets of ``half`` samples are merged."""
    result = records[0::2].copy()
    right = records[1::2]
    left = result[: len(right)]
    for value, place, better in (("min", "argmin", np.less), ("max", "argmax", np.greater)):
        take = better(right[value], left[value]) | (np.isnan(left[value]) & ~np.isnan(right[value]))
        left[value][take] = right[value][take]
        left[place][take] = right[place][take] + np.uint32(half)
    return result


def append_levels(file: BinaryIO, start: int, rows: int) -> None:
    """Write the levels above 0 after level 0, which begins at byte ``start`` of ``file`` (open ``r+b``)."""
    sizes, starts = level_sizes(rows), level_starts(rows)
    for level in range(1, len(sizes)):
        for first in range(0, sizes[level - 1], _CHUNK):
            count = min(_CHUNK, sizes[level - 1] - first)
            file.seek(start + (starts[level - 1] + first) * RECORD.itemsize)
            finer = np.frombuffer(file.read(count * RECORD.itemsize), RECORD)
            file.seek(start + (starts[level] + first // 2) * RECORD.itemsize)
            file.write(coarsen(finer, BUCKET << (level - 1)).tobytes())


class Levels:
    """Read access to a pyramid file."""

    def __init__(self, records: Records, rows: int) -> None:
        """``records`` is the memory map of the file."""
        self._records = records
        self._starts = level_starts(rows)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def level(self, level: int) -> Records:
        """The buckets of one level."""
        return self._records[self._starts[level] : self._starts[level + 1]]

    def cover(self, first: int, last: int) -> Iterator[Records]:
        """Few runs of records of any level that cover the buckets ``first`` to ``last - 1`` of level 0."""
        level = 0
        while first < last:
            if level == len(self) - 1 or last - first <= _RUN:
                yield self.level(level)[first:last]
                return
            if first % 2:
                yield self.level(level)[first : first + 1]
            if last % 2:
                yield self.level(level)[last - 1 : last]
            first, last, level = -(-first // 2), last // 2, level + 1


_RUN = 512  # records; up to this number, reading level 0 is faster than using coarser levels
