"""Keys that are only in the first row of their group: dates, parts of dates, names of series."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.errors import RefusedFile
from tests.unit.test_layouts import read
from tests.unit.test_layouts_asked import channel, times


def groups(head: str, key: str, row: str, count: int = 3, rows: int = 6) -> str:
    """Groups of rows, each below ``head``; ``key`` is only in the first row of its group, of number ``k``."""
    lines = [
        (key.format(k=group, d=group + 20, name="ABC"[group % 3]) if i == 0 else "")
        + row.format(i=i, ii=f"{i:02d}", v=f"{group}.{i}")
        for group in range(count)
        for i in range(rows)
    ]
    return "\n".join([head, *lines, ""])


DAYS = {
    "ISO": ("Date,Time,a", "2024-02-{d}", ",{ii}:00,{v}"),
    "German": ("Datum;Uhrzeit;a", "{d}.02.2024", ";{ii}:00;{v}"),
    "American": ("Date,Time,a", "02/{d}/2024", ",{ii}:00,{v}"),
    "in digits": ("Date,Time,a", "202402{d}", ",{ii}0000,{v}"),
    "hours": ("date,hour,a", "2024-02-{d}", ",{i},{v}"),
    "blanks in the empty cells": ("Date,Time,a", "2024-02-{d}", "  ,{ii}:00,{v}"),
}


@pytest.mark.parametrize("kind", DAYS)
def test_a_date_in_the_first_row_of_its_day_is_that_of_all_its_rows(kind: str, tmp_path: Path) -> None:
    store = read(groups(*DAYS[kind]), tmp_path)
    assert times(store) == ["2024-02-20 00:00:00", "2024-02-20 01:00:00", "2024-02-22 05:00:00"]
    assert channel(store, "a")[:2] == [0.0, 0.1]
    assert not store.info.reading.doubts
    assert any("the value of the row above" in note for note in store.info.reading.notes)


def test_a_year_and_a_month_above_their_days_are_filled(tmp_path: Path) -> None:
    rows = "".join(
        f"{2023 + month // 12 if month % 12 == 0 and day == 1 else ''},{month % 12 + 1 if day == 1 else ''},{day},1.5\n"
        for month in range(24)
        for day in range(1, 29)
    )
    store = read("Year,Month,Day,a\n" + rows, tmp_path)
    assert times(store) == ["2023-01-01 00:00:00", "2023-01-02 00:00:00", "2024-12-28 00:00:00"]


def test_one_date_for_all_rows_is_a_doubt_and_holds_in_all_blocks_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.ingest.blocks.BLOCK", 300)
    store = read(groups("Date,Time,a", "2024-02-{d}", ",00:{ii}:00,{v}", count=1, rows=50), tmp_path)
    assert times(store) == ["2024-02-20 00:00:00", "2024-02-20 00:01:00", "2024-02-20 00:49:00"]
    assert any("which is the only one" in doubt for doubt in store.info.reading.doubts)


def test_the_name_of_a_series_in_the_first_row_of_its_block_is_that_of_all_its_rows(tmp_path: Path) -> None:
    store = read(groups("Sensor,Time,a", "{name}", ",00:{ii}:00,{v}", rows=20), tmp_path)
    assert [item.name for item in store.info.channels] == ["A", "B", "C"]
    assert (store.rows, channel(store, "B")[1]) == (20, 1.1)


def test_a_date_above_the_names_of_its_series_is_filled(tmp_path: Path) -> None:
    rows = "".join(
        f"{f'2024-01-{day + 1:02d}' if name == 'north' else ''},{name},{day}.{place}\n"
        for day in range(20)
        for place, name in enumerate(("north", "south", "west"))
    )
    store = read("Date,Sensor,a\n" + rows, tmp_path)
    assert (store.rows, channel(store, "south")[:2]) == (20, [0.1, 1.1])


def test_a_word_in_few_rows_is_no_key(tmp_path: Path) -> None:
    rows = "".join(f"{i * 0.5},{'start' if i % 10 == 0 else ''},{i}.5\n" for i in range(50))
    store = read("time,event,a\n" + rows, tmp_path)
    assert (store.rows, [item.name for item in store.info.channels]) == (50, ["a"])


@pytest.mark.parametrize("clock", ["{hour:02d}:00", "10:00"])
def test_a_date_that_is_missing_for_another_reason_is_refused_with_its_line(
    clock: str, tmp_path: Path
) -> None:
    """Equal dates in successive rows, and a clock that goes back without a date."""
    rows = "".join(
        f"{'' if hour in (5, 9) else '2024-02-20'},{clock.format(hour=hour)},1.5\n" for hour in range(20)
    )
    with pytest.raises(RefusedFile, match="line 7, .*a part of the time is missing"):
        read("Date,Time,a\n" + rows, tmp_path)


def test_a_clock_that_goes_back_without_a_date_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="line 3, .*a part of the time is missing"):
        read(
            "Date,Time,a\n2024-02-20,22:00,1\n"
            + "".join(f",{hour % 24:02d}:00,1\n" for hour in range(23, 40)),
            tmp_path,
        )
