"""Protocol of the training benchmark: given and scored segments."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.training import kinds
from benchmarks.training.made import faults, trends
from benchmarks.training.protocol import cases
from benchmarks.training.recordings import electrocardiograms
from services.learning.data.examples import UNKNOWN, Corpus, Example, segments
from services.torch_models.model import ModelLabel


def corpus(count: int = 6) -> Corpus:
    labels = np.tile(np.repeat([0, UNKNOWN, 1, UNKNOWN], 5), 6).astype(np.int16)
    signals = np.zeros((len(labels), 1), np.float32)
    examples = tuple(Example(f"{number}", signals, labels) for number in range(count))
    return Corpus(examples, (ModelLabel(0, "a"), ModelLabel(1, "b")), ("x",))


@pytest.mark.parametrize(("protocol", "given", "asked"), [("k=1", 2, 10), ("k=3", 6, 6), ("p=50", 6, 6)])
def test_the_rest_of_a_recording_is_scored_without_given_segments(
    protocol: str, given: int, asked: int
) -> None:
    found = list(cases(corpus(), protocol, 3))
    assert len(found) == 3
    for case in found:
        (one,), (other,) = case.given, case.held_out
        assert (len(segments(one.labels)), len(segments(other.labels))) == (given, asked)
        assert not ((one.labels != UNKNOWN) & (other.labels != UNKNOWN)).any()


def test_other_recordings_are_scored_than_given() -> None:
    for case in cases(corpus(), "files=2", 4):
        assert len(case.given) == 2 and len(case.held_out) == 4
        assert not {one.name for one in case.given} & {one.name for one in case.held_out}
    assert list(cases(corpus(), "files=6", 4)) == []


def test_the_repository_has_the_electrocardiograms_of_the_benchmark() -> None:
    found = electrocardiograms()
    assert len(found.examples) == 26 and found.channels == ("II", "V2", "V5")
    assert all(len(segments(example.labels)) > 10 for example in found.examples)


@pytest.mark.parametrize("make", [trends, faults])
def test_invented_recordings_are_the_same_each_time_and_have_every_class(
    make: Callable[[int], Corpus],
) -> None:
    for example, other in zip(make(2).examples, make(2).examples, strict=True):
        assert np.array_equal(example.signals, other.signals) and np.isfinite(example.signals).all()
        assert np.array_equal(example.labels, other.labels)
        assert {label for label, _ in segments(example.labels)} == set(range(len(make(1).classes)))


def test_an_invented_bar_has_its_high_above_and_its_low_below_all_else() -> None:
    bars = trends(1).examples[0].signals
    assert (bars[:, 1] == bars.max(1)).all() and (bars[:, 2] == bars.min(1)).all()


@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.name)
def test_each_kind_has_every_class_in_two_sets_that_differ(kind: kinds.Kind) -> None:
    development, held_out = kinds.corpus(kind, False), kinds.corpus(kind, True)
    for corpus in (development, held_out):
        for example in corpus.examples:
            assert np.isfinite(example.signals).all()
            assert set(example.labels.tolist()) == set(range(len(kind.classes)))
            assert example.signals.shape == (len(example.labels), len(kind.channels))
    assert not np.array_equal(development.examples[0].signals[:100], held_out.examples[0].signals[:100])
    again = kinds.corpus(kind, False).examples[0]
    assert np.array_equal(again.signals, development.examples[0].signals)
