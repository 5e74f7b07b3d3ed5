"""Round times under a plot, in the form that is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import numpy as np
import pytest

from services.timeseries.time_ticks import DAY, HOUR, clock_of, date_ticks, elapsed_ticks, time_ticks
from tests.unit.recordings import store_of


def at(text: str) -> float:
    """An instant in ms since 1970."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000


def seen(ticks: dict[str, list[float]], view: tuple[float, float]) -> list[str]:
    """The texts of the ticks in a view."""
    pairs = zip(ticks["x"], ticks["text"], strict=True)
    return [str(text) for x, text in pairs if view[0] <= x <= view[1]]


def test_summer_time_leaves_out_an_hour_and_ticks_stay_round() -> None:
    view = at("2024-03-30T23:00"), at("2024-03-31T05:00")
    texts = seen(date_ticks(view, 8, clock_of("local", "Europe/Berlin", None)), view)
    assert texts == ["00:00<br>2024-03-31", "01:00", "03:00", "04:00", "05:00", "06:00", "07:00"]


def test_days_across_the_shift_of_the_clock_begin_at_its_midnight() -> None:
    clock = clock_of("local", "Europe/Berlin", None)
    view = at("2024-03-29T12:00"), at("2024-04-02T12:00")
    ticks = date_ticks(view, 5, clock)
    assert all((x + clock(x)) % DAY == 0 for x in ticks["x"])
    assert seen(ticks, view) == ["2024-03-30", "2024-03-31", "2024-04-01", "2024-04-02"]


@pytest.mark.parametrize(
    ("span", "texts"),
    [
        (4, ["12:00:00.000<br>2024-05-01", "12:00:00.001", "12:00:00.002", "12:00:00.003", "12:00:00.004"]),
        (2000, ["12:00:00.0<br>2024-05-01", "12:00:00.5", "12:00:01.0", "12:00:01.5", "12:00:02.0"]),
        (60_000, ["12:00:00<br>2024-05-01", "12:00:15", "12:00:30", "12:00:45", "12:01:00"]),
        (24 * HOUR, ["12:00<br>2024-05-01", "18:00", "00:00<br>2024-05-02", "06:00", "12:00"]),
        (100 * DAY, ["2024-06-01", "2024-07-01", "2024-08-01"]),
        (6 * 366 * DAY, ["2026-01-01", "2028-01-01", "2030-01-01"]),
    ],
)
def test_dates_have_the_parts_that_distinguish_neighbouring_ticks(span: float, texts: list[str]) -> None:
    view = at("2024-05-01T12:00"), at("2024-05-01T12:00") + span
    found = seen(date_ticks(view, 4, clock_of("utc", "", "+02:00")), view)
    assert found[: len(texts)] == texts


def test_the_clock_of_the_file_has_its_offset_and_no_other() -> None:
    assert clock_of("file", "", "-03:30")(0) == -3.5 * HOUR
    assert clock_of("utc", "", "-03:30")(0) == 0
    assert clock_of("local", "Europe/Berlin", None)(at("9999-12-31") * 1000) == 0, "beyond all calendars"
    with pytest.raises(ZoneInfoNotFoundError):
        clock_of("local", "Nowhere/Atlantis", None)


def test_some_ticks_are_outside_the_view_for_dragging() -> None:
    ticks = elapsed_ticks((10, 20), 5, 10, 0.5)
    assert ticks["x"][0] <= 2 and ticks["x"][-1] >= 28
    assert seen(ticks, (10, 20)) == ["0", "1", "2", "3", "4", "5"]
    assert elapsed_ticks((0, 1e7), 5, 0, 1)["text"][-1] == "20,000,000"


def test_times_come_with_their_sample_numbers(tmp_path: Path) -> None:
    ticks = time_ticks(store_of(tmp_path, [np.zeros(5000)]), "samples", "", (0, 4999), 5)
    assert ticks["index"] == ticks["x"] == [0, 1000, 2000, 3000, 4000]
    assert ticks["text"] == ["0", "1,000", "2,000", "3,000", "4,000"]
