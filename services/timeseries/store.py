"""A stored recording: samples, times and source text, read from its folder through memory maps.

The folder ``<sha[:2]>/<sha>/`` holds ``meta.json`` (:class:`StoreInfo`), ``time.npy`` (int64 nanoseconds
since 1970 for dates, int64 or float64 numbers otherwise; absent when the row number is the time),
``gaps.npy`` (sample after each gap), ``order.npy`` (source row of each sample, only when the rows were
sorted), ``samples.npy`` (sample of each source row, only when a sample is several rows), ``lines.npy`` (sparse
index of the source: row, byte) and for each channel ``c<i>.npy`` and its pyramid ``c<i>.pyramid.npy``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from math import isfinite
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from services.errors import Invalid, NotFound
from services.timeseries.clock import instant_text, offset_text, parse_instant
from services.timeseries.info import ChannelInfo, Reading, StoreInfo, TimeInfo, TimeKind
from services.timeseries.knots import knots
from services.timeseries.lines import read_row
from services.timeseries.mapped import mapped
from services.timeseries.moments import moments
from services.timeseries.pyramid import Levels

__all__ = ["ChannelInfo", "Reading", "Store", "StoreInfo", "TimeInfo", "TimeKind"]

META = "meta.json"
MOST_MAPS = 512  # per store: Linux allows 65,530 per process, and 64 stores are open
_MILLISECOND = 1_000_000  # nanoseconds
MOST_DIGITS = 18  # of a sample number; Python refuses to parse thousands


class Store:
    """Samples of one recording by index, by time and as text. Safe to share between threads."""

    def __init__(self, folder: Path, info: StoreInfo, source: Path | None = None) -> None:
        self.folder = folder
        self.info = info
        self._source = source
        self._maps: OrderedDict[str, NDArray[Any]] = OrderedDict()
        self._moments: dict[int, tuple[float, float]] = {}
        self._lock = Lock()

    @classmethod
    def open(cls, folder: Path, source: Path | None = None, units: Mapping[str, str] | None = None) -> Store:
        """Open a store folder; reads only ``meta.json``.

        Args:
            folder: written by :func:`services.ingest.ingest`.
            source: the file's own bytes; needed only by :meth:`source_line`.
            units: units of channels by name, in place of those in the file.

        Raises:
            NotFound: the folder is missing or incomplete.
        """
        try:
            info = StoreInfo.from_json((folder / META).read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotFound("The stored columns of this recording are missing; add the file again.") from error
        return cls(folder, info.with_units(units or {}), source)

    @property
    def key(self) -> str:
        """Name of the folder: hash of the bytes, and of the reading options."""
        return self.folder.name

    @property
    def rows(self) -> int:
        """Number of samples."""
        return self.info.rows

    def channel(self, index: int) -> NDArray[Any]:
        """Samples of a channel, int64 or float64 [rows], as a memory map."""
        return self._map(f"c{index}.npy")

    def levels(self, index: int) -> Levels:
        """The pyramid of a channel."""
        return Levels(self._map(f"c{index}.pyramid.npy"), self.rows)

    def moments(self, index: int) -> tuple[float, float]:
        """Mean and standard deviation of a channel; computed once, then cached.

        Raises:
            Invalid: unknown channel.
        """
        self._described(index)
        if index not in self._moments:
            self._moments[index] = moments(self.channel(index))
        return self._moments[index]

    def scale(self, index: int, name: str) -> tuple[float, float] | None:
        """Offset and unit of a channel on the scale ``z`` (standard scores) or ``one`` (0 to 1 over the file).

        None if all samples are missing.

        Raises:
            Invalid: unknown channel.
        """
        channel = self._described(index)
        whole = channel.minimum, channel.maximum - channel.minimum
        offset, unit = self.moments(index) if name == "z" else whole
        return (offset, unit or 1.0) if isfinite(offset) else None

    def _described(self, index: int) -> ChannelInfo:
        if not 0 <= index < len(self.info.channels):
            raise Invalid("This recording has no such channel.")
        return self.info.channels[index]

    @cached_property
    def gaps(self) -> NDArray[np.int64]:
        """Index of the sample after each time gap, ascending."""
        return self._map("gaps.npy") if self.info.time.gaps else np.empty(0, np.int64)

    @cached_property
    def by_sample(self) -> Store:
        """The same samples with their numbers as times: the time axis without gaps."""
        time = replace(self.info.time, kind=TimeKind.ROW, first=0.0, last=self.rows - 1.0, step=1.0)
        other = Store(self.folder, replace(self.info, time=time), self._source)
        other._maps, other._moments, other._lock = self._maps, self._moments, self._lock
        return other

    @cached_property
    def knots(self) -> NDArray[np.int64] | None:
        """Samples between which steps are even (see :mod:`services.timeseries.knots`); None if there are none."""
        if self._time is None:
            return None
        return knots(self._time, self.info.time.step * (_MILLISECOND if self.dated else 1))

    def first_at(self, places: ArrayLike) -> NDArray[np.int64]:
        """For each axis position the first sample at it or after it; :attr:`rows` after the last."""
        points = np.asarray(places, np.float64)
        if self._time is None:
            return np.clip(np.ceil(points), 0, self.rows).astype(np.int64)
        if self._time.dtype.kind == "f":
            return np.asarray(self._time.searchsorted(points), np.int64)
        scale = _MILLISECOND if self.dated else 1
        whole = np.floor(points)
        instants = whole.astype(np.int64) * scale + np.ceil((points - whole) * scale).astype(np.int64)
        return np.asarray(self._time.searchsorted(instants), np.int64)  # of floats would copy all times

    @cached_property
    def dated(self) -> bool:
        """True if times are dates."""
        return self.info.time.kind in {TimeKind.DATETIME, TimeKind.NAIVE}

    @cached_property
    def _time(self) -> NDArray[Any] | None:
        return None if self.info.time.kind is TimeKind.ROW else self._map("time.npy")

    def x_of(self, indices: ArrayLike) -> NDArray[np.float64]:
        """Axis positions of samples: milliseconds since 1970 for dates, else the number or the index."""
        chosen = np.asarray(indices, np.int64)
        if self._time is None:
            return chosen.astype(np.float64)
        return self._axis(self._time[chosen])

    def x_slice(self, start: int, stop: int) -> NDArray[np.float64]:
        """Axis positions of the samples ``start`` to ``stop - 1``; faster than :meth:`x_of`."""
        if self._time is None:
            return np.arange(start, stop, dtype=np.float64)
        return self._axis(self._time[start:stop])

    def _axis(self, times: NDArray[Any]) -> NDArray[np.float64]:
        if not self.dated:
            return times.astype(np.float64)
        whole, rest = np.divmod(times, _MILLISECOND)  # rounds once; int64 / 1e6 would round twice
        result: NDArray[np.float64] = whole + rest / _MILLISECOND
        return result

    def _x(self, index: int) -> float:
        """``x_of`` of one sample, with identical bits."""
        if self._time is None:
            return float(index)
        value = self._time.item(index)
        if not self.dated:
            return float(value)
        whole, rest = divmod(value, _MILLISECOND)
        return float(whole + rest / _MILLISECOND)

    def span(self, x0: float, x1: float) -> tuple[int, int]:
        """Half-open range of the samples with ``x0 <= x <= x1``; ``start == stop`` if there are none."""
        samples = range(self.rows)
        start = bisect_left(samples, x0, key=self._x)
        return start, max(start, bisect_right(samples, x1, lo=start, key=self._x))

    def nearest(self, x: float) -> int:
        """Index of the sample nearest to ``x``; the earliest one in case of ties and equal times."""
        after = bisect_left(range(self.rows), x, key=self._x)
        if after == 0:
            return 0
        before = self._x(after - 1)
        if after < self.rows and self._x(after) - x < x - before:
            return after
        return bisect_left(range(after), before, key=self._x)

    def time_text(self, index: int) -> str:
        """Exact time of a sample in the file's zone: ``2023-12-25 02:50:00.125+00:00`` or ``0.002``."""
        if not self.dated:
            return self._number_text(index)
        zone = self.info.time.zone
        offset = offset_text(zone) if self.info.time.kind is TimeKind.DATETIME else ""
        return instant_text(self._instant(index), zone) + offset

    def time_saved(self, index: int) -> str:
        """Time of a sample as in saved labels: ISO 8601 with offset (UTC if without a zone), or the number."""
        if not self.dated:
            return self._number_text(index)
        zone = self.info.time.zone
        return instant_text(self._instant(index), zone, "T") + offset_text(zone)

    def index_of_saved(self, text: str) -> int:
        """Inverse of :meth:`time_saved`; the first of several samples with equal times.

        Raises:
            Invalid: ``text`` is not a time, or no sample has it.
        """
        instant = self.read_instant(text)
        if instant is None:
            raise Invalid(f"“{text}” is not a time of this recording's kind.")
        sample, stop = self.samples_at(instant)
        if sample == stop:
            raise Invalid(f"No sample of this recording has the time “{text}”.")
        return sample

    def sample_numbered(self, text: str) -> int:
        """Parse a sample number typed by a user.

        Raises:
            Invalid: the number is malformed or out of range.
        """
        if not text.isdecimal() or len(text) > MOST_DIGITS or int(text) >= self.rows:
            raise Invalid(f"A sample is # and a whole number from 0 to {self.rows - 1:,}.")
        return int(text)

    def read_instant(self, text: str) -> int | float | None:
        """The time of ``text`` as :meth:`instant` returns it; None if it is not a time of this kind."""
        parsed = _parse_saved(text, self.dated)
        if isinstance(parsed, int) and self._time is not None and self._time.dtype.kind == "f":
            try:
                return float(parsed)  # a whole number above 2**53 is rounded to the nearest float
            except OverflowError:
                return None
        return parsed

    def instant(self, index: int) -> int | float:
        """Stored time of a sample: nanoseconds since 1970 for dates, else the number or the index."""
        value: int | float = index if self._time is None else self._time.item(index)
        return value

    def samples_at(self, instant: float) -> tuple[int, int]:
        """Half-open range of the samples with exactly this time (see :meth:`instant`)."""
        samples = range(self.rows)
        start = bisect_left(samples, instant, key=self.instant)
        return start, bisect_right(samples, instant, lo=start, key=self.instant)

    def source_rows(self, start: int, stop: int) -> NDArray[np.int64]:
        """Data row of the source (from 0) of each sample from ``start`` to ``stop - 1``; the first one
        where a sample is several rows."""
        if not self.info.reading.sorted:
            return np.arange(start, stop, dtype=np.int64)
        return np.asarray(self._map("order.npy")[start:stop], np.int64)

    @property
    def source_count(self) -> int:
        """Number of data rows of the source; not that of samples for a long table or joined tables."""
        return len(self._map("samples.npy")) if self.info.reading.regrouped else self.rows

    def row_samples(self) -> NDArray[np.int64]:
        """Sample of each data row of the source."""
        if self.info.reading.regrouped:
            return np.asarray(self._map("samples.npy"), np.int64)
        samples = np.empty(self.rows, np.int64)
        samples[self.source_rows(0, self.rows)] = np.arange(self.rows)
        return samples

    def source_line(self, index: int) -> bytes:
        """The source text of a sample's row, without its line end, decoded to UTF-8.

        Raises:
            NotFound: the store was opened without its source, or the source is missing.
        """
        if self._source is None:
            raise NotFound("The source file of this recording is not available.")
        row = int(self.source_rows(index, index + 1)[0])
        try:
            return read_row(self._source, self._map("lines.npy"), row, self.info.reading)
        except OSError as error:
            raise NotFound("The source file of this recording is missing; add it again.") from error

    def _instant(self, index: int) -> int:
        return 0 if self._time is None else int(self._time.item(index))

    def _number_text(self, index: int) -> str:
        if self._time is None:
            return str(index)
        value = self._time.item(index)
        return str(value) if isinstance(value, int) else np.format_float_positional(value, trim="-")

    def _map(self, name: str) -> NDArray[Any]:
        with self._lock:
            if name not in self._maps:
                self._maps[name] = mapped(self.folder / name)
            self._maps.move_to_end(name)
            while len(self._maps) > MOST_MAPS:
                self._maps.popitem(last=False)
            return self._maps[name]


def _parse_saved(text: str, dates: bool) -> int | float | None:
    if dates:
        return parse_instant(text)
    try:
        return int(text)
    except ValueError:
        try:
            value = float(text)
        except ValueError:
            return None
        return value if isfinite(value) else None
