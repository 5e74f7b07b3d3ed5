"""Labelled recordings from this repository and from packages."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np

from services.learning.data.examples import Corpus, Example
from services.torch_models.model import ModelLabel
from services.training.labelled_files import read

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "samples"
MORE_ECG = ROOT / "benchmarks" / "data" / "ecg"
PACKAGES = ROOT / ".venv-data"
BOUTS = 5  # number of parts into which an exercise is split


def electrocardiograms(more: Path = MORE_ECG) -> Corpus:
    """Ten seconds each of many people: P, QRS, T."""
    waves = tuple(ModelLabel(index, name) for index, name in enumerate(("P", "QRS", "T")))
    files = [file for folder in (SAMPLES / "ecg", more) for file in sorted(folder.glob("ludb_*.csv"))]
    read_in = [read(file, labels_of(file)).relabelled(waves) for file in files if ".labels" not in file.name]
    return Corpus(tuple(corpus.examples[0] for corpus in read_in), waves, read_in[0].channels)


def labels_of(file: Path) -> Path:
    """Path of its label file."""
    return file.with_name(f"{file.stem}.labels.csv")


def beats() -> Corpus:
    """Every beat of ten minutes of one person: N, A."""
    return read(SAMPLES / "ecg" / "mitbih_100.csv", SAMPLES / "ecg" / "mitbih_100.labels.csv")


def sensors(name: str) -> Corpus:
    """Weeks of a sensor: windows with anomalies, otherwise normal."""
    return read(SAMPLES / "sensors" / f"{name}.csv", SAMPLES / "sensors" / f"{name}.labels.csv", "normal")


def exercises() -> Corpus:
    """Seven shoulder exercises of ten people, left and right, worn on the wrist.

    The package has one recording per exercise, person and side; here each is split into five parts, and the parts of a
    person and side are joined in random order with a fixed seed.
    """
    file = PACKAGES / "seglearn" / "data" / "watch_dataset.npy"
    content = np.load(file, allow_pickle=True).item()  # of a package with an exact version
    examples = []
    for person in sorted(set(content["subject"])):
        for side in (0, 1):
            chosen = [
                place
                for place in range(len(content["X"]))
                if content["subject"][place] == person and content["side"][place] == side
            ]
            parts = [
                (piece, int(content["y"][place]))
                for place in chosen
                for piece in np.array_split(content["X"][place], BOUTS)
            ]
            if parts:
                examples.append(_strung(f"person {person}, side {side}", parts, int(person) * 2 + side, 0.02))
    return _corpus(examples, content["y_labels"], content["X_labels"])


def motions(each: int) -> Corpus:
    """Ten seconds each of standing, walking, running and badminton, ``each`` times per recording."""
    folder = PACKAGES / "aeon" / "datasets" / "data" / "BasicMotions"
    lines = [
        line
        for part in ("TRAIN", "TEST")
        for line in (folder / f"BasicMotions_{part}.ts").read_text().splitlines()
        if line and line[0] not in "#@"
    ]
    series: dict[str, list[np.ndarray]] = {}
    for line in lines:
        *rows, name = line.strip().split(":")
        series.setdefault(name, []).append(
            np.array([[float(cell) for cell in row.split(",")] for row in rows]).T
        )
    names = sorted(series)
    random = np.random.default_rng(1)
    drawn = [[series[name][place] for place in random.permutation(len(series[name]))] for name in names]
    examples = [
        _strung(
            f"motions {number}",
            [
                (part, label)
                for label, of in enumerate(drawn)
                for part in of[number * each : (number + 1) * each]
            ],
            number,
            0.1,
        )
        for number in range(min(map(len, drawn)) // each)
    ]
    return _corpus(examples, names, ["ax", "ay", "az", "gx", "gy", "gz"])


def _strung(name: str, parts: list[tuple[np.ndarray, int]], seed: int, step: float) -> Example:
    """Join parts (samples, class) in random order (``seed``) without equal neighbours."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(parts)).tolist()
    for _ in range(5000):
        if all(parts[part][1] != parts[other][1] for part, other in pairwise(order)):
            break
        order = random.permutation(len(parts)).tolist()
    signals = np.concatenate([parts[place][0] for place in order]).astype(np.float32)
    labels = np.concatenate([np.full(len(parts[place][0]), parts[place][1], np.int16) for place in order])
    return Example(name, signals, labels, None, step)


def _corpus(examples: Iterable[Example], classes: Iterable[str], channels: Iterable[str]) -> Corpus:
    labels = tuple(ModelLabel(index, str(name)) for index, name in enumerate(classes))
    return Corpus(tuple(examples), labels, tuple(channels))
