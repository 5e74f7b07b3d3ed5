"""Layouts that instruments, stations, phones and statistics packages write: names, times and values as they are meant.

Each text is generated; no data is copied. ``doubt``: the reading may be wrong and says so where the file is shown.
"""
# ruff: noqa: E501 - a row of a table is one line

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.errors import RefusedFile
from services.ingest.reading_options import ReadingOptions
from tests.unit.test_layouts import read

ROWS = range(12)
Names = tuple[str, ...]


def lines(*pattern: str) -> str:
    """A line of each pattern for each row; ``{i}`` its number, ``{ii}`` with two digits, ``{v}`` a value."""
    return "".join(
        one.format(i=i, ii=f"{i:02d}", iii=f"{i:03d}", v=f"{i % 5}.5", j=i + 1) + "\n"
        for i in ROWS
        for one in pattern
    )


# text, names of the channels, rows, first and last time, doubt
LAYOUTS: dict[str, tuple[str, Names, int, str, str, bool]] = {
    # which of several rows has the names
    "a row of short units, one of statistics": (
        '"TOA5","Site","CR1000"\n"TIMESTAMP","RECORD","Air"\n"TS","RN","Deg C"\n"","","Avg"\n'
        + lines('"2023-02-14 00:{ii}:00",{i},{v}'),
        ("RECORD", "Air"), 12, "2023-02-14 00:00:00", "2023-02-14 00:11:00", False,
    ),
    "names told apart by the row above": (
        "\t\tTemp\tHi\tLow\nDate\tTime\tOut\tTemp\tTemp\n" + lines("2023-02-14\t00:{ii}\t{v}\t{v}\t{v}"),
        ("Temp Out", "Hi Temp", "Low Temp"), 12, "2023-02-14 00:00:00", "2023-02-14 00:11:00", False,
    ),
    "names told apart by the row below": (
        "Time,Signal,Signal\ns,mV,mV\n,run 1,run 2\n" + lines("0.{ii},{v},{v}"),
        ("Signal run 1", "Signal run 2"), 12, "0", "0.11", False,
    ),
    "names in two rows, none in both": (
        "when,a,,\n,,flag,number\n" + lines("2023-02-14 00:{ii}:00,{v},8,1"),
        ("a", "flag", "number"), 12, "2023-02-14 00:00:00", "2023-02-14 00:11:00", False,
    ),
    "formats below the names": (
        "# notes\nagency\tsite\tdatetime\tflow\n5s\t15s\t20d\t14n\n" + lines("U\t0164\t2023-02-14 00:{ii}\t{v}"),
        ("site", "flow"), 12, "2023-02-14 00:00:00", "2023-02-14 00:11:00", False,
    ),
    "formats of text alone below the names": (
        "# notes\nagency\tsite\tdatetime\tflow\n5s\t15s\t20s\t14s\n" + lines("U\t0164\t2023-02-14 00:{ii}\t{v}"),
        ("site", "flow"), 12, "2023-02-14 00:00:00", "2023-02-14 00:11:00", False,
    ),
    "settings of the columns above the data": (
        "Interval=\t0.01 s\nChannelTitle=\tECG\tResp\nRange=\t10.0 V\t5.0 V\n" + lines("0.{ii}\t{v}\t{v}"),
        ("ECG", "Resp"), 12, "0", "0.11", False,
    ),
    "an empty comment below the names": (
        "# STN,YYYYMMDD,   HH,   FH\n#\n" + lines("  260,20230214,{j:5d},{v}"),
        ("STN", "FH"), 12, "2023-02-14 01:00:00", "2023-02-14 12:00:00", False,
    ),
    "alignment below the names": (
        "| time | a |\n|:-----|--:|\n" + lines("| {i} | {v} |"), ("a",), 12, "0", "11", False,
    ),
    "many lines of comment above few rows": (
        "# a\n" * 60 + "# period;a\n" + "".join(f"2023-0{i}-01T00:00:00.0/2023-0{i + 1}-01T00:00:00.0;{i}.5\n" for i in range(1, 5)),
        ("a",), 4, "2023-01-01 00:00:00", "2023-04-01 00:00:00", False,
    ),
    "a long head with other delimiters": (
        "".join(f"setting {i} : value {i} of it\n" for i in range(120))
        + "mode\ttime/s\tEwe/V\tcycle number\n"
        + "".join(f"2\t{i},25\t1,5\t{i % 3}\n" for i in range(150)),
        ("mode", "Ewe", "cycle number"), 150, "0.25", "149.25", False,
    ),
    "names of a data frame of R, one less than the cells": (
        '"t" "y"\n' + lines('"{j}" {i} {v}'), ("column 1", "y"), 12, "0", "11", False,
    ),
    "names in single quotation marks, with a row of units": (
        "'Elapsed time','MLII'\n'hh:mm:ss.mmm','mV'\n" + lines("'   0:00.{iii}',{v}"),
        ("MLII",), 12, "0", "0.011", True,
    ),
    "names with blanks above columns by blanks": (
        "   Elapsed time     MLII\n   hh:mm:ss.mmm     (mV)\n" + lines("       0:00.{iii}   {v}"),
        ("MLII",), 12, "0", "0.011", True,
    ),
    "two tabs between the names": (
        "Time\t\tRaw\n-----------------\n" + lines("0.{ii}\t{v}"), ("Raw",), 12, "0", "0.11", False,
    ),
    "names beside the first time": (
        "Linux 5.4 (web1)\n\n12:00:01 AM     CPU     %user     %system\n" + lines("12:{ii}:02 AM  all  {v}  {v}"),
        ("%user", "%system"), 12, "2", "662", True,
    ),
    # rates of the head
    "a rate in megahertz": ("; Samplerate: 1 MHz\nD0,D1\n" + lines("0,{v}"), ("D0", "D1"), 12, "0", "0.000011", False),
    "a rate whose unit stands before it": (
        "# Sampling Rate (Hz):= 100.00\n# Labels:= a\tb\n" + lines("{v}\t{v}"), ("a", "b"), 12, "0", "0.11", False,
    ),
    "an interval in milliseconds": ("Sampling interval: 10 ms\na,b\n" + lines("{v},{v}"), ("a", "b"), 12, "0", "0.11", False),
    "a rate in a unit that is not known": ("Sample rate: 10 furlongs\na,b\n" + lines("{v},{v}"), ("a", "b"), 12, "0", "11", False),
    # times in several columns
    "months and minutes of the same letters": (
        "#YY  MM DD hh mm WSPD\n" + lines("2023 02 14 00 {ii} {v}"),
        ("WSPD",), 12, "2023-02-14 00:00:00", "2023-02-14 00:11:00", False,
    ),
    "year and month": ("yyyy mm tmax\n" + lines("1990 {j} {v}"), ("tmax",), 12, "1990-01-01 00:00:00", "1990-12-01 00:00:00", False),
    "short names of fields": (
        "YEAR,MO,DY,HR,T2M\n" + lines("2023,2,14,{i},{v}"), ("T2M",), 12, "2023-02-14 00:00:00", "2023-02-14 11:00:00", False,
    ),
    "milliseconds beside the clock": (
        "Date,Time,Millitm,a\n" + lines("2/14/2023,12:00:{ii},7,{v}"), ("a",), 12, "2023-02-14 12:00:00.007", "2023-02-14 12:00:11.007", False,
    ),
    "AM and PM in a column of their own": (
        "Date,Time,Half,a\n" + lines("2/14/2023,11:{ii}:00,PM,{v}"), ("a",), 12, "2023-02-14 23:00:00", "2023-02-14 23:11:00", False,
    ),
    "a clock with points": (
        "Date;Time;CO\n" + lines("20/03/2004;{ii}.00.00;2,{i}"), ("CO",), 12, "2004-03-20 00:00:00", "2004-03-20 11:00:00", False,
    ),
    "the number of a station beside a date in digits": (
        lines("92821 20200706 11{ii} {v}"), ("column 1", "column 4"), 12, "2020-07-06 11:00:00", "2020-07-06 11:11:00", False,
    ),
    # which column is the time
    "a counter whose name has data in it": (
        "Data_Point,Test_Time(s),a\n" + lines("{j},{i}.25,{v}"), ("Data_Point", "a"), 12, "0.25", "11.25", False,
    ),
    "a column whose unit is one of time": (
        "Source,CH1\nSecond,Volt\n" + lines("0.{ii},{v}"), ("CH1",), 12, "0", "0.11", False,
    ),
    "years": ("Year,a\n" + lines("18{ii},{v}"), ("a",), 12, "1800", "1811", False),
    "a zone is no time": (
        "Year,Month,Day,Hour,Time Zone,a\n" + lines("2020,1,2,{i},-6,{v}"), ("Time Zone", "a"), 12, "2020-01-02 00:00:00", "2020-01-02 11:00:00", False,
    ),
    "a rising column without a name": (lines("34200.{ii},{v}"), ("column 1", "column 2"), 12, "0", "11", True),
    "years without a name": (lines("2023,45,{i},{v}"), ("column 1", "column 2", "column 3", "column 4"), 12, "0", "11", True),
    "a second time with other values": (
        "Time,A,Time,B\n" + lines("{i},{v},{i}5,{v}"), ("A", "Time (2)", "B"), 12, "0", "11", True,
    ),
    "a second time with the same values": (
        "Time,A,Time,B\n" + lines("{i},{v},{i},{v}"), ("A", "Time (2)", "B"), 12, "0", "11", False,
    ),
    # series that take turns
    "series with times of their own": (
        "ts,sensor,v\n" + lines("2023-02-14 10:{ii}:00,a,{v}", "2023-02-14 10:{ii}:30,b,{v}"), ("a", "b"), 24, "2023-02-14 10:00:00", "2023-02-14 10:11:30", True,
    ),
    "series with numbers that take turns": (
        "ts,eye_id,v\n" + lines("{i}.0,0,{v}", "{i}.5,1,{v}"), ("eye_id 0", "eye_id 1"), 24, "0", "11.5", True,
    ),
    "a measurement of a sensor is no name": (
        "ts,Sensor Glucose\n" + lines("{i},10{i}"), ("Sensor Glucose",), 12, "0", "11", False,
    ),
    # names of which a head says more than one thing
    "samples of an eye tracker, named by a line above": (
        "** CONVERTED FROM a.edf\nMSG\t5447 !CAL\nSTART\t5447 \tLEFT\tSAMPLES\tEVENTS\n"
        "SAMPLES\tGAZE\tLEFT\tRATE\t500.00\tTRACKING\tP-CR\n" + lines("54{ii}\t  51{i}.2\t  38{v}\t 106{v}\t..."),
        ("x", "y", "pupil"), 12, "5400", "5411", False,
    ),
    "samples of two eyes": (
        "SAMPLES\tGAZE\tLEFT\tRIGHT\tRATE\t500.00\n" + lines("54{ii} 51.2 38.4 {v} 52.2 39.4 {v} ....."),
        ("x left", "y left", "pupil left", "x right", "y right", "pupil right"), 12, "5400", "5411", False,
    ),
    "units and dates of an office below the names of its series": (
        '"";BB.USD;BB.USD_FLAGS\n"";"Rate of the bank";\nEinheit;USD;\nDimension;Eins;\nStand vom;"13.02.2023 16:00:00 Uhr";\n'
        + "".join(f"2023-01-{i:02d};{'.;no value' if i == 5 else f'1,0{i}45;'}\n" for i in range(1, 13)),
        ("BB.USD",), 12, "2023-01-01 00:00:00", "2023-01-12 00:00:00", False,
    ),
    "a title between settings and data": (
        "Memory Length,12\nSource,CH1\nVertical Units,V\nSampling Period,2.000E-07\nTime,13-Feb-23 10:11:12\nMode,Detail\n"
        "Waveform Data,\n" + lines("{i}.0E-07,{v}E-02,"),
        ("column 1", "column 2"), 12, "0", "0.0000022", True,
    ),
    "a title for each series between settings and data": (
        "Source,CH1,Source,CH2\nSampling Period,2.000E-07,Sampling Period,2.000E-07\nMode,Detail,Mode,Detail\n"
        "Waveform Data,,Waveform Data,\n" + lines("{i}.0E-07,{v}E-02,{i}.0E-07,{v}E-02,"),
        ("column 1", "column 2", "column 3", "column 4"), 12, "0", "0.0000022", True,
    ),
    "seconds since 1989 with the fields of their format": (
        "timestamp,heart_rate,cadence\n" + lines("10452234{ii},10{v},80"), ("heart_rate", "cadence"), 12,
        "2023-02-13 11:50:00+00:00", "2023-02-13 11:50:11+00:00", True,
    ),
    "names with blanks in single quotation marks, by blanks": (
        "'Elapsed time' 'Heart rate' 'Skin temp'\n" + lines("{i}.5 60{v} 33.5"), ("Heart rate", "Skin temp"), 12, "0.5", "11.5", False,
    ),
    "a list of things": (
        "Part,Quantity,Price\n" + lines("M{i}x1{i},{i}0,{v}"), ("Quantity", "Price"), 12, "0", "11", True,
    ),
    "a line with too few cells below the names, by blanks": (
        "a b\n  keine\n" + lines("{v} 3{v}"), ("column 1", "column 2"), 12, "0", "11", True,
    ),
    # cells
    "prices": ("Date,Close,Open\n" + lines("2023-02-{j:02d},$15{i}.25,$14{i}.5"), ("Close", "Open"), 12, "2023-02-01 00:00:00", "2023-02-12 00:00:00", False),
    "a sign at the end of each line": (lines("33,Walking,{v},{i}5.0;"), ("column 1", "column 3", "column 4"), 12, "0", "11", False),
    "text with commas is no reason for columns by blanks": ("time,id,data,a\n" + lines("{i},0x1A,00 FF,{v}"), ("id", "a"), 12, "0", "11", False),
    "rows of delimiters below the table": (
        "time;a;;\n" + lines("2023-02-14 10:{ii}:00;{v};;") + ";;;\n" * 40, ("a",), 12, "2023-02-14 10:00:00", "2023-02-14 10:11:00", True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_of_a_device_is_read_correctly(tmp_path: Path, layout: str) -> None:
    text, names, rows, first, last, doubt = LAYOUTS[layout]
    store = read(text, tmp_path)
    reading = store.info.reading
    assert tuple(channel.name for channel in store.info.channels) == names
    assert (store.rows, store.time_text(0), store.time_text(store.rows - 1)) == (rows, first, last)
    assert bool(reading.doubts) == doubt, reading.doubts


# spelling, what it means
SPELT = [
    ("20200214:00{ii}", "2020-02-14 00:{ii}:00"),
    ("20230214 000000{iii}", "2023-02-14 00:00:00"),
    ("14/02/2023 10h{ii}", "2023-02-14 10:{ii}:00"),
    ("14/02/2023 01:{ii}:00 p. m.", "2023-02-14 13:{ii}:00"),
    ("14/02/2023 01:{ii}p", "2023-02-14 13:{ii}:00"),
    ("2023年02月14日 10:{ii}:00", "2023-02-14 10:{ii}:00"),
    ("14.02.2023 10:{ii} - 14.02.2023 11:{ii}", "2023-02-14 10:{ii}:00"),
    ("14.02.2023 10:{ii}:00 - 11:{ii}:00", "2023-02-14 10:{ii}:00"),
    ("19{jj}-01", "19{jj}-01-01 00:00:00"),
    ("Jan 19{jj}", "19{jj}-01-01 00:00:00"),
    ("Jan-19{jj}", "19{jj}-01-01 00:00:00"),
]


@pytest.mark.parametrize(("spelling", "meaning"), SPELT)
def test_a_spelling_of_times_is_read(tmp_path: Path, spelling: str, meaning: str) -> None:
    text = "".join(f"{spelling.format(ii=f'{i:02d}', iii=f'{i:03d}', jj=i + 50)};{i}.5\n" for i in ROWS)
    store = read(f"Datum;v\n{text}", tmp_path)
    expected = [meaning.format(ii=f"{i:02d}", jj=i + 50) for i in ROWS]
    read_as = [store.time_text(i).removesuffix(f".{i:03d}") for i in ROWS]
    assert read_as == expected
    assert store.info.reading.doubts == ()


@pytest.mark.parametrize(
    "spelling", ["{i} days 00:00:{ii}.250000", "{i}d 00:00:{ii}.25", "{i} day 00:00:{ii}.25"]
)
def test_days_and_a_clock_are_elapsed_seconds(tmp_path: Path, spelling: str) -> None:
    text = "".join(f"{spelling.format(i=i, ii=f'{i:02d}')},{i}.5\n" for i in ROWS)
    store = read(f"time,v\n{text}", tmp_path)
    assert [float(store.time_text(i)) for i in ROWS] == [i * 86_401 + 0.25 for i in ROWS]
    assert store.info.time.unit == "s"


def test_a_month_with_two_digits_is_a_doubt(tmp_path: Path) -> None:
    text = "".join(f"Jan-{i + 10},{i}.5\n" for i in ROWS)
    info = read(f"Period,v\n{text}", tmp_path).info
    assert (str(info.time.kind), len(info.reading.doubts)) == ("row", 1)


def test_minutes_and_seconds_that_start_again_are_not_sorted(tmp_path: Path) -> None:
    text = "".join(f"{59 if i < 6 else 0:02d}:{i:02d}.000,{i}.5\n" for i in ROWS)
    store = read(f"time,v\n{text}", tmp_path)
    assert str(store.info.time.kind) == "row"
    assert np.array_equal(store.channel(0), [i + 0.5 for i in ROWS])
    assert "goes back" in store.info.reading.doubts[0]


def test_alternating_series_are_kept_in_rows_on_request(tmp_path: Path) -> None:
    text = "ts,sensor,v\n" + lines("{i}.0,a,{v}", "{i}.5,b,{v}")
    kept = read(text, tmp_path, ReadingOptions(series=""))
    assert ([channel.name for channel in kept.info.channels], kept.rows) == (["v"], 24)
    assert (kept.time_text(1), kept.info.reading.doubts) == ("0.5", ())


def test_alternating_words_are_a_doubt_and_keep_their_times(tmp_path: Path) -> None:
    store = read("ts,which,v\n" + lines("{i}.0,left,{v}", "{i}.5,right,{v}"), tmp_path)
    assert (store.rows, store.time_text(23)) == (24, "11.5")
    assert "Channels named by" in store.info.reading.doubts[0]


def test_a_header_of_another_width_is_refused_also_with_an_empty_name(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="line 2: the row has 5 cells where the header has 4"):
        read(",Year,DOY,CST\n" + lines("0,2019,319,{i},{v}"), tmp_path)


def test_a_rate_in_kilosamples_is_one(tmp_path: Path) -> None:
    assert read("Sample rate: 2 kS/s\na,b\n" + lines("{v},{v}"), tmp_path).time_text(1) == "0.0005"
