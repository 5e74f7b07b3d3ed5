"""Matching of label files to recordings."""

from __future__ import annotations

import pytest

from services.label_import.matching import ImportTarget, Match, Matcher

PATHS = [
    "a.csv",
    "one/b.csv",
    "two/b.csv",
    "deep/one/c.csv",
    "deep/two/c.tsv",
    "Ä/x.csv",
    "lone/z_labels.csv",
    "z.csv",
]


def matched(path: str, *known: str) -> Match:
    return Matcher([ImportTarget(number, name) for number, name in enumerate(known or PATHS)]).match(path)


@pytest.mark.parametrize(
    ("path", "target", "how"),
    [
        ("a.csv", "a.csv", "same path"),
        ("outputs/a.csv", "a.csv", "same file name"),
        ("outputs/one/b.csv", "one/b.csv", "same path from one/ on"),
        ("other/two/b.csv", "two/b.csv", "same path from two/ on"),
        ("one/c.csv", "deep/one/c.csv", "same path from one/ on"),
        ("else/c.csv", "deep/one/c.csv", "same file name"),
        ("one/b.labels.csv", "one/b.csv", "same path"),
        ("deep/two/c_labels.csv", "deep/one/c.csv", "same file name"),  # the name before the kind of file
        ("A\u0308/X.csv", "Ä/x.csv", "same path"),
        ("lone/z_labels.csv", "lone/z_labels.csv", "same path"),  # a recording may be called so
        ("y/z.labels.csv", "z.csv", "same file name"),
    ],
)
def test_a_file_finds_its_recording(path: str, target: str, how: str) -> None:
    match = matched(path)
    assert match.target
    assert (match.target.path, match.how) == (target, how)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("02_50.csv", "02:50.csv"),
        ("day_/02_50.csv", "day:/02:50.csv"),
        ("02:50.csv", "02:50.csv"),
        ("a_b.csv", "a_b.csv"),
        ("a:b.csv", "a:b.csv"),
        ("x/day_/02_50.labels.json", "day:/02:50.csv"),
    ],
)
def test_a_name_that_a_zip_had_to_change_finds_its_recording(path: str, target: str) -> None:
    result = matched(path, "02:50.csv", "a:b.csv", "a_b.csv", "day:/02:50.csv")
    assert result.target and result.target.path == target


def test_of_two_names_that_a_zip_makes_one_the_user_chooses() -> None:
    result = matched("a_b.csv", "a:b.csv", "a?b.csv")
    assert (result.target, [candidate.path for candidate in result.candidates]) == (
        None,
        ["a:b.csv", "a?b.csv"],
    )


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("a.labels.json", "a.csv"),
        ("c.tsv.labels.json", "deep/two/c.tsv"),
        ("deep/two/c.labels.json", "deep/one/c.csv"),  # the name written by Save has priority
        ("one/b.labels.json", "one/b.csv"),
    ],
)
def test_a_label_json_finds_its_recording_by_its_name(path: str, target: str) -> None:
    result = matched(path)
    assert result.target and result.target.path == target


def test_two_recordings_that_agree_as_well_are_for_the_user_to_choose_from() -> None:
    match = matched("three/b.csv")
    assert match.target is None
    assert [target.path for target in match.candidates] == ["one/b.csv", "two/b.csv"]
    assert match.reason == "2 recordings match equally: choose one"


@pytest.mark.parametrize(
    ("path", "name"), [("one/q.csv", "q.csv"), ("q.labels.csv", "q.txt"), (".labels.csv", ".labels.csv")]
)
def test_without_a_recording_the_reason_has_the_name(path: str, name: str) -> None:
    match = matched(path)
    assert (match.target, match.candidates) == (None, ())
    assert match.reason == f"no recording is called “{name}”"
