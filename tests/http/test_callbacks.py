"""Callback requests of the browser: labels, saving, lists."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from callbacks.errors import worded
from services.errors import Conflict, Invalid, NotFound, RefusedFile, StorageFull, TidemarkError
from services.web.container import Services
from tests.http.conftest import Bring
from tests.support import fire

CSV = "t,v\n" + "".join(f"{row},{row % 7}\n" for row in range(100))


def add(x0: float, x1: float, label: str = "QRS") -> dict[str, Any]:
    return {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4()), "x0": x0, "x1": x1, "label": label}


def exchange(
    client: FlaskClient, recording: Any, *commands: dict[str, Any], since: int = -1
) -> dict[str, Any]:
    """The answer about one recording."""
    payload = {"nonce": 7, "requests": [{"recording": recording, "commands": list(commands), "since": since}]}
    answered = fire(client, "label-plot.commands", payload)
    assert answered.status == 200
    assert answered.values["label-plot.answer"]["nonce"] == 7
    (answer,) = answered.values["label-plot.answer"]["answers"]
    return dict(answer)


# ---- exchange ------------------------------------------------------------------------------------------


def test_a_label_is_acknowledged_snapped_and_worded(client: FlaskClient, ecg: int) -> None:
    command = add(2.0012, 1.0007)
    answer = exchange(client, ecg, command)
    assert answer["acked"] == [command["uuid"]]
    assert answer["rejected"] == []
    (row,) = answer["upsert"]
    assert (row["start"], row["end"]) == (500, 1001)
    assert (row["startText"], row["endText"], row["duration"]) == ("1", "2.002", "1.002 s")
    assert (row["label"], row["color"], row["source"]) == ("QRS", "#d604a2", "manual")
    assert answer["undo"] == "Add QRS 1 – 2.002 s"
    assert answer["redo"] is None
    assert answer["state"] == "unsaved"


def test_the_same_uuid_twice_is_one_label_and_two_acknowledgements(client: FlaskClient, ecg: int) -> None:
    command = add(1, 2)
    for _ in range(2):
        assert exchange(client, ecg, command)["acked"] == [command["uuid"]]
    assert len(exchange(client, ecg)["upsert"]) == 1


def test_an_answer_holds_only_what_changed_since_the_revision_known(client: FlaskClient, ecg: int) -> None:
    first = exchange(client, ecg, add(1, 2))
    assert first["full"]
    second = exchange(client, ecg, add(3, 4, "P"), since=first["revision"])
    assert not second["full"]
    assert [row["label"] for row in second["upsert"]] == ["P"]
    gone = {"uuid": str(uuid4()), "kind": "delete", "ids": [first["upsert"][0]["id"]]}
    third = exchange(client, ecg, gone, since=second["revision"])
    assert (third["upsert"], third["remove"]) == ([], gone["ids"])


def test_undo_reverts_and_redo_repeats_an_edit(client: FlaskClient, ecg: int) -> None:
    exchange(client, ecg, add(1, 2), add(3, 4))
    undone = exchange(client, ecg, {"uuid": str(uuid4()), "kind": "undo"})
    assert (len(undone["upsert"]), undone["undo"], undone["redo"]) == (
        1,
        "Add QRS 1 – 2 s",
        "Add QRS 3 – 4 s",
    )
    again = exchange(client, ecg, {"uuid": str(uuid4()), "kind": "redo"})
    assert (len(again["upsert"]), again["redo"]) == (2, None)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"kind": "paint"},
        {"x0": "1"},
        {"x1": None},
        {"label": ""},
        {"label": "  "},
        {"label": "x" * 101},
        {"label": 5},
        {"id": "no uuid"},
        {"source": "hearsay"},
        {"kind": "undo"},
        {"kind": "redo"},
        {"kind": "delete"},
        {"kind": "delete", "ids": []},
        {"kind": "delete", "ids": ["3d6a2c1e-0b1f-4c55-9a53-6f2f2b0c9d10"]},
    ],
    ids=str,
)
def test_a_command_without_sense_is_rejected_in_words_and_the_next_one_is_applied(
    client: FlaskClient, ecg: int, spoiled: dict[str, Any]
) -> None:
    bad, good = add(1, 2) | spoiled, add(3, 4)
    answer = exchange(client, ecg, bad, good)
    (rejected,) = answer["rejected"]
    assert rejected["uuid"] == bad["uuid"]
    assert rejected["reason"].endswith(".")
    assert answer["acked"] == [good["uuid"]]
    assert len(answer["upsert"]) == 1


@pytest.mark.parametrize("recording", [999, 0, -1, "1", None, 2**40, [1]])
def test_an_unknown_recording_is_reported_together_with_the_other_answers(
    client: FlaskClient, ecg: int, recording: Any
) -> None:
    command = add(1, 2)
    commands = [
        {"recording": recording, "commands": [add(1, 2)], "since": -1},
        {"recording": ecg, "commands": [command], "since": -1},
    ]
    fired = fire(client, "label-plot.commands", {"nonce": 1, "requests": commands})
    unknown, known = fired.values["label-plot.answer"]["answers"]
    assert unknown == {
        "recording": recording,
        "error": "This recording does not exist (any more).",
        "retry": False,
    }
    assert known["acked"] == [command["uuid"]]


@pytest.mark.parametrize(
    "body",
    [[], "text", 5, {}, {"requests": {}}, {"requests": [1]}, {"requests": [{"recording": 1}]}],
    ids=str,
)
def test_a_malformed_exchange_is_refused_with_a_message(client: FlaskClient, body: Any) -> None:
    answer = fire(client, "label-plot.commands", body)
    assert answer.status in {200, 204}
    assert answer.values == {}
    assert answer.side["shell-toast.data"]["text"] == "This is not a list of commands for recordings."


def test_edits_left_from_a_closed_plot_are_applied_by_the_shell(client: FlaskClient, ecg: int) -> None:
    command = add(1, 2)
    payload = {"nonce": 3, "requests": [{"recording": ecg, "commands": [command], "since": 2**53 - 1}]}
    answer = fire(client, "shell-unsent.data", payload).values["shell-unsent-done.data"]
    assert answer["nonce"] == 3
    assert answer["answers"][0]["acked"] == [command["uuid"]]
    assert len(exchange(client, ecg)["upsert"]) == 1


def test_changes_of_others_are_returned_once(client: FlaskClient, ecg: int) -> None:
    first = exchange(client, ecg, add(1, 2))
    since = {name: first[name] for name in ("recording", "revision", "version")}
    assert fire(client, "label-plot.since", since).values == {}
    exchange(client, ecg, add(3, 4))
    changes = fire(client, "label-plot.since", since).values["label-plot.changes"]
    assert [row["start"] for row in changes["upsert"]] == [1500]
    assert (changes["acked"], changes["full"]) == ([], False)


def test_a_class_that_is_renamed_elsewhere_is_a_change(
    client: FlaskClient, services: Services, ecg: int
) -> None:
    first = exchange(client, ecg, add(1, 2))
    since = {name: first[name] for name in ("recording", "revision", "version")}
    services.label_classes.rename(first["classes"][0]["id"], "PVC")
    changes = fire(client, "label-plot.since", since).values["label-plot.changes"]
    assert [label_class["name"] for label_class in changes["classes"]] == ["PVC"]


@pytest.mark.parametrize("since", [[], "text", {"recording": 1}, {"revision": 1}], ids=str)
def test_a_heartbeat_without_sense_is_refused_in_words(client: FlaskClient, since: Any) -> None:
    answer = fire(client, "label-plot.since", since)
    assert answer.values == {}
    assert not since or answer.side["shell-toast.data"]["text"].endswith(".")


def test_many_commands_in_one_request_are_all_applied(client: FlaskClient, ecg: int) -> None:
    commands = [add(number / 100, number / 100 + 0.05) for number in range(100)]
    assert len(exchange(client, ecg, *commands)["acked"]) == 100
    assert len(exchange(client, ecg)["upsert"]) == 100


# ---- save ----------------------------------------------------------------------------------------------


def save(client: FlaskClient, recording: int) -> Any:
    return fire(client, "label-save-request.data", {"recording": recording, "at": 1})


def test_save_writes_the_file_and_reports_the_number_of_labels(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV, "deep/a.csv")
    exchange(client, recording, add(10, 20))
    fired = save(client, recording)
    assert fired.side["shell-toast.data"]["text"] == "Saved 1 label to outputs/deep/a.csv"
    text = (services.settings.outputs_dir / "deep" / "a.csv").read_text(encoding="utf-8")
    assert text == "Item Number,Start Index,End Index,Label,Color\n1,10,20,QRS,#d604a2\n"
    assert exchange(client, recording)["state"] == "saved"


def test_saving_an_unknown_recording_is_a_toast_in_words(client: FlaskClient) -> None:
    fired = save(client, 999)
    toast = fired.side["shell-toast.data"]
    assert toast["text"] == "This recording does not exist (any more)."
    assert toast["kind"] == "warning"
    assert "shell-files-version.data" not in fired.side


def test_saving_where_nothing_can_be_written_is_a_toast_and_the_labels_stay(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV, "deep/a.csv")
    exchange(client, recording, add(10, 20))
    services.settings.outputs_dir.mkdir(parents=True, exist_ok=True)
    (services.settings.outputs_dir / "deep").write_text("a file where a folder must be")
    toast = save(client, recording).side["shell-toast.data"]
    assert toast["text"].endswith(".")
    assert "Traceback" not in toast["text"]
    assert exchange(client, recording)["state"] == "unsaved"


# ---- lists ---------------------------------------------------------------------------------------------


def test_the_download_dialog_lists_saved_files_and_selects_all(client: FlaskClient, bring: Bring) -> None:
    recording = bring(CSV, "deep/a.csv")
    bring(CSV + "100,1\n", "b.csv")
    exchange(client, recording, add(1, 2))
    save(client, recording)
    exchange(client, recording, add(3, 4))
    fired = fire(client, "label-download-button.n_clicks", 1)
    assert fired.values["download-dialog.is_open"] is True
    folder, file = fired.values["download-grid.rowData"]
    assert (folder["kind"], folder["name"]) == ("folder", "deep")
    assert (file["path"], file["savedLabels"], file["badge"]) == ("deep/a.csv", 1, "older than your labels")
    rows = fired.values["download-grid.rowData"]
    chosen = fire(client, "download-grid.rowData", rows, output="download-grid.selectedRows").values
    assert chosen["download-grid.selectedRows"] == {"ids": [folder["id"], file["id"]]}


def test_loading_a_page_with_a_download_button_opens_no_dialog(client: FlaskClient) -> None:
    assert fire(client, "label-download-button.n_clicks", 0).values == {}


# ---- errors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [NotFound, Conflict, Invalid, RefusedFile, StorageFull])
def test_our_own_errors_are_shown_in_their_words(kind: type[TidemarkError]) -> None:
    toast = worded(kind("The tide is out."))
    assert (toast["text"], toast["kind"]) == ("The tide is out.", "warning")


def test_an_unknown_error_is_shown_as_a_reference_that_the_log_has(
    client: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_recording: int) -> Any:
        raise RuntimeError("secret: /home/x/key")

    monkeypatch.setattr(services.outputs, "save", fail)
    with caplog.at_level(logging.ERROR):
        toast = save(client, 1).side["shell-toast.data"]
    assert "secret" not in str(toast)
    assert toast["kind"] == "error"
    (record,) = [record for record in caplog.records if record.exc_info]
    assert toast["reference"] in record.getMessage()


def test_a_request_that_is_no_callback_is_no_crash(client: FlaskClient, tmp_path: Path) -> None:
    for body in ("{}", "[]", "null", "not json", '{"output": "no.such", "inputs": []}'):
        answer = client.post("/_dash-update-component", data=body, content_type="application/json")
        assert answer.status_code >= 400
        assert "Traceback" not in answer.text
