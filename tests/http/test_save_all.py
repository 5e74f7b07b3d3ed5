"""Save and Save All through their callbacks: written files, dialog, a second Save All."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from components.dialogs import about_id, field_id, form_id
from components.ids import JobsIds, LabelIds, OutputsIds, ShellIds
from components.label.save_results import cancel_id
from services.accounts import acting
from services.accounts.model import Role, User
from services.jobs import Job
from services.outputs import save_all
from services.web.container import Services
from tests.http.conftest import Bring
from tests.support import NO_OUTPUT, PATIENCE, fire, prop

CSV = "t,v\n0,1\n1,2\n2,3\n"
LIST = f"{LabelIds.SAVE_RESULTS_LIST}.children"
OPEN = f"{LabelIds.SAVE_RESULTS}.is_open"
KNOWN = f"{LabelIds.SAVE_JOB}.data"


@pytest.fixture
def end(services: Services) -> Callable[[], Job]:
    """Wait for the next end of a job that saves all."""
    ended: queue.SimpleQueue[Job] = queue.SimpleQueue()
    kind = services.jobs.kinds()[save_all.JOB]
    services.jobs.register(save_all.JOB, replace(kind, ended=ended.put))
    return lambda: ended.get(timeout=PATIENCE)


def label(services: Services, recording: int) -> None:
    command: dict[str, Any] = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4())}
    answer = services.annotations.apply(recording, [{**command, "x0": 0, "x1": 1, "label": "P"}], -1)
    assert not answer["rejected"]


def save_everything(client: FlaskClient) -> dict[str, Any]:
    """Press Save All; returns the side effects."""
    answer = fire(client, f"{LabelIds.SAVE_ALL_REQUEST}.data", {"at": 1, "recording": 1})
    assert answer.values[OPEN] is True
    return {**answer.values, **answer.side}


def test_save_reports_the_path_and_updates_the_lists(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV, "deep/a.csv")
    label(services, recording)
    answer = fire(client, f"{LabelIds.SAVE_REQUEST}.data", {"at": 1, "recording": recording})
    assert answer.side[f"{ShellIds.TOAST}.data"]["text"] == "Saved 1 label to outputs/deep/a.csv"
    assert {f"{ShellIds.FILES_VERSION}.data", f"{ShellIds.LABELS_CHANGED}.data"} <= answer.side.keys()
    assert (services.settings.outputs_dir / "deep" / "a.csv").exists()


def test_save_all_is_a_job_that_saves_and_lists_unsaved_files(
    client: FlaskClient, services: Services, bring: Bring, end: Callable[[], Job]
) -> None:
    for name in ("a.csv", "deep/b.csv"):
        label(services, bring(f"{CSV}3,{len(name)}\n", name))
    bring(f"{CSV}3,0\n", "no labels.csv")
    begun = save_everything(client)
    job = begun[KNOWN]["job"]
    assert begun[f"{JobsIds.STARTED}.data"] == [job]
    assert end().state == "done"
    answer = fire(client, f"{JobsIds.CHANGED}.data", "2", output=LIST, **{KNOWN: begun[KNOWN]})
    words = str(answer.values[LIST])
    assert words.count("1 label written") == 2 and "deep/b.csv" in words and "no labels.csv" not in words
    assert f"{ShellIds.FILES_VERSION}.data" in answer.side
    assert (services.settings.outputs_dir / "deep" / "b.csv").exists()
    nothing = save_everything(client)
    assert nothing[KNOWN]["job"] is None
    shown = fire(client, KNOWN, nothing[KNOWN], output=LIST)
    assert "Nothing to save" in str(shown.values[LIST])


def test_a_second_save_all_shows_the_one_that_runs_and_it_can_be_cancelled(
    client: FlaskClient, services: Services, bring: Bring, tmp_path: Path, end: Callable[[], Job]
) -> None:
    label(services, bring(CSV))
    kind = services.jobs.kinds()[save_all.JOB]
    block = "tests.unit.job_functions:block"
    flag = {"flag": str(tmp_path / "flag")}
    services.jobs.register(save_all.JOB, replace(kind, function=block, prepare=lambda _job: flag))
    first = save_everything(client)[KNOWN]
    second = save_everything(client)[KNOWN]
    assert first["job"] == second["job"]
    shown = str(fire(client, KNOWN, second, output=LIST).values[LIST])
    assert "Cancel" in shown and "Progress" in shown
    fire(client, prop(cancel_id(first["job"]), "n_clicks"), 1)
    assert end().state == "cancelled"
    ended = str(fire(client, KNOWN, second, output=LIST).values[LIST])
    assert "It was cancelled. Files saved so far stay saved." in ended


def test_a_file_that_cannot_be_saved_is_listed_with_its_reason_and_the_others_are_saved(
    client: FlaskClient, services: Services, bring: Bring, end: Callable[[], Job]
) -> None:
    for name in ("blocked/a.csv", "b.csv"):
        label(services, bring(f"{CSV}3,{len(name)}\n", name))
    services.settings.outputs_dir.mkdir(parents=True, exist_ok=True)
    (services.settings.outputs_dir / "blocked").write_text("a file where a folder must be")
    known = save_everything(client)[KNOWN]
    end()
    words = str(fire(client, KNOWN, known, output=LIST).values[LIST])
    assert "1 file could not be saved." in words and "1 label written" in words


def test_the_first_save_of_labels_of_two_authors_asks_for_the_form_and_stores_it(
    client: FlaskClient, services: Services, bring: Bring, end: Callable[[], Job]
) -> None:
    recording = bring(CSV, "deep/a.csv")
    for name in ("Ann", "Bo"):
        with acting.on_behalf_of(User(1, name, Role.ANNOTATOR)):
            label(services, recording)
    request = {"at": 1, "recording": recording}
    store = f"{LabelIds.SAVE_REQUEST}.data"
    answer = fire(client, store, request).side
    assert answer[f"{LabelIds.SAVE_FORM}.is_open"] is True and not list(
        services.settings.outputs_dir.rglob("*.csv")
    )
    dialog = answer[f"{LabelIds.SAVE_FORM}.children"]
    assert "Ann, Bo have labels here" in str(dialog)
    everything = fire(client, f"{LabelIds.SAVE_ALL_REQUEST}.data", {"at": 2, "recording": 1})
    assert everything.side[f"{LabelIds.SAVE_FORM}.is_open"] is True and OPEN not in everything.values
    about = {"store": LabelIds.SAVE_REQUEST, "data": request}
    answered = fire(
        client,
        prop(form_id(LabelIds.SAVE_FORM), "n_submit"),
        1,
        **{
            prop(about_id(LabelIds.SAVE_FORM), "data"): about,
            prop(field_id(LabelIds.SAVE_FORM, "form"), "value"): "authors",
            prop(field_id(LabelIds.SAVE_FORM, "form"), "id"): field_id(LabelIds.SAVE_FORM, "form"),
        },
    )
    saved = fire(client, store, answered.side[store])
    assert saved.side[f"{ShellIds.TOAST}.data"]["text"].startswith(
        "Saved 2 labels to outputs/by author/, one file each of Ann and Bo."
    )
    assert (services.settings.outputs_dir / "by author" / "Bo" / "deep" / "a.csv").exists()
    label(services, recording)
    job = save_everything(client)[KNOWN]["job"]
    end()
    assert (
        services.save_all.state(job).files[0]["sentence"].endswith("one file each of no author, Ann and Bo")
    )


def test_the_outputs_page_changes_what_save_writes(client: FlaskClient, services: Services) -> None:
    choice = f"{OutputsIds.SAVE_FORM}.value"
    assert fire(client, choice, "settled", output=NO_OUTPUT).values == {} and services.outputs.form is None
    changed = fire(client, choice, "authors", output=NO_OUTPUT).side
    assert services.outputs.form == "authors" and f"{ShellIds.FILES_VERSION}.data" in changed
