"""Window of a view: number of points, exactness, extremes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import Invalid
from services.timeseries import Store, TimeKind, Window, encode, window
from services.timeseries.pyramid import Levels, level_sizes
from tests.unit.recordings import store_of

ROWS = 200_000


@st.composite
def recordings(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Times with gaps and repeats, and a channel with missing runs and spikes."""
    rows = draw(st.integers(1, 6000))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    steps = rng.choice([1, 1, 1, 1, 0, 2], rows)
    steps[rng.integers(0, rows, draw(st.integers(0, 4)))] = draw(st.sampled_from([50, 1000]))
    values = rng.normal(size=rows)
    values[rng.integers(0, rows, 5)] *= 1000
    for _ in range(draw(st.integers(0, 5))):
        first = int(rng.integers(0, rows))
        values[first : first + int(rng.integers(1, 900))] = np.nan
    return np.cumsum(steps).astype(np.int64), values


@settings(max_examples=150, deadline=None)
@given(recordings(), st.floats(0, 1), st.floats(0, 1), st.integers(1, 700))
def test_every_extreme_of_the_raw_data_is_among_the_points_at_any_zoom(
    recording: tuple[np.ndarray, np.ndarray], left: float, right: float, pixels: int
) -> None:
    times, values = recording
    with tempfile.TemporaryDirectory() as folder:
        store = store_of(Path(folder), [values], times)
        first, last = float(times[0]), float(times[-1])
        x0, x1 = sorted((first + left * (last - first), first + right * (last - first)))
        shown = window(store, x0, x1, pixels)
        series = shown.series[0]
        seen = values[(times >= x0) & (times <= x1)]
        assert shown.stop - shown.start == len(seen)
        present = seen[~np.isnan(seen)]
        if not len(present):
            assert np.isnan(series.minimum)
            assert np.isnan(series.maximum)
            return
        assert (series.minimum, series.maximum) == (present.min(), present.max())
        if shown.samples_per_point == 1:
            assert np.isin(present, series.y).all()
        else:
            assert np.nanmin(series.y) <= present.min()
            assert np.nanmax(series.y) >= present.max()
            _every_bucket_is_shown(times, values, shown)


def _every_bucket_is_shown(times: np.ndarray, values: np.ndarray, shown: Window) -> None:
    """Each bucket's minimum and maximum are points, at their own time."""
    size, series = shown.samples_per_point, shown.series[0]
    points = set(zip(series.x.tolist(), series.y.tolist(), strict=True))
    for first in range(shown.start // size * size, shown.stop, size):
        bucket = values[first : first + size]
        if np.isnan(bucket).all():
            continue
        for place in (np.nanargmin(bucket), np.nanargmax(bucket)):
            assert (float(times[first + place]), float(bucket[place])) in points


@settings(max_examples=60, deadline=None)
@given(recordings(), st.integers(1, 300))
def test_points_are_in_time_order_and_each_is_a_sample(
    recording: tuple[np.ndarray, np.ndarray], pixels: int
) -> None:
    times, values = recording
    with tempfile.TemporaryDirectory() as folder:
        store = store_of(Path(folder), [values], times)
        shown = window(store, float(times[0]), float(times[-1]), pixels)
        series = shown.series[0]
        assert (np.diff(series.x) >= 0).all()
        assert np.isin(series.y[~np.isnan(series.y)], values).all()
        assert len(series.y) <= 13 * pixels + 8


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Store:
    values = np.cumsum(np.random.default_rng(1).normal(size=ROWS))
    return store_of(tmp_path_factory.mktemp("walk"), [values, (values * 10).astype(np.int64)])


def test_panning_moves_the_same_points_so_nothing_shimmers(walk: Store) -> None:
    one = window(walk, 50_000, 100_000, 500).series[0]
    other = window(walk, 50_777, 100_777, 500).series[0]
    kept = [set(s.x[(s.x > 50_777 + 500) & (s.x < 100_000 - 500)].tolist()) for s in (one, other)]
    assert kept[0] == kept[1]


@pytest.mark.parametrize("samples", [10, 500, 1250, 1251, 2000, 5000, 40_000, 150_000])
def test_there_is_about_one_bucket_a_pixel_or_all_samples(walk: Store, samples: int) -> None:
    shown = window(walk, 20_000, 20_000 + samples - 1, 500)
    size = shown.samples_per_point
    assert (size == 1) == (samples <= 1250)
    assert size == 1 or 0.7 <= samples / size / 500 <= 1.42


def test_the_margins_are_coarser_and_have_every_extreme_too(walk: Store) -> None:
    series = window(walk, 80_000, 120_000, 500).series[0]
    values = np.asarray(walk.channel(0))
    assert (
        np.diff(series.x[series.x < 79_000]).mean()
        > 3 * np.diff(series.x[(series.x > 81_000) & (series.x < 119_000)]).mean()
    )
    assert values[61_000:79_000].max() in series.y
    assert values[121_000:139_000].min() in series.y


def test_half_a_window_of_margin_is_there_on_each_side(walk: Store) -> None:
    series = window(walk, 100_000, 140_000, 800).series[0]
    assert series.x[0] <= 80_064
    assert series.x[-1] >= 159_936
    assert series.x[0] >= 80_000 - 4 * 64 - 1  # a coarse bucket further, no more


def test_a_view_between_two_samples_still_draws_the_line_through_it(walk: Store) -> None:
    shown = window(walk, 100.2, 100.4, 500)
    assert shown.start == shown.stop
    assert shown.series[0].x.tolist() == [100, 101]
    assert np.isnan(shown.series[0].minimum)


def test_a_view_outside_the_recording_has_no_samples(walk: Store) -> None:
    shown = window(walk, -500, -400, 100)
    assert (shown.start, shown.stop) == (0, 0)
    assert np.isnan(shown.series[0].maximum)


def test_limits_may_come_in_any_order_and_must_be_finite(walk: Store) -> None:
    assert encode(window(walk, 900, 100, 50)) == encode(window(walk, 100, 900, 50))
    for bad in [(np.nan, 1.0, 10), (0.0, np.inf, 10), (0.0, 1.0, 0)]:
        with pytest.raises(Invalid):
            window(walk, *bad)
    with pytest.raises(Invalid):
        window(walk, 0, 1, 10, [2])


def test_extreme_limits_and_a_view_of_one_instant_are_views_too(walk: Store) -> None:
    assert window(walk, -1e308, 1e308, 100).stop == ROWS
    assert window(walk, 5, 5, 100).stop == 6


def test_time_gaps_lift_the_pen_only_where_they_are_a_pixel_wide(tmp_path: Path) -> None:
    times = np.concatenate([np.arange(5000), np.arange(5010, 10_000)]).astype(np.float64)
    store = store_of(tmp_path, [np.ones(len(times))], times)
    near, far = window(store, 4900, 5100, 500), window(store, 0, 10_000, 100)
    assert np.isnan(near.series[0].y).sum() == 1
    assert not np.isnan(far.series[0].y).any()


def test_a_gap_is_drawn_from_its_last_to_its_first_sample_even_when_decimated(tmp_path: Path) -> None:
    times = np.concatenate([np.arange(50_000), np.arange(90_000, 140_000)]).astype(np.float64)
    store = store_of(tmp_path, [np.sin(times)], times)
    series = window(store, 0, 140_000, 300).series[0]
    pen_up = int(np.flatnonzero(np.isnan(series.y))[0])
    assert series.x[pen_up - 1] == 49_999
    assert series.x[pen_up + 1] == 90_000


def test_a_lone_sample_between_gaps_gets_a_second_point_half_a_pixel_on(tmp_path: Path) -> None:
    times = np.concatenate([np.arange(1000), [2000], np.arange(3000, 4000)]).astype(np.float64)
    values = np.arange(len(times), dtype=np.float64)
    series = window(store_of(tmp_path, [values], times), 0, 4000, 1000).series[0]
    assert series.x[series.y == 1000].tolist() == [2000, 2002]


def test_missing_samples_lift_the_pen_and_keep_lone_neighbours_visible(tmp_path: Path) -> None:
    values = np.array([1, np.nan, 2, np.nan, 3, 4.0])
    series = window(store_of(tmp_path, [values]), 0, 5, 10).series[0]
    assert series.x[series.y == 2].tolist() == [2, 2.25]
    assert (series.minimum, series.maximum) == (1, 4)


def test_a_whole_missing_stretch_is_a_hole_in_a_decimated_view_too(tmp_path: Path) -> None:
    values = np.ones(100_000)
    values[30_000:60_000] = np.nan
    series = window(store_of(tmp_path, [values]), 0, 100_000, 100).series[0]
    hole = series.x[np.isnan(series.y)]
    assert hole.min() >= 29_000
    assert hole.max() <= 60_000


def test_whole_numbers_are_drawn_as_floats_and_a_constant_channel_is_a_line(tmp_path: Path) -> None:
    series = window(store_of(tmp_path, [np.full(10_000, 7, np.int64)]), 0, 9999, 100).series[0]
    assert series.y.dtype == np.float64
    assert set(series.y.tolist()) == {7.0}
    assert series.x[-1] > 9000


def test_dates_are_milliseconds_on_the_axis(tmp_path: Path) -> None:
    times = 1_700_000_000_000_000_000 + 500_000 * np.arange(1000)
    store = store_of(tmp_path, [np.arange(1000.0)], times, TimeKind.DATETIME)
    series = window(store, 1_700_000_000_000, 1_700_000_000_001, 100).series[0]
    assert series.x[:3].tolist() == [1_700_000_000_000, 1_700_000_000_000.5, 1_700_000_000_001]


def decode(data: bytes) -> tuple[dict, bytes]:
    length = int.from_bytes(data[:4], "little")
    assert (4 + length) % 8 == 0
    return json.loads(data[4 : 4 + length]), data[4 + length :]


def test_the_binary_answer_holds_the_same_numbers_and_shares_x(walk: Store) -> None:
    shown = window(walk, 100, 300, 500)
    header, body = decode(encode(shown))
    assert (header["n"], header["start"], header["stop"], header["rows"]) == (1, 100, 301, ROWS)
    assert header["series"][0]["x"] == header["series"][1]["x"]
    for fields, series in zip(header["series"], shown.series, strict=True):
        for key, array in (("x", series.x), ("y", series.y)):
            offset, count = fields[key]
            assert np.frombuffer(body, "<f8", count, offset).tolist() == array.tolist()
        assert (fields["min"], fields["max"]) == (series.minimum, series.maximum)


def test_an_empty_view_has_null_extremes_in_json(walk: Store) -> None:
    header, _ = decode(encode(window(walk, -10, -5, 10)))
    assert (header["series"][0]["min"], header["series"][0]["max"]) == (None, None)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 5000), st.integers(0, 2**32))
def test_each_level_of_the_pyramid_is_the_minimum_and_maximum_of_its_buckets(rows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=rows)
    values[rng.random(rows) < 0.3] = np.nan
    values[: rows // 3] = np.nan
    with tempfile.TemporaryDirectory() as folder:
        levels: Levels = store_of(Path(folder), [values]).levels(0)
        assert len(levels) == len(level_sizes(rows))
        for level in range(len(levels)):
            size = 256 << level
            for number, record in enumerate(levels.level(level)):
                bucket = values[number * size : (number + 1) * size]
                if np.isnan(bucket).all():
                    assert np.isnan(record["min"])
                    assert np.isnan(record["max"])
                    continue
                assert bucket[record["argmin"]] == record["min"] == np.nanmin(bucket)
                assert bucket[record["argmax"]] == record["max"] == np.nanmax(bucket)
