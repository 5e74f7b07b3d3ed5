"""Convert naive local timestamps to UTC for a time zone chosen by the user."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from services.timeseries.clock import NANOSECONDS, offset_seconds, offset_text

Nanoseconds = NDArray[np.int64]


class GapError(Exception):
    """A local time that does not exist in the zone (skipped when daylight saving time begins)."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


class LocalClock:
    """Reads a file's clock block by block, in the order of its rows.

    A local time that occurs twice (at the end of daylight saving time) is the first one, until the times of the file
    step back within that hour; later rows are the second one.
    """

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.offsets: set[int] = set()  # in seconds, in order of occurrence
        self._fixed = zone == "UTC" or zone[0] in "+-"
        self._before: int | None = None  # last time of the previous block, if it occurs twice
        self._again = False  # it was the second occurrence

    def instants(self, local: Nanoseconds) -> Nanoseconds:
        """Convert local times (as nanoseconds since 1970, as if they were UTC) to nanoseconds since 1970 UTC.

        Raises:
            GapError: a local time does not exist.
        """
        if self._fixed:
            self.offsets.add(offset_seconds(self.zone))
            return local - offset_seconds(self.zone) * NANOSECONDS
        first, second = self._read(local, "earliest"), self._read(local, "latest")
        twice = first != second
        if twice.any():
            self._refuse_gap(local, first, twice)
            first = np.where(self._seconds(local, twice), second, first)
        else:
            self._before, self._again = None, False
        self.offsets.update(int(offset) // NANOSECONDS for offset in np.unique(local - first))
        return first

    def _read(self, local: Nanoseconds, which: str) -> Nanoseconds:
        times = pa.array(local, pa.timestamp("ns"))
        instants = pc.assume_timezone(times, self.zone, ambiguous=which, nonexistent=which)
        result: Any = instants.cast(pa.int64()).to_numpy()
        return np.asarray(result, np.int64)

    def _refuse_gap(self, local: Nanoseconds, first: Nanoseconds, twice: NDArray[np.bool_]) -> None:
        rows = np.flatnonzero(twice)
        shown = pc.local_timestamp(pa.array(first[rows], pa.timestamp("ns", self.zone))).cast(pa.int64())
        missing = rows[np.asarray(shown.to_numpy()) != local[rows]]
        if len(missing):
            raise GapError(int(missing[0]))

    def _seconds(self, local: Nanoseconds, twice: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Rows after a step back within a run of local times that occur twice."""
        before = np.concatenate([local[:1] if self._before is None else [self._before], local[:-1]])
        back = twice & (local < before)
        back[0] = back[0] and self._before is not None
        inside = np.concatenate([[self._before is not None], twice[:-1]])
        steps = np.cumsum(back & inside)
        entered = twice & ~inside
        base = np.maximum.accumulate(np.where(entered, steps, 0))  # steps counted before this run
        result: NDArray[np.bool_] = twice & (steps > base)
        if self._again:  # the run that began in the previous block continues
            result[: int(np.argmin(twice)) if not twice.all() else len(twice)] = True
        self._before = int(local[-1]) if twice[-1] else None
        self._again = bool(result[-1])
        return result

    def shown(self) -> str:
        """Display zone: the offset of all times so far if it is constant, otherwise UTC."""
        offset = next(iter(self.offsets)) if len(self.offsets) == 1 else 0
        return "UTC" if offset == 0 or offset % 60 else self._text(offset)

    def spelt(self) -> str:
        """All offsets so far, as text."""
        return ", ".join(sorted(map(self._text, self.offsets)))

    @staticmethod
    def _text(offset: int) -> str:
        minutes = abs(offset) // 60
        return offset_text(f"{'-' if offset < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}")
