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
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(pieces, "PIECE", 10)
    monkeypatch.setattr(edit_log, "PIECE", 10)
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


def test_an_edit_in_the_middle_of_an_undo_stops_it_with_words_and_the_rest_is_undone_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, _ = imported(desk)
    after_the_first_piece(desk, monkeypatch, lambda: desk.add(recording, 500, 501, "T"))
    (rejected,) = apply(desk, recording, kind="undo")["rejected"]
    assert rejected["reason"] == (
        "While this was being undone, this was done: Add T 500 – 501. Undo that first, then the rest."
    )
    assert len(desk.rows(recording)) == LABELS - 10 + 1
    for left in (LABELS - 10, 0):
        assert apply(desk, recording, kind="undo")["rejected"] == []
        assert len(desk.rows(recording)) == left


def test_an_edit_in_the_middle_of_a_redo_stops_it_with_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, _ = imported(desk)
    apply(desk, recording, kind="undo")
    after_the_first_piece(desk, monkeypatch, lambda: desk.add(recording, 500, 501, "T"))
    (rejected,) = apply(desk, recording, kind="redo")["rejected"]
    assert "something else was changed, so the rest cannot be redone" in rejected["reason"]
    assert len(desk.rows(recording)) == 11


def test_an_edit_is_not_undone_if_another_user_changed_one_of_its_labels(desk: Desk) -> None:
    with acting.on_behalf_of(ANN):
        recording, rows = imported(desk)
    with acting.on_behalf_of(BOB):  # a label of the part that is undone last
        first = min(rows, key=lambda row: row["start_index"])
        assert apply(desk, recording, kind="relabel", ids=[first["id"]], label="T")["rejected"] == []
    changed = desk.rows(recording)
    with acting.on_behalf_of(ANN):
        (rejected,) = apply(desk, recording, kind="undo")["rejected"]
    assert rejected["reason"].startswith(
        "Bob changed the same label since: Relabel x 0 – 1 as T. Nothing was changed"
    )
    assert desk.rows(recording) == changed
