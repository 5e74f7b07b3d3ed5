"""Validation of names of recordings."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import RefusedFile
from services.storage.paths import (
    UsedPaths,
    clean_path,
    csv_path,
    numbered,
    quoted,
    skip_reason,
    twin_key,
    windows_name,
    windows_names,
)
from tests.hostile.corpus import REFUSED_NAMES


@pytest.mark.parametrize("text", REFUSED_NAMES)
def test_a_hostile_name_is_refused_in_one_printable_sentence(text: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        clean_path(text)
    sentence = str(refused.value)
    assert sentence == REFUSED_NAMES[text]
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert len(sentence) < 400


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ward 3/数据.csv", "ward 3/数据.csv"),
        ("a//b/./c.csv", "a/b/c.csv"),
        ("folder /a.csv. ", "folder/a.csv"),
        ("e\u0301.csv", "é.csv"),
        ("2023-12-25 02:50:00.csv", "2023-12-25 02:50:00.csv"),
        ("<script>alert(1)</script>.csv", "<script>alert(1)<" + "/script>.csv"),
        ("👨\u200d👩\u200d👧.csv", "👨\u200d👩\u200d👧.csv"),
        ("console.csv", "console.csv"),
        ("common/auxiliary.csv", "common/auxiliary.csv"),
    ],
)
def test_a_name_people_use_is_kept_or_made_harmless(text: str, expected: str) -> None:
    assert clean_path(text) == expected


@given(
    st.text(
        st.one_of(st.characters(), st.sampled_from("./\\ :~\0\u202e\u0301")),
        max_size=60,
    )
)
def test_whatever_is_accepted_stays_inside_the_root_everywhere(text: str) -> None:
    try:
        path = clean_path(text)
    except RefusedFile:
        return
    root = Path("/data/outputs")
    assert (root / path).resolve().is_relative_to(root)
    assert not PurePosixPath(path).is_absolute()
    windows = PureWindowsPath(path)
    assert not windows.drive and not windows.root and ".." not in windows.parts
    assert not windows.is_reserved()
    assert unicodedata.is_normalized("NFC", path)
    assert all(part and part == part.strip() and not part.endswith(".") for part in path.split("/"))
    assert path.encode()
    assert clean_path(path) == path


@given(st.text(max_size=300))
def test_a_quoted_name_is_short_and_disturbs_no_screen(text: str) -> None:
    shown = quoted(text)
    assert len(shown) <= 123
    assert "\u202e" not in shown
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in shown)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("a/b.csv", ""),
        ("A.CSV", ""),
        ("b.Tsv", ""),
        ("c.txt", ""),
        ("d.dat", ""),
        ("e.LVM", ""),
        ("f.csv.gz", ""),
        ("g.txt.GZ", ""),
        ("a.tar.gz", "not a .csv"),
        ("a.gz", "not a .csv"),
        (".hidden.csv", "hidden"),
        (".git/a.csv", "hidden"),
        ("~$open.csv", "hidden"),
        ("__MACOSX/a.csv", "hidden"),
        ("x.labels.csv", "labels"),
        ("readme.md", "not a .csv"),
        ("csv", "not a .csv"),
    ],
)
def test_files_left_out_of_a_folder_have_a_reason(path: str, reason: str) -> None:
    assert skip_reason(path).startswith(reason)
    assert bool(skip_reason(path)) == bool(reason)


def test_a_file_left_out_by_its_name_is_refused_by_the_server_too() -> None:
    with pytest.raises(RefusedFile, match="hidden file"):
        csv_path("folder/.a.csv")


def test_twins_in_case_or_composition_are_found() -> None:
    assert twin_key("Ward/É.CSV") == twin_key("ward/e\u0301.csv")
    assert UsedPaths(["other.csv", "Ward/É.CSV"]).twin("ward/é.csv") == "Ward/É.CSV"
    assert UsedPaths(["ward/b.csv"]).twin("ward/a.csv") is None


@pytest.mark.parametrize(("path", "taken"), [("a.csv/b.csv", "A.csv"), ("a.csv", "a.csv/b.csv")])
def test_a_file_cannot_take_the_place_of_a_folder(path: str, taken: str) -> None:
    with pytest.raises(RefusedFile, match="folder where the other is a file"):
        UsedPaths([taken]).twin(path)


def test_keeping_both_takes_the_first_free_number() -> None:
    taken = {"d/a (2).csv", "d/a (3).csv"}
    assert numbered("d/a.csv", taken.__contains__) == "d/a (4).csv"


def test_a_name_too_long_to_number_is_refused() -> None:
    with pytest.raises(RefusedFile, match="bytes at most"):
        numbered("a" * 236 + ".csv", set[str]().__contains__)


ON_WINDOWS = re.compile(
    r'(?!(con|prn|aux|nul|com[0-9]|lpt[0-9])\s*(\.|$))[^<>:"?*|\\\x00-\x1f]*[^<>:"?*|\\\x00-\x1f. ]', re.I
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2023-12-25 02:50:00.csv", "2023-12-25 02_50_00.csv"),
        ('a<b>c"d?e*f|g.csv', "a_b_c_d_e_f_g.csv"),
        ("CON", "CON_"),
        ("nul.csv", "nul_.csv"),
        ("Com1 .tar.csv", "Com1_.tar.csv"),
        ("trailing. .", "trailing_"),
        ("数据 (2).csv", "数据 (2).csv"),
        ("console.csv", "console.csv"),
    ],
)
def test_a_name_is_made_one_that_windows_can_have(name: str, expected: str) -> None:
    assert windows_name(name) == expected


def test_names_in_an_archive_stay_distinct_and_in_their_folders() -> None:
    names = windows_names(
        ["a:b.csv", "a?b.csv", "A_B.csv", "x:/1.csv", "x:/2.csv", "x_/1.csv", "plain/a.csv"]
    )
    assert names == {
        "A_B.csv": "A_B.csv",
        "a:b.csv": "a_b (2).csv",
        "a?b.csv": "a_b (3).csv",
        "x_/1.csv": "x_/1.csv",
        "x:/1.csv": "x_ (2)/1.csv",
        "x:/2.csv": "x_ (2)/2.csv",
        "plain/a.csv": "plain/a.csv",
    }


@given(st.sets(st.text(st.sampled_from("aA:?. _n/ul"), min_size=1, max_size=9), max_size=6))
def test_any_names_become_distinct_names_that_windows_can_have(texts: set[str]) -> None:
    taken, paths = UsedPaths([]), []
    for text in sorted(texts):
        try:
            path = clean_path(f"{text.strip('/')}.csv")
            if taken.twin(path) is None:
                taken.add(path)
                paths.append(path)
        except RefusedFile:
            continue
    names = windows_names(paths)
    assert len({twin_key(name) for name in names.values()}) == len(paths)
    assert all(ON_WINDOWS.fullmatch(part) for name in names.values() for part in name.split("/"))
    others = UsedPaths([])
    for name in names.values():
        assert others.twin(name) is None  # also no file where a folder is
        others.add(name)
    plain = [path for path in paths if all(windows_name(part) == part for part in path.split("/"))]
    assert all(names[path] == path for path in plain)
