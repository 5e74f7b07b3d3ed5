"""Texts and parts of the upload dialog."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callbacks.upload import requests_of
from components import upload_dialog as dialog
from components.file_upload import FileUpload
from components.upload_words import (
    duration,
    failure_text,
    file_text,
    fraction,
    progress_text,
    rate,
    size_text,
)
from services.uploads.rows import Totals, Upload
from services.uploads.transfers import SMALL, FileToSend

ROW = Upload("k", "recording", "browser", "page", 1, 0, "day/a.csv", 2_000_000, "waiting")


def totals(**files: int) -> Totals:
    named = {name.replace("_", " "): count for name, count in files.items()}
    return Totals(named, {name: count * 1000 for name, count in named.items()})


@pytest.mark.parametrize(
    ("values", "gone", "words"),
    [
        ({}, None, "waiting"),
        ({}, 900_000, "uploading 45 %"),
        ({"state": "checking"}, None, "checking"),
        ({"state": "checking", "running": True, "progress": 0.5}, None, "reading 50 %"),
        ({"state": "added", "place": "day/a.csv"}, None, "added"),
        ({"state": "added", "place": "day/a (2).csv"}, None, "added as day/a (2).csv"),
        (
            {"state": "added", "place": "b.csv", "reason": "restored with 1 label"},
            None,
            "restored with 1 label, as b.csv",
        ),
        ({"state": "already here", "place": "day/a.csv"}, None, "already here, same bytes"),
        ({"state": "already here", "place": "b.csv"}, None, "already here, same bytes as b.csv"),
        ({"state": "same name", "place": "day/a.csv"}, None, "a file of this name with other bytes exists"),
        ({"state": "same name", "place": "day/A.csv"}, None, "day/A.csv, with other bytes, exists"),
        ({"state": "in the trash", "reason": "in the trash as b.csv"}, None, "in the trash as b.csv"),
        ({"state": "skipped"}, None, "skipped; the existing file is unchanged"),
        (
            {"state": "refused", "reason": "“day/a.csv”: the file is empty."},
            None,
            "refused: the file is empty.",
        ),
        ({"state": "cancelled"}, None, "cancelled"),
    ],
)
def test_every_state_of_a_file_has_its_words(values: dict[str, Any], gone: int | None, words: str) -> None:
    assert file_text(replace(ROW, **values), gone) == words


def test_the_line_above_the_list_shows_remaining_and_finished_files() -> None:
    going = totals(waiting=2, added=1, refused=1)
    assert progress_text(going, 500, 2000, 100.0) == (
        "Uploading 2 files · 500 bytes of 2 kB · 100 bytes/s · 15 s left — 1 added · 1 not added"
    )
    assert progress_text(totals(checking=1, added=3), 0, 0, 0) == "Reading 1 file — 3 added"
    assert progress_text(totals(added=1000, same_name=2), 0, 0, 0) == "Done: 1,000 added · 2 to decide"
    assert progress_text(Totals(), 0, 0, 0) == ""
    assert progress_text(totals(added=1, cancelled=599, skipped=2), 0, 0, 0) == (
        "Done: 1 added · 599 cancelled · 2 skipped"
    )
    assert progress_text(totals(cancelled=3), 0, 0, 0) == "Done: 3 cancelled"


def test_sizes_and_durations_are_short() -> None:
    assert [size_text(number) for number in (5, 1500, 2.5e6, 1.2e8, 3e9)] == [
        "5 bytes",
        "2 kB",
        "2.5 MB",
        "120 MB",
        "3.00 GB",
    ]
    assert [duration(seconds) for seconds in (0.2, 59, 90, 7200)] == ["1 s", "59 s", "2 min", "2.0 h"]


def test_the_speed_is_that_of_the_last_seconds() -> None:
    assert rate([]) == rate([[0, 0]]) == rate([[0, 0], [0.3, 900]]) == 0
    assert rate([[10, 500], [11, 900], [12, 2500]]) == 1000


def test_a_failed_upload_has_a_reason() -> None:
    assert (
        failure_text(0, "") == "The file was changed, moved or deleted after it was chosen. Choose it again."
    )
    assert failure_text(507, '{"error": "The disk is full."}') == "The disk is full."
    assert failure_text(418, "<html>a proxy</html>") == "The server answered 418."


def test_small_files_go_together_and_large_ones_alone() -> None:
    small, large = SMALL - 1, SMALL
    assert numbers(requests_of(*files(large, small, large, small))) == [[0], [1, 3], [2]]
    assert [len(file) for file in requests_of(*files(*[1] * 250))] == [100, 100, 50]
    assert [len(file) for file in requests_of(*files(*[small] * 6))] == [4, 2]
    assert requests_of([], []) == []


def files(*sizes: int) -> tuple[list[FileToSend], list[int]]:
    return [FileToSend(place, f"k{place}", 0) for place in range(len(sizes))], list(sizes)


def numbers(requests: list[list[FileToSend]]) -> list[list[int]]:
    return [[file.place for file in request] for request in requests]


def test_the_share_of_the_work_grows_to_the_whole() -> None:
    shares = [fraction(totals(waiting=2), gone) for gone in (0, 1000)]
    shares += [
        fraction(totals(checking=2), 0),
        fraction(totals(added=1, checking=1), 0),
        fraction(totals(added=2), 0),
    ]
    assert shares == sorted(shares) and (shares[0], shares[-1]) == (0, 1)


def test_a_row_offers_what_can_be_done_about_its_file() -> None:
    def offered(page: str = "page", **values: Any) -> list[str]:
        return [words for words, _ in dialog.actions(replace(ROW, **values), page)]

    assert offered() == ["Cancel"]
    assert offered(state="same name") == ["Keep both", "Replace", "Skip"]
    assert offered(state="in the trash") == ["Restore", "Add as new", "Skip"]
    assert offered(state="failed") == ["Try again"] == offered("other", state="failed", sent=True)
    assert offered("other", state="failed") == [] == offered(state="added")
    assert offered(state="cancelled") == ["Upload again"]


def test_the_rows_show_where_an_interrupted_upload_resumes() -> None:
    (row,) = dialog.row_data([ROW], "page", {}, {"k": 500_000})
    assert row["text"] == "waiting, resumes at 25 %"
    (row,) = dialog.row_data([ROW], "page", {"k": 1_000_000}, {"k": 500_000})
    assert (row["text"], row["size"]) == ("uploading 50 %", "2.0 MB")


def test_filters_come_with_two_kinds_of_files_and_questions_with_two_of_a_kind() -> None:
    assert dialog.filters(totals(added=5), "all") == []
    assert [button.children[0].strip() for button in dialog.filters(totals(added=1, refused=1), "all")] == [
        "All",
        "Not added",
        "Added",
    ]
    assert dialog.questions(totals(same_name=1)) == []
    assert len(dialog.questions(totals(same_name=2, in_the_trash=3))) == 2
    assert dialog.group_of(totals(added=1), "trouble") == "all"


def test_the_indicator_is_hidden_without_uploads() -> None:
    idle = dialog.Sending()
    assert dialog.indicator(totals(added=3), idle, seen=False)[0] == ""
    assert dialog.indicator(totals(same_name=1), idle, seen=True)[0] == "1 file asks what to do"
    assert dialog.indicator(totals(refused=1), idle, seen=False)[0] == "1 not added"
    assert dialog.indicator(totals(refused=1), idle, seen=True)[0] == ""
    assert dialog.indicator(totals(waiting=1), idle, seen=True)[0] == "Uploading 1 file · 0 %"


def test_every_prop_of_the_component_is_described_in_its_docstring() -> None:
    text = FileUpload.__doc__ or ""
    assert [name for name in FileUpload._prop_names if f"\n        {name}: " not in text] == []
