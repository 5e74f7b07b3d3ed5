"""Agreement of authors: which files are shared, what they disagree about, and settling, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.accounts.model import User
from services.accounts.passwords import Passwords
from services.accounts.users import Users
from services.agreement.places import DisagreementKind
from services.agreement.service import Agreement, Comparison, Disagreement
from services.errors import Conflict, Invalid, NotAllowed
from tests.unit.people import ANN, BO, CY, by
from tests.unit.working_state import Desk


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    desk = Desk(tmp_path, database_url)
    yield desk
    desk.close()


@pytest.fixture
def agreement(desk: Desk) -> Agreement:
    users = Users(desk.database, Passwords())
    with desk.database.write() as connection:
        from services.accounts.users import add

        for user in (ANN, BO, CY):
            add(connection, user.name, "no hash", user.role)
    return Agreement(desk.database, desk.recordings, desk.annotations, users)


def say(desk: Desk, recording: int, user: User, *segments: tuple[int, int, str]) -> list[str]:
    with by(user):
        return [desk.add(recording, *one) for one in segments]


def shared(desk: Desk) -> int:
    """Both agree about one beat, Bo has another class for the second, and misses the third."""
    recording = desk.record()
    say(desk, recording, ANN, (10, 20, "QRS"), (50, 60, "QRS"), (90, 99, "QRS"))
    say(desk, recording, BO, (10, 22, "QRS"), (50, 60, "T"))
    return recording


def kinds(comparison: Comparison) -> list[DisagreementKind]:
    return [place.kind for place in comparison.places]


def labels(desk: Desk, recording: int) -> list[tuple[int, int, str]]:
    return desk.segments(recording)


def settle(agreement: Agreement, place: Disagreement, keep: str | None) -> str:
    return agreement.settle(place.recording, place.ids, place.revision, keep)


def test_files_that_two_people_labelled_are_listed(desk: Desk, agreement: Agreement) -> None:
    recording, alone = shared(desk), desk.record("b.csv")
    assert agreement.several()
    say(desk, alone, ANN, (10, 20, "QRS"))
    (file,) = agreement.files()
    assert (file.id, file.path, dict(file.labels)) == (recording, "a.csv", {"Ann": 3, "Bo": 2})


def test_a_laptop_without_accounts_has_one_author(desk: Desk, agreement: Agreement) -> None:
    recording = desk.record()
    assert not agreement.several()
    desk.add(recording, 10, 20)
    assert not agreement.several() and agreement.files() == []


def test_disagreements_say_what_each_author_labelled(desk: Desk, agreement: Agreement) -> None:
    comparison = agreement.compare([shared(desk)])
    assert (comparison.authors, comparison.compared) == (["Ann", "Bo"], ["Ann", "Bo"])
    assert kinds(comparison) == [DisagreementKind.BOUNDARY, DisagreementKind.CLASS, DisagreementKind.MISSING]
    assert (comparison.open, comparison.settled, comparison.agreed) == (3, 0, 0)
    first, second, third = comparison.places
    assert (first.off, first.segment, set(first.marks)) == (2, (10, 22), {"Ann", "Bo"})
    assert [mark.label for mark in (*second.marks["Ann"], *second.marks["Bo"])] == ["QRS", "T"]
    assert list(third.marks) == ["Ann"]
    (pair,) = comparison.pairs
    assert (pair.one, pair.other, pair.matched, pair.f1) == ("Ann", "Bo", 1, 0.4)
    assert agreement.compare([1], tolerance=2).agreed == 1


def test_reviewers_are_compared_only_on_request_or_if_there_are_too_few_authors(
    desk: Desk, agreement: Agreement
) -> None:
    recording = shared(desk)
    say(desk, recording, CY, (300, 310, "QRS"))
    assert agreement.compare([recording]).compared == ["Ann", "Bo"]
    assert agreement.compare([recording], ["Bo", "Cy"]).compared == ["Bo", "Cy"]
    other = desk.record("b.csv")
    say(desk, other, ANN, (10, 20, "QRS"))
    say(desk, other, CY, (10, 20, "QRS"))
    assert agreement.compare([other]).compared == ["Ann", "Cy"]


def test_a_reviewer_settles_a_place_and_the_label_that_lost_still_counts(
    desk: Desk, agreement: Agreement
) -> None:
    recording = shared(desk)
    before = agreement.compare([recording])
    with by(CY):
        settle(agreement, before.places[1], "Bo")
    assert labels(desk, recording) == [(10, 20, "QRS"), (10, 22, "QRS"), (50, 60, "T"), (90, 99, "QRS")]
    after = agreement.compare([recording])
    assert after.pairs == before.pairs
    assert (after.open, after.settled) == (2, 1)
    assert [place.settled for place in after.places] == [None, None, "Cy"]
    (edit, *_) = desk.history.page(recording)["entries"]
    assert (edit["kind"], edit["author"]) == ("settle", "Cy")
    assert edit["summary"] == "Settle QRS, T 50 – 60: labels of Bo kept"


def test_settling_is_undone_by_the_reviewer_and_not_by_an_annotator(desk: Desk, agreement: Agreement) -> None:
    recording = shared(desk)
    before, rows = labels(desk, recording), desk.rows(recording)
    for keep in ("Ann", None):
        place = agreement.compare([recording]).places[2]
        with by(CY):
            settle(agreement, place, keep)
        with by(ANN):
            (rejected,) = desk.send(recording, "undo")["rejected"]
        assert "Cy changed the same label since: Settle" in rejected["reason"]
        with by(CY):
            assert desk.send(recording, "undo")["rejected"] == []
        assert (labels(desk, recording), desk.rows(recording)) == (before, rows)


def test_where_no_label_is_right_none_is_left_and_none_can_be_changed(
    desk: Desk, agreement: Agreement
) -> None:
    recording = shared(desk)
    place = agreement.compare([recording]).places[2]
    with by(CY):
        settle(agreement, place, None)
    assert (90, 99, "QRS") not in labels(desk, recording)
    with by(ANN):
        (rejected,) = desk.send(recording, "relabel", ids=list(place.ids), label="T")["rejected"]
    assert rejected["reason"].startswith("Cy settled this place meanwhile") and rejected["conflict"]


def test_a_place_is_settled_again_another_way(desk: Desk, agreement: Agreement) -> None:
    recording = shared(desk)
    with by(CY):
        settle(agreement, agreement.compare([recording]).places[1], None)
        settle(agreement, agreement.compare([recording]).places[2], "Ann")
    assert (50, 60, "QRS") in labels(desk, recording) and (50, 60, "T") not in labels(desk, recording)


def test_a_label_that_the_reviewer_drew_is_settled_on(desk: Desk, agreement: Agreement) -> None:
    recording = shared(desk)
    say(desk, recording, CY, (48, 62, "T"))
    place = agreement.compare([recording]).places[1]
    assert set(place.marks) == {"Ann", "Bo", "Cy"}
    with by(CY):
        settle(agreement, place, "Cy")
    assert [label for label in labels(desk, recording) if 40 < label[0] < 70] == [(48, 62, "T")]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (("move", {"x0": 50, "x1": 70}), "Bo changed this place at .*: Move end of T 60 → 70. Nothing"),
        (("delete", {}), "Bo changed this place at .*: Delete T 50 – 60. Nothing was settled"),
    ],
)
def test_changes_in_between_are_reported_and_nothing_is_settled(
    desk: Desk, agreement: Agreement, act: tuple[str, dict[str, Any]], words: str
) -> None:
    recording = shared(desk)
    place = agreement.compare([recording]).places[1]
    theirs = next(
        row["id"] for row in desk.rows(recording) if row["author"] == "Bo" and row["start_index"] == 50
    )
    with by(BO):
        assert desk.send(recording, act[0], ids=[theirs], **act[1])["rejected"] == []
    before = desk.rows(recording)
    with by(CY), pytest.raises(Conflict, match=words):
        settle(agreement, place, "Ann")
    assert desk.rows(recording) == before


def test_a_label_that_came_to_the_place_is_a_change_and_one_elsewhere_is_none(
    desk: Desk, agreement: Agreement
) -> None:
    recording = shared(desk)
    _, second, third = agreement.compare([recording]).places
    say(desk, recording, BO, (91, 99, "QRS"), (200, 900, "T"))
    with by(CY):
        settle(agreement, second, "Ann")
        with pytest.raises(Conflict, match=r"Bo changed this place at .*: Add QRS 91 – 99"):
            settle(agreement, third, "Ann")


def test_only_a_reviewer_settles_and_only_on_labels_that_are_there(desk: Desk, agreement: Agreement) -> None:
    place = agreement.compare([shared(desk)]).places[2]
    with by(ANN), pytest.raises(NotAllowed, match="needs the role reviewer"):
        settle(agreement, place, "Ann")
    with by(CY), pytest.raises(Invalid, match="Bo has no label here"):
        settle(agreement, place, "Bo")


def test_one_label_of_each_agreed_place_is_kept_in_one_edit(desk: Desk, agreement: Agreement) -> None:
    recording = desk.record()
    say(desk, recording, ANN, (10, 20, "QRS"), (50, 60, "QRS"), (90, 99, "QRS"))
    say(desk, recording, BO, (11, 20, "QRS"), (50, 60, "QRS"))
    comparison = agreement.compare([recording], tolerance=1)
    assert (comparison.open, comparison.agreed) == (1, 2)
    revision = comparison.revisions[recording]
    with by(CY):
        agreement.settle_agreed(recording, comparison.compared, 1, revision, "Bo")
        assert labels(desk, recording) == [(11, 20, "QRS"), (50, 60, "QRS"), (90, 99, "QRS")]
        again = agreement.compare([recording], tolerance=1)
        assert (again.open, again.agreed, again.pairs) == (1, 0, comparison.pairs)
        with pytest.raises(Conflict, match="changed since"):
            agreement.settle_agreed(recording, comparison.compared, 1, revision, "Bo")
        with pytest.raises(Invalid, match="no place where all agree"):
            agreement.settle_agreed(recording, comparison.compared, 1, revision + 1, "Bo")
        assert desk.send(recording, "undo")["rejected"] == []
    assert len(labels(desk, recording)) == 5


def test_replaced_labels_are_not_saved_and_come_back_with_undo(desk: Desk, agreement: Agreement) -> None:
    recording = shared(desk)
    place = agreement.compare([recording]).places[1]
    with by(CY):
        settle(agreement, place, "Bo")
    desk.outputs.save(recording)
    assert [line.split(",")[3] for line in desk.saved().splitlines()[1:]] == ["QRS", "QRS", "T", "QRS"]
    assert desk.state(recording) == "saved"
    with by(CY):
        desk.send(recording, "undo")
    assert desk.state(recording) == "unsaved"
