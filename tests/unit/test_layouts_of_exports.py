"""Layouts that loggers, oscilloscopes, brokers, weather services and telemetry export: right, doubted or refused.

Each text is generated; no data is copied. A wrong time or value without a word is the worst fault.
"""
# ruff: noqa: E501 - a row of a table is one line

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.errors import RefusedFile
from services.ingest.reading_options import ReadingOptions
from tests.unit.test_layouts import read
from tests.unit.test_layouts_of_devices import lines

Names = tuple[str, ...]

# text, names of the channels, first values, rows, first and last time, doubt
LAYOUTS: dict[str, tuple[str, Names, tuple[float, ...], int, str, str, bool]] = {
    # names above the data
    "names twice, the second time with units": (
        "Number,Date&Time,ms,CH1,CH2\nNO.,Time,ms,degC,V\n" + lines("{j},2023/02/14 00:00:{ii},500,{v},{v}"),
        ("Number", "CH1", "CH2"), (1, 0.5, 0.5), 12, "2023-02-14 00:00:00.500", "2023-02-14 00:00:11.500", False,
    ),
    "units in brackets behind a stroke": (
        "A_Timestamp_Unix_CAL,A_Accel_X\nms,m/(s^2)\n" + lines("16763328{ii}000,{v}"),
        ("A_Accel_X",), (0.5,), 12, "2023-02-14 00:00:00+00:00", "2023-02-14 00:00:11+00:00", False,
    ),
    "a format of the time below the names": (
        "A_Timestamp,A_Accel_X\nyyyy/mm/dd hh:mm:ss.000,m/(s^2)\n" + lines("2023/02/14 00:00:{ii}.000,{v}"),
        ("A_Accel_X",), (0.5,), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", False,
    ),
    "remarks below names and units": (
        "Time\tVoltage\ns\tmV\nComments\tRun 1\n" + lines("0.{ii}\t{v}"), ("Voltage",), (0.5,), 12, "0", "0.11", False,
    ),
    "a table of settings with more cells than columns with data": (
        "Source,ID,City,Zone,Elevation,Dew Unit,Wind Unit\nX,4,-,1,2,c,m/s\nYear,Month,Day,Hour,Temp,,\n" + lines("2023,2,14,{i},{v},,"),
        ("Temp",), (0.5,), 12, "2023-02-14 00:00:00", "2023-02-14 11:00:00", False,
    ),
    "units behind the word in": (
        "in s,C1 in V,Temperatur in °C\n" + lines("0.{ii},{v},{v}"), ("C1", "Temperatur"), (0.5, 0.5), 12, "0", "0.11", False,
    ),
    "a setting above a line of dashes": (
        "Serial: X1,,\nBattery Voltage: 4.03     Mode = 13,,\n--------------------,,\n" + lines("{v},{v},{v}"),
        ("column 1", "column 2", "column 3"), (0.5, 0.5, 0.5), 12, "0", "11", False,
    ),
    "a row of delimiters below the names of a table with dates": (
        "Title,,,\n,,,\nDatum,Tijd,Activiteit,\n,,,\n" + lines("14/02/2023,06:00:{ii},{v},"),
        ("Activiteit",), (0.5,), 12, "2023-02-14 06:00:00", "2023-02-14 06:00:11", False,
    ),
    "formats in capital letters below the names": (
        "# rating\nINDEP\tSHIFT\tDEP\n16N\t16N\t1S\n" + lines("{v}\t0.{ii}\t{v}"),
        ("INDEP", "SHIFT", "DEP"), (0.5, 0, 0.5), 12, "0", "11", False,
    ),
    # the interval is in the head
    "a time without a name that rises by the interval in the head": (
        "Sampling Period,1.0E-2\nWaveform Data,,\n" + lines("0.{ii},{v}"), ("column 2",), (0.5,), 12, "0", "0.11", False,
    ),
    "the same time for each channel": (
        "Source,CH1,Source,CH2\nSampling Period,1.0E-2,Sampling Period,1.0E-2\nWaveform Data,,Waveform Data,,\n" + lines("0.{ii},{v},0.{ii},{v},"),
        ("column 2", "column 4"), (0.5, 0.5), 12, "0", "0.11", False,
    ),
    "the number of samples below the names": (
        "resp.acq\n2 msec/sample\n1 channels\nCH1\t\n12\t\n" + lines("{v}\t"), ("CH1",), (0.5,), 12, "0", "0.022", False,
    ),
    "the length of each column below the units": (
        "Name;Time;Speed\nUnit;s;km/h\nLength;12;12\n" + lines(";0.{ii};{v}"), ("Speed",), (0.5,), 12, "0", "0.11", False,
    ),
    # spellings of numbers
    "a sign apart from its number": (
        "time,a\n" + lines("{i},+   {v}"), ("a",), (0.5,), 12, "0", "11", False,
    ),
    "minus behind the number": ("time;a\n" + lines("{i};{v}-"), ("a",), (-0.5,), 12, "0", "11", False),
    "minus as a sign of its own": ("time,a\n0,\u2212{v}\n".replace("{v}", "0.5") + lines("{j},{v}"), ("a",), (-0.5,), 13, "0", "12", False),
    "numbers in brackets": ("time,a\n0,(0.5)\n1,0.75\n2,(1.5)\n3,2.5\n", ("a",), (-0.5,), 4, "0", "3", True),
    "full-width digits": ("time,a\n" + lines("{i},\uff11\uff0e\uff15"), ("a",), (1.5,), 12, "0", "11", False),
    "a unit of two words": ("time,a\n" + lines("{i},{v} V DC"), ("a",), (0.5,), 12, "0", "11", False),
    # times
    "a date with the hour behind a dash": (
        "Zeit;a\n" + lines("2023-02-14-{ii};{v}"), ("a",), (0.5,), 12, "2023-02-14 00:00:00", "2023-02-14 11:00:00", False,
    ),
    "times with their unit": ("Time,a\n" + lines("0.{ii} sec,{v}"), ("a",), (0.5,), 12, "0", "0.11", False),
    "times with another decimal sign than the values": (
        "time;a;b\n" + lines("0,{ii};{v};{v}"), ("a", "b"), (0.5, 0.5), 12, "0", "0.11", False,
    ),
    "months in French": ("Mois;a\n" + "".join(f"{name} 2023;{i}\n" for i, name in enumerate(("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"))), ("a",), (0,), 12, "2023-01-01 00:00:00", "2023-12-01 00:00:00", False),
    "the sign of a place between date and clock": (
        "when,a\n" + lines('"Feb 14, 2023 @ 00:00:{ii}.000",{v}'), ("a",), (0.5,), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", False,
    ),
    "year and day of the year": (
        "Year,DOY,Hour,a\n" + lines("2024,60,{i},{v}"), ("a",), (0.5,), 12, "2024-02-29 00:00:00", "2024-02-29 11:00:00", False,
    ),
    "year, day of the year, month and day without names": (
        lines("2024,60,2,29,10,{i},{v}"), ("column 2", "column 7"), (60, 0.5), 12, "2024-02-29 10:00:00", "2024-02-29 10:11:00", True,
    ),
    "hours of sleep beside a date": (
        "date,hours,a\n" + "".join(f"2023-02-{i + 1:02d},{6 + i % 4},{i}\n" for i in range(12)), ("hours", "a"), (6, 0), 12, "2023-02-01 00:00:00", "2023-02-12 00:00:00", False,
    ),
    "numbers in brackets as names": (
        "(1),(2)\n" + lines("{v},{v}"), ("(1)", "(2)"), (0.5, 0.5), 12, "0", "11", False,
    ),
    "a row that is named points": ("name,t,a\nPoints,5,5\nx,6,2\ny,7,4\n", ("a",), (5,), 3, "5", "7", False),
    "hours from 1 to 24": (
        "DATE,HOUR,a\n" + "".join(f"2023-02-14,{i + 1},{i}\n" for i in range(24)), ("a",), (0,), 24, "2023-02-14 01:00:00", "2023-02-15 00:00:00", True,
    ),
    "a time of measurement and one of storage": (
        "creationDate,startDate,a\n" + lines("2023-02-14 01:00:{ii},2023-02-14 00:00:{ii},{v}"), ("a",), (0.5,), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", False,
    ),
    "days that are counted": ("julianday,a\n" + lines("2460000.{ii},{v}"), ("a",), (0.5,), 12, "2460000", "2460000.11", False),
    # a time that may be something else
    "a clock in digits with a fraction": (
        "date,time,a\n" + lines("140223,2350{ii}.00,{v}"), ("date", "a"), (140223, 0.5), 12, "235000", "235011", True,
    ),
    "frames of a video": ("Timecode,a\n" + lines("01:00:00:{ii},{v}"), ("a",), (0.5,), 12, "3600", "3600.11", True),
    "a clock beside the name of a month": (lines("Feb 14 00:00:{ii} {v}"), ("column 2", "column 4"), (14, 0.5), 12, "0", "11", True),
    "a clock beside a date that is not read": (
        "Date,Time,a\n" + lines("Q{j},00:00:{ii},{v}"), ("a",), (0.5,), 12, "0", "11", True,
    ),
    "parts of a second in a column of their own": (
        "Date,Time,a,Fractional Seconds\n" + lines("02/14/2023,00:00:{ii},{v},0.{ii}"), ("a", "Fractional Seconds"), (0.5, 0), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", True,
    ),
    "nanoseconds beside seconds": (
        "clock,a,ns\n" + lines("16763328{ii},{v},{j}00"), ("a", "ns"), (0.5, 100), 12, "2023-02-14 00:00:00+00:00", "2023-02-14 00:00:11+00:00", True,
    ),
    "a clock in digits beside a date": (
        "Date,Time,a\n" + lines("2023-02-14,23{ii},{v}"), ("a",), (0.5,), 12, "2023-02-14 23:00:00", "2023-02-14 23:11:00", False,
    ),
    "a clock in digits without zeros beside a date": (
        "Date,Time,a\n" + lines("02/14/2023,1{ii},{v}"), ("a",), (0.5,), 12, "2023-02-14 01:00:00", "2023-02-14 01:11:00", False,
    ),
    "a clock apart from its date, with the same name": (
        "Begin_Date,End_Date,Begin_Time,End_Time,a\n" + lines("2023-02-14,2023-02-15,10:00:{ii},11:00:{ii},{v}"), ("a",), (0.5,), 12, "2023-02-14 10:00:00", "2023-02-14 10:00:11", False,
    ),
    "seconds of the day beside a date": (
        "Date,Seconds,a\n" + lines("2023-02-14,850{ii}.5,{v}"), ("a",), (0.5,), 12, "85000.5", "85011.5", True,
    ),
    "parts of the day beside a day of a spreadsheet": (
        "Date,Time,a\n" + lines("45342,0.{ii},{v}"), ("Date", "a"), (45342, 0.5), 12, "0", "0.11", True,
    ),
    "parts of the day": (
        "Time,a\n" + "".join(f"{0.25 + i / 86_400:.10f},{i}.5\n" for i in range(12)), ("a",), (0.5,), 12, "0.25", "0.2501273148", True,
    ),
    "a clock of 12 hours": (
        "time,a\n" + "".join(f"2023-02-14 {hour}:{minute}:00,1\n" for hour in ("12", "01") for minute in range(10, 20)), ("a",), (1,), 20, "2023-02-14 01:10:00", "2023-02-14 12:19:00", True,
    ),
    "ticks of 100 nanoseconds": ("Timestamp,a\n" + lines("167633280000000{ii},{v}"), ("a",), (0.5,), 12, "16763328000000000", "16763328000000011", True),
    "a time for each channel, with its name": (
        "A time (s),A,B time (s),B\n" + "".join(f"0.{i:02d},1,0.{2 * i:02d},2\n" for i in range(12)), ("A", "B time", "B"), (1, 0, 2), 12, "0", "0.11", True,
    ),
    "a channel that is named data": ("time,data\n" + lines("00:00:{ii},{v}"), ("data",), (0.5,), 12, "0", "11", False),
    "elapsed seconds beside a date": (
        "Date,elapsed_s,a\n" + lines("2023-02-14,{i},{v}"), ("a",), (0.5,), 12, "0", "11", False,
    ),
    # more of names and numbers
    "the name of the time in the row above the other names": (
        "time,T,T\n,min,max\n" + lines("{i},{v},{v}"), ("min", "max"), (0.5, 0.5), 12, "0", "11", False,
    ),
    "rising decimals as names": (
        "time,400.5,410.5,420.5\n" + lines("{i},{v},{v},{v}"), ("400.5", "410.5", "420.5"), (0.5, 0.5, 0.5), 12, "0", "11", True,
    ),
    "three digits behind each point beside German dates": (
        "Datum;Stück\n" + "".join(f"{13 + i}.02.2023;1.1{i:02d}\n" for i in range(12)), ("Stück",), (1.1,), 12, "2023-02-13 00:00:00", "2023-02-24 00:00:00", True,
    ),
    # series below each other
    "a number for each series beside its name": (
        ",result,table,_time,_value,_field\n" + "".join(lines(f",,{k},2023-02-14T00:00:{{ii}}Z,{{v}},{name}") for k, name in enumerate(("temp", "hum"))),
        ("temp", "hum"), (0.5, 0.5), 12, "2023-02-14 00:00:00+00:00", "2023-02-14 00:00:11+00:00", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_exported_layout_is_read_as_it_is_meant(tmp_path: Path, layout: str) -> None:
    text, names, values, rows, first, last, doubt = LAYOUTS[layout]
    store = read(text, tmp_path)
    assert tuple(channel.name for channel in store.info.channels) == names
    assert tuple(float(store.channel(place)[0]) for place in range(len(names))) == values
    assert (store.rows, store.time_text(0), store.time_text(store.rows - 1)) == (rows, first, last)
    assert bool(store.info.reading.doubts) == doubt, store.info.reading.doubts


@pytest.mark.parametrize(
    "cells",
    [
        "1.100;15,25",
        "850;15,25",  # the first with a separator comes later
        "0;15,25 €",
    ],
)
def test_a_point_with_three_digits_in_a_file_of_decimal_commas_is_refused(tmp_path: Path, cells: str) -> None:
    text = (
        "Datum;Volumen;Preis\n"
        + lines("2023-02-{j:02d};" + cells)
        + "2023-02-13;3.129;15,5"
        + cells[-2:] * (cells[-1] == "€")
        + "\n"
    )
    with pytest.raises(RefusedFile, match="thousands separator"):
        read(text, tmp_path)


def test_a_point_with_three_digits_is_refused_when_it_comes_after_what_is_looked_at(tmp_path: Path) -> None:
    text = "n;Volumen;Preis\n" + "".join(f"{row};850;15,25\n" for row in range(5_000)) + "5000;3.129;15,25\n"
    with pytest.raises(RefusedFile, match=r"line 5002.*“3\.129”.*thousands"):
        read(text, tmp_path)


def test_points_with_other_digits_stay_decimal_points_beside_decimal_commas(tmp_path: Path) -> None:
    store = read("n;a;b\n" + lines("{i};{j}.25;{i},5") + "12;1.125;2,5\n", tmp_path)
    assert [float(store.channel(place)[12]) for place in (1, 2)] == [1.125, 2.5]


def test_a_dash_as_minus_is_read_when_it_comes_late(tmp_path: Path) -> None:
    store = read("time,a\n" + "".join(f"{row},1.5\n" for row in range(5_000)) + "5000,\u22122.5\n", tmp_path)
    assert float(store.channel(0)[5_000]) == -2.5
    assert np.isfinite(store.channel(0)).all()


def test_seconds_since_1989_are_read_when_that_is_said(tmp_path: Path) -> None:
    text = "timestamp,a\n" + lines("10452234{ii},{v}")
    assert read(text, tmp_path / "found").time_text(0).startswith("2003-02-14")
    said = read(text, tmp_path / "said", ReadingOptions(unit="fit s"))
    assert said.time_text(0) == "2023-02-13 11:50:00+00:00"
    assert not said.info.reading.doubts


def test_seconds_since_1970_next_to_fields_of_fit_are_kept_when_that_is_said(tmp_path: Path) -> None:
    text = "timestamp,heart_rate\n" + lines("10452234{ii},{v}")
    assert read(text, tmp_path, ReadingOptions(unit="unix s")).time_text(0) == "2003-02-14 11:50:00+00:00"


def test_an_offset_that_no_zone_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="line 2"):
        read("time,a\n" + lines("2023-02-14 00:00:{ii}.5 +17:00,{v}"), tmp_path)


@pytest.mark.parametrize("cell", ["{v} of the first kind", "~{v}", "CHF {v}", "{v}±0.1"])
def test_a_column_of_decimals_with_remarks_that_is_left_out_is_a_doubt(tmp_path: Path, cell: str) -> None:
    store = read("time,a,b\n" + lines("{i}," + cell + ",{v}"), tmp_path)
    assert any("“a” is left out" in doubt for doubt in store.info.reading.doubts)
