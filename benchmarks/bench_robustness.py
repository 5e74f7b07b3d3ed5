"""Robustness of auto-labelling: electrocardiograms that are unlike the training recordings, and what is reported.

``python -m benchmarks.bench_robustness`` trains a model on the six electrocardiograms that ship with the program, and
labels four others, changed in one way each, on the command line. Macro-F1 counts the samples with an expert label.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from benchmarks.training.recordings import MORE_ECG, ROOT, SAMPLES, labels_of

STEP, NAMES, WAVES = 0.002, ("II", "V2", "V5"), ("P", "QRS", "T")
TESTS = ("013", "017", "021", "025")
SECONDS = "15"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Change:
    """A change of samples [rows, channels], names of the columns, step between samples, and options of the command."""

    name: str
    of: Callable[[Floats], Floats] = lambda values: values
    names: tuple[str, ...] = NAMES
    step: float = STEP
    options: tuple[str, ...] = ()
    again: bool = False  # trained again without missing and flat channels


def _rate(up: int, down: int) -> Change:
    return Change(
        f"rate × {up / down:g}", lambda values: resample_poly(values, up, down), step=STEP * down / up
    )


def _one(factor: float) -> Callable[[Floats], Floats]:
    return lambda values: values * [factor, 1, 1]


def _wander(values: Floats) -> Floats:
    return values + 2 * np.sin(np.arange(len(values))[:, None] * 2 * np.pi * 3 / len(values))


def _holes(values: Floats) -> Floats:
    changed = values.copy()
    changed[1000:1400] = changed[3000:3020, 0] = np.nan
    return changed


def _flat(start: int, stop: int | None, *channels: int) -> Callable[[Floats], Floats]:
    def changed(values: Floats) -> Floats:
        values = values.copy()
        values[start:stop, channels] = values[start, channels]
        return values

    return changed


def _with_refit(change: Change) -> tuple[Change, Change]:
    return change, replace(change, name=f"{change.name}, trained again", again=True)


CHANGES = (
    Change("as recorded"),
    _rate(1, 2),
    _rate(18, 25),
    _rate(2, 1),
    Change("gain × 2", lambda values: values * 2),
    Change("gain × 10", lambda values: values * 10),
    Change("gain × 10, corrected", lambda values: values * 10, options=("--correct",)),
    Change("offset + 5", lambda values: values + 5),
    Change("II inverted", _one(-1)),
    Change("II inverted, corrected", _one(-1), options=("--correct",)),
    Change("all inverted", lambda values: -values),
    Change("all inverted, corrected", lambda values: -values, options=("--correct",)),
    Change("wander of 2 mV", _wander),
    *_with_refit(Change("II flat", _flat(0, None, 0))),
    *_with_refit(Change("II flat in the second half", _flat(2500, None, 0))),
    *_with_refit(Change("II and V2 flat", _flat(0, None, 0, 1))),
    *_with_refit(Change("without V2", lambda values: values[:, [0, 2]], ("II", "V5"))),
    *_with_refit(Change("without V2 and V5", lambda values: values[:, [0]], ("II",))),
    Change("holes", _holes),
    Change("names in lower case", names=("ii", "v2", "v5")),
    Change("other order", lambda values: values[:, [2, 0, 1]], ("V5", "II", "V2")),
    Change("other names", names=("A", "B", "C")),
    Change("other names, chosen", names=("A", "B", "C"), options=("--channels", "II=A,V2=B,V5=C")),
    Change("noise", lambda values: np.random.default_rng(1).standard_normal(values.shape)),
)


def _app(*arguments: str) -> str:
    command = [sys.executable, "app.py", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    return done.stdout + done.stderr


def _trained(folder: Path) -> Path:
    model, options = folder / "waves.pth", ("--background", "nothing", "--gaps-only", "--no-holdout")
    data = folder / "training"
    data.mkdir()
    for file in sorted((SAMPLES / "ecg").glob("ludb_*.csv")):
        (data / file.name).write_bytes(file.read_bytes())
    _app("train", "--data", str(data), "--out", str(model), "--seconds", SECONDS, *options)
    return model


def macro_f1(expert: Path, suggested: Path) -> float:
    """Macro-F1 of a recording; 0 where nothing was written. Expert labels are in rows, suggestions in seconds."""
    table = np.genfromtxt(expert, delimiter=",", skip_header=1, dtype=None, encoding="utf-8")
    rows = int(table["f1"].max()) + 1
    truth, labels, times = np.full(rows, "", "U9"), np.full(rows, "", "U9"), np.arange(rows) * STEP
    for start, end, label in table.tolist():
        truth[start : end + 1] = label
    text = suggested.read_text() if suggested.exists() else ""
    for _, first, last, label, *_ in list(csv.reader(io.StringIO(text)))[1:]:
        labels[(times > float(first) - STEP / 4) & (times < float(last) + STEP / 4)] = label
    known = truth != ""
    both = [(known & (labels == wave), truth == wave) for wave in WAVES]
    return float(np.mean([2 * (one & other).sum() / max(1, one.sum() + other.sum()) for one, other in both]))


def _result(change: Change, model: Path, folder: Path) -> tuple[float, str]:
    """Mean macro-F1 of the changed recordings, and the message for the first of them."""
    data, out = folder / "changed", folder / "suggested"
    data.mkdir(parents=True)
    for test in TESTS:
        values = np.genfromtxt(MORE_ECG / f"ludb_{test}.csv", delimiter=",", skip_header=1)[:, 1:]
        changed = change.of(values)
        table = np.column_stack([np.arange(len(changed)) * change.step, changed])
        cells = [",".join("" if np.isnan(cell) else f"{cell:.7g}" for cell in row) for row in table]
        (data / f"{test}.csv").write_text("\n".join([",".join(("time_s", *change.names)), *cells]) + "\n")
    shown = _app(
        "autolabel",
        "--model",
        str(model),
        "--out",
        str(out),
        "--leave-out",
        "nothing",
        *change.options,
        *(("--training", str(model.parent / "training")) if change.again else ()),
        str(data),
    )
    first = next(
        (line for line in shown.splitlines() if f"{TESTS[0]}.csv: " in line and "INFO" not in line), ""
    )
    scores = [
        macro_f1(labels_of(MORE_ECG / f"ludb_{test}.csv"), out / data.name / f"{test}.csv") for test in TESTS
    ]
    return float(np.mean(scores)), first.partition(".csv: ")[2]


def main() -> None:
    """Print a table of Markdown: the change, macro-F1, and the message."""
    with tempfile.TemporaryDirectory() as folder:
        model = _trained(Path(folder))
        sys.stdout.write("| change | macro-F1 | message |\n|---|---|---|\n")
        for number, change in enumerate(CHANGES):
            score, message = _result(change, model, Path(folder) / str(number))
            sys.stdout.write(f"| {change.name} | {score:.3f} | {message} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
