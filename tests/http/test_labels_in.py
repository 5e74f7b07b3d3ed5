"""Files of labels over HTTP: a dry run, bringing in, copying; and what is said to nonsense."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from services.web.container import Services

LABELS = b"Item Number,Start Index,End Index,Label,Color\n1,10,20,QRS,#d604a2\n2,30,300,T,red\n"


@pytest.fixture
def recordings(services: Services, tmp_path: Path) -> list[int]:
    """Two recordings of 100 samples."""
    for number, name in enumerate(("a.csv", "b.csv")):
        (tmp_path / name).write_text("t,v\n" + "".join(f"{row},{row % 7 + number}\n" for row in range(100)))
    list(services.uploads.import_paths([tmp_path / "a.csv", tmp_path / "b.csv"]))
    return [one.id for one in services.recordings.list()]


def send(client: FlaskClient, url: str, *files: tuple[dict[str, Any], bytes]) -> tuple[int, Any]:
    form: dict[str, Any] = {"plan": json.dumps([told for told, _ in files])}
    form |= {str(number): (io.BytesIO(data), "labels.csv") for number, (_, data) in enumerate(files)}
    answer = client.post(url, data=form, content_type="multipart/form-data")
    return answer.status_code, answer.get_json()


def segments(services: Services, recording: int) -> list[tuple[int, int, str]]:
    rows = services.annotations.apply(recording, [], -1)["upsert"]
    return [(row["start"], row["end"], row["label"]) for row in rows]


def test_a_dry_run_then_bringing_in_tell_the_same(
    client: FlaskClient, services: Services, recordings: list[int]
) -> None:
    files = [({"path": "out/a.csv"}, LABELS), ({"path": "x.csv", "recording": recordings[1]}, LABELS)]
    status, dry = send(client, "/labels-in/check", *files)
    assert status == 200
    told = [
        (one["target"]["path"], one["labels"], one["fresh"], one["clipped"], one["brought"])
        for one in dry["files"]
    ]
    assert told == [("a.csv", 2, 2, 1, None), ("b.csv", 2, 2, 1, None)]
    assert dry["files"][0]["lines"][0] == {
        "line": 3,
        "fate": "clipped",
        "start": "30",
        "end": "300",
        "label": "T",
        "words": "clipped at the end",
    }
    assert segments(services, recordings[0]) == []
    _, done = send(client, "/labels-in", *files)
    assert [one["brought"] for one in done["files"]] == [2, 2]
    assert (
        segments(services, recordings[0])
        == [(10, 20, "QRS"), (30, 99, "T")]
        == segments(services, recordings[1])
    )


def test_a_request_that_comes_twice_is_done_once_and_replacing_must_be_asked_for(
    client: FlaskClient, services: Services, recordings: list[int]
) -> None:
    told = {"path": "a.csv", "uuid": str(uuid4())}
    for _ in range(2):
        send(client, "/labels-in", (told, LABELS))
    assert services.recordings.get(recordings[0]).revision == 1
    short = LABELS.replace(b"2,30,300,T,red\n", b"")
    send(client, "/labels-in", ({"path": "a.csv"}, short))
    assert len(segments(services, recordings[0])) == 2
    _, done = send(client, "/labels-in", ({"path": "a.csv", "replace": True}, short))
    assert (done["files"][0]["removed"], segments(services, recordings[0])) == (1, [(10, 20, "QRS")])


def test_every_recording_can_be_chosen(client: FlaskClient, recordings: list[int]) -> None:
    listed = client.get("/labels-in").get_json()["recordings"]
    assert listed == [{"id": recordings[0], "path": "a.csv"}, {"id": recordings[1], "path": "b.csv"}]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"plan": "[["},
        {"plan": "{}"},
        {"plan": json.dumps([{"path": "a.csv"}])},
        {"plan": json.dumps([{"path": 5}]), "0": (io.BytesIO(b"x"), "x")},
        {"plan": json.dumps([{"path": "a.csv"}] * 101)},
    ],
)
def test_a_form_that_makes_no_sense_is_refused_in_words(client: FlaskClient, form: dict[str, Any]) -> None:
    answer = client.post("/labels-in", data=form, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert answer.get_json()["error"].endswith(".")


def test_a_bad_uuid_or_a_recording_that_is_gone_is_told_of_that_file_only(
    client: FlaskClient, recordings: list[int]
) -> None:
    _, done = send(
        client,
        "/labels-in",
        ({"path": "a.csv", "uuid": "x"}, LABELS),
        ({"path": "a.csv", "recording": 2**40}, LABELS),
        ({"path": "b.csv"}, LABELS),
    )
    assert [one["reason"] for one in done["files"]] == [
        "A command and a label need a uuid.",
        "the recording that was chosen is gone",
        "",
    ]


def test_labels_are_copied_to_a_recording_of_the_same_shape(
    client: FlaskClient, services: Services, recordings: list[int]
) -> None:
    send(client, "/labels-in", ({"path": "a.csv"}, LABELS))
    source, target = recordings
    offered = client.get(f"/copy-labels/{source}").get_json()["targets"]
    assert offered == [{"id": target, "path": "b.csv", "ways": ["sample", "time"]}]
    body = {"target": target, "by": "sample", "uuid": str(uuid4())}
    for _ in range(2):
        answer = client.post(f"/copy-labels/{source}", json=body)
        assert answer.status_code == 200
    assert segments(services, target) == segments(services, source)
    assert services.recordings.get(target).revision == 1


def test_copying_nonsense_is_refused_in_words(client: FlaskClient, recordings: list[int]) -> None:
    source, target = recordings
    body = {"target": target, "by": "sample", "uuid": str(uuid4())}
    for wrong, status in (
        ({"by": "colour"}, 400),
        ({"uuid": "x"}, 400),
        ({"ids": "all"}, 400),
        ({"target": "b.csv"}, 400),
        ({"target": 99}, 404),
    ):
        answer = client.post(f"/copy-labels/{source}", json=body | wrong)
        assert (answer.status_code, answer.get_json()["error"][-1]) == (status, "."), wrong
    assert client.get("/copy-labels/99").status_code == 404
