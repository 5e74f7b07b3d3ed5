"""Import in pieces: other writers in between, one undo for all, continuation after an interruption."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.errors import Busy, StorageFull
from services.label_import import Given, LabelImport, pieces
from services.label_import.report import FileReport
from services.storage.fair_lock import FairLock
from services.storage.tables import edits
from tests.unit.working_state import Desk

WANTED = [(10 * number, 10 * number + 5, "QRS") for number in range(10)]
TEXT = "start,end,label\n" + "".join(f"{start},{end},{name}\n" for start, end, name in WANTED)


class Importing(Desk):
    """A desk that brings labels in, three at a time; ``before`` is called before each piece with its number."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.before: Callable[[int], None] = lambda _number: None
        self.pieces = 0
        change = self.annotations.change

        def counted(*arguments: Any, **more: Any) -> None:
            self.pieces += 1
            self.before(self.pieces)
            change(*arguments, **more)

        self.annotations.change = counted  # type: ignore[method-assign]
        self.labels_in = LabelImport(self.database, self.recordings, self.classes, self.annotations)

    def bring(self, given: Given) -> FileReport:
        (report,) = self.labels_in.import_files([given], author="ada")
        return report

    def summaries(self, recording: int) -> list[str]:
        with self.database.read() as connection:
            query = select(edits.c.summary).where(edits.c.recording_id == recording)
            return list(connection.execute(query.order_by(edits.c.id)).scalars())


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Importing]:
    monkeypatch.setattr(pieces, "PIECE", 3)
    opened = Importing(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def recording(desk: Importing) -> int:
    return desk.record("a.csv")


def given(**more: Any) -> Given:
    return Given("a.csv", TEXT.encode(), **more)


def test_one_undo_reverts_all_pieces_and_one_redo_repeats_them(desk: Importing, recording: int) -> None:
    kept = desk.add(recording, 900, 901)
    report = desk.bring(given())
    assert (report.brought, report.fresh, report.here, desk.pieces) == (10, 10, 0, 4)
    title = "Import 10 labels from a.csv"
    assert desk.summaries(recording)[1:] == [f"{title}, part {number} of 4" for number in range(1, 5)]
    before = desk.rows(recording)
    undone = desk.send(recording, "undo")
    assert undone["redo"] == title and [row["id"] for row in undone["upsert"]] == [kept]
    redone = desk.send(recording, "redo")
    assert redone["undo"] == title and desk.rows(recording) == before
    assert desk.send(recording, "undo")["undo"] == "Add QRS" or desk.segments(recording) == [
        (900, 901, "QRS")
    ]


def test_a_browser_that_follows_sees_every_piece(desk: Importing, recording: int) -> None:
    revision = desk.annotations.apply(recording, [], since=-1)["revision"]
    desk.bring(given())
    assert len(desk.annotations.apply(recording, [], since=revision)["upsert"]) == 10


def test_the_same_request_again_does_nothing_also_after_an_undo(desk: Importing, recording: int) -> None:
    request = given()
    desk.bring(request)
    assert desk.bring(request).brought == 0
    desk.send(recording, "undo")
    assert desk.bring(request).brought == 0
    assert desk.segments(recording) == []


def test_an_interruption_keeps_imported_labels_and_the_same_request_imports_the_rest(
    desk: Importing, recording: int
) -> None:
    def full(number: int) -> None:
        if number == 3:
            raise StorageFull("The disk is full.")

    desk.before, request = full, given()
    report = desk.bring(request)
    assert (report.reason, len(desk.rows(recording))) == ("The disk is full.", 6)
    desk.before = lambda _number: None
    again = desk.bring(request)
    assert (again.brought, again.here) == (4, 6)
    assert desk.segments(recording) == WANTED
    desk.send(recording, "undo")
    assert desk.segments(recording) == [], "one undo, also of pieces of two runs"


def test_labels_changed_by_others_meanwhile_stay_and_nothing_is_duplicated(
    desk: Importing, recording: int
) -> None:
    def another(number: int) -> None:
        if number == 2:
            desk.add(recording, 500, 510, "theirs")
            desk.add(recording, *WANTED[9])

    desk.before = another
    report = desk.bring(given())
    assert report.brought == 9, "one of them was added by another user"
    assert sorted(desk.segments(recording)) == sorted([*WANTED, (500, 510, "theirs")])
    desk.send(recording, "undo")
    assert len(desk.segments(recording)) == 5, "pieces after the other edits; those before it come next"
    for _ in range(3):
        desk.send(recording, "undo")
    assert desk.segments(recording) == []


def test_where_others_change_labels_all_the_time_it_ends_in_one_piece(
    desk: Importing, recording: int
) -> None:
    desk.before = lambda number: desk.add(recording, 500 + number, 501 + number, "theirs") and None
    report = desk.bring(given())
    assert report.brought == 10 and desk.pieces == pieces.MOST_COMPARISONS + 1
    mine = [segment for segment in desk.segments(recording) if segment[2] == "QRS"]
    assert mine == WANTED


def test_replacing_in_pieces_adds_first_and_one_undo_restores_everything(
    desk: Importing, recording: int
) -> None:
    for number in range(5):
        desk.add(recording, 300 + number, 301 + number, "old")
    before = desk.rows(recording)
    seen: list[int] = []
    desk.before = lambda _number: seen.append(len(desk.rows(recording)))
    report = desk.bring(given(replace=True))
    assert (report.brought, report.removed) == (10, 5)
    assert seen == [5, 8, 11, 14, 15, 12], "an interruption leaves too many, not too few"
    assert desk.segments(recording) == WANTED
    desk.send(recording, "undo")
    assert desk.rows(recording) == before


def test_a_waiting_writer_writes_before_the_next_piece(desk: Importing, recording: int) -> None:
    other, asked = desk.record("b.csv"), threading.Event()

    def label() -> None:
        asked.set()
        desk.add(other, 1, 2)

    thread = threading.Thread(target=label)
    write = desk.database.write

    def slowly(number: int) -> None:
        if number == 2:  # while a piece is written, another person adds a label
            with write():
                thread.start()
                asked.wait(30)
                while not desk.database._fair_lock._queue:
                    threading.Event().wait(0.001)

    desk.before = slowly
    desk.bring(given())
    thread.join()
    with desk.database.read() as connection:
        order = connection.execute(select(edits.c.recording_id).order_by(edits.c.id)).scalars().all()
    assert order == [recording, other, recording, recording, recording]


def test_the_fair_lock_is_granted_in_the_order_of_requests() -> None:
    lock, order, threads = FairLock(), list[int](), list[threading.Thread]()

    def take(number: int) -> None:
        with lock.hold(60):
            order.append(number)

    with lock.hold(1):
        for number in range(20):
            threads.append(threading.Thread(target=take, args=(number,)))
            threads[-1].start()
            while len(lock._queue) <= number:
                threading.Event().wait(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(20))


def test_a_timeout_of_the_lock_is_reported_and_the_queue_continues() -> None:
    lock = FairLock()
    with lock.hold(1):
        with pytest.raises(Busy, match="in use by others"), lock.hold(0.01):
            pass
        assert not lock._queue
    with lock.hold(1):
        pass


def test_an_error_releases_the_fair_lock() -> None:
    lock = FairLock()
    with pytest.raises(KeyError), lock.hold(1):
        raise KeyError
    with lock.hold(0.01):
        pass


def test_parts_of_different_requests_are_not_taken_together(desk: Importing, recording: int) -> None:
    first = Given("a.csv", TEXT.encode(), uuid=str(uuid4()))
    desk.bring(first)
    more = "start,end,label\n" + "".join(f"{600 + n},{601 + n},T\n" for n in range(7))
    desk.bring(Given("a.csv", more.encode()))
    desk.send(recording, "undo")
    assert desk.segments(recording) == WANTED
    desk.send(recording, "undo")
    assert desk.segments(recording) == []
    desk.send(recording, "redo")
    assert desk.segments(recording) == WANTED
