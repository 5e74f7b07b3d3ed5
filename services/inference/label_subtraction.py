"""Subtract human labels from a model's suggestions."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.learning.evaluation.segment_matching import iou
from services.recordings.edit_log import Rows
from services.recordings.repository import ACCEPTED, REJECTED
from services.timeseries.intervals import Segment

LEAST = 0.5  # share of a segment; smaller pieces are edges of labels

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class PredictedSegments:
    """Predicted segments in order: first and last sample, class index and score of each.

    ``unlike``: share (0 to 1) of the samples that are unlike all training data and have no class; ``differences``: what
    differs from the training recordings, as text.
    """

    start: Indices
    end: Indices
    label: Indices
    score: NDArray[np.float64]
    unlike: float = 0.0
    differences: str = ""

    @classmethod
    def load(cls, file: Path) -> PredictedSegments:
        """Load the segments written by the worker."""
        with np.load(file) as arrays:
            start, end, label, score = (arrays[name] for name in ("start", "end", "label", "score"))
            differences = (
                str(arrays["differences"]) if "differences" in arrays else ""
            )  # older runs have none
            return cls(start, end, label, score, float(arrays["unlike"]), differences)

    def __len__(self) -> int:
        return len(self.start)


def uncovered(predictions: PredictedSegments, there: Rows) -> PredictedSegments:
    """The parts of predicted segments outside accepted labels, without small remainders.

    A piece of less than half of the segment is dropped, unless it is as long as the shortest label: it is a
    remainder at the edge of a label.

    Args:
        there: labels of the recording in the format of edits.
    """
    labels = [(row["start_index"], row["end_index"]) for row in there if row["status"] == ACCEPTED]
    if not labels or not len(predictions):
        return predictions
    longest = max(end - start + 1 for start, end in labels)
    held = _joined(labels)
    kept = [
        (place, start, end)
        for place, segment in enumerate(
            zip(predictions.start.tolist(), predictions.end.tolist(), strict=True)
        )
        for start, end in _outside(segment, held)
        if end - start + 1 >= min(LEAST * (segment[1] - segment[0] + 1), longest)
    ]
    places = np.array([place for place, _, _ in kept], np.int64)
    start, end = (np.array([segment[side] for segment in kept], np.int64) for side in (1, 2))
    return replace(
        predictions, start=start, end=end, label=predictions.label[places], score=predictions.score[places]
    )


class RejectedSuggestions:
    """Rejected suggestions: predictions with similar edges and the same class are not suggested again."""

    def __init__(self, there: Rows) -> None:
        """``there``: labels of the recording in the format of edits."""
        self._by_class: dict[int, list[Segment]] = defaultdict(list)
        for row in there:
            if row["status"] == REJECTED:
                self._by_class[row["label_class_id"]].append((row["start_index"], row["end_index"]))
        for segments in self._by_class.values():
            segments.sort()

    def has(self, segment: Segment, label_class: int) -> bool:
        """True if one of that class has an intersection over union of at least half."""
        segments = self._by_class.get(label_class, [])
        first = bisect_left(
            segments, (segment[0] - 2 * (segment[1] - segment[0] + 1), 0)
        )  # all earlier segments are shorter
        last = bisect_left(segments, (segment[1] + 1, 0))
        return any(iou(segment, labelled) >= LEAST for labelled in segments[first:last])


def _joined(segments: list[Segment]) -> list[Segment]:
    """Merge segments that overlap or touch, in order."""
    joined: list[Segment] = []
    for start, end in sorted(segments):
        if joined and start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _outside(segment: Segment, covered: list[Segment]) -> list[Segment]:
    """The pieces of a segment outside ``held``, which is sorted and has no overlaps."""
    first, last = segment
    place = bisect_left(covered, first, key=lambda interval: interval[1])
    pieces = []
    while place < len(covered) and covered[place][0] <= last:
        pieces.append((first, covered[place][0] - 1))
        first = covered[place][1] + 1
        place += 1
    pieces.append((first, last))
    return [piece for piece in pieces if piece[0] <= piece[1]]
