"""Layouts that are asked instead of being read wrong, and the readings that their doubts offer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.errors import RefusedFile
from services.ingest.reading_options import AS_FOUND, ReadingOptions, WrongOption
from services.timeseries import Store
from tests.unit.test_layouts import read

ROWS = range(30)


def lines(pattern: str, count: int = 30) -> str:
    """A line for each row; ``i`` its number, ``ii`` with two digits, ``v`` and ``w`` values, ``s`` and ``t`` times."""
    return "".join(
        pattern.format(
            i=i, ii=f"{i:02d}", v=f"{i % 5}.5", w=f"{i % 7}.5", s=f"{i * 0.1:.1f}", t=f"{i * 0.25:.2f}"
        )
        + "\n"
        for i in range(count)
    )


def offered(store: Store) -> dict[str, ReadingOptions]:
    """The readings that the doubts of a recording offer, by description."""
    return {words: ReadingOptions.from_json(options) for words, options in store.info.reading.remedies}


def times(store: Store) -> list[str]:
    """First, second and last time, as text."""
    return [store.time_text(place) for place in (0, 1, store.rows - 1)]


def channel(store: Store, name: str) -> list[float]:
    """All values of a channel."""
    number = [item.name for item in store.info.channels].index(name)
    return [float(value) for value in np.load(store.folder / f"c{number}.npy")]


# ---- tables next to each other ---------------------------------------------------------------------------------

BLOCKS = {
    "names above": "Sensor A,,Sensor B,\nTime,Value,Time,Value\n" + lines("{s},{v},{t},{w}"),
    "three columns in each": "Run 1,,,Run 2,,\nt,x,y,t,x,y\n" + lines("{s},{v},{w},{t},{w},{v}"),
    "dates below one name in two columns": '"P, 1","P, 1","F, 2","F, 2"\n'
    + lines("2024-01-01 00:{ii}:00,{v},2024-01-01 00:{ii}:30,{w}"),
    "dates below a name of two columns": "P1,,F2,\n"
    + lines("2024-01-01 00:{ii}:00,{v},2024-01-01 00:{ii}:30,{w}"),
    "x and y": "P1,,F2,\nX,Y,X,Y\n" + lines("{s},{v},{t},{w}"),
    "units only": "P1,,F2,\n(s),(V),(s),(V)\n" + lines("{s},{v},{t},{w}"),
    "an empty column between": "Run 1,,,Run 2,\nTime,A,,Time,A\n" + lines("{s},{v},,{t},{w}"),
    "numbered names": "x1,y1,x2,y2\n" + lines("{s},{v},{t},{w}"),
    "one longer than the other": "TimeA,A,TimeB,B\n"
    + lines("{s},{v},{t},{w}", 20)
    + lines("9.{ii},{v},,", 10),
    "no names": lines("{s},{v},{t},{w}"),
}
ONE_TABLE = {
    "the same times": "x1,y1,x2,y2\n" + lines("{s},{v},{s},{w}"),
    "local time": "utc,a,local,b\n" + lines("2024-01-01 10:{ii}:00,{v},2024-01-01 12:{ii}:00,{w}"),
    "counters": "steps,speed,distance,power\n" + lines("{i},{v},{t},{w}"),
    "a time and two counters": "time,a,energy,b\n" + lines("{s},{v},{t},{w}"),
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_tables_next_to_each_other_with_times_of_their_own_are_asked(kind: str, tmp_path: Path) -> None:
    doubts = read(BLOCKS[kind], tmp_path).info.reading.doubts
    assert any("may each be the time of the columns right of it" in doubt for doubt in doubts), doubts


@pytest.mark.parametrize("kind", ONE_TABLE)
def test_one_table_is_not_taken_for_several(kind: str, tmp_path: Path) -> None:
    doubts = read(ONE_TABLE[kind], tmp_path).info.reading.doubts
    assert not any("may each be the time" in doubt for doubt in doubts), doubts


# ---- clock times in digits, days of a spreadsheet ---------------------------------------------------------------

IN_AN_HOUR = "time,v\n" + "".join(
    f"14{m:02d},{m}.5\n" for m in (7, 8, 12, 13, 15, 20, 22, 25, 30, 31, 33, 45)
)
ACROSS_MIDNIGHT = "time,v\n" + "".join(
    f"{hour:02d}{minute:02d},{minute}.5\n" for hour in (22, 23, 0, 1) for minute in range(0, 60, 7)
)


def test_hours_and_minutes_in_digits_are_asked_and_read_on_one_click(tmp_path: Path) -> None:
    store = read(IN_AN_HOUR, tmp_path / "found")
    assert times(store) == ["1407", "1408", "1445"]
    clock = read(IN_AN_HOUR, tmp_path / "clock", offered(store)["Clock in digits"])
    assert times(clock) == ["50820", "50880", "53100"] and clock.info.time.unit == "s"
    plain = read(IN_AN_HOUR, tmp_path / "plain", offered(store)["Plain numbers"])
    assert (
        times(plain) == ["1407", "1408", "1445"] and not clock.info.reading.doubts + plain.info.reading.doubts
    )


def test_digits_that_pass_midnight_are_asked_and_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    clock = read(
        ACROSS_MIDNIGHT, tmp_path / "clock", offered(read(ACROSS_MIDNIGHT, tmp_path))["Clock in digits"]
    )
    assert times(clock) == ["79200", "79620", "93360"]  # 22:00, 22:07, 01:56 on the next day
    assert channel(clock, "v")[:2] == [0.5, 7.5]


@pytest.mark.parametrize(
    ("first", "seconds"), [("142233", "51753"), ("142233500", "51753.5"), ("1422", "51720")]
)
def test_digits_have_hours_minutes_seconds_and_milliseconds(first: str, seconds: str, tmp_path: Path) -> None:
    store = read(f"time,v\n{first},1.5\n", tmp_path, ReadingOptions(unit="clock"))
    assert store.time_text(0) == seconds


@pytest.mark.parametrize("cell", ["1461", "142261", "-5", "146161"])
def test_other_numbers_are_no_clock(cell: str, tmp_path: Path) -> None:
    with pytest.raises(WrongOption, match="no clock in digits"):
        read(f"time,v\n1407,0.5\n{cell},1.5\n", tmp_path, ReadingOptions(unit="clock"))


def test_days_and_parts_of_a_day_are_read_on_one_click(tmp_path: Path) -> None:
    days = "Date,v\n" + lines("442{ii},{v}")
    dates = read(days, tmp_path / "dates", offered(read(days, tmp_path))["Days since 1899-12-30"])
    assert times(dates) == ["2021-01-04 00:00:00", "2021-01-05 00:00:00", "2021-02-02 00:00:00"]
    parts = "time,v\n" + "".join(f"{i / 1440},{i}.5\n" for i in range(200, 240))
    clock = read(parts, tmp_path / "clock", offered(read(parts, tmp_path))["Parts of a day"])
    assert times(clock) == ["12000", "12060", "14340"]


@pytest.mark.parametrize(
    ("text", "words", "first"),
    [
        ("d;v\n" + lines("0{i}/02/2024 10:00;{i},5", 10).replace("00/02", "11/02"), "Day first", None),
        ("time,v\n" + lines("38000000{ii},{v}"), "Seconds since 1970", "2090-06-01 11:33:20+00:00"),
        ("time,v\n" + lines("{s},{v}") + lines("{s},{v}"), "Sort by “time”", "0"),
        ("1,2\n" + lines("{v},{w}"), "First line: data", "0"),
        ("when,sensor,v\n" + lines("2024-01-01 00:00:{ii},{i},{v}"), None, None),
    ],
)
def test_a_reading_that_a_doubt_offers_removes_the_doubt(
    text: str, words: str | None, first: str | None, tmp_path: Path
) -> None:
    store = read(text, tmp_path)
    if words is None:
        assert not store.info.reading.remedies
        return
    again = read(text, tmp_path / "again", offered(store)[words])
    assert not again.info.reading.doubts and (first is None or again.time_text(0) == first)


def test_a_number_that_means_missing_is_offered_with_the_words_already_given(tmp_path: Path) -> None:
    text = "time,v\n" + lines("{i},{v}") + "30,-9999\n31,keine\n"
    store = read(text, tmp_path, ReadingOptions(missing=("keine",)))
    again = read(text, tmp_path / "again", offered(store)["-9999 means missing"])
    assert again.info.channels[0].missing == 2 and not again.info.reading.doubts


# ---- rows without their last cells ------------------------------------------------------------------------------


def test_missing_cells_at_the_end_of_a_row_are_missing_values_and_a_doubt(tmp_path: Path) -> None:
    store = read("time,a,b,c\n" + lines("{i},{v},1.5,2.5") + "30,7.5,3.5\n31,1,2,3\n", tmp_path)
    assert channel(store, "b")[30:] == [3.5, 2.0] and np.isnan(channel(store, "c")[30]) and store.rows == 32
    assert "Line 32 has 3 cells of 4" in store.info.reading.doubts[0]


@pytest.mark.parametrize("first", [0, 1])
def test_many_rows_may_lack_their_last_cells_below_complete_names(first: int, tmp_path: Path) -> None:
    text = "time,a,b,c\n" + "".join(
        f"{i},1.5,2.5,3.5\n" if i % 2 == first else f"{i},1.5,2.5\n" for i in range(40)
    )
    store = read(text, tmp_path)
    assert store.info.channels[2].missing == 20 and len(store.info.reading.doubts) == 1
    assert "20 rows have too few cells" in store.info.reading.doubts[0]


def test_empty_cells_too_many_are_left_out_of_a_row(tmp_path: Path) -> None:
    store = read("time,a\n" + lines("{i},{v}") + "30,7.5,,\n31,1\n", tmp_path)
    assert channel(store, "a")[30:] == [7.5, 1.0] and not store.info.reading.doubts


@pytest.mark.parametrize("row", ["30,7.5", "30,1,2,3,4,5,6", "Lap 2,,"])
def test_rows_that_lack_most_cells_or_have_other_ones_are_refused(row: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="line 32"):
        read("time,a,b,c,d\n" + lines("{i},{v},1.5,2.5,3") + f"{row}\n31,1,2,3,4\n", tmp_path)


def test_a_short_row_in_quotation_marks_and_with_crlf_keeps_its_line(tmp_path: Path) -> None:
    text = (
        '"time";"a";"b"\r\n'
        + lines('"{i}";"1,5";"2,5"').replace("\n", "\r\n")
        + '"30";"7,5"\r\n"31";"1,5";"3"\r\n'
    )
    store = read(text, tmp_path)
    assert (
        channel(store, "a")[30:] == [7.5, 1.5]
        and Store.open(store.folder, tmp_path / "a.csv").source_line(31) == b'"31";"1,5";"3"'
    )


# ---- weeks, quarters, zones by name, the start in the head -------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2024-W01", "2024-W02", "2024-W20"], ["2024-01-01", "2024-01-08", "2024-05-13"]),
        (["2020-W53", "2021-W01", "2021-W02"], ["2020-12-28", "2021-01-04", "2021-01-11"]),
        (["2024W03-5", "2024W04-5", "2024W05-7"], ["2024-01-19", "2024-01-26", "2024-02-04"]),
        (["KW 3/2024", "KW 4/2024", "KW 10/2024"], ["2024-01-15", "2024-01-22", "2024-03-04"]),
        (["2024-Q1", "2024-Q2", "2025-Q4"], ["2024-01-01", "2024-04-01", "2025-10-01"]),
        (["Q1 2024", "Q2 2024", "Q4 2025"], ["2024-01-01", "2024-04-01", "2025-10-01"]),
    ],
)
def test_weeks_are_those_of_iso_8601_and_quarters_begin_with_their_first_day(
    cells: list[str], expected: list[str], tmp_path: Path
) -> None:
    store = read("Date,v\n" + "".join(f"{cell},{place}.5\n" for place, cell in enumerate(cells)), tmp_path)
    assert times(store) == [f"{day} 00:00:00" for day in expected]


def test_a_week_that_its_year_does_not_have_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="line 3.*2021-W53"):
        read("Date,v\n2021-W52,1.5\n2021-W53,2.5\n2022-W01,3.5\n", tmp_path)


@pytest.mark.parametrize(
    ("pattern", "first", "doubt"),
    [
        ("2024-02-13 10:{ii}:00 CET,{v}", "2024-02-13 10:00:00+01:00", False),
        ("13.02.2024 10:{ii}:00 MESZ,{v}", "2024-02-13 10:00:00+02:00", False),
        ("Tue Feb 13 10:{ii}:00 PDT 2024,{v}", "2024-02-13 17:00:00Z", False),
        ("2024-02-13 10:{ii}:00 EST,{v}", "2024-02-13 10:00:00-05:00", True),
    ],
)
def test_a_zone_is_read_by_its_name(pattern: str, first: str, doubt: bool, tmp_path: Path) -> None:
    store = read("Date,v\n" + lines(pattern), tmp_path)
    instant = np.load(store.folder / "time.npy")[0]
    expected = np.datetime64(first[:19], "ns").astype(np.int64) - _east(first[19:]) * 60_000_000_000
    assert instant == expected and bool(store.info.reading.doubts) == doubt


def _east(zone: str) -> int:
    """Minutes east of UTC."""
    return 0 if zone == "Z" else int(zone[:3]) * 60


def test_the_name_of_several_zones_is_not_read(tmp_path: Path) -> None:
    reading = read("Date,v\n" + lines("2024-02-13 10:{ii}:00 IST,{v}"), tmp_path).info.reading
    assert any("rows are counted" in doubt for doubt in reading.doubts)


@pytest.mark.parametrize(
    ("head", "first", "second"),
    [
        ("Start: 2024-01-01 10:00:00\nSample Rate: 100 Hz\n", "2024-01-01 10:00:00", "2024-01-01 10:00:00.010"),
        ("Recording start,2024-01-01T10:00Z\nRate,1 Hz\n", "2024-01-01 10:00:00+00:00", "2024-01-01 10:00:01+00:00"),
        (
            "Start Date,31.01.2024\nStart Time,10:00:00\nSampling interval (ms),10\n",
            "2024-01-31 10:00:00",
            "2024-01-31 10:00:00.010",
        ),
        ("Exported: 2024-01-01 10:00:00\nSample Rate: 100 Hz\n", "0", "0.01"),
    ],
)  # fmt: skip
def test_the_start_in_the_head_is_the_time_of_the_first_sample(
    head: str, first: str, second: str, tmp_path: Path
) -> None:
    store = read(f"{head}\nV,W\n" + lines("{v},{w}"), tmp_path)
    assert times(store)[:2] == [first, second] and not store.info.reading.doubts


def test_a_start_whose_month_is_not_certain_is_asked(tmp_path: Path) -> None:
    text = "Start Date,01/02/2024\nStart Time,10:00:00\nSample Rate,100 Hz\n\nV,W\n" + lines("{v},{w}")
    store = read(text, tmp_path)
    assert times(store)[0] == "0"
    assert times(read(text, tmp_path / "mdy", offered(store)["Month first"]))[0] == "2024-01-02 10:00:00"


# ---- one column of decimals; invisible characters -----------------------------------------------------------------


@pytest.mark.parametrize(
    "cells", [["1,5", "2,75", "0,25"] * 10, ["0,05", "1,05", "2,15"] * 10, ["1,5", "2", "3,5"] * 9]
)
def test_one_column_with_decimal_commas_is_one_column(cells: list[str], tmp_path: Path) -> None:
    store = read("Value\n" + "\n".join(cells) + "\n", tmp_path)
    assert channel(store, "Value") == [float(cell.replace(",", ".")) for cell in cells]


def test_pairs_below_a_title_are_two_columns(tmp_path: Path) -> None:
    store = read("Spectrum of today\n" + "".join(f"{400 + i},{i % 10}\n" for i in ROWS), tmp_path)
    assert [item.name for item in store.info.channels] == ["column 1", "column 2"]


def test_an_invisible_character_is_named_in_the_reason(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match=r"1\[soft hyphen\]1"):
        read("time,v\n" + lines("{i},{v}") + "1\u00ad1,2.5\n" + "32,2.5\n", tmp_path, AS_FOUND)


# ---- dates of other languages, thousands separators, settings in the first row -------------------------------------


@pytest.mark.parametrize(
    "pattern",
    [
        "13. 2. 2024 10:{ii}:00;{v}",  # Czech
        "2024. 02. 13. 10:{ii}:00;{v}",  # Hungarian
        "13.2.2024 klo 10:{ii};{v}",  # Finnish
        "13.02.2024 г. 10:{ii}:00;{v}",  # noqa: RUF001 - Bulgarian
        "13.02.2024 um 10:{ii}:00;{v}",
    ],
)
def test_blanks_and_words_in_dates_of_other_languages_are_read(pattern: str, tmp_path: Path) -> None:
    store = read("Date;v\n" + lines(pattern), tmp_path)
    assert times(store)[:2] == ["2024-02-13 10:00:00", "2024-02-13 10:01:00"]


def test_the_zone_before_a_year_may_be_an_offset(tmp_path: Path) -> None:
    store = read("GPS Time,v\n" + lines("Tue Feb 13 10:{ii}:00 GMT+01:00 2024,{v}"), tmp_path)
    assert np.load(store.folder / "time.npy")[0] == np.datetime64("2024-02-13T09:00:00", "ns").astype(
        np.int64
    )


def test_a_clock_with_am_and_pm_has_no_doubt_about_minutes(tmp_path: Path) -> None:
    store = read("Time,v\n" + lines("1:{ii} PM,{v}"), tmp_path)
    assert times(store)[0] == "46800" and not store.info.reading.doubts


def test_points_between_thousands_that_are_certain_in_one_column_are_so_in_others(tmp_path: Path) -> None:
    store = read("Datum;Schluss;Volumen\n" + lines("14.02.2024 10:{ii};1.234,5;12.345"), tmp_path)
    assert channel(store, "Schluss")[0] == 1234.5 and channel(store, "Volumen")[0] == 12345


@pytest.mark.parametrize(("decimal", "value"), [(".", 3100.0), (",", 3.1)])
def test_the_decimal_sign_that_the_reason_asks_for_decides_about_thousands(
    decimal: str, value: float, tmp_path: Path
) -> None:
    text = "date,open\n" + lines('2024-02-13 10:{ii},"3,1{ii}"')
    with pytest.raises(RefusedFile, match="choose the decimal sign"):
        read(text, tmp_path)
    assert channel(read(text, tmp_path, ReadingOptions(decimal=decimal)), "open")[0] == value


def test_settings_in_the_first_row_alone_leave_the_names_as_they_are(tmp_path: Path) -> None:
    text = "No,Time,Celsius(°C),High Alarm,Serial\n1,2024-02-13 10:00:00,1.5,30.0,0100\n"
    store = read(text + lines("{i},2024-02-13 11:{ii}:00,{v},30.0"), tmp_path)
    assert [item.name for item in store.info.channels] == ["No", "Celsius", "High Alarm", "Serial"]
    assert store.rows == 31 and times(store)[0] == "2024-02-13 10:00:00"


def test_the_port_of_a_server_is_no_measurement(tmp_path: Path) -> None:
    store = read("timestamp,instance,value\n" + lines("17078112{ii},host:9100,{v}"), tmp_path)
    assert [item.name for item in store.info.channels] == ["value"]


def test_names_with_units_behind_a_stroke_are_split_if_one_is_the_time(tmp_path: Path) -> None:
    store = read("t/s;F/kN;Weg/mm\n" + lines("{s};{v};{w}"), tmp_path)
    assert (store.info.time.name, store.info.time.unit) == ("t", "s")
    assert [(item.name, item.unit) for item in store.info.channels] == [("F", "kN"), ("Weg", "mm")]
    names = "Test Time / h,Current / A,Cycle Count / 1\n"
    battery = read(names + lines("{s},{v},{i}"), tmp_path / "battery")
    assert (battery.info.time.name, battery.info.time.unit) == ("Test Time", "h")
    assert [(item.name, item.unit) for item in battery.info.channels] == [
        ("Current", "A"),
        ("Cycle Count", None),
    ]
    other = read("speed;km/h\n" + lines("{s};{v}"), tmp_path / "other")
    assert [item.name for item in other.info.channels] == ["speed", "km/h"]


def test_minutes_and_seconds_with_a_decimal_comma_are_one_cell(tmp_path: Path) -> None:
    store = read("Zeit [min:s];Kraft [N]\n" + lines("0:{ii},5;1,5"), tmp_path)
    assert [(item.name, item.unit) for item in store.info.channels] == [("Kraft", "N")]
    assert times(store)[:2] == ["0.5", "1.5"]


@pytest.mark.parametrize("pattern", ["20240{ii}", "2024{ii}"])
def test_days_of_the_year_and_months_in_digits_are_asked(pattern: str, tmp_path: Path) -> None:
    text = "date,v\n" + "".join(pattern.format(ii=f"{i:02d}") + f",{i}.5\n" for i in range(1, 13))
    assert "dates or clock times in digits" in read(text, tmp_path).info.reading.doubts[0]


def test_the_time_of_export_is_not_the_time_of_the_samples(tmp_path: Path) -> None:
    store = read(
        "exported_at,measured,v\n" + lines("2024-05-01 00:00:{ii},2024-01-01 00:{ii}:00,{v}"), tmp_path
    )
    assert store.info.time.name == "measured"


def test_intervals_below_their_start_are_seconds_and_values(tmp_path: Path) -> None:
    store = read("1559040000.000000, IBI\n" + lines("2.{ii},0.8{ii}"), tmp_path)
    assert (store.info.time.name, store.info.time.unit, store.rows) == ("time", "s", 30)
    assert channel(store, "IBI")[0] == 0.8 and len(store.info.reading.doubts) == 1


def test_seconds_in_the_next_century_are_asked(tmp_path: Path) -> None:
    assert read("time,v\n" + lines("40000000{ii},{v}"), tmp_path).info.reading.remedies


def test_another_table_above_is_not_left_out_without_a_doubt(tmp_path: Path) -> None:
    store = read("t,a\n" + lines("{i},{v}", 12) + "\nt,b,c\n" + lines("{i},{v},{w}", 12), tmp_path)
    assert any("Lines 2 to 13 have rows of numbers" in doubt for doubt in store.info.reading.doubts)


@pytest.mark.parametrize("names", ["t1,y1,t2,y2,z2", "y1,t1,y2,t2,z2"])
def test_a_numbered_t_that_rises_could_be_the_time(names: str, tmp_path: Path) -> None:
    pattern = "{s},{v},{t},{w},{v}" if names.startswith("t") else "{v},{s},{w},{t},{v}"
    assert "“t1” could be the time" in read(f"{names}\n" + lines(pattern), tmp_path).info.reading.doubts[0]


def test_a_counter_of_microseconds_that_overflows_is_asked(tmp_path: Path) -> None:
    text = "micros,v\n" + "".join(f"{(2**32 - 5000 + i * 1000) % 2**32},{i % 7}.5\n" for i in ROWS)
    assert "could be the time" in read(text, tmp_path).info.reading.doubts[0]


def test_comments_among_rows_are_left_out_with_a_note(tmp_path: Path) -> None:
    store = read("t,v\n" + lines("{i},{v}") + "# pause\n30,1.5\n# on, again\n31,2.5\n", tmp_path)
    assert channel(store, "v")[30:] == [1.5, 2.5] and store.info.reading.lines_left_out == 2
    assert any("# pause" in note for note in store.info.reading.notes) and not store.info.reading.doubts


@pytest.mark.parametrize("place", [1, 12, 30])  # the first row, one in the middle, the last
@pytest.mark.parametrize("delimiter", [",", " "])
@pytest.mark.parametrize("word", ["#DIV/0!", "#N/A", "####"])
def test_a_row_that_begins_with_a_word_for_missing_is_no_comment(
    word: str, delimiter: str, place: int, tmp_path: Path
) -> None:
    rows = [
        delimiter.join([word if row == place else f"{row}.5", f"{row}", f"2024-02-20T23:{row:02}:05"])
        for row in range(1, 31)
    ]
    store = read("\n".join([delimiter.join(["a", "b", "Time"]), *rows, ""]), tmp_path)
    expected = [np.nan if row == place else row + 0.5 for row in range(1, 31)]
    np.testing.assert_array_equal(channel(store, "a"), expected)


def test_a_row_of_another_number_of_cells_than_chosen_names_is_refused_with_its_line(tmp_path: Path) -> None:
    time, large = "2023-03-26 02:30:00", "1e400"
    rows = [["time", "v"], [time] * 3, [large] * 3, [time, large], [time] * 2, [large] * 3]
    with pytest.raises(RefusedFile, match="line 5: the row has 4 cells where the header has 3"):
        read("\n".join(map("\t".join, rows)), tmp_path, ReadingOptions(header=True))


@pytest.mark.parametrize("first", ["0,,NaN,ok", "0,,,ok", "1,NaN,,ok", "0,NaN,NaN,bad"])
def test_a_first_sample_with_missing_values_below_numbers_as_names_is_kept(
    first: str, tmp_path: Path
) -> None:
    store = read(f"Time,1,2,Flag\n{first}\n" + lines("1{t},{v},{w},ok"), tmp_path)
    assert store.rows == 31 and [one.name for one in store.info.channels] == ["1", "2"]


def test_times_below_one_word_next_to_each_series_are_asked(tmp_path: Path) -> None:
    """As TwinCAT Scope writes them: ``Name,A,Name,B``."""
    same = read("Name\tA\tName\tB\n" + lines("{s}\t{v}\t{s}\t{w}"), tmp_path)
    assert "“Name” is the time" in offered(same)
    text = "Name\tA\tName\tB\n" + lines("{s}\t{v}\t{t}\t{w}")
    store = read(text, tmp_path / "b", offered(read(text, tmp_path / "b"))["Each table at its own times"])
    assert (store.time_text(1), [item.name for item in store.info.channels]) == ("0.1", ["A", "B"])


def test_year_month_day_and_hour_without_names_are_joined_if_they_rise(tmp_path: Path) -> None:
    rows = "".join(f"2024 03 {5 + row // 24:02d} {row % 24:02d} {row % 9 - 4}\n" for row in range(60))
    store = read(rows, tmp_path)
    assert times(store) == ["2024-03-05 00:00:00", "2024-03-05 01:00:00", "2024-03-07 11:00:00"]
    assert "year, month, day, hour" in store.info.reading.doubts[0]


def test_a_start_with_a_year_of_two_digits_in_the_head_is_asked(tmp_path: Path) -> None:
    store = read("Start: 24/03/05 10:00:00\nSample rate: 10 Hz\n\na,b\n" + lines("{v},{w}"), tmp_path)
    assert {options.dates for options in offered(store).values()} == {"dmy", "ymd"}


def test_too_many_columns_are_refused_with_their_line(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="line 32: there are more than 2,000 columns"):
        read("time,a\n" + lines("{i},{v}") + ",".join(["1"] * 2500) + "\n", tmp_path)


def test_a_column_of_times_that_a_spreadsheet_could_not_show_is_a_doubt(tmp_path: Path) -> None:
    store = read("Date,a\n" + lines("########,{v}"), tmp_path)
    assert "has nothing but words for a missing value" in store.info.reading.doubts[0]


def test_another_table_below_is_refused_as_one(tmp_path: Path) -> None:
    text = "Pt\tT\tU\n" + lines("{i}\t{s}\t{v}") + "CURVE2\tTABLE\t15\nPt\tT\tU\n" + lines("{i}\t{s}\t{w}")
    with pytest.raises(RefusedFile, match="line 32.* another table seems to begin here"):
        read(text, tmp_path)


def test_a_first_row_of_numbers_in_brackets_is_a_sample(tmp_path: Path) -> None:
    store = read(lines("({i}.25) can0 A{i}#00"), tmp_path)
    assert store.rows == 30 and "are read as negative" in store.info.reading.doubts[0]


def test_an_index_in_brackets_is_no_unit(tmp_path: Path) -> None:
    store = read("time,q[0],q[1],b [1]\n" + lines("{i},{v},{w},{v}"), tmp_path)
    assert [(item.name, item.unit) for item in store.info.channels] == [
        ("q[0]", None),
        ("q[1]", None),
        ("b", "1"),
    ]


@pytest.mark.parametrize("name", ["Time (UTC+02:00)", "Date Time, GMT+02:00", "Time [UTC+2]", "Time (EET)"])
def test_a_zone_in_the_name_of_a_time_is_offered(name: str, tmp_path: Path) -> None:
    text = f'"{name}",a\n' + lines("2024-02-20 10:{ii}:00,{v}")
    store = read(text, tmp_path, offered(read(text, tmp_path))["Zone +02:00"])
    assert times(store)[0] == "2024-02-20 10:00:00+02:00" and not store.info.reading.doubts
    utc = read('"Time (UTC)",a\n' + lines("2024-02-20 10:{ii}:00,{v}"), tmp_path / "b")
    assert not utc.info.reading.doubts


def test_a_counter_that_overflows_is_a_doubt_and_rows_are_counted_on_one_click(tmp_path: Path) -> None:
    text = "time,a\n" + "".join(f"{(65_300 + row * 10) % 65_536},{row}.5\n" for row in range(60))
    store = read(text, tmp_path, offered(read(text, tmp_path))["Rows are counted"])
    assert (channel(store, "a")[-1], str(store.info.time.kind)) == (59.5, "row")


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("Date", "{ii}012024"),
        ("Date", "01{ii}2024"),
        ("jday", "240{ii}"),
        ("week", "2024{ii}"),
        ("month", "202{i}07"),
        ("period", "20{ii}H{half}"),
    ],
)
def test_periods_and_dates_in_digits_are_doubts(name: str, cell: str, tmp_path: Path) -> None:
    count = 18 if name != "month" else 10
    rows = "".join(
        cell.format(i=row % 10, ii=row + 11, half=1 + row % 2) + f",{row}.5\n" for row in range(count)
    )
    assert read(f"{name},a\n{rows}", tmp_path).info.reading.doubts


def test_numbers_in_brackets_at_the_begin_are_samples(tmp_path: Path) -> None:
    store = read("time,a\n" + lines("{i},({v})", 10) + lines("1{ii},{v}", 20), tmp_path)
    assert (channel(store, "a")[:2], len(store.info.channels)) == ([-0.5, -1.5], 1)


def test_degrees_and_minutes_are_a_doubt(tmp_path: Path) -> None:
    store = read("time,lat,a\n" + lines("{i},48°{ii}'12.3\"N,{v}"), tmp_path)
    assert "“lat” is left out although" in store.info.reading.doubts[0]


@pytest.mark.parametrize("head", ["", "# run 1\n"])
def test_a_column_without_a_name_that_rises_in_each_run_is_asked(head: str, tmp_path: Path) -> None:
    text = head + lines("{s} {v}") + "\n\n# run 2\n" + lines("{s} {w}")
    assert "“column 1” is the time" in offered(read(text, tmp_path))
    fortran = "".join(f"  0.{row:02d}00D+01  {row % 5}.500D-02\n" for row in range(30))
    assert "“column 1” is the time" in offered(read(fortran, tmp_path / "b"))


def test_times_in_utc_are_preferred_to_local_ones(tmp_path: Path) -> None:
    store = read(
        "time_local,time_utc,a\n" + lines("2024-02-20 12:{ii}:00,2024-02-20 10:{ii}:00,{v}"), tmp_path
    )
    assert times(store)[0] == "2024-02-20 10:00:00"


def test_a_cell_that_is_no_time_is_refused_with_a_remedy_for_times(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="line 32, column “time”: .* correct the cell or delete the row"):
        read("time,a\n" + lines("{s},{v}") + "Sum of all,1\n" + lines("9.{ii},{v}"), tmp_path)
    with pytest.raises(RefusedFile, match="is a date where the rows above have clock times"):
        read(
            "time,a\n" + lines("10:{ii}:00,{v}") + "2024-02-20,1\n" + lines("10:{ii}:00,{v}"), tmp_path / "b"
        )


def test_only_orders_of_dates_that_are_possible_are_offered(tmp_path: Path) -> None:
    for options in offered(read("date,a\n" + lines("25/03/24 10:{ii},{v}"), tmp_path)).values():
        assert read("date,a\n" + lines("25/03/24 10:{ii},{v}"), tmp_path, options).info.reading.doubts == ()
    doubt = read("Date,a\n" + "".join(f"{row:02d}012024,1\n" for row in range(1, 29)), tmp_path / "b")
    assert list(offered(doubt)) == ["Plain numbers"]


@pytest.mark.parametrize("date", ["202402202350{ii}", "2024-02-20 23:50:{ii}"])
def test_a_row_below_the_names_that_has_a_date_is_asked(tmp_path: Path, date: str) -> None:
    first = f"0,{date.format(ii='00')},keine,keine"
    text = "\n".join(["No,Time,1,2,3", first, *lines("{i}," + date + ",{v},{w}").splitlines()[1:]])
    try:
        doubts = read(text, tmp_path).info.reading.doubts
    except RefusedFile as refused:
        assert "“keine” is not a number" in str(refused)
    else:
        assert any(first in doubt for doubt in doubts)


def test_a_column_called_no_has_a_name_above_numbers_and_a_switch_above_switches(tmp_path: Path) -> None:
    numbers = read("No,Time,1,2\n" + lines("{i},202402202350{ii},{v},{w}"), tmp_path)
    assert [item.name for item in numbers.info.channels] == ["No", "1", "2"]
    with pytest.raises(RefusedFile, match="line 2, column “[12]”: “keine” is not a number"):
        read("No,Time,1,2\n0,20240220235000,keine,keine\n" + lines("1,202402202351{ii},{v},{w}"), tmp_path)


@pytest.mark.parametrize("names", ["No,Time,a,b,c", "Nr,Time,1,a,b", "id,Time,1,2,3"])
def test_more_names_than_columns_are_a_doubt(tmp_path: Path, names: str) -> None:
    reading = read(names + "\n" + lines("{i},202402202350{ii},{v},{w}"), tmp_path).info.reading
    assert any("5 names for 4 columns" in doubt for doubt in reading.doubts)
