"""Import of label JSONs: exact samples for the same bytes, otherwise times with a note."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.ingest.convert import ingest
from services.ingest.reading_options import ReadingOptions
from services.label_import import FileReport, Given, LabelImport
from services.label_import.pairs import Partner, csv_path, partner_of
from services.storage.paths import labels_json_path
from services.storage.tables import recordings
from tests.unit.test_labels_properties import label_exactly
from tests.unit.working_state import Desk

TEXT = "t,a,b\n0,1,2\n0,2,3\n0,3,4\n1,4,5\n1,5,6\n2,6,7\n"  # several samples of each time


class Bringing(Desk):
    """A desk with the service under test."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.labels_in = LabelImport(self.database, self.recordings, self.classes, self.annotations)

    def file(self, path: str, text: str = TEXT, **options: Any) -> int:
        """A recording read from text."""
        source = self.settings.data_dir / "source.csv"
        source.write_text(text)
        reading = ReadingOptions.from_json(options)
        info = ingest(source, name=path, store_root=self.settings.store_dir, options=reading)
        recording = self.recordings.add(path, info).id
        values = {"store_key": reading.store_key(info.sha256), "reading": options or None}
        with self.database.write() as connection:
            connection.execute(recordings.update().where(recordings.c.id == recording).values(values))
        return recording

    def saved_labels(self, recording: int) -> tuple[bytes, bytes]:
        """The CSV and the JSON of a label on the samples 1 to 4 and a note on another."""
        label_exactly(self, recording, [(1, 4, "QRS", "", None), (2, 2, "T", "late", [1])])
        self.outputs.save(recording)
        path = self.recordings.get(recording).path
        return self.saved(path).encode(), self.saved(labels_json_path(path)).encode()

    def bring(self, path: str, data: bytes, **more: Any) -> FileReport:
        (report,) = self.labels_in.import_files([Given(path, data, **more)])
        return report


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bringing]:
    opened = Bringing(tmp_path)
    yield opened
    opened.close()


def changed(data: bytes, **values: Any) -> bytes:
    """The JSON with other values of its first label."""
    content = json.loads(data)
    content["labels"][0] |= values
    return json.dumps(content).encode()


def test_labels_go_to_their_samples_where_several_have_the_same_time(desk: Bringing) -> None:
    recording, again = desk.file("a.csv"), desk.file("again/a.csv")
    csv, data = desk.saved_labels(recording)
    report = desk.bring("x/again/a.labels.json", data)
    assert report.sentence == "→ again/a.csv (same path from again/ on): 2 matched, 2 imported"
    assert desk.segments(again) == [(1, 4, "QRS"), (2, 2, "T")]
    assert [
        (row["channels"], row["note"]) for row in sorted(desk.rows(again), key=lambda row: row["start_index"])
    ] == [
        (None, ""),
        ([1], "late"),
    ]
    other = desk.file("other.csv")
    report = desk.bring("other.csv", csv)  # the CSV has only the times
    assert (report.matched, report.notes) == (
        2,
        [
            "3 edges at a time that several samples have: the first of them was taken. "
            "The label JSON has the exact samples."
        ],
    )
    assert desk.segments(other) == [(0, 0, "T"), (0, 3, "QRS")]


def test_labels_find_the_recording_of_their_bytes_whatever_it_is_called(desk: Bringing) -> None:
    recording = desk.file("a.csv")
    _, data = desk.saved_labels(recording)
    desk.file("elsewhere/b.csv", TEXT + "3,7,8\n")
    report = desk.bring("elsewhere/b.labels.json", data)
    assert report.target and (report.target.path, report.how, report.notes) == ("a.csv", "same bytes", [])
    desk.file("c.csv")
    report = desk.bring("elsewhere/b.labels.json", data)
    assert report.reason == "2 recordings have these bytes: choose one"
    assert [candidate.path for candidate in report.candidates] == ["a.csv", "c.csv"]
    assert desk.bring("elsewhere/c.labels.json", data).how == "same file name"


def test_labels_of_another_file_are_placed_by_their_times_with_a_note(desk: Bringing) -> None:
    _, data = desk.saved_labels(desk.file("a.csv"))
    longer = desk.file("b.csv", "t,a,b\n-1,0,0\n" + TEXT.partition("\n")[2])
    report = desk.bring("a.labels.json", data, recording=longer)
    (note, classes) = report.notes[0], report.notes[1:]
    assert "The labels are of another file (SHA-256 " in note and "the samples of the same times" in note
    assert classes == [] and (report.matched, report.moved, report.unmatched) == (0, 2, 0)
    assert {line.words for line in report.lines} == {
        "several samples have the time of its start, the first was taken; "
        "several samples have the time of its end, the first was taken"
    }
    assert report.details[1].startswith("label 1: moved: ")
    assert desk.segments(longer) == [(1, 1, "T"), (1, 4, "QRS")]


def test_labels_of_another_reading_are_placed_by_their_times_with_a_note(
    desk: Bringing,
) -> None:
    _, data = desk.saved_labels(desk.file("a.csv"))
    differently = desk.file("b.csv", time="")
    report = desk.bring("b.labels.json", data, recording=differently)
    assert report.notes[0].startswith("The labels are of this file, but it was read differently")
    assert desk.segments(differently) == [(0, 0, "T"), (0, 1, "QRS")]  # rows 0 and 1, for the times 0 and 1


def test_a_choice_that_changes_nothing_about_the_samples_leaves_labels_exact(desk: Bringing) -> None:
    _, data = desk.saved_labels(desk.file("a.csv"))
    same = desk.file("b.csv", delimiter=",")
    report = desk.bring("b.labels.json", data, recording=same)
    assert (report.notes, report.matched, desk.segments(same)[0]) == ([], 2, (1, 4, "QRS"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"start_index": 4, "start": "0"}, "its start is sample 4, but “0” is not its time"),
        ({"end_index": 99}, "the recording has the samples 0 to 5"),
        ({"start_index": 5, "start": "2"}, "the recording has the samples 0 to 5"),
        ({"channels": ["z"]}, "it is of “z”, and the recording has no such channel"),
        ({"note": "x" * 2001}, "A note is text of at most 2,000 characters."),
        ({"class": " "}, "A label needs a name."),
        ({"status": "rejected"}, "it is not accepted but rejected"),
    ],
)
def test_a_label_that_contradicts_itself_or_the_recording_is_left_out_with_the_reason(
    desk: Bringing, values: dict[str, Any], words: str
) -> None:
    _, data = desk.saved_labels(desk.file("a.csv"))
    again = desk.file("again.csv")
    report = desk.bring("a.labels.json", changed(data, **values), recording=again)
    assert (report.unmatched, report.brought, report.refused) == (1, 1, True)
    assert [(line.line, line.words) for line in report.lines] == [(1, words)]
    assert desk.segments(again) == [(2, 2, "T")]


def test_of_a_csv_and_its_json_only_the_json_is_imported(desk: Bringing) -> None:
    csv, data = desk.saved_labels(desk.file("a.csv"))
    again = desk.file("again/a.csv")
    pair = Partner("again/a.labels.json", data), Partner("again/a.csv", csv)
    left_out = desk.bring("again/a.csv", csv, partner=pair[0])
    assert left_out.sentence.startswith("left out: again/a.labels.json has the same labels")
    assert (left_out.brought, left_out.refused) == (None, False)
    assert desk.bring("again/a.labels.json", data, partner=pair[1]).brought == 2
    assert desk.segments(again) == [(1, 4, "QRS"), (2, 2, "T")]


def test_neither_file_is_imported_if_the_csv_was_changed_later(desk: Bringing) -> None:
    csv, data = desk.saved_labels(desk.file("a.csv"))
    csv += b"3,1,1,P,red\n"
    for path, given, partner in (
        ("a.csv", csv, Partner("a.labels.json", data)),
        ("a.labels.json", data, Partner("a.csv", csv)),
    ):
        report = desk.bring(path, given, partner=partner)
        assert report.reason == (
            "“a.csv” and “a.labels.json” were not saved together, or one was changed since. "
            "Import only one of them."
        )
    assert desk.bring("a.csv", csv).brought == 3  # alone


def test_the_csv_is_imported_if_its_json_is_unreadable(desk: Bringing) -> None:
    csv, data = desk.saved_labels(desk.file("a.csv"))
    desk.file("b.csv", TEXT + "3,7,8\n")
    assert desk.bring("b.csv", csv, partner=Partner("b.labels.json", data[:-20])).brought == 2
    assert "is not JSON" in desk.bring("b.labels.json", data[:-20], partner=Partner("b.csv", csv)).reason


def test_the_two_files_of_a_pair_find_each_other() -> None:
    for path in ("x/a.csv", "a.tsv", "a.TXT", "a.tsv.csv", "a.csv.csv"):
        json_path = labels_json_path(path)
        assert (partner_of(path, {json_path}), partner_of(json_path, {path}), csv_path(json_path)) == (
            json_path,
            path,
            path,
        )
    assert partner_of("a.csv", {"a.tsv.labels.json"}) == ""


def test_who_made_a_label_how_and_when_is_restored(desk: Bringing) -> None:
    recording, again = desk.file("a.csv"), desk.file("again/a.csv")
    _, data = desk.saved_labels(recording)
    made = {
        "source": "model",
        "model": {"name": "Mine", "id": "6f0c2a5e-0000-4000-8000-000000000001", "sha256": "ab" * 32},
        "score": 0.75,
        "author": "ada",
        "created": "2024-02-29T12:00:00.123456Z",
        "edited": "2024-03-01T01:00:00+02:00",
    }
    report = desk.bring("again/a.labels.json", changed(data, **made))
    assert report.brought == 2
    first, second = sorted(desk.rows(again), key=lambda row: row["start_index"])
    assert (first["source"], first["model"], first["model_sha256"]) == (
        "model",
        made["model"]["id"],
        "ab" * 32,
    )
    assert (first["score"], first["author"]) == (0.75, "ada")
    assert first["created_at"].isoformat() == "2024-02-29T12:00:00.123456+00:00"
    assert first["edited_at"].isoformat() == "2024-02-29T23:00:00+00:00"
    saved = json.loads(data)["labels"][1]
    assert (second["source"], second["author"]) == (saved["source"], saved["author"])
    desk.outputs.save(again)
    kept = json.loads(desk.saved(labels_json_path("again/a.csv")))["labels"]
    for name in ("source", "score", "author", "created"):
        assert kept[0][name] == made[name], name
    assert kept[1] == saved


def test_imported_labels_are_saved_byte_for_byte_as_before(desk: Bringing) -> None:
    recording = desk.file("a.csv")
    _, data = desk.saved_labels(recording)
    again = desk.file("again/a.csv")
    desk.bring("again/a.labels.json", data)
    desk.outputs.save(again)
    assert desk.saved(labels_json_path("again/a.csv")).encode() == data


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"source": "magic"}, "“source” must be one of manual, model, rule, similar, import"),
        ({"model": "m"}, "“model” must have the “id” and the “sha256” of a model, or be null"),
        ({"model": {"id": 7}}, "“model” must have the “id” and the “sha256” of a model, or be null"),
        ({"score": "high"}, "“score” must be a number, or null"),
        ({"author": 7}, "“author” must be text of at most 200 characters"),
        ({"created": "yesterday"}, "“created” and “edited” must be times such as 2026-11-29T13:03:51Z"),
        ({"edited": 5}, "“created” and “edited” must be times such as 2026-11-29T13:03:51Z"),
    ],
)
def test_invalid_attributes_of_a_label_are_refused(
    desk: Bringing, values: dict[str, Any], sentence: str
) -> None:
    _, data = desk.saved_labels(desk.file("a.csv"))
    desk.file("again/a.csv")
    report = desk.bring("again/a.labels.json", changed(data, **values))
    assert (report.matched, report.unmatched) == (1, 1)
    assert report.lines[0].words == sentence


def test_a_label_without_a_word_of_its_making_is_an_import_of_now(desk: Bringing) -> None:
    _, data = desk.saved_labels(desk.file("a.csv"))
    content = json.loads(data)
    for entry in content["labels"]:
        for name in ("source", "model", "score", "author", "created", "edited"):
            del entry[name]
    again = desk.file("again/a.csv")
    desk.bring("again/a.labels.json", json.dumps(content).encode())
    assert {(row["source"], row["model"], row["score"]) for row in desk.rows(again)} == {
        ("import", None, None)
    }
