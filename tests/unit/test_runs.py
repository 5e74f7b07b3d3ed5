"""Runs of a model over a recording: stored results, options, protection of human labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import psutil
import pytest

from services.accounts import acting
from services.accounts.model import Role
from services.errors import Conflict, Invalid, NotFound
from services.inference import RunOptions, RunRequest
from services.inference.suggestions import overlap
from services.ingest.reading_options import ReadingOptions
from services.jobs import Job, JobState
from services.models import Model
from services.timeseries import window
from services.web.container import build_services
from tests.support import has_torch, settings_in
from tests.unit.ends import ends
from tests.unit.people import ANN, BO, by
from tests.unit.running import Lab, slow, threshold

WAVE = [-1, -1, -1, 1, 1, 1, 1, -1, -1, 1, -1, -1]  # loud at 3–6 and 9
OPEN = [
    (0, 2, "Quiet", "suggested"),
    (3, 6, "Loud", "suggested"),
    (7, 8, "Quiet", "suggested"),
    (9, 9, "Loud", "suggested"),
    (10, 11, "Quiet", "suggested"),
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """All tests of the module share one worker: to start it takes seconds."""
    folder = tmp_path_factory.mktemp("lab")
    services = build_services(settings_in(folder))
    yield Lab(services, folder)
    services.jobs.stop()
    services.database.close()


def test_predictions_become_suggestions_in_one_edit_that_can_be_undone(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    job = lab.run(recording, model)
    assert (job.state, job.result and job.result["sentence"]) == (JobState.DONE, "5 suggestions.")
    assert lab.labels(recording) == OPEN
    changes = lab.services.annotations.apply(recording, [], -1)
    assert changes["undo"] == f"Auto-label with {model.name}: 5 suggestions"
    assert changes["upsert"][1]["score"] == pytest.approx(0.9975, abs=1e-3)
    lab.command(recording, "undo")
    assert lab.labels(recording) == []
    lab.command(recording, "redo")
    assert lab.labels(recording) == OPEN


def test_a_suggestion_has_its_model_and_run(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    job = lab.run(recording, model)
    query = (
        "select distinct source, model, model_sha256, run, decision from annotations where recording_id = ?"
    )
    with lab.services.database.read() as connection:
        rows = connection.exec_driver_sql(query, (recording,)).all()
    assert rows == [("model", model.id, model.sha256, job.id, None)]


def test_short_segments_are_merged_and_background_makes_no_label(lab: Lab) -> None:
    recording = lab.recording(WAVE)
    model = lab.model(classes=[{"index": 0, "skip": True}])
    lab.run(recording, model, least=2)
    assert lab.labels(recording) == [(3, 6, "Loud", "suggested")]


def test_a_run_without_results_is_reported_and_changes_nothing(lab: Lab) -> None:
    recording = lab.recording([-1] * 8)
    job = lab.run(recording, lab.model(classes=[{"index": 0, "skip": True}]))
    assert (job.result or {})["sentence"] == "No suggestions."
    assert lab.services.annotations.apply(recording, [], -1)["undo"] is None


def test_only_the_visible_range_is_labelled(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    lab.run(recording, model, span=(4.5, 9))
    assert lab.labels(recording) == [
        (5, 6, "Loud", "suggested"),
        (7, 8, "Quiet", "suggested"),
        (9, 9, "Loud", "suggested"),
    ]
    with pytest.raises(AssertionError, match="There is no sample in the visible range"):
        lab.start(recording, model, span=(4.2, 4.8))


def test_a_second_run_replaces_the_open_suggestions_of_the_first_but_no_label_of_a_person(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    lab.run(recording, model)
    lab.label(recording, 0, 1, "Mine")
    lab.run(recording, model, least=2)
    labels = [(0, 1, "Mine", "accepted"), (0, 2, "Quiet", "suggested"), (3, 6, "Loud", "suggested")]
    assert lab.labels(recording) == [*labels, (7, 11, "Quiet", "suggested")]
    lab.command(recording, "undo")
    assert sorted(lab.labels(recording)) == sorted([*OPEN, labels[0]])


def test_earlier_suggestions_of_another_model_stay_and_with_nothing_replaced_all_do(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    other = lab.model(threshold(steepness=2.0))
    lab.run(recording, model)
    lab.run(recording, other)
    lab.run(recording, other, replace="nothing")
    assert len(lab.labels(recording)) == 15


def test_earlier_decisions_are_not_suggested_again(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    lab.label(recording, 3, 6, "Loud")
    job = lab.run(recording, model)
    assert lab.labels(recording).count((3, 6, "Loud", "suggested")) == 0
    assert (job.result or {})["suggestions"] == 4
    lab.run(recording, lab.model(), replace="all")
    assert (3, 6, "Loud", "suggested") in lab.labels(recording)


def test_accepting_by_score_keeps_suggestions_that_overlap_a_label(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    lab.label(recording, 6, 7, "Mine")
    job = lab.run(recording, model, accept=0.9)
    assert lab.labels(recording) == [
        (0, 2, "Quiet", "accepted"),
        (3, 6, "Loud", "suggested"),
        (6, 7, "Mine", "accepted"),
        (7, 8, "Quiet", "suggested"),
        (9, 9, "Loud", "accepted"),
        (10, 11, "Quiet", "accepted"),
    ]
    sentence = "3 accepted, 2 suggestions. 2 of them would be accepted, but overlap labels."
    assert (job.result or {})["sentence"] == sentence


def test_below_the_score_nothing_is_accepted(lab: Lab) -> None:
    recording = lab.recording(WAVE)
    lab.run(recording, lab.model(), accept=0.999)
    assert lab.labels(recording) == OPEN


def test_an_exclusive_class_of_suggestions_cuts_nothing(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model(threshold(names=("Low", "High")))
    lab.label(recording, 0, 11, "High")
    known = next(
        label_class for label_class in lab.services.label_classes.list() if label_class.name == "High"
    )
    lab.services.label_classes.set_exclusive(known.id, True)
    lab.run(recording, model, accept=0.9)
    assert (0, 11, "High", "accepted") in lab.labels(recording)
    assert len([label for label in lab.labels(recording) if label[3] == "suggested"]) == 5


def test_all_labels_are_replaced_on_request_and_restored_by_undo(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    lab.label(recording, 2, 7, "Mine")
    lab.run(recording, model, replace="all", accept=0.5)
    assert lab.labels(recording) == [(*label[:3], "accepted") for label in OPEN]
    lab.command(recording, "undo")
    assert lab.labels(recording) == [(2, 7, "Mine", "accepted")]


def test_a_run_replaces_labels_of_others_only_for_a_reviewer(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    with by(ANN):
        lab.label(recording, 2, 7, "Mine")
    with by(BO):
        job = lab.run(recording, model, replace="all")
    assert (job.state, job.error) == (
        JobState.FAILED,
        "This changes a label of Ann. Only a reviewer may change labels of others.",
    )
    assert lab.labels(recording) == [(2, 7, "Mine", "accepted")]
    reviewer = lab.services.users.add("Cy", "correct horse battery", Role.REVIEWER)
    with acting.on_behalf_of(reviewer):
        again = lab.end_of(lab.services.job_board.retry(job.id))
    assert (again.state, again.owner) == (JobState.DONE, "Cy")
    assert lab.labels(recording) == OPEN


def test_a_file_read_differently_meanwhile_gets_no_labels_and_a_reason(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    start = lab.services.jobs.submit_all

    def reread(*arguments: object) -> list[str]:  # between the click and the landing
        ids = start(*arguments)  # type: ignore[arg-type]
        with lab.services.database.write() as connection:
            connection.exec_driver_sql("update recordings set store_key = 'other' where id = ?", (recording,))
        return ids

    monkeypatch.setattr(lab.services.jobs, "submit_all", reread)
    job = lab.run(recording, model)
    assert job.state == JobState.FAILED and "was read differently while the model ran" in str(job.error)
    assert nothing_left(lab, job)


def test_a_file_deleted_meanwhile_is_reported(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    start = lab.services.jobs.submit_all

    def delete(*arguments: object) -> list[str]:
        ids = start(*arguments)  # type: ignore[arg-type]
        lab.services.trash.delete([recording])
        return ids

    monkeypatch.setattr(lab.services.jobs, "submit_all", delete)
    job = lab.run(recording, model)
    assert job.state == JobState.FAILED and "was deleted on" in str(job.error)
    assert nothing_left(lab, job)
    lab.services.trash.restore([recording])
    assert lab.labels(recording) == []


def nothing_left(lab: Lab, job: Job) -> bool:
    return not (lab.services.settings.confidence_dir / job.id).exists()


def test_a_checkpoint_that_was_exchanged_is_not_opened(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    lab.services.models.file_of(model).write_bytes(b"something else")
    job = lab.run(recording, model)
    assert job.state == JobState.FAILED and "was changed since the upload" in str(job.error)


def test_too_many_segments_are_refused_with_the_remedy(lab: Lab) -> None:
    recording, model = lab.recording([(-1) ** row for row in range(60_000)]), lab.model()
    job = lab.run(recording, model)
    assert "60,000 segments" in str(job.error) and "minimum length above 1 sample" in str(job.error)
    assert nothing_left(lab, job)
    assert lab.run(recording, model, least=2).state == JobState.DONE


def test_a_run_that_is_cancelled_leaves_nothing_and_the_next_one_is_done(lab: Lab) -> None:
    recording = lab.recording([-1, 1] * 100_000)
    job = lab.start(recording, lab.model(slow()))
    lab.begun(job)
    lab.services.job_board.cancel([job])
    ended = lab.end_of(job)
    assert ended.state == JobState.CANCELLED
    assert lab.labels(recording) == [] and nothing_left(lab, ended)
    small = lab.recording(WAVE)
    assert lab.run(small, lab.model()).state == JobState.DONE


def test_a_run_whose_worker_is_killed_is_interrupted_and_can_be_tried_again(lab: Lab) -> None:
    recording = lab.recording([-1, 1] * 100_000)
    job = lab.start(recording, lab.model(slow()))
    lab.begun(job)
    (worker,) = workers(lab)
    worker.kill()
    ended = lab.end_of(job)
    assert ended.state == JobState.INTERRUPTED and "Try again" in str(ended.error)
    assert lab.labels(recording) == [] and nothing_left(lab, ended)
    again = lab.services.job_board.retry(job)
    assert lab.services.jobs.get(again).arguments == ended.arguments
    lab.begun(again)
    lab.services.job_board.cancel([again])
    assert lab.end_of(again).state == JobState.CANCELLED
    assert [one["id"] for one in lab.services.job_board.listed()["jobs"]][-1] != job


def test_a_retry_uses_the_current_file_and_model(lab: Lab) -> None:
    services = lab.services
    recording, model = lab.recording(WAVE), lab.model()
    whole, part = (broken(lab, recording, model, span=span) for span in (None, (0.0, 5.0)))
    reread = ends(services, "reread")
    reread(services.rereading.start(recording, ReadingOptions(time="")).job)  # the rows are counted
    services.renaming.rename(recording, "renamed.csv")
    services.models.set_class(model.id, 0, {"skip": True})
    again = services.job_board.retry(whole)
    assert services.job_board.retry(whole) == again  # pressed twice
    ended = lab.end_of(again)
    assert ended.state == JobState.DONE and ended.arguments["about"]["what"].endswith("renamed.csv")
    assert lab.labels(recording) == [label for label in OPEN if label[2] == "Loud"]
    with pytest.raises(Conflict, match="Start it from the plot"):
        services.job_board.retry(part)


def test_an_impossible_retry_is_reported_at_once(lab: Lab) -> None:
    services = lab.services
    recording, model = lab.recording(WAVE), lab.model()
    whole, part = (broken(lab, recording, model, span=span) for span in (None, (0.0, 5.0)))
    assert lab.end_of(services.job_board.retry(part)).state == JobState.DONE
    assert [label[:2] for label in lab.labels(recording)] == [(0, 2), (3, 5)]
    services.trash.delete([recording])
    with pytest.raises(NotFound, match="was deleted"):
        services.job_board.retry(whole)
    services.trash.restore([recording])
    services.models.delete(model.id)
    with pytest.raises(NotFound, match="This model does not exist"):
        services.job_board.retry(whole)
    assert services.jobs.get(whole).state == JobState.FAILED


def broken(lab: Lab, recording: int, model: Model, **choices: Any) -> str:
    """A failed run whose cause is fixed."""
    file = lab.services.models.file_of(model)
    content = file.read_bytes()
    file.write_bytes(b"not what it was")
    job = lab.run(recording, model, **choices)
    assert job.state == JobState.FAILED
    file.write_bytes(content)
    return job.id


def test_a_class_that_is_renamed_or_merged_does_not_come_back_with_the_next_run(lab: Lab) -> None:
    services = lab.services
    recording, model = lab.recording(WAVE), lab.model(threshold(names=("Low", "High")))
    lab.run(recording, model)
    classes = {label_class.name: label_class.id for label_class in services.label_classes.list()}
    lab.command(recording, "decide", what="accept")
    services.label_classes.rename(classes["High"], "Peak")
    assert lab.run(recording, model).result["sentence"].startswith("Nothing new")
    services.label_classes.delete(classes["Low"], classes["High"])
    assert lab.run(recording, model).result["sentence"].startswith("Nothing new")
    assert {label[2:] for label in lab.labels(recording)} == {("Peak", "accepted")}
    assert not {"Low", "High"} & {label_class.name for label_class in services.label_classes.list()}


def workers(lab: Lab) -> list[psutil.Process]:
    """The processes that have torch in this one's service."""
    found = [psutil.Process(pid) for pid in lab.services.jobs.worker_pids()]
    return [item for item in found if has_torch(item)]


def test_the_same_run_does_not_wait_twice(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    request = RunRequest(model.id, RunOptions())
    lab.start(lab.recording([-1, 1] * 100_000), lab.model(slow()))  # the others wait
    first = lab.services.runs.start([recording], request)
    second = lab.services.runs.start([recording, recording], request)
    other = lab.services.runs.start([recording], RunRequest(model.id, RunOptions(least=3)))
    lab.services.job_board.cancel([lab.services.jobs.active()[0].id])
    assert len(first["jobs"]) == 1 and second == {"jobs": [], "refused": [], "same": 1}
    assert len(other["jobs"]) == 1
    assert lab.end_of(other["jobs"][0]).state == JobState.DONE


def test_of_many_files_those_that_do_not_fit_are_named_and_the_others_are_labelled(lab: Lab) -> None:
    model = lab.model()
    fits, other = lab.recording(WAVE), lab.recording(WAVE, ("speed",), "other.csv")
    answer = lab.services.runs.start([fits, other, 999], RunRequest(model.id, RunOptions()))
    assert len(answer["jobs"]) == 1
    looked = lab.services.runs.dry_run([fits, other, 999], RunRequest(model.id, RunOptions()))
    assert looked == {"fits": 1, "refused": answer["refused"]}
    assert [(one["path"], one["reason"]) for one in answer["refused"]] == [
        (
            "other.csv",
            "The model takes a channel “v”, which this recording does not have. Choose its channels.",
        ),
        ("file 999", "This recording does not exist (any more)."),
    ]


def test_adjustments_to_the_model_are_reported_with_the_result(lab: Lab) -> None:
    slow_file = lab.recording(WAVE)  # a sample a second
    unit = ends(lab.services, "reread")
    unit(lab.services.rereading.start(slow_file, ReadingOptions(unit="s")).job)
    model = lab.model(threshold() | {"sampling": 0.5})
    fit = lab.services.runs.fit(model.id, slow_file)
    assert fit["warnings"] == [
        "The model expects a sample every 500 ms; here it is every 1 s, so the recording is resampled for it."
    ]
    result = lab.run(slow_file, model).result
    assert result["sentence"].endswith("so the recording is resampled for it.")
    assert [label[2] for label in lab.labels(slow_file)] == [label[2] for label in OPEN]


def test_channels_chosen_once_are_taken_in_every_file_that_has_them(lab: Lab) -> None:
    model = lab.model()
    first, second = (lab.recording(WAVE, ("speed", "rate")) for _ in range(2))
    assert not lab.services.runs.fit(model.id, first)["fits"]
    assert lab.services.runs.fit(model.id, first)["choose"]
    with pytest.raises(Invalid, match="The model takes 1 channel; 2 are chosen"):
        lab.services.runs.choose(model.id, first, [0, 1])
    assert lab.services.runs.choose(model.id, first, [1])["fits"]
    assert lab.services.runs.fit(model.id, second)["channels"] == [1]
    lab.services.runs.forget_channels(model.id)
    assert not lab.services.runs.fit(model.id, second)["fits"]


def test_confidence_is_available_until_the_next_run_or_the_deletion_of_the_recording(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    assert lab.services.runs.confidence(recording) is None
    first = lab.run(recording, model, span=(2, 8))
    job = lab.run(recording, model, span=(3, 6))
    found = lab.services.runs.confidence(recording)
    assert found and found[0] == job.id
    (series,) = window(found[1], 0, 11, 100).series
    known = ~np.isnan(series.y)
    assert {3, 4, 5, 6} <= set(series.x[known]) and series.x[known].min() == 3
    assert series.y[known] == pytest.approx(0.9975, abs=0.004)
    assert nothing_left(lab, first) and not nothing_left(lab, job)
    lab.services.trash.delete([recording])
    lab.services.trash.purge([recording])
    assert nothing_left(lab, job)


def test_files_of_a_crash_are_swept(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    job = lab.run(recording, model)
    (lab.services.settings.confidence_dir / "orphan").mkdir()
    assert lab.services.runs.sweep() == 1
    assert not nothing_left(lab, job)


@pytest.mark.parametrize(
    "values", [{"least": 0}, {"least": True}, {"accept": 2}, {"accept": "x"}, {"replace": "labels"}]
)
def test_options_that_make_no_sense_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        RunOptions.from_json(values)


def test_an_unknown_model_or_missing_files_are_reported(lab: Lab) -> None:
    with pytest.raises(NotFound):
        lab.services.runs.start([1], RunRequest("nobody", RunOptions()))
    with pytest.raises(Invalid):
        lab.services.runs.start([], RunRequest(lab.model().id, RunOptions()))


def test_overlap_is_that_of_each_pair(lab: Lab) -> None:
    generator = np.random.default_rng(3)

    def some(count: int) -> list[dict[str, int]]:
        pairs = np.sort(generator.integers(0, 60, (count, 2)), axis=1).tolist()
        return [{"start_index": first, "end_index": last} for first, last in pairs]

    for _ in range(50):
        rows, others = some(6), some(4)
        expected = [
            any(
                row["start_index"] <= other["end_index"] and other["start_index"] <= row["end_index"]
                for other in others
            )
            for row in rows
        ]
        assert overlap(rows, others) == expected
