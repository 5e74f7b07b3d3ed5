"""Authors: edits, labels and jobs have their user; annotators cannot change labels of others."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.accounts.model import LOCAL, User
from services.annotations.service import Changes
from services.errors import NotAllowed
from services.jobs import JobState, rows
from services.jobs.jobs import Jobs, _queued
from services.storage.tables import edits
from services.web.container import Services
from tests.unit.people import ANN, BO, CY, by
from tests.unit.working_state import Desk

REFUSED = "This changes a label of Ann. Only a reviewer may change labels of others."


def reasons(answer: Changes) -> list[str]:
    return [rejected["reason"] for rejected in answer["rejected"]]


def authors(desk: Desk) -> list[str]:
    with desk.database.read() as connection:
        return list(connection.execute(select(edits.c.author).order_by(edits.c.id)).scalars())


def label_of(desk: Desk, recording: int, user: User, start: int = 10) -> str:
    with by(user):
        return desk.add(recording, start, start + 10)


def test_labels_and_edits_have_the_name_of_the_user_who_acts(desk: Desk) -> None:
    recording = desk.record()
    label_of(desk, recording, ANN)
    label_of(desk, recording, LOCAL, start=50)
    assert authors(desk) == ["Ann", ""]
    assert sorted(row["author"] for row in desk.rows(recording)) == ["", "Ann"]


@pytest.mark.parametrize(
    ("kind", "values"),
    [("move", {"x0": 11, "x1": 15}), ("relabel", {"label": "T"}), ("delete", {}), ("note", {"note": "x"})],
)
def test_an_annotator_cannot_change_an_accepted_label_of_another_and_a_reviewer_can(
    desk: Desk, kind: str, values: dict[str, Any]
) -> None:
    recording = desk.record()
    label = label_of(desk, recording, ANN)
    before = desk.rows(recording)
    with by(BO):
        assert reasons(desk.send(recording, kind, ids=[label], **values)) == [REFUSED]
    assert desk.rows(recording) == before
    with by(CY):
        assert reasons(desk.send(recording, kind, ids=[label], **values)) == []
    assert authors(desk) == ["Ann", "Cy"] and desk.rows(recording) != before


def test_an_annotator_changes_own_labels_and_those_from_times_without_accounts(desk: Desk) -> None:
    recording = desk.record()
    own, old = label_of(desk, recording, BO), label_of(desk, recording, LOCAL, start=50)
    with by(BO):
        assert reasons(desk.send(recording, "delete", ids=[own, old])) == []


def test_an_annotator_cannot_undo_the_edit_of_another(desk: Desk) -> None:
    recording = desk.record()
    label_of(desk, recording, ANN)
    (edit,) = desk.history.page(recording)["entries"]
    with by(BO):
        assert reasons(desk.send(recording, "undo")) == [
            "You have no edit to undo. The last change was made by Ann; the history lists all changes."
        ]
        assert desk.send(recording, "add", id=str(uuid4()), x0=1, x1=2, label="T")["undo"] == "Add T 1 – 2"
    with by(ANN):
        assert reasons(desk.send(recording, "undo")) == []
    with by(BO):
        assert "no edit to redo" in reasons(desk.send(recording, "redo"))[0]
    with by(ANN):
        assert reasons(desk.send(recording, "redo")) == []
    assert edit["author"] == "Ann" and sorted(row["author"] for row in desk.rows(recording)) == ["Ann", "Bo"]


def test_undo_reverts_the_last_own_edit_and_keeps_later_edits_of_others(desk: Desk) -> None:
    recording = desk.record()
    first, second = label_of(desk, recording, ANN), label_of(desk, recording, BO, start=50)
    with by(ANN):
        answer = desk.send(recording, "undo")
        assert reasons(answer) == [] and answer["undo"] is None and answer["redo"] == "Add QRS 10 – 20"
    assert [row["id"] for row in desk.rows(recording)] == [second]
    with by(BO):
        desk.add(recording, 70, 80)  # takes no redo from Ann
    with by(ANN):
        assert reasons(desk.send(recording, "redo")) == []
    assert first in {row["id"] for row in desk.rows(recording)}


def test_undo_of_a_label_that_another_changed_since_is_refused_in_words(desk: Desk) -> None:
    recording = desk.record()
    identity = label_of(desk, recording, ANN)
    with by(CY):
        desk.send(recording, "relabel", ids=[identity], label="T")
    with by(ANN):
        (refused,) = desk.send(recording, "undo")["rejected"]
    assert refused["reason"].startswith("Cy changed the same label since: ") and not refused["conflict"]
    assert [row["author"] for row in desk.rows(recording)] == ["Ann"]
    with by(CY):
        assert reasons(desk.send(recording, "undo")) == []
        desk.send(recording, "redo")
    with by(CY):
        assert reasons(desk.send(recording, "undo")) == []
    with by(ANN):
        assert reasons(desk.send(recording, "undo")) == []
    assert desk.rows(recording) == []


def test_redo_over_a_later_change_of_another_is_refused_in_words(desk: Desk) -> None:
    recording = desk.record()
    identity = label_of(desk, recording, ANN)
    with by(ANN):
        desk.send(recording, "note", ids=[identity], note="sure")
        desk.send(recording, "undo")
    with by(CY):
        desk.send(recording, "relabel", ids=[identity], label="T")
    with by(ANN):
        assert "Cy changed the same label since" in reasons(desk.send(recording, "redo"))[0]
    assert [row["note"] for row in desk.rows(recording)] == [""]


def test_edits_from_times_without_accounts_are_in_every_undo_stack_and_all_edits_without_accounts(
    desk: Desk,
) -> None:
    recording = desk.record()
    label_of(desk, recording, LOCAL)
    with by(BO):
        assert reasons(desk.send(recording, "undo")) == []
    assert desk.rows(recording) == []
    label_of(desk, recording, ANN)
    with by(LOCAL):
        assert reasons(desk.send(recording, "undo")) == []
    assert desk.rows(recording) == []


def test_a_job_belongs_to_the_user_who_started_it(services: Services) -> None:
    with by(ANN):
        job = services.jobs.submit("save_all", {})
    assert isinstance(services.jobs, Jobs)
    assert services.jobs.get(job).owner == "Ann"


def queued(services: Services, owner: str) -> str:
    """A shown job that stays queued, since no worker is started."""
    job = _queued("train", {}, owner, None)
    with services.database.write() as connection:
        rows.add(connection, [job], False)
    return job.id


def states(services: Services, *ids: str) -> list[JobState]:
    return [job.state for job in services.jobs.by_ids(ids)]


def test_only_its_author_or_a_reviewer_cancels_repeats_or_dismisses_a_job(services: Services) -> None:
    board, job = services.job_board, queued(services, "Ann")
    with by(BO), pytest.raises(NotAllowed, match="started by Ann"):
        board.cancel([job])
    with by(BO), pytest.raises(NotAllowed, match="started by Ann"):
        services.jobs.cancel(job)
    assert states(services, job) == [JobState.QUEUED]
    with by(ANN):
        assert board.cancel([job]) == 1
    for act in (board.retry, lambda one: board.dismiss([one])):
        with by(BO), pytest.raises(NotAllowed, match="started by Ann"):
            act(job)
    assert states(services, job) == [JobState.CANCELLED]
    with by(CY):
        assert board.dismiss([job]) == 1
    assert states(services, job) == []


def test_all_jobs_are_those_of_the_annotator_and_those_from_times_without_accounts(
    services: Services,
) -> None:
    board = services.job_board
    ann, bo, old = (queued(services, owner) for owner in ("Ann", "Bo", ""))
    with by(BO):
        assert board.cancel(None) == 2
    assert states(services, ann, bo, old) == [JobState.QUEUED, JobState.CANCELLED, JobState.CANCELLED]
    with by(CY):
        assert board.cancel(None) == 1
    with by(BO):
        assert board.dismiss(None) == 2
    assert states(services, ann, bo, old) == [JobState.CANCELLED]
