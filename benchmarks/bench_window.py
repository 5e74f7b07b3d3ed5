"""Window queries on stores of 1 thousand to 100 million rows, and the memory to open the largest.

``python -m benchmarks.bench_window [--rows 100000000] [--rounds 200]``. Two views: the same 1,000 samples
for any length (the budget: the cost does not depend on the length), and the whole recording (up to 4
points per pixel).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

from benchmarks.timing import medians, verdict
from services.ingest import npyfile
from services.ingest.columns import ColumnFile
from services.ingest.timeaxis import measure
from services.timeseries import ChannelInfo, Reading, Store, StoreInfo, TimeInfo, TimeKind, encode, window

RATIO, MEMORY = 1.3, 100.0
PIXELS, SAMPLES, CHANNELS = 1200, 1000, 3
_CHUNK = 1 << 20


def make_store(folder: Path, rows: int) -> Store:
    """A recording with one sample per millisecond and three channels: a wave and noise."""
    folder.mkdir()
    rng = np.random.default_rng(rows)
    files = [ColumnFile(folder, f"column{number}", np.dtype("<f8")) for number in range(CHANNELS)]
    npyfile.create(folder / "time.npy", np.dtype("<i8"))
    for first in range(0, rows, _CHUNK):
        index = np.arange(first, min(rows, first + _CHUNK))
        npyfile.append(folder / "time.npy", 1_700_000_000_000_000_000 + index * 1_000_000)
        for file in files:
            file.extend([np.sin(index / 5000) + 0.1 * rng.normal(size=len(index))], 0)
    npyfile.finish(folder / "time.npy", np.dtype("<i8"), rows)
    for number, file in enumerate(files):
        file.finish(f"c{number}")
    steps = measure(npyfile.SlicedArray(folder / "time.npy"))
    first_x = 1_700_000_000_000.0
    time = TimeInfo(
        TimeKind.NAIVE, "time", None, None, first_x, first_x + rows - 1, steps.usual / 1e6, True, 0
    )
    channels = tuple(
        ChannelInfo(f"c{i}", None, "float64", 0, file.low, file.high) for i, file in enumerate(files)
    )
    reading = Reading("UTF-8", ",", ".", True, "\n", False, (), ())
    (folder / "meta.json").write_text(StoreInfo("0" * 64, 0, rows, time, channels, reading).to_json())
    return Store.open(folder)


def view(store: Store, samples: int) -> Callable[[], bytes]:
    """A query of ``samples`` samples in the middle of ``store``, in the form sent to the browser."""
    middle = store.info.time.first + (store.rows - samples) // 2
    return lambda: encode(window(store, middle, middle + samples - 1, PIXELS))


def main() -> None:
    """Run the benchmark with the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--rounds", type=int, default=200)
    arguments = parser.parse_args()
    sizes = [1000, *(size for size in (10**6, 10**7, 10**8) if size < arguments.rows), arguments.rows]
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as name:
        for rows in sizes:
            make_store(Path(name) / str(rows), rows)
        process = psutil.Process()
        idle = process.memory_info().rss
        Store.open(Path(name) / str(arguments.rows))
        view(Store.open(Path(name) / str(arguments.rows)), arguments.rows)()
        over = (process.memory_info().rss - idle) / 1e6
        stores = [Store.open(Path(name) / str(rows)) for rows in sizes]
        same = [view(store, SAMPLES) for store in stores]
        whole = [view(store, store.rows) for store in stores]
        for query in same + whole:
            query()
        times = medians([*same, *whole], arguments.rounds)
        _report("1,000 samples in view", sizes, times[: len(sizes)])
        _report(
            "whole recording in view, four times the points from 1,000,000 rows",
            sizes[1:],
            times[len(sizes) + 1 :],
        )
        sys.stdout.write(
            f"open {arguments.rows:,} × {CHANNELS}, whole view: MB over idle {verdict(over, MEMORY)}\n"
        )


def _report(title: str, sizes: list[int], seconds: list[float]) -> None:
    sys.stdout.write(f"{title} ({CHANNELS} channels, {PIXELS} pixels, encoded):\n")
    for rows, durations in zip(sizes, seconds, strict=True):
        ratio = verdict(durations / seconds[0], RATIO)
        sys.stdout.write(f"  {rows:>13,} rows: {1000 * durations:7.3f} ms, of {sizes[0]:,} rows {ratio}\n")


if __name__ == "__main__":
    main()
