"""The upload protocol, over HTTP."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from routes import upload
from services.jobs import Jobs, PoolRunner
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage.db import open_database
from services.uploads.service import Uploads
from services.web.container import job_performer

CSV = b"t,v\n" + b"".join(b"%d,%d\n" % (row, row * 7 % 100) for row in range(2000))
KEY = hashlib.sha256(b"a.csv").hexdigest()
PATIENCE = 60


class Browser:
    """What the dialog's script does, without the dialog."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def put(
        self, piece: bytes, offset: int, key: str = KEY, total: int = len(CSV), **headers: Any
    ) -> TestResponse:
        told = {
            "X-Tidemark-Upload": "1",
            "Upload-Offset": str(offset),
            "Upload-Length": str(total),
            **headers,
        }
        return self.client.put(f"/upload/{key}", data=piece, headers=told)

    def post(self, path: str, /, **body: Any) -> TestResponse:
        return self.client.post(f"/upload/{path}", json=body, headers={"X-Tidemark-Upload": "1"})

    def finish(
        self, path: str = "a.csv", key: str = KEY, size: int = len(CSV), **more: str
    ) -> dict[str, Any]:
        """Finish and wait for what becomes of the file."""
        result = self.post(f"{key}/finish", path=path, size=size, **more).get_json()
        deadline = time.monotonic() + PATIENCE
        while result["state"] == "working":
            assert time.monotonic() < deadline
            result = self.client.get(f"/upload/{key}/result").get_json()
        return dict(result)


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setattr(Settings, "samples_dir", tmp_path / "none")
    settings = Settings(data_dir=tmp_path / "data")
    database = open_database(settings.database_url)
    jobs = Jobs(database, settings, PoolRunner(partial(job_performer, settings)))
    recordings = Recordings(database, settings)
    services = SimpleNamespace(
        settings=settings, recordings=recordings, jobs=jobs, uploads=Uploads(settings, recordings, jobs)
    )
    server = Flask("upload")
    upload.register(server, services)  # type: ignore[arg-type]  # the part of the container that is used
    yield Browser(server.test_client())
    jobs.stop()
    database.close()


def test_a_file_in_pieces_is_added_and_its_bytes_are_equal(browser: Browser, tmp_path: Path) -> None:
    assert browser.put(CSV[:1000], 0).headers["Upload-Offset"] == "1000"
    assert browser.client.head(f"/upload/{KEY}").headers["Upload-Offset"] == "1000"
    assert browser.put(CSV[1000:], 1000).get_json() == {"offset": len(CSV)}
    result = browser.finish("ward/数据.csv")
    assert result["state"] == "added" and result["path"] == "ward/数据.csv"
    sha = hashlib.sha256(CSV).hexdigest()
    assert (tmp_path / "data" / "uploads" / sha[:2] / sha).read_bytes() == CSV


def test_an_upload_nobody_began_stands_at_zero(browser: Browser) -> None:
    answer = browser.client.head(f"/upload/{KEY}")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (200, "0")
    assert browser.client.get(f"/upload/{KEY}/result").get_json() == {"state": "partial"}


def test_a_piece_at_the_wrong_offset_is_told_the_right_one(browser: Browser) -> None:
    browser.put(CSV[:10], 0)
    answer = browser.put(CSV[20:30], 20)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "10")


def test_files_are_checked_before_they_are_sent(browser: Browser) -> None:
    browser.put(CSV[:10], 0)
    files = [
        {"key": KEY, "path": "a.csv", "size": len(CSV)},
        {"key": "b" * 64, "path": "../b.csv", "size": 1},
    ]
    good, bad = browser.post("check", files=files).get_json()["files"]
    assert good == {"state": "partial", "path": "a.csv", "offset": 10}
    assert bad["state"] == "refused" and "leads out" in bad["reason"]


def test_a_refused_file_answers_in_words_and_not_as_an_error(browser: Browser) -> None:
    browser.put(b"\x89PNG\r\n\x1a\n\0\0", 0, total=10)
    result = browser.finish("a.csv", size=10)
    assert result["state"] == "refused" and "a.csv" in result["reason"]


def test_a_taken_name_is_decided_over_the_same_route(browser: Browser) -> None:
    other = CSV.replace(b"7", b"8")
    second = "c" * 64
    browser.put(CSV, 0)
    browser.finish()
    browser.put(other, 0, key=second)
    assert browser.finish(key=second)["state"] == "same name"
    assert browser.finish(key=second, decision="keep") == {
        "state": "added",
        "path": "a (2).csv",
        "recording": 2,
    }


def test_results_of_many_come_in_one_answer_in_order(browser: Browser) -> None:
    browser.put(CSV[:10], 0)
    results = browser.post("results", keys=["d" * 64, KEY]).get_json()["results"]
    assert results == [{"state": "partial"}, {"state": "partial", "offset": 10}]


def test_a_cancelled_upload_is_forgotten(browser: Browser) -> None:
    browser.put(CSV[:10], 0)
    answer = browser.client.delete(f"/upload/{KEY}", headers={"X-Tidemark-Upload": "1"})
    assert answer.get_json() == {"state": "cancelled"}
    assert browser.client.head(f"/upload/{KEY}").headers["Upload-Offset"] == "0"


def test_files_found_in_the_data_folder_are_offered_and_added(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "data" / "mine.csv").write_bytes(CSV)
    opened = browser.client.get("/upload/open").get_json()
    assert opened["found"] == [{"path": "mine.csv", "size": len(CSV)}] and opened["open"] == []
    (file,) = browser.post("found", paths=["mine.csv"]).get_json()["files"]
    deadline = time.monotonic() + PATIENCE
    while (result := browser.client.get(f"/upload/{file['key']}/result").get_json())["state"] == "working":
        assert time.monotonic() < deadline
    assert result["state"] == "added"
    assert browser.client.get("/upload/open").get_json()["found"] == []


@pytest.mark.parametrize(
    ("method", "path"), [("put", KEY), ("post", "check"), ("delete", KEY), ("post", "found")]
)
def test_whatever_changes_something_needs_our_header(browser: Browser, method: str, path: str) -> None:
    answer = getattr(browser.client, method)(f"/upload/{path}")
    assert answer.status_code == 403 and "X-Tidemark-Upload" in answer.get_json()["error"]


def test_a_piece_larger_than_eight_mebibytes_is_refused(browser: Browser) -> None:
    answer = browser.put(b"x" * (upload.PIECE_BYTES + upload.SLACK + 1), 0, total=2**40)
    assert answer.status_code == 413 and "larger" in answer.get_json()["error"]
    assert browser.client.head(f"/upload/{KEY}").headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"Upload-Offset": "-1"}, KEY),
        ({"Upload-Offset": "x"}, KEY),
        ({"Upload-Offset": "9" * 30}, KEY),
        ({"Upload-Length": "²"}, KEY),
        ({}, "not-a-key"),
        ({}, "Z" * 64),
    ],
)
def test_nonsense_is_refused_in_words(browser: Browser, headers: dict[str, Any], key: str) -> None:
    answer = browser.put(b"x", 0, key=key, **headers)
    assert answer.status_code == 400 and answer.get_json()["error"].endswith(".")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"files": "x"},
        {"files": [None]},
        {"files": [{"key": KEY, "path": 1, "size": 1}]},
        {"files": [{"key": KEY, "path": "a.csv", "size": -1}]},
        {"files": [{"key": KEY, "path": "a.csv", "size": True}]},
        {"files": [{}] * 501},
    ],
)
def test_a_malformed_list_is_refused_in_words(browser: Browser, body: dict[str, Any]) -> None:
    answer = browser.post("check", **body)
    assert answer.status_code == 400 and answer.get_json()["error"].endswith(".")


def test_a_body_that_is_no_json_is_refused(browser: Browser) -> None:
    answer = browser.client.post("/upload/check", data=b"{", headers={"X-Tidemark-Upload": "1"})
    assert answer.status_code == 415 and answer.get_json()["error"]


def test_an_unknown_decision_is_refused(browser: Browser) -> None:
    answer = browser.post(f"{KEY}/finish", path="a.csv", size=1, decision="overwrite")
    assert answer.status_code == 400
