"""Map the times or row numbers of an imported label to samples.

An edge with exactly the time of a sample is that sample; the first one if several have equal times, for starts and
ends, because a click does the same and saved labels must be restored. An edge within half the usual step of a sample
is moved to it. An edge further away is in a gap, and is moved to the nearest sample inside the label. An edge beyond
the recording is clipped to its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.storage.paths import quoted
from services.timeseries import Store, TimeKind
from services.timeseries.durations import span_text

DATES = (TimeKind.DATETIME, TimeKind.NAIVE)
_MILLISECOND = 1_000_000  # nanoseconds


class PlacementResult(StrEnum):
    """Result of placing an imported label."""

    MATCHED = "matched"
    MOVED = "moved"
    CLIPPED = "clipped"
    UNMATCHED = "unmatched"


class UnplacedError(Exception):
    """The reason why a label has no place in a recording."""


@dataclass(frozen=True)
class Placement:
    """First and last sample of a label; ``words`` describe adjustments."""

    start: int
    end: int
    fate: PlacementResult = PlacementResult.MATCHED
    words: str = ""


class Placer(Protocol):
    """Converts the edges of a label from text to samples."""

    def read(self, start: str, end: str) -> Placement:
        """The samples of the edges.

        Raises:
            UnplacedError: there are none.
        """


class ByTime:
    """Edges are times of the recording's kind; dates without a zone are UTC.

    A shift of at most ``slack`` usual steps is not reported. ``tell_equal``: report edges whose time several samples
    have.
    """

    def __init__(self, store: Store, slack: float = 0.0, tell_equal: bool = False) -> None:
        self._store = store
        self._tell_equal = tell_equal
        self._dates = store.info.time.kind in DATES
        self._first, self._last = store.instant(0), store.instant(store.rows - 1)
        self._half = store.info.time.step / 2 * (_MILLISECOND if self._dates else 1)
        self._slack = slack * store.info.time.step

    def read(self, start: str, end: str) -> Placement:
        """See :class:`Placer`."""
        return self.place(self._parsed(start, "start"), self._parsed(end, "end"))

    def place(self, start: float, end: float) -> Placement:
        """The samples between two times (see ``Store.instant``), in either order.

        Raises:
            UnplacedError: there are none.
        """
        swapped = ["start and end swapped"] if start > end else []
        start, end = min(start, end), max(start, end)
        if self._first - end > self._half:
            raise UnplacedError("it ends before the recording begins")
        if start - self._last > self._half:
            raise UnplacedError("it starts after the recording ends")
        first, problem = self._edge(start, "start")
        last, also = self._edge(end, "end")
        if first > last:
            raise UnplacedError("it is in a gap between two samples")
        words = [*swapped, *filter(None, (problem, also))]
        fate = PlacementResult.MOVED if words else PlacementResult.MATCHED
        return Placement(
            first, last, PlacementResult.CLIPPED if "clipped" in problem + also else fate, "; ".join(words)
        )

    def _parsed(self, text: str, name: str) -> int | float:
        value = self._store.read_instant(text.strip())
        if value is None:
            kind = "date such as 2024-01-31T10:00:00+00:00" if self._dates else "number"
            raise UnplacedError(f"its {name} {quoted(text, 40)} is not a {kind}, as the times here are")
        return value

    def _edge(self, instant: float, name: str) -> tuple[int, str]:
        """The sample of an edge, and a description of the adjustment."""
        store = self._store
        after, stop = store.samples_at(instant)
        if after < stop:
            several = self._tell_equal and stop - after > 1
            return (
                after,
                f"several samples have the time of its {name}, the first was taken" if several else "",
            )
        if after == store.rows and instant - self._last > self._half:
            return store.rows - 1, "clipped at the end"
        if after == 0 and self._first - instant > self._half:
            return 0, "clipped at the start"
        chosen = self._neighbour(instant, after, name)
        length = abs(store.instant(chosen) - instant) / (_MILLISECOND if self._dates else 1)
        return (
            chosen,
            "" if length <= self._slack else f"{name} moved by {span_text(store.info.time, length)}",
        )

    def _neighbour(self, instant: float, after: int, name: str) -> int:
        """The sample for an instant between samples ``after - 1`` and ``after``."""
        store = self._store
        if after == 0:
            return 0
        before = store.samples_at(store.instant(after - 1))[0]
        if after == store.rows:
            return before
        to_before, to_after = instant - store.instant(before), store.instant(after) - instant
        if min(to_before, to_after) > self._half:
            return after if name == "start" else before
        return before if to_before <= to_after else after


class BySample:
    """Edges are sample indices; their saved times must equal those of the samples."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def place(self, samples: tuple[int, int], start: str, end: str) -> Placement:
        """The samples, after the check.

        Raises:
            UnplacedError: the samples do not exist, or have other times.
        """
        first, last = samples
        if not 0 <= first <= last < self._store.rows:
            raise UnplacedError(f"the recording has the samples 0 to {self._store.rows - 1:,}")
        for name, index, text in (("start", first, start), ("end", last, end)):
            if self._store.read_instant(text.strip()) != self._store.instant(index):
                raise UnplacedError(f"its {name} is sample {index:,}, but {quoted(text, 40)} is not its time")
        return Placement(first, last)


class ByRow:
    """Edges are row numbers of the source, counted from 0."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, start: str, end: str) -> Placement:
        """See :class:`Placer`."""
        return self.place(_row(start, "start"), _row(end, "end"))

    def place(self, start: int, end: int) -> Placement:
        """The samples of rows, in either order.

        Raises:
            UnplacedError: there are none, or they are not adjacent in time.
        """
        rows = self._store.source_count
        swapped = ["start and end swapped"] if start > end else []
        start, end = min(start, end), max(start, end)
        if end < 0 or start >= rows:
            raise UnplacedError(f"the recording has the rows 0 to {rows - 1:,}")
        words = [
            *swapped,
            *(["clipped at the start"] if start < 0 else []),
            *(["clipped at the end"] if end >= rows else []),
        ]
        fate = (
            PlacementResult.CLIPPED
            if len(words) > len(swapped)
            else PlacementResult.MOVED
            if words
            else PlacementResult.MATCHED
        )
        return Placement(*self._in_time(max(start, 0), min(end, rows - 1)), fate, "; ".join(words))

    def _in_time(self, start: int, end: int) -> tuple[int, int]:
        if not self._store.info.reading.sorted:
            return start, end
        places = self._samples[start : end + 1]
        first, last = int(places.min()), int(places.max())
        if last - first + 1 != len(np.unique(places)):
            raise UnplacedError("its rows are not adjacent in time")
        return first, last

    @cached_property
    def _samples(self) -> NDArray[np.int64]:
        """Sample of each source row."""
        return self._store.row_samples()


def _row(text: str, name: str) -> int:
    try:
        value = float(text)
    except ValueError:
        value = 0.5
    if not value.is_integer():
        raise UnplacedError(f"its {name} {quoted(text, 40)} is not a row number")
    return int(value)
