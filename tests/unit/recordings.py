"""Test helper that creates stores from arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.ingest import npyfile
from services.ingest.columns import ColumnFile
from services.ingest.timeaxis import measure
from services.timeseries import ChannelInfo, Reading, Store, StoreInfo, TimeInfo, TimeKind

READING = Reading("UTF-8", ",", ".", True, "\n", False, (), ())


def store_of(
    folder: Path,
    channels: list[NDArray[Any]],
    times: NDArray[Any] | None = None,
    kind: TimeKind = TimeKind.NUMERIC,
) -> Store:
    """A store with these channels [rows]; ``times`` are ascending, int64 nanoseconds when ``kind`` is of
    dates.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = len(channels[0])
    described = []
    for number, values in enumerate(channels):
        file = ColumnFile(folder, f"column{number}", values.dtype)
        for first in range(0, rows, 1 << 20):
            part = values[first : first + (1 << 20)]
            file.extend([part], int(np.isnan(part).sum()))
        file.finish(f"c{number}")
        described.append(
            ChannelInfo(f"c{number}", None, values.dtype.name, file.missing, file.low, file.high)
        )
    info = StoreInfo("0" * 64, 0, rows, _time(folder, rows, times, kind), tuple(described), READING)
    (folder / "meta.json").write_text(info.to_json())
    return Store.open(folder)


def _time(folder: Path, rows: int, times: NDArray[Any] | None, kind: TimeKind) -> TimeInfo:
    if times is None:
        return TimeInfo(TimeKind.ROW, None, None, None, 0.0, rows - 1.0, 1.0, True, 0)
    npyfile.save(folder / "time.npy", times)
    steps = measure(times)
    if len(steps.gaps):
        npyfile.save(folder / "gaps.npy", steps.gaps)
    unit = 1.0 if kind is TimeKind.NUMERIC else 1e6
    zone = "UTC" if kind is TimeKind.DATETIME else None
    first, last = float(times[0]) / unit, float(times[-1]) / unit
    return TimeInfo(kind, "time", zone, None, first, last, steps.usual / unit, steps.uniform, len(steps.gaps))
