"""Metrics of predictions, compared with slow implementations of their definitions."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.learning.evaluation.metrics import Judged, Metrics, majority, measure, no_better
from services.learning.evaluation.segment_matching import iou

CLASSES = ("a", "b", "c")
Row = tuple[int, int, float]
ROWS = st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 2), st.floats(0, 1)), min_size=1, max_size=40)
UNHURRIED = settings(max_examples=60, deadline=None)
STRETCHES = st.lists(st.tuples(st.integers(-1, 2), st.integers(1, 6)), min_size=1, max_size=12)


def judged(rows: list[Row], name: str = "one") -> Judged:
    truth, predicted, score = (np.array(column) for column in zip(*rows, strict=True))
    return Judged(name, truth, predicted, score)


def measured(truth: list[int], predicted: list[int], score: float = 1.0) -> Metrics:
    return measure(
        [judged([(one, other, score) for one, other in zip(truth, predicted, strict=True)])], CLASSES
    )


def slow_rows(rows: list[Row]) -> dict[str, Any]:
    """Accuracy and F1 of each class, counted row by row."""
    scored = [(truth, found) for truth, found, _ in rows if truth >= 0]
    f1 = {}
    for label in range(len(CLASSES)):
        hits = sum(truth == label and found == label for truth, found in scored)
        false = sum(truth != label and found == label for truth, found in scored)
        missed = sum(truth == label and found != label for truth, found in scored)
        if hits + missed:
            precision = hits / (hits + false) if hits + false else 0
            recall = hits / (hits + missed)
            f1[label] = 2 * precision * recall / (precision + recall) if precision + recall else 0
    accuracy = sum(truth == found for truth, found in scored) / len(scored)
    return {"accuracy": accuracy, "macro_f1": sum(f1.values()) / len(f1), "f1": f1}


def slow_segments(labels: list[int]) -> list[tuple[int, set[int]]]:
    """Runs as sets of rows."""
    runs = []
    for label, run in groupby(range(len(labels)), key=lambda row: labels[row]):
        if label >= 0:
            runs.append((label, set(run)))
    return runs


def slow_matches(truth: list[int], predicted: list[int]) -> tuple[int, int, int]:
    """Segments of the expert, predicted ones and right ones, every pair looked at."""
    predicted = [one if expert >= 0 else -1 for expert, one in zip(truth, predicted, strict=True)]
    mine, other = slow_segments(truth), slow_segments(predicted)
    pairs = [
        (len(one & two) / len(one | two), place, where)
        for place, (label, one) in enumerate(mine)
        for where, (name, two) in enumerate(other)
        if label == name
    ]
    right, used = 0, (set[int](), set[int]())
    for common, place, where in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if common >= 0.5 and place not in used[0] and where not in used[1]:
            right += 1
            used[0].add(place)
            used[1].add(where)
    return len(mine), len(other), right


def slow_calibration(rows: list[Row]) -> float:
    """Over the bins (0, 1/15], (1/15, 2/15], …; a score of 0 belongs to the first."""
    answers = [(score, truth == found) for truth, found, score in rows if truth >= 0 and found >= 0]
    total = 0.0
    for index in range(15):
        inside = [
            one for one in answers if index < one[0] * 15 <= index + 1 or (index == 0 and one[0] * 15 <= 0)
        ]
        if inside:
            confidence = sum(score for score, _ in inside) / len(inside)
            right = sum(good for _, good in inside) / len(inside)
            total += abs(confidence - right) * len(inside) / len(answers)
    return total


@UNHURRIED
@given(ROWS)
def test_figures_per_row_are_those_of_their_definitions(rows: list[Row]) -> None:
    if all(truth < 0 for truth, _, _ in rows):
        with pytest.raises(ValueError, match="no row has a label"):
            measure([judged(rows)], CLASSES)
        return
    slow, found = slow_rows(rows), measure([judged(rows)], CLASSES)
    assert found.accuracy == pytest.approx(slow["accuracy"])
    assert found.macro_f1 == pytest.approx(slow["macro_f1"])
    assert {
        place: label_class.f1 for place, label_class in enumerate(found.classes) if label_class.rows
    } == pytest.approx(slow["f1"])
    assert found.rows == sum(map(sum, found.confusion)) == sum(truth >= 0 for truth, _, _ in rows)
    if found.calibration_error is not None:
        assert found.calibration_error == pytest.approx(slow_calibration(rows), abs=1e-9)


@UNHURRIED
@given(STRETCHES, STRETCHES)
def test_segments_are_matched_as_by_looking_at_every_pair(
    experts: list[tuple[int, int]], predicted: list[tuple[int, int]]
) -> None:
    truth = [label for label, length in experts for _ in range(length)]
    found = ([label for label, length in predicted for _ in range(length)] + [-1] * len(truth))[: len(truth)]
    if all(label < 0 for label in truth):
        return
    mine, other, right = slow_matches(truth, found)
    result = measured(truth, found)
    assert result.segments == mine == sum(label_class.segments for label_class in result.classes)
    assert result.segment_f1 == pytest.approx(2 * right / (mine + other))


@UNHURRIED
@given(ROWS, ROWS)
def test_recordings_are_counted_together_and_their_order_does_not_matter(
    one: list[Row], other: list[Row]
) -> None:
    if not any(truth >= 0 for truth, _, _ in [*one, *other]):
        return
    both = measure([judged(one), judged(other, "two")], CLASSES)
    turned = measure([judged(other, "two"), judged(one)], CLASSES)
    assert (both.macro_f1, both.segment_f1, both.confusion, both.sure) == (
        turned.macro_f1,
        turned.segment_f1,
        turned.confusion,
        turned.sure,
    )
    whole = slow_rows([*one, (-1, -1, 0.0), *other])
    assert both.macro_f1 == pytest.approx(whole["macro_f1"])


def test_a_perfect_prediction_has_perfect_metrics() -> None:
    truth = [0, 0, -1, 1, 1, -1, 2, 0, 0, -1, 1]
    found = [0, 0, 1, 1, 1, 0, 2, 0, 0, 2, 1]  # predictions for unlabelled samples do not count
    result = measured(truth, found)
    assert (result.accuracy, result.macro_f1, result.segment_f1, result.calibration_error) == (1, 1, 1, 0)
    assert result.segments == 5 and result.sure.segments == 5 and result.sure.segments_right == 1
    assert result.intervals["macro_f1"].low == result.intervals["macro_f1"].high == 1


def test_the_calibration_error_is_computed_from_the_bins_of_scores() -> None:
    truth, found = [0, 0, 0, 0, 1, 1], [0, 0, 1, 0, 1, -1]
    judged = Judged("a", np.array(truth), np.array(found), np.array([0.95, 0.99, 0.95, 0.3, 0.31, 0.0]))
    low, high = measure([judged], ("A", "B")).reliability
    assert (low.rows, low.right, high.rows, high.right) == (2, 1.0, 3, pytest.approx(2 / 3))
    assert (low.score, high.score) == (pytest.approx(0.305), pytest.approx(2.89 / 3))


def test_half_of_the_rows_in_common_is_enough_and_less_is_not() -> None:
    assert iou((0, 3), (2, 3)) == 0.5
    assert measured([0, 0, 0, 0], [1, 1, 0, 0]).classes[0].segment_recall == 1
    assert measured([0, 0, 0, 0, 0], [1, 1, 1, 0, 0]).classes[0].segment_recall == 0


def test_rows_without_a_prediction_are_missed_and_no_ones_mistake() -> None:
    result = measured([0, 0, 1, 1], [0, -1, 1, 1])
    assert result.confusion == ((1, 0, 0, 1), (0, 2, 0, 0), (0, 0, 0, 0))
    assert result.classes[0].precision == 1 and result.classes[0].recall == 0.5
    assert result.classes[2].f1 is None


def test_suggestions_above_ninety_per_cent_are_counted_by_segments_and_by_rows() -> None:
    rows = [(0, 0, 0.95)] * 4 + [(1, 0, 0.99)] * 1 + [(-1, 0, 0.99)] + [(1, 1, 0.5)] * 4
    sure = measure([judged(rows)], CLASSES).sure
    assert (sure.segments, sure.rows, sure.rows_right) == (1, 5, 0.8)
    assert sure.segments_right == 1


def test_intervals_rest_on_segments_and_are_the_same_for_a_seed() -> None:
    random = np.random.default_rng(1)
    truth = np.repeat(np.tile([0, 1], 30), 50)
    wrong = np.repeat(random.random(60) < 0.2, 50)  # whole segments are wrong, not single rows
    one = Judged("one", truth, np.where(wrong, 1 - truth, truth), np.ones(len(truth)))
    first, again = measure([one], CLASSES, seed=3), measure([one], CLASSES, seed=3)
    assert first.intervals == again.intervals
    interval = first.intervals["accuracy"]
    assert interval.segments == 60 and interval.low < first.accuracy < interval.high
    share = first.accuracy
    expected = (
        2 * 1.96 * (share * (1 - share) / 60) ** 0.5
    )  # of 60 independent segments; of 3000 rows it were 0.03
    assert interval.high - interval.low == pytest.approx(expected, rel=0.2)


def test_a_class_has_an_interval_from_five_segments_on() -> None:
    truth = np.repeat([0, 1] * 6 + [2, 0, 1, 2], 10)
    found = Judged("one", truth, np.roll(truth, 2), np.ones(len(truth)))
    metrics = measure([found], ("A", "B", "C"))
    first, _, rare = metrics.classes
    assert first.f1_interval and first.f1 and rare.f1_interval is None
    assert first.f1_interval.low <= first.f1 <= first.f1_interval.high
    assert first.f1_interval.segments == 7


def test_too_few_segments_have_no_interval() -> None:
    assert measured([0, 0, 1, 1], [0, 0, 1, 0]).intervals == {}


def test_a_model_no_better_than_the_commonest_class_is_warned_of() -> None:
    truth = np.repeat(np.tile([0, 0, 0, 1], 10), 10)
    train = [np.repeat([0, 0, 1], 10)]
    lazy = Judged("one", truth, np.zeros(len(truth), int), np.ones(len(truth)))
    good = Judged("one", truth, truth, np.ones(len(truth)))
    hits = truth.copy()  # four of ten rare ones are seen, and three of ten common ones are taken for rare
    hits[np.isin(np.arange(len(truth)) // 40, (1, 2, 4, 5, 7, 8)) & (truth == 1)] = 0
    hits[np.isin(np.arange(len(truth)) // 40, (0, 3, 6)) & (truth == 0)] = 1
    weak = Judged("one", truth, hits, np.ones(len(truth)))
    baseline = majority(train, [good], CLASSES)
    assert baseline.accuracy == 0.75
    assert "is no better than" in no_better(measure([lazy], CLASSES), baseline)
    assert "may be no better than" in no_better(measure([weak], CLASSES), baseline)
    assert no_better(measure([good], CLASSES), baseline) == ""
