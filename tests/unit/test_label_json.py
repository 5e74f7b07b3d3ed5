"""Label JSON next to the label CSV: content, and both as one saved file."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import RefusedFile, StorageFull
from services.formats.labels_json import is_labels_json, read_labels_json
from services.outputs import snapshots
from services.outputs.saved_files import SavedFiles, SavedState
from services.recordings.renaming import Renaming
from services.recordings.service import RecordingState
from services.recordings.trash import Trash
from services.storage.files import StagedFile
from services.storage.paths import labels_json_path, twin_key
from services.storage.tables import recordings
from tests.suggestions import suggest
from tests.unit.working_state import Desk


@pytest.fixture
def files(desk: Desk) -> SavedFiles:
    return SavedFiles(desk.database, desk.recordings, desk.outputs, desk.settings)


def labelled(desk: Desk, path: str = "a.csv") -> int:
    recording = desk.record(path)
    desk.add(recording, 1, 2)
    return recording


def saved(desk: Desk, path: str = "a.csv") -> int:
    recording = labelled(desk, path)
    desk.outputs.save(recording)
    return recording


def content(desk: Desk, path: str = "a.labels.json") -> dict[str, Any]:
    return dict(json.loads(desk.saved(path)))


def names_in(desk: Desk) -> list[str]:
    folder = desk.settings.outputs_dir
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def fail(*_arguments: Any) -> None:
    raise StorageFull("No.")


def test_the_json_has_the_recording_and_all_attributes_of_each_label(desk: Desk) -> None:
    recording = desk.record("ward 3/a.csv")
    identity = desk.add(recording, 500, 510, "late")
    desk.send(recording, "note", ids=[identity], note="two\nlines “é”")
    desk.add(recording, 3, 7, "early", color="black")
    desk.outputs.save(recording)
    known = desk.recordings.get(recording)
    found = content(desk, "ward 3/a.labels.json")
    assert (found["format"], found["format_version"]) == ("tidemark-labels", 1)
    assert found["recording"] == {
        "sha256": known.sha256,
        "size_bytes": known.size_bytes,
        "rows": 1000,
        "reading": {
            "options": {},
            "encoding": "UTF-8",
            "delimiter": ",",
            "decimal": ".",
            "header": True,
            "sorted": False,
            "time": {"kind": "row", "column": None, "zone": None},
            "channels": ["c0"],
        },
    }
    assert found["csv_sha256"] == sha256(desk.saved("ward 3/a.csv").encode()).hexdigest()
    early, late = found["labels"]
    assert (early["color"], late["color"]) == ("black", "#d604a2")
    assert (early["start_index"], early["end_index"], early["class"], early["channels"]) == (
        3,
        7,
        "early",
        None,
    )
    assert (late["start"], late["end"], late["channels"]) == ("500", "510", None)
    assert (late["note"], late["status"], late["model"], late["score"]) == (
        "two\nlines “é”",
        "accepted",
        None,
        None,
    )
    (row,) = [row for row in desk.rows(recording) if row["id"] == identity]
    assert late["created"] == row["created_at"].isoformat().replace("+00:00", "Z")
    assert late["edited"] >= late["created"] and late["source"] == row["source"]


def test_a_suggested_label_has_its_model_and_score(desk: Desk) -> None:
    recording = desk.record()
    (offered, _left) = suggest(desk.annotations, recording, [(5, 6, "QRS", 0.75), (8, 9, "QRS", 0.5)])
    desk.send(recording, "accept", ids=[offered])
    desk.outputs.save(recording)
    (label,) = content(desk)["labels"]
    assert (label["source"], label["score"]) == ("model", 0.75)
    assert label["model"] == {
        "name": None,
        "id": "m1",
        "sha256": "0" * 64,
    }  # no model of that id is kept here


def test_the_same_labels_give_the_same_bytes(desk: Desk) -> None:
    recording = saved(desk)
    before = desk.saved("a.labels.json")
    desk.outputs.save(recording)
    assert desk.saved("a.labels.json") == before


def test_no_two_recordings_share_a_label_json() -> None:
    paths = ["a.csv", "a.tsv", "a.txt", "a.tsv.csv", "a.csv.csv", "a.TSV.csv.csv", "a.labels.csv"]
    assert len({labels_json_path(path) for path in paths}) == len(paths)
    assert labels_json_path("ECG 1/a.CSV") == "ECG 1/a.labels.json"


@given(st.lists(st.text(st.sampled_from("a.cstvx"), max_size=9), min_size=2, max_size=2, unique=True))
def test_another_path_has_another_label_json(stems: list[str]) -> None:
    one, other = (f"{stem}{suffix}" for stem, suffix in zip(stems, (".csv", ".tsv"), strict=True))
    if twin_key(one) != twin_key(other):
        assert labels_json_path(one) != labels_json_path(other)


@pytest.mark.parametrize("fails", ["a.csv", "a.labels.json"])
@pytest.mark.parametrize("again", [True, False])
def test_when_one_of_both_cannot_take_its_name_neither_does_and_nothing_is_saved(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fails: str, again: bool
) -> None:
    recording = saved(desk) if again else labelled(desk)
    desk.add(recording, 5, 6)
    before = {name: desk.saved(name) for name in names_in(desk)} if again else {}
    place = StagedFile.place

    def place_or_fail(staged: StagedFile) -> None:
        fail() if staged.path.name == fails else place(staged)

    monkeypatch.setattr(StagedFile, "place", place_or_fail)
    with pytest.raises(StorageFull):
        desk.outputs.save(recording)
    assert {name: desk.saved(name) for name in names_in(desk)} == before
    assert desk.state(recording) == RecordingState.UNSAVED


KILLED = """
import os, sys
from pathlib import Path
from services.storage.files import StagedFile
from tests.unit.working_state import Desk

place = StagedFile.place

def place_or_die(staged):
    if staged.path.name == sys.argv[2]:
        os._exit(9)
    place(staged)

StagedFile.place = place_or_die
Desk(Path(sys.argv[1])).outputs.save(1)
"""


@pytest.mark.parametrize("at", ["a.csv", "a.labels.json"])
def test_a_process_that_dies_between_both_leaves_nothing_that_is_called_saved(
    desk: Desk, files: SavedFiles, tmp_path: Path, at: str
) -> None:
    recording = saved(desk)
    desk.add(recording, 5, 6)
    died = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), at], check=False, timeout=60)
    assert died.returncode == 9
    assert desk.saved().count("\n") == 2 and len(content(desk)["labels"]) == (2 if at == "a.csv" else 1)
    assert desk.state(recording) == RecordingState.UNSAVED
    assert [file.state for file in files.files()] == [SavedState.OLDER]
    assert [output.saved for output in desk.outputs.save_all()] == [True]
    assert len(content(desk)["labels"]) == 2 and desk.saved().count("\n") == 3
    assert content(desk)["csv_sha256"] == sha256(desk.saved().encode()).hexdigest()


@pytest.mark.parametrize("gone", ["a.csv", "a.labels.json"])
def test_without_one_of_both_nothing_is_saved_and_save_all_writes_both_again(
    desk: Desk, files: SavedFiles, gone: str
) -> None:
    recording = saved(desk)
    (desk.settings.outputs_dir / gone).unlink()
    assert desk.outputs.list() == []
    assert [file.state for file in files.files()] == [SavedState.GONE]
    assert [output.path for output in desk.outputs.save_all()] == ["a.csv"]
    assert names_in(desk) == ["a.csv", "a.labels.json"]
    assert [output.id for output in desk.outputs.list()] == [recording]


def test_files_saved_before_label_jsons_count_as_saved_and_save_all_adds_the_json(
    desk: Desk, files: SavedFiles
) -> None:
    saved(desk)
    with desk.database.write() as connection:
        connection.execute(recordings.update().values(output_json_sha256=None))
    (desk.settings.outputs_dir / "a.labels.json").unlink()
    assert [file.state for file in files.files()] == [SavedState.SAVED]
    assert [output.saved for output in desk.outputs.save_all()] == [True]
    assert names_in(desk) == ["a.csv", "a.labels.json"]
    assert desk.outputs.save_all() == []


def test_deleting_a_saved_file_deletes_both(desk: Desk, files: SavedFiles) -> None:
    recording = saved(desk, "x/a.csv")
    assert [file.saved for file in files.delete([recording])] == [False]
    assert names_in(desk) == [] and not (desk.settings.outputs_dir / "x").exists()
    assert [file.state for file in files.files()] == [SavedState.NEVER]


@pytest.mark.parametrize("changed", ["a.csv", "a.labels.json"])
def test_a_pair_that_another_program_changed_is_neither_deleted_nor_renamed(
    desk: Desk, files: SavedFiles, changed: str
) -> None:
    recording = saved(desk)
    (desk.settings.outputs_dir / changed).write_text("mine")
    (result,) = files.delete([recording])
    assert result.saved and "changed by another program" in result.reason
    renamed = Renaming(desk.database, desk.settings).rename(recording, "b.csv")
    assert "changed by another program" in renamed.sentence
    assert names_in(desk) == ["a.csv", "a.labels.json"] and desk.saved(changed) == "mine"


def test_renaming_takes_both_along(desk: Desk) -> None:
    recording = saved(desk, "x/a.csv")
    texts = desk.saved("x/a.csv"), desk.saved("x/a.labels.json")
    Renaming(desk.database, desk.settings).move([recording], [], "y")
    Renaming(desk.database, desk.settings).rename(recording, "b.csv")
    assert names_in(desk) == ["y/b.csv", "y/b.labels.json"]
    assert (desk.saved("y/b.csv"), desk.saved("y/b.labels.json")) == texts
    assert desk.state(recording) == RecordingState.SAVED


@pytest.mark.parametrize("taken", ["b.csv", "b.labels.json"])
def test_when_one_new_name_is_taken_both_stay(desk: Desk, taken: str) -> None:
    recording = saved(desk)
    (desk.settings.outputs_dir / taken).write_text("mine")
    renamed = Renaming(desk.database, desk.settings).rename(recording, "b.csv")
    assert f"there is a file {taken} already" in renamed.sentence
    assert names_in(desk) == sorted(["a.csv", "a.labels.json", taken])
    assert desk.state(recording) == RecordingState.UNSAVED


def test_a_recording_from_the_trash_is_saved_only_with_both(desk: Desk) -> None:
    trash = Trash(desk.database, desk.settings)
    recording = saved(desk)
    trash.delete([recording])
    trash.restore([recording])
    assert desk.state(recording) == RecordingState.SAVED
    trash.delete([recording])
    (desk.settings.outputs_dir / "a.labels.json").write_text("{}")
    trash.restore([recording])
    assert desk.state(recording) == RecordingState.UNSAVED


def test_export_writes_both_and_writes_over_no_other_json(desk: Desk, tmp_path: Path) -> None:
    labelled(desk)
    assert [output.saved for output in desk.outputs.export(tmp_path / "out")] == [True]
    assert [output.saved for output in desk.outputs.export(tmp_path / "out")] == [True]
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["a.csv", "a.labels.json"]
    (tmp_path / "out" / "a.labels.json").write_text('{"settings": 1}')
    (refused,) = desk.outputs.export(tmp_path / "out")
    assert "already exists and is not a label file" in refused.sentence
    assert (tmp_path / "out" / "a.labels.json").read_text() == '{"settings": 1}'


def test_a_score_that_is_no_number_is_left_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = labelled(desk)
    labels = snapshots._labels

    class Scored:
        def __init__(self, row: Any) -> None:
            self._row = row
            self.score = float("nan")

        def __getattr__(self, name: str) -> Any:
            return getattr(self._row, name)

    monkeypatch.setattr(snapshots, "_labels", lambda *known: [Scored(row) for row in labels(*known)])
    desk.outputs.save(recording)
    assert content(desk)["labels"][0]["score"] is None


# -- reading ---------------------------------------------------------------------------------------------------


def as_file(**changes: Any) -> bytes:
    entry = {"start_index": 1, "end_index": 2, "start": "1", "end": "2", "class": "QRS"}
    whole = {
        "format": "tidemark-labels",
        "format_version": 1,
        "recording": {"sha256": "0"},
        "labels": [entry],
    }
    return json.dumps(whole | changes).encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "is not JSON"),
        (b"[" * 200_000, "cannot be read as JSON|is not JSON"),
        (b"[]", "is not a label JSON"),
        (as_file(format="other"), "is not a label JSON"),
        (as_file(format_version=2), "of version 2; this Tidemark reads 1"),
        (as_file(recording=None), "has no “recording”"),
        (as_file(labels={}), "list of “labels”"),
    ],
)
def test_a_json_that_is_none_of_labels_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(RefusedFile, match=words):
        read_labels_json(data, "a.labels.json")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start_index": "1"}, "must be numbers of samples"),
        ({"end_index": True}, "must be numbers of samples"),
        ({"start_index": -1}, "must be numbers of samples"),
        ({"start": None}, "must be times"),
        ({"class": 3}, "has no “class”"),
        ({"channels": []}, "must be a list of names"),
        ({"channels": [1]}, "must be a list of names"),
        ({"note": 1}, "must be text"),
        ({"status": "suggested"}, "it is not accepted but suggested"),
    ],
)
def test_a_label_that_cannot_be_read_keeps_no_other_from_it(change: dict[str, Any], words: str) -> None:
    good = {"start_index": 1, "end_index": 2, "start": 1.5, "end": "2", "class": "QRS"}
    _, (bad, other) = read_labels_json(as_file(labels=[good | change, good]), "a.labels.json")
    assert words in bad.problem and (bad.number, other.number) == (1, 2)
    assert (other.samples, other.start, other.problem) == ((1, 2), "1.5", "")


def test_a_label_json_is_recognised_by_its_beginning(desk: Desk) -> None:
    saved(desk)
    data = desk.saved("a.labels.json").encode()
    assert is_labels_json(data[:256]) and is_labels_json(b"\xef\xbb\xbf" + data[:256])
    assert not is_labels_json(b'{"format": "labeler-model"}') and not is_labels_json(b"a,b\n")
