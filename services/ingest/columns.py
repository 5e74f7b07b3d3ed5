"""Column writer: append blocks, widen int64 to float64 in place, build the pyramid."""

from __future__ import annotations

from math import inf, isnan
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from services.ingest import npyfile
from services.timeseries.pyramid import BUCKET, RECORD, Records, append_levels, level_starts, reduce_buckets

INTEGER, FLOAT = np.dtype("<i8"), np.dtype("<f8")
EXACT = 2**53  # float64 represents whole numbers up to it exactly
Values = NDArray[Any]


class LossyError(Exception):
    """Converting whole numbers to float64 would change them."""


class ColumnFile:
    """Samples of one column in ``<stem>.npy``, and level 0 of its pyramid in ``<stem>.pyramid.npy``.

    ``held``: both are in memory until they are finished.
    """

    def __init__(self, folder: Path, stem: str, dtype: np.dtype[Any], held: bool = False) -> None:
        self._samples = npyfile.GrowingArray(folder / f"{stem}.npy", dtype, held)
        self._pyramid = npyfile.GrowingArray(folder / f"{stem}.pyramid.npy", RECORD, held)
        self.dtype = dtype
        self.rows = self.missing = 0
        self.low, self.high = inf, -inf
        self.latest = inf, -inf  # minimum and maximum of the last added cells
        self.rising = self.ordered = True  # strictly increasing, and non-decreasing
        self._last: Any = None
        self._rest = np.empty(0, dtype)  # samples of the incomplete bucket

    def append(self, cells: pa.ChunkedArray) -> None:
        """Add int64 or float64 cells; missing ones make an int64 column float64.

        Raises:
            LossyError: the column cannot become float64 exactly.
        """
        parts = [chunk for chunk in cells.chunks if len(chunk)]
        if self.dtype == INTEGER and any(
            part.null_count or pa.types.is_floating(part.type) for part in parts
        ):
            self.widen()
        self.extend([self._values(part) for part in parts], cells.null_count)

    def _values(self, part: pa.Array) -> Values:
        if pa.types.is_integer(part.type) and self.dtype == FLOAT:
            part = _exact_floats(part)
        if part.null_count:
            part = part.fill_null(float("nan"))
        return np.frombuffer(part.buffers()[1], self.dtype)[part.offset :][: len(part)]

    def extend(self, parts: list[Values], missing: int) -> None:
        """Add values of the column's own type, of which ``missing`` are NaN."""
        self.missing += missing
        self.latest = inf, -inf
        records = []
        for part in parts:
            self.rows += len(part)
            self._update_order(part, missing)
            records += self._whole_buckets(part)
            self._note_extremes(self._rest, self._rest)
        self._samples.append(*parts)
        self._pyramid.append(*records)

    def _whole_buckets(self, part: Values) -> list[Records]:
        """Records of the buckets that ``part`` completes; samples after them are kept in ``_rest``."""
        filled = -len(self._rest) % BUCKET
        begun, rest = np.concatenate([self._rest, part[:filled]]), part[filled:]
        if 0 < len(begun) < BUCKET:
            self._rest = begun
            return []
        whole = len(rest) // BUCKET * BUCKET
        self._rest = rest[whole:].copy()
        records = [reduce_buckets(values, BUCKET) for values in (begun, rest[:whole])]
        for made in records:
            self._note_extremes(made["min"], made["max"])
        return records

    def _note_extremes(self, low: Values, high: Values) -> None:
        if len(low):
            smallest, largest = np.fmin.reduce(low).item(), np.fmax.reduce(high).item()
            if not isnan(smallest):  # otherwise all cells are missing
                self.latest = min(self.latest[0], smallest), max(self.latest[1], largest)
                self.low, self.high = min(self.low, smallest), max(self.high, largest)

    def _update_order(self, values: Values, missing: int) -> None:
        """Update whether the column is increasing."""
        if not self.ordered and not self.rising:
            return
        if missing:
            self.rising = self.ordered = False
            return
        if self._last is not None:
            self.rising &= bool(values[0] > self._last)
            self.ordered &= bool(values[0] >= self._last)
        self.rising = self.rising and bool((values[1:] > values[:-1]).all())
        self.ordered = self.rising or (self.ordered and bool((values[1:] >= values[:-1]).all()))
        self._last = values[-1]

    def widen(self) -> None:
        """Convert an int64 column to float64 in place.

        Raises:
            LossyError: a number is beyond 2**53.
        """
        if self.rows and not -EXACT < self.low <= self.high < EXACT:  # they were rounded
            raise LossyError
        if self.rows:
            self.rewrite(lambda values: values.astype(FLOAT), FLOAT)
        self.dtype, self._rest = FLOAT, self._rest.astype(FLOAT)

    def rewrite(self, change: Any, dtype: np.dtype[Any]) -> None:
        """Replace the data by ``change(data)``, piece by piece."""
        self._samples.rewrite(change, (self.dtype, dtype), self.rows)
        self.dtype = dtype

    def finish(self, stem: str) -> None:
        """Complete both files and give them their final names."""
        if len(self._rest):
            self._pyramid.append(reduce_buckets(self._rest, BUCKET))
        with self._pyramid.opened() as file:
            append_levels(file, npyfile.header_size(RECORD), self.rows)
        self._pyramid.finish(f"{stem}.pyramid", RECORD, level_starts(self.rows)[-1])
        self._samples.finish(stem, self.dtype, self.rows)

    def finish_plain(self, stem: str) -> None:
        """Complete the data file only and give it its final name; the pyramid is deleted."""
        self._samples.finish(stem, self.dtype, self.rows)
        self._pyramid.remove()

    def flush(self) -> None:
        """Write the samples so far to the disk."""
        self._samples.flush()

    def remove(self) -> None:
        """Delete both files."""
        self._samples.remove()
        self._pyramid.remove()

    def so_far(self) -> npyfile.Slices:
        """The data written so far."""
        return self._samples.values(self.dtype, self.rows)


def _exact_floats(part: pa.Array) -> pa.Array:
    """int64 cells as float64.

    Raises:
        LossyError: one of them is beyond 2**53.
    """
    try:
        return part.cast(pa.float64())
    except pa.ArrowInvalid:
        raise LossyError from None
