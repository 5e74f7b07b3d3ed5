"""Placing of imported labels on samples, and reasons for misfits."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from services.ingest.convert import ingest
from services.label_import.placing import ByRow, ByTime, Placement, PlacementResult, UnplacedError
from services.timeseries import Store, TimeKind
from tests.unit.recordings import store_of

SECOND = 10**9
# 0, 1, 2, 3, 4 s, then a gap, 100, 101 … 104 s
TIMES = np.array([*range(5), *range(100, 105)], np.int64) * SECOND


@pytest.fixture
def dates(tmp_path: Path) -> Store:
    """Ten samples a second apart from 1970 on, with a gap in the middle."""
    return store_of(tmp_path / "dates", [np.arange(10.0)], TIMES, TimeKind.DATETIME)


@pytest.fixture
def numbers(tmp_path: Path) -> Store:
    """Ten samples at 0, 0.5, 1 …"""
    return store_of(tmp_path / "numbers", [np.arange(10.0)], np.arange(10) / 2)


def at(seconds: float) -> str:
    return f"1970-01-01T00:{int(seconds // 60):02}:{seconds % 60:09.6f}+00:00"


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [
        (1, 3, Placement(1, 3)),
        (2, 2, Placement(2, 2)),
        (1.4, 2.6, Placement(1, 3, PlacementResult.MOVED, "start moved by 400 ms; end moved by 400 ms")),
        (1.5, 2.5, Placement(1, 2, PlacementResult.MOVED, "start moved by 500 ms; end moved by 500 ms")),
        (3, 1, Placement(1, 3, PlacementResult.MOVED, "start and end swapped")),
        (
            2,
            50,
            Placement(2, 4, PlacementResult.MOVED, "end moved by 46 s"),
        ),  # inside the gap: back to the last sample before
        (50, 102, Placement(5, 7, PlacementResult.MOVED, "start moved by 50 s")),  # and on to the first after
        (
            50,
            4.25,
            Placement(
                4, 4, PlacementResult.MOVED, "start and end swapped; start moved by 250 ms; end moved by 46 s"
            ),
        ),
        (103, 200, Placement(8, 9, PlacementResult.CLIPPED, "clipped at the end")),
        (104.25, 104.5, Placement(9, 9, PlacementResult.MOVED, "start moved by 250 ms; end moved by 500 ms")),
    ],
)
def test_an_edge_is_a_sample_or_moves_to_one_or_is_clipped(
    dates: Store, start: float, end: float, place: Placement
) -> None:
    assert ByTime(dates).read(at(start), at(end)) == place


def test_what_begins_before_the_recording_is_clipped_at_its_start(numbers: Store) -> None:
    assert ByTime(numbers).read("-7", "1") == Placement(0, 2, PlacementResult.CLIPPED, "clipped at the start")
    both = Placement(0, 9, PlacementResult.CLIPPED, "clipped at the start; clipped at the end")
    assert ByTime(numbers).read("-7", "70") == both
    assert ByTime(numbers).read("-0.25", "1") == Placement(0, 2, PlacementResult.MOVED, "start moved by 0.25")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("-9", "-8", "it ends before the recording begins"),
        ("8", "9", "it starts after the recording ends"),
        ("", "1", "its start “” is not a number, as the times here are"),
        ("1", "nan", "its end “nan” is not a number, as the times here are"),
        ("inf", "1", "its start “inf” is not a number, as the times here are"),
        ("2023-12-25T02:50:00+00:00", "1", "its start “2023-12-25T02:50:00+00:00” is not a number"),
    ],
)
def test_an_unplaced_label_has_a_reason(numbers: Store, start: str, end: str, words: str) -> None:
    with pytest.raises(UnplacedError, match=re.escape(words)):
        ByTime(numbers).read(start, end)


def test_a_time_in_a_gap_has_no_sample(dates: Store) -> None:
    with pytest.raises(UnplacedError, match="in a gap"):
        ByTime(dates).read(at(40), at(60))
    with pytest.raises(UnplacedError, match="its start “5” is not a date"):
        ByTime(dates).read("5", "6")


@pytest.mark.parametrize(
    "text",
    ["1970-01-01T00:00:02+00:00", "1970-01-01 00:00:02Z", "1970-01-01 02:00:02+0200", "1970-01-01 00:00:02"],
)
def test_a_time_may_be_written_in_any_zone_and_without_one_is_utc(dates: Store, text: str) -> None:
    assert ByTime(dates).read(text, text) == Placement(2, 2)


def test_of_several_samples_at_one_time_the_first_is_taken_as_a_click_does(tmp_path: Path) -> None:
    store = store_of(tmp_path, [np.arange(6.0)], np.array([0.0, 1, 1, 1, 2, 2]))
    assert ByTime(store).read("1", "1") == Placement(1, 1)
    assert ByTime(store).read("1", "2") == Placement(1, 4)
    assert store.nearest(1) == 1


def test_a_nanosecond_counts(tmp_path: Path) -> None:
    times = 1_700_000_000 * SECOND + np.arange(5, dtype=np.int64) * 2
    store = store_of(tmp_path, [np.arange(5.0)], times, TimeKind.DATETIME)
    second = store.time_saved(1)
    assert ByTime(store).read(second, second) == Placement(1, 1)
    between = second.replace("000000002", "000000003")
    assert ByTime(store).read(between, between).fate == PlacementResult.MOVED


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [
        ("0", "9", Placement(0, 9)),
        ("3.0", " 4", Placement(3, 4)),
        ("4", "3", Placement(3, 4, PlacementResult.MOVED, "start and end swapped")),
        ("-2", "3", Placement(0, 3, PlacementResult.CLIPPED, "clipped at the start")),
        ("8", "12", Placement(8, 9, PlacementResult.CLIPPED, "clipped at the end")),
    ],
)
def test_numbers_of_rows_are_samples(numbers: Store, start: str, end: str, place: Placement) -> None:
    assert ByRow(numbers).read(start, end) == place


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("10", "12", "the recording has the rows 0 to 9"),
        ("-5", "-1", "the recording has the rows 0 to 9"),
        ("1.5", "2", "its start “1.5” is not a row number"),
        ("1", "x", "its end “x” is not a row number"),
    ],
)
def test_numbers_of_rows_that_are_not_there_have_no_place(
    numbers: Store, start: str, end: str, words: str
) -> None:
    with pytest.raises(UnplacedError, match=re.escape(words)):
        ByRow(numbers).read(start, end)


def test_rows_are_those_of_the_source_also_where_it_was_out_of_order(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("t,v\n5,0\n6,1\n7,2\n0,3\n1,4\n2,5\n")
    ingest(source, name="a.csv", store_root=tmp_path / "store")
    (folder,) = (tmp_path / "store").glob("*/*/")
    placer = ByRow(Store.open(folder))
    assert placer.read("0", "2") == Placement(3, 5)
    assert placer.read("3", "4") == Placement(0, 1)
    with pytest.raises(UnplacedError, match="are not adjacent"):
        placer.read("2", "3")
