"""Order of the rows: newest first, a repeated hour, midnight; and rows at the end that are no samples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.errors import RefusedFile
from services.ingest.reading_options import ReadingOptions, WrongOption
from services.timeseries import Store
from tests.unit.test_layouts import read
from tests.unit.test_layouts_asked import channel, lines, offered, times

AUTUMN = datetime(2024, 10, 26, 23, 30, tzinfo=UTC)  # half an hour before the repeated hour in Berlin
BERLIN = ReadingOptions(zone="Europe/Berlin")


def autumn(step: int, newest_first: bool) -> str:
    """Local times of Berlin across the end of daylight saving time, every ``step`` minutes."""
    count = 240 // step
    instants = [AUTUMN + timedelta(minutes=step * row) for row in range(count)]
    offsets = [2 if instant < datetime(2024, 10, 27, 1, tzinfo=UTC) else 1 for instant in instants]
    rows = [
        f"{instant + timedelta(hours=offset):%Y-%m-%d %H:%M},{row}\n"
        for row, (instant, offset) in enumerate(zip(instants, offsets, strict=True))
    ]
    return "time,a\n" + "".join(reversed(rows) if newest_first else rows)


def test_a_repeated_hour_with_the_newest_row_first_is_not_mixed(tmp_path: Path) -> None:
    store = read(autumn(10, newest_first=True), tmp_path)
    assert times(store) == ["0", "1", "23"]
    assert channel(store, "a") == [*range(23, -1, -1)]
    assert "goes forward once" in store.info.reading.doubts[0]


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("step", [10, 30, 60])
def test_in_a_zone_both_hours_are_read_in_any_order_of_the_rows(
    step: int, newest_first: bool, tmp_path: Path
) -> None:
    store = read(autumn(step, newest_first), tmp_path, options=BERLIN)
    expected = [AUTUMN + timedelta(minutes=step * row) for row in range(240 // step)]
    assert [datetime.fromisoformat(store.time_text(row)) for row in range(store.rows)] == expected
    assert channel(store, "a") == [*range(store.rows)]


def test_a_repeated_hour_out_of_order_is_refused_with_a_remedy(tmp_path: Path) -> None:
    clocks = ["01:59", "02:10", "02:08", "02:20", "02:18", "03:00"]
    text = "time,a\n" + "".join(f"2024-10-27 {clock},1\n" for clock in clocks)
    with pytest.raises(WrongOption, match="occurs twice in Europe/Berlin.*write the times with their offset"):
        read(text, tmp_path, options=BERLIN)


@pytest.mark.parametrize("joined", [False, True])
def test_a_date_that_does_not_change_at_midnight_is_a_doubt(joined: bool, tmp_path: Path) -> None:
    start = datetime(2024, 3, 25, 23, 50, tzinfo=UTC)
    clocks = [f"{start + timedelta(minutes=row):%H:%M:%S}" for row in range(30)]
    rows = "".join(f"2024-03-25{',' if joined else ' '}{clock},{row}\n" for row, clock in enumerate(clocks))
    store = read(f"{'date,clock' if joined else 'time'},a\n" + rows, tmp_path)
    assert channel(store, "a") == [*range(30)]
    assert times(store) == ["0", "1", "29"]
    assert "goes back once, first after 10 rows of one date" in store.info.reading.doubts[0]
    assert any(words.startswith("Sort by") for words in offered(store))


ROWS = "time;a;b\n" + lines("2024-03-25 22:{ii}:00;{v};{w}")


def read_below(foot: str, folder: Path) -> Store:
    """The recording above ``foot``, of which all samples must be there."""
    store = read(ROWS + foot, folder)
    assert times(store)[::2] == ["2024-03-25 22:00:00", "2024-03-25 22:29:00"]
    return store


@pytest.mark.parametrize("foot", ["Media;5.1;3.1\nMáximo;5.1;3.1\n", "Ende der Messung;;\n", "合計;5;3\n"])
def test_words_in_place_of_the_time_are_below_the_table(foot: str, tmp_path: Path) -> None:
    assert "left out: no row of data" in read_below(foot, tmp_path).info.reading.doubts[0]


def test_words_in_place_of_a_date_and_a_clock_are_below_the_table(tmp_path: Path) -> None:
    text = "Datum;Uhrzeit;a\n" + lines("25.03.2024;22:{ii}:00;{v}") + "\nMittelwert;;2,1\nMinimum;;0,5\n"
    store = read(text, tmp_path)
    assert store.rows == 30
    assert "The last 2 lines are left out" in store.info.reading.doubts[0]


@pytest.mark.parametrize("cell", ["unavailable", "NaT"])
def test_a_time_that_is_missing_in_the_last_row_is_refused(cell: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedFile):
        read(ROWS + f"{cell};5.1;3.1\n", tmp_path)


def test_a_remark_behind_a_semicolon_and_a_blank_is_no_name(tmp_path: Path) -> None:
    store = read("; a comment\n; another\nSensors Sensors\na b\n" + lines("{v} {w}"), tmp_path)
    assert [item.name for item in store.info.channels] == ["a", "b"]


def test_a_remark_as_wide_as_the_table_is_above_names_that_are_numbers(tmp_path: Path) -> None:
    store = read("; a comment\n; another\n1 2\n" + lines("{v} {w}"), tmp_path)
    assert [item.name for item in store.info.channels] == ["1", "2"]
    assert "taken as the names" in store.info.reading.doubts[0]


def test_the_sign_is_the_name_of_row_numbers(tmp_path: Path) -> None:
    text = "# x y\n" + "".join(f"{row} {row % 7}.5 {row % 3}.25\n" for row in range(40))
    assert [item.name for item in read(text, tmp_path).info.channels] == ["column 1", "x", "y"]


def test_times_counted_from_an_interval_in_the_head_are_exact(tmp_path: Path) -> None:
    text = "Epoch Period (hh:mm:ss) 00:00:15\n----------\n" + "".join(
        f"{row % 9},{row % 5}\n" for row in range(200)
    )
    assert read(text, tmp_path).x_of(range(200)).tolist() == [15.0 * row for row in range(200)]


@pytest.mark.parametrize("cells", [["857A"], ["2023abcde", "2024abcde"]])
def test_a_number_with_letters_may_be_a_code(cells: list[str], tmp_path: Path) -> None:
    rows = "".join(f"{row},{cells[row % len(cells)]},{row}.5\n" for row in range(40))
    assert "if it is a code" in read("time,station,v\n" + rows, tmp_path).info.reading.doubts[0]


def test_a_word_below_the_first_name_may_be_a_sample(tmp_path: Path) -> None:
    store = read("a,b\nnone at all,\n" + lines("{v},{w}"), tmp_path)
    assert "left out as a part of the names; if it is a row of data" in store.info.reading.doubts[0]


def test_the_numbers_of_the_columns_may_be_names(tmp_path: Path) -> None:
    rows = "".join(f"{row * 7 % 5},{row * 3 % 11}\n" for row in range(30))
    assert "if it has the names of the columns" in read("1,2\n" + rows, tmp_path).info.reading.doubts[0]
    counted = "".join(f"{row},{row * 3 % 11}\n" for row in range(2, 30))
    assert not read("1,2\n" + counted, tmp_path / "counted").info.reading.doubts


def test_months_and_minutes_with_names_of_two_letters_are_joined(tmp_path: Path) -> None:
    store = read("MO,DY,YR,HR,MN,a\n" + lines("3,25,2024,22,{i},{v}"), tmp_path)
    assert times(store)[::2] == ["2024-03-25 22:00:00", "2024-03-25 22:29:00"]


@pytest.mark.parametrize("name", ["uptime_us", "Elapsed us"])
def test_an_elapsed_time_is_no_unix_time(name: str, tmp_path: Path) -> None:
    store = read(f"{name},a\n" + lines("12345678901{ii},{v}"), tmp_path)
    assert times(store)[0] == "1234567890100"
    assert store.info.reading.doubts


def test_ticks_of_any_length_are_a_doubt(tmp_path: Path) -> None:
    store = read("time,a\n" + lines("171140700000{ii},{v}").replace(",", "0,"), tmp_path)
    assert "could be ticks" in store.info.reading.doubts[0] or "since 1970" in store.info.reading.doubts[0]


def test_an_unlikely_unix_time_is_offered_in_its_own_unit(tmp_path: Path) -> None:
    store = read("timestamp,a\n" + lines("7647222{ii}000000000,{v}"), tmp_path)
    assert {*offered(store)} == {"Nanoseconds", "Nanoseconds since 1970"}
    for options in offered(store).values():
        assert read(store_text(), tmp_path, options=options).info.reading.doubts == ()


def store_text() -> str:
    """Nanoseconds since 2000."""
    return "timestamp,a\n" + lines("7647222{ii}000000000,{v}")


@pytest.mark.parametrize(
    ("name", "first", "periods"),
    [("minutes", 28_400_000, "minutes"), ("time_h", 473_000, "hours"), ("date", 19_700, "days")],
)
def test_minutes_hours_or_days_since_1970_are_a_doubt(
    name: str, first: int, periods: str, tmp_path: Path
) -> None:
    store = read(f"{name},a\n" + rows_from(first), tmp_path)
    assert f"could be {periods} since 1970" in store.info.reading.doubts[0]
    for options in offered(store).values():
        assert read(f"{name},a\n" + rows_from(first), tmp_path, options=options).info.reading.doubts == ()


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("seconds", "s"),
        ("minutes", "min"),
        ("elapsed_s", "s"),
        ("uptime_ms", "ms"),
        ("time", None),
        ("time_h_min", None),
    ],
)
def test_a_unit_in_the_name_of_the_time_is_used(name: str, unit: str | None, tmp_path: Path) -> None:
    assert read(f"{name},a\n" + rows_from(1), tmp_path).info.time.unit == unit


def test_minutes_since_the_start_are_no_doubt(tmp_path: Path) -> None:
    assert read("minutes,a\n" + rows_from(1_000_000), tmp_path).info.reading.doubts == ()


def rows_from(first: int) -> str:
    return "".join(f"{first + row},{row % 5}.5\n" for row in range(30))


DECIMALS = {
    "one digit": [row * 7 % 10 for row in range(60)],
    "as few as possible": [(row * 7 % 9 + 1) * 11 ** (row % 2) for row in range(60)],
    "halves": [5] * 60,
}


@pytest.mark.parametrize("decimals", DECIMALS)
def test_one_column_of_decimal_commas_without_a_name_is_a_doubt(decimals: str, tmp_path: Path) -> None:
    digits = DECIMALS[decimals]
    store = read("".join(f"{row * 3 % 17},{digit}\n" for row, digit in enumerate(digits)), tmp_path)
    assert "are read as two columns" in store.info.reading.doubts[0]


@pytest.mark.parametrize("value", ["-999.25", "1E+20"])
def test_the_null_of_a_well_log_and_of_a_grid_are_doubts(value: str, tmp_path: Path) -> None:
    store = read("time,a\n" + lines("{i},{v}") + f"30,{value}\n", tmp_path)
    assert "means missing" in next(iter(offered(store)))


@pytest.mark.parametrize("word", ["n/d", "keine Daten", "нет данных", "欠測", "#WERT!", "(null)", "#N/A N/A"])
def test_a_rare_word_of_other_languages_means_missing(word: str, tmp_path: Path) -> None:
    store = read("time,a\n" + lines("{i},{v}") + f"30,{word}\n31,1.5\n", tmp_path)
    assert store.info.channels[0].missing == 1
    assert store.info.reading.words


@pytest.mark.parametrize("names", ["Jahr,Monat,Tag,Stunde", "annee,mois,jour,heure", "año,mes,día,hora"])
def test_parts_of_a_time_in_other_languages_are_joined(names: str, tmp_path: Path) -> None:
    store = read(f"{names},a\n" + lines("2024,3,{ii},10,{v}").replace(",00,10", ",31,10"), tmp_path)
    assert times(store)[0] == "2024-03-01 10:00:00"


def test_decimals_above_dates_are_names_below_a_word(tmp_path: Path) -> None:
    store = read("depth,0.5,1.5\n" + lines("2024-03-25 22:{ii}:00,{v},{w}"), tmp_path)
    assert [item.name for item in store.info.channels] == ["0.5", "1.5"]
