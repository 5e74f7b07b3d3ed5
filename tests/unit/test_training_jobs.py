"""Training jobs: stored results, versions, clean-up after failures."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from services.errors import Conflict, Invalid
from services.jobs import JobState
from services.storage.files import sha256_of
from services.training import TrainingRequest, words
from services.web.container import Services
from tests.support import PATIENCE, eventually, settings_in
from tests.unit.running import Lab
from tests.unit.training_jobs import School, school_services

WAVE = [-1] * 10 + [1] * 10
LABELS = (
    (0, 9, "Quiet"),
    (10, 19, "Loud"),
    (20, 29, "Quiet"),
    (30, 39, "Loud"),
    (40, 49, "Quiet"),
    (50, 59, "Loud"),
)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """One program for all of these tests: its worker, which imports torch, starts once."""
    built = school_services(settings_in(tmp_path_factory.mktemp("school")))
    yield built
    built.jobs.stop()
    built.database.close()


@pytest.fixture(scope="module")
def lab(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(services, tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="module")
def _school(services: Services) -> School:
    return School(services)


@pytest.fixture
def school(_school: School) -> School:
    _school.use("train")
    return _school


@pytest.fixture
def recording(lab: Lab) -> int:
    """Two hundred rows, ten quiet and ten loud in turn, of which the first sixty are labelled."""
    return labelled(lab)


def labelled(lab: Lab) -> int:
    identity = lab.recording(WAVE * 10, path=f"{uuid4().hex}/a.csv")
    mark(lab, identity, *LABELS)
    return identity


def mark(lab: Lab, recording: int, *labels: tuple[int, int, str]) -> None:
    for x0, x1, label in labels:
        lab.command(recording, "add", id=str(uuid4()), x0=x0, x1=x1, label=label)


def left(services: Services) -> set[str]:
    """The files that trainings make."""
    settings = services.settings
    folders = (settings.data_dir / "training", settings.confidence_dir, settings.models_dir)
    return {str(path) for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_a_training_yields_a_model_and_suggestions_outside_labels(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    job = school.end_of(services.training_desk.start(recording))
    assert job.state == JobState.DONE, job.error
    assert job.result
    model = services.models.get(job.result["model"])
    assert model.name.startswith("Quiet Loud")
    assert (model.origin, model.version) == ("trained", 1)
    assert services.models.file_of(model).is_file()
    suggested = [label for label in lab.labels(recording) if label[3] == "suggested"]
    assert suggested[:2] == [(60, 69, "Quiet", "suggested"), (70, 79, "Loud", "suggested")]
    assert len(suggested) == 14
    assert job.result["suggested"]["suggestions"] == 14
    assert [label[:3] for label in lab.labels(recording) if label[3] == "accepted"] == list(LABELS)


RIGHT = "Of 100 held-out samples, 100 have the right class."


def test_the_expected_accuracy_is_reported(services: Services, school: School, recording: int) -> None:
    job = school.end_of(services.training_desk.start(recording))
    assert job.result
    model = services.models.get(job.result["model"])
    assert job.result["sentence"] == "14 suggestions." and model.short_description == "6 labels"
    held = (model.info.provenance or {})["held_out"]
    measured = school.measured(job)
    assert measured.result
    expected = measured.result["expected"]
    assert expected.startswith(f"{RIGHT} Macro-F1 1.00, from 2 held-out segments")
    model = services.models.get(job.result["model"])
    assert services.training_desk.state(recording, model.id)["expected"] == expected
    assert model.short_description == "F1 1.00, 6 labels"
    assert "3 Quiet, 3 Loud in 1 file" in model.remarks and expected in model.remarks
    assert model.info.metrics and model.info.metrics["judged_on"] == held["words"]
    assert sha256_of(services.models.file_of(model)) == model.sha256
    assert (model.recipe or {})["measured_later"]
    assert not (services.settings.training_dir / job.id).exists()


def test_suggestions_do_not_wait_for_the_accuracy_which_is_said_to_be_measured(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    trained = school.end_of(services.training_desk.start(recording))
    model = (trained.result or {})["model"]
    services.models.describe(model, {"remarks": "Mine"})
    job = services.jobs.newest("measure", "training", trained.id)
    assert job and job.arguments["model"] == model
    with_job = services.training_desk.state(recording, model)["expected"]
    measured = school.measured(trained)
    ended = (measured.result or {})["expected"], ""  # "" if it ended between two queries
    assert with_job in (words.MEASURING, *ended)
    assert services.models.get(model).remarks == "Mine"


def test_a_training_goes_ahead_of_a_measurement_which_is_made_after_it(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    school.use("linger")
    first = school.end_of(services.training_desk.start(recording))
    model = (first.result or {})["model"]
    school.begun(first.id)
    interrupted = services.jobs.newest("measure", "training", first.id)
    assert interrupted
    school.use("train")
    mark(lab, recording, (60, 69, "Quiet"))
    second = school.end_of(services.training_desk.start(recording, model))
    assert second.state == JobState.DONE, second.error
    measured = school.measured(first)
    assert measured.id != interrupted.id and measured.state == JobState.DONE
    assert (second.finished_at or measured.created_at) < (measured.started_at or measured.created_at)
    assert services.models.get(model).info.metrics
    eventually(lambda: not services.jobs.by_ids([interrupted.id]))
    assert school.measured(second).state == JobState.DONE
    assert not services.jobs.active() and not list(services.settings.training_dir.iterdir())


def test_a_cancelled_measurement_leaves_the_model_and_its_suggestions(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    trained = school.end_of(services.training_desk.start(recording))
    job = services.jobs.newest("measure", "training", trained.id)
    assert job
    cancelled = services.jobs.cancel(job.id)
    ended = school.measured(trained)
    model = services.models.get((trained.result or {})["model"])
    assert cancelled == (ended.state == JobState.CANCELLED) == (model.info.metrics == {})
    assert len(waiting(services, recording)) == 14
    assert not (services.settings.training_dir / trained.id).exists()


def test_one_undo_takes_the_suggestions_back(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    school.end_of(services.training_desk.start(recording))
    lab.command(recording, "undo")
    assert [label[3] for label in lab.labels(recording)] == ["accepted"] * 6


def test_too_few_labels_are_reported_before_a_job_starts(
    services: Services, lab: Lab, school: School
) -> None:
    recording = lab.recording(WAVE * 10, path="few/a.csv")
    mark(lab, recording, *LABELS[:3])
    with pytest.raises(Invalid, match="Mark 1 more Loud: at least 2 segments"):
        services.training_desk.start(recording)
    assert services.jobs.active() == []
    assert services.training_desk.state(recording)["reason"].startswith("Mark 1 more Loud")


def test_a_state_that_occurs_once_is_trained_without_evaluation(
    services: Services, lab: Lab, school: School
) -> None:
    recording = lab.recording(WAVE * 10, path="once/a.csv")
    mark(lab, recording, *LABELS[:3])
    state = services.training_desk.state(recording)
    assert state["once"] == ["Loud"] and "trained without evaluation" in state["reason"]
    job = school.end_of(services.training_desk.start(recording, measured=False))
    assert job.state == JobState.DONE, job.error
    assert job.result and job.result["expected"] == "" and job.result["suggested"]["suggestions"]
    model = services.models.get(job.result["model"])
    assert model.recipe and model.recipe["measured"] is False and not model.info.metrics
    assert services.training_desk.improving(recording, model.id).measured  # again when there is more


def test_a_class_that_was_left_out_for_coming_once_can_be_trained_with(
    services: Services, lab: Lab, school: School
) -> None:
    recording = lab.recording(WAVE * 10, path="out/a.csv")
    mark(lab, recording, *LABELS[:4], (50, 52, "Odd"))
    state = services.training_desk.state(recording)
    assert state["reason"] == "" and state["once"] == ["Odd"] and "Left out" in state["warnings"][0]
    job = services.jobs.get(services.training_desk.start(recording, measured=False))
    request = TrainingRequest.from_json(job.arguments["wanted"])
    assert services.training.outlook(request).marked == {"Quiet": 2, "Loud": 2, "Odd": 1}
    school.end_of(job.id)


def test_labels_removed_while_it_was_queued_are_reported_at_its_start(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    school.use("dawdle")
    first = services.training.start(TrainingRequest((labelled(lab),)))
    second = services.training.start(TrainingRequest((recording,)))
    lab.command(recording, "delete", ids=[label["id"] for label in shown(services, recording)])
    services.jobs.cancel(first)
    job = school.end_of(second)
    assert job.state == JobState.FAILED
    assert (job.error or "").startswith("Mark 2 or more segments")


def test_improving_makes_the_next_version_judged_on_the_same(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    trained = school.end_of(services.training_desk.start(recording))
    first = trained.result or {}
    school.measured(trained)
    assert services.training_desk.state(recording, first["model"])["reason"].startswith(
        "There are no new labels"
    )
    lab.command(recording, "accept", ids=[waiting(services, recording)[0]["id"]])
    state = services.training_desk.state(recording, first["model"])
    assert (state["action"], state["reason"], state["fresh"]) == ("improve", "", 1)
    improved = school.end_of(services.training_desk.start(recording, first["model"]))
    second = improved.result or {}
    school.measured(improved)
    model = services.models.get(second["model"])
    earlier = services.models.get(first["model"])
    assert (model.name, model.version, model.lineage) == (f"{earlier.name} v2", 2, earlier.lineage)
    versions = services.training_desk.versions(model.id)
    assert [(version["version"], version["labels"], version["same"]) for version in versions] == [
        (1, 6, True),
        (2, 7, True),
    ]
    assert [version["f1"] for version in versions] == [1.0, 1.0]


def test_a_better_version_replaces_the_open_suggestions_of_the_one_before(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    first = school.end_of(services.training_desk.start(recording)).result or {}
    wait = waiting(services, recording)
    lab.command(recording, "accept", ids=[wait[0]["id"]])
    lab.command(recording, "reject", ids=[wait[1]["id"]])
    second = school.end_of(services.training_desk.start(recording, first["model"])).result or {}
    fresh = waiting(services, recording)
    assert {label["model"] for label in fresh} == {second["model"]}
    assert [(label["start"], label["end"]) for label in fresh] == [
        (label["start"], label["end"]) for label in wait[2:]
    ]


def test_a_rejected_suggestion_is_known_to_the_next_version(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    first = school.end_of(services.training_desk.start(recording)).result or {}
    lab.command(recording, "reject", ids=[waiting(services, recording)[0]["id"]])
    request = services.training_desk.improving(recording, first["model"])
    assert request.follows == first["model"]
    assert services.training_desk.state(recording, first["model"])["fresh"] == 1


def test_suggestions_are_for_the_channel_that_all_labels_are_for(
    services: Services, lab: Lab, school: School
) -> None:
    recording = lab.recording(WAVE * 10, names=("I", "II"), path=f"{uuid4().hex}/a.csv")
    for x0, x1, label in LABELS:
        lab.command(recording, "add", id=str(uuid4()), x0=x0, x1=x1, label=label, channels=[1])
    scope = "Suggestions are for the channel II, as the labels are."
    assert services.training_desk.state(recording)["scope"] == scope
    job = school.end_of(services.training_desk.start(recording))
    assert job.state == JobState.DONE, job.error
    model = services.models.get((job.result or {})["model"])
    assert model.info.feature_names == ("II",)
    suggested = waiting(services, recording)
    assert len(suggested) == 14 and all(label["channels"] == [1] for label in suggested)
    assert services.training_page.model(model.id)["scope"] == scope
    lab.run(recording, model)
    assert all(label["channels"] == [1] for label in waiting(services, recording))
    alone = lab.recording(WAVE * 10, names=("ii",))
    lab.run(alone, model)
    assert {label["channels"] for label in waiting(services, alone)} == {None}


def test_a_model_of_other_channels_is_not_improved_but_another_trained(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    first = school.end_of(services.training_desk.start(recording)).result or {}
    other = lab.recording(WAVE, names=("other",), path="elsewhere/b.csv")
    assert services.training_desk.state(other, first["model"])["action"] == "train"


def test_without_a_file_to_label_the_result_is_only_a_model(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    job = school.train(TrainingRequest((recording,), name="Mine"))
    assert job.state == JobState.DONE, job.error
    assert services.models.get((job.result or {})["model"]).name == "Mine"
    assert [label[3] for label in lab.labels(recording)] == ["accepted"] * 6


def test_two_trainings_wait_for_each_other(services: Services, lab: Lab, school: School) -> None:
    ids = [
        services.training.start(TrainingRequest((one,), suggest=one))
        for one in (labelled(lab), labelled(lab))
    ]
    assert [school.end_of(identity).state for identity in ids] == [JobState.DONE] * 2
    assert len({(services.jobs.get(identity).result or {})["model"] for identity in ids}) == 2


def test_cancel_leaves_nothing_behind_and_the_same_training_does_not_wait_twice(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    school.use("dawdle")
    before, models = left(services), services.models.list()
    identity = services.training_desk.start(recording)
    assert services.training_desk.start(recording) == identity
    assert services.training_desk.state(recording)["job"] == identity
    school.begun(identity)
    services.jobs.cancel(identity)
    assert school.end_of(identity).state == JobState.CANCELLED
    assert left(services) <= before  # files of earlier jobs may be removed meanwhile
    assert services.models.list() == models
    assert [label[3] for label in lab.labels(recording)] == ["accepted"] * 6


def test_a_killed_worker_is_an_interruption_that_can_be_tried_again(
    services: Services, school: School, recording: int
) -> None:
    school.use("dawdle")
    before = left(services)
    identity = services.training_desk.start(recording)
    school.begun(identity)
    for pid in services.jobs.worker_pids():
        os.kill(pid, signal.SIGKILL)
    assert school.end_of(identity).state == JobState.INTERRUPTED
    assert left(services) <= before
    school.use("train")
    again = school.end_of(services.job_board.retry(identity))
    assert again.state == JobState.DONE, again.error


def test_a_file_deleted_meanwhile_leaves_no_model(
    services: Services, lab: Lab, school: School, recording: int
) -> None:
    before, models = left(services), services.models.list()
    other = labelled(lab)
    identity = services.training.start(TrainingRequest((recording,), suggest=other))
    services.trash.delete([other])
    assert school.end_of(identity).state == JobState.FAILED
    assert left(services) <= before
    assert services.models.list() == models


def test_a_model_is_not_deleted_while_it_is_improved(
    services: Services, school: School, lab: Lab, recording: int
) -> None:
    first = school.end_of(services.training_desk.start(recording)).result or {}
    school.use("dawdle")
    lab.command(recording, "accept", ids=[waiting(services, recording)[0]["id"]])
    identity = services.training_desk.start(recording, first["model"])
    with pytest.raises(Conflict, match="in use"):
        services.models.delete(first["model"])
    services.jobs.cancel(identity)
    school.end_of(identity)


def test_files_of_a_crashed_training_are_swept(services: Services) -> None:
    orphan = services.settings.data_dir / "training" / "gone"
    orphan.mkdir(parents=True)
    assert services.training.sweep() == 1
    assert not orphan.exists()


def shown(services: Services, recording: int) -> list[dict[str, Any]]:
    return services.annotations.apply(recording, [], -1)["upsert"]


def waiting(services: Services, recording: int) -> list[dict[str, Any]]:
    return [row for row in shown(services, recording) if row["status"] == "suggested"]


def test_the_worker_is_prepared_once_in_a_pause_of_labelling(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[str] = []
    monkeypatch.setattr(services.jobs, "warm", prepared.append)
    services.training.warm()
    first = services.training._warming
    services.training.warm()
    last = services.training._warming
    assert first.finished.is_set() and not last.finished.is_set() and prepared == []
    last.cancel()
    monkeypatch.setattr("services.training.service.PAUSE", 0)
    services.training.warm()
    services.training._warming.join(PATIENCE)
    assert prepared == ["train"]
