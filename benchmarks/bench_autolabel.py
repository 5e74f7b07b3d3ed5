"""Auto-labelling (samples to segments) compared with the forward pass of torch's GRU on the same rows.

``python -m benchmarks.bench_autolabel [--rows 10000000] [--rounds 5]``. The bare pass gets the preprocessed rows
as one tensor in memory, and only computes ``gru`` and ``fc``; ours is the whole job of the worker: it opens the
checkpoint, reads the stored columns, smooths, computes log returns, predicts, writes the confidence of each row with
its pyramid, and finds the segments. The budget: at least 0.9 of the rows per second.

``--rows 100000000`` adds a recording of 100 million rows, ours only: the memory of the whole job, without the bytes of
the recording. It needs 5 GB of disk and about ten minutes.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from torch import nn

from benchmarks.bench_window import CHANNELS, make_store
from benchmarks.timing import medians
from services.storage.files import sha256_of
from services.timeseries import Store
from services.torch_models.architectures import recurrent
from services.torch_models.job import run
from services.torch_models.model import ModelInfo
from services.torch_models.preprocessing import Pipeline
from services.torch_models.resampling import ModelInput

BUDGET = 0.9
HIDDEN, LAYERS, CLASSES = 64, 2, 5
PIECE = 65_536
COMPARED = (10_000, 1_000_000, 10_000_000)
LARGE = 100_000_000
MEMORY = 1 << 30  # bytes, for a job of any size
SAMPLED = 0.05  # s between measurements of the memory
LEAST = 20_000  # random weights often predict another class, and so many segments are refused


def model() -> tuple[ModelInfo, dict[str, torch.Tensor]]:
    """A network of ordinary size with random weights; its preprocessing is that of the old checkpoints."""
    torch.manual_seed(1)
    info = ModelInfo("gru", CHANNELS, HIDDEN, LAYERS, False, CLASSES)
    parts = {"gru": nn.GRU(CHANNELS, HIDDEN, LAYERS), "fc": nn.Linear(HIDDEN, CLASSES)}
    return info, {
        f"{name}.{key}": value for name, part in parts.items() for key, value in part.state_dict().items()
    }


def recording(folder: Path, rows: int) -> Store:
    """A recording with positive samples, which log returns require."""
    store = make_store(folder, rows)
    for index in range(CHANNELS):
        samples = np.load(store.folder / f"c{index}.npy", mmap_mode="r+")
        samples += 10
        samples.flush()
    return store


def ours(store: Store, settled: float = 0.0) -> Callable[[], object]:
    """The job of a worker, from the checkpoint to segments; ``settled``: bias towards the first class."""
    _, tensors = model()
    tensors["fc.bias"][0] += settled
    file = store.folder / "model.pth"
    torch.save(tensors, file)
    arguments = {
        "model_name": "bench",
        "model_sha256": sha256_of(file),
        "file": str(file),
        "largest": 1 << 30,
        "store": str(store.folder),
        "channels": list(range(CHANNELS)),
        "start": 0,
        "stop": store.rows,
        "least": LEAST,
        "skip": [],
        "confidence": str(store.folder),
        "job": "run",
    }
    return lambda: run(arguments, lambda _fraction, _message: None)


def bare(store: Store) -> Callable[[], object]:
    """The forward pass alone, in batches of the same size."""
    info, tensors = model()
    rows = Pipeline(info.preprocessing, ModelInput(store, range(CHANNELS)), store.rows)(0, store.rows)
    ready, network = torch.from_numpy(rows)[:, None], recurrent(info, tensors)

    @torch.inference_mode()
    def run() -> None:
        for piece in ready.split(PIECE):
            output, _ = network(piece)
            nn.functional.linear(output[:, 0], tensors["fc.weight"], tensors["fc.bias"]).argmax(1)

    return run


@contextmanager
def peak() -> Iterator[list[int]]:
    """Peak of the private memory of this process above its current value; mapped files do not count."""

    def own() -> int:
        match = re.search(r"RssAnon:\s+(\d+)", Path("/proc/self/status").read_text())
        assert match
        return int(match.group(1)) * 1024

    before, highest, ended = own(), [0], threading.Event()

    def watch() -> None:
        while not ended.wait(SAMPLED):
            highest[0] = max(highest[0], own() - before)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield highest
    finally:
        ended.set()
        watching.join()


def large(folder: Path) -> str:
    """Print the memory of a job on a much larger recording."""
    store = recording(folder, LARGE)
    size = sum(file.stat().st_size for file in store.folder.iterdir())
    began = time.perf_counter()
    with peak() as most:
        ours(store, settled=1.0)()
    seconds = time.perf_counter() - began
    held = "holds" if most[0] <= MEMORY else "MISSED"
    return (
        f"  {LARGE:>13,} rows: {LARGE / seconds:12,.0f} rows/s; {most[0] / 1e6:,.0f} MB of memory for a recording of "
        f"{size / 1e6:,.0f} MB (budget {MEMORY / 1e6:,.0f} MB: {held})\n"
    )


def main() -> None:
    """Run the benchmark with the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    sizes = [size for size in COMPARED if size <= arguments.rows]
    sys.stdout.write(
        f"GRU, {LAYERS} layers of {HIDDEN}, {CHANNELS} channels, {torch.get_num_threads()} threads\n"
    )
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as name:
        for rows in sizes:
            store = recording(Path(name) / str(rows), rows)
            ours_median, pure = medians(
                [ours(store), bare(store)], arguments.rounds if rows <= 1_000_000 else 3
            )
            share = pure / ours_median
            held = "holds" if share >= BUDGET else "MISSED"
            figures = f"{rows / ours_median:12,.0f} rows/s; of the bare pass {share:.2f}"
            sys.stdout.write(f"  {rows:>13,} rows: {figures} (budget {BUDGET}: {held})\n")
        if arguments.rows >= LARGE:
            sys.stdout.write(large(Path(name) / "large"))


if __name__ == "__main__":
    main()
