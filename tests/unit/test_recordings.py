"""Recordings: states, counts, samples."""

from __future__ import annotations

import shutil
from typing import Any

import numpy as np
import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from services.errors import NotFound
from services.recordings.service import Recording, RecordingState
from services.storage.lru_cache import LruCache
from services.storage.tables import annotation_table
from services.timeseries import TimeKind
from tests.unit.working_state import Desk


def test_a_recording_is_found_by_its_id_and_its_path_with_what_ingest_found(desk: Desk) -> None:
    recording = desk.record("ward/a.csv", rows=7)
    row = desk.recordings.get(recording)
    assert isinstance(row, Recording)
    assert (row.path, row.rows, row.time_kind, row.revision) == ("ward/a.csv", 7, "row", 0)
    assert desk.recordings.by_path("ward/a.csv") == row
    assert desk.recordings.by_path("a.csv") is None
    assert row.created_at.utcoffset() is not None


def test_a_path_is_taken_once(desk: Desk) -> None:
    desk.record("a.csv")
    with pytest.raises(IntegrityError):
        desk.recordings.add("a.csv", desk.store(1).info)


def test_a_file_changes_from_none_to_unsaved_to_saved(desk: Desk) -> None:
    recording = desk.record()
    assert desk.state(recording) == RecordingState.NONE
    desk.add(recording, 1, 2)
    assert desk.state(recording) == RecordingState.UNSAVED
    desk.outputs.save(recording)
    assert desk.state(recording) == RecordingState.SAVED


def test_a_file_that_was_never_saved_and_lost_its_labels_again_has_nothing_to_save(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2)
    desk.send(recording, "undo")
    assert desk.state(recording) == RecordingState.NONE


def test_a_saved_file_whose_labels_are_all_deleted_is_unsaved(desk: Desk) -> None:
    recording = desk.record()
    label = desk.add(recording, 1, 2)
    desk.outputs.save(recording)
    desk.send(recording, "delete", ids=[label])
    assert desk.state(recording) == RecordingState.UNSAVED


def test_a_file_with_only_suggestions_is_in_progress(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2)
    with desk.database.write() as connection:
        connection.execute(update(annotation_table).values(status="suggested"))
    assert desk.state(recording) == RecordingState.IN_PROGRESS
    (listed,) = desk.recordings.list()
    assert (listed.labels, listed.suggested, listed.state) == (0, 1, RecordingState.IN_PROGRESS)


def test_the_state_returned_with_an_edit_equals_the_state_in_the_list(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2)
    desk.outputs.save(recording)
    for kind in ("undo", "redo", "undo"):
        assert desk.send(recording, kind)["state"] == desk.state(recording) == RecordingState.UNSAVED
    desk.outputs.save(recording)
    assert desk.annotations.apply(recording, [], -1)["state"] == desk.state(recording) == RecordingState.SAVED


def test_the_list_counts_the_labels_of_each_file_by_path(desk: Desk) -> None:
    second, first = desk.record("b.csv"), desk.record("a.csv")
    for number in range(3):
        desk.add(second, number, number)
    assert [(recording.id, recording.path, recording.labels) for recording in desk.recordings.list()] == [
        (first, "a.csv", 0),
        (second, "b.csv", 3),
    ]
    assert desk.recordings.summary(second) == desk.recordings.list()[1]


def test_only_changes_after_a_version_are_returned(desk: Desk) -> None:
    first, second = desk.record("a.csv"), desk.record("b.csv")
    for change in (
        lambda: desk.add(second, 1, 2),
        lambda: desk.outputs.save(second),
        lambda: desk.send(second, "undo"),
        lambda: desk.recordings.mark_done([second], True),
        lambda: desk.recordings.mark_done([second], False),
    ):
        before = desk.recordings.version()
        assert desk.recordings.changes(before).changed == []
        change()
        changes = desk.recordings.changes(before)
        assert changes.version == desk.recordings.version() != before
        assert (changes.full, changes.changed, changes.removed) == (
            False,
            [desk.recordings.summary(second)],
            [],
        )
    third = desk.record("c.csv")
    assert [change.id for change in desk.recordings.changes(changes.version).changed] == [third]
    assert [change.id for change in desk.recordings.changes("0:0").changed] == [first, second, third]


@pytest.mark.parametrize("version", ["", "x", "999:1", "1:999", "-1:1", "9" * 5000 + ":1", "1:x"])
def test_everything_is_returned_for_an_unknown_version(desk: Desk, version: str) -> None:
    desk.record()
    changes = desk.recordings.changes(version)
    assert changes.full and len(changes.changed) == 1


def test_a_recording_has_its_length_and_counts_by_class(desk: Desk) -> None:
    dates = desk.record("a.csv", np.array([0, 10**9, 5 * 10**9]), TimeKind.NAIVE)
    rows = desk.record("b.csv")
    for label in ("P", "QRS", "QRS"):
        desk.add(rows, 1, 2, label)
    assert (desk.recordings.get(dates).seconds, desk.recordings.get(rows).seconds) == (5.0, None)
    assert desk.recordings.summary(rows).by_class == {1: 1, 2: 2}
    assert not desk.recordings.summary(rows).done


def test_the_latest_recording_is_the_one_labelled_last_or_else_the_first_by_path(desk: Desk) -> None:
    assert desk.recordings.latest() is None
    labelled = desk.record("z.csv")
    first = desk.record("a.csv")
    assert desk.recordings.latest() == first
    desk.add(labelled, 1, 2)
    assert desk.recordings.latest() == labelled


@pytest.mark.parametrize("recording", [0, -1, 1, 2**31, 2**63, 10**30, "1", None, 1.5])
def test_an_unknown_recording_is_not_found_by_any_method(desk: Desk, recording: Any) -> None:
    for ask in (
        desk.recordings.get,
        desk.recordings.summary,
        desk.recordings.store,
        desk.outputs.save,
        lambda asked: desk.annotations.apply(asked, [], -1),
    ):
        with pytest.raises(NotFound, match="does not exist"):
            ask(recording)


def test_stores_stay_open_up_to_a_limit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.recordings, "_stores", LruCache(2))
    first, second, third = (desk.record(f"{name}.csv") for name in "abc")
    kept = desk.store(first)
    desk.store(second)
    assert desk.store(first) is kept
    desk.store(third)
    assert desk.store(first) is kept
    again = desk.store(second)
    desk.store(third)
    assert desk.store(first) is not kept
    assert again.rows == 1000


def test_missing_samples_are_reported(desk: Desk) -> None:
    recording = desk.record()
    shutil.rmtree(desk.recordings.store_folder(desk.recordings.get(recording)))
    with pytest.raises(NotFound, match="add the file again"):
        desk.store(recording)
