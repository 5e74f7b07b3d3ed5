"""Doubtful labels: labels whose nearest neighbours carry another class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.bench_doubt import flipped, found_flips
from benchmarks.training import recordings
from services.learning import label_doubt
from services.learning.data.examples import Corpus, Example, segments
from services.learning.evaluation.segment_matching import Labelled
from services.learning.label_doubt import DOUBTFUL, LabelDoubt, doubts_of

SPIKE = np.exp(-(((np.arange(20) - 10) / 2.0) ** 2))
WAVE = np.sin(np.arange(40) / 40 * 2 * np.pi)


def recording(count: int, seed: int = 0) -> tuple[Example, list[Labelled]]:
    """Spikes (class 0) and waves (class 1) in turn, in noise."""
    random = np.random.default_rng(seed)
    signal = 0.05 * random.standard_normal((count * 100 + 100, 1)).astype(np.float32)
    labels: list[Labelled] = []
    for number in range(count):
        start, shape = 50 + number * 100, WAVE if number % 2 else SPIKE
        signal[start : start + len(shape), 0] += shape
        labels.append((number % 2, (start, start + len(shape) - 1)))
    return Example(f"made {seed}", signal, np.full(len(signal), -1, np.int16)), labels


def relabelled(labels: list[Labelled], place: int) -> list[Labelled]:
    """The labels with the other class at one place."""
    return [
        (1 - label, one) if number == place else (label, one) for number, (label, one) in enumerate(labels)
    ]


def doubtful(doubts: list[LabelDoubt]) -> list[tuple[int, int | None]]:
    """Places of doubtful labels, with the class of their neighbours."""
    return [
        (place, doubt.other) for place, doubt in enumerate(doubts) if doubt.doubt and doubt.doubt >= DOUBTFUL
    ]


@pytest.fixture(scope="module")
def ecg() -> Corpus:
    whole = recordings.electrocardiograms()
    return replace(whole, examples=whole.examples[:12])


def test_a_label_of_the_wrong_class_is_doubtful_and_its_neighbours_have_the_right_class() -> None:
    example, labels = recording(12)
    assert doubtful(doubts_of([example], [relabelled(labels, 5)])) == [(5, 1)]
    assert doubtful(doubts_of([example], [labels])) == []


def test_labels_of_other_recordings_are_compared_with_but_not_judged() -> None:
    (one, few), (other, many) = recording(2), recording(12, 1)
    assert doubts_of([one], [few]) == [LabelDoubt(None, None)] * 2  # one label of each class
    doubts = doubts_of([one, other], [relabelled(few, 1), many])
    assert doubtful(doubts) == [(1, 1)]
    assert len(doubts) == 2


def test_a_class_with_too_few_labels_is_not_judged() -> None:
    example, labels = recording(12)
    third = [(2 if place in (0, 2) else label, one) for place, (label, one) in enumerate(labels)]
    doubts = doubts_of([example], [third])
    assert [place for place, doubt in enumerate(doubts) if doubt.doubt is None] == [0, 2]


def test_labels_of_one_class_only_or_none_at_all_have_no_doubt() -> None:
    example, labels = recording(6)
    assert doubts_of([example], [labels[::2]]) == [LabelDoubt(None, None)] * 3
    assert doubts_of([example], [[]]) == []


def test_pieces_give_the_same_doubts_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    example, labels = recording(60)
    whole = doubts_of([example], [labels])
    monkeypatch.setattr(label_doubt.Framing, "piece", property(lambda _self: 256))
    pieces = doubts_of([example], [labels])
    assert np.allclose([one.doubt for one in whole], [piece.doubt for piece in pieces], atol=1e-4)  # type: ignore[arg-type]


def test_of_many_labels_an_even_choice_of_each_class_is_compared_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    example, labels = recording(60)
    monkeypatch.setattr(label_doubt, "MOST_REFERENCES", 20)
    assert doubtful(doubts_of([example], [relabelled(labels, 31)])) == [(31, 1)]


def test_flipped_labels_of_electrocardiograms_are_found(ecg: Corpus) -> None:
    labels = [list(segments(example.labels)) for example in ecg.examples]
    counts = np.sum([found_flips(ecg, flipped(labels, 3, seed), labels) for seed in range(2)], 0)
    found, flips, shown, right = counts.tolist()
    assert found / flips >= 0.99
    assert found / shown >= 0.87
    assert right / found >= 0.95  # the class of the neighbours is the true one
