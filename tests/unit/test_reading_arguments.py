"""Command-line options for reading files."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest

from services.cli import reading_arguments
from services.errors import Invalid
from services.ingest.convert import ingest
from services.ingest.preview import preview
from services.ingest.read_as import read_as
from services.ingest.reading_options import AS_FOUND, KEEP_ROWS, ReadingOptions
from services.timeseries import Store
from tests.support import Server
from tests.unit.test_reading_options import read, refused, times

TWO_COLUMNS = "Datum;Uhr;a;b\n01/02/2024;10:00;1,5;keine\n02/02/2024;10:30;-9999;7\n03/02/2024;11:00;3,5;8\n"


def parsed(*words: str) -> ReadingOptions:
    command = argparse.ArgumentParser()
    reading_arguments.add(command)
    return reading_arguments.options_of(command.parse_args(words))


def test_missing_options_are_detected_automatically() -> None:
    assert parsed() == AS_FOUND


def test_every_option_becomes_one_of_the_reading() -> None:
    options = parsed(
        *("--time", "Date,Time", "--dates", "year-first", "--unit", "unix-ms", "--zone", "Europe/Berlin"),
        *(
            "--header",
            "3",
            "--units-row",
            "4",
            "--series",
            "tag",
            "--delimiter",
            "semicolon",
            "--decimal",
            "comma",
        ),
        *("--encoding", "windows-1251", "--missing", "keine", "-9999"),
    )
    assert options == ReadingOptions(
        time="Date + Time",
        dates="ymd",
        zone="Europe/Berlin",
        unit="unix ms",
        delimiter=";",
        decimal=",",
        header=True,
        encoding="Windows-1251",
        begins=3,
        units_row=4,
        series="tag",
        missing=("-9999", "keine"),
    )
    assert ReadingOptions.from_json(options.to_json()) == options


def test_rows_are_counted_and_lines_skipped_on_request() -> None:
    options = parsed("--time", "none", "--skip", "2", "--delimiter", "\\t")
    assert (options.counts_rows, options.begins, options.header, options.delimiter) == (True, 3, None, "\t")
    assert parsed("--series", "none").series == KEEP_ROWS
    assert parsed("--header", "0") == ReadingOptions(header=False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--header", "2", "--skip", "1"),
            "--header N gives the beginning of the table; do not use --skip with it.",
        ),
        (("--decimal", "x"), "--decimal is one of: point, comma, ., ,."),
        (("--skip", "-5"), "A line is a whole number from 1 to 2,000."),
    ],
)
def test_options_that_make_no_sense_are_refused_in_words(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        parsed(*words)
    assert str(caught.value) == sentence


def test_the_options_given_are_written_down_for_the_recipe_of_a_model() -> None:
    command = argparse.ArgumentParser()
    reading_arguments.add(command)
    words = ["--time", "Date,Time", "--missing", "keine", "-9999"]
    assert reading_arguments.words_of(command.parse_args(words)) == words


# ---- what they do ------------------------------------------------------------------------------------------


def test_columns_that_are_named_are_the_time_together(tmp_path: Path) -> None:
    store = read(tmp_path, TWO_COLUMNS, time="Datum + Uhr", dates="dmy", missing=["keine", "-9999"])
    assert times(store) == ["2024-02-01 10:00:00", "2024-02-02 10:30:00", "2024-02-03 11:00:00"]
    assert [channel.missing for channel in store.info.channels] == [1, 1]
    assert read_as(store.info) == "time: Datum + Uhr, joined · 2 channels · 2 words taken as missing"
    assert "make no date and time" in str(refused(tmp_path, TWO_COLUMNS, time="a + b"))
    assert "There is no column “c”" in str(refused(tmp_path, TWO_COLUMNS, time="Datum + c"))


def test_a_number_is_missing_in_every_spelling_only_on_request(tmp_path: Path) -> None:
    text = "t,a,b\n0,-9999.0,1\n1,2.5,-9999\n2,-9.999e3,3\n"
    assert [channel.missing for channel in read(tmp_path, text).info.channels] == [0, 0]
    store = read(tmp_path, text, missing=["-9999"])
    assert [channel.missing for channel in store.info.channels] == [2, 1]
    assert store.info.reading.doubts == ()


def test_the_year_is_first_in_two_digits_on_request(tmp_path: Path) -> None:
    text = "date,a\n24/02/03,1\n24/02/04,2\n"
    assert times(read(tmp_path, text, dates="ymd")) == ["2024-02-03 00:00:00", "2024-02-04 00:00:00"]
    assert (
        "not" in read(tmp_path, text).info.reading.doubts[0] or read(tmp_path, text).info.time.kind == "row"
    )


def test_the_table_begins_at_the_given_line(tmp_path: Path) -> None:
    text = "1,2,3\n4,5,6\nx,y,z\nV,A,W\n0,1,2\n1,2,3\n"
    store = read(tmp_path, text, begins=3, header=True, units_row=4)
    assert [(channel.name, channel.unit) for channel in store.info.channels] == [
        ("x", "V"),
        ("y", "A"),
        ("z", "W"),
    ]
    assert store.rows == 2
    assert store.source_line(0) == b"0,1,2"
    assert read(tmp_path, "a\n" + text, begins=6).rows == 2
    assert "no row at or below line 9" in str(refused(tmp_path, text, begins=9))
    assert "no row of units" in str(refused(tmp_path, text, units_row=90))


def test_rows_that_are_no_data_are_counted_once_though_the_file_is_read_twice(tmp_path: Path) -> None:
    text = "date,a\n01/02/2024,1\ndate,a\n02/02/2024,2\n13/02/2024,3\nTotal,6\n"
    store = read(tmp_path, text)
    assert (store.rows, store.info.reading.lines_left_out) == (3, 2)
    assert times(store)[2] == "2024-02-13 00:00:00"
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    seen = preview(tmp_path / "p.csv", "p.csv", AS_FOUND)
    assert [cells[0] for cells in seen.cells] == ["01/02/2024", "02/02/2024", "13/02/2024"]


def test_one_line_summarises_how_a_file_was_read(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("Zeit;Wert °;Güte\n2;1,5;gut\n1;n.a.;gut\nTotal;;\n".encode("cp1252"))
    info = ingest(file, name="a.csv", store_root=tmp_path / "store")
    assert read_as(info) == (
        "time: Zeit · 1 channel · left out: Güte (text) · rows sorted · 1 line left out · "
        "1 word taken as missing · Windows-1252"
    )
    assert Store.open(tmp_path / "store" / info.sha256[:2] / info.sha256).info == info


def test_the_command_applies_the_options_and_prints_the_summary(tmp_path: Path) -> None:
    program = Server(tmp_path / "program")
    file = tmp_path / "a.csv"
    file.write_text(TWO_COLUMNS, encoding="utf-8")
    done = program.command("import", file, "--dates", "day-first", "--missing", "keine", "-9999")
    assert (done.returncode, done.stdout) == (
        0,
        "a.csv: added\n  read as: time: Datum + Uhr, joined · 2 channels · 2 words taken as missing\n",
    )
    again = program.command("import", file, "--dates", "month-first")
    assert "It is read as before" in again.stdout
    other = tmp_path / "b.csv"
    other.write_text(TWO_COLUMNS + os.linesep, encoding="utf-8")
    wrong = program.command("import", other, "--time", "c")
    assert (wrong.returncode, wrong.stdout) == (
        1,
        "b.csv: refused: There is no column “c” when the file is read like this.\n",
    )
