"""Samples by index, by time and as text."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import Invalid, NotFound
from services.ingest.convert import ingest
from services.timeseries import Store, TimeKind
from tests.unit.recordings import store_of

NANOSECONDS = st.integers(-(2**63) + 1, 2**63 - 1)


def test_opening_reads_nothing_but_the_description(tmp_path: Path) -> None:
    store_of(tmp_path, [np.arange(10.0)], np.arange(10.0))
    for path in tmp_path.glob("*.npy"):
        path.unlink()
    assert Store.open(tmp_path).info.rows == 10


def test_a_folder_that_is_not_complete_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="add the file again"):
        Store.open(tmp_path)


@pytest.mark.parametrize(
    ("x", "index"), [(-5, 0), (0.4, 0), (0.5, 0), (0.6, 1), (1, 1), (1.5, 1), (2, 3), (99, 4), (2.6, 4)]
)
def test_the_nearest_sample_is_the_earlier_of_two_and_the_first_of_a_time(
    tmp_path: Path, x: float, index: int
) -> None:
    times = np.array([0, 1, 1, 2, 3.0])
    store = store_of(tmp_path, [np.arange(5.0)], times)
    assert store.nearest(x) == index


def test_a_span_includes_both_of_its_ends(tmp_path: Path) -> None:
    store = store_of(tmp_path, [np.arange(5.0)], np.array([0, 1, 1, 2, 3]))
    assert store.span(1, 2) == (1, 4)
    assert store.span(1.1, 1.9) == (3, 3)
    assert store.span(-9, 99) == (0, 5)
    assert store.span(7, 8) == (5, 5)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(NANOSECONDS, min_size=1, max_size=20, unique=True),
    st.sampled_from([TimeKind.DATETIME, TimeKind.NAIVE]),
)
def test_saved_dates_find_their_sample_again(instants: list[int], kind: TimeKind) -> None:
    times = np.sort(np.array(instants, np.int64))
    with tempfile.TemporaryDirectory() as folder:
        store = store_of(Path(folder), [np.zeros(len(times))], times, kind)
        for index in range(len(times)):
            assert store.index_of_saved(store.time_saved(index)) == index


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1e15, 1e15), min_size=1, max_size=20, unique=True))
def test_saved_numbers_find_their_sample_again(numbers: list[float]) -> None:
    times = np.sort(np.array(numbers))
    with tempfile.TemporaryDirectory() as folder:
        store = store_of(Path(folder), [np.zeros(len(times))], times)
        for index in range(len(times)):
            assert store.index_of_saved(store.time_saved(index)) == index


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=50), st.integers(1, 10**6))
def test_the_axis_position_of_a_sample_finds_the_first_sample_of_that_time(
    steps: list[int], unit: int
) -> None:
    times = 1_700_000_000_000_000_000 + np.cumsum(np.array(steps, np.int64)) * 1000 * unit
    with tempfile.TemporaryDirectory() as folder:
        store = store_of(Path(folder), [np.zeros(len(times))], times, TimeKind.NAIVE)
        for index in range(len(times)):
            x = float(store.x_of(index))
            assert store.x_of(store.nearest(x)) == x
            assert times[store.nearest(x)] == times[index]
            start, stop = store.span(x, x)
            assert start <= index < stop


def test_texts_of_times_are_exact_and_short(tmp_path: Path) -> None:
    seconds = store_of(tmp_path / "a", [np.zeros(3)], np.array([0, 0.002, 1805.55]))
    assert [seconds.time_text(i) for i in range(3)] == ["0", "0.002", "1805.55"]
    counts = store_of(tmp_path / "b", [np.zeros(2)], np.array([17, 2**60 + 1]))
    assert [counts.time_saved(i) for i in range(2)] == ["17", str(2**60 + 1)]
    rows = store_of(tmp_path / "c", [np.zeros(2)])
    assert rows.time_text(1) == rows.time_saved(1) == "1"
    assert rows.index_of_saved("1") == 1


def test_saved_dates_have_a_t_and_an_offset_and_no_zone_is_utc(tmp_path: Path) -> None:
    times = np.array([1_703_472_600_000_000_000, 1_703_472_600_125_000_000])
    store = store_of(tmp_path, [np.zeros(2)], times, TimeKind.NAIVE)
    assert store.time_saved(0) == "2023-12-25T02:50:00+00:00"
    assert store.time_text(1) == "2023-12-25 02:50:00.125"
    assert store.index_of_saved("2023-12-25T04:50:00.125+02:00") == 1


@pytest.mark.parametrize("text", ["", "soon", "5", "2023-12-25T02:50:01+00:00", "9999-01-01", "2023-13-01"])
def test_a_time_that_no_sample_has_is_invalid(tmp_path: Path, text: str) -> None:
    store = store_of(tmp_path, [np.zeros(1)], np.array([1_703_472_600_000_000_000]), TimeKind.NAIVE)
    with pytest.raises(Invalid):
        store.index_of_saved(text)


@pytest.mark.parametrize("text", ["", "nan", "inf", "3", "0.5", "-1"])
def test_a_number_that_no_sample_has_is_invalid(tmp_path: Path, text: str) -> None:
    for times in (np.arange(3), np.arange(3.0), None):
        store = store_of(tmp_path / str(times is None), [np.zeros(3)], times)
        with pytest.raises(Invalid):
            store.index_of_saved(text)


def test_the_source_text_of_any_row_can_be_quoted(tmp_path: Path) -> None:
    rows = [f"{i},{i % 7}.{i:06}" for i in range(60_000)]
    source = tmp_path / "a.csv"
    source.write_text("time,v\r\n" + "\r\n".join(rows))
    info = ingest(source, name="a.csv", store_root=tmp_path / "store")
    store = Store.open(tmp_path / "store" / info.sha256[:2] / info.sha256, source)
    for index in (0, 1, 4095, 5000, 30_000, 59_999):
        assert store.source_line(index).decode() == rows[index]
    with pytest.raises(NotFound):
        Store.open(store.folder).source_line(0)


def test_one_store_serves_many_threads(tmp_path: Path) -> None:
    store = store_of(tmp_path, [np.arange(1000.0) for _ in range(8)], np.arange(1000.0))
    with ThreadPoolExecutor(8) as pool:
        sums = list(pool.map(lambda i: float(store.channel(i % 8)[:].sum()) + store.nearest(i), range(200)))
    assert sums == [499_500.0 + i for i in range(200)]
