"""Suggestions are made only outside labels, and not where similar ones were rejected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from services.inference.label_subtraction import PredictedSegments, RejectedSuggestions, uncovered


def found(*segments: tuple[int, int]) -> PredictedSegments:
    start, end = (np.array([segment[side] for segment in segments], np.int64) for side in (0, 1))
    return PredictedSegments(start, end, np.arange(len(segments)), np.full(len(segments), 0.9))


def row(start: int, end: int, status: str = "accepted", label: int = 1) -> dict[str, Any]:
    return {"start_index": start, "end_index": end, "status": status, "label_class_id": label}


def left(result: PredictedSegments) -> list[tuple[int, int, int]]:
    return list(zip(result.start.tolist(), result.end.tolist(), result.label.tolist(), strict=True))


@pytest.mark.parametrize(
    ("segment", "labels", "pieces"),
    [
        ((100, 199), [(0, 50)], [(100, 199)]),  # no overlap
        ((100, 199), [(190, 250)], [(100, 189)]),  # its end is cut
        ((100, 199), [(90, 260)], []),  # all of it is labelled
        ((100, 199), [(100, 180)], []),  # what sticks out is an edge
        ((100, 199), [(120, 129)], [(100, 119), (130, 199)]),  # both pieces are longer than the label
        ((100, 199), [(110, 119), (115, 130)], [(131, 199)]),  # labels that overlap are one
    ],
)
def test_a_suggestion_is_cut_by_labels_or_left_out(
    segment: tuple[int, int], labels: list[tuple[int, int]], pieces: list[tuple[int, int]]
) -> None:
    result = uncovered(found(segment), [row(*label) for label in labels])
    assert [piece[:2] for piece in left(result)] == pieces


def test_class_and_score_stay_with_the_pieces_and_open_suggestions_cut_nothing() -> None:
    there = [row(0, 9), row(40, 60, "suggested")]
    assert left(uncovered(found((0, 9), (20, 29), (40, 49)), there)) == [(20, 29, 1), (40, 49, 2)]


def test_about_the_same_as_was_rejected_does_not_come_again_but_another_class_does() -> None:
    refused = RejectedSuggestions([row(100, 199, "rejected", label=3), row(500, 509, "accepted", label=3)])
    assert refused.has((110, 205), 3)
    assert not refused.has((110, 205), 4)
    assert not refused.has((180, 300), 3)
    assert not refused.has((500, 509), 3)
