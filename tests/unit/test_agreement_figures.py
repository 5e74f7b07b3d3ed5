"""Agreement of two authors: figures against scikit-learn's values and against counting sample by sample."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from services.agreement.figures import categories, kappa, matched, pair_figures
from services.agreement.labels import Labels, from_rows, together
from services.agreement.places import DisagreementKind, find_places
from services.learning.evaluation.segment_matching import alike, iou, matches

Spoken = tuple[str, int, int, int]  # author, class, first row, last row


def labels(*marks: Spoken, channels: Any = None) -> Labels:
    rows = [
        {
            "id": str(number),
            "start_index": start,
            "end_index": end,
            "label_class_id": label_class,
            "channels": channels[number] if channels else None,
            "edited_at": datetime(2026, 1, 1, tzinfo=UTC),
            "settled_by": None,
            "settled_at": None,
            "owner": author,
        }
        for number, (author, label_class, start, end) in enumerate(marks)
    ]
    return from_rows(rows)


def random_labels(seed: int, count: int, rows: int, classes: int = 3, longest: int = 40) -> Labels:
    draw = np.random.default_rng(seed)
    marks = []
    for author in ("Ann", "Bo"):
        for start in draw.integers(0, rows - longest, count).tolist():
            label_class, length = int(draw.integers(1, classes + 1)), int(draw.integers(longest))
            marks += [(author, label_class, start, start + length)]
    return labels(*sorted(marks, key=lambda mark: mark[2:]))


def sets_by_sample(known: Labels, author: str, rows: int) -> list[frozenset[int]]:
    mine = known.of(author)
    return [
        frozenset(
            int(label)
            for label, (start, end) in zip(mine.label_class, mine.segments, strict=True)
            if start <= row <= end
        )
        for row in range(rows)
    ]


def kappa_by_sample(one: list[Any], other: list[Any]) -> float:
    same = sum(mine == theirs for mine, theirs in zip(one, other, strict=True)) / len(one)
    chance = sum(one.count(c) * other.count(c) for c in {*one, *other}) / len(one) ** 2
    return (same - chance) / (1 - chance)


def test_kappa_is_that_of_scikit_learn() -> None:
    """The example in the documentation of sklearn.metrics.cohen_kappa_score; then one with weights."""
    one = ["negative", "positive", "negative", "neutral", "positive"]
    other = ["negative", "positive", "negative", "neutral", "negative"]
    codes = {"negative": 0, "positive": 1, "neutral": 2}
    arrays = [np.array([codes[word] for word in words]) for words in (one, other)]
    assert kappa(np.ones(5, np.int64), *arrays) == pytest.approx(0.6875)
    weighted = [np.array([0, 0, 1, 2, 2]), np.array([0, 1, 1, 2, 0])]
    repeated = [np.repeat(one, [4, 2, 3, 5, 1]) for one in weighted]
    assert kappa(np.array([4, 2, 3, 5, 1]), *weighted) == pytest.approx(
        kappa_by_sample(*(one.tolist() for one in repeated))
    )


def test_kappa_without_two_categories_is_not_defined() -> None:
    assert kappa(np.array([5]), np.array([0]), np.array([0])) is None
    assert kappa(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)) is None


@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_what_counting_each_sample_gives_also_where_labels_overlap(seed: int) -> None:
    annotated, rows = random_labels(seed, 12, 300), 300
    one, other = (sets_by_sample(annotated, author, rows) for author in ("Ann", "Bo"))
    figures = pair_figures(annotated, "Ann", "Bo", rows)
    assert figures.kappa == pytest.approx(kappa_by_sample(one, other))
    both = [(mine, theirs) for mine, theirs in zip(one, other, strict=True) if mine and theirs]
    assert figures.kappa_labelled == pytest.approx(
        kappa_by_sample([mine for mine, _ in both], [theirs for _, theirs in both])
    )


def test_more_classes_than_bits_of_an_integer_are_distinguished() -> None:
    marks = [("Ann", number, number, number) for number in range(1, 131)]
    marks += [("Bo", number if number != 50 else 51, number, number) for number in range(1, 131)]
    annotated = labels(*marks)
    _, one, other = categories(annotated.of("Ann"), annotated.of("Bo"), 200)
    assert np.flatnonzero(one != other).tolist() == [50]
    assert len(set(one.tolist())) == 131 and (one == 0).sum() == 2


@pytest.mark.parametrize("seed", range(5))
def test_segments_match_as_looking_at_every_pair_finds(seed: int) -> None:
    annotated = random_labels(seed, 40, 300)
    one, other = annotated.of("Ann"), annotated.of("Bo")
    pairs = sorted(
        (-iou(tuple(mine), tuple(theirs)), i, j)
        for i, mine in enumerate(one.segments.tolist())
        for j, theirs in enumerate(other.segments.tolist())
        if one.label_class[i] == other.label_class[j] and iou(tuple(mine), tuple(theirs)) >= 0.5
    )
    expected, used = [], set()
    for _, i, j in pairs:
        if ("one", i) not in used and ("other", j) not in used:
            used |= {("one", i), ("other", j)}
            expected.append([i, j])
    assert matched(one, other).tolist() == expected
    plain = [
        [
            (int(label), tuple(segment))
            for label, segment in zip(part.label_class, part.segments.tolist(), strict=True)
        ]
        for part in (one, other)
    ]
    assert [list(pair) for pair in matches(*plain)] == expected


def test_f1_and_boundaries_of_an_example() -> None:
    """Two of three segments match: F1 = 2 * 2 / (3 + 2); boundaries differ by 0, 2, 1 and 1 samples."""
    annotated = labels(
        ("Ann", 1, 10, 19), ("Ann", 1, 30, 39), ("Ann", 2, 50, 59), ("Bo", 1, 10, 21), ("Bo", 1, 31, 40)
    )
    figures = pair_figures(annotated, "Ann", "Bo", 100)
    assert (figures.labels, figures.matched) == ((3, 2), 2)
    assert figures.f1 == pytest.approx(0.8)
    assert [
        (label_class.label_class, label_class.one, label_class.other, label_class.matched)
        for label_class in figures.classes
    ] == [
        (1, 2, 2, 2),
        (2, 1, 0, 0),
    ]
    assert figures.classes[0].f1 == 1.0 and figures.classes[1].f1 == 0.0
    assert figures.boundary_median == 1.0
    assert figures.boundary_p95 == pytest.approx(np.percentile([0, 2, 1, 1], 95))


def test_several_recordings_are_compared_as_if_they_followed_one_another() -> None:
    first = labels(("Ann", 1, 0, 9), ("Bo", 1, 0, 9))
    second = labels(("Ann", 1, 0, 9), ("Cy", 2, 0, 9))
    both = together([(first, 10), (second, 30)])
    assert both.authors == ("Ann", "Bo", "Cy")
    assert both.of("Ann").segments.tolist() == [[0, 9], [10, 19]]
    assert both.of("Cy").segments.tolist() == [[10, 19]]


def test_labels_on_other_channels_are_about_something_else() -> None:
    marks = [("Ann", 1, 0, 9), ("Ann", 1, 0, 9), ("Bo", 1, 0, 9), ("Bo", 1, 1, 9)]
    annotated = labels(*marks, channels=[[0], [1], [1], [0]])
    assert sorted(place.kind for place in find_places(annotated, ["Ann", "Bo"])) == [
        DisagreementKind.BOUNDARY,
        DisagreementKind.NONE,
    ]
    assert pair_figures(annotated, "Ann", "Bo", 10).matched == 2
    disjoint = labels(("Ann", 1, 0, 9), ("Bo", 1, 0, 9), channels=[[0], [1]])
    assert pair_figures(disjoint, "Ann", "Bo", 10).matched == 0
    assert [place.kind for place in find_places(disjoint, ["Ann", "Bo"])] == [DisagreementKind.MISSING] * 2
    wider = labels(("Ann", 1, 0, 9), ("Bo", 1, 0, 9), channels=[[0], None])
    assert [place.kind for place in find_places(wider, ["Ann", "Bo"])] == [DisagreementKind.CHANNELS]


@pytest.mark.parametrize(
    ("marks", "kinds"),
    [
        ([("Ann", 1, 0, 9), ("Bo", 1, 0, 9)], [DisagreementKind.NONE]),
        ([("Ann", 1, 0, 9), ("Bo", 1, 0, 11)], [DisagreementKind.BOUNDARY]),
        ([("Ann", 1, 0, 9), ("Bo", 2, 0, 11)], [DisagreementKind.CLASS]),
        ([("Ann", 1, 0, 9), ("Bo", 1, 8, 40)], [DisagreementKind.EXTENT]),
        ([("Ann", 1, 0, 40), ("Bo", 1, 0, 9), ("Bo", 1, 20, 29)], [DisagreementKind.EXTENT]),
        ([("Ann", 1, 0, 9), ("Bo", 1, 20, 29)], [DisagreementKind.MISSING, DisagreementKind.MISSING]),
        ([("Ann", 1, 0, 9), ("Bo", 1, 0, 9), ("Cy", 1, 0, 9)], [DisagreementKind.NONE]),
        (
            [("Ann", 2, 0, 99), ("Bo", 2, 0, 99), ("Ann", 1, 5, 9), ("Bo", 1, 5, 9)],
            [DisagreementKind.NONE, DisagreementKind.NONE],
        ),
    ],
)
def test_places_and_what_authors_disagree_about(marks: list[Spoken], kinds: list[DisagreementKind]) -> None:
    places = find_places(labels(*sorted(marks, key=lambda mark: mark[2:])), ["Ann", "Bo"])
    assert [place.kind for place in places] == kinds


def test_an_author_of_three_who_has_no_label_disagrees_and_a_tolerance_is_taken() -> None:
    annotated = labels(("Ann", 1, 0, 9), ("Bo", 1, 0, 11))
    assert find_places(annotated, ["Ann", "Bo", "Cy"])[0].kind == DisagreementKind.MISSING
    assert find_places(annotated, ["Ann", "Bo"], tolerance=2)[0].kind == DisagreementKind.NONE
    assert find_places(annotated, ["Ann", "Bo"])[0].off == 2
    assert find_places(annotated, ["Cy", "Di"]) == []


def test_comparing_ten_thousand_labels_per_author_takes_no_quadratic_time() -> None:
    """Only pairs that can match are looked at: their number stays near that of the labels."""
    marks = [("Ann", 9, 0, 1_000_000), ("Bo", 9, 0, 1_000_000)]
    for number in range(10_000):
        marks += [("Ann", 1, number * 100, number * 100 + 30), ("Bo", 1, number * 100 + 3, number * 100 + 33)]
    annotated = labels(*sorted(marks, key=lambda mark: mark[2:]))
    near, _, _ = alike(annotated.of("Ann").segments, annotated.of("Bo").segments)
    assert len(near) == 10_001
    figures = pair_figures(annotated, "Ann", "Bo", 1_000_001)
    places = find_places(annotated, ["Ann", "Bo"])
    assert (figures.f1, len(places), figures.boundary_median) == (1.0, 10_001, 3.0)
