"""Decisions about suggestions: accept, edit, reject, reopen; one by one and many at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from services.annotations.review import Counts, counts_by_model
from services.recordings.trash import Trash
from services.storage.tables import label_classes
from tests.suggestions import suggest
from tests.unit.working_state import Desk, command

FEW = settings(max_examples=15, deadline=None)  # each example is dozens of commits to the disk
ROWS = 1000


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    yield desk
    desk.close()


class Review:
    """A recording of 1,000 samples at 0, 1 … with its decisions."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.recording = desk.record(f"{desk.recordings.version()}.csv", rows=ROWS)

    def suggest(self, *expected: tuple[int, int, str, float | None], model: str = "m1") -> list[str]:
        return suggest(self.desk.annotations, self.recording, expected, model)

    def do(self, kind: str, author: str = "", **values: Any) -> dict[str, Any]:
        commands = [command(kind, **values)]
        return dict(self.desk.annotations.apply(self.recording, commands, since=-1, author=author))

    def done(self, kind: str, **values: Any) -> None:
        assert not self.do(kind, **values)["rejected"]

    def refusal(self, kind: str, **values: Any) -> str:
        before = self.rows()
        (refused,) = self.do(kind, **values)["rejected"]
        assert self.rows() == before
        return str(refused["reason"])

    def rows(self) -> list[dict[str, Any]]:
        return list(self.desk.annotations.apply(self.recording, [], since=-1)["upsert"])

    def outcomes(self) -> list[tuple[int, int, str, str, str | None]]:
        """Start, end, class, status, decision."""
        return [
            (row["start"], row["end"], row["label"], row["status"], row.get("decision"))
            for row in self.rows()
        ]

    def newest(self) -> str:
        return self.desk.history.page(self.recording)["entries"][0]["summary"]


@pytest.fixture
def review(opened: Desk) -> Review:
    return Review(opened)


# -- one by one -------------------------------------------------------------------------------------------------


def test_an_accepted_suggestion_is_a_label_with_its_user_and_time(review: Review) -> None:
    (suggestion,) = review.suggest((10, 20, "QRS", 0.83))
    answer = review.do("accept", ids=[suggestion], author="anna")
    (row,) = answer["upsert"]
    assert (row["status"], row["decision"], row["decidedBy"]) == ("accepted", "accepted", "anna")
    assert row["decidedAt"] == row["edited"]
    assert (row["source"], row["model"], row["score"]) == ("model", "m1", 0.83)
    assert review.newest() == "Accept QRS 10 – 20"


def test_a_rejected_suggestion_can_be_reopened_or_accepted(review: Review) -> None:
    (suggestion,) = review.suggest((10, 20, "QRS", 0.4))
    review.done("reject", ids=[suggestion])
    assert review.outcomes() == [(10, 20, "QRS", "rejected", "rejected")]
    assert review.newest() == "Reject QRS 10 – 20"
    review.done("reopen", ids=[suggestion])
    assert review.outcomes() == [(10, 20, "QRS", "suggested", None)]
    assert review.newest() == "Take back the rejection of QRS 10 – 20"
    review.done("reject", ids=[suggestion])
    review.done("accept", ids=[suggestion])
    assert review.outcomes() == [(10, 20, "QRS", "accepted", "accepted")]


@pytest.mark.parametrize(
    ("kind", "values", "segment"),
    [
        ("accept", {"x1": 25}, (10, 25, "QRS")),
        ("accept", {"x0": 30}, (20, 30, "QRS")),  # dragged over the other edge, it becomes the other edge
        ("accept", {"startText": "#8", "endText": "22"}, (8, 22, "QRS")),
        ("accept", {"label": "T"}, (10, 20, "T")),
        ("move", {"x1": 25}, (10, 25, "QRS")),
        ("nudge", {"edge": "start", "by": -1}, (9, 20, "QRS")),
        ("shift", {"by": 5}, (15, 25, "QRS")),
        ("relabel", {"label": "T"}, (10, 20, "T")),
    ],
)
def test_changing_a_suggestion_accepts_it_as_edited(
    review: Review, kind: str, values: dict[str, Any], segment: tuple[int, int, str]
) -> None:
    (suggestion,) = review.suggest((10, 20, "QRS", 0.5))
    review.done(kind, ids=[suggestion], **values)
    assert review.outcomes() == [(*segment, "accepted", "edited")]


def test_the_history_shows_the_original_suggestion_of_an_edited_one(review: Review) -> None:
    first, second = review.suggest((10, 20, "QRS", 0.5), (30, 40, "QRS", 0.5))
    review.done("accept", ids=[first], x1=25, label="T")
    assert review.newest() == "Accept T 10 – 25 (suggested as QRS, 10 – 20)"
    review.done("relabel", ids=[second], label="T")
    assert review.newest() == "Accept T 30 – 40 (suggested as QRS)"


def test_relabelling_a_suggestion_with_its_own_class_accepts_it(review: Review) -> None:
    (suggestion,) = review.suggest((10, 20, "QRS", 0.5))
    review.done("relabel", ids=[suggestion], label="QRS")
    assert review.outcomes() == [(10, 20, "QRS", "accepted", "accepted")]


def test_a_note_decides_nothing(review: Review) -> None:
    (suggestion,) = review.suggest((10, 20, "QRS", 0.5))
    review.done("note", ids=[suggestion], note="strange")
    assert review.outcomes() == [(10, 20, "QRS", "suggested", None)]


def test_a_suggestion_that_is_split_counts_once(review: Review) -> None:
    (suggestion,) = review.suggest((10, 20, "QRS", 0.5), model="splitter")
    review.done("split", ids=[suggestion], x=15)
    assert review.outcomes() == [(10, 14, "QRS", "accepted", "edited"), (15, 20, "QRS", "accepted", None)]
    with review.desk.database.read() as connection:
        assert counts_by_model(connection)["splitter"] == Counts(edited=1)


def test_suggestions_that_are_merged_become_one_edited_label(review: Review) -> None:
    ids = review.suggest((10, 20, "QRS", 0.5), (22, 30, "QRS", 0.7))
    review.done("merge", ids=ids)
    assert review.outcomes() == [(10, 30, "QRS", "accepted", "edited")]


def test_correcting_an_accepted_suggestion_makes_it_edited(review: Review) -> None:
    (suggestion,) = review.suggest((10, 20, "QRS", 0.95))
    review.done("decide", what="accept")
    review.done("nudge", ids=[suggestion], edge="end", by=1)
    assert review.outcomes() == [(10, 21, "QRS", "accepted", "edited")]


def test_deleting_a_suggestion_rejects_it_and_deleting_it_again_removes_it(
    review: Review,
) -> None:
    first, second = review.suggest((10, 20, "QRS", 0.9), (30, 40, "QRS", 0.8))
    review.done("accept", ids=[first])
    review.done("delete", ids=[first, second])
    assert review.newest() == "Reject 2 suggestions (QRS)"
    assert [row[3] for row in review.outcomes()] == ["rejected", "rejected"]
    review.done("delete", ids=[first])
    assert review.outcomes() == [(30, 40, "QRS", "rejected", "rejected")]


def test_own_labels_are_deleted_and_suggestions_rejected_in_one_command(review: Review) -> None:
    own = review.desk.add(review.recording, 1, 5)
    (suggestion,) = review.suggest((10, 20, "QRS", 0.9))
    review.done("delete", ids=[own, suggestion])
    assert review.outcomes() == [(10, 20, "QRS", "rejected", "rejected")]
    review.done("undo")
    assert [row[3] for row in review.outcomes()] == ["accepted", "suggested"]


def test_invalid_commands_are_refused(review: Review) -> None:
    own = review.desk.add(review.recording, 1, 5)
    first, second = review.suggest((10, 20, "QRS", 0.9), (30, 40, "QRS", 0.9))
    assert "Only suggestions of a model" in review.refusal("reject", ids=[own])
    assert review.refusal("accept", ids=[own]) == "This is accepted already."
    assert review.refusal("reopen", ids=[first]) == "Only rejected suggestions can be reopened."
    assert review.refusal("accept", ids=[first, second], x1=50) == "Select a single label for this."
    assert review.refusal("decide", what="keep") == "Suggestions can be accepted or rejected."
    assert review.refusal("decide", what="accept", least="high") == "A score is a number from 0 to 1."
    assert review.refusal("decide", what="accept", least=0.95) == "There are no such open suggestions."


def test_what_another_tab_decided_already_is_a_conflict(review: Review) -> None:
    (suggestion,) = review.suggest((10, 20, "QRS", 0.9))
    seen = {suggestion: review.rows()[0]["edited"]}
    review.done("reject", ids=[suggestion])
    (refused,) = review.do("accept", ids=[suggestion], seen=seen)["rejected"]
    assert refused["conflict"]
    assert review.outcomes() == [(10, 20, "QRS", "rejected", "rejected")]


def test_commands_that_depend_on_a_refused_one_overwrite_and_undo_nothing(review: Review) -> None:
    first, second = review.suggest((10, 20, "QRS", 0.9), (30, 40, "QRS", 0.9))
    seen = {first: review.rows()[0]["edited"]}
    review.done("accept", ids=[first])  # by another user
    mine = [
        command("nudge", ids=[first], seen=seen, edge="end", by=1),
        command("undo"),
        command("reject", ids=[first]),  # seen with the nudge only
        command("accept", ids=[second]),
    ]
    answer = review.desk.annotations.apply(review.recording, mine, since=-1)
    assert [rejected["conflict"] for rejected in answer["rejected"]] == [True, False, True]
    assert "nothing was undone" in answer["rejected"][1]["reason"]
    assert review.outcomes() == [
        (10, 20, "QRS", "accepted", "accepted"),
        (30, 40, "QRS", "accepted", "accepted"),
    ]
    review.done("reject", ids=[first])  # with the next exchange it is seen as it is


def test_an_accepted_suggestion_of_an_exclusive_class_trims_labels_underneath(review: Review) -> None:
    review.desk.add(review.recording, 0, 30, "rest")
    ids = review.suggest((10, 20, "beat", 0.9), (40, 50, "beat", 0.9))
    with review.desk.database.write() as connection:
        query = update(label_classes).where(label_classes.c.name == "beat")
        connection.execute(query.values(exclusive=True))
    assert len(review.outcomes()) == 3
    review.done("accept", ids=ids[:1])
    assert [row[:3] for row in review.outcomes()] == [
        (0, 9, "rest"),
        (10, 20, "beat"),
        (21, 30, "rest"),
        (40, 50, "beat"),
    ]
    review.desk.add(review.recording, 35, 60, "rest")
    review.done("decide", what="accept")
    assert (35, 39, "rest") in [row[:3] for row in review.outcomes()]
    review.done("undo")
    assert (35, 60, "rest") in [row[:3] for row in review.outcomes()]


# -- many at once -----------------------------------------------------------------------------------------------


def test_all_at_or_above_a_score_are_accepted_and_the_rest_rejected_as_one_edit_each(review: Review) -> None:
    review.suggest((1, 2, "a", 0.9), (3, 4, "b", 0.89), (5, 6, "a", None), (7, 8, "b", 1))
    before = review.rows()
    review.done("decide", what="accept", least=0.9, expected=2)
    assert review.newest() == "Accept 2 suggestions scored 0.90 or more (1 a, 1 b)"
    review.done("decide", what="reject", below=0.9, expected=2)
    assert [row[3] for row in review.outcomes()] == ["accepted", "rejected", "rejected", "accepted"]
    review.done("undo")
    review.done("undo")
    assert review.rows() == before


def test_only_suggestions_of_one_model_or_run_are_decided_where_one_is_named(review: Review) -> None:
    review.suggest((1, 2, "a", 0.9), model="one")
    review.suggest((3, 4, "a", 0.9), model="other")
    review.suggest((5, 6, "a", 0.9), model="third")
    review.done("decide", what="reject", model="one")
    review.done("decide", what="accept", run="run of other")
    assert [row[3] for row in review.outcomes()] == ["rejected", "accepted", "suggested"]


def test_nothing_is_decided_when_the_number_of_suggestions_changed(review: Review) -> None:
    review.suggest((1, 2, "a", 0.9), (3, 4, "a", 0.9))
    (refused,) = review.do("decide", what="accept", expected=1)["rejected"]
    assert refused["conflict"]
    assert "there are 2 of them now" in refused["reason"]


def test_ten_thousand_suggestions_are_accepted_and_undone(review: Review) -> None:
    review.suggest(*[(number % ROWS, number % ROWS, "a", 0.5) for number in range(10_000)])
    assert review.do("decide", what="accept", least=0.5)["acked"]
    assert {row[3] for row in review.outcomes()} == {"accepted"}
    assert review.do("undo")["acked"]
    assert {row[3] for row in review.outcomes()} == {"suggested"}


scores = st.lists(st.one_of(st.none(), st.integers(0, 20).map(lambda n: n / 20)), min_size=1, max_size=12)


@given(
    scores=scores,
    threshold=st.integers(0, 20).map(lambda n: n / 20),
    what=st.sampled_from(["accept", "reject"]),
)
@FEW
def test_deciding_by_a_score_equals_deciding_one_by_one(
    opened: Desk, scores: list[float | None], threshold: float, what: str
) -> None:
    by_score, by_hand = Review(opened), Review(opened)
    expected = [(place * 3, place * 3 + 1, "ab"[place % 2], score) for place, score in enumerate(scores)]
    by_score.suggest(*expected)
    bound = {"least": threshold} if what == "accept" else {"below": threshold}
    by_score.do("decide", what=what, **bound)
    for identity, (_, _, _, score) in zip(by_hand.suggest(*expected), expected, strict=True):
        if ((score or 0) >= threshold) == (what == "accept"):
            by_hand.done(what, ids=[identity])
    assert by_score.outcomes() == by_hand.outcomes()


decisions = st.lists(
    st.tuples(
        st.sampled_from(
            ["accept", "reject", "reopen", "delete", "move", "relabel", "decide", "split", "merge"]
        ),
        st.sets(st.integers(0, 4), min_size=1, max_size=3),
    ),
    max_size=6,
)


@given(decisions=decisions)
@FEW
def test_undo_restores_the_exact_state_and_redo_the_decisions(
    opened: Desk, decisions: list[tuple[str, set[int]]]
) -> None:
    review = Review(opened)
    review.suggest(*[(place * 10, place * 10 + 6, "ab"[place % 2], place / 5) for place in range(5)])
    values = {"x1": 77, "x": 13, "label": "c", "what": "accept", "least": 0.4}
    states = [opened.rows(review.recording)]
    for kind, places in decisions:
        rows = review.rows()
        ids = [rows[place]["id"] for place in places if place < len(rows)]
        expected = {
            "label": {"relabel"},
            "x1": {"move"},
            "x": {"split"},
            "what": {"decide"},
            "least": {"decide"},
        }
        more = {name: values[name] for name, kinds in expected.items() if kind in kinds}
        if review.do(kind, ids=ids, **more)["acked"]:
            states.append(opened.rows(review.recording))
    for state in reversed(states[:-1]):
        review.done("undo")
        assert opened.rows(review.recording) == state
    for state in states[1:]:
        review.done("redo")
        assert opened.rows(review.recording) == state


# -- what became of them ----------------------------------------------------------------------------------------


def test_suggestions_of_each_model_are_counted_by_outcome(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    review, thrown = Review(desk), Review(desk)
    ids = review.suggest(*[(place, place, "a", 0.5) for place in range(5)])
    review.done("accept", ids=ids[:2])
    review.done("relabel", ids=ids[2:3], label="b")
    review.done("reject", ids=ids[3:4])
    thrown.suggest((1, 1, "a", 0.5), model="m2")
    desk.add(review.recording, 900, 910)
    Trash(desk.database, desk.settings).delete([thrown.recording])
    with desk.database.read() as connection:
        counts = counts_by_model(connection)
    assert counts == {"m1": Counts(accepted=2, edited=1, rejected=1, open=1)}
    assert counts["m1"].precision == 0.5
    desk.close()
