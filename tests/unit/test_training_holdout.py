"""Held-out data: whole recordings, else whole segments, never neighbours of training segments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Invalid
from services.learning.data.examples import UNKNOWN, Corpus, Example, segments
from services.learning.evaluation.holdout import Split, check, split
from services.torch_models.model import ModelLabel


def example(name: str, stretches: list[tuple[int, int]]) -> Example:
    """A recording of stretches (class, rows)."""
    labels = np.array([label for label, rows in stretches for _ in range(rows)], np.int16)
    return Example(name, np.zeros((len(labels), 1), np.float32), labels)


def corpus(*examples: Example, classes: int = 2) -> Corpus:
    labels = tuple(ModelLabel(index, "abcd"[index]) for index in range(classes))
    return Corpus(examples, labels, ("x",))


def sides(parts: Split) -> tuple[set[str], set[str]]:
    return {example.name for example in parts.train}, {example.name for example in parts.held}


ALTERNATING = [(0, 5), (-1, 3), (1, 5), (-1, 3)]
TIGHT = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9)), min_size=1, max_size=30)


def test_of_several_recordings_whole_ones_are_left_out() -> None:
    given_corpus = corpus(*(example(f"{number}.csv", ALTERNATING * 3) for number in range(8)))
    parts = split(given_corpus, seed=1)
    train, held = sides(parts)
    assert (parts.kind, len(held), train & held) == ("files", 2, set())
    assert parts.files == tuple(sorted(held)) and "2 recordings that the model was not shown" in parts.words
    assert sides(split(given_corpus, seed=1)) == (train, held)


def test_a_recording_that_alone_has_a_class_is_not_left_out() -> None:
    rare = [(1, 5), (-1, 2)]
    plain = [(0, 5), (-1, 2)] * 3
    parts = split(
        corpus(example("rare.csv", plain + rare * 2), *(example(f"{n}.csv", plain) for n in range(3)))
    )
    assert parts.kind != "files"
    assert "No whole recording was left out" in parts.words
    assert {label for each in parts.train for label, _ in segments(each.labels)} == {0, 1}


def test_recordings_are_left_out_by_path_by_name_or_by_pattern() -> None:
    files = corpus(*(example(path, ALTERNATING) for path in ("day1/a.csv", "day1/b.csv", "day2/a.csv")))
    assert sides(split(files, ["day2/*"]))[1] == {"day2/a.csv"}
    assert sides(split(files, ["b.csv"]))[1] == {"day1/b.csv"}
    with pytest.raises(Invalid, match="No labelled recording is called “c.csv”"):
        split(files, ["c.csv"])
    with pytest.raises(Invalid, match="nothing is left to learn from"):
        split(files, ["*"])


def test_later_segments_are_held_out_on_request_instead_of_whole_recordings() -> None:
    files = corpus(*(example(f"{number}.csv", ALTERNATING * 6) for number in range(4)))
    assert split(files).kind == "files"
    parts = split(files, later=True)
    assert parts.kind == "time" and sides(parts)[0] == sides(parts)[1] == {
        f"{number}.csv" for number in range(4)
    }
    assert "No whole recording was left out" in parts.words


def test_one_recording_is_cut_in_time_between_segments_with_a_note() -> None:
    parts = split(corpus(example("one.csv", ALTERNATING * 6)))
    assert parts.kind == "time" and "All labels are of one recording" in parts.words
    (train,), (held,) = parts.train, parts.held
    assert np.flatnonzero(train.labels != UNKNOWN).max() < np.flatnonzero(held.labels != UNKNOWN).min()
    assert {label for label, _ in segments(held.labels)} == {0, 1}


def test_of_the_cuts_that_would_do_the_one_nearest_to_a_quarter_of_each_class_is_taken() -> None:
    common, rare = [(0, 5), (-1, 2)], [(1, 5), (-1, 2)]
    # A cut at three quarters would leave one of eight rare ones to judge on, one at seven tenths two.
    order = common * 4 + rare * 6 + common * 4 + rare + common * 3 + rare + common * 1
    (held,) = split(corpus(example("one.csv", order))).held
    assert sum(label == 1 for label, _ in segments(held.labels)) == 2


@given(TIGHT)
def test_a_segment_is_on_one_side_and_no_two_neighbouring_samples_are_on_both(
    stretches: list[tuple[int, int]],
) -> None:
    whole = example("one.csv", stretches)
    try:
        parts = split(corpus(whole, classes=3))
    except Invalid:
        counts = [sum(label == place for label, _ in segments(whole.labels)) for place in range(3)]
        assert any(count < 2 for count in counts)
        return
    (train,), (held,) = parts.train, parts.held
    for label, (start, end) in segments(whole.labels):
        inside, outside = held.labels[start : end + 1], train.labels[start : end + 1]
        assert (inside == label).all() or (inside == UNKNOWN).all()
        assert ((outside == label) | (outside == UNKNOWN)).all()
        assert (inside == UNKNOWN).all() != (outside == UNKNOWN).all()  # on exactly one side
        if (outside != UNKNOWN).all() and end > start:
            neighbours = held.labels[[max(start - 1, 0), min(end + 1, len(held.labels) - 1)]]
            assert (neighbours == UNKNOWN).all()


def test_too_few_labels_are_reported_with_the_missing_numbers() -> None:
    with pytest.raises(Invalid, match="Too few labels: 1 of “b” is missing"):
        split(corpus(example("one.csv", [(0, 5), (-1, 1), (0, 5), (1, 5)])))
    with pytest.raises(Invalid, match="3 of “a”, 4 of “b” are missing"):
        check([example("one.csv", [(0, 5), (-1, 1), (0, 5), (1, 2)])], ["a", "b"], fewest=5)


def test_a_state_that_occurs_once_has_a_remedy() -> None:
    once = corpus(example("one.csv", [(0, 5), (-1, 1), (0, 5), (1, 9)]))
    with pytest.raises(Invalid, match="in two pieces with a gap, or train without held-out figures"):
        split(once)
    check(once.examples, once.classes, fewest=1)
    split(corpus(example("one.csv", [(0, 5), (-1, 1), (0, 5), (1, 4), (-1, 1), (1, 4)])))  # two pieces


def test_one_class_alone_is_nothing_to_learn() -> None:
    with pytest.raises(Invalid, match="only one class, “a”.*a background class"):
        split(corpus(example("one.csv", [(0, 5), (-1, 5), (0, 5)])))
    with pytest.raises(Invalid, match="There is no label"):
        split(corpus(example("one.csv", [(-1, 5)])))
