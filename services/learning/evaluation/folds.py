"""Cross-validation folds over segments or recordings."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 3
FREE = -1  # never held out

Spans = Sequence[Sequence[tuple[int, int, int]]]  # of each recording: first row, last row, class


def folds_of(spans: Spans) -> tuple[list[list[int]], int]:
    """The fold of each segment, and the number of folds (0: too few segments).

    Folds are whole recordings where there are at least three and each training set has every class; else runs of
    adjacent segments of each class. The segment of a class with only one is never held out.
    """
    return _by_recording(spans) or _by_segment(spans)


def _by_recording(spans: Spans) -> tuple[list[list[int]], int] | None:
    labelled = [place for place, recording_spans in enumerate(spans) if recording_spans]
    if len(labelled) < 2:
        return None
    count = min(MOST, len(labelled))
    fold = {place: number % count for number, place in enumerate(labelled)}
    there = {label for recording_spans in spans for *_, label in recording_spans}
    for left in range(count):
        seen = {label for place in labelled if fold[place] != left for *_, label in spans[place]}
        if seen != there:
            return None
    return [
        [fold.get(place, FREE)] * len(recording_spans) for place, recording_spans in enumerate(spans)
    ], count


def _by_segment(spans: Spans) -> tuple[list[list[int]], int]:
    folds = [[FREE] * len(recording_spans) for recording_spans in spans]
    places: dict[int, list[tuple[int, int]]] = {}
    for recording, recording_spans in enumerate(spans):
        for number, (*_, label) in enumerate(recording_spans):
            places.setdefault(label, []).append((recording, number))
    several = [len(members) for members in places.values() if len(members) > 1]
    if not several:
        return folds, 0
    count = min(MOST, max(several))
    for members in places.values():
        if len(members) < 2:
            continue
        for order, (recording, number) in enumerate(members):
            folds[recording][number] = order * count // len(members) if len(members) >= count else order
    return folds, count


def folds_are_recordings(folds: Sequence[Sequence[int]]) -> bool:
    """True when whole recordings are held out."""
    return len({place for recording in folds for place in recording}) > 1 and all(
        len(set(recording)) <= 1 for recording in folds
    )
