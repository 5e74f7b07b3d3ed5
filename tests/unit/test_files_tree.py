"""The tree of files as rows."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from components.files_tree import rows


@dataclass(frozen=True)
class File:
    id: int
    path: str
    labels: int = 0
    state: str = "none"


def files(*paths: str) -> list[File]:
    return [File(number, path) for number, path in enumerate(paths, 1)]


def names(*paths: str) -> list[str]:
    return [row["name"] for row in rows(files(*paths))]


def test_numbers_in_names_count_as_numbers() -> None:
    assert names("run 10.csv", "run 9.csv", "run 1.csv", "Run 2.csv") == [
        "run 1.csv",
        "Run 2.csv",
        "run 9.csv",
        "run 10.csv",
    ]


def test_folders_come_before_files_and_hold_what_is_in_them() -> None:
    found = rows(files("b.csv", "a.csv", "z/9/deep.csv", "z/10/deep.csv", "z/own.csv"))
    assert [(row["depth"], row["kind"], row["name"]) for row in found] == [
        (0, "folder", "z"),
        (1, "folder", "9"),
        (2, "file", "deep.csv"),
        (1, "folder", "10"),
        (2, "file", "deep.csv"),
        (1, "file", "own.csv"),
        (0, "file", "a.csv"),
        (0, "file", "b.csv"),
    ]


def test_a_row_knows_the_folders_around_it() -> None:
    outer, inner, file = rows(files("x/y/a.csv"))
    assert outer["folders"] == []
    assert inner["folders"] == [outer["id"]]
    assert file["folders"] == [outer["id"], inner["id"]]


def test_a_file_carries_its_link_labels_and_state() -> None:
    (row,) = rows([File(7, "a.csv", 3, "unsaved")])
    assert (row["href"], row["labels"], row["state"], row["path"]) == ("/label/7", 3, "unsaved", "a.csv")


def test_folders_of_one_name_in_different_places_are_different_rows() -> None:
    found = rows(files("a/x/1.csv", "b/x/1.csv"))
    assert len({row["id"] for row in found}) == len(found) == 6


def test_a_file_and_a_folder_may_have_one_name() -> None:
    assert [(row["kind"], row["name"]) for row in rows(files("a.csv", "a.csv/inner.csv"))] == [
        ("folder", "a.csv"),
        ("file", "inner.csv"),
        ("file", "a.csv"),
    ]


PART = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=6)


@given(st.lists(st.lists(PART, min_size=1, max_size=4).map("/".join), unique=True, max_size=20))
def test_every_file_is_a_row_once_under_its_own_folders(paths: list[str]) -> None:
    found = rows(files(*paths))
    assert len({row["id"] for row in found}) == len(found)
    assert sorted(row["path"] for row in found if row["kind"] == "file") == sorted(paths)
    by_id = {row["id"]: row for row in found}
    for row in (row for row in found if row["kind"] == "file"):
        above = [by_id[folder]["name"] for folder in row["folders"]]
        assert "/".join([*above, row["name"]]) == row["path"]
        assert row["depth"] == len(above)
    assert {row["id"] for row in found if row["kind"] == "folder"} == {
        folder for row in found for folder in row["folders"]
    }
