"""Generated layouts of a known table: read equal, or refused or doubted; never different without a word."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import RefusedFile
from services.ingest.convert import ingest
from services.ingest.reading_options import AS_FOUND, ReadingOptions
from services.timeseries import Store
from tests.layouts import Choose, difference, make, path_of
from tests.unit.test_ingest_fuzz import examples


def check(choose: Choose) -> None:
    """One layout is read equal, or refused, or marked as doubtful."""
    layout = make(choose)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            info = ingest(path_of(layout, folder), name="a.csv", store_root=folder / "store")
        except RefusedFile as refused:
            assert str(refused).startswith("“a.csv”")
            assert str(refused).endswith(".")
            return
        store = Store.open(folder / "store" / info.sha256[:2] / info.sha256)
        assert info.reading.doubts or difference(layout, store) == "", layout.choices


@examples(150)
@given(st.data())
def test_a_layout_is_read_exactly_or_with_a_doubt(data: st.DataObject) -> None:
    check(lambda name, options: data.draw(st.sampled_from(options), name))


@pytest.mark.parametrize(
    "seed", [11, 94, 153, 209, 368, 539, 764, 811, 1273, 2845, 2927, 5672, 23763, 100065, 102945]
)
def test_random_layouts_that_were_once_read_wrong_are_right_or_doubted(seed: int) -> None:
    chance = random.Random(seed)
    check(lambda _name, options: chance.choice(options))


def read(text: str, folder: Path, options: ReadingOptions = AS_FOUND) -> Store:
    """The text as a stored recording."""
    folder.mkdir(exist_ok=True)
    file = folder / "a.csv"
    file.write_text(text, encoding="utf-8")
    info = ingest(file, name="a.csv", store_root=folder / "store", options=options)
    key = options.store_key(info.sha256)
    return Store.open(folder / "store" / key[:2] / key)


# text, names of the channels, rows, first time, doubt
KINDS = [
    # settings above a table without a header are not names
    ("Samples;24\nChannels;2\n5;1.5\n6;2.5\n7;3.5\n", ("column 1", "column 2"), 3, "0", False),
    # a table of settings above the table keeps its names to itself
    (
        "Channel,Gain,Offset,Zero\na,1.5,0,0\n\ntime,a,b,c\n0,1,2,3\n1,2,3,4\n2,4,5,6\n",
        ("a", "b", "c"),
        3,
        "0",
        False,
    ),
    # numbers as names, as data frames are written
    (",0,1\n2024-02-20,1.5,2.5\n2024-02-21,2.5,3.5\n", ("0", "1"), 2, "2024-02-20 00:00:00", False),
    ("Time,1\n0.0,1.5\n0.5,2.5\n1.0,3.5\n", ("1",), 3, "0", False),
    ("1,2\n0.5,1.5\n0.7,2.5\n0.1,3.5\n", ("1", "2"), 3, "0", True),
    # a first sample that is missing, or damaged below a header, is a sample
    ("a,b\nNaN,n.a.\n1,2\n3,4\n5,6\n", ("a", "b"), 4, "0", False),
    ("a,b\n,\n1,2\n3,4\n5,6\n", ("a", "b"), 4, "0", False),
    ("a,b\n,\n,\n1.5,2\n3,4\n5,6\n", ("a", "b"), 5, "0", False),
    # delimiters only, elsewhere above a table
    ("Title,,\n,,\ntime,a,b\n0,1,2\n1,2,3\n2,4,5\n", ("a", "b"), 3, "0", False),
    ("Title,\n,\n1,2\n2,3\n4,5\n", ("column 1", "column 2"), 3, "0", True),
    (",\n1,2\n2,3\n4,5\n", ("column 1", "column 2"), 3, "0", True),
    # cells in quotation marks where blanks separate columns
    ('t "a [mV]"\n"2024-02-20 10:00" 1.5\n"2024-02-20 10:01" 2.5\n', ("a",), 2, "2024-02-20 10:00:00", False),
    # dates in digits
    ("20240220,093000,1.5\n20240220,094500,2.5\n", ("column 3",), 2, "2024-02-20 09:30:00", False),
    ("when,a\n20240220T093000,1.5\n20240220T094500,2.5\n", ("a",), 2, "2024-02-20 09:30:00", False),
    ("2024,2,20,9,30,1.5\n2024,2,20,9,45,2.5\n", ("column 6",), 2, "2024-02-20 09:30:00", True),
    # newest first, across midnight: the clock counts from the midnight before the earliest
    ("clock,a\n00:00:30,1\n00:00:00,2\n23:59:30,3\n", ("a",), 3, "86370", False),
    # a column of numbers that could be the time is asked about
    ("x,a\n1700000000000,1.5\n1700000001000,2.5\n1700000002000,3.5\n", ("x", "a"), 3, "0", True),
    # most cells of a column that is left out are numbers
    ("time,a,b\n0,1,2\n1,2,off line\n2,3,off line\n3,1,4\n4,2,5\n", ("a",), 5, "0", True),
    # -9999 within the range of a signal
    ("time,a\n0,-50000.5\n1,-9999\n2,20000.5\n3,30000.5\n", ("a",), 4, "0", True),
    # the other decimal sign in cells with units
    ("t;a;b\n0;1,5;20.5 °C\n1;2,5;21.5 °C\n2;3,5;22.5 °C\n", ("a", "b"), 3, "0", False),
    # alternating series, named by a number
    (
        "time,sensor,v\n"
        + "".join(f"{row},{sensor},{row * sensor}\n" for row in range(9) for sensor in (1, 2)),
        ("sensor 1", "sensor 2"),
        9,
        "0",
        False,
    ),
    # …by a number in a column with another name
    (
        "time,gain,v\n" + "".join(f"{row},{gain},{row * gain}\n" for row in range(9) for gain in (1, 2)),
        ("time", "gain", "v"),
        18,
        "0",
        True,
    ),
    # a state next to a few equal times does not name series
    (
        "time,state,v\n" + "".join(f"{row - (row == 5)},{row % 2},{row}\n" for row in range(18)),
        ("state", "v"),
        18,
        "0",
        False,
    ),
    # units in brackets below the names
    ("Time,V,I\n(s),(V),(A)\n0,1,2\n1,2,3\n2,4,5\n", ("V", "I"), 3, "0", False),
    ("Source,CH1\nSecond,Volt\n-1e-3,0.5\n-9e-4,0.6\n", ("CH1",), 2, "-0.001", False),
    # a delimiter at both ends of each row
    ("| t | v |\n|---|---|\n| 0 | 1 |\n| 1 | 2 |\n| 2 | 3 |\n", ("v",), 3, "0", False),
    # a date with the hour in another column, and a year with the day of the year
    (
        "date,hour,v\n" + "".join(f"2024-01-0{1 + row // 24},{row % 24},{row}\n" for row in range(60)),
        ("v",),
        60,
        "2024-01-01 00:00:00",
        False,
    ),
    (
        "year,doy,v\n" + "".join(f"2024,{row + 1},{row}\n" for row in range(40)),
        ("v",),
        40,
        "2024-01-01 00:00:00",
        False,
    ),
    # numbers that could be names
    ("place,2019,2020\n" + "A,1.5,2.5\nB,2.5,3.5\nC,0.5,4.5\n", ("column 2", "column 3"), 4, "0", True),
    ("400,410,420\n0.1,0.2,0.3\n0.4,0.5,0.6\n", ("column 1", "column 2", "column 3"), 3, "0", True),
    # whole days of a spreadsheet
    ("Date,v\n" + "".join(f"{45342 + row},{row}.5\n" for row in range(12)), ("v",), 12, "45342", True),
    # a comment below the table
    ("time,a\n0,1\n1,2\n# end of the file, really\n", ("a",), 2, "0", True),
    # numbers as names that come again below the table
    ("1,2,note\n0.5,7,ok\n0.7,8,bad\n0.4,9,ok\n1,2,note\n", ("1", "2"), 3, "0", True),
]


@pytest.mark.parametrize(("text", "names", "rows", "first", "doubt"), KINDS)
def test_kinds_of_layouts_that_were_once_read_wrong(
    tmp_path: Path, text: str, names: tuple[str, ...], rows: int, first: str, doubt: bool
) -> None:
    store = read(text, tmp_path)
    assert tuple(channel.name for channel in store.info.channels) == names
    assert (store.rows, store.time_text(0)) == (rows, first)
    assert bool(store.info.reading.doubts) == doubt


@pytest.mark.parametrize(
    "text",
    [
        "Hello there\nThis folder has recordings.\nUse them well.\n",
        "Ward 3, spring.\n\nThe files are by J. Smith, M. Doe, and others, in May.\nUse them, please, in order.\n",
        "# Title\n\n- one, two, three\n- four\n\nSome text with 12 numbers, 3.5 of them.\n",
    ],
)
def test_sentences_are_no_table(text: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match=r"“a\.csv”: this is text, not a table of numbers"):
        read(text, tmp_path)


STEPS = [datetime(2024, 2, 20, 23, 50) + timedelta(seconds=37 * row) for row in range(20)]  # noqa: DTZ001


def spelt(spelling: Callable[[datetime], str], folder: Path, name: str = "time") -> Store:
    """A table with times in the format ``spelling``."""
    rows = "".join(f"{spelling(time)};{row % 7}.5\n" for row, time in enumerate(STEPS))
    return read(f"{name};v\n{rows}", folder)


@pytest.mark.parametrize(
    "spelling",
    [
        "%Y-%m-%d %H:%M:%S IST",
        "%G-W%V-%u",
        "%d listopada %Y %H:%M:%S",
        "1.%H:%M:%S",
        "%b-%y",
        "%H%M%S",
    ],
)
@pytest.mark.parametrize("name", ["time", "when", "x"])
def test_an_unsupported_spelling_is_a_doubt(tmp_path: Path, spelling: str, name: str) -> None:
    store = spelt(lambda time: time.strftime(spelling), tmp_path, name)
    signal = name == "x" and spelling == "%H%M%S"  # a column of numbers without a name of time
    assert bool(store.info.reading.doubts) != signal


@pytest.mark.parametrize("spelling", ["%y/%m/%d %H:%M:%S", "%d.%m.%y %H:%M:%S", "%m/%d/%y %H:%M:%S"])
def test_the_number_that_differs_between_two_days_is_the_day_next_to_a_year_of_two_digits(
    tmp_path: Path, spelling: str
) -> None:
    store = spelt(lambda time: time.strftime(spelling), tmp_path)
    assert [store.time_text(row) for row in range(20)] == [f"{time:%Y-%m-%d %H:%M:%S}" for time in STEPS]


@pytest.mark.parametrize(
    "text", ["24/03/05,22:5{i}", "24/03/05 22:5{i},0", "24.03.13,22:5{i}", "24-03-05 22:5{i},1"]
)
def test_a_first_number_above_12_may_be_a_year_of_two_digits(tmp_path: Path, text: str) -> None:
    rows = "".join(f"{text.format(i=i)},{i}.5\n" for i in range(10))
    reading = read(f"date,time,v\n{rows}", tmp_path).info.reading
    assert {dict(options)["dates"] for _, options in reading.remedies} == {"dmy", "ymd"}
    assert "can be read day first or year first" in reading.doubts[0]


@pytest.mark.parametrize(
    ("count", "doubt"),
    [
        (lambda time: int(time.timestamp()), False),
        (lambda time: 638_440_266_000_000_000 + int(time.timestamp()) * 10**7 % 10**13, True),  # since year 1
        (lambda time: 730_165_800 + time.minute * 60 + time.second, True),  # since 2001
        (lambda time: 3_791_000_000 + time.minute * 60 + time.second, True),  # since 1904
    ],
)
def test_numbers_counted_from_another_epoch_are_doubts(
    tmp_path: Path, count: Callable[[datetime], int], doubt: bool
) -> None:
    assert bool(spelt(lambda time: str(count(time)), tmp_path).info.reading.doubts) == doubt


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u2009", "  "])
def test_blanks_of_any_kind_stand_between_date_and_time(tmp_path: Path, blank: str) -> None:
    store = spelt(lambda time: time.strftime(f"%Y-%m-%d{blank}%H:%M:%S"), tmp_path)
    assert [store.time_text(row) for row in range(20)] == [f"{time:%Y-%m-%d %H:%M:%S}" for time in STEPS]


def test_a_year_of_four_digits_is_no_year_of_two(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="line 2, column “time”"):
        read("time,a\n0001-01-01 00:00:01,1\n0001-01-01 00:00:02,2\n", tmp_path)


def test_equal_times_are_kept_counted_and_reported(tmp_path: Path) -> None:
    store = read("time,a\n0,1\n1,2\n1,3\n2,4\n2,5\n3,6\n", tmp_path)
    assert (store.rows, store.time_text(2)) == (6, "1")
    assert "2 rows have the same time as the row before." in store.info.reading.notes


def test_a_missing_time_is_refused_by_line_when_its_word_is_known(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="line 3, column “time”: the time is missing"):
        read("time,a\n0,1\nn.a.,2\n2,3\n", tmp_path)


def test_a_row_of_delimiters_above_a_table_is_a_row_of_data_on_request(tmp_path: Path) -> None:
    options = ReadingOptions(begins=2, header=False)
    store = read("Title,\n,\n1,2\n2,3\n4,5\n", tmp_path, options)
    assert np.array_equal(store.channel(0), [np.nan, 1, 2, 4], equal_nan=True)
    assert store.info.reading.doubts == ()
