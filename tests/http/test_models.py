"""Models over HTTP: a checkpoint in, a piece at a time; refused in words; commands; out again."""

from __future__ import annotations

import hashlib
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.web.container import Services
from tests.unit.catalogue_models import PATIENCE, keep
from tests.unit.checkpoint_files import CORPUS, save, state

KEY = "ab" * 32


def form(data: bytes, name: str = "Trend", file: str = "trend.pth", **more: Any) -> dict[str, Any]:
    """What the form says."""
    return {"name": name, "short_description": "", "remarks": "", "file": file, "size": len(data), **more}


def put(
    client: FlaskClient, piece: bytes, offset: int, total: int, status: int = 200, **headers: str
) -> dict[str, Any]:
    """Send a piece; returns the answer."""
    told = {"Upload-Offset": str(offset), "Upload-Length": str(total), **headers}
    answer = client.put(f"/model-upload/{KEY}", data=piece, headers=told)
    assert answer.status_code == status, answer.text
    return dict(answer.get_json())


def upload(client: FlaskClient, data: bytes, **more: Any) -> dict[str, Any]:
    """Send a file in two pieces and wait until it is a model or is refused."""
    half = len(data) // 2
    put(client, data[:half], 0, len(data))
    put(client, data[half:], half, len(data))
    answer = client.post(f"/model-upload/{KEY}/finish", json=form(data, **more))
    assert answer.status_code == 200, answer.text
    job, deadline = answer.get_json()["job"], time.monotonic() + PATIENCE
    while (found := client.get(f"/model-upload/job/{job}").get_json())["state"] == "working":
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)
    return dict(found)


def test_a_checkpoint_goes_in_in_pieces_and_comes_out_as_it_was(client: FlaskClient, tmp_path: Path) -> None:
    data = save(tmp_path / "gru.pth", state()).read_bytes()
    found = upload(client, data, remarks="Made for\nOHLC")
    assert found["state"] == "added"
    (one,) = client.get("/model-catalogue").get_json()["models"]
    assert (one["id"], one["remarks"], one["sha256"]) == (
        found["model"],
        "Made for\nOHLC",
        hashlib.sha256(data).hexdigest(),
    )
    with client.get(f"/download/models/{one['id']}.pth") as answer:
        assert answer.data == data
        assert "Trend.pth" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["an os.system payload", "truncated", "a deflated bomb", "random bytes"])
def test_a_checkpoint_that_cannot_be_used_is_refused_in_words(
    client: FlaskClient, services: Services, name: str
) -> None:
    make, words = CORPUS[name]
    found = upload(client, make())
    assert found["state"] == "refused" and words in found["fields"]["file"]
    assert client.get("/model-catalogue").get_json()["models"] == []
    assert list((services.settings.models_dir / ".partial").iterdir()) == []


def test_what_is_wrong_in_the_form_is_said_before_a_byte_is_sent(
    client: FlaskClient, services: Services
) -> None:
    keep(services, "Trend")
    taken = client.post("/model-upload/check", json=form(b"x")).get_json()["fields"]
    assert taken == {"name": "There is a model “Trend” already. Choose another name."}
    wrong = client.post(
        "/model-upload/check", json=form(b"", name="", file="a.zip", remarks="r" * 301)
    ).get_json()
    assert sorted(wrong["fields"]) == ["file", "name", "remarks"]
    large = {**form(b""), "name": "Large", "size": services.settings.max_model_bytes + 1}
    sentence = client.post("/model-upload/check", json=large).get_json()["fields"]["file"]
    assert sentence == (
        "“trend.pth” has 512 MB; at most 512 MB are taken. Set TIDEMARK_MAX_MODEL_MB to take more."
    )


def test_a_file_beyond_the_limit_is_refused_also_while_it_comes(
    client: FlaskClient, services: Services
) -> None:
    largest = services.settings.max_model_bytes
    assert "at most 512 MB are taken" in put(client, b"x", 0, largest + 1, status=413)["error"]
    put(client, bytes(9 * 1024 * 1024), 0, largest, status=413)
    assert "More bytes came" in put(client, b"xyz", 0, 2, status=400)["error"]


def test_an_upload_goes_on_where_it_was(client: FlaskClient) -> None:
    put(client, b"abc", 0, 6)
    assert client.head(f"/model-upload/{KEY}").headers["Upload-Offset"] == "3"
    answer = client.put(
        f"/model-upload/{KEY}", data=b"x", headers={"Upload-Offset": "1", "Upload-Length": "6"}
    )
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "3")
    unfinished = client.post(f"/model-upload/{KEY}/finish", json=form(b"abcdef"))
    assert (unfinished.status_code, unfinished.headers["Upload-Offset"]) == (409, "3")


def test_a_cancelled_upload_leaves_nothing(client: FlaskClient, services: Services, tmp_path: Path) -> None:
    data = save(tmp_path / "gru.pth", state()).read_bytes()
    put(client, data, 0, len(data))
    job = client.post(f"/model-upload/{KEY}/finish", json=form(data)).get_json()["job"]
    assert client.delete(f"/model-upload/{KEY}?job={job}").get_json()["state"] == "cancelled"
    put(client, b"abc", 0, 6)
    assert client.delete(f"/model-upload/{KEY}").get_json()["state"] == "cancelled"
    assert list((services.settings.models_dir / ".partial").iterdir()) == []
    assert client.get("/model-catalogue").get_json()["models"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/model-upload/check", {"name": "A"}),
        ("/model-upload/check", {"file": "a.pth", "size": -1}),
        ("/model-upload/check", {"file": "a.pth", "size": True, "name": "A"}),
        ("/model-upload/check", {"file": "a.pth", "size": 1, "name": 5}),
        ("/model-upload/check", ["a"]),
        ("/model-upload/zz/finish", {"file": "a.pth", "size": 1, "name": "A"}),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_in_words(
    client: FlaskClient, path: str, body: object
) -> None:
    answer = client.post(path, json=body)
    assert answer.status_code == 400 and answer.get_json()["error"].endswith(".")


def test_a_checkpoint_that_is_gone_cannot_be_downloaded(client: FlaskClient, services: Services) -> None:
    model = keep(services, "Trend")
    services.models.delete(model.id)
    assert client.get(f"/download/models/{model.id}.pth").status_code == 404


def test_another_site_or_address_changes_no_model(client: FlaskClient, services: Services) -> None:
    keep(services, "Trend")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        assert client.delete(f"/model-upload/{KEY}", headers=headers).status_code == 403
        put(client, b"abc", 0, 6, status=403, **headers)
    strange = client.get("/model-catalogue", headers={"Host": "evil.example"})
    assert strange.status_code == 400
    assert [one.name for one in services.models.list()] == ["Trend"]
