"""Time axis without gaps: conversion between samples and times, ticks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from services.timeseries import Store, TimeKind, ticks_by_sample, window
from services.timeseries.knots import MOST, knots
from tests.unit.recordings import store_of

MINUTE = 60_000_000_000  # ns
BARS = 78  # of five minutes in a session


def sessions(days: int) -> np.ndarray:
    """Five-minute bars from 09:30 to 15:55 of weekdays, ns since 1970."""
    begin = datetime(2024, 1, 1, 9, 30, tzinfo=UTC)
    opened = [
        begin + timedelta(days=day) for day in range(days) if (begin + timedelta(days=day)).weekday() < 5
    ]
    starts = np.array([int(one.timestamp()) * 1_000_000_000 for one in opened], np.int64)
    return (starts[:, None] + np.arange(BARS) * 5 * MINUTE).ravel()


def prices(folder: Path, days: int = 14) -> Store:
    times = sessions(days)
    return store_of(folder, [np.arange(len(times), dtype=np.float64)], times, TimeKind.DATETIME)


def test_knots_are_the_first_and_last_sample_of_each_session_and_give_every_time_exactly(
    tmp_path: Path,
) -> None:
    store = prices(tmp_path)
    assert store.knots is not None
    assert store.knots.tolist()[:5] == [0, 77, 78, 155, 156]
    assert store.knots.tolist()[-1] == store.rows - 1
    lines = np.interp(np.arange(store.rows), store.knots, store.x_of(store.knots))
    np.testing.assert_array_equal(lines, store.x_slice(0, store.rows))


@pytest.mark.parametrize("piece", [2, 3, 7, 1 << 20])
def test_knots_do_not_depend_on_the_pieces_in_which_times_are_read(
    monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr("services.timeseries.knots._PIECE", piece)
    found = knots(np.array([0, 1, 2, 9, 10, 11, 12, 20.0]), 1)
    assert found is not None
    assert found.tolist() == [0, 2, 3, 6, 7]


def test_times_that_are_equal_or_too_uneven_have_no_knots() -> None:
    assert knots(np.array([0, 1, 1, 2.0]), 1) is None
    assert knots(np.cumsum(1 + np.random.default_rng(0).random(2 * MOST)), 1.5) is None
    drifting = np.cumsum(1 + 1e-6 * np.arange(30_000.0))  # each step is even with its neighbours
    assert knots(drifting, 1) is None


def test_a_window_by_sample_has_the_same_values_at_the_sample_numbers(tmp_path: Path) -> None:
    store = prices(tmp_path)
    part = window(store.by_sample, 70, 90, 2000)
    (series,) = part.series
    kept = ~np.isnan(series.y)
    np.testing.assert_array_equal(series.x[kept], series.y[kept])
    assert (part.start, part.stop) == (70, 91)
    assert np.isnan(series.y[np.flatnonzero(series.x == 78)[0]]), "the line is interrupted where time jumps"


def shown(store: Store, form: str, view: tuple[float, float], most: int) -> list[tuple[int, str]]:
    ticks = ticks_by_sample(store, form, "UTC", view, most)
    pairs = zip(ticks["x"], ticks["text"], strict=True)
    return [(x, text) for x, text in pairs if view[0] <= x <= view[1]]


def test_ticks_are_at_samples_and_show_their_true_times(tmp_path: Path) -> None:
    store = prices(tmp_path)
    ticks = shown(store, "file", (0, 3 * BARS - 1), 10)
    assert ticks[0] == (0, "09:30<br>2024-01-01")
    assert (BARS, "09:30<br>2024-01-02") in ticks
    for index, text in ticks:
        assert store.time_text(index)[11:16] == text[:5]
    apart = np.diff([index for index, _ in ticks])
    assert apart.min() >= 0.75 * (3 * BARS - 1) / 10


@pytest.mark.parametrize(("most", "days"), [(4, 14), (8, 14), (8, 400), (3, 400)])
def test_ticks_of_many_sessions_are_dates_and_not_too_many(tmp_path: Path, most: int, days: int) -> None:
    store = prices(tmp_path, days)
    ticks = shown(store, "utc", (0, store.rows - 1), most)
    assert 1 < len(ticks) <= most
    for index, text in ticks:
        assert store.time_text(index)[:10] in text


def test_seconds_and_sample_numbers_are_ticks_too(tmp_path: Path) -> None:
    times = np.concatenate([np.arange(100) * 0.1, 1000 + np.arange(100) * 0.1])
    store = store_of(tmp_path, [np.arange(200.0)], times)
    assert shown(store, "samples", (0, 199), 4) == [(0, "0"), (50, "50"), (100, "100"), (150, "150")]
    ticks = shown(store, "file", (0, 199), 8)
    assert all(float(text.replace(",", "")) == pytest.approx(times[index]) for index, text in ticks)
    assert (100, "1,000.0") in ticks


def test_a_view_beyond_the_recording_has_ticks_within_the_recording_only(tmp_path: Path) -> None:
    store = prices(tmp_path)
    ticks = ticks_by_sample(store, "file", "UTC", (-5000, -4000), 8)
    assert all(0 <= x < store.rows for x in ticks["x"])
