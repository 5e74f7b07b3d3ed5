"""Training through callbacks: button next to the plot, form on the Models page, versions, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from components.dialogs import about_id, form_id, problem_id
from components.ids import (
    JobsIds,
    LabelIds,
    ModelsIds,
    ShellIds,
    TrainIds,
    TrainingIds,
    job_status_part,
    job_status_tool,
    train_part,
    train_tool,
    version_choice,
)
from services.jobs import JobState
from services.web.container import Services
from tests.support import PATIENCE, Fired, fire, prop
from tests.unit.catalogue_models import keep
from tests.unit.running import Lab

LABELS = ((0, 9, "Quiet"), (10, 19, "Loud"), (20, 29, "Quiet"))
MISSING = (
    "Mark 1 more Loud: at least 2 segments of each class are needed. A state that occurs once can be marked in two "
    "pieces with a gap, or trained without evaluation."
)
SAID = prop(train_part("status"), "children")
SENT = prop(train_part("form"), "n_submit")
TOAST = f"{ShellIds.TOAST}.data"


@pytest.fixture
def lab(services: Services, tmp_path: Path) -> Lab:
    return Lab(services, tmp_path)


@pytest.fixture
def recording(lab: Lab) -> int:
    """Sixty rows, three labels: one of them is missing."""
    identity = lab.recording(([-1] * 10 + [1] * 10) * 3)
    for number, (x0, x1, label) in enumerate(LABELS):
        lab.command(identity, "add", id=f"{number:032x}", x0=x0, x1=x1, label=label)
    return identity


def test_a_state_that_occurs_once_can_be_trained_without_evaluation(
    client: FlaskClient, services: Services, recording: int
) -> None:
    status = opened(client, recording).values[f"{TrainingIds.STATUS}.children"]
    assert status[0].startswith(MISSING) and "Train with Loud, without evaluation" in str(status[1])
    state = {f"{LabelIds.PLOT}.recording": {"id": recording}}
    (job,) = fire(client, f"{TrainingIds.UNMEASURED}.n_clicks", 1, **state).side[f"{JobsIds.STARTED}.data"]
    assert services.jobs.get(job).arguments["wanted"]["measured"] is False
    busy = opened(client, recording).values[f"{TrainingIds.STATUS}.children"]
    assert len(busy) == 1
    services.jobs.cancel(job)


def complete(lab: Lab, recording: int) -> None:
    lab.command(recording, "add", id="f" * 32, x0=30, x1=39, label="Loud")


def form(recording: int, **more: Any) -> dict[str, Any]:
    """Values of the form for one recording; ``more`` by the names of its parts."""
    values = {
        "scope": "some",
        "classes": ["Quiet", "Loud"],
        "channels": ["v"],
        "unmarked": "between",
        "judged": "choice",
        "seconds": "60",
        **more,
    }
    rows = {"some": [{"id": str(recording)}], "held": []}
    return {prop(train_part(name), "value"): value for name, value in values.items()} | {
        prop(train_part(name), "selectedRows"): selected for name, selected in rows.items()
    }


def shown(fired: Fired, identity: Any, name: str = "children") -> str:
    found = fired.values[prop(identity, name)]
    return json.dumps(found, ensure_ascii=False)


def opened(client: FlaskClient, recording: int, chosen: str | None = None) -> Fired:
    state = {f"{ShellIds.MODEL}.data": chosen}
    return fire(client, f"{LabelIds.PLOT}.recording", {"id": recording}, TrainingIds.STATUS, **state)


# ---- next to the plot -----------------------------------------------------------------------------------


def test_the_button_shows_available_and_missing_labels(client: FlaskClient, lab: Lab, recording: int) -> None:
    values = opened(client, recording)
    assert "Train and suggest" in shown(values, TrainingIds.START)
    assert MISSING in shown(values, TrainingIds.STATUS)
    assert values.values[f"{TrainingIds.START}.title"] == MISSING
    assert values.values[f"{TrainingIds.START}.disabled"] is True
    complete(lab, recording)
    values = opened(client, recording)
    assert values.values[f"{TrainingIds.STATUS}.children"] == ["Learns from 2 Quiet, 2 Loud in this file. "]
    assert values.values[f"{TrainingIds.START}.disabled"] is False


def test_labelling_prepares_the_worker_when_a_training_becomes_possible(
    client: FlaskClient, services: Services, lab: Lab, recording: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    warmed: list[str] = []
    monkeypatch.setattr(services.jobs, "warm", warmed.append)
    monkeypatch.setattr("services.training.service.PAUSE", 0)
    state = {f"{LabelIds.PLOT}.recording": {"id": recording}}
    fire(client, f"{ShellIds.FILES_VERSION}.data", "1", TrainingIds.STATUS, **state)
    assert warmed == []
    complete(lab, recording)
    opened(client, recording)  # which may be for reading only
    assert warmed == []
    fire(client, f"{ShellIds.FILES_VERSION}.data", "2", TrainingIds.STATUS, **state)
    services.training._warming.join(PATIENCE)
    assert warmed == ["train"]


def test_a_training_with_too_few_labels_is_refused_in_the_same_words(
    client: FlaskClient, services: Services, recording: int
) -> None:
    state = {f"{LabelIds.PLOT}.recording": {"id": recording}}
    fired = fire(client, f"{TrainingIds.START}.n_clicks", 1, **state)
    assert fired.side[TOAST]["text"] == MISSING
    fired = fire(client, SENT, 1, **form(recording))
    assert fired.values[prop(train_part("problem"), "children")] == MISSING
    assert services.jobs.active() == []


def test_a_newly_created_button_does_nothing(client: FlaskClient, services: Services, recording: int) -> None:
    state = {f"{LabelIds.PLOT}.recording": {"id": recording}}
    fire(client, f"{TrainingIds.START}.n_clicks", 0, **state)
    assert services.jobs.active() == []


def test_a_training_is_followed_shown_next_to_the_plot_and_cancelled(
    client: FlaskClient, services: Services, lab: Lab, recording: int
) -> None:
    complete(lab, recording)
    state = {f"{LabelIds.PLOT}.recording": {"id": recording}, f"{TrainingIds.RUN}.data-view": ""}
    (job,) = fire(client, f"{TrainingIds.START}.n_clicks", 1, **state).side[f"{JobsIds.STARTED}.data"]
    assert fire(client, f"{TrainingIds.START}.n_clicks", 2, **state).side[f"{JobsIds.STARTED}.data"] == [job]
    assert opened(client, recording).values[f"{TrainingIds.START}.disabled"] is True
    run = fire(client, f"{JobsIds.CHANGED}.data", "1", f"{TrainingIds.RUN}.hidden", **state)
    assert run.values[f"{TrainingIds.RUN}.hidden"] is False
    assert "Cancel" in str(run.values[prop(job_status_part("tool", "train"), "children")])
    fire(client, prop(job_status_tool("train", "cancel", job), "n_clicks"), 1)
    assert services.jobs.get(job).state == JobState.CANCELLED
    view = {**state, f"{TrainingIds.RUN}.data-view": run.values[f"{TrainingIds.RUN}.data-view"]}
    gone = fire(client, f"{JobsIds.CHANGED}.data", "2", f"{TrainingIds.RUN}.hidden", **view)
    assert gone.values[f"{TrainingIds.RUN}.hidden"] is True


@pytest.fixture
def end(client: FlaskClient) -> Any:
    """Tell the callback that listens to ends and has no output, which ``fire`` cannot name."""
    (single,) = (
        dependency
        for dependency in client.get("/_dash-dependencies").get_json()
        if dependency["clientside_function"] is None
        and [item["id"] for item in dependency["inputs"]] == [JobsIds.ENDED]
        and [item["id"] for item in dependency["state"]] == ["_pages_location"]
    )

    def tell(path: str, **job: Any) -> dict[str, Any]:
        arguments = {"kind": "train", "state": "done", "error": None, "recording": None, **job}
        payload = {
            "output": single["output"],
            "inputs": [{"id": JobsIds.ENDED, "property": "data", "value": [arguments]}],
            "state": [{"id": "_pages_location", "property": "pathname", "value": path}],
            "changedPropIds": [f"{JobsIds.ENDED}.data"],
        }
        answer = client.post("/_dash-update-component", json=payload).get_json(silent=True) or {}
        return {
            f"{identity}.{name}": value
            for identity, props in answer.get("sideUpdate", {}).items()
            for name, value in props.items()
        }

    return tell


def test_a_training_that_ended_chooses_its_model_and_offers_the_review(
    end: Any, services: Services, recording: int
) -> None:
    model = keep(services, "Waves")
    result = {"model": model.id, "sentence": "Expected macro-F1 0.91.", "suggested": {"suggestions": 3}}
    here = end(f"/label/{recording}", recording=recording, result=result)
    assert (here[TOAST]["text"], here[TOAST]["kind"]) == ("Expected macro-F1 0.91.", "success")
    assert here[TOAST]["action"] == {"text": "Review", "press": "review-start-button"}
    assert here[f"{ShellIds.MODEL}.data"] == model.id == services.preferences.get("model")
    assert f"{ShellIds.LABELS_CHANGED}.data" in here
    elsewhere = end("/files", recording=recording, result=result)
    assert elsewhere[TOAST]["action"] == {"text": "Open file", "href": f"/label/{recording}"}


def test_a_failed_training_shows_its_reason_and_a_cancelled_one_nothing(end: Any) -> None:
    assert end("/files", state="failed", error="The disk is full.")[TOAST]["text"] == "The disk is full."
    assert end("/files", state="cancelled") == {}


def test_the_end_of_a_measurement_is_shown_with_its_warnings(end: Any) -> None:
    result = {"model": "none", "warnings": ["No better.", "Few."]}
    here = end("/files", kind="measure", result=result)
    assert (here[TOAST]["text"], here[TOAST]["kind"]) == ("No better. Few.", "warning")
    quiet = end("/files", kind="measure", result=result | {"warnings": []})
    assert list(quiet) == [f"{ShellIds.MODELS_VERSION}.data"]
    assert end("/files", kind="measure", state="failed", error="Gone.")[TOAST]["text"] == "Gone."
    assert end("/files", kind="measure", state="cancelled") == {}


def test_a_model_of_the_form_is_chosen_only_where_it_is_a_version_of_the_chosen_one(
    end: Any, services: Services
) -> None:
    chosen, other = keep(services, "Waves"), keep(services, "Trend")
    services.preferences.set("model", chosen.id)
    result = {"model": other.id, "sentence": "", "suggested": {"suggestions": 0}}
    assert f"{ShellIds.MODEL}.data" not in end("/models", result=result)
    assert services.preferences.get("model") == chosen.id


# ---- the form ------------------------------------------------------------------------------------------


def test_a_form_shows_the_training_labels_in_advance(client: FlaskClient, lab: Lab, recording: int) -> None:
    complete(lab, recording)
    values = form(recording, unmarked="class", background="Rest")
    changed = prop(train_part("unmarked"), "value")
    found = fire(client, changed, values.pop(changed), SAID, **values)
    assert "Learns from 2 Quiet, 2 Loud, 1 Rest" not in shown(found, train_part("status"))
    assert "Mark 1 more Rest" in shown(found, train_part("status"))
    assert found.values[prop(train_part("go"), "disabled")] is True
    values = form(recording)
    found = fire(client, changed, values.pop(changed), SAID, **values)
    assert "Learns from 2 Quiet, 2 Loud in 1 file, on the channel v." in shown(found, train_part("status"))
    assert found.values[prop(train_part("go"), "disabled")] is False


def test_the_form_offers_the_files_with_labels_and_their_classes(client: FlaskClient, recording: int) -> None:
    values = fire(client, f"{TrainIds.VIEW}.data", {"form": ""}, TrainIds.PLACE)
    assert values.values[f"{TrainIds.PLACE}.hidden"] is False
    words = shown(values, TrainIds.PLACE)
    assert "1 more needed" in words and '"value": "Quiet Loud"' in words


def test_without_labels_the_first_step_is_described(client: FlaskClient) -> None:
    values = fire(client, f"{TrainIds.VIEW}.data", {"form": ""}, TrainIds.PLACE)
    assert "No labels to learn from yet" in shown(values, TrainIds.PLACE)


def test_an_invalid_name_is_reported_at_its_field(
    client: FlaskClient, services: Services, lab: Lab, recording: int
) -> None:
    complete(lab, recording)
    fired = fire(client, SENT, 1, **form(recording, name="a/b"))
    assert fired.values[prop(train_part("name-problem"), "children")]
    assert fired.values[prop(train_part("name"), "invalid")] is True
    assert fired.values[prop(train_part("problem"), "children")] == ""
    assert services.jobs.active() == []
    typed = fire(
        client, prop(train_part("name"), "value"), "x" * 31, prop(train_part("name-count"), "children")
    )
    assert typed.values[prop(train_part("name-count"), "children")] == "31 / 30"
    assert "tm-over" in typed.values[prop(train_part("name-count"), "className")]
    assert typed.values[prop(train_part("name"), "invalid")] is False


def test_a_training_is_shown_when_it_was_started_cancelled_and_its_form_filled_again(
    client: FlaskClient, services: Services, lab: Lab, recording: int
) -> None:
    complete(lab, recording)
    fired = fire(client, SENT, 1, **form(recording, name="Mine", seconds="180"))
    job = fired.side[f"{TrainIds.VIEW}.data"]["job"]
    assert fired.side[f"{JobsIds.STARTED}.data"] == [job]
    place = fire(client, f"{TrainIds.VIEW}.data", {"job": job}, TrainIds.PLACE)
    assert "Train Mine" in shown(place, TrainIds.PLACE)
    assert place.side[f"{ModelsIds.ADDRESS}.data"] == f"/models?job={job}"
    listed = fire(client, f"{TrainIds.VIEW}.data", {"job": job}, TrainIds.TRAININGS)
    assert len(listed.values[f"{TrainIds.TRAININGS}.children"]) == 1
    fire(client, prop(train_tool("cancel", job), "n_clicks"), 1)
    view = {f"{TrainIds.VIEW}.data": {"job": job}, prop(train_part("state"), "data-view"): f"{job} active"}
    moved = fire(client, f"{JobsIds.CHANGED}.data", "1", prop(train_part("state"), "children"), **view)
    assert "Cancelled: nothing was stored." in shown(moved, train_part("state"))
    back = fire(client, prop(train_tool("back", job), "n_clicks"), 1, TrainIds.VIEW)
    again = fire(client, f"{TrainIds.VIEW}.data", back.values[f"{TrainIds.VIEW}.data"], TrainIds.PLACE)
    assert '"value": "Mine"' in shown(again, TrainIds.PLACE)
    assert '"value": "180"' in shown(again, TrainIds.PLACE)


def test_an_unknown_training_is_reported(client: FlaskClient) -> None:
    values = fire(client, f"{TrainIds.VIEW}.data", {"job": "none"}, TrainIds.PLACE)
    assert "This training does not exist any more." in shown(values, TrainIds.PLACE)


# ---- versions ------------------------------------------------------------------------------------------


def test_only_a_model_that_was_trained_here_is_improved(client: FlaskClient, services: Services) -> None:
    model = keep(services, "Trend")
    for identity in (model.id, "none"):
        answer = fire(client, prop(train_tool("improve", identity), "n_clicks"), 1)
        assert answer.side[TOAST]["kind"] == "warning"
        sent = {prop(about_id(TrainIds.IMPROVE), "data"): {"model": identity}}
        fired = fire(client, prop(form_id(TrainIds.IMPROVE), "n_submit"), 1, **sent)
        assert fired.values[prop(problem_id(TrainIds.IMPROVE), "children")].endswith(".")
    assert services.jobs.active() == []


def test_a_version_is_chosen_for_the_plots(client: FlaskClient, services: Services) -> None:
    model = keep(services, "Waves")
    fired = fire(client, prop(version_choice(model.id), "value"), True)
    assert fired.side[f"{ShellIds.MODEL}.data"] == model.id == services.preferences.get("model")
    assert fire(client, prop(version_choice(model.id), "value"), True).side == {}
