"""Offer of a time axis without gaps, and its description for the plot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from components.label import gaps
from services.timeseries import Store
from tests.unit.recordings import store_of

SESSIONS = np.concatenate([np.arange(10.0) + start for start in (0, 50, 100)])


def over(folder: Path, times: np.ndarray | None) -> Store:
    return store_of(folder, [np.arange(30.0 if times is None else float(len(times)))], times)


@pytest.mark.parametrize("times", [None, np.arange(30.0), np.append(np.arange(29.0), 30.0)])
def test_it_is_not_offered_without_gaps_worth_closing(tmp_path: Path, times: np.ndarray | None) -> None:
    store = over(tmp_path, times)
    assert gaps.hint(store) == ""
    assert gaps.axis(store, gaps.SAMPLES) == gaps.TIME


def test_it_is_offered_and_described_where_a_large_part_of_the_time_is_empty(tmp_path: Path) -> None:
    store = over(tmp_path, SESSIONS)
    assert gaps.hint(store) == "72 % gaps"
    assert gaps.axis(store, None) == gaps.TIME
    assert gaps.axis(store, gaps.SAMPLES) == {
        "kind": "samples",
        "index": [0, 9, 10, 19, 20, 29],
        "x": [0, 9, 50, 59, 100, 109],
        "jumps": [10, 20],
    }


def test_daily_prices_without_weekends_are_offered_too(tmp_path: Path) -> None:
    days = np.array([day for day in range(100) if day % 7 < 5], np.float64)
    store = over(tmp_path, days)
    assert store.info.time.gaps == 0  # three days are not more than three usual steps
    assert gaps.hint(store) == "27 % gaps"
    assert len(gaps.axis(store, gaps.SAMPLES)["jumps"]) == 14


def test_uneven_times_are_refused(tmp_path: Path) -> None:
    times = np.append(SESSIONS, 109)
    assert gaps.axis(over(tmp_path, times), gaps.SAMPLES) is gaps.TIME
