"""Label sets: one is active per folder; labels keep their class when another becomes active."""

from __future__ import annotations

from typing import Any

import pytest

from services.errors import Conflict, Invalid, NotFound
from services.label_classes.sets import LabelSets
from tests.unit.working_state import Desk


@pytest.fixture
def sets(desk: Desk) -> LabelSets:
    return LabelSets(desk.database)


def names(sets: LabelSets) -> list[str]:
    return [label_set.name for label_set in sets.list()]


def folders(desk: Desk, sets: LabelSets) -> list[tuple[str, int, int, bool]]:
    with desk.database.read() as connection:
        return [
            (folder.folder, folder.files, folder.label_set, folder.chosen)
            for folder in sets.folders(connection)
        ]


def shown(desk: Desk, recording: int) -> list[tuple[str, str | None, int]]:
    answer = desk.annotations.apply(recording, [], -1)
    return [
        (label_class["name"], label_class["hotkey"], label_class["labelSet"])
        for label_class in answer["classes"]
    ]


def test_there_is_one_set_at_first_and_it_is_active_everywhere(desk: Desk, sets: LabelSets) -> None:
    desk.record("ward/day/a.csv")
    assert names(sets) == ["Labels"]
    assert folders(desk, sets) == [("", 1, 1, False), ("ward", 1, 1, False), ("ward/day", 1, 1, False)]


def test_folders_are_in_natural_order_below_their_folders(desk: Desk, sets: LabelSets) -> None:
    for path in ("line 10/a.csv", "line 2/run 10/a.csv", "line 2/run 9/a.csv", "Line 1/a.csv"):
        desk.record(path)
    expected = ["", "Line 1", "line 2", "line 2/run 9", "line 2/run 10", "line 10"]
    assert [folder for folder, *_ in folders(desk, sets)] == expected


def test_the_nearest_folder_with_a_choice_decides(desk: Desk, sets: LabelSets) -> None:
    recordings = {
        path: desk.record(path) for path in ("a.csv", "w/b.csv", "w/d/c.csv", "w/d/e/f.csv", "wd/g.csv")
    }
    ward, day = sets.add("Ward"), sets.add("Day")
    sets.choose("w", ward)
    sets.choose("w/d", day)
    for path, recording in recordings.items():
        desk.add(recording, 1, 2, "P")
        expected = {"a": 1, "b": ward, "c": day, "f": day, "g": 1}[path[-5]]
        assert shown(desk, recording) == [("P", "1", expected)], path
    sets.choose("w/d", None)
    sets.choose("", day)
    assert folders(desk, sets) == [
        ("", 5, day, True),
        ("w", 3, ward, True),
        ("w/d", 2, ward, False),
        ("w/d/e", 1, ward, False),
        ("wd", 1, day, False),
    ]


def test_labels_keep_their_class_when_another_set_becomes_active(desk: Desk, sets: LabelSets) -> None:
    recording = desk.record()
    kept = desk.add(recording, 1, 2, "P")
    desk.add(recording, 3, 4, "T")
    other = sets.add("Other")
    sets.choose("", other)
    assert shown(desk, recording) == [("P", None, 1), ("T", None, 1)]
    desk.add(recording, 5, 6, "T")  # a class that labels here have already, of whichever set
    desk.add(recording, 7, 8, "New")
    assert shown(desk, recording) == [("New", "1", other), ("P", None, 1), ("T", None, 1)]
    desk.classes.add(other, "P")
    desk.send(recording, "relabel", ids=[kept], label="P")  # the active set has priority
    assert shown(desk, recording) == [("New", "1", other), ("P", "2", other), ("T", None, 1)]


def test_a_typed_name_means_the_class_of_another_set_that_is_offered_too(desk: Desk, sets: LabelSets) -> None:
    recording = desk.record("w/a.csv")
    desk.add(recording, 1, 2, "QRS")
    sets.choose("w", sets.add("Ward"))
    desk.add(recording, 3, 4, "qrs")
    desk.add(recording, 5, 6, "q")
    desk.add(recording, 7, 8, "Q")
    assert desk.segments(recording) == [(1, 2, "QRS"), (3, 4, "QRS"), (5, 6, "q"), (7, 8, "Q")]


def test_a_copy_has_the_same_classes_and_no_labels(desk: Desk, sets: LabelSets) -> None:
    desk.add(desk.record(), 1, 2, "P", color="teal")
    desk.classes.set_index(1, 7)
    desk.classes.set_exclusive(1, True)
    copy = sets.copy(1, "Copy")
    first, second = desk.classes.list()
    assert (second.label_set_id, second.id != first.id) == (copy, True)
    for column in ("name", "color", "hotkey", "model_index", "exclusive"):
        assert getattr(second, column) == getattr(first, column)
    sets.delete(copy)
    assert names(sets) == ["Labels"]


def test_a_set_whose_classes_are_used_is_not_deleted(desk: Desk, sets: LabelSets) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2, "P")
    sets.add("Other")
    with pytest.raises(Conflict, match="“Labels” is used by 1 label. Merge its classes"):
        sets.delete(1)
    assert names(sets) == ["Labels", "Other"]


def test_the_last_set_is_not_deleted(sets: LabelSets) -> None:
    with pytest.raises(Conflict, match="the only label set"):
        sets.delete(1)


def test_undo_restores_a_label_of_a_deleted_set(desk: Desk, sets: LabelSets) -> None:
    recording = desk.record()
    identity = desk.add(recording, 1, 2, "P")
    desk.send(recording, "delete", ids=[identity])
    other = sets.add("Other")
    sets.choose("", 1)
    sets.delete(1)
    assert (names(sets), desk.classes.list(), folders(desk, sets)) == (["Other"], [], [("", 1, other, False)])
    assert not desk.send(recording, "undo")["rejected"]
    assert names(sets) == ["Labels", "Other"]
    assert shown(desk, recording) == [("P", None, 1)]


def test_the_name_of_a_deleted_set_can_be_used_again(sets: LabelSets) -> None:
    sets.delete(sets.add("Other"))
    again = sets.add("Other")
    sets.rename(again, "Another")
    sets.rename(again, "Other")
    assert names(sets) == ["Labels", "Other"]


@pytest.mark.parametrize("name", ["", "x" * 101, None, "a\nb"])
def test_an_invalid_name_of_a_set_is_refused_with_a_message(sets: LabelSets, name: Any) -> None:
    with pytest.raises(Invalid, match="A label set"):
        sets.add(name)


def test_a_name_that_a_set_has_already_is_refused(sets: LabelSets) -> None:
    other = sets.add("Other")
    for change in (
        lambda: sets.add("Labels"),
        lambda: sets.rename(other, "Labels"),
        lambda: sets.copy(1, "Other"),
    ):
        with pytest.raises(Conflict, match="already"):
            change()


@pytest.mark.parametrize("identity", [99, None, "1", 2**70])
def test_an_unknown_set_is_reported(sets: LabelSets, identity: Any) -> None:
    for change in (sets.delete, lambda one: sets.rename(one, "x"), lambda one: sets.choose("", one or -1)):
        with pytest.raises(NotFound, match="This label set does not exist"):
            change(identity)


@pytest.mark.parametrize("folder", [None, 5, "a\0b"])
def test_an_invalid_folder_is_refused(sets: LabelSets, folder: Any) -> None:
    with pytest.raises(Invalid, match="folder is missing"):
        sets.choose(folder, 1)
