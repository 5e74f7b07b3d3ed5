"""Signals of the benchmarks: seeded, so that every program shows the same samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

CHANNELS = 3


def signals(rows: int) -> NDArray[np.float64]:
    """Three random walks with a spike each, float64 [3, rows]."""
    generator = np.random.default_rng(20240229)
    walks = np.round(np.cumsum(generator.normal(size=(CHANNELS, rows)), axis=1), 4)
    walks[np.arange(CHANNELS), rows // (np.arange(CHANNELS) + 2)] += 500
    return walks


def write_csv(path: Path, rows: int) -> None:
    """Write the signals to a CSV with a time column in seconds at 1 kHz."""
    columns = {"time": np.round(np.arange(rows) * 0.001, 3)}
    columns |= {f"ch{place}": walk for place, walk in enumerate(signals(rows))}
    csv.write_csv(pa.table(columns), path)
