"""Label files from the browser: dry run, import, copying, malformed requests."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from components import copy_dialog, import_dialog
from services.errors import Conflict, Invalid, NotFound
from services.label_import.sent_files import SentFile
from services.storage.paths import OTHER_REASON
from services.uploads.transfers import ChosenFile, Sender
from services.web.container import Services
from tests.support import fire

LABELS = b"Item Number,Start Index,End Index,Label,Color\n1,10,20,QRS,#d604a2\n2,30,300,T,red\n"
SHORT = LABELS.replace(b"2,30,300,T,red\n", b"")
ME = Sender("browser", "page")


@pytest.fixture
def recordings(services: Services, tmp_path: Path) -> list[int]:
    """Two recordings of 100 samples."""
    for number, name in enumerate(("a.csv", "b.csv")):
        (tmp_path / name).write_text("t,v\n" + "".join(f"{row},{row % 7 + number}\n" for row in range(100)))
    list(services.uploads.import_paths([tmp_path / "a.csv", tmp_path / "b.csv"]))
    return [recording.id for recording in services.recordings.list()]


def send(services: Services, *files: tuple[str, bytes], batch: int = 1) -> dict[str, SentFile]:
    """Send label files as the browser does, and make their dry runs."""
    chosen = [ChosenFile(place, path, len(data), batch) for place, (path, data) in enumerate(files)]
    for go in services.transfers.announce(ME, "labels", batch, chosen):
        services.transfers.receive_many([(go.key, len(files[go.place][1]))], io.BytesIO(files[go.place][1]))
    return step(services)


def step(services: Services) -> dict[str, SentFile]:
    """Work until nothing is pending; returns the files by path."""
    while services.sent_labels.list(ME).task.name:
        services.sent_labels.step(ME)
    return {file.path: file for file in services.sent_labels.list(ME).files}


def bring(services: Services, replace: bool = False) -> dict[str, SentFile]:
    services.sent_labels.start(ME, replace)
    return step(services)


def segments(services: Services, recording: int) -> list[tuple[int, int, str]]:
    rows = services.annotations.apply(recording, [], -1)["upsert"]
    return [(row["start"], row["end"], row["label"]) for row in rows]


def test_a_dry_run_reports_the_same_as_the_import(services: Services, recordings: list[int]) -> None:
    files = send(services, ("out/a.csv", LABELS), ("x.csv", LABELS))
    services.sent_labels.aim(files["x.csv"].key, recordings[1])
    dry = step(services)
    counts = [
        (one["target"]["path"], one["labels"], one["fresh"], one["clipped"], one["brought"])
        for one in (dry["out/a.csv"].report, dry["x.csv"].report)
    ]
    assert counts == [("a.csv", 2, 2, 1, None), ("b.csv", 2, 2, 1, None)]
    assert dry["out/a.csv"].report["lines"][0] == {
        "line": 3,
        "fate": "clipped",
        "start": "30",
        "end": "300",
        "label": "T",
        "words": "clipped at the end",
    }
    assert segments(services, recordings[0]) == []
    done = bring(services)
    assert [file.report["brought"] for file in done.values()] == [2, 2]
    assert done["x.csv"].report["how"] == "as chosen"
    assert (
        segments(services, recordings[0])
        == [(10, 20, "QRS"), (30, 99, "T")]
        == segments(services, recordings[1])
    )


def test_a_file_is_imported_once_and_replacing_must_be_chosen(
    services: Services, recordings: list[int]
) -> None:
    send(services, ("a.csv", LABELS))
    for _ in range(2):
        bring(services)
    assert services.recordings.get(recordings[0]).revision == 1
    send(services, ("a.csv", SHORT), batch=2)
    bring(services)
    assert len(segments(services, recordings[0])) == 2
    done = bring(services, replace=True)
    assert (done["a.csv"].report["removed"], segments(services, recordings[0])) == (1, [(10, 20, "QRS")])


def test_of_two_files_for_one_recording_only_the_first_replaces_its_labels(
    services: Services, recordings: list[int]
) -> None:
    send(services, ("a.csv", LABELS))
    bring(services)
    other = SHORT.replace(b"10,20,QRS", b"40,50,P")
    files = send(services, ("1/x.csv", SHORT), ("2/x.csv", other), batch=2)
    for path in ("1/x.csv", "2/x.csv"):
        services.sent_labels.aim(files[path].key, recordings[0])
    step(services)
    bring(services, replace=True)
    assert segments(services, recordings[0]) == [(10, 20, "QRS"), (40, 50, "P")]


def test_every_recording_can_be_chosen_by_its_path(services: Services, recordings: list[int]) -> None:
    files = send(services, ("lost.csv", LABELS))
    assert files["lost.csv"].sentence == "no recording is called “lost.csv”"
    key = files["lost.csv"].key
    assert services.sent_labels.aim_at_path(key, "c.csv") == "There is no recording at c.csv."
    assert services.sent_labels.aim_at_path(key, " b.csv ") == ""
    assert step(services)["lost.csv"].report["target"] == {"id": recordings[1], "path": "b.csv"}


def test_files_that_are_none_of_labels_are_left_out_with_the_reason(
    services: Services, recordings: list[int]
) -> None:
    files = send(
        services, ("a.csv", LABELS), ("notes.csv", b"a,b\n1,2\n"), ("pic.png", b"x"), ("../a.csv", LABELS)
    )
    assert list(files) == ["a.csv"]
    reasons = {row.path: row.reason for row in services.sent_labels.list(ME).left_out}
    assert reasons["notes.csv"].startswith("not a label file: its first line is neither Item Number,")
    assert reasons["pic.png"] == OTHER_REASON
    assert "leads out" in reasons["../a.csv"]


def test_a_deleted_recording_or_file_is_reported_for_that_file_only(
    services: Services, recordings: list[int]
) -> None:
    files = send(services, ("a.csv", LABELS), ("b.csv", LABELS), ("gone.csv", SHORT))
    services.sent_labels.aim(files["a.csv"].key, 2**40)
    services.transfers.file(files["gone.csv"].key).unlink()
    services.sent_labels.recheck(ME)
    done = step(services)
    assert done["a.csv"].sentence == "the chosen recording was deleted"
    assert done["b.csv"].sentence == "1 matched · 1 clipped"
    assert done["gone.csv"].sentence == "not imported: The file was removed. Choose it again."


def test_an_import_can_be_cancelled_and_its_list_cleared(services: Services, recordings: list[int]) -> None:
    send(services, ("a.csv", LABELS), ("b.csv", LABELS))
    services.sent_labels.start(ME, False)
    services.sent_labels.cancel(ME)
    assert {one.sentence for one in step(services).values()} == {"not imported: cancelled"}
    assert segments(services, recordings[0]) == []
    assert all(one.report["brought"] == 2 for one in bring(services).values())
    services.sent_labels.clear(ME)
    assert services.sent_labels.list(ME).files == []
    assert not list(services.settings.uploads_dir.glob(".partial/*.part"))


def test_the_report_has_a_row_for_everything_and_no_formula(
    services: Services, recordings: list[int]
) -> None:
    send(services, ("a.csv", LABELS.replace(b",T,", b",=T(),")), ("notes.csv", b"a,b\n1,2\n"))
    rows = list(csv.reader(io.StringIO(services.sent_labels.report(ME))))
    assert rows[0] == ["File", "Recording", "Line", "What", "Start", "End", "Label", "Why"]
    assert rows[1] == ["a.csv", "a.csv", "", "file", "", "", "", "1 matched · 1 clipped"]
    assert rows[2] == ["a.csv", "a.csv", "3", "clipped", "30", "300", "'=T()", "clipped at the end"]
    assert [row[3] for row in rows[3:]] == ["note", "left out"]


def test_the_dialog_leads_from_a_choice_to_labels_by_its_callbacks(
    client: FlaskClient, services: Services, recordings: list[int]
) -> None:
    sender = {"import-transfer.sender": {"browser": ME.browser, "page": ME.page}}
    chosen = {"id": "x", "batch": 1, "files": [[0, "a.csv", len(LABELS), 0, ""]], "turn": 1}
    plan = fire(client, "import-transfer.chosen", chosen, **sender).values["import-transfer.plan"]
    (((place, key, offset),),) = plan["go"]
    assert (plan["id"], place, offset) == ("x", 0, 0)
    services.transfers.receive_many([(key, len(LABELS))], io.BytesIO(LABELS))
    state = {**sender, "import-dialog.is_open": True, "import-group.data": "all", "import-mode.value": "add"}
    drawn = fire(client, "import-tick.n_intervals", 1, "import-list", **state).values
    assert drawn["import-sums.children"] == "1 file · 2 labels to import · 1 clipped"
    assert drawn["import-start-button.disabled"] is False
    run = fire(client, "import-start-button.n_clicks", 1, **state).values["import-run.data"]
    after = fire(client, "import-run.data", run, "import-list", **state)
    assert after.values["import-sums.children"].startswith("1 file · 2 labels imported into 1 file")
    assert after.side["shell-toast.data"]["text"] == "2 labels imported into 1 file."
    assert len(segments(services, recordings[0])) == 2


def test_the_rows_of_the_dialog_are_made_of_plain_values(services: Services, recordings: list[int]) -> None:
    send(services, ("a.csv", LABELS), ("lost.csv", LABELS))
    shown = services.sent_labels.list(ME)
    assert [import_dialog.kind_of(file) for file in shown.files] == ["fine", "refused"]
    text = str(import_dialog.rows(shown, "all"))
    assert "a.csv" in text and "1 matched · 1 clipped" in text
    assert "a.csv" not in str(import_dialog.rows(shown, "lost"))
    assert "clipped at the end" in str(import_dialog.inside(shown.files[0]))


def test_labels_are_copied_to_a_recording_of_the_same_shape(
    services: Services, recordings: list[int]
) -> None:
    send(services, ("a.csv", LABELS))
    bring(services)
    source, target = recordings
    (offered,) = services.copying.targets(source)
    assert (offered.id, offered.path, offered.ways) == (target, "b.csv", ["sample", "time"])
    uuid = str(uuid4())
    for _ in range(2):
        services.copying.copy(source, target, "sample", uuid)
    assert segments(services, target) == segments(services, source)
    assert services.recordings.get(target).revision == 1


def test_the_dialog_copies_labels_by_its_callbacks(
    client: FlaskClient, services: Services, recordings: list[int]
) -> None:
    send(services, ("a.csv", LABELS))
    bring(services)
    source, target = recordings
    open_button = {"_pages_location.pathname": f"/label/{source}"}
    about = fire(client, "copy-open-button.n_clicks", 1, **open_button).values["copy-about.data"]
    assert (about["recording"], about["count"], about["ids"]) == (source, 2, [])
    opened = fire(client, "copy-about.data", about, "copy-dialog").values
    assert opened["copy-dialog.is_open"] is True and opened["copy-filter.value"] == ""  # in one answer
    targets = fire(client, "copy-about.data", about, "copy-targets").values["copy-targets.data"]
    choice = {
        "copy-about.data": about,
        "copy-targets.data": targets,
        "copy-list.value": [target],
        "copy-which.value": "all",
        "copy-by.value": "sample",
    }
    drawn = fire(client, "copy-list.value", [target], "copy-empty", **choice).values
    assert copy_dialog.start_text(2, 1) == "Copy 2 labels to 1 file"
    assert drawn["copy-start-button.disabled"] is False
    done = fire(client, "copy-start-button.n_clicks", 1, **choice)
    assert done.values["copy-work.data"]["results"][str(target)]["sentence"] == "2 copied"
    assert done.side["shell-toast.data"]["text"] == "Copied 2 labels to b.csv."
    assert done.side["shell-toast.data"]["action"]["href"] == f"/label/{target}"
    assert segments(services, target) == segments(services, source)


def test_a_file_without_labels_has_nothing_to_copy(client: FlaskClient, recordings: list[int]) -> None:
    pressed = fire(
        client, "copy-open-button.n_clicks", 1, **{"_pages_location.pathname": f"/label/{recordings[0]}"}
    )
    assert pressed.side["shell-toast.data"]["text"] == "This file has no labels to copy yet."


def test_copying_nonsense_is_refused_in_words(services: Services, recordings: list[int]) -> None:
    source, target = recordings
    wrong: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"by": "colour"}, Invalid),
        ({"uuid": "x"}, Invalid),
        ({"target": 99}, NotFound),
    ]
    for values, error in wrong:
        arguments = {"target": target, "by": "sample", "uuid": str(uuid4()), **values}
        with pytest.raises(error) as raised:
            services.copying.copy(source, **arguments)
        assert str(raised.value).endswith("."), values
    with pytest.raises((NotFound, Conflict)):
        services.copying.targets(99)


def saved_pair(services: Services, recording: int) -> tuple[bytes, bytes]:
    """The label CSV and the label JSON of imported labels."""
    services.outputs.save(recording)
    folder = services.settings.outputs_dir
    path = services.recordings.get(recording).path
    return (folder / path).read_bytes(), (folder / path.replace(".csv", ".labels.json")).read_bytes()


@pytest.mark.parametrize("together", [True, False])
def test_of_a_csv_and_its_json_only_the_json_is_imported(
    services: Services, recordings: list[int], together: bool
) -> None:
    send(services, ("a.csv", SHORT))
    bring(services)
    csv, json = saved_pair(services, recordings[0])
    services.sent_labels.clear(ME)
    command = {"uuid": str(uuid4()), "kind": "undo"}
    services.annotations.apply(recordings[0], [command], -1)
    if together:
        answer = send(services, ("out/a.csv", csv), ("out/a.labels.json", json), batch=2)
    else:  # the JSON is chosen later: the dry run of the CSV is made again
        assert send(services, ("out/a.csv", csv), batch=2)["out/a.csv"].sentence == "1 matched"
        answer = send(services, ("out/a.labels.json", json), batch=3)
    assert answer["out/a.csv"].sentence.startswith("left out: out/a.labels.json has the same labels")
    assert answer["out/a.labels.json"].sentence == "1 matched"
    expected = services.sent_labels.list(ME).included
    assert import_dialog.start_text(expected, False) == "Import 1 label"
    done = bring(services)
    assert [file.state for file in done.values()] == ["checked", "brought"]
    assert segments(services, recordings[0]) == [(10, 20, "QRS")]


def test_a_csv_changed_after_its_json_is_a_conflict(services: Services, recordings: list[int]) -> None:
    send(services, ("a.csv", SHORT))
    bring(services)
    csv, json = saved_pair(services, recordings[0])
    services.sent_labels.clear(ME)
    answer = send(services, ("a.csv", csv + b"2,1,2,P,red\n"), ("a.labels.json", json), batch=2)
    assert all("were not saved together" in item.sentence for item in answer.values())
    assert services.sent_labels.list(ME).included == []
    services.sent_labels.choose(answer["a.labels.json"].key, False)
    assert step(services)["a.csv"].sentence == "2 matched · 1 already exist"
    assert [sent_label.path for sent_label in services.sent_labels.list(ME).included] == ["a.csv"]
    services.sent_labels.choose(answer["a.labels.json"].key, True)
    services.sent_labels.choose(answer["a.csv"].key, False)
    assert step(services)["a.labels.json"].sentence == "1 matched · 1 already exist"
    assert bring(services)["a.csv"].state == "checked"


def test_a_json_of_another_file_is_marked_and_placed_by_time(
    services: Services, recordings: list[int]
) -> None:
    send(services, ("a.csv", SHORT))
    bring(services)
    _, json = saved_pair(services, recordings[0])
    services.sent_labels.clear(ME)
    sha256 = services.recordings.get(recordings[0]).sha256.encode()
    (file,) = send(services, ("a.labels.json", json.replace(sha256, b"0" * 64)), batch=2).values()
    assert file.sentence == "1 matched · 1 already exist · placed by time, see the note"
    assert file.has_problem and import_dialog.kind_of(file) == "problem"
    assert "The labels are of another file (SHA-256 00000000…" in str(import_dialog.inside(file))


def test_the_table_of_a_json_counts_labels_and_not_lines(services: Services, recordings: list[int]) -> None:
    send(services, ("a.csv", SHORT))
    bring(services)
    _, json = saved_pair(services, recordings[0])
    services.sent_labels.clear(ME)
    answer = send(services, ("a.labels.json", json.replace(b'"end_index": 20', b'"end_index": 200')), batch=2)
    (file,) = answer.values()
    assert "'No.'" in str(import_dialog.inside(file)) and "'Line'" not in str(import_dialog.inside(file))
