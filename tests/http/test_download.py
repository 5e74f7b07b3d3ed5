"""ZIP of saved label files."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from components import output_list
from services.label_import import Given
from services.outputs.saved_files import OutputFile, SavedState
from services.storage.tables import recordings as recordings_table
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


def test_the_zip_has_the_saved_labels_and_not_later_ones(
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
def test_an_empty_download_is_reported(client: FlaskClient, bring: Bring, recordings: str) -> None:
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


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ("csv", ["a.csv"]),
        ("json", ["a.labels.json"]),
        ("both", ["a.csv", "a.labels.json"]),
    ],
)
def test_the_zip_has_csv_json_or_both(
    client: FlaskClient, services: Services, bring: Bring, files: str, names: list[str]
) -> None:
    recording = bring(CSV)
    label(services, recording, 10, 20)
    services.outputs.save(recording)
    answer = client.get(f"/download/outputs.zip?recordings={recording}&files={files}")
    zipped = ZipFile(io.BytesIO(answer.data))
    assert zipped.namelist() == names
    folder = services.settings.outputs_dir
    assert all(zipped.read(name) == (folder / name).read_bytes() for name in names)


def test_other_files_than_these_are_refused_in_words(client: FlaskClient) -> None:
    answer = client.get("/download/outputs.zip?recordings=1&files=pdf")
    assert (answer.status_code, answer.get_json()["error"]) == (
        400,
        "“files” must be one of csv, json, both, authors.",
    )


def test_names_that_windows_cannot_have_are_replaced_in_the_zip_and_come_back_to_their_recordings(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    paths = ["10:30/2023-12-25 02:50:00.csv", "10:30/a?.csv", "10:30/a_.csv"]
    ids = [bring(f"{CSV}{100 + place},1\n", path) for place, path in enumerate(paths)]
    for recording in ids:
        label(services, recording, 10, 20)
        services.outputs.save(recording)
    answer = client.get(f"/download/outputs.zip?recordings={ids[0]}-{ids[-1]}&files=both")
    zipped = ZipFile(io.BytesIO(answer.data))
    assert sorted(zipped.namelist()) == [
        "10_30/2023-12-25 02_50_00.csv",
        "10_30/2023-12-25 02_50_00.labels.json",
        "10_30/a_ (2).csv",
        "10_30/a_ (2).labels.json",
        "10_30/a_.csv",
        "10_30/a_.labels.json",
    ]
    given = [Given(name, zipped.read(name)) for name in zipped.namelist() if name.endswith(".json")]
    found = {one.path: one.target and one.target.path for one in services.label_import.check(given)}
    assert found == {
        "10_30/2023-12-25 02_50_00.labels.json": paths[0],
        "10_30/a_ (2).labels.json": paths[1],
        "10_30/a_.labels.json": paths[2],
    }


def test_files_saved_before_label_jsons_existed_are_reported(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV)
    label(services, recording, 10, 20)
    services.outputs.save(recording)
    with services.database.write() as connection:
        connection.execute(recordings_table.update().values(output_json_sha256=None))
    answer = client.get(f"/download/outputs.zip?recordings={recording}&files=json")
    assert answer.status_code == 404 and "saved before label JSONs existed" in answer.get_json()["error"]
    answer = client.get(f"/download/outputs.zip?recordings={recording}&files=both")
    assert ZipFile(io.BytesIO(answer.data)).namelist() == ["a.csv"]
    tree = output_list.rows(services.saved_files.files())
    selection = output_list.files_chosen(tree, [row["id"] for row in tree])
    assert output_list.chosen_text(selection, "csv") == "1 file chosen"
    assert output_list.chosen_text(selection, "both") == (
        "1 file chosen, 1 saved without a JSON; save again to add it"
    )


def test_the_dialog_lists_labelled_files_that_are_in_no_zip() -> None:
    def summary(*states: SavedState) -> str:
        files = [OutputFile(place, f"{place}.csv", state, 3) for place, state in enumerate(states)]
        return output_list.never_saved_text(files)

    assert summary(SavedState.SAVED, SavedState.OLDER) == summary() == ""
    assert summary(SavedState.NEVER) == (
        "1 labelled file is not saved and not in the list: 0.csv. Save All saves every file."
    )
    assert summary(SavedState.SAVED, *[SavedState.NEVER] * 4, SavedState.GONE) == (
        "5 labelled files are not saved and not in the list: 1.csv, 2.csv, 3.csv and 2 more. "
        "Save All saves every file."
    )
