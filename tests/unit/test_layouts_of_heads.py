"""Heads above a table: header blocks that are split by blank lines, start times, and sampling rates."""

from __future__ import annotations

from math import sin
from pathlib import Path

import pytest

from services.errors import RefusedFile
from services.ingest.headrate import rate_in
from services.ingest.reading_options import ReadingOptions, WrongOption
from tests.unit.test_layouts import read
from tests.unit.test_layouts_asked import channel, lines, offered, times

ROWS = lines("{s},{v},{w}")
TIMED = [("a", "V"), ("b", "A")]

# text, names and units of the channels
SPLIT: dict[str, tuple[str, list[tuple[str, str | None]]]] = {
    "units below a blank line": ("time,a,b\n\ns,V,A\n", TIMED),
    "blank lines around the units": ("time,a,b\n\ns,V,A\n\n", TIMED),
    "two blank lines": ("A title\n\ntime,a,b\n\n\ns,V,A\n", TIMED),
    "groups, names, units": ("Clock,Left,Right\n\ntime,a,b\n\ns,V,A\n", TIMED),
    "sources below a blank line": ("time,a,b\ns,V,A\n\n,gps,gps\n", TIMED),
    "other words below a blank line": ("time,a,b\n\nclock,gps,obd\n", [("a", None), ("b", None)]),
    "sources that distinguish the names": ("time,a,a\n\nclock,gps,obd\n", [("a gps", None), ("a obd", None)]),
    "names below groups": ("Clock,Left,Right\n\ntime,a,b\n", [("a", None), ("b", None)]),
    "names below settings": ("Device,X,Y\nSerial,12,13\n\ntime,a,b\n", [("a", None), ("b", None)]),
    "speed in a row of units": ("time,a,b\ns,m/s,mm/d\n", [("a", "m/s"), ("b", "mm/d")]),
}


@pytest.mark.parametrize("kind", SPLIT)
def test_names_above_a_blank_line_are_those_of_the_columns(kind: str, tmp_path: Path) -> None:
    head, channels = SPLIT[kind]
    store = read(head + ROWS, tmp_path)
    assert [(channel.name, channel.unit) for channel in store.info.channels] == channels
    assert times(store) == ["0", "0.1", "2.9"]
    assert not store.info.reading.doubts


def test_units_and_sources_may_both_be_below_the_blank_line(tmp_path: Path) -> None:
    """As RaceChrono writes them; not all cells of its row of units are units."""
    head = "Format,3\nSession,Track\n\ntimestamp,elapsed_time,speed\n\nunix time,s,m/s\n,100: gps,100: gps\n"
    store = read(head + lines("17000000{ii}.5,{s},{v}"), tmp_path)
    assert [(channel.name, channel.unit) for channel in store.info.channels] == [
        ("elapsed_time", "s"),
        ("speed", "m/s"),
    ]
    assert times(store)[0] == "2023-11-14 22:13:20.500+00:00"


def test_two_rows_of_names_without_a_time_are_asked(tmp_path: Path) -> None:
    text = "Left,Right,Middle\n\nalpha,beta,gamma\n" + ROWS
    store = read(text, tmp_path)
    assert [channel.name for channel in store.info.channels] == ["alpha", "beta", "gamma"]
    again = read(text, tmp_path, offered(store)["Names are in line 1"])
    assert [channel.name for channel in again.info.channels] == ["Left", "Right", "Middle"]
    assert again.rows == 30


def test_a_setting_of_two_words_above_a_blank_line_is_no_name(tmp_path: Path) -> None:
    store = read("Device,X\n\nspeed,force\n" + lines("{v},{w}"), tmp_path)
    assert [channel.name for channel in store.info.channels] == ["speed", "force"]


# ---- start in the head, and times ---------------------------------------------------------------------------------

ELAPSED = lines("{s},{v}")
CLOCK = lines("10:00:{ii},{v}")
START = "Start: 2024-02-20 10:00:00\n\n"
STARTED: dict[str, tuple[str, str, str]] = {
    "seconds": (START + "Time (s),a\n" + ELAPSED, "2024-02-20 10:00:00", "2024-02-20 10:00:00.100"),
    "milliseconds and a zone": (
        "Start Time,2024-02-20T10:00:00Z\n\ntime_ms,a\n" + lines("{i},{v}"),
        "2024-02-20 10:00:00+00:00",
        "2024-02-20 10:00:00.001+00:00",
    ),
    "a trigger": (
        "Trigger Time: 2024-02-20 10:00:00\n\nTime (s),a\n-0.5,1\n-0.25,2\n0,3\n0.25,4\n",
        "2024-02-20 09:59:59.500",
        "2024-02-20 09:59:59.750",
    ),
    "a clock of the day": (START + "Time,a\n" + CLOCK, "2024-02-20 10:00:00", "2024-02-20 10:00:01"),
    "an elapsed clock": (
        START + "Time,a\n" + lines("00:00:{ii},{v}"),
        "2024-02-20 10:00:00",
        "2024-02-20 10:00:01",
    ),
    "a date and clock times": (
        "Start Date: 2024-02-20\nBy: X\n\nTime,a\n" + CLOCK,
        "2024-02-20 10:00:00",
        "2024-02-20 10:00:01",
    ),
    "German": (
        "Messbeginn: 20.02.2024 10:00:00\n\nZeit [s];a\n" + lines("{s};{v}"),
        "2024-02-20 10:00:00",
        "2024-02-20 10:00:00.100",
    ),
    "a name with its value below": (
        "Channel,Start Time,Rate\nA,2024-02-20 10:00:00,10\n\nTime [s],a,b\n" + ROWS,
        "2024-02-20 10:00:00",
        "2024-02-20 10:00:00.100",
    ),
}


@pytest.mark.parametrize("kind", STARTED)
def test_times_count_from_the_start_in_the_head(kind: str, tmp_path: Path) -> None:
    text, first, second = STARTED[kind]
    store = read(text, tmp_path)
    assert times(store)[:2] == [first, second]
    assert not store.info.reading.doubts
    assert any("start in the head of the file" in note for note in store.info.reading.notes)


@pytest.mark.parametrize(
    ("text", "words", "second"),
    [
        (START + "Time,a\n" + ELAPSED, "Count from the start in the head, in seconds", "10:00:00.100"),
        (START + "Time (s),a\n" + lines("7{s},{v}"), "Count from the start in the head", "10:01:10.100"),
        ("Date,2024-02-20\nTime,10:00\n\nt [s],a\n" + ELAPSED, "Count from the start in the head", "10:00:00.100"),
        ("Date: 2024-02-20\n\nTime,a\n" + CLOCK, "Count from the start in the head", "10:00:01"),
        ("Start: 01/02/2024 10:00\n\nt [s],a\n" + ELAPSED, "Day first", "10:00:00.100"),
    ],
)  # fmt: skip
def test_a_start_that_is_not_certain_is_asked_and_added_on_one_click(
    text: str, words: str, second: str, tmp_path: Path
) -> None:
    store = read(text, tmp_path)
    assert store.info.time.kind == "numeric"
    again = read(text, tmp_path, offered(store)[words])
    assert times(again)[1].endswith(f" {second}") and times(again)[1].startswith("2024-02-")
    assert not again.info.reading.doubts
    if plain := offered(store).get("Times as written"):
        written = read(text, tmp_path, plain)
        assert times(written) == times(store) and not written.info.reading.doubts


@pytest.mark.parametrize(
    "text",
    [
        "Exported: 2024-02-20 10:00:00\n\nTime (s),a\n" + ELAPSED,
        "Date: 2024-02-20\n\nTime (s),a\n" + ELAPSED,
        START + "Sample,a\n" + lines("{i},{v}"),
    ],
)
def test_other_dates_and_other_numbers_stay_as_they_are(text: str, tmp_path: Path) -> None:
    store = read(text, tmp_path)
    assert times(store)[0] == "0" and not store.info.reading.doubts
    with pytest.raises(WrongOption):
        read("time,a\n" + ELAPSED, tmp_path, ReadingOptions(start="head"))


# ---- sampling rate in the head --------------------------------------------------------------------------------------

RATES: dict[str, float] = {
    "sampling:128": 128,
    "Sampling Frequency 256": 256,
    "fs=250": 250,
    "Fs: 1000": 1000,
    "sfreq = 250.0": 250,
    "srate,512": 512,
    "Samples per second : 200": 200,
    "250 SPS": 250,
    "Hz : 50": 50,
    "# fps: 30": 30,
    "dt = 0.004 s": 250,
    "dt (ms) : 4": 250,
    "Δt = 1 ms": 1000,
    "interval : 500 µs": 2000,
    "Interval (us) : 500": 2000,
    "Sample interval in ms : 4": 250,
    "Log Interval: 15 min": 1 / 900,
    "Interval,10 Seconds": 0.1,
    "Sampling interval (hh:mm:ss) : 00:01:00": 1 / 60,
    "Scan rate: 10 ms": 100,
    "Abtastrate: 1 kHz": 1000,
    "Abtastintervall : 10 ms": 100,
    "fréquence d'échantillonnage : 100 Hz": 100,
    "частота дискретизации: 250 Гц": 250,
    "采样频率: 250Hz": 250,
    "# sampled at 256 Hz": 256,
}
NO_RATES = (
    *(
        "line frequency : 50 Hz",
        "Filter: low pass frequency 40 Hz",
        "Notch Frequency: 50 Hz",
        "mains at 50 Hz",
    ),
    *("Refresh rate: 60 Hz", "Heart rate : 72", "baud rate: 9600", "frequency : 128", "rate : 100"),
    *("dt=0.004", "sampling: 5", "Sampling time: 60 s", "Sample rate : 1,000 Hz", "Resolution : 1 ms"),
)


@pytest.mark.parametrize("line", RATES)
def test_a_rate_in_the_head_is_read_in_its_unit(line: str) -> None:
    assert rate_in(line) == pytest.approx(RATES[line], rel=1e-6)


@pytest.mark.parametrize("line", NO_RATES)
def test_a_rate_without_a_certain_unit_and_other_frequencies_are_not_used(line: str) -> None:
    assert rate_in(line) is None


def test_points_between_thousands_are_no_rate_next_to_decimal_commas(tmp_path: Path) -> None:
    rows = lines("{v};{w}").replace(".", ",")
    for head, second in (
        ("Abtastrate: 10.000 Hz", "1"),
        ("Abtastrate: 10,000 Hz", "0.1"),
        ("fs: 500.5 Hz", "0.001998"),
    ):
        assert times(read(f"{head}\n\na;b\n{rows}", tmp_path))[1].startswith(second)


def test_the_interval_behind_start_is_that_of_spike2(tmp_path: Path) -> None:
    head = (
        '"INFORMATION"\n"x.smr"\n\n"SUMMARY"\n"1"\t"Waveform"\t"ecg"\n\n"CHANNEL"\t"1"\n"Waveform"\n"ecg"\n\n'
    )
    store = read(head + '"START"\t0.00000\t0.00400\n' + lines("{v}"), tmp_path)
    assert (store.rows, times(store)[1]) == (30, "0.004")


def test_rows_of_a_long_interval_do_not_drift(tmp_path: Path) -> None:
    store = read("Log Interval: 60 min\n\na,b\n" + lines("{v},{w}", 5_000), tmp_path)
    assert store.info.time.last == pytest.approx(4_999 * 3_600, abs=1e-6)


@pytest.mark.parametrize(
    "head",
    [
        "title:x, recorded:20.02.24 10.00.00, sampling:128, subject:, labels:A B, chan:2\n",
        '# {"00:07": {"sampling rate": 128, "column": ["nSeq", "A1"]}}\n# EndOfHeader\n',
    ],
)
def test_a_rate_among_other_settings_of_a_line_is_read(head: str, tmp_path: Path) -> None:
    assert times(read(head + lines("{v},{w}"), tmp_path))[1] == "0.0078125"


def test_names_above_the_name_of_an_index_are_a_doubt(tmp_path: Path) -> None:
    """As pandas prints a table."""
    text = "                       a    b\ntime                        \n" + lines(
        "2024-02-20 10:00:{ii}  {v}  {w}"
    )
    store = read(text, tmp_path)
    assert times(store)[0] == "2024-02-20 10:00:00"
    assert any("has 2 names for 4 columns" in doubt for doubt in store.info.reading.doubts)


def test_names_that_span_several_columns_distinguish_those_below(tmp_path: Path) -> None:
    head = "Zeit,Motor,,Pumpe,\n,Strom,Druck,Strom,Druck\ns,A,bar,A,bar\n"
    store = read(head + lines("{s},{v},{w},{w},{v}"), tmp_path)
    assert [(item.name, item.unit) for item in store.info.channels] == [
        ("Motor Strom", "A"),
        ("Motor Druck", "bar"),
        ("Pumpe Strom", "A"),
        ("Pumpe Druck", "bar"),
    ]
    assert times(store)[1] == "0.1"


DECLARED = {
    "attributes of ARFF": "% a comment\n@relation x\n@attribute 'time' REAL\n@attribute air numeric\n@data\n",
    "names numbered from 0": "# nquan = 2\n# name 0 = timeS: Time, Elapsed [seconds]\n# name 1 = air: Air [V]\n*END*\n",
    "names numbered from 1": "% Column 1: Time [s]\n% Column 2: air [V]\n",
    "numbers only": "#   1 time  s of the clock\n#   2 air   of the room\n",
}


@pytest.mark.parametrize("kind", DECLARED)
def test_names_that_the_head_declares_one_in_each_line_are_those_of_the_columns(
    kind: str, tmp_path: Path
) -> None:
    delimiter = "," if kind == "attributes of ARFF" else "  "
    store = read(DECLARED[kind] + lines(f"{{s}}{delimiter}{{v}}"), tmp_path)
    assert (store.rows, times(store)) == (30, ["0", "0.1", "2.9"])
    assert "air" in store.info.channels[0].name


def test_a_row_of_names_above_attributes_of_each_column_has_the_names(tmp_path: Path) -> None:
    """As TwinCAT Scope and Yokogawa write them."""
    head = "File;x\n\nName;A;B\nUnit;V;A\nSampleTime[ms];10;10\nData-Type;REAL64;REAL64\n;;\n"
    store = read(head + lines("{i}0;{v};{w}"), tmp_path)
    assert [(item.name, item.unit) for item in store.info.channels[1:]] == [("A", "V"), ("B", "A")]
    assert (store.rows, bool(store.info.reading.doubts)) == (30, True)
    head = '"Model","DL"\n"TraceName","A","B"\n"BlockSize",30,30\n"VUnit","V","A"\n"Date","2024/03/05","2024/03/05"\n\n'
    store = read(head + lines(",{v},{w}"), tmp_path / "b")
    assert [(item.name, item.unit) for item in store.info.channels] == [("A", "V"), ("B", "A")]
    assert store.rows == 30


def test_rows_of_rates_and_of_units_in_brackets_are_no_samples_and_no_names(tmp_path: Path) -> None:
    store = read("a,b\n1000.5 Hz,1000.5 Hz\n" + lines("{v},{w}"), tmp_path)
    assert ([item.name for item in store.info.channels], store.rows) == (["a", "b"], 30)
    store = read("Time\ta\n[UTC]\t[V]\n" + lines("2024-02-20 10:00:{ii}\t{v}"), tmp_path / "b")
    assert [(item.name, item.unit) for item in store.info.channels] == [("a", "V")]


def test_numbers_above_a_line_data_are_of_the_head(tmp_path: Path) -> None:
    store = read("names:\na\tb\nstart:\n0.5\t0.5\ndt:\n0.001\t0.001\ndata:\n" + lines("{v}\t{w}"), tmp_path)
    assert (store.rows, channel(store, "column 1")[:2]) == (30, [0.5, 1.5])


def test_the_number_of_lines_in_the_first_line_of_icartt_is_that_of_the_head(tmp_path: Path) -> None:
    head = "14, 1001\nA\nB\nC\n1, 1\n2024, 03, 05, 2024, 03, 06\n0\nTime, seconds\n1\n1\n-9999\nO3, ppbv\n0\nTime, O3\n"
    store = read(head + lines("{i}, {v}"), tmp_path)
    assert (store.rows, [item.name for item in store.info.channels]) == (30, ["O3"])
    assert times(store)[2] == "29" and not store.info.reading.doubts


def test_an_interval_behind_its_unit_is_the_rate(tmp_path: Path) -> None:
    assert times(read("# interval = seconds: 0.5\n" + lines("{v}  {w}"), tmp_path))[2] == "14.5"


def test_few_lines_with_the_samples_counted_in_the_head_are_a_doubt(tmp_path: Path) -> None:
    head = "NPTS=  30, DT=  .005 SEC\n"
    store = read(
        head + "".join(f"  .{row}1  .{row}2  .{row}3  .{row}4  .{row}5\n" for row in range(6)), tmp_path
    )
    assert any("successive samples" in doubt for doubt in store.info.reading.doubts)


@pytest.mark.parametrize(("turned", "asked"), [(False, True), (True, False)])
def test_many_lines_that_are_series_of_their_own_are_a_doubt(
    tmp_path: Path, turned: bool, asked: bool
) -> None:
    series = [
        [f"{line % 3}", *(f"{sin(line * line + sample / 9):.5f}" for sample in range(60))]
        for line in range(70)
    ]
    rows = list(zip(*[row[1:] for row in series], strict=True)) if turned else series
    store = read("".join("  ".join(row) + "\n" for row in rows), tmp_path)
    assert any("a series of its own" in doubt for doubt in store.info.reading.doubts) == asked


@pytest.mark.parametrize(
    ("first", "row"),
    [
        ("0,,keine,", "{i},{v},{w},"),
        ("0,,,keine", "{i},{v},{w},"),
        ("0,1,2,keine", "{i},{v},{w},"),
        ("1,2,3,keine", "{i},{v},{w},"),
        ("0,1,keine,2", "{i},{v},ok,{i}"),
        ("0,keine,,", "{i},{v},{w},on"),
        ("0,,keine,0", "{i},{v},{w},1"),
    ],
)
def test_a_first_sample_below_numbers_as_names_is_never_names(first: str, row: str, tmp_path: Path) -> None:
    try:
        assert read(f"Time,1,2,Flag\n{first}\n" + lines(row), tmp_path).rows == 31
    except RefusedFile as refused:
        assert "line 2" in str(refused)


def test_a_second_row_of_numbers_as_names_is_of_the_head(tmp_path: Path) -> None:
    store = read("run,1,2\nTime,1,2\n" + lines("{i},{v},{w}"), tmp_path)
    assert (store.rows, [item.name for item in store.info.channels]) == (30, ["1", "2"])


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("# bad_flag = -9.990e-29\n# units = specified\n", "-9.990e-29"),
        ("Station;12\nNODATA_value -999.90\n", "-999.90"),
        ("% Missing value: 9999\n", "9999"),
    ],
)
def test_a_number_that_the_head_calls_missing_is_missing(head: str, cell: str, tmp_path: Path) -> None:
    rows = "".join(f"{row}  {cell if row % 7 == 3 else f'{row}.5'}\n" for row in range(30))
    store = read(head + "time  a\n" + rows, tmp_path)
    assert (store.info.channels[0].missing, store.info.reading.doubts) == (4, ())
    assert any("means missing" in note for note in store.info.reading.notes)


def test_a_count_of_missing_values_in_the_head_is_no_word_for_missing(tmp_path: Path) -> None:
    store = read("# Missing values: 120\n# missing data: 0\ntime,a\n" + lines("{i},120") + "30,0\n", tmp_path)
    assert store.info.channels[0].missing == 0


@pytest.mark.parametrize("head", ["#Fields: time a b", "# columns: time a b"])
def test_names_behind_a_word_for_names_are_names(head: str, tmp_path: Path) -> None:
    store = read(f"#Version: 1.0\n{head}\n" + lines("{s} {v} {w}"), tmp_path)
    assert ([item.name for item in store.info.channels], times(store)[2]) == (["a", "b"], "2.9")


@pytest.mark.parametrize("names", ["10 Hz,20 Hz", "10Hz,31.5Hz", "40001,40002"])
def test_quantities_next_to_the_name_of_a_time_are_names(names: str, tmp_path: Path) -> None:
    store = read(f"Time,{names}\n" + lines("{s},{v},{w}"), tmp_path)
    assert ([item.name for item in store.info.channels], store.info.reading.doubts) == (names.split(","), ())


def test_an_epoch_and_a_start_without_signs_between_are_read(tmp_path: Path) -> None:
    """As ActiLife writes them."""
    head = "Start Time 22:50:00\nStart Date 3/25/2024\nEpoch Period (hh:mm:ss) 00:01:00\n------------\n"
    store = read(head + lines("{i},{v}"), tmp_path)
    assert times(store) == ["2024-03-25 22:50:00", "2024-03-25 22:51:00", "2024-03-25 23:19:00"]


@pytest.mark.parametrize("head", ["dt = 0.004\n", "# dt=0.004\n", "start:\n0\ndt:\n0.004\ndata:\n"])
def test_an_interval_without_a_unit_is_asked(head: str, tmp_path: Path) -> None:
    text = head + lines("{v}\t{w}")
    store = read(text, tmp_path, offered(read(text, tmp_path))["0.004 seconds between rows"])
    assert (times(store)[1], store.info.reading.doubts) == ("0.004", ())


@pytest.mark.parametrize(
    ("head", "words", "second"),
    [
        ("Rate: 256\n", "256 rows a second", "0.00390625"),
        ("# frequency = 50\n", "50 rows a second", "0.02"),
        ('"Epoch length","60"\n', "60 seconds between rows", "60"),
    ],
)
def test_a_rate_without_a_unit_is_asked(head: str, words: str, second: str, tmp_path: Path) -> None:
    text = head + "Activity\n" + lines("{v}")
    assert "without a unit" in read(text, tmp_path).info.reading.doubts[0]
    store = read(text, tmp_path, offered(read(text, tmp_path))[words])
    assert (times(store)[1], store.info.reading.doubts) == (second, ())


@pytest.mark.parametrize("names", ["time,0x100,0x200", "frame,0x100,0x200", "a,0x1,0x2"])
def test_hexadecimal_numbers_above_decimals_are_names(names: str, tmp_path: Path) -> None:
    store = read(f"{names}\n" + lines("{i},{v},{w}"), tmp_path)
    assert ([item.name for item in store.info.channels][-2:], store.rows) == (names.split(",")[1:], 30)


def test_the_first_column_is_named_by_its_time_below_a_name_of_the_line(tmp_path: Path) -> None:
    store = read("Channel name,A,B\nTime,Volt,Volt\n" + lines("{s},{v},{w}"), tmp_path)
    assert ([item.name for item in store.info.channels], times(store)[2]) == (["A", "B"], "2.9")


def test_words_in_brackets_below_names_are_units_and_two_numbers_are_no_head(tmp_path: Path) -> None:
    store = read("a,b\n[x],[y]\n" + lines("{v},{w}"), tmp_path)
    assert [(item.name, item.unit) for item in store.info.channels] == [("a", "x"), ("b", "y")]
    assert read("20 1001\n" + lines("{i} {v}"), tmp_path / "b").rows == 31
