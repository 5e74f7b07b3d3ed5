"""Layouts of database clients, loggers and stations: durations, clocks with points, other years, digits that are none.

Each text is generated; no data is copied.
"""
# ruff: noqa: E501 - a row of a table is one line

from __future__ import annotations

from pathlib import Path

import pytest

from services.errors import RefusedFile
from tests.unit.test_layouts import read
from tests.unit.test_layouts_of_devices import lines

Names = tuple[str, ...]
NONE = ""
DAY = "2023-02-14 "
RULED = "ts                  value\n------------------- -----\n"

# text, names of the channels, rows, first and last time, words of the doubt
LAYOUTS: dict[str, tuple[str, Names, int, str, str, str]] = {
    # spellings of times
    "durations of ISO 8601": ("time,a\n" + lines("PT1H{i}M3.5S,{v}"), ("a",), 12, "3603.5", "4263.5", NONE),
    "durations without minutes": ("elapsed,a\n" + lines("PT{i}.25S,{v}"), ("a",), 12, "0.25", "11.25", NONE),
    "durations above a minute in seconds": ("elapsed,a\n" + lines("PT1{ii}S,{v}"), ("a",), 12, "100", "111", NONE),
    "durations of days": ("elapsed,a\n" + lines("P1DT{i}H,{v}"), ("a",), 12, "86400", "126000", NONE),
    "a duration in each row next to dates": (
        "timestamp,duration,a\n" + lines("2023-02-14 00:{ii}:00,PT15M,{v}"), ("a",), 12, DAY + "00:00:00", DAY + "00:11:00", NONE,
    ),
    "a clock with a point": ("time;a\n" + lines("14/02/2023 22.{ii};{v}"), ("a",), 12, DAY + "22:00:00", DAY + "22:11:00", NONE),
    "a clock with a point in a column of its own": (
        "Datum;Uhrzeit;a\n" + lines("14.02.2023;22.{ii};{v}"), ("a",), 12, DAY + "22:00:00", DAY + "22:11:00", NONE,
    ),
    "hours with a fraction are no clock with a point": (
        "Datum;Uhrzeit;a\n" + lines("14.02.2023;{i}.75;{v}"), ("a",), 12, "0.75", "11.75", "could be the date",
    ),
    "years of the Republic of China": (
        "日期,a\n" + lines("112/02/{j:02d},{v}"), ("a",), 12, "2023-02-01 00:00:00", "2023-02-12 00:00:00", "112 is 2023",
    ),
    "years of the Republic of China and a clock": (
        "日期,時間,a\n" + lines("112-02-14,22:{ii}:00,{v}"), ("a",), 12, DAY + "22:00:00", DAY + "22:11:00", "112 is 2023",
    ),
    "year, month and day without delimiters, as the name says": (
        "YYMMMDD,a\n" + lines("23FEB{j:02d},{v}"), ("a",), 12, "2023-02-01 00:00:00", "2023-02-12 00:00:00", NONE,
    ),
    "year, month and day without delimiters": (
        "date,a\n" + lines("23FEB{j:02d},{v}"), ("a",), 12, "2023-02-01 00:00:00", "2023-02-12 00:00:00", "year, month and day",
    ),
    "a date each year": ("date,a\n" + lines("01FEB{j:02d},{v}"), ("a",), 12, "2001-02-01 00:00:00", "2012-02-01 00:00:00", NONE),
    "the offset from UTC and its name": (
        "time,a\n" + lines("2023-02-14 22:{ii}:00 +0000 UTC,{v}"), ("a",), 12, DAY + "22:00:00+00:00", DAY + "22:11:00+00:00", NONE,
    ),
    "days of the week in French": ("Date;a\n" + lines("mardi 14 février 2023 22:{ii};{v}"), ("a",), 12, DAY + "22:00:00", DAY + "22:11:00", NONE),
    "days of the week and articles in Spanish": (
        "Fecha;a\n" + lines("martes, 14 de febrero de 2023 22:{ii};{v}"), ("a",), 12, DAY + "22:00:00", DAY + "22:11:00", NONE,
    ),
    "days of the week before a date in numbers": (
        "Datum;Zeit;a\n" + lines("Di 14.02.2023;22:{ii};{v}"), ("a",), 12, DAY + "22:00:00", DAY + "22:11:00", NONE,
    ),
    "days of the week in brackets in Japanese": (
        "日時,a\n" + lines("2023/02/14(火) 22:{ii},{v}"), ("a",), 12, DAY + "22:00:00", DAY + "22:11:00", NONE,
    ),
    "a clock with an h in a column of its own": ("Date;Heure;a\n" + lines("14/02/2023;22h{ii};{v}"), ("a",), 12, DAY + "22:00:00", DAY + "22:11:00", NONE),
    "a year of two digits below a Chinese name": (
        "日期,a\n" + lines("99/02/{j:02d},{v}"), ("a",), 12, "1999-02-01 00:00:00", "1999-02-12 00:00:00", "(2010)",
    ),
    "years of two digits in columns without names": (
        lines("23 2 14 22 50 {i}.5 {v}"), tuple(f"column {n}" for n in range(1, 8)), 12, "0", "11", "year, month, day",
    ),
    "days since the year 0": ("t,a\n" + lines("738931.{ii}5,{v}"), ("a",), 12, "738931.005", "738931.115", "MATLAB"),
    "intervals of an hour": (
        "Datum;Timme;a\n" + "".join(f"2023-02-14;{row:02d}-{row + 1:02d};{row},5\n" for row in range(24)), ("a",), 24, DAY + "00:00:00", DAY + "23:00:00", NONE,
    ),
    "intervals of a clock": (
        "Date,Interval,a\n" + "".join(f"2023-02-14,{row:02d}:00 - {row + 1:02d}:00,{row}.5\n" for row in range(23)), ("a",), 23, DAY + "00:00:00", DAY + "22:00:00", NONE,
    ),
    "hours next to a date, without names": (
        "".join(f"2023-02-{14 + row // 24},{row % 24},{row % 5}.5\n" for row in range(48)), ("column 3",), 48, DAY + "00:00:00", "2023-02-15 23:00:00", NONE,
    ),
    "values that do not count hours next to a date, without names": (
        "".join(f"2023-02-{row + 1:02d},{row * 5 % 24},{row % 5}.5\n" for row in range(24)),
        ("column 2", "column 3"), 24, "2023-02-01 00:00:00", "2023-02-24 00:00:00", NONE,
    ),
    "hours that end": (
        "Date,HE,a\n" + "".join(f"2023-02-{14 + row // 24},{row % 24 + 1},{row}.5\n" for row in range(48)), ("a",), 48, DAY + "01:00:00", "2023-02-16 00:00:00", "from 1 to 24",
    ),
    "hours and minutes in digits, with a unit": (
        "Date,Hour (local),a\n" + "".join(f"2023-02-14,{row + 1:02d}00,{row}.5\n" for row in range(24)), ("a",), 24, DAY + "01:00:00", "2023-02-15 00:00:00", NONE,
    ),
    "years and names of months": (
        "Year,Month,a\n" + "".join(f"{2020 + row // 3},{['January', 'February', 'March'][row % 3]},{row}.5\n" for row in range(9)),
        ("a",), 9, "2020-01-01 00:00:00", "2022-03-01 00:00:00", NONE,
    ),
    "months and days without a year": (
        "Month,Day,a\n" + lines("2,{j},{v}"), ("Month", "Day", "a"), 12, "0", "11", "parts of a time",
    ),
    # which column is the time
    "a clock that passes midnight next to rising milliseconds": (
        "Time;RR [ms]\n" + "".join(f"{clock};{800 + row}\n" for row, clock in enumerate(["23:59:58", "23:59:59", "00:00:00", "00:00:01"])),
        ("RR",), 4, "86398", "86401", NONE,
    ),
    "an elapsed time next to dates": (
        "Time,a,Date\n" + lines("00:00:{ii},{v},2023-02-14 22:{ii}:00"), ("a",), 12, DAY + "22:00:00", DAY + "22:11:00", NONE,
    ),
    "days of a spreadsheet named UTC": (
        "Utc,a\n" + lines("44971.{ii}5,{v}"), ("a",), 12, DAY + "00:07:12", DAY + "02:45:36", "days of a spreadsheet",
    ),
    "a clock in digits, as the name says": ("HHMMSS,a\n" + lines("2250{ii},{v}"), ("a",), 12, "225000", "225011", "clock times in digits"),
    "a name in two rows": (",RPM\nTIME,\nSTAMP,/min\n" + lines("0.{ii},{v}"), ("/min",), 12, "0", "0.11", NONE),
    "an interval called clock": ("#CLOCK=10mS\n#SIZE=12\n\n" + lines("{v}"), ("column 1",), 12, "0", "0.11", NONE),
    # settings in rows of names
    "settings right of the names": ("CH1V,CH2V,t0 =-0.0005, tInc =0.000001,\n" + lines("{v},{v}"), ("CH1V", "CH2V"), 12, "0", "0.000011", NONE),
    "settings right of the names, with cells below": (
        "CH1V,CH2V,t0 =-0.0005, tInc =0.000001,\n" + lines("{v},{v},,,"), ("CH1V", "CH2V"), 12, "0", "0.000011", NONE,
    ),
    "starts and intervals of each channel": (
        "waveform,a,b\nt0,14.02.2023 22:00:00,14.02.2023 22:00:00\ndt,0.1,0.1\n" + lines(",{v},{v}"), ("a", "b"), 12, "0", "11", "dt 0.1",
    ),
    "settings that begin with their number": ("#1\tRecorder:\tX\n" + lines("{j}\t2023-02-14 22:{ii}:00\t{v}"), ("column 1", "column 3"), 12, DAY + "22:00:00", DAY + "22:11:00", NONE),
    # tables of databases
    "a date and a clock below one name": (
        RULED + lines("2023-02-14 22:{ii}:00   {v}") + "\n(12 rows affected)\n", ("value",), 12, DAY + "22:00:00", DAY + "22:11:00", NONE,
    ),
    "a date and a clock below one name, missing values": (
        RULED + lines("2023-02-14 22:{ii}:00   {v}") + "2023-02-14 22:12:00  NULL\n\n13 rows selected.\n",
        ("value",), 13, DAY + "22:00:00", DAY + "22:12:00", NONE,
    ),
    "a delimiter and the number of rows": (
        "time|value\n" + lines("2023-02-14 22:{ii}:00+00|{v}") + "(12 rows)\n", ("value",), 12, DAY + "22:00:00+00:00", DAY + "22:11:00+00:00", NONE,
    ),
    "names by blanks above tabs": ("  sample #     MLII     V1\n" + lines("{i}\t{v}\t{v}"), ("sample #", "MLII", "V1"), 12, "0", "11", NONE),
    "names by blanks above tabs, one at the end": (
        "Index   time   v(out)\n---------------------\n" + lines("{i}\t0.{ii}\t{v}\t"), ("Index", "v(out)"), 12, "0", "0.11", NONE,
    ),
    "a unit of direct and alternating voltage": (
        "Time,a\n" + lines("{i},{v} mV AC+DC"), ("a",), 12, "0", "11", NONE,
    ),
    # digits that are none
    "pairs of numbers and decimals": (
        "".join(f"{row * 7 % 13},{row % 10},{row * 3 % 11},{row * 7 % 10}\n" for row in range(12)),
        ("column 1", "column 2", "column 3", "column 4"), 12, "0", "11", "decimal commas",
    ),
    "decimals with zeros in front": (
        "".join(f"{row * 7 % 5},{row * 8:02d}\n" for row in range(12)), ("column 1", "column 2"), 12, "0", "11", "decimal commas",
    ),
    "decimals of numbers that rise": (
        "".join(f"{row / 5:.1f},{row % 7}\n".replace(".", ",", 1).replace(f",{row % 7}\n", f",{row % 7},5\n") for row in range(12)),
        ("column 1", "column 2", "column 3", "column 4"), 12, "0", "11", "decimal commas",
    ),
    "half as many names as numbers": (
        "a,b\n" + "".join(f"{row % 5},25,{row % 7},5\n" for row in range(12)), ("column 1", "column 2", "column 3", "column 4"), 12, "0", "11", "decimal commas",
    ),
    "pairs of whole numbers": (
        "".join(f"{row % 5},{row % 10},{row % 7},{row * 3 % 10}\n" for row in range(12)),
        ("column 1", "column 2", "column 3", "column 4"), 12, "0", "11", NONE,
    ),
    "a number and a class in each row": ("".join(f"{row * 7 % 13},{row % 10}\n" for row in range(12)), ("column 1", "column 2"), 12, "0", "11", NONE),
    "bits": ("time,a\n" + "".join(f"{row},{row:08b}\n" for row in range(12)), ("a",), 12, "0", "11", "binary number"),
    "numbers with zeros in front": ("time,a\n" + lines("{i},{iii}"), ("a",), 12, "0", "11", NONE),
    "groups of two digits": ("Date,a\n" + lines('2023-02-{j:02d},"1,23,4{ii}.50"'), ("a",), 12, "2023-02-01 00:00:00", "2023-02-12 00:00:00", NONE),
    # samples below each other
    "two matrices below each other": (
        "# name: t\n# rows: 12\n" + lines("{i}.5") + "\n# name: v\n# rows: 12\n" + lines("{v}"), ("column 1",), 24, "0", "23", "another table",
    ),
    "comments among the rows that the head does not have": (
        "# name: t\na\n" + lines("{v}") + "# pause: 5 min\n" + lines("{v}"), ("a",), 24, "0", "23", NONE,
    ),
    "commands of Grace": ("# a\n@TYPE xy\n" + lines("{i}.5  {v}"), ("column 1", "column 2"), 12, "0", "11", "could be the time"),
    "a sentence below columns by blanks": (
        "Step a\n" + lines("{i}00 {v}") + "Loop time of 1.2 on 1 procs\n", ("Step", "a"), 12, "0", "11", "no row of data",
    ),
    "columns of one mean and spread below a rate": (
        "Sampling Freq(Hz) 100Hz\n" + "".join("".join(f"{(row * 811 + cell * 353 + 7 * row * cell) % 97:9d}" for cell in range(8)) + "\n" for row in range(60)),
        tuple(f"column {n}" for n in range(1, 9)), 60, "0", "59", "successive samples",
    ),
    "numbers of items that alternate": (
        "charttime,itemid,a\n" + "".join(f"2023-02-14 22:{row:02d}:00,{220045 + row % 2},{row % 5}.5\n" for row in range(30)),
        ("a",), 30, "0", "29", "itemid",
    ),
    "a duration that counts all cells of a line": (
        "Sampling Freq(Hz) 100Hz\nDuration Time(s)  0.48\n" + "".join("".join(f"{(row * 811 + cell * 353) % 97:9d}" for cell in range(8)) + "\n" for row in range(6)),
        tuple(f"column {n}" for n in range(1, 9)), 6, "0", "5", "successive samples",
    ),
    "an empty cell and a word below the names": ("a,b\n,none here\n" + lines("-{v},{v}"), ("a", "b"), 12, "0", "11", "left out"),
    "a missing value and a word below the names": (
        "a b\nNaN none here\n".replace(" here", "x") + lines("-{v} {v}"), ("a", "b"), 12, "0", "11", "left out",
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_read_correctly_or_has_its_doubt(tmp_path: Path, layout: str) -> None:
    text, names, rows, first, last, doubt = LAYOUTS[layout]
    store = read(text, tmp_path)
    doubts = " ".join(store.info.reading.doubts)
    assert (store.rows, store.time_text(0), store.time_text(store.rows - 1)) == (rows, first, last)
    assert tuple(channel.name for channel in store.info.channels) == names
    assert doubt in doubts if doubt else not doubts, doubts


def test_another_table_below_the_first_is_refused_as_one(tmp_path: Path) -> None:
    """As LabVIEW writes segments: each with a head of its own."""
    head = "Channels\t1\t\nSamples\t12\t\n\na\tb\n"
    with pytest.raises(RefusedFile, match="another table seems to begin here"):
        read("a\tb\n" + lines("{i}.5\t{v}") + "\n" + head + lines("{i}.5\t{v}"), tmp_path)


def test_decimal_commas_below_names_are_named_in_the_refusal(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="write decimal points if its numbers have decimal commas"):
        read("time,a\n" + lines("2023-02-14 22:{ii}:00,{v}").replace(".", ","), tmp_path)
