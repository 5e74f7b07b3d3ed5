"""Operations on segments, compared with sets of samples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.timeseries import intervals
from services.timeseries.intervals import Segment

segments = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair)))


def samples(segment: Segment) -> set[int]:
    return set(range(segment[0], segment[1] + 1))


@given(segments, segments)
def test_two_segments_overlap_when_they_share_a_sample(one: Segment, other: Segment) -> None:
    assert intervals.overlap(one, other) == bool(samples(one) & samples(other))


@given(segments, segments)
def test_a_difference_of_segments_has_no_sample_of_the_hole(one: Segment, hole: Segment) -> None:
    pieces = [samples(piece) for piece in intervals.subtract(one, hole)]
    assert set().union(*pieces) == samples(one) - samples(hole)
    assert sum(map(len, pieces)) == len(samples(one) - samples(hole))


@given(segments, st.integers(-5, 65))
def test_splitting_and_merging_gives_the_segment_back(segment: Segment, index: int) -> None:
    if segment[0] < index <= segment[1]:
        one, other = intervals.split(segment, index)
        assert intervals.hull([other, one]) == segment
        assert samples(one).isdisjoint(samples(other))
    else:
        with pytest.raises(ValueError, match="empty"):
            intervals.split(segment, index)
