"""Ingest of a CSV compared with ``pyarrow.csv.read_csv`` with known types, and its memory.

``python -m benchmarks.bench_ingest [--megabytes 300] [--kinds german] [--memory-megabytes 1000] [--rounds 5]``
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from benchmarks.timing import medians, verdict
from services.ingest.convert import ingest

RATIO, MEMORY = 1.5, 100.0
_GERMAN = {"date": pa.timestamp("s")}
_ROWS = 100_000  # rows per write


def write_csv(path: Path, megabytes: float, kind: str) -> dict[str, pa.DataType]:
    """A generated recording: ``seconds`` (500 Hz, three channels), or one row per minute with four channels: ``prices``
    (ISO dates), ``epoch`` (Unix times) or ``german`` (days first, semicolons, decimal commas)."""
    rng, row = np.random.default_rng(1), 0
    with path.open("wb") as file:
        while file.tell() < megabytes * 1e6:
            table = _table(rng, np.arange(row, row + _ROWS), kind)
            delimiter = ";" if kind == "german" else ","
            options = csv.WriteOptions(include_header=row == 0, quoting_style="none", delimiter=delimiter)
            csv.write_csv(table, file, options)
            row += _ROWS
    types = dict(zip(table.column_names, table.schema.types, strict=True))
    return {name: types[name] if kind != "german" else _GERMAN.get(name, pa.float64()) for name in types}


def _table(rng: np.random.Generator, rows: np.ndarray, kind: str) -> pa.Table:
    noise = [np.round(rng.normal(size=len(rows)), 4) for _ in range(4)]
    if kind == "seconds":
        names, first = ["time_s", "II", "V2", "V5"], pa.array(rows / 500)
        return pa.table(dict(zip(names, [first, *noise[:3]], strict=True)))
    seconds = pa.array(1_000_000_000 + rows * 60)
    instants = seconds if kind == "epoch" else seconds.cast(pa.timestamp("s"))
    names = ["date", "open", "high", "low", "close"]
    columns: list[Any] = [instants, *(pa.array(np.round(100 + wave, 2)) for wave in noise)]
    if kind == "german":
        numbers = [pc.replace_substring(column.cast(pa.string()), ".", ",") for column in columns[1:]]
        columns = [pc.strftime(instants, "%d.%m.%Y %H:%M:%S"), *numbers]
    return pa.table(dict(zip(names, columns, strict=True)))


def compare(folder: Path, megabytes: float, kind: str, rounds: int) -> None:
    """Print the ratio of the two medians."""
    source, store = folder / f"{kind}.csv", folder / "store"
    types = write_csv(source, megabytes, kind)

    def ours() -> None:
        ingest(source, name=source.name, store_root=store)

    def remove() -> None:
        shutil.rmtree(store)

    german = kind == "german"
    parsers = ["%d.%m.%Y %H:%M:%S"] if german else None
    convert = csv.ConvertOptions(
        column_types=types, decimal_point="," if german else ".", timestamp_parsers=parsers
    )
    parse = csv.ParseOptions(delimiter=";" if german else ",")

    def theirs() -> None:
        csv.read_csv(source, parse_options=parse, convert_options=convert)

    ours()
    remove()
    theirs()
    ours_median, _, peer = medians([ours, remove, theirs], rounds)
    figures = f"ingest {ours_median:.2f} s, read_csv {peer:.2f} s, ratio {verdict(ours_median / peer, RATIO)}"
    sys.stdout.write(f"{kind}, {megabytes:.0f} MB: {figures}\n")
    source.unlink()


def memory(source: str, store: str, answer: multiprocessing.queues.Queue[float]) -> None:
    """Send the peak of resident memory in megabytes above the value before ingest to ``answer``."""
    process = psutil.Process()
    idle, peak, done = process.memory_info().rss, 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.005):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    ingest(Path(source), name="a.csv", store_root=Path(store))
    done.set()
    watcher.join()
    answer.put((peak - idle) / 1e6)


def measure_memory(folder: Path, megabytes: float) -> None:
    """Ingest in a separate process and print its memory."""
    source = folder / "memory.csv"
    write_csv(source, megabytes, "seconds")
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    child = context.Process(target=memory, args=(str(source), str(folder / "store"), answer))
    began = time.perf_counter()
    child.start()
    over = answer.get()
    child.join()
    seconds = time.perf_counter() - began
    sys.stdout.write(f"memory, {megabytes:.0f} MB in {seconds:.1f} s: MB over idle {verdict(over, MEMORY)}\n")


def main() -> None:
    """Run the benchmark with the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=float, default=300)
    parser.add_argument("--kinds", nargs="+", default=["seconds", "prices", "epoch", "german"])
    parser.add_argument("--memory-megabytes", type=float, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    gc.freeze()  # as the server does when it has started
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as name:
        for kind in arguments.kinds:
            compare(Path(name), arguments.megabytes, kind, arguments.rounds)
        measure_memory(Path(name), arguments.memory_megabytes)


if __name__ == "__main__":
    main()
