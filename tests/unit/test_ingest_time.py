"""Detection of the time column, and parsing of its cells."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from services.ingest import npyfile, timeaxis
from services.ingest.convert import ingest
from services.ingest.reading_options import ReadingOptions
from services.ingest.spellings import (
    CLOCK,
    COMPACT,
    EITHER_ORDER,
    YEAR_DAY,
    YEAR_FIRST,
    ImpossibleTimeError,
    Spelling,
    nanoseconds_of,
)
from services.timeseries import Store

Read = Callable[[bytes], Store]


@pytest.mark.parametrize(
    ("cell", "text", "zone"),
    [
        ("2023-12-25 02:50:00+00:00", "2023-12-25 02:50:00+00:00", "UTC"),
        ("2023-12-25T02:50:00Z", "2023-12-25 02:50:00+00:00", "UTC"),
        ("2023-12-25T02:50:00+0000", "2023-12-25 02:50:00+00:00", "UTC"),
        ("2023-12-25T02:50:00.125+02:00", "2023-12-25 02:50:00.125+02:00", "+02:00"),
        ("2023-12-25T02:50:00-0330", "2023-12-25 02:50:00-03:30", "-03:30"),
        ("2023-12-25 02:50:00.123456789", "2023-12-25 02:50:00.123456789", None),
        ("2023-12-25 02:50", "2023-12-25 02:50:00", None),
        ("2023-12-25", "2023-12-25 00:00:00", None),
        ("2023/12/25 2:50:00", "2023-12-25 02:50:00", None),
        ("2023-12-25 02:50:00.5 UTC", "2023-12-25 02:50:00.500+00:00", "UTC"),
        ("2023-12-25t02:50:00z", "2023-12-25 02:50:00+00:00", "UTC"),
        ("1703472600", "2023-12-25 02:50:00+00:00", "UTC"),
        ("1703472600123", "2023-12-25 02:50:00.123+00:00", "UTC"),
        ("1703472600123456", "2023-12-25 02:50:00.123456+00:00", "UTC"),
        ("1703472600123456789", "2023-12-25 02:50:00.123456789+00:00", "UTC"),
        ("1703472600.123456789", "2023-12-25 02:50:00.123456789+00:00", "UTC"),
        ("1703472600123.25", "2023-12-25 02:50:00.123250+00:00", "UTC"),
    ],
)
def test_dates_and_unix_times_are_read_to_the_nanosecond(
    read: Read, cell: str, text: str, zone: str | None
) -> None:
    store = read(f"timestamp,v\n{cell},1\n{cell},2\n".encode())
    assert store.time_text(0) == text
    assert store.info.time.zone == zone
    assert store.info.time.kind == ("naive" if zone is None else "datetime")


@pytest.mark.parametrize(
    "name", ["date", "DateTime", "time", "Timestamp", "ts", "t", "time_s", "time_ms", "Time [s]"]
)
def test_a_column_with_a_name_of_time_is_the_time_in_any_case(read: Read, name: str) -> None:
    store = read(f"v,{name}\n5,0\n4,2\n6,1\n".encode())
    assert store.x_of([0, 1, 2]).tolist() == [0, 1, 2]
    assert store.info.time.kind == "numeric"


def test_plain_seconds_stay_numbers_with_their_unit(read: Read) -> None:
    info = read(b"time_s,v\n0.002,1\n0.004,2\n").info.time
    assert (info.kind, info.unit, info.first, info.last) == ("numeric", "s", 0.002, 0.004)


def test_numbers_whose_name_gives_another_unit_are_no_unix_times(read: Read) -> None:
    assert read(b"time_s,v\n1703472600123,1\n1703472600124,2\n").info.time.kind == "numeric"


def test_a_late_fraction_in_unix_times_is_still_exact(read: Read) -> None:
    store = read(b"time,v\n" + b"1700000000,1\n" * 3000 + b"1700000001.123456789,2\n")
    assert store.time_text(3000) == "2023-11-14 22:13:21.123456789+00:00"


def test_without_a_name_the_first_column_of_dates_is_the_time(read: Read) -> None:
    store = read(b",when,v\n0,2023-01-01,5\n1,2023-01-02,6\n")
    assert store.info.time.name == "when"


def test_a_rising_column_without_a_name_like_time_is_a_signal(read: Read) -> None:
    store = read(b"v,n,w\n5,10,1\n4,11,2\n6,15,3\n")
    assert store.info.time.kind == "row"
    assert [channel.name for channel in store.info.channels] == ["v", "n", "w"]


def test_a_column_that_rises_at_first_only_is_a_channel(read: Read) -> None:
    rows = b"".join(b"%d,1\n" % i for i in range(5000))
    store = read(b"ramp,v\n" + rows + b"0,1\n")
    assert store.info.time.kind == "row"
    assert [channel.name for channel in store.info.channels] == ["ramp", "v"]
    assert store.time_text(17) == "17"


def test_a_single_column_is_a_channel_by_row_number_even_if_it_rises(read: Read) -> None:
    assert read(b"v\n1\n2\n3\n").info.time.kind == "row"


def test_a_capital_t_that_does_not_rise_is_a_temperature(read: Read) -> None:
    assert read(b"T,p\n20,3\n21,1\n19,2\n").info.time.kind == "row"


def test_dates_that_could_be_day_or_month_first_are_left_out_not_guessed(read: Read) -> None:
    store = read(b"date,v\n01/02/2023,1\n02/02/2023,2\n")
    assert store.info.time.kind == "row"
    assert "without guessing" in store.info.reading.skipped[0][1]


def test_offsets_that_change_are_instants_in_order_shown_in_utc(read: Read) -> None:
    store = read(b"date,v\n2023-10-29 02:30:00+02:00,1\n2023-10-29 02:30:00+01:00,2\n")
    assert [store.time_text(i) for i in (0, 1)] == ["2023-10-29 00:30:00+00:00", "2023-10-29 01:30:00+00:00"]
    assert not store.info.reading.sorted
    assert any("+01:00, +02:00" in note for note in store.info.reading.notes)


def test_rows_out_of_order_are_sorted_stably_and_keep_their_source_line(read: Read) -> None:
    store = read(b"time,v\n3,30\n1,10\n2,\n1,11\n")
    assert store.info.reading.sorted
    assert np.asarray(store.channel(0)).tolist()[:2] == [10, 11]
    assert [store.source_line(i) for i in range(4)] == [b"1,10", b"1,11", b"2,", b"3,30"]
    assert store.info.channels[0].missing == 1


def test_long_files_are_sorted_in_runs_as_numpy_sorts_them_stably(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeaxis, "_RUN", 100)
    times = np.random.default_rng(3).integers(0, 300, 5000)
    npyfile.save(tmp_path / "time.npy", times)
    timeaxis.sort_order(npyfile.SlicedArray(tmp_path / "time.npy"), tmp_path / "order.npy")
    assert np.load(tmp_path / "order.npy").tolist() == np.argsort(times, kind="stable").tolist()


def test_gaps_are_steps_over_three_times_the_usual_one(read: Read) -> None:
    times = [*range(50), *range(60, 100)]
    store = read(b"time,v\n" + b"".join(b"%d,1\n" % t for t in times))
    assert store.gaps.tolist() == [50]
    assert (store.info.time.step, store.info.time.gaps, store.info.time.uniform) == (1.0, 1, False)


def test_an_irregular_recording_has_no_gaps(read: Read) -> None:
    times = np.cumsum([1, 1, 1, 9] * 25)
    store = read(b"time,v\n" + b"".join(b"%d,1\n" % t for t in times))
    assert store.info.time.gaps == 0


def test_a_date_step_is_in_milliseconds(read: Read) -> None:
    info = read(b"date,v\n2023-01-01 00:00,1\n2023-01-01 00:01,2\n2023-01-01 00:02,2\n").info.time
    assert (info.step, info.uniform) == (60_000.0, True)


@pytest.mark.parametrize(
    "name", ["gps_time", "GPS Time (s)", "TOW", "iTOW", "GPST", "gpsTime", "t_gps", "time_j2000", "mac_time"]
)
@pytest.mark.parametrize("start", ["1387000000", "1387000000.25", "820000000", "3800000000", "1387000000000"])
def test_a_time_that_may_count_from_another_day_than_1970_is_doubted(
    read: Read, name: str, start: str
) -> None:
    whole, point, fraction = start.partition(".")
    rows = "".join(f"{int(whole) + row}{point}{fraction},{row * 3 % 7}\n" for row in range(30))
    (doubt,) = read(f"{name},v\n{rows}".encode()).info.reading.doubts
    assert doubt.startswith("“") and "with “Read it differently”" in doubt


@pytest.mark.parametrize("start", [750_000_000, 820_000_000, 3_800_000_000, 1_600_000_000_000_000])
def test_a_bare_number_that_is_an_unlikely_unix_time_is_doubted(read: Read, start: int) -> None:
    """Seconds since 2000 and 2001 look like the nineties, those since 1904 like the future."""
    rows = "".join(f"{start + row},{row * 3 % 7}\n" for row in range(30))
    doubts = read(f"time,v\n{rows}".encode()).info.reading.doubts
    assert bool(doubts) is (start != 1_600_000_000_000_000)


def test_a_unix_time_with_a_given_unit_has_no_doubt(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("gps_time,v\n" + "".join(f"{1_387_000_000 + row},{row}\n" for row in range(30)))
    info = ingest(source, name="a.csv", store_root=tmp_path / "s", options=ReadingOptions(unit="unix s"))
    assert info.reading.doubts == ()


@pytest.mark.parametrize(
    ("spelling", "pattern"),
    [
        (EITHER_ORDER, "{d:02d}.{m:02d}.{y} {H:02d}:{M:02d}:{S:02d}"),
        (EITHER_ORDER, "{d:02d}/{m:02d}/{y} {h:02d}:{M:02d} PM"),
        (EITHER_ORDER, "{d:02d}.{m:02d}.{yy:02d}"),
        (YEAR_FIRST, "{y}/{m:02d}/{d:02d}T{H:02d}:{M:02d}:{S:02d}.{f:06d}+02:30"),
        (YEAR_FIRST, "{y}-{m:02d}-{d:02d} {H:02d}:{M:02d}:{S:02d}.{f:06d}0000"),
        (COMPACT, "{y}{m:02d}{d:02d}{H:02d}{M:02d}{S:02d}"),
        (CLOCK, "{H:02d}:{M:02d}:{S:02d},{f:06d}"),
        (YEAR_DAY, "{y} {m:03d}"),
    ],
)
def test_cells_of_one_shape_are_read_as_cells_of_any_shape(spelling: Spelling, pattern: str) -> None:
    rng = random.Random(pattern)
    cells: list[str | None] = [
        pattern.format(
            y=rng.randint(1700, 2200), yy=rng.randint(0, 99), m=rng.randint(1, 12), d=rng.randint(1, 28),
            H=rng.randint(0, 23), h=rng.randint(1, 12), M=rng.randint(0, 59), S=rng.randint(0, 59),
            f=rng.randint(0, 999_999),
        )
        for _ in range(500)
    ]  # fmt: skip
    equal = nanoseconds_of(pa.chunked_array([cells]), spelling, "dmy").to_pylist()
    assert equal == nanoseconds_of(pa.chunked_array([[*cells, None]]), spelling, "dmy").to_pylist()[:-1]


@pytest.mark.parametrize(
    "odd", ["31.02.2024 10:00:00", "13.02.2024 10:60:00", "13-02.2024 10:00:00", "x3.02.2024 10:00:00"]
)
def test_an_impossible_cell_of_the_same_shape_is_found_by_its_row(odd: str) -> None:
    cells = pa.chunked_array([["13.02.2024 10:00:00"] * 7 + [odd] + ["13.02.2024 10:00:00"]])
    if odd.startswith("13-"):
        assert len(set(nanoseconds_of(cells, EITHER_ORDER, "dmy").to_pylist())) == 1
        return
    with pytest.raises(ImpossibleTimeError) as found:
        nanoseconds_of(cells, EITHER_ORDER, "dmy")
    assert found.value.row == 7
