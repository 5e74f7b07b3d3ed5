"""Model confidence per sample of a recording: one byte per sample, and a min/max pyramid.

The folder of a run has ``values.npy`` (uint8 [rows]: 0 without a prediction, else 1 for probability 0 to 255 for 1)
and ``pyramid.npy`` (see ``timeseries.pyramid``, in probabilities).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.ingest import npyfile
from services.timeseries import ChannelInfo, Store
from services.timeseries.mapped import mapped
from services.timeseries.pyramid import (
    BUCKET,
    RECORD,
    Levels,
    Records,
    append_levels,
    level_starts,
    reduce_buckets,
)

VALUES, PYRAMID = "values.npy", "pyramid.npy"
SEGMENTS = "segments.npz"  # in the same folder until the result is stored
BYTE = np.dtype("u1")
STEPS = 254  # between a probability of 0 and of 1
_CHUNK = 1 << 17  # records per write

Bytes = NDArray[np.uint8]


def encode(scores: NDArray[np.float32], is_known: NDArray[np.bool_]) -> Bytes:
    """Probabilities as bytes; 0 where not ``is_known``."""
    result: Bytes = np.where(is_known, np.rint(scores * STEPS) + 1, 0).astype(np.uint8)
    return result


def decode(values: NDArray[Any]) -> NDArray[np.float64]:
    """Bytes as probabilities, NaN without a prediction."""
    result: NDArray[np.float64] = _DECODED[values]
    return result


_DECODED = np.concatenate([[np.nan], np.arange(STEPS + 1) / STEPS])


class Writer:
    """Writes the bytes of samples from ``start`` in pieces; other samples have no prediction."""

    def __init__(self, folder: Path, rows: int, start: int = 0) -> None:
        """``rows`` is the number of samples of the recording."""
        folder.mkdir(parents=True, exist_ok=True)
        self._values, self._pyramid, self._rows = folder / VALUES, folder / PYRAMID, rows
        npyfile.create(self._values, BYTE)
        npyfile.create(self._pyramid, RECORD)
        self._written = start
        self._extend(start)
        self._append_empty(start // BUCKET)
        self._rest = np.zeros(start % BUCKET, BYTE)  # of the incomplete bucket

    def add(self, values: Bytes) -> None:
        """Append samples."""
        npyfile.append(self._values, values)
        self._written += len(values)
        waiting = np.concatenate([self._rest, values])
        whole = len(waiting) // BUCKET * BUCKET
        npyfile.append(self._pyramid, reduce_buckets(decode(waiting[:whole]), BUCKET))
        self._rest = waiting[whole:]

    def finish(self) -> None:
        """Complete both files."""
        if len(self._rest):
            missing = min(BUCKET - len(self._rest), self._rows - self._written)
            last = np.append(self._rest, np.zeros(missing, BYTE))
            npyfile.append(self._pyramid, reduce_buckets(decode(last), BUCKET))
        self._append_empty(-(-self._rows // BUCKET) - -(-self._written // BUCKET))
        self._extend(self._rows)
        with npyfile.open_rw(self._pyramid) as file:
            append_levels(file, npyfile.header_size(RECORD), self._rows)
        npyfile.finish(self._pyramid, RECORD, level_starts(self._rows)[-1])
        npyfile.finish(self._values, BYTE, self._rows)

    def _extend(self, length: int) -> None:
        """Extend with zeros to ``length``: a sparse region of the file."""
        with npyfile.open_rw(self._values) as file:
            file.truncate(npyfile.header_size(BYTE) + length)

    def _append_empty(self, count: int) -> None:
        empty = np.zeros(min(count, _CHUNK), RECORD)
        empty["min"] = empty["max"] = np.nan
        for first in range(0, count, _CHUNK):
            npyfile.append(self._pyramid, empty[: min(_CHUNK, count - first)])


class _Probabilities:
    """The bytes of a run, read as probabilities by slice."""

    def __init__(self, values: Bytes) -> None:
        self._values = values

    def __getitem__(self, key: Any) -> NDArray[np.float64]:
        return decode(np.asarray(self._values[key]))


class ConfidenceStore(Store):
    """The confidence as a recording with one channel, for ``timeseries.window``."""

    def __init__(self, recording: Store, folder: Path) -> None:
        channel = ChannelInfo("confidence", None, "float64", 0, 0.0, 1.0)
        super().__init__(recording.folder, replace(recording.info, channels=(channel,)))
        self._bytes: Bytes = mapped(folder / VALUES)
        self._records: Records = mapped(folder / PYRAMID)

    def channel(self, index: int) -> Any:  # noqa: ARG002  # there is only one
        """Probabilities by slice; NaN without a prediction."""
        return _Probabilities(self._bytes)

    def levels(self, index: int) -> Levels:  # noqa: ARG002
        """Pyramid of the probabilities."""
        return Levels(self._records, self.rows)
