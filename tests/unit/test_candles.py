"""Candles of a price are exact at every zoom, and so are mean and standard deviation of a channel."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import Invalid
from services.timeseries import Store, candles
from services.timeseries.candles import NARROWEST, candle_size
from services.timeseries.moments import moments
from tests.unit.recordings import store_of

Price = tuple[np.ndarray, np.ndarray]  # times [n], columns [4, n]


@st.composite
def prices(draw: st.DrawFn) -> Price:
    """Times with gaps, and four columns with missing values, alone and in runs."""
    rows = draw(st.integers(1, 5000))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    steps = rng.choice([1, 1, 1, 2], rows)
    steps[rng.integers(0, rows, draw(st.integers(0, 3)))] = 500
    columns = 100 + np.cumsum(rng.normal(size=(4, rows)), axis=1)
    columns[rng.random((4, rows)) < draw(st.sampled_from([0, 0.05, 0.6]))] = np.nan
    for _ in range(draw(st.integers(0, 3))):
        first = int(rng.integers(0, rows))
        columns[:, first : first + int(rng.integers(1, 900))] = np.nan
    return np.cumsum(steps).astype(np.int64), columns


def plain(columns: np.ndarray, first: int, size: int) -> list[float]:
    """The candle of one bucket as one would work it out by hand; NaN where a column has nothing."""
    part = [column[first : first + size] for column in columns]
    kept = [column[~np.isnan(column)] for column in part]
    if not all(len(column) for column in kept):
        return [np.nan] * 4
    return [kept[0][0], kept[1].max(), kept[2].min(), kept[3][-1]]


@settings(max_examples=150, deadline=None)
@given(prices(), st.floats(0, 1), st.floats(0, 1), st.integers(1, 900))
def test_every_candle_is_the_one_worked_out_by_hand_at_any_zoom(
    price: Price, left: float, right: float, pixels: int
) -> None:
    times, columns = price
    with tempfile.TemporaryDirectory() as folder:
        store = store_of(Path(folder), list(columns), times)
        first, last = float(times[0]), float(times[-1])
        x0, x1 = sorted((first + left * (last - first), first + right * (last - first)))
        drawn = candles(store, x0, x1, pixels, (0, 1, 2, 3))
        middles = np.searchsorted(times, drawn.x)
        starts = middles // drawn.samples * drawn.samples
        got = np.array([drawn.open, drawn.high, drawn.low, drawn.close]).T
        for start, candle in zip(starts.tolist(), got, strict=True):
            np.testing.assert_array_equal(candle, plain(columns, start, drawn.samples))
        inside = set(((np.flatnonzero((times >= x0) & (times <= x1))) // drawn.samples).tolist())
        assert inside <= set((starts // drawn.samples).tolist()), "each visible sample is in a candle"
        assert len(inside) <= max(1, pixels // NARROWEST) + 1


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Store:
    walk = 500 + np.cumsum(np.random.default_rng(5).normal(size=(4, 300_000)), axis=1)
    return store_of(tmp_path_factory.mktemp("price"), [*walk, walk[0].astype(np.int64)])


def test_large_candles_read_the_pyramid_and_are_exact_too(long: Store) -> None:
    drawn = candles(long, 0, 299_999, 700, (0, 1, 2, 3))
    assert drawn.samples == 4096
    columns = np.array([long.channel(number) for number in range(4)])
    for place, start in enumerate(range(0, 300_000, 4096)):
        expected = plain(columns, start, 4096)
        got = [one[place] for one in (drawn.open, drawn.high, drawn.low, drawn.close)]
        assert got == expected


def test_panning_moves_the_same_candles(long: Store) -> None:
    one, other = (candles(long, x, x + 50_000, 600, (0, 1, 2, 3)) for x in (100_000, 100_777))
    shared = set(one.x[1:-1].tolist()) & set(other.x[1:-1].tolist())
    assert len(shared) > 150


def test_whole_numbers_are_a_price_too(long: Store) -> None:
    assert candles(long, 0, 50, 700, (4, 4, 4, 4)).open.dtype == np.float64


@pytest.mark.parametrize(
    ("samples", "pixels", "size"), [(200, 1000, 1), (201, 1000, 2), (3, 1, 4), (0, 500, 1)]
)
def test_a_candle_is_wide_enough_to_be_read(samples: int, pixels: int, size: int) -> None:
    assert candle_size(samples, pixels) == size


def test_candles_need_four_channels_of_the_recording(long: Store) -> None:
    for columns in [(0, 1, 2), (0, 1, 2, 9), (-1, 0, 1, 2)]:
        with pytest.raises(Invalid):
            candles(long, 0, 10, 500, columns)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 3_000_000), st.sampled_from([0.0, 1e9]))
def test_mean_and_deviation_ignore_missing_samples_and_tolerate_a_large_offset(
    seed: int, rows: int, offset: float
) -> None:
    values = np.random.default_rng(seed).normal(offset, 1, rows)
    values[:: 1 + seed % 5 * 7] = np.nan
    kept = values[~np.isnan(values)]
    if not len(kept):
        assert np.isnan(moments(values)).all()
        return
    np.testing.assert_allclose(moments(values), (kept.mean(), kept.std()), rtol=1e-9, atol=1e-9)


def test_a_channel_that_does_not_exist_has_no_spread(long: Store) -> None:
    assert long.moments(0) == moments(long.channel(0))
    with pytest.raises(Invalid):
        long.moments(7)
