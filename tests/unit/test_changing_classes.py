"""Renaming, recolouring, ordering, merging and deleting label classes with their labels; history is preserved."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from services.errors import Conflict, Invalid, NotFound
from services.label_classes.rows import LabelClass
from services.storage.tables import edits
from tests.unit.working_state import Desk


def known(desk: Desk, name: str) -> LabelClass:
    """The class of that name."""
    return next(label_class for label_class in desk.classes.list() if label_class.name == name)


def names(desk: Desk) -> list[str]:
    return [label_class.name for label_class in desk.classes.list()]


def labels(desk: Desk, recording: int) -> list[str]:
    return [row["label"] for row in desk.annotations.apply(recording, [], -1)["upsert"]]


def history(desk: Desk, recording: int) -> list[tuple[str, str]]:
    query = select(edits.c.summary, edits.c.state).where(edits.c.recording_id == recording)
    with desk.database.read() as connection:
        return [(row.summary, row.state) for row in connection.execute(query.order_by(edits.c.id))]


# -- names and colours -------------------------------------------------------------------------------------------


def test_a_class_is_renamed_with_all_its_labels_and_the_saved_files_are_stale(desk: Desk) -> None:
    first, second, other = desk.record("a.csv"), desk.record("b.csv"), desk.record("c.csv")
    for recording in (first, second):
        desk.add(recording, 1, 2, "P")
    desk.add(other, 1, 2, "QRS")
    for recording in (first, second, other):
        desk.outputs.save(recording)
    desk.classes.rename(known(desk, "P").id, "  P wave ")
    assert [labels(desk, one) for one in (first, second, other)] == [["P wave"], ["P wave"], ["QRS"]]
    assert [desk.state(one) for one in (first, second, other)] == ["unsaved", "unsaved", "saved"]
    assert [result.path for result in desk.outputs.save_all()] == ["a.csv", "b.csv"]
    assert "P wave" in desk.saved("b.csv")
    assert history(desk, first)[-1] == ("Rename label class P to P wave", "step")


def test_a_class_is_recoloured_and_save_writes_the_new_colour(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2, "P")
    desk.outputs.save(recording)
    desk.classes.recolor(known(desk, "P").id, "teal")
    assert desk.state(recording) == "unsaved"
    desk.outputs.save_all()
    assert desk.saved().endswith("P,teal\n")


def test_undo_ignores_a_rename_which_keeps_the_redo_stack(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2, "P")
    desk.add(recording, 3, 4, "P")
    desk.send(recording, "undo")
    desk.classes.rename(known(desk, "P").id, "Q")
    assert not desk.send(recording, "redo")["rejected"]
    assert labels(desk, recording) == ["Q", "Q"]
    assert desk.send(recording, "undo")["undo"] == "Add P 1 – 2"


def test_the_same_name_or_colour_again_changes_nothing(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2, "P", color="red")
    desk.outputs.save(recording)
    desk.classes.rename(known(desk, "P").id, "P ")
    desk.classes.recolor(known(desk, "P").id, "red")
    assert desk.state(recording) == "saved"


def test_a_name_another_class_has_is_refused(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2, "P")
    desk.add(recording, 3, 4, "Q")
    with pytest.raises(Conflict, match="There is a class “Q” in this set already. Merge the two"):
        desk.classes.rename(known(desk, "P").id, "Q")
    with pytest.raises(Conflict, match="There is a class “Q”"):
        desk.classes.add(1, "Q")
    assert labels(desk, recording) == ["P", "Q"]


@pytest.mark.parametrize("identity", [99, 0, -1, 2**70, None, "1", True, [1]])
def test_an_unknown_class_is_reported(desk: Desk, identity: Any) -> None:
    if identity is True:
        desk.classes.add(1, "P")
    with pytest.raises(NotFound, match="This label class does not exist"):
        desk.classes.rename(identity, "P2")


# -- keys, indices, order ----------------------------------------------------------------------------------------


def test_a_key_that_is_taken_swaps(desk: Desk) -> None:
    first, second, third = [desk.classes.add(1, name) for name in "abc"]
    desk.classes.set_key(third, "1")
    assert [label_class.hotkey for label_class in desk.classes.list()] == ["3", "2", "1"]
    desk.classes.set_key(first, None)
    desk.classes.set_key(second, "9")
    assert [label_class.hotkey for label_class in desk.classes.list()] == [None, "9", "1"]
    desk.classes.set_key(first, "9")
    assert [label_class.hotkey for label_class in desk.classes.list()] == ["9", None, "1"]


def test_an_index_of_a_model_that_is_taken_swaps(desk: Desk) -> None:
    first, second = [desk.classes.add(1, name) for name in "ab"]
    desk.classes.set_index(first, 0)
    desk.classes.set_index(second, 0)
    assert [label_class.model_index for label_class in desk.classes.list()] == [None, 0]


@pytest.mark.parametrize(
    ("change", "value", "sentence"),
    [
        ("set_key", "X", "a digit"),
        ("set_key", "12", "a digit"),
        ("set_key", 1, "a digit"),
        ("set_index", -1, "a whole number from 0 to 9,999"),
        ("set_index", True, "a whole number"),
        ("set_index", "1", "a whole number"),
        ("set_exclusive", 1, "must be true or false"),
        ("recolor", "no colour", "is not a colour"),
        ("rename", "", "needs a name"),
    ],
)
def test_invalid_values_are_refused_with_a_message(
    desk: Desk, change: str, value: Any, sentence: str
) -> None:
    identity = desk.classes.add(1, "P")
    before = desk.classes.list()
    with pytest.raises(Invalid, match=sentence):
        getattr(desk.classes, change)(identity, value)
    assert desk.classes.list() == before


def test_the_given_order_is_applied_and_missing_classes_follow(desk: Desk) -> None:
    a, b, c, d = [desk.classes.add(1, name) for name in "abcd"]
    desk.classes.reorder(1, [d, b, 999, "x", [a]])
    assert names(desk) == ["d", "b", "a", "c"]
    desk.classes.reorder(1, [c, a, b, d])
    assert names(desk) == ["c", "a", "b", "d"]


# -- merge and delete --------------------------------------------------------------------------------------------


def test_a_class_in_use_is_not_deleted_and_its_usage_is_reported(desk: Desk) -> None:
    first, second = desk.record("a.csv"), desk.record("b.csv")
    desk.add(first, 1, 2, "P")
    desk.add(first, 3, 4, "P")
    desk.add(second, 1, 2, "P")
    with pytest.raises(Conflict, match="“P” is used by 3 labels in 2 files. Choose a class for them first."):
        desk.classes.delete(known(desk, "P").id)
    assert names(desk) == ["P"]


def test_merging_is_one_edit_per_file_whose_undo_restores_the_class(desk: Desk) -> None:
    first, second = desk.record("a.csv"), desk.record("b.csv")
    desk.add(first, 1, 2, "P", color="teal")
    desk.add(first, 3, 4, "Q")
    desk.add(second, 1, 2, "P")
    for recording in (first, second):
        desk.outputs.save(recording)
    used = desk.classes.delete(known(desk, "P").id, known(desk, "Q").id)
    assert used.words == "2 labels in 2 files"
    assert (names(desk), labels(desk, first), labels(desk, second)) == (["Q"], ["Q", "Q"], ["Q"])
    assert [desk.state(one) for one in (first, second)] == ["unsaved", "unsaved"]
    answer = desk.send(first, "undo")
    assert answer["redo"] == "Merge label class P into Q"
    assert (labels(desk, first), labels(desk, second)) == (["P", "Q"], ["Q"])
    assert (known(desk, "P").color, known(desk, "P").hotkey) == ("teal", None)
    desk.send(first, "redo")
    assert labels(desk, first) == ["Q", "Q"]


def test_undo_restores_a_deleted_label_and_its_deleted_class(desk: Desk) -> None:
    recording = desk.record()
    identity = desk.add(recording, 1, 2, "P")
    desk.send(recording, "delete", ids=[identity])
    desk.classes.delete(known(desk, "P").id)
    assert names(desk) == []
    assert not desk.send(recording, "undo")["rejected"]
    assert (names(desk), labels(desk, recording)) == (["P"], ["P"])


def test_the_name_of_a_deleted_class_is_free_and_the_class_can_be_restored(desk: Desk) -> None:
    recording = desk.record()
    identity = desk.add(recording, 1, 2, "P")
    desk.send(recording, "delete", ids=[identity])
    gone = known(desk, "P").id
    desk.classes.delete(gone)
    desk.classes.rename(desk.classes.add(1, "Q"), "P")
    desk.send(recording, "undo")
    assert names(desk) == ["P", f"P (deleted {gone})"] or names(desk) == [f"P (deleted {gone})", "P"]
    assert labels(desk, recording) == [f"P (deleted {gone})"]


def test_a_class_made_again_under_the_name_of_a_deleted_one_is_the_same_class(desk: Desk) -> None:
    recording = desk.record()
    identity = desk.add(recording, 1, 2, "P")
    desk.send(recording, "delete", ids=[identity])
    gone = known(desk, "P").id
    desk.classes.delete(gone)
    desk.add(recording, 5, 6, "P")
    assert known(desk, "P").id == gone
    assert known(desk, "P").hotkey == "1"


def test_a_class_cannot_be_merged_into_itself_or_into_nothing(desk: Desk) -> None:
    desk.add(desk.record(), 1, 2, "P")
    identity = known(desk, "P").id
    with pytest.raises(Invalid, match="Choose another class"):
        desk.classes.delete(identity, identity)
    with pytest.raises(NotFound):
        desk.classes.delete(identity, 99)
    assert names(desk) == ["P"]


# -- classes that an edit made ------------------------------------------------------------------------------------


def shown(desk: Desk, recording: int) -> list[tuple[str, str | None]]:
    """Names and keys of the classes that a tab with the recording shows."""
    return [
        (label_class["name"], label_class["hotkey"])
        for label_class in desk.annotations.apply(recording, [], 0)["classes"]
    ]


def test_undo_deletes_the_class_of_a_mistyped_name_and_redo_restores_it_with_its_key(desk: Desk) -> None:
    recording, other = desk.record("a.csv"), desk.record("b.csv")
    desk.add(recording, 1, 2, "QRS")
    desk.add(recording, 3, 4, "QSR")
    assert not desk.send(recording, "undo")["rejected"]
    assert shown(desk, recording) == shown(desk, other) == [("QRS", "1")]
    assert not desk.send(recording, "redo")["rejected"]
    assert (shown(desk, recording), labels(desk, recording)) == ([("QRS", "1"), ("QSR", "2")], ["QRS", "QSR"])
    assert history(desk, recording)[1][1] == "done"


def test_a_key_that_another_class_got_meanwhile_is_not_taken_from_it_by_redo(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2, "QSR")
    desk.send(recording, "undo")
    desk.classes.add(1, "P")
    desk.send(recording, "redo")
    assert sorted(shown(desk, recording)) == [("P", "1"), ("QSR", None)]


def test_undo_of_a_relabelling_that_made_a_class_deletes_it_too(desk: Desk) -> None:
    recording = desk.record()
    identity = desk.add(recording, 1, 2, "QRS")
    assert not desk.send(recording, "relabel", ids=[identity], label="QSR")["rejected"]
    assert shown(desk, recording) == [("QRS", "1"), ("QSR", "2")]
    desk.send(recording, "undo")
    assert shown(desk, recording) == [("QRS", "1")]


def test_a_class_that_another_label_uses_stays_when_the_edit_that_made_it_is_undone(desk: Desk) -> None:
    first, second = desk.record("a.csv"), desk.record("b.csv")
    desk.add(first, 1, 2, "P")
    identity = desk.add(second, 1, 2, "P")
    desk.send(first, "undo")
    assert shown(desk, first) == [("P", "1")]
    desk.send(second, "delete", ids=[identity])
    assert shown(desk, second) == [("P", "1")]  # what deletes a label does not delete its class


@pytest.mark.parametrize("values", [{"name": "P wave"}, {"color": "teal"}, {"key": "5"}, {"exclusive": True}])
def test_undo_keeps_the_class_that_an_edit_created_if_another_user_changed_it(
    desk: Desk, values: dict[str, Any]
) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2, "P")
    desk.classes.edit(known(desk, "P").id, values)
    desk.send(recording, "undo")
    assert names(desk) == [values.get("name", "P")]


def test_a_class_that_was_there_before_an_edit_stays_when_that_is_undone(desk: Desk) -> None:
    recording = desk.record()
    desk.classes.add(1, "P")
    desk.add(recording, 1, 2, "P")
    desk.send(recording, "undo")
    assert names(desk) == ["P"]


def test_a_class_made_again_under_its_name_is_of_the_later_edit(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2, "P")
    desk.send(recording, "undo")
    desk.add(recording, 3, 4, "P")
    assert names(desk) == ["P"]
    desk.send(recording, "undo")
    assert names(desk) == []
