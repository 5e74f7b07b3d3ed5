"""Doubtful labels: the share of flipped labels that are found, and the share of found labels that were flipped.

``python -m benchmarks.bench_doubt``. Of each kind of recording, 5 % of the labels get another class at random, with
several seeds. *together*: the labels of all recordings are compared with each other; *each*: those of one recording
alone, about twenty labels or fewer in some kinds. One core.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch

from benchmarks.training import kinds, made, recordings
from services.learning.data.examples import Corpus, segments
from services.learning.evaluation.segment_matching import Labelled
from services.learning.label_doubt import DOUBTFUL, doubts_of

SHARE, SEEDS = 0.05, 5
CORPORA: dict[str, Callable[[], Corpus]] = {
    "ECG waves (LUDB)": recordings.electrocardiograms,
    "ECG beats (MIT-BIH 100)": recordings.beats,
    **{kind.name: lambda kind=kind: kinds.corpus(kind, False) for kind in kinds.KINDS},  # type: ignore[misc]
    "trends (invented)": made.trends,
    "faults (invented)": made.faults,
}
HEADER = f"{'recordings':<26}{'compared':<10}{'labels':>6} {'found':>7} "
HEADER += f"{'precision':>10} {'right class':>12} {'CPU':>8}\n"
Labels = list[list[Labelled]]


def flipped(labels: Labels, classes: int, seed: int, share: float = SHARE) -> Labels:
    """The labels with another class for a share of them, at least one."""
    random = np.random.default_rng(seed)
    places = [(label, place) for label, some in enumerate(labels) for place in range(len(some))]
    result = [list(some) for some in labels]
    for chosen in random.choice(len(places), max(1, round(share * len(places))), replace=False).tolist():
        recording, place = places[chosen]
        label, segment = labels[recording][place]
        result[recording][place] = ((label + int(random.integers(1, classes))) % classes, segment)
    return result


def found_flips(corpus: Corpus, given: Labels, true: Labels) -> tuple[int, int, int, int]:
    """Numbers of flipped labels that are found, of flipped labels, of shown labels, of found ones whose neighbours
    carry the true class.
    """
    doubts = doubts_of(corpus.examples, given, len(given))
    pairs = [
        pair
        for labels_given, other in zip(given, true, strict=True)
        for pair in zip(labels_given, other, strict=True)
    ]
    wrong = np.array([now[0] != before[0] for now, before in pairs])
    shown = np.array([doubt.doubt is not None and doubt.doubt >= DOUBTFUL for doubt in doubts])
    right = np.array([doubt.other == before[0] for doubt, (_, before) in zip(doubts, pairs, strict=True)])
    return int((shown & wrong).sum()), int(wrong.sum()), int(shown.sum()), int((shown & wrong & right).sum())


def line(name: str, way: str, cases: Sequence[tuple[Corpus, Labels]]) -> str:
    """One row of the table."""
    began = time.process_time()
    counts = np.zeros(4, int)
    for corpus, labels in cases:
        for seed in range(SEEDS):
            counts += found_flips(corpus, flipped(labels, len(corpus.labels), seed), labels)
    found, flips, shown, right = counts.tolist()
    number = sum(len(one) for _, labels in cases for one in labels)
    seconds = (time.process_time() - began) / SEEDS / len(cases)
    return (
        f"{name:<26}{way:<10}{number:>6} {found / flips:>7.2f} {found / max(1, shown):>10.2f} "
        f"{right / max(1, found):>12.2f} {seconds:>8.2f} s\n"
    )


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    sys.stdout.write(HEADER)
    for name, make in CORPORA.items():
        corpus = make()
        labels = [list(segments(example.labels)) for example in corpus.examples]
        sys.stdout.write(line(name, "together", [(corpus, labels)]))
        if len(labels) > 1:
            pairs = zip(corpus.examples, labels, strict=True)
            alone = [(replace(corpus, examples=(example,)), [some]) for example, some in pairs]
            sys.stdout.write(line(name, "each", alone[:12]))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
