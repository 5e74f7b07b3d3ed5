"""Undo and redo of a large change: in pieces, between which others write, and still one change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.accounts import acting
from services.accounts.model import Role, User
from services.annotations.import_labels import LabelToImport
from services.annotations.service import NOTHING
from services.label_import import pieces
from services.label_import.pieces import RecordingImport, import_in_pieces
from services.recordings import edit_log
from tests.unit.working_state import Desk, command

LABELS = 50
ANN, BOB = User(1, "Ann", Role.ANNOTATOR), User(2, "Bob", Role.REVIEWER)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE", 10)
    monkeypatch.setattr(edit_log, "PIECE", 10)


@pytest.fixture
def desk(tmp_path: Path, small_pieces: None) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def imported(desk: Desk) -> tuple[int, list[dict[str, Any]]]:
    recording = desk.record()
    labels = [LabelToImport(place, place + 1, "x") for place in range(0, 2 * LABELS, 2)]
    title = f"Import {LABELS} labels"
    import_in_pieces(
        desk.database,
        desk.annotations,
        RecordingImport(recording, str(uuid4()), labels, "import", lambda _count: title),
    )
    rows = desk.rows(recording)
    assert len(rows) == LABELS
    return recording, rows


def after_the_first_piece(desk: Desk, monkeypatch: pytest.MonkeyPatch, task: Callable[[], object]) -> None:
    write, tasks = desk.database.write, [task]

    @contextmanager
    def watched(*arguments: Any, **options: Any) -> Iterator[Any]:
        with write(*arguments, **options) as connection:
            yield connection
        if tasks:
            tasks.pop()()

    monkeypatch.setattr(desk.database, "write", watched)


def stop() -> None:
    raise KeyboardInterrupt


def apply(desk: Desk, recording: int, **values: Any) -> Any:
    return desk.annotations.apply(recording, [command(**values)], NOTHING)


def test_others_write_between_the_pieces_of_an_undo_and_it_is_one_change(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, rows = imported(desk)
    other = desk.record("b.csv")
    seen: list[int] = []

    def somebody_else() -> None:
        desk.add(other, 1, 2)
        seen.append(len(desk.rows(recording)))

    after_the_first_piece(desk, monkeypatch, somebody_else)
    answer = apply(desk, recording, kind="undo")
    assert answer["rejected"] == [] and desk.rows(recording) == [] and seen == [LABELS - 10]
    assert answer["undo"] is None and answer["redo"] == f"Import {LABELS} labels"
    answer = apply(desk, recording, kind="redo")
    assert desk.rows(recording) == rows
    assert answer["undo"] == f"Import {LABELS} labels" and answer["redo"] is None


@pytest.mark.parametrize("is_sent_again", [True, False])
def test_an_undo_that_was_killed_in_the_middle_is_completed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_sent_again: bool
) -> None:
    recording, rows = imported(desk)
    sent = command("undo")
    after_the_first_piece(desk, monkeypatch, stop)
    with pytest.raises(KeyboardInterrupt):
        desk.annotations.apply(recording, [sent], NOTHING)
    again = Desk(tmp_path)
    assert len(again.rows(recording)) == LABELS - 10
    for one in [sent, sent] if is_sent_again else [command("undo")]:
        answer = again.annotations.apply(recording, [one], NOTHING)
        assert answer["rejected"] == [] and again.rows(recording) == []
    assert again.annotations.apply(recording, [command("redo")], NOTHING)["rejected"] == []
    assert again.rows(recording) == rows
    again.close()


@pytest.mark.parametrize("is_sent_again", [True, False])
def test_a_redo_that_was_killed_in_the_middle_is_completed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_sent_again: bool
) -> None:
    recording, rows = imported(desk)
    assert apply(desk, recording, kind="undo")["rejected"] == []
    sent = command("redo")
    after_the_first_piece(desk, monkeypatch, stop)
    with pytest.raises(KeyboardInterrupt):
        desk.annotations.apply(recording, [sent], NOTHING)
    again = Desk(tmp_path)
    assert len(again.rows(recording)) == 10
    for one in [sent, sent] if is_sent_again else [command("redo")]:
        assert again.annotations.apply(recording, [one], NOTHING)["rejected"] == []
        assert again.rows(recording) == rows
    again.close()


@pytest.mark.parametrize("step", ["undo", "redo"])
def test_a_step_is_whole_although_the_same_author_adds_a_label_in_the_middle(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    recording, rows = imported(desk)
    if step == "redo":
        assert apply(desk, recording, kind="undo")["rejected"] == []
    after_the_first_piece(desk, monkeypatch, lambda: desk.add(recording, 500, 501, "T"))
    answer = apply(desk, recording, kind=step)
    assert answer["rejected"] == [] and answer["undo"] == "Add T 500 – 501"
    kept = [] if step == "undo" else rows
    assert [row for row in desk.rows(recording) if row["start_index"] < 500] == kept
    answer = apply(desk, recording, kind="undo")
    assert answer["rejected"] == [] and desk.rows(recording) == kept
    assert answer["undo"] == (None if step == "undo" else f"Import {LABELS} labels")


@pytest.mark.parametrize("when", ["before", "in the middle"])
def test_labels_that_another_user_changed_are_left_and_counted_by_undo_and_redo(
    tmp_path: Path, database_url: str, small_pieces: None, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    desk = Desk(tmp_path, database_url)
    with acting.on_behalf_of(ANN):
        recording, rows = imported(desk)
    first, second = sorted(rows, key=lambda row: row["start_index"])[:2]  # undone last

    def change_two_labels() -> None:
        with acting.on_behalf_of(BOB):
            assert apply(desk, recording, kind="relabel", ids=[first["id"]], label="T")["rejected"] == []
            assert apply(desk, recording, kind="delete", ids=[second["id"]])["rejected"] == []

    if when == "before":
        change_two_labels()
    else:
        after_the_first_piece(desk, monkeypatch, change_two_labels)
    with acting.on_behalf_of(ANN):
        (rejected,) = apply(desk, recording, kind="undo")["rejected"]
        assert rejected["reason"] == (
            "2 labels were changed or deleted since and were left alone; all other labels of this change are undone."
        )
        assert not rejected["conflict"]  # repeating it would undo the change before
        (theirs,) = desk.rows(recording)
        assert theirs["id"] == first["id"]
        (rejected,) = apply(desk, recording, kind="redo")["rejected"]
        assert rejected["reason"].endswith("all other labels of this change are redone.")
    changed = {first["id"]: theirs}
    assert desk.rows(recording) == [changed.get(row["id"], row) for row in rows if row["id"] != second["id"]]
    desk.close()


def test_a_change_of_few_labels_is_not_undone_if_another_user_changed_one_of_them(desk: Desk) -> None:
    recording = desk.record()
    with acting.on_behalf_of(ANN):
        ids = [desk.add(recording, place, place + 1, "x") for place in (0, 2)]
        assert apply(desk, recording, kind="note", ids=ids, note="both")["rejected"] == []
    with acting.on_behalf_of(BOB):
        assert apply(desk, recording, kind="relabel", ids=ids[:1], label="T")["rejected"] == []
    changed = desk.rows(recording)
    with acting.on_behalf_of(ANN):
        (rejected,) = apply(desk, recording, kind="undo")["rejected"]
    assert rejected["reason"].startswith(
        "Bob changed the same label since: Relabel x 0 – 1 as T. Nothing was changed"
    )
    assert desk.rows(recording) == changed
