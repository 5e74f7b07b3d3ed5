"""Training from labels: accuracy, time and calibration.

``make bench-train`` runs it; ``ARGS`` may be ``--quick``, ``--only WORD``, ``--seconds N``, ``--cases N``, ``--ecg
DIR``, ``--peers``: three simple methods on the same cases (:mod:`.training.references`), which distinguishes
weaknesses of the learner from difficult data.
If known, each row has the best result of seven methods on data of the kind (GRU per row and over sequences, U-Net, TCN,
random convolutions, trees on statistics, nearest window); no single method reaches all of them. For motions it is from
another data set of body movement, for the synthetic trends and faults from real ones. No constant was chosen on rows
“(held out)”. One core.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from benchmarks.training import kinds, made, recordings
from benchmarks.training.protocol import Case, cases
from benchmarks.training.references import references
from services.learning import trainer
from services.learning.data.examples import Corpus
from services.learning.evaluation.metrics import Judged, Metrics, measure

TOLERANCE = 0.01
HEADER = f"{'recordings':<32}{'given':<10}{'cases':>5} {'macro-F1':>9} {'best':>5} {'seg. F1':>8} {'best':>5}"
HEADER += f" {'calib.':>7} {'sure':>6} {'train':>8} {'predict':>8}"


@dataclass(frozen=True)
class Task:
    """Recordings, the share of them used for training, and the best known macro-F1 and segment F1."""

    name: str
    corpus: Callable[[Path], Corpus]
    protocol: str
    best: tuple[float, float] | None = None


ECG = {"k=1": (0.93, 1.0), "k=3": (0.97, 1.0), "k=5": (0.98, 1.0), "p=10": (0.76, 0.84), "p=20": (0.94, 1.0)}
ECG |= {"files=1": (0.78, 0.81), "files=5": (0.88, 0.88), "files=20": (0.93, 0.96)}
MOVEMENT = {"k=3": (0.89, 0.94), "files=5": (0.91, 0.95)}
SENSORS = ("machine_temperature_system_failure", "nyc_taxi", "ambient_temperature_system_failure")
TASKS = (
    *(Task("ECG waves (LUDB)", recordings.electrocardiograms, given, best) for given, best in ECG.items()),
    *(
        Task("ECG beats (MIT-BIH 100)", lambda _: recordings.beats(), given)
        for given in ("k=3", "k=5", "p=20")
    ),
    *(
        Task(f"{name[:24]} (NAB)", lambda _, name=name: recordings.sensors(name), given)  # type: ignore[misc]
        for name in SENSORS
        for given in ("k=1", "p=60")
    ),
    *(
        Task("exercises (seglearn)", lambda _: recordings.exercises(), given)
        for given in ("k=1", "k=3", "files=1", "files=5")
    ),
    Task("motions (aeon)", lambda _: recordings.motions(each=5), "k=1"),
    Task("motions (aeon)", lambda _: recordings.motions(each=5), "k=3", MOVEMENT["k=3"]),
    Task("motions (aeon)", lambda _: recordings.motions(each=2), "files=1"),
    Task("motions (aeon)", lambda _: recordings.motions(each=2), "files=5", MOVEMENT["files=5"]),
    Task("trends (invented)", lambda _: made.trends(), "k=3"),
    Task("trends (invented)", lambda _: made.trends(), "p=20", (0.97, 0.87)),
    Task("faults (invented)", lambda _: made.faults(), "files=1"),
    Task("faults (invented)", lambda _: made.faults(), "files=3", (0.94, 1.0)),
    *(
        Task(
            f"{kind.name}{' (held out)' if held else ''}",
            lambda _, kind=kind, held=held: kinds.corpus(kind, held),  # type: ignore[misc]
            given,
        )
        for held in (False, True)
        for kind in (*kinds.KINDS, *(kinds.UNSEEN if held else ()))
        for given in ("k=1", "k=3", "p=20")
    ),
)


@dataclass(frozen=True)
class Result:
    """Metrics of one case, and the seconds that it took."""

    metrics: Metrics
    training: float
    predicting: float
    peers: dict[str, tuple[float, float]] = field(default_factory=dict)  # macro-F1 and segment F1 of each


def solve(case: Case, corpus: Corpus, seconds: float, seed: int, peers: bool) -> Result:
    """Train on the training part of a case, and evaluate on its test part."""
    began = time.perf_counter()
    recipe = trainer.Recipe(seconds=seconds, seed=seed)
    trained = trainer.train(
        case.given, corpus.classes, corpus.channels, recipe, lambda _share, _what, _figures: None
    )
    learnt = time.perf_counter()
    judged = [
        Judged(example.name, example.labels, *trained.labels(example.signals)) for example in case.held_out
    ]
    done = time.perf_counter()
    others = _peers(case, corpus) if peers else {}
    return Result(measure(judged, corpus.classes), learnt - began, done - learnt, others)


def _peers(case: Case, corpus: Corpus) -> dict[str, tuple[float, float]]:
    scores = {}
    for name, predictions in references(case):
        judged = [
            Judged(example.name, example.labels, labels, np.zeros(len(labels)))
            for example, labels in zip(case.held_out, predictions, strict=True)
        ]
        metrics = measure(judged, corpus.classes)
        scores[name] = (metrics.macro_f1, metrics.segment_f1)
    return scores


def line(task: Task, results: list[Result]) -> str:
    """One row of the table: means over the cases; ``sure``: correct share of suggestions above a score of 0.9."""

    def mean(pick: Callable[[Result], float | None]) -> float:
        values = [value for result in results if (value := pick(result)) is not None]
        return statistics.mean(values) if values else float("nan")

    macro, segment = (
        mean(lambda result: result.metrics.macro_f1),
        mean(lambda result: result.metrics.segment_f1),
    )
    best = task.best
    parts = [f"{value:5.2f}" if best else "    –" for value in best or (0.0, 0.0)]
    held = ""
    if best:
        held = "  holds" if macro >= best[0] - TOLERANCE and segment >= best[1] - TOLERANCE else "  below"
    return (
        f"{task.name:<32}{task.protocol:<10}{len(results):>5} {macro:>9.3f} {parts[0]} {segment:>8.3f} {parts[1]} "
        f"{mean(lambda result: result.metrics.calibration_error):>7.3f} "
        f"{mean(lambda result: result.metrics.sure.segments_right):>6.2f} "
        f"{mean(lambda result: result.training):>6.1f} s "
        f"{mean(lambda result: result.predicting):>6.2f} s{held}"
    )


def peer_lines(results: list[Result]) -> str:
    """One row per simple method: its means, and the number of cases in which the learner is better or worse by 0.01."""
    lines = []
    for name in results[0].peers:
        macro, segment = (
            statistics.mean(result.peers[name][place] for result in results) for place in (0, 1)
        )
        off = [result.metrics.macro_f1 - result.peers[name][0] for result in results]
        better, worse = (
            sum(difference > TOLERANCE for difference in off),
            sum(difference < -TOLERANCE for difference in off),
        )
        row = f"{f'    {name}':<47} {macro:>9.3f} {'':5} {segment:>8.3f}"
        lines.append(f"{row}   better than it {better}, worse {worse}\n")
    return "".join(lines)


def main() -> None:
    """Run the benchmark with the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="two cases each, five seconds of training")
    parser.add_argument(
        "--only", default="", metavar="WORD", help="rows that contain it, such as “LUDB” or “k=3”"
    )
    parser.add_argument("--seconds", type=float, help="for each training (20)")
    parser.add_argument("--cases", type=int, help="at most so many a row (6)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peers", action="store_true", help="three simple methods on the same cases too")
    parser.add_argument(
        "--ecg", type=Path, default=recordings.MORE_ECG, metavar="DIR", help="more LUDB recordings"
    )
    chosen = parser.parse_args()
    seconds = chosen.seconds or (5 if chosen.quick else 20)
    most = chosen.cases or (2 if chosen.quick else 6)
    torch.set_num_threads(1)
    sys.stdout.write(f"{HEADER}\n")
    for task in TASKS:
        if chosen.only.casefold() in f"{task.name} {task.protocol}".casefold():
            corpus = task.corpus(chosen.ecg)
            results = [
                solve(case, corpus, seconds, chosen.seed, chosen.peers)
                for case in cases(corpus, task.protocol, most)
            ]
            sys.stdout.write(
                f"{line(task, results) if results else f'{task.name:<32}{task.protocol:<10} no case'}\n"
            )
            sys.stdout.write(peer_lines(results) if results else "")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
