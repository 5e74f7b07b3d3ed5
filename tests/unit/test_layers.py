"""Layers: authors whose labels a user sees, and trimming by exclusive classes, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from services.accounts import acting
from services.accounts.model import LOCAL
from services.annotations import exchange
from services.annotations.layers import LayerChoices
from services.annotations.service import Annotations
from services.errors import Invalid
from services.storage.preferences import Preferences
from services.storage.tables import annotation_table, label_classes
from tests.unit.people import ANN, BO, CY, by
from tests.unit.working_state import Desk, command


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    desk = Desk(tmp_path, database_url)
    desk.annotations = Annotations(desk.database, desk.recordings, desk.classes, choices(desk))
    yield desk
    desk.close()


def choices(desk: Desk) -> LayerChoices:
    return LayerChoices(desk.database, Preferences(desk.database, lambda: acting.user().id))


def shared(desk: Desk) -> int:
    """A label by Ann at 10, by Bo at 30, without author at 50."""
    recording = desk.record()
    for user, start in ((ANN, 10), (BO, 30), (LOCAL, 50)):
        with by(user):
            desk.add(recording, start, start + 5)
    return recording


def starts(desk: Desk, recording: int) -> list[int]:
    return [start for start, _, _ in desk.segments(recording)]


def test_a_user_can_show_only_own_labels_and_labels_without_author(desk: Desk) -> None:
    recording, layers = shared(desk), choices(desk)
    with by(ANN):
        assert starts(desk, recording) == [10, 30, 50]
        layers.choose(recording, own=True)
        assert starts(desk, recording) == [10, 50]
    with by(BO):
        assert starts(desk, recording) == [10, 30, 50]
        layers.choose(recording, own=False, hidden=["Ann", "Bo"])
        assert starts(desk, recording) == [30, 50]
        layers.choose(recording, own=False)
        assert starts(desk, recording) == [10, 30, 50]
        assert layers.authors(recording) == {"": 1, "Ann": 1, "Bo": 1}


def test_a_choice_for_all_files_holds_until_a_file_has_its_own(desk: Desk) -> None:
    first, layers = shared(desk), choices(desk)
    second = desk.record("b.csv")
    with by(BO):
        desk.add(second, 10, 15)
    with by(ANN):
        layers.choose(second, own=False)
        layers.choose(first, own=True, everywhere=True)
        assert starts(desk, second) == [10]
        third = desk.record("c.csv")
        assert layers.of(third).mine and not layers.of(second).mine


def test_suggestions_are_shown_to_all_and_an_accepted_one_is_of_who_accepted_it(desk: Desk) -> None:
    recording, layers = shared(desk), choices(desk)
    with desk.database.write() as connection:
        values = {"status": "suggested", "model": "m", "source": "model"}
        connection.execute(update(annotation_table).where(annotation_table.c.author == "Bo").values(values))
    suggestion = next(row["id"] for row in desk.rows(recording) if row["status"] == "suggested")
    for user in (ANN, CY):
        with by(user):
            layers.choose(recording, own=True)
            assert 30 in starts(desk, recording)
    with by(ANN):
        assert desk.send(recording, "accept", ids=[suggestion])["rejected"] == []
        assert 30 in starts(desk, recording)
    with by(CY):
        assert 30 not in starts(desk, recording)


def asked(desk: Desk, answer: dict[str, Any], *commands: dict[str, Any]) -> dict[str, Any]:
    request = {"recording": answer["recording"], "commands": list(commands), "since": answer["revision"]}
    found = exchange.answer_all(
        desk.annotations, {"nonce": 1, "requests": [{**request, "version": answer["version"]}]}
    )
    return dict(found["answers"][0])


def test_a_change_of_layers_sends_all_labels_with_the_next_request(desk: Desk) -> None:
    recording, layers = shared(desk), choices(desk)
    with by(ANN):
        revision = exchange.answer(desk.annotations, recording)
        assert exchange.changes_since(desk.annotations, revision) is None
        layers.choose(recording, own=True)
        followed = exchange.changes_since(desk.annotations, revision)
        assert followed and followed["full"] and [row["start"] for row in followed["upsert"]] == [10, 50]
        new = command("add", id=str(uuid4()), x0=80, x1=85, label="QRS")
        answer = asked(desk, revision, new)
        assert answer["acked"] == [new["uuid"]] and answer["full"]
        assert [row["start"] for row in answer["upsert"]] == [10, 50, 80]
        assert exchange.changes_since(desk.annotations, answer) is None
    with by(BO):
        with_bo = command("add", id=str(uuid4()), x0=90, x1=95, label="QRS")
        desk.annotations.apply(recording, [with_bo], -1)
    with by(ANN):
        after = asked(desk, answer)
        assert (after["full"], after["upsert"], after["remove"]) == (False, [], [with_bo["id"]])


def test_edits_for_another_file_ask_for_no_labels_of_it(desk: Desk) -> None:
    recording = shared(desk)
    with by(ANN):
        choices(desk).choose(recording, own=True)
        left = {"recording": recording, "revision": 2**53 - 1, "version": "x."}
        assert asked(desk, left)["upsert"] == []


def exclusive(desk: Desk) -> None:
    with desk.database.write() as connection:
        connection.execute(update(label_classes).values(exclusive=True))


def test_an_exclusive_class_trims_no_label_that_is_hidden_or_of_another_annotator(desk: Desk) -> None:
    recording = shared(desk)
    exclusive(desk)
    with by(ANN):
        desk.add(recording, 8, 60, "QRS")
    segments = [(row["author"], row["start_index"]) for row in desk.rows(recording)]
    assert sorted(segments) == [("Ann", 8), ("Bo", 30)]
    with by(CY):
        choices(desk).choose(recording, own=True)
        desk.add(recording, 30, 32, "QRS")
        assert len(desk.rows(recording)) == 3
        choices(desk).choose(recording, own=False, hidden=["Ann"])
        desk.add(recording, 33, 40, "QRS")
    segments = [(row["author"], row["start_index"]) for row in desk.rows(recording)]
    assert sorted(segments) == [("Ann", 8), ("Bo", 30), ("Cy", 30), ("Cy", 33)]
    bo = next(row for row in desk.rows(recording) if row["author"] == "Bo")
    assert (bo["start_index"], bo["end_index"]) == (30, 32)


def test_a_choice_of_something_else_than_names_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid):
        choices(desk).choose(1, False, [3])  # type: ignore[list-item]
