"""Whole-process time of ``python app.py autolabel`` on one file, compared with a plain script of pandas and torch.

``python -m benchmarks.bench_autolabel_command [--rows 100000] [--rounds 9]``: both in turns, on a file of open,
high, low and close with indicators and an old checkpoint (``benchmarks/peers/plain_autolabel.py`` does the same without
checks). Prints the medians of wall time and of CPU time of all processes, and checks that the labels are equal.
The budget: at most 0.9 of the time of the script.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from benchmarks.bench_autolabel import BUDGET
from benchmarks.training.recordings import ROOT

NAMES = ("open", "high", "low", "close", "SMA_5", "SMA_10", "EMA_10")
HIDDEN, LAYERS, CLASSES = 64, 2, 5
COLORS = ("black", "orange", "red", "green", "blue")


def prices(file: Path, rows: int) -> None:
    """A CSV of minutes, in the layout of the predecessor's demo data."""
    rng = np.random.default_rng(1)
    close = 100 * np.exp(rng.normal(0, 2e-4, rows).cumsum())
    table = np.stack([close * (1 + place * 1e-4) for place in range(len(NAMES))], 1)
    times = np.datetime64("2023-12-25T02:50:00") + np.arange(rows) * np.timedelta64(60, "s")
    text = np.char.replace(np.datetime_as_string(times), "T", " ")
    with file.open("w", encoding="utf-8") as out:
        out.write(",".join(["date", *NAMES]) + "\n")
        for moment, row in zip(text.tolist(), table.tolist(), strict=True):
            out.write(f"{moment}+00:00,{','.join(f'{value:.5f}' for value in row)}\n")


def checkpoint(file: Path) -> None:
    """An old checkpoint with random weights."""
    torch.manual_seed(1)
    gru, fc = nn.GRU(len(NAMES), HIDDEN, LAYERS, batch_first=True), nn.Linear(HIDDEN, CLASSES)
    with torch.no_grad():
        gru.weight_ih_l0.mul_(20_000)  # log returns are small
        fc.weight.mul_(20)  # so that the class changes
    state = {f"gru.{key}": value for key, value in gru.state_dict().items()}
    torch.save(
        {"model_state_dict": state | {f"fc.{key}": value for key, value in fc.state_dict().items()}}, file
    )


def taken(command: list[str]) -> tuple[float, float]:
    """Seconds of wall time, and of CPU time of the process and those it started."""
    began, before = time.perf_counter(), os.times()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, cpu


def segments(file: Path) -> list[list[str]]:
    """Start, end and label of each row."""
    with file.open(encoding="utf-8") as text:
        return [row[1:4] for row in list(csv.reader(text))[1:]]


def main() -> None:
    """Run both in turns."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as name:
        folder = Path(name)
        data, model, classes = folder / "prices.csv", folder / "model.pth", folder / "classes.csv"
        prices(data, chosen.rows)
        checkpoint(model)
        lines = [f"{index},Class {index},{color}" for index, color in enumerate(COLORS)]
        classes.write_text("\n".join(["label,value,Color", *lines, ""]))
        plain = [sys.executable, "-m", "benchmarks.peers.plain_autolabel"]
        plain += [str(model), str(data), str(folder / "plain.csv"), str(classes)]
        ours = [sys.executable, "app.py", "autolabel", "--model", str(model), "--classes", str(classes)]
        ours += ["--out", str(folder / "ours"), str(data)]
        times = [(taken(ours), taken(plain)) for _ in range(chosen.rounds)]
        same = segments(folder / "ours" / "prices.csv") == segments(folder / "plain.csv")
        count = len(segments(folder / "plain.csv"))
    wall, cpu = np.median(np.array(times), 0).T
    for kind, (mine, other) in (("wall", wall), ("CPU", cpu)):
        held = "holds" if mine <= BUDGET * other else "MISSED"
        sys.stdout.write(
            f"{kind}: {mine:.2f} s, plain script {other:.2f} s, ratio {mine / other:.2f} (budget {BUDGET}: {held})\n"
        )
    sys.stdout.write(f"{count:,} segments, {'the same' if same else 'DIFFERENT'}\n")


if __name__ == "__main__":
    main()
