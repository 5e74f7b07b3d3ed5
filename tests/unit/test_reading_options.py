"""Reading options are applied, or refused at their field."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Invalid, RefusedFile
from services.ingest.convert import ingest
from services.ingest.localtime import LocalClock
from services.ingest.preview import preview
from services.ingest.reading_options import ReadingOptions, WrongOption
from services.ingest.spellings import EITHER_ORDER, nanoseconds_of
from services.timeseries import Store, TimeKind

NAIVE = "date,v\n2023-01-01 12:00:00,1\n2023-01-01 12:00:01,2\n"
EUROPEAN = "day;v\n03/02/2023 23:59;1,5\n04.02.2023 00:01;2\n05-02-2023 12:30;-,5\n"
AMERICAN = 'when,v\n"2/3/23, 12:00 AM",1\n"2/3/23, 1:05:09 p.m.",2\n2/3/1999,3\n'
SENSOR = "time,counter,x\n0,5,1.5\n10,7,2.5\n20,6,3.5\n"
NUMBERS = "1700000000000,5\n1700000000500,6\n"


def read(folder: Path, data: str | bytes, **values: Any) -> Store:
    """Ingest with options and open."""
    source = folder / "source.csv"
    source.write_bytes(data if isinstance(data, bytes) else data.encode())
    options = ReadingOptions.from_json(values)
    info = ingest(source, name="a.csv", store_root=folder / "store", options=options)
    key = options.store_key(info.sha256)
    return Store.open(folder / "store" / key[:2] / key, source)


def times(store: Store) -> list[str]:
    return [store.time_text(index) for index in range(store.rows)]


def refused(folder: Path, data: str | bytes, **options: Any) -> WrongOption:
    with pytest.raises(WrongOption) as caught:
        read(folder, data, **options)
    assert str(caught.value).endswith(".")
    return caught.value


# ---- dates -------------------------------------------------------------------------------------------------


def test_day_first_is_applied(tmp_path: Path) -> None:
    store = read(tmp_path, EUROPEAN, dates="dmy")
    assert times(store) == ["2023-02-03 23:59:00", "2023-02-04 00:01:00", "2023-02-05 12:30:00"]
    assert store.info.time.kind is TimeKind.NAIVE
    assert np.asarray(store.channel(0)).tolist() == [1.5, 2, -0.5]


def test_month_first_with_half_days_and_short_years_is_applied(tmp_path: Path) -> None:
    store = read(tmp_path, AMERICAN, dates="mdy")
    assert times(store) == ["1999-02-03 00:00:00", "2023-02-03 00:00:00", "2023-02-03 13:05:09"]


@given(st.datetimes(datetime(1970, 1, 1), datetime(2069, 12, 31)))  # noqa: DTZ001 - local times have no zone
def test_every_minute_of_the_day_survives_both_orders(moment: datetime) -> None:
    for order, text in (("dmy", f"{moment:%d.%m.%y %I:%M %p}"), ("mdy", f"{moment:%m/%d/%Y %I:%M%p}")):
        read = nanoseconds_of(pa.chunked_array([[text]]), EITHER_ORDER, order)
        (single,) = read.cast(pa.timestamp("ns")).cast(pa.timestamp("s")).to_pylist()
        assert single == moment.replace(second=0, microsecond=0)


# ---- zones -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "first", "shown"),
    [
        ("Europe/Berlin", "2023-01-01T11:00:00+00:00", "2023-01-01 12:00:00+01:00"),
        ("europe/berlin", "2023-01-01T11:00:00+00:00", "2023-01-01 12:00:00+01:00"),
        ("-05:30", "2023-01-01T17:30:00+00:00", "2023-01-01 12:00:00-05:30"),
        ("UTC", "2023-01-01T12:00:00+00:00", "2023-01-01 12:00:00+00:00"),
    ],
)
def test_times_without_zone_are_converted_from_the_given_zone(
    tmp_path: Path, zone: str, first: str, shown: str
) -> None:
    store = read(tmp_path, NAIVE, zone=zone)
    assert store.info.time.kind is TimeKind.DATETIME
    assert store.time_text(0) == shown
    assert store.index_of_saved(first) == 0


def test_across_a_clock_change_times_are_shown_in_utc_with_a_note(tmp_path: Path) -> None:
    text = "date,v\n2023-03-26 01:59:59,1\n2023-03-26 03:00:00,2\n"
    store = read(tmp_path, text, zone="Europe/Berlin")
    assert times(store) == ["2023-03-26 00:59:59+00:00", "2023-03-26 01:00:00+00:00"]
    assert store.info.time.step == 1000
    assert "+01:00, +02:00" in store.info.reading.notes[-1]


def test_a_time_that_no_clock_showed_is_refused_at_the_zone(tmp_path: Path) -> None:
    error = refused(tmp_path, "date,v\n2023-03-26 01:59,1\n2023-03-26 02:30,2\n", zone="Europe/Berlin")
    assert error.field == "zone"
    assert "line 3, column “date”: “2023-03-26 02:30” does not exist" in str(error)


def test_the_second_of_a_repeated_hour_begins_where_the_clock_goes_back(tmp_path: Path) -> None:
    minutes = [("01:30", 0), ("02:00", 30), ("02:30", 60), ("02:00", 90), ("02:30", 120), ("03:00", 150)]
    text = "date,v\n" + "".join(f"2023-10-29 {clock},{since}\n" for clock, since in minutes)
    store = read(tmp_path, text, zone="Europe/Berlin")
    assert np.asarray(store.channel(0)).tolist() == [since for _clock, since in minutes]
    assert not store.info.reading.sorted
    assert store.info.time.step == 30 * 60_000
    assert store.info.time.uniform


@given(st.lists(st.integers(1, 40), min_size=2, max_size=6), st.integers(0, 1))
def test_a_clock_read_in_pieces_is_read_as_in_one(sizes: list[int], unsure: int) -> None:
    start = np.datetime64("2023-10-28T23:00", "ns").astype(np.int64).item()  # UTC, two hours before
    total = sum(sizes)
    instants = start + np.arange(total, dtype=np.int64) * (4 * 3600 // total + unsure) * 1_000_000_000
    local = (
        instants
        + np.where(instants < np.datetime64("2023-10-29T01:00", "ns").astype(np.int64), 7200, 3600) * 10**9
    )
    whole, parts = LocalClock("Europe/Berlin"), LocalClock("Europe/Berlin")
    cuts = np.cumsum(sizes)[:-1]
    joined = np.concatenate([parts.instants(part, last=False) for part in np.split(local, cuts)])
    assert (joined == whole.instants(local, last=True)).all()
    assert parts.offsets == whole.offsets


# ---- the time column -----------------------------------------------------------------------------------------


def test_the_given_column_is_the_time(tmp_path: Path) -> None:
    store = read(tmp_path, SENSOR, time="counter")
    assert times(store) == ["5", "6", "7"]
    assert [channel.name for channel in store.info.channels] == ["time", "x"]
    assert store.info.reading.sorted


def test_rows_are_counted_without_a_time_column(tmp_path: Path) -> None:
    store = read(tmp_path, SENSOR, time="")
    assert store.info.time.kind is TimeKind.ROW
    assert [channel.name for channel in store.info.channels] == ["time", "counter", "x"]


def test_a_sampling_rate_makes_seconds_of_rows(tmp_path: Path) -> None:
    store = read(tmp_path, SENSOR, rate=500)
    assert (store.info.time.kind, store.info.time.unit) == (TimeKind.NUMERIC, "s")
    assert times(store) == ["0", "0.002", "0.004"]
    assert store.index_of_saved("0.004") == 2


@pytest.mark.parametrize(
    ("unit", "kind", "second"),
    [
        ("ms", TimeKind.NUMERIC, "10"),
        ("samples", TimeKind.NUMERIC, "10"),
        ("unix s", TimeKind.DATETIME, "1970-01-01 00:00:10+00:00"),
        ("unix ns", TimeKind.DATETIME, "1970-01-01 00:00:00.000000010+00:00"),
    ],
)
def test_a_numeric_time_has_the_given_unit(tmp_path: Path, unit: str, kind: TimeKind, second: str) -> None:
    store = read(tmp_path, SENSOR, unit=unit)
    assert store.info.time.kind is kind
    assert store.time_text(1) == second


def test_apparent_unix_times_are_plain_numbers_on_request(tmp_path: Path) -> None:
    store = read(tmp_path, "time,v\n1700000000.5,1\n1700000001.5,2\n", unit="s")
    assert times(store) == ["1700000000.5", "1700000001.5"]


def test_a_rising_column_without_a_time_name_has_the_given_unit(tmp_path: Path) -> None:
    store = read(tmp_path, "n,v\n0.5,3\n1.5,2\n2.5,9\n", unit="unix s")
    assert store.time_text(1) == "1970-01-01 00:00:01.500+00:00"


# ---- the text ------------------------------------------------------------------------------------------------


def test_delimiter_and_decimal_sign_are_applied(tmp_path: Path) -> None:
    store = read(tmp_path, "t;a\n0;1,234\n1;5,678\n", decimal=",")
    assert np.asarray(store.channel(0)).tolist() == [1.234, 5.678]
    store = read(tmp_path, "1;2|8|5\n1;3|9|6\n", delimiter="|", header=False, time="column 2")
    assert times(store) == ["8", "9"]
    assert [channel.name for channel in store.info.channels] == ["column 3"]


def test_the_first_line_is_data_or_names_as_given(tmp_path: Path) -> None:
    assert read(tmp_path, NUMBERS, header=True).rows == 1
    store = read(tmp_path, "a,b\n" + NUMBERS, header=True)
    assert store.rows == 2
    with pytest.raises(RefusedFile, match="line 1"):
        read(tmp_path, "time,v\n" + "2,3\n" * 30, header=False)


@pytest.mark.parametrize("encoding", ["Windows-1251", "Windows-1250", "UTF-16 LE", "UTF-8"])
def test_names_are_decoded_with_the_given_encoding(tmp_path: Path, encoding: str) -> None:
    codecs = {"Windows-1251": "cp1251", "Windows-1250": "cp1250", "UTF-16 LE": "utf-16-le", "UTF-8": "utf-8"}
    name = "puls" if encoding != "Windows-1251" else "пульс"
    store = read(tmp_path, f"time,{name}\n0,1\n1,2\n".encode(codecs[encoding]), encoding=encoding)
    assert store.info.channels[0].name == name
    assert store.info.reading.encoding == encoding


def test_an_encoding_the_text_is_not_in_is_refused_with_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, "time,é\n0,1\n".encode("latin-1"), encoding="UTF-8")
    assert error.field == "encoding"
    late = b"time,v,s\n" + b"0,1,a\n" * 1_000_000 + b"1,2,\xe9\n"
    assert "line 1000002: the text is not UTF-8" in str(refused(tmp_path, late, encoding="UTF-8"))


@pytest.mark.parametrize(
    ("text", "name", "rows", "noted"),
    [
        ("# device, X\n# fs 500\ntime,v\n0,1\n1,2\n", "v", 2, True),
        ("# time, v\n0,1\n1,2\n", "v", 2, False),
        ("# made by X\n#time,v\n0,1\n1,2\n", "v", 2, True),
        ("# made by X\n0,1\n1,2\n", "column 1", 2, True),
    ],
)
def test_lines_of_comment_above_the_table_are_left_out(
    tmp_path: Path, text: str, name: str, rows: int, noted: bool
) -> None:
    store = read(tmp_path, text)
    assert (store.info.channels[0].name, store.rows) == (name, rows)
    assert any("begin" in note for note in store.info.reading.notes) == noted
    assert store.source_line(1) == b"1,2"


# ---- what makes no sense ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options", "field", "words"),
    [
        (SENSOR, {"time": "nothing"}, "time", "no column “nothing”"),
        ("time,v,s\n0,1,a\n1,2,b\n", {"time": "s"}, "time", "“s” cannot be the time: text"),
        (SENSOR, {"zone": "Europe/Berlin"}, "zone", "no dates"),
        ("date,v\n2023-01-01T00:00Z,1\n", {"zone": "UTC"}, "zone", "have their zone"),
        (NAIVE, {"unit": "ms"}, "unit", "has dates"),
        (SENSOR, {"unit": "ms", "time": ""}, "unit", "no time column"),
    ],
)
def test_an_option_that_does_not_fit_the_file_is_refused_at_its_field(
    tmp_path: Path, text: str, options: dict[str, Any], field: str, words: str
) -> None:
    error = refused(tmp_path, text, **options)
    assert (error.field, words in str(error)) == (field, True), str(error)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"zone": "Middle/Earth"}, "zone"),
        ({"zone": "+25:00"}, "zone"),
        ({"rate": 0}, "rate"),
        ({"rate": float("nan")}, "rate"),
        ({"rate": True}, "rate"),
        ({"rate": 5, "time": "t"}, "rate"),
        ({"delimiter": "x"}, "delimiter"),
        ({"header": "yes"}, "header"),
        ({"time": 3}, "time"),
        ({"encoding": "EBCDIC"}, "encoding"),
        ({"units": {"a": "g" * 31}}, "units"),
        ({"units": {"a": "g\u202e"}}, "units"),
        ({"units": ["g"]}, "units"),
    ],
)
def test_nonsense_is_refused_before_anything_is_read(options: dict[str, Any], field: str) -> None:
    with pytest.raises(WrongOption) as caught:
        ReadingOptions.from_json(options)
    assert caught.value.field == field
    with pytest.raises(Invalid):
        ReadingOptions.from_json("x")


def test_options_survive_json_and_determine_the_folder() -> None:
    values = {"time": "", "rate": 500.0, "header": False, "units": {"a": "g"}}
    options = ReadingOptions.from_json(values)
    assert options.to_json() == values
    assert ReadingOptions().store_key("f" * 64) == "f" * 64
    assert ReadingOptions.from_json({"units": {"a": "g"}}).store_key("f" * 64) == "f" * 64
    assert len(options.store_key("f" * 64)) == 73


# ---- the preview -------------------------------------------------------------------------------------------------


def test_the_preview_shows_the_first_rows_as_text_and_parsed(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    lines = [f"{hour:02}/02/2023 10:00;{hour},5;note {hour}" for hour in range(28, 0, -1)]
    source.write_text("day;v [mV];what\n" + "\n".join(lines))
    shown = preview(source, "a.csv", ReadingOptions.from_json({"dates": "dmy", "units": {"v": "kV"}}))
    assert [(column.name, column.unit, column.role) for column in shown.columns] == [
        ("day", "", "time"),
        ("v", "mV", "channel"),
        ("what", "", "left out"),
    ]
    assert "text" in shown.columns[2].reason
    assert len(shown.cells) == len(shown.times) == 20
    assert shown.cells[0] == ["28/02/2023 10:00", "28,5", "note 28"]
    assert shown.times[:2] == ["2023-02-28 10:00:00", "2023-02-27 10:00:00"]
    assert shown.reading == {
        "encoding": "UTF-8",
        "delimiter": ";",
        "decimal": ",",
        "header": True,
        "series": "",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_preview_reads_a_large_file_only_at_its_beginning(
    tmp_path: Path, encoding: str, newline: str
) -> None:
    source = tmp_path / "a.csv"
    text = newline.join(["t,é", *[f"{row},{row * row}" for row in range(200_000)], "broken"])
    source.write_bytes(text.encode(encoding))
    shown = preview(source, "a.csv", ReadingOptions())
    assert shown.cells[3] == ["3", "9"]
    assert shown.columns[1].name == "é"
    assert shown.times[:3] == ["0", "1", "2"]
