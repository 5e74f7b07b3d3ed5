"""Axis ticks in sample numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.timeseries.ticks import round_step, sample_ticks
from tests.unit.recordings import store_of


@pytest.mark.parametrize(("least", "step"), [(0, 1), (1, 1), (1.1, 2), (3, 5), (5.5, 10), (201, 500)])
def test_steps_are_one_two_or_five_times_a_power_of_ten(least: float, step: int) -> None:
    assert round_step(least) == step


def test_ticks_are_at_their_samples_when_steps_are_uneven(tmp_path: Path) -> None:
    times = np.cumsum(np.arange(1000, dtype=np.float64))
    store = store_of(tmp_path, [np.zeros(1000)], times)
    ticks = sample_ticks(store, float(times[100]), float(times[200]), 10)
    assert ticks["x"] == [times[index] for index in ticks["index"]]
    seen = [index for index in ticks["index"] if 100 <= index <= 200]
    assert seen == list(range(100, 201, 20))
    assert ticks["index"][0] < 100 and ticks["index"][-1] > 200, "some ticks are in the margins, for dragging"


def test_many_samples_in_the_margin_do_not_yield_many_ticks(tmp_path: Path) -> None:
    times = np.concatenate([np.arange(100.0), 100 + np.arange(100_000) / 1e6])
    ticks = sample_ticks(store_of(tmp_path, [np.zeros(len(times))], times), 0, 99, 10)
    assert len(ticks["index"]) < 60


def test_a_view_without_samples_has_no_ticks(tmp_path: Path) -> None:
    assert sample_ticks(store_of(tmp_path, [np.zeros(10)]), 500, 600, 8) == {"index": [], "x": []}
