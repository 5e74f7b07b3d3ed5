"""Commands for many labels: written in pieces between which others write, and still one change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from services.accounts import acting
from services.accounts.model import Role, User
from services.annotations import commands, large_edits
from services.annotations.service import NOTHING
from services.recordings import edit_log
from tests.suggestions import suggest
from tests.unit.test_undo_in_pieces import after_the_first_piece, stop
from tests.unit.working_state import Desk, command

LABELS = 35
PIECE = 10
ANN, BOB = User(1, "Ann", Role.ANNOTATOR), User(2, "Bob", Role.ANNOTATOR)
DECIDED = (0.5, 0.95)  # scores of suggestions, in turns


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def divided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Edits of more than ten labels are divided."""
    for module in (large_edits, edit_log):
        monkeypatch.setattr(module, "PIECE", PIECE)


def labelled(desk: Desk, path: str = "a.csv", is_suggested: bool = False) -> tuple[int, list[str]]:
    """A recording with labels, and their ids in start order; each overlaps the next."""
    recording = desk.record(path)
    places = [(start, start + 14, "QRS", DECIDED[start % 20 > 0]) for start in range(0, 10 * LABELS, 10)]
    ids = suggest(desk.annotations, recording, places)
    if not is_suggested:
        assert send(desk, recording, "decide", what="accept")["rejected"] == []
    return recording, ids


def send(desk: Desk, recording: int, kind: str, **values: Any) -> Any:
    return desk.annotations.apply(recording, [command(kind, **values)], NOTHING)


def content(desk: Desk, recording: int) -> list[tuple[Any, ...]]:
    """The labels without ids and times of edits, which differ from one run to the next."""
    columns = ("start_index", "end_index", "label_class_id", "status", "note", "channels", "decision")
    return sorted(tuple(str(row[column]) for column in columns) for row in desk.rows(recording))


CASES: dict[str, tuple[str, dict[str, Any], bool]] = {
    "delete": ("delete", {}, False),
    "delete suggestions": ("delete", {}, True),
    "note": ("note", {"note": "checked"}, False),
    "relabel": ("relabel", {"label": "T"}, False),
    "relabel as an exclusive class": ("relabel", {"label": "Alone"}, False),
    "accept": ("accept", {}, True),
    "accept as an exclusive class": ("accept", {"label": "Alone"}, True),
    "reject": ("reject", {}, True),
    "decide": ("decide", {"what": "accept", "least": 0.9}, True),
    "remove all": ("restore", {"to": "empty"}, False),
}


@pytest.mark.parametrize("case", CASES)
def test_an_edit_in_pieces_leaves_what_one_edit_leaves_and_is_one_change(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    kind, values, is_suggested = CASES[case]
    alone = desk.record("alone.csv")
    desk.add(alone, 1, 2, "Alone")
    (exclusive,) = [one.id for one in desk.classes.list() if one.name == "Alone"]
    desk.classes.set_exclusive(exclusive, True)
    results, histories = [], []
    for path, piece in (("a.csv", 1000), ("b.csv", PIECE)):
        for module in (large_edits, edit_log):
            monkeypatch.setattr(module, "PIECE", piece)
        recording, ids = labelled(desk, path, is_suggested)
        before = desk.rows(recording)
        named = {} if kind in {"decide", "restore"} else {"ids": ids}
        answer = send(desk, recording, kind, **named, **values)
        assert answer["rejected"] == []
        results.append(content(desk, recording))
        changed = desk.rows(recording)
        histories.append(answer["undo"])
        assert send(desk, recording, "undo")["rejected"] == []
        assert desk.rows(recording) == before
        assert send(desk, recording, "redo")["rejected"] == []
        assert desk.rows(recording) == changed
    assert results[0] == results[1]
    assert histories[0] == histories[1]


@pytest.mark.parametrize("is_changed", [False, True])
def test_a_small_edit_is_computed_once_unless_the_labels_change_meanwhile(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, is_changed: bool
) -> None:
    recording, ids = labelled(desk, is_suggested=True)
    plan, computed, open_then = commands.plan, list[int](), len(ids)

    def counted(scope: Any, sent: Any) -> Any:
        computed.append(1)
        return plan(scope, sent)

    def bob_rejects_one() -> None:
        send(desk, recording, "reject", ids=ids[:1])
        monkeypatch.setattr(commands, "plan", counted)

    read = desk.database.read

    @contextmanager
    def watched() -> Iterator[Any]:
        with read() as connection:
            yield connection
        if not computed:
            return
        monkeypatch.setattr(desk.database, "read", read)
        monkeypatch.setattr(commands, "plan", plan)
        bob_rejects_one()

    monkeypatch.setattr(commands, "plan", counted)
    if is_changed:
        monkeypatch.setattr(desk.database, "read", watched)
    assert send(desk, recording, "decide", what="accept")["rejected"] == []
    assert len(computed) == 1 + is_changed
    statuses = Counter(row["status"] for row in desk.rows(recording))
    assert statuses == Counter(accepted=open_then - is_changed, rejected=int(is_changed))


@pytest.mark.parametrize(("labels", "edits"), [(PIECE // 2, 1), (PIECE, 2)])
def test_a_restore_that_adds_and_removes_labels_is_divided_by_the_sum_of_both(
    desk: Desk, divided: None, labels: int, edits: int
) -> None:
    recording = desk.record()
    ids = [desk.add(recording, start, start + 1) for start in range(labels)]
    before = desk.rows(recording)
    assert send(desk, recording, "delete", ids=ids)["rejected"] == []
    for start in range(labels):
        desk.add(recording, start, start + 2)
    revision = send(desk, recording, "restore", to=labels)["revision"]
    assert desk.rows(recording) == before and revision == 2 * labels + 1 + edits


def test_others_write_between_the_pieces(desk: Desk, monkeypatch: pytest.MonkeyPatch, divided: None) -> None:
    recording, ids = labelled(desk)
    other, left = desk.record("b.csv"), list[int]()

    def somebody_else() -> None:
        desk.add(other, 1, 2)
        left.append(len(desk.rows(recording)))

    after_the_first_piece(desk, monkeypatch, somebody_else)
    answer = send(desk, recording, "note", ids=ids, note="x")
    assert answer["rejected"] == [] and left == [LABELS]
    assert answer["undo"] == f"Note on {LABELS} labels (QRS)"
    assert {row["note"] for row in desk.rows(recording)} == {"x"}


@pytest.mark.parametrize("is_seen", [True, False])
def test_a_command_that_was_killed_in_the_middle_is_completed_when_it_is_sent_again(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, divided: None, is_seen: bool
) -> None:
    recording, ids = labelled(desk)
    seen = {row["id"]: row["edited_at"].isoformat() for row in desk.rows(recording)} if is_seen else None
    sent = command("relabel", ids=ids, label="QRS complex", seen=seen)
    before = desk.rows(recording)

    def when_the_class_is_there() -> None:
        after_the_first_piece(desk, monkeypatch, stop)

    after_the_first_piece(desk, monkeypatch, when_the_class_is_there)
    with pytest.raises(KeyboardInterrupt):
        desk.annotations.apply(recording, [sent], NOTHING)
    again = Desk(tmp_path)
    old = {row["label_class_id"] for row in before}
    part = [row for row in again.rows(recording) if row["label_class_id"] not in old]
    assert len(part) == PIECE
    for _ in range(2):
        answer = again.annotations.apply(recording, [sent], NOTHING)
        assert answer["rejected"] == []
        assert {one[2] for one in again.segments(recording)} == {"QRS complex"}
    assert again.annotations.apply(recording, [command("undo")], NOTHING)["rejected"] == []
    assert again.rows(recording) == before
    again.close()


@pytest.mark.parametrize("others", [1, 2 * PIECE])  # of the last pieces: a part of a piece, and whole pieces
def test_labels_that_another_user_changes_between_the_pieces_are_left_and_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, divided: None, others: int
) -> None:
    recording, ids = labelled(desk)
    theirs = ids[-others:]

    def bob_changes_some() -> None:
        with acting.on_behalf_of(BOB):
            for identity in theirs:
                assert send(desk, recording, "note", ids=[identity], note="mine")["rejected"] == []

    before = {row["id"]: row for row in desk.rows(recording)}
    after_the_first_piece(desk, monkeypatch, bob_changes_some)
    sent = command("note", ids=ids, note="all")
    with acting.on_behalf_of(ANN):
        (rejected,) = desk.annotations.apply(recording, [sent], NOTHING)["rejected"]
        was = "1 label was" if others == 1 else f"{others} labels were"
        assert rejected["conflict"] and rejected["reason"].startswith(f"{was} changed or deleted meanwhile")
        assert f"{LABELS - others} labels changed as you asked. Undo takes this back." in rejected["reason"]
        notes = {row["id"]: row["note"] for row in desk.rows(recording)}
        assert notes == {identity: "mine" if identity in theirs else "all" for identity in ids}
        answer = desk.annotations.apply(recording, [sent], NOTHING)  # sent again, since no answer arrived
        assert answer["rejected"] == []
        assert {row["id"]: row["note"] for row in desk.rows(recording)} == notes
        assert send(desk, recording, "undo")["rejected"] == []
    rows = {row["id"]: row for row in desk.rows(recording)}
    assert {identity: rows[identity] for identity in ids if identity not in theirs} == {
        identity: before[identity] for identity in ids if identity not in theirs
    }
    assert {rows[identity]["note"] for identity in theirs} == {"mine"}


@pytest.mark.parametrize("is_seen", [True, False])
@pytest.mark.parametrize("others", [1, LABELS - PIECE])
def test_labels_that_another_user_changes_before_an_interrupted_command_is_sent_again_are_left(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, divided: None, is_seen: bool, others: int
) -> None:
    recording, ids = labelled(desk)
    seen = {row["id"]: row["edited_at"].isoformat() for row in desk.rows(recording)} if is_seen else None
    sent = command("note", ids=ids, note="all", seen=seen)
    after_the_first_piece(desk, monkeypatch, stop)
    with pytest.raises(KeyboardInterrupt):
        desk.annotations.apply(recording, [sent], NOTHING)
    again = Desk(tmp_path)
    theirs = [row["id"] for row in again.rows(recording) if row["note"] != "all"][:others]
    with acting.on_behalf_of(BOB):
        assert send(again, recording, "note", ids=theirs, note="mine")["rejected"] == []
    (rejected,) = again.annotations.apply(recording, [sent], NOTHING)["rejected"]
    assert rejected["conflict"] and "changed or deleted meanwhile" in rejected["reason"]
    notes = {row["id"]: row["note"] for row in again.rows(recording)}
    assert notes == {identity: "mine" if identity in theirs else "all" for identity in ids}
    assert again.annotations.apply(recording, [sent], NOTHING)["rejected"] == []  # it was applied
    assert {row["id"]: row["note"] for row in again.rows(recording)} == notes
    again.close()


def test_a_restore_that_was_interrupted_leaves_what_another_user_changed_meanwhile(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, divided: None
) -> None:
    recording, _ = labelled(desk)
    sent = command("restore", to="empty", asked_at=send(desk, recording, "undo")["revision"] - 1)
    (rejected,) = desk.annotations.apply(recording, [sent], NOTHING)["rejected"]
    assert "changed since the question was shown" in rejected["reason"]
    sent = command("restore", to="empty")
    after_the_first_piece(desk, monkeypatch, stop)
    with pytest.raises(KeyboardInterrupt):
        desk.annotations.apply(recording, [sent], NOTHING)
    again = Desk(tmp_path)
    theirs = again.rows(recording)[0]["id"]
    with acting.on_behalf_of(BOB):
        assert send(again, recording, "note", ids=[theirs], note="mine")["rejected"] == []
    (rejected,) = again.annotations.apply(recording, [sent], NOTHING)["rejected"]
    assert rejected["reason"].startswith("1 label was changed or deleted meanwhile")
    assert [(row["id"], row["note"]) for row in again.rows(recording)] == [(theirs, "mine")]
    again.close()


def test_labels_of_somebody_else_keep_the_whole_from_being_changed(desk: Desk, divided: None) -> None:
    with acting.on_behalf_of(BOB):
        recording, _ = labelled(desk)
        rows = desk.rows(recording)
    with acting.on_behalf_of(ANN):
        ids = [row["id"] for row in rows]
        (rejected,) = send(desk, recording, "note", ids=ids, note="mine")["rejected"]
    assert "Only a reviewer may change labels of others" in rejected["reason"]
    assert desk.rows(recording) == rows
