"""Upload protocol over HTTP: tus, and results of announced files."""

from __future__ import annotations

import base64
import hashlib
import io
import json
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
from services.errors import Busy, Invalid, NotAllowed, StorageFull, TidemarkError
from services.jobs import Jobs, PoolRunner
from services.recordings.service import Recordings
from services.settings import MEBIBYTE, Settings
from services.storage.db import open_database
from services.storage.paths import OTHER_REASON
from services.uploads import rows as upload_rows
from services.uploads.service import Uploads
from services.uploads.transfers import ChosenFile, Sender, Transfers, Upload
from services.web.container import job_performer
from tests.support import eventually, with_tables

CSV = b"t,v\n" + b"".join(b"%d,%d\n" % (row, row * 7 % 100) for row in range(2000))
LABELS = b"Item Number,Start Index,End Index,Label,Color\n1,10,20,QRS,red\n"
KEY = hashlib.sha256(b"a.csv").hexdigest()
ME = Sender("browser", "page")
OURS = {"X-Tidemark-Upload": "1", "Tus-Resumable": "1.0.0"}


class Browser:
    """The work of the component's script, without the component."""

    def __init__(self, client: FlaskClient, services: Any) -> None:
        self.client = client
        self.transfers: Transfers = services.transfers
        self.services = services

    def announce(
        self,
        path: str = "a.csv",
        size: int = len(CSV),
        modified: int = 0,
        purpose: str = "recording",
        batch: int = 1,
    ) -> str:
        """Announce a file; returns its key."""
        self.transfers.announce(ME, purpose, batch, [ChosenFile(0, path, size, modified)])
        listed = self.transfers.listed(ME, purpose)
        return next(row.key for row in listed if row.path == path and row.size == size and row.batch == batch)

    def create(self, key: str, body: bytes = b"", size: int = len(CSV), **headers: str) -> TestResponse:
        return self.post({"key": key}, body, size, **headers)

    def post(self, metadata: dict[str, str], body: bytes, size: int, **headers: str) -> TestResponse:
        pairs = [f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in metadata.items()]
        headers_sent = {**OURS, "Upload-Length": str(size), "Upload-Metadata": ",".join(pairs), **headers}
        return self.client.post("/upload", data=body, headers=headers_sent)

    def pack(self, *files: tuple[str, bytes], **more: Any) -> TestResponse:
        """Send small files (key, bytes) in one request."""
        head = json.dumps([[key, len(data)] for key, data in files]).encode()
        body = head + b"".join(data for _, data in files)
        return self.post({"pack": str(len(head))}, body, len(body), **more)

    def patch(self, key: str, piece: bytes, offset: int, **headers: str) -> TestResponse:
        return self.client.patch(
            f"/upload/{key}", data=piece, headers={**OURS, "Upload-Offset": str(offset), **headers}
        )

    def head(self, key: str) -> TestResponse:
        return self.client.head(f"/upload/{key}", headers=OURS)

    def row(self, key: str) -> Upload:
        return next(row for row in self.transfers.listed(ME) if row.key == key)

    def becomes(self, key: str) -> Upload:
        """Wait for what becomes of a file."""
        eventually(lambda: self.row(key).state != "checking")
        return self.row(key)


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setattr(Settings, "samples_dir", tmp_path / "none")
    settings = Settings(data_dir=tmp_path / "data")
    database = open_database(with_tables(settings).database_url)
    jobs = Jobs(database, settings, PoolRunner(partial(job_performer, settings)))
    recordings = Recordings(database, settings)
    uploads = Uploads(settings, recordings, jobs)
    services = SimpleNamespace(
        recordings=recordings,
        uploads=uploads,
        transfers=Transfers(database, settings, uploads),
        database=database,
    )
    server = Flask("upload")
    upload.register(server, services)  # type: ignore[arg-type]  # the part of the container that is used
    yield Browser(server.test_client(), services)
    jobs.stop()
    database.close()


def test_a_file_in_pieces_is_added_and_its_bytes_are_equal(browser: Browser, tmp_path: Path) -> None:
    key = browser.announce("ward/数据.csv")
    created = browser.create(key, CSV[:1000])
    assert (created.status_code, created.headers["Upload-Offset"]) == (201, "1000")
    assert created.headers["Location"].endswith(f"/upload/{key}")
    assert browser.head(key).headers["Upload-Offset"] == "1000"
    answer = browser.patch(key, CSV[1000:], 1000)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(CSV)))
    row = browser.becomes(key)
    assert (row.state, row.place) == ("added", "ward/数据.csv")
    sha = hashlib.sha256(CSV).hexdigest()
    assert (tmp_path / "data" / "uploads" / sha[:2] / sha).read_bytes() == CSV


def test_a_new_upload_has_offset_zero(browser: Browser) -> None:
    answer = browser.head(browser.announce())
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (200, "0")
    assert answer.headers["Upload-Length"] == str(len(CSV))
    assert browser.head(KEY).status_code == 404


def test_a_piece_at_the_wrong_offset_gets_the_right_one(browser: Browser) -> None:
    key = browser.announce()
    browser.create(key, CSV[:10])
    answer = browser.patch(key, CSV[20:30], 20)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "10")


def test_an_upload_that_is_created_again_resumes(browser: Browser) -> None:
    key = browser.announce()
    browser.create(key, CSV[:10])
    again = browser.create(key, CSV[:20])
    assert (again.status_code, again.headers["Upload-Offset"]) == (201, "10")


def test_files_are_checked_before_they_are_sent(browser: Browser) -> None:
    large, name = 3 * MEBIBYTE, "a.csv"
    key = browser.announce(name, large)
    browser.create(key, CSV[:10], large)
    reloaded = Sender(ME.browser, "another page")
    chosen = [ChosenFile(0, name, large), ChosenFile(1, "../b.csv", 1), ChosenFile(2, "photo.png", 1)]
    (go,) = browser.transfers.announce(reloaded, "recording", 2, chosen)
    assert (go.place, go.key, go.offset) == (0, key, 10)
    others = {row.path: (row.state, row.reason) for row in browser.transfers.listed(reloaded)}
    assert others["../b.csv"][0] == "refused" and "leads out" in others["../b.csv"][1]
    assert others["photo.png"] == ("left out", OTHER_REASON)


def test_announcing_files_again_gives_the_same_answer_and_does_not_send_a_file_twice(
    browser: Browser,
) -> None:
    files = [ChosenFile(0, "a.csv", 5), ChosenFile(1, "b.csv", 5)]
    first = browser.transfers.announce(ME, "recording", 1, files)
    assert browser.transfers.announce(ME, "recording", 1, files) == first
    assert browser.transfers.announce(ME, "recording", 2, files) == []


def test_small_files_come_many_in_one_request(browser: Browser) -> None:
    names = ["a.csv", "empty.csv", "b.csv"]
    bodies = [CSV, b"", CSV.replace(b"7", b"8")]
    keys = [browser.announce(name, len(body)) for name, body in zip(names, bodies, strict=True)]
    cancelled = browser.announce("c.csv", 3)
    browser.transfers.cancel([cancelled])
    answer = browser.pack((keys[0], CSV), (cancelled, b"a,b"), (keys[1], b""), (keys[2], bodies[2]))
    assert answer.status_code == 201
    assert answer.headers["Upload-Offset"] == answer.request.headers["Upload-Length"]
    assert [browser.becomes(key).state for key in keys] == ["added", "refused", "added"]
    assert browser.row(cancelled).state == "cancelled"
    assert [recording.path for recording in browser.services.recordings.list()] == ["a.csv", "b.csv"]


def test_a_pack_whose_answer_was_lost_can_be_sent_again(browser: Browser) -> None:
    key = browser.announce()
    for _ in range(2):
        assert browser.pack((key, CSV)).status_code == 201
    assert browser.becomes(key).state == "added"
    assert len(browser.services.recordings.list()) == 1


def test_an_interrupted_pack_keeps_complete_files(browser: Browser) -> None:
    keys = [browser.announce(name, len(CSV)) for name in ("a.csv", "b.csv")]
    head = json.dumps([[key, len(CSV)] for key in keys]).encode()
    broken = browser.post({"pack": str(len(head))}, head + CSV + CSV[:50], len(head) + 2 * len(CSV))
    assert broken.status_code == 400
    other = CSV.replace(b"7", b"8")
    assert browser.pack((keys[0], CSV), (keys[1], other)).status_code == 201
    assert [browser.becomes(key).state for key in keys] == ["added", "added"]


def test_a_refused_file_answers_in_words_and_not_as_an_error(browser: Browser) -> None:
    key = browser.announce("a.csv", 10)
    assert browser.create(key, b"\x89PNG\r\n\x1a\n\0\0", 10).status_code == 201
    row = browser.becomes(key)
    assert row.state == "refused" and "a.csv" in row.reason


def test_a_name_conflict_is_decided_and_both_files_are_kept(browser: Browser) -> None:
    first, other = browser.announce(), CSV.replace(b"7", b"8")
    browser.pack((first, CSV))
    browser.becomes(first)
    second = browser.announce(modified=1, batch=2)
    browser.pack((second, other))
    assert browser.becomes(second).state == "same name"
    browser.transfers.decide([second], "keep")
    row = browser.becomes(second)
    assert (row.state, row.place, row.recording_id) == ("added", "a (2).csv", 2)


def test_labels_among_recordings_are_offered_and_handed_to_the_list_of_labels(browser: Browser) -> None:
    named, hidden = browser.announce("x.labels.csv", len(CSV)), browser.announce("marks.csv", len(LABELS))
    browser.pack((named, CSV), (hidden, LABELS))
    assert browser.row(named).state == "left out"
    assert browser.row(named).reason.startswith("labels of a recording, not a recording")
    assert browser.row(hidden).state == "labels"
    assert browser.transfers.hand_over(ME) == [hidden]
    (row,) = browser.transfers.listed(ME, "labels")
    assert (row.state, browser.transfers.file(row.key).read_bytes()) == ("arrived", LABELS)


def test_a_label_json_among_recordings_is_offered_and_other_jsons_are_left_out(browser: Browser) -> None:
    json = b'{"format": "tidemark-labels", "format_version": 1}'
    labels, settings = browser.announce("a.labels.json", len(json)), browser.announce("a.json", 2)
    browser.pack((labels, json))
    assert browser.row(labels).state == "labels"
    row = browser.row(settings)
    assert (row.state, row.reason) == ("left out", OTHER_REASON)
    assert browser.transfers.hand_over(ME) == [labels]


def test_a_checkpoint_waits_until_its_own_service_takes_it(browser: Browser, tmp_path: Path) -> None:
    key = browser.announce("trend.pth", 5, purpose="model")
    browser.create(key, b"bytes", 5)
    (row,) = browser.transfers.listed(ME, "model")
    assert row.state == "arrived"
    browser.transfers.take(key, tmp_path / "trend.pth")
    assert (tmp_path / "trend.pth").read_bytes() == b"bytes"
    assert browser.transfers.listed(ME, "model") == []


def test_a_cancelled_upload_is_removed(browser: Browser) -> None:
    key = browser.announce("large.csv", 3 * MEBIBYTE)
    browser.create(key, CSV[:10], 3 * MEBIBYTE)
    assert browser.client.delete(f"/upload/{key}", headers=OURS).status_code == 204
    assert browser.row(key).state == "cancelled"
    assert browser.head(key).status_code == 404
    assert browser.transfers.retry([key]) == [key]
    assert browser.head(key).headers["Upload-Offset"] == "0"


def test_a_file_that_has_another_size_than_announced_is_refused(browser: Browser) -> None:
    answer = browser.create(browser.announce(), CSV, len(CSV) + 1)
    assert answer.status_code == 400 and "changed" in answer.get_json()["error"]


def test_files_found_in_the_data_folder_are_listed_while_they_are_read(
    browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "data" / "mine.csv").write_bytes(CSV)
    uploads = browser.services.uploads
    assert [(upload.path, upload.size) for upload in uploads.discover()] == [("mine.csv", len(CSV))]
    (ticket,) = uploads.add_discovered(["mine.csv"])
    eventually(lambda: not browser.transfers.totals(ME).count("checking"))
    assert uploads.result(ticket.key).state == "added"
    assert uploads.discover() == []


def test_what_arrived_but_was_given_to_no_job_is_read_at_the_next_start(browser: Browser) -> None:
    key = browser.announce("large.csv")
    browser.create(key, CSV[:-1])
    row = browser.transfers.expected(key)
    with browser.services.database.write() as connection:
        upload_rows.move(connection, [key], {"waiting"}, "checking", sent=True)
    browser.services.uploads.append(key, row.size - 1, row.size, io.BytesIO(CSV[-1:]))
    assert browser.transfers.resume() == 1
    assert browser.becomes(key).state == "added"


@pytest.mark.parametrize(
    ("method", "path"), [("post", ""), ("head", f"/{KEY}"), ("patch", f"/{KEY}"), ("delete", f"/{KEY}")]
)
def test_every_route_needs_our_header_and_the_version(browser: Browser, method: str, path: str) -> None:
    send = getattr(browser.client, method)
    answer = send(f"/upload{path}", headers={"Tus-Resumable": "1.0.0"})
    assert answer.status_code == 403
    if method != "head":
        assert "X-Tidemark-Upload" in answer.get_json()["error"]
    assert send(f"/upload{path}", headers={"X-Tidemark-Upload": "1"}).status_code == 412


def test_a_piece_larger_than_eight_mebibytes_is_refused(browser: Browser) -> None:
    key = browser.announce("large.csv", 100 * MEBIBYTE)
    answer = browser.patch(key, b"x" * (upload.PIECE_BYTES + upload.SLACK + 1), 0)
    assert answer.status_code == 413 and "too large" in answer.get_json()["error"]
    assert browser.head(key).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize("offset", ["-1", "x", "9" * 30, "²".encode().decode("latin-1"), ""])
def test_an_offset_that_is_no_number_is_refused_in_words(browser: Browser, offset: str) -> None:
    answer = browser.patch(browser.announce(), b"x", 0, **{"Upload-Offset": offset})
    assert answer.status_code == 400 and answer.get_json()["error"].endswith(".")


@pytest.mark.parametrize("key", ["not-a-key", "Z" * 64, KEY, ""])
def test_an_unannounced_key_is_refused_with_a_message(browser: Browser, key: str) -> None:
    for answer in (
        browser.create(key, b"x"),
        browser.pack((key, b"x")) if len(key) < 9 else browser.create(key),
    ):
        assert answer.status_code in {201, 404}
        assert answer.status_code == 201 or answer.get_json()["error"].endswith(".")
    assert browser.transfers.listed(ME) == []


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{",
        b"[[1, 2]]",
        b'[["a"]]',
        b'[["a", -1]]',
        b'[["a", true]]',
        b"[" * 100_000,
        json.dumps([["a", 1]] * 501).encode(),
    ],
)
def test_a_malformed_list_of_a_pack_is_refused_in_words(browser: Browser, head: bytes) -> None:
    answer = browser.post({"pack": str(len(head))}, head, len(head))
    assert answer.status_code == 400 and answer.get_json()["error"].endswith(".")


def test_metadata_that_are_no_base64_are_refused(browser: Browser) -> None:
    headers = {**OURS, "Upload-Length": "1", "Upload-Metadata": "key *"}
    answer = browser.client.post("/upload", data=b"x", headers=headers)
    assert answer.status_code == 400 and answer.get_json()["error"]


def test_an_unknown_decision_or_purpose_is_refused(browser: Browser) -> None:
    with pytest.raises(Invalid, match="decision"):
        browser.transfers.decide([KEY], "overwrite")
    with pytest.raises(Invalid, match="labels or models"):
        browser.transfers.announce(ME, "picture", 1, [])


@pytest.mark.parametrize(("error", "status"), [(Busy("Wait."), 503), (NotAllowed("Ask an admin."), 403)])
def test_temporary_errors_are_retried_by_the_page_and_permanent_ones_are_not(
    browser: Browser, error: TidemarkError, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_keys: list[str]) -> None:
        raise error

    monkeypatch.setattr(browser.transfers, "cancel", refuse)
    answer = browser.client.delete(f"/upload/{KEY}", headers=OURS)
    assert (answer.status_code, answer.get_json()) == (status, {"error": str(error)})


def test_a_disk_without_room_fails_the_file_in_words_and_it_can_be_tried_again(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = browser.announce()

    def full(*_args: Any) -> None:
        raise StorageFull("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(browser.services.uploads, "finish_all", full)
        answer = browser.pack((key, CSV))
    assert (answer.status_code, answer.get_json()["error"]) == (507, "The disk is full.")
    row = browser.row(key)
    assert (row.state, row.reason) == ("failed", "The disk is full.")
    assert browser.transfers.retry([key]) == []
    assert browser.becomes(key).state == "added"
