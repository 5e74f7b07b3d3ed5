"""Summaries of readings in the list of uploads and on the Files page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from components.files.table import doubtful_words, file_rows
from components.upload_dialog import row_data
from components.upload_words import read_text
from services.recordings.readings import ReadAs, Readings
from services.recordings.repository import RecordingSummary
from services.settings import Settings
from services.uploads.rows import Upload
from tests.unit.test_uploads import Desk

PLAIN = b"time,v\n0,1\n1,2\n"
DOUBTED = b"date,v\n01/02/2024,1\n02/02/2024,2\n"
ROW = Upload("k", "recording", "browser", "page", 1, 0, "a.csv", 100, "added")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_result_of_a_file_has_the_summary_of_its_reading(desk: Desk) -> None:
    plain, doubted = desk.send("a.csv", PLAIN), desk.send("b.csv", DOUBTED)
    assert (plain.read_as, plain.doubts) == ("time: time · 1 channel", [])
    assert doubted.read_as.startswith("no time: rows are counted · 1 channel · left out: date")
    assert len(doubted.doubts) == 1
    assert desk.send("c.csv", PLAIN).read_as == ""  # the same bytes are here: nothing was read


def test_the_list_of_uploads_shows_it_with_what_may_be_wrong() -> None:
    detail = {"read_as": "time: t · 1 channel", "doubts": ["Is it?"]}
    (row,) = row_data([replace(ROW, detail=detail)], "page", {}, {})
    assert row["read"] == "time: t · 1 channel\n⚠ Please check: Is it?"
    assert read_text(ROW) == ""
    assert read_text(replace(ROW, purpose="labels", detail=detail)) == ""


def test_the_line_of_every_recording_is_read_once_and_stays_though_columns_go(desk: Desk) -> None:
    desk.send("a.csv", PLAIN)
    desk.send("b.csv", DOUBTED)
    files = desk.recordings.list()
    readings = Readings(desk.settings)
    summaries = readings.of(files)
    words = {file.path: summaries[file.id] for file in files}
    assert words["a.csv"] == ReadAs("time: time · 1 channel")
    assert len(words["b.csv"].doubts) == 1
    for file in files:
        (desk.settings.store_dir / file.store_key[:2] / file.store_key / "meta.json").unlink()
    assert readings.of(files) == summaries
    assert Readings(desk.settings).of(files) == {}


def test_the_table_of_files_marks_doubtful_ones() -> None:
    summary = RecordingSummary.__dataclass_fields__
    values = dict.fromkeys(summary, 0) | {"path": "a.csv", "state": "none", "created_at": datetime.now(UTC)}
    empty = {
        "seconds": None,
        "edited_at": None,
        "saved_at": None,
        "by_class": {},
        "done": False,
        "assigned": [],
    }
    files = [RecordingSummary(**{**values, **empty, "id": number}) for number in (1, 2)]  # type: ignore[arg-type]
    readings = {1: ReadAs("time: t · 1 channel"), 2: ReadAs("no time", ("Is it?",))}
    first, second = file_rows(files, [], readings)
    assert (first["readAs"], first["doubtful"]) == ("time: t · 1 channel", False)
    assert (second["readAs"], second["doubtful"]) == ("⚠ no time", True)
    assert second["readAll"] == "no time\nPlease check: Is it?"
    assert doubtful_words(readings) == "⚠ 1 doubtful"
    assert doubtful_words({}) == ""
    assert file_rows(files, [], {})[0]["readAs"] == ""


def test_settings_name_where_columns_are(tmp_path: Path) -> None:
    assert Readings(Settings(data_dir=tmp_path)).of([]) == {}
