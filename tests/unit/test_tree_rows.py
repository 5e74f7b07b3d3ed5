"""Rows of the file tree: filter, order, folding, updates."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.files.menu import target_of
from components.files.tree_rows import GridState, TreeFilter, neighbour, next_where, passing, places, rows_of
from components.files.tree_update import FOLD_ALL, TreeRequest, draw
from components.files.words import length, size
from services.recordings.file_list import FileList
from tests.file_lists import file_list

FILES = file_list("b.csv", "a.csv", "z/9/deep.csv", "z/10/deep.csv", "z/own.csv")


def names(files: FileList, choice: TreeFilter | None = None, closed: tuple[str, ...] = ()) -> list[str]:
    choice = choice or TreeFilter()
    found = places(passing(files.files, choice), choice, closed)
    return [row["name"] for row in rows_of(found, choice, None)]


def test_folders_come_before_files_and_numbers_in_names_count_as_numbers() -> None:
    assert names(FILES) == ["z", "9", "deep.csv", "10", "deep.csv", "own.csv", "a.csv", "b.csv"]
    assert names(file_list("run 10.csv", "Run 9.csv")) == ["Run 9.csv", "run 10.csv"]


def test_a_folded_folder_hides_its_content_except_from_a_filter() -> None:
    assert names(FILES, closed=("z",)) == ["z", "a.csv", "b.csv"]
    assert names(FILES, closed=("z/9",)) == ["z", "9", "10", "deep.csv", "own.csv", "a.csv", "b.csv"]
    assert names(FILES, TreeFilter(text="OWN"), closed=("z",)) == ["z", "own.csv"]


def test_files_are_filtered_by_state_and_label_and_sorted() -> None:
    files = file_list(
        "a",
        "b",
        "c",
        f1={"by_class": {7: 2}, "labels": 2, "assigned": ["Ann"]},
        f2={"done": True, "assigned": ["Ann", "Bo"]},
        f3={"suggested": 1, "assigned": ["Bo"]},
    )
    assert names(files, TreeFilter(label="+7")) == ["a"]
    assert names(files, TreeFilter(label="-7")) == ["b", "c"]
    assert names(files, TreeFilter(state="done")) == ["b"]
    assert names(files, TreeFilter(state="not done")) == ["a", "c"]
    assert names(files, TreeFilter(state="to review")) == ["c"]
    assert names(files, TreeFilter(state="mine", user="Ann")) == ["a", "b"]
    assert names(files, TreeFilter(state="mine not done", user="Ann")) == ["a"]
    assert names(files, TreeFilter(state="mine", user="Bo")) == ["b", "c"]
    assert names(files, TreeFilter(sort="labels")) == ["a", "b", "c"]
    assert names(files, TreeFilter(sort="changed")) == ["c", "b", "a"]
    assert names(files, TreeFilter(sort="state"))[-1] == "b"


def test_the_next_file_is_found_in_the_order_shown_and_around_the_end() -> None:
    shown = passing(FILES.files, TreeFilter())
    ids = [file.id for file in shown]
    assert neighbour(shown, ids[0], 1) == ids[1]
    assert neighbour(shown, ids[-1], 1) is None and neighbour(shown, ids[0], -1) is None
    assert next_where(shown, ids[-1], lambda file: file.id == ids[0]) == ids[0]
    assert next_where(shown, ids[0], lambda file: file.id == ids[0]) is None


def test_an_update_sends_only_rows_that_look_different() -> None:
    before = draw(FILES, TreeRequest(TreeFilter(), (), None, 1), GridState())
    assert before.rows and before.drawn.files == 5
    moved = draw(FILES, TreeRequest(TreeFilter(), (), None, 2), before.drawn)
    assert moved.rows is None and {row["id"] for row in moved.changed} == {"f1", "f2"}
    folded = draw(FILES, TreeRequest(TreeFilter(), (), "z", 2), moved.drawn)
    assert folded.closed == ["z"] and len(folded.rows or []) == 3
    gone = draw(FILES, TreeRequest(TreeFilter(text="no such"), (), None, 2), folded.drawn)
    assert gone.empty == "No file matches."


def test_the_text_of_an_empty_tree_is_removed_with_the_first_files() -> None:
    none = draw(file_list(), TreeRequest(TreeFilter(), (), None, None), GridState())
    assert none.empty == "No files yet. Press “Upload CSV Data!” above."
    reading = draw(file_list(), TreeRequest(TreeFilter(), (), None, None, samples=True), none.drawn)
    assert reading.empty == "The sample recordings are being read…"
    filtered = draw(FILES, TreeRequest(TreeFilter(text="no such"), (), None, None), none.drawn)
    assert (filtered.rows, filtered.empty) == (None, "No file matches.")  # the rows are the same: none
    assert draw(FILES, TreeRequest(TreeFilter(text="no such"), (), None, None), filtered.drawn).empty is None
    assert draw(FILES, TreeRequest(TreeFilter(), (), None, None), filtered.drawn).empty == ""


def test_files_are_filtered_by_several_words_in_any_order() -> None:
    assert names(FILES, TreeFilter(text="deep 10")) == ["z", "10", "deep.csv"]
    assert names(FILES, TreeFilter(text="  CSV   own ")) == ["z", "own.csv"]
    assert names(FILES, TreeFilter(text="deep own")) == []


def test_all_folders_are_folded_and_opened_at_once() -> None:
    folded = draw(FILES, TreeRequest(TreeFilter(), ("z",), FOLD_ALL, None), GridState())
    assert sorted(folded.closed) == ["z", "z/10", "z/9"]
    assert [row["name"] for row in folded.rows or []] == ["z", "a.csv", "b.csv"]
    opened = draw(FILES, TreeRequest(TreeFilter(), folded.closed, FOLD_ALL, None), folded.drawn)
    assert opened.closed == [] and len(opened.rows or []) == 8


def test_an_action_applies_to_the_selection_and_a_folder_includes_its_content() -> None:
    alone = target_of(FILES, "dz/", [{"id": "f1"}])
    assert (alone.folders, alone.recordings, alone.ids) == (["z"], [], [3, 4, 5])
    picked = target_of(FILES, "f1", [{"id": "f1"}, {"id": "dz/"}, {"id": "f5"}, {"id": "dz/9/"}])
    assert (picked.folders, picked.recordings, sorted(picked.ids)) == (["z"], [1], [1, 3, 4, 5])


def test_sizes_and_lengths_have_three_digits() -> None:
    assert [size(number) for number in (0, 999, 1234567, 5 * 10**13)] == ["0 B", "999 B", "1.23 MB", "50 TB"]
    assert [length(seconds) for seconds in (None, 0.5, 9.998, 93784)] == ["", "500 ms", "10 s", "1 d 2 h"]


parts = st.text("abAB01. ", min_size=1, max_size=4)
path_lists = st.lists(st.lists(parts, min_size=1, max_size=4).map("/".join), max_size=12, unique=True)


@given(path_lists)
def test_every_file_has_one_row_below_all_its_folders(paths: list[str]) -> None:
    rows = rows_of(places(file_list(*paths).files, TreeFilter(), ()), TreeFilter(), None)
    assert sorted(row["path"] for row in rows if row["kind"] == "file") == sorted(paths)
    seen: set[str] = set()
    for row in rows:
        if row["kind"] == "folder":
            seen.add(row["path"])
        assert all("/".join(row["path"].split("/")[:depth]) in seen for depth in range(1, row["depth"] + 1))


@pytest.mark.parametrize(
    "choice",
    [
        TreeFilter(),
        TreeFilter(text="1"),
        TreeFilter(state="done"),
        TreeFilter(text="a/", state="to review"),
        TreeFilter(state="not done", sort="labels"),
        TreeFilter(sort="changed"),
    ],
)
def test_an_update_after_a_change_equals_a_new_tree(choice: TreeFilter) -> None:
    chance = random.Random(7)
    paths = [f"{folder}/{name}.csv" for folder in ("a", "a/b", "z") for name in range(4)]
    files, fresh_number = file_list(*paths), 1000
    for closed in ((), ("a",), ("a/b", "z")):
        before = draw(files, TreeRequest(choice, closed, None, None), GridState()).drawn
        for step in range(30):
            some = chance.sample(files.files, chance.randrange(4))
            changed = {}
            for one in some:
                fresh_number += 1
                values = {
                    "labels": chance.randrange(3),
                    "suggested": chance.randrange(2),
                    "done": chance.random() < 0.5,
                }
                changed[one.id] = replace(one, changed=fresh_number, **values)
            files = files.updated(f"{step}", changed)
            again = FileList(files.version, list(files.files))
            asked = TreeRequest(choice, closed, None, chance.choice([None, 1, 5, 99]))
            updates = [draw(file, asked, before) for file in (files, again)]
            assert updates[0] == updates[1]
            assert (files.counts + Counter(), files.changes, files.by_id) == (
                again.counts,
                again.changes,
                again.by_id,
            )
            rows = {row["id"]: row for row in updates[0].changed}
            if updates[0].rows is None:
                whole = draw(again, asked, GridState(open=before.open)).rows or []
                kinds = {row["id"] for row in whole if row["kind"] == "file"}
                assert rows == {row["id"]: row for row in whole if row["id"] in rows}
                assert {f"f{one.id}" for one in some} & kinds <= rows.keys()
            before = updates[0].drawn
