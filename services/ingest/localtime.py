"""Convert naive local timestamps to UTC for a time zone chosen by the user."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from services.ingest.timeaxis import is_newest_first
from services.timeseries.clock import NANOSECONDS, offset_seconds, offset_text

Nanoseconds = NDArray[np.int64]


class LocalTimeError(Exception):
    """A local time that does not exist in the zone (skipped when daylight saving time begins), or that occurs twice
    in it, where the order of the rows does not show which one it is."""

    def __init__(self, row: int, problem: str) -> None:
        super().__init__(row)
        self.row, self.problem = row, problem


class LocalClock:
    """Reads a file's clock block by block, in the order of its rows.

    A local time that occurs twice (at the end of daylight saving time) is the first one, until the times of the file
    step back within that hour; later rows are the second one. If the newest row is first, it is the other way round.
    """

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.offsets: set[int] = set()  # in seconds, in order of occurrence
        self._fixed = zone == "UTC" or zone[0] in "+-"
        self._before: int | None = None  # last time of the previous block, if it occurs twice
        self._again = False  # it was the second occurrence
        self._newest_first: bool | None = None  # of the first rows

    def instants(self, local: Nanoseconds, last: bool) -> Nanoseconds:
        """Convert local times (as nanoseconds since 1970, as if they were UTC) to nanoseconds since 1970 UTC.

        Args:
            last: these are the last rows of the file.

        Raises:
            LocalTimeError: a local time does not exist, or may be each of two instants.
        """
        if self._fixed:
            self.offsets.add(offset_seconds(self.zone))
            return local - offset_seconds(self.zone) * NANOSECONDS
        if self._newest_first is None:
            self._newest_first = is_newest_first(local)
        first, second = self._read(local, "earliest"), self._read(local, "latest")
        twice = first != second
        if twice.any():
            self._refuse_gap(local, first, twice)
            later = (
                self._newest_seconds(local, twice, last)
                if self._newest_first
                else self._seconds(local, twice)
            )
            first = np.where(later, second, first)
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
            raise LocalTimeError(
                int(missing[0]),
                f"does not exist in {self.zone}, where clocks were set forward past it; choose another zone",
            )

    def _newest_seconds(self, local: Nanoseconds, twice: NDArray[np.bool_], last: bool) -> NDArray[np.bool_]:
        """Rows before a step forward within a run of local times that occur twice."""
        later = self._seconds(local[::-1], twice[::-1])[::-1]
        self._before, self._again = None, False
        start = len(local) - int(np.argmin(twice[::-1])) if not twice.all() else 0  # of the run at the end
        if twice[-1] and not last and not later[start:].any():
            raise self._ambiguous(len(local) - 1)
        return later

    def _ambiguous(self, row: int) -> LocalTimeError:
        return LocalTimeError(
            row,
            f"occurs twice in {self.zone}, and the order of the rows does not show which one it is; write the times "
            "with their offset, such as 2023-10-29 02:30:00+01:00, and add the file again",
        )

    def _seconds(self, local: Nanoseconds, twice: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Rows after a step back within a run of local times that occur twice."""
        before = np.concatenate([local[:1] if self._before is None else [self._before], local[:-1]])
        equal = local[1:] == local[:-1]
        once = not (equal & ~twice[1:]).any()  # so a time that is there two times in the hour is each of both
        back = twice & ((local < before) | (once & (local == before)))
        back[0] = back[0] and self._before is not None
        inside = np.concatenate([[self._before is not None], twice[:-1]])
        steps = np.cumsum(back & inside)
        entered = twice & ~inside
        base = np.maximum.accumulate(np.where(entered, steps, 0))  # steps counted before this run
        folds = np.where(twice, steps - base, 0)
        if self._again:  # the run that began in the previous block continues
            folds[: int(np.argmin(twice)) if not twice.all() else len(twice)] += 1
        if (folds > 1).any():
            raise self._ambiguous(int(np.argmax(folds > 1)))
        result: NDArray[np.bool_] = folds > 0
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
