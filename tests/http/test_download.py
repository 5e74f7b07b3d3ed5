"""The ZIP of saved label files."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from services.web.container import Services
from tests.http.conftest import Bring
from tests.saved_labels import read_labels

CSV = "t,v\n" + "".join(f"{row},{row % 7}\n" for row in range(100))
HEADER = "Item Number,Start Index,End Index,Label,Color"


def label(services: Services, recording: int, first: float, last: float, name: str = "QRS") -> None:
    command: dict[str, Any] = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4())}
    command |= {"x0": first, "x1": last, "label": name}
    assert not services.annotations.apply(recording, [command], -1)["rejected"]


def archive(client: FlaskClient, recordings: str) -> ZipFile:
    answer = client.get("/download/outputs.zip", query_string={"recordings": recordings})
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    return ZipFile(io.BytesIO(answer.data))


def test_the_zip_holds_the_chosen_files_at_their_own_paths(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    one, other, left_out = (
        bring(CSV, "a.csv"),
        bring(CSV + "100,1\n", "deep/er/数据.csv"),
        bring(CSV + "100,2\n", "c.csv"),
    )
    for recording in (one, other, left_out):
        label(services, recording, 10, 20)
        services.outputs.save(recording)
    zipped = archive(client, f"{one},{other}")
    assert zipped.testzip() is None
    assert sorted(zipped.namelist()) == ["a.csv", "deep/er/数据.csv"]
    assert zipped.read("a.csv").decode().splitlines() == [HEADER, "1,10,20,QRS,#d604a2"]


def test_the_zip_holds_what_was_saved_and_not_what_came_after(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV)
    label(services, recording, 10, 20)
    services.outputs.save(recording)
    label(services, recording, 30, 40, "P")
    rows = read_labels(archive(client, str(recording)).read("a.csv").decode())
    assert [(row.start, row.end, row.label) for row in rows] == [("10", "20", "QRS")]


def test_the_download_is_a_file_with_a_name_and_a_day(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV)
    label(services, recording, 1, 2)
    services.outputs.save(recording)
    answer = client.get(f"/download/outputs.zip?recordings={recording}")
    assert re.search(
        r'attachment; filename="tidemark-labels-\d{8}-\d{6}\.zip"', answer.headers["Content-Disposition"]
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_ids_that_are_not_saved_are_left_out(client: FlaskClient, services: Services, bring: Bring) -> None:
    recording = bring(CSV)
    label(services, recording, 1, 2)
    services.outputs.save(recording)
    assert archive(client, f"{recording}-1000").namelist() == ["a.csv"]


@pytest.mark.parametrize("recordings", ["1", "999-1001", "2147483648", "99999999999999999999"])
def test_nothing_saved_is_said_in_words(client: FlaskClient, bring: Bring, recordings: str) -> None:
    bring(CSV)
    answer = client.get(f"/download/outputs.zip?recordings={recordings}")
    assert answer.status_code == 404
    assert "Save first" in answer.get_json()["error"]


@pytest.mark.parametrize(
    "recordings",
    [
        "",
        ",",
        "a",
        "1-",
        "-1",
        "1-2-3",
        "../1",
        "1;2",
        "1-99999999999",
        "1-99999999999999999999",
        "5-1",
        "1.5",
        "٣x",
    ],
)
def test_ids_that_are_none_are_refused_in_words(client: FlaskClient, recordings: str) -> None:
    answer = client.get("/download/outputs.zip", query_string={"recordings": recordings})
    assert answer.status_code == 400
    assert answer.get_json()["error"].endswith(".")
