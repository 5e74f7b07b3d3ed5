"""Malformed files and names through every import path: message, nothing half-loaded, no traceback."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from services.timeseries import Store
from services.uploads.transfers import ChosenFile, Sender, Upload
from services.web.container import Services, build_services
from tests.hostile.corpus import READ, REFUSED, REFUSED_NAMES, Read, Refused
from tests.support import ROOT, eventually, settings_in, with_tables

NAME = "bad.csv"
OURS = {"X-Tidemark-Upload": "1", "Tus-Resumable": "1.0.0"}
ME = Sender("browser", "page")
SENT = 1 << 20  # larger files go through the import only: the upload takes any bytes alike
GOOD = b"time,v\n0,1\n1,2\n"


class Program:
    """One running program that all cases are given to."""

    def __init__(self, folder: Path) -> None:
        self.settings = settings_in(folder)
        self.services: Services = build_services(self.settings)
        self.client: FlaskClient = create_app(self.settings, self.services).server.test_client()

    def import_file(self, file: Path) -> Any:
        (result,) = self.services.uploads.import_paths([file])
        return result

    def upload(self, name: str, data: bytes) -> dict[str, Any]:
        """Send a file as the browser does; returns its row, and forgets it."""
        transfers, batch = self.services.transfers, time.time_ns()
        go = transfers.announce(ME, "recording", batch, [ChosenFile(0, name, len(data), batch)])
        for one in go:
            head = json.dumps([[one.key, len(data)]]).encode()
            state = {
                "Upload-Length": str(len(head) + len(data)),
                "Upload-Metadata": f"pack {_base64(str(len(head)))}",
            }
            assert self.client.post("/upload", data=head + data, headers={**OURS, **state}).status_code == 201

        def row() -> Upload:
            return next(transfer for transfer in transfers.listed(ME) if transfer.batch == batch)

        eventually(lambda: row().state != "checking")
        ended = row()
        transfers.clear(ME, "recording")
        return {"state": ended.state, "reason": ended.reason}

    def is_clean(self) -> bool:
        """Nothing of a file that was refused is left anywhere."""
        eventually(lambda: not files_in(self.settings.data_dir))  # pieces go after the end of their job
        return not self.services.recordings.list()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def files_in(data: Path) -> list[Path]:
    """Everything there but the database, the cache and the key of sessions."""
    kept = ("tidemark.db", "cache", ".secret")
    return [
        path
        for entry in data.iterdir()
        if not entry.name.startswith(kept)
        for path in (entry, *entry.rglob("*"))
        if path.is_file()
    ]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("program"))
    yield program
    program.services.jobs.stop()
    program.services.database.close()


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_hostile_file_is_answered_with_its_sentence_and_leaves_nothing(
    program: Program, tmp_path: Path, case: Refused
) -> None:
    sentence = f"“{NAME}”{case.sentence}"
    assert sentence.isprintable() and len(sentence) < 400
    file = tmp_path / NAME
    file.write_bytes(case.data)
    result = program.import_file(file)
    assert (result.state, result.reason) == ("refused", sentence)
    if len(case.data) < SENT and case.data:
        sent = program.upload(NAME, case.data)
        assert (sent["state"], sent["reason"]) == ("refused", sentence)
    assert program.is_clean()


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_a_file_that_looks_bad_and_can_be_read_is_read(tmp_path: Path, case: Read) -> None:
    services = build_services(with_tables(settings_in(tmp_path / "own")))
    file = tmp_path / NAME
    file.write_bytes(case.data)
    (result,) = services.uploads.import_paths([file])
    assert result.state == "added", result.reason
    store: Store = services.recordings.store(result.recording or 0)
    assert store.rows == case.rows
    assert tuple(channel.name for channel in store.info.channels) == case.channels
    said = [
        *store.info.reading.notes,
        *store.info.reading.doubts,
        *(reason for _column, reason in store.info.reading.skipped),
    ]
    assert case.says in " ".join(said)
    assert all(store.source_line(row) for row in range(store.rows))
    services.database.close()


@pytest.mark.parametrize("name", REFUSED_NAMES)
def test_a_hostile_name_is_answered_with_its_sentence_before_it_is_sent(program: Program, name: str) -> None:
    sent = program.upload(name, GOOD)
    assert (sent["state"], sent["reason"]) == ("refused", REFUSED_NAMES[name])
    assert program.is_clean()


@pytest.mark.parametrize("name", [name for name in REFUSED_NAMES if "/" not in name and name.strip(" .")])
def test_a_file_on_disk_with_a_hostile_name_is_refused_or_cannot_be(
    program: Program, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    try:
        file.write_bytes(GOOD)
    except (OSError, ValueError):  # not even a file system that takes nearly anything takes it
        return
    (result,) = program.services.uploads.import_paths([file])
    assert (result.state, result.reason) == ("refused", REFUSED_NAMES[name])
    assert program.is_clean()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as people bring them: hidden and system files, links out of it, twins."""
    top = tmp_path / "day"
    for name in (".hidden.csv", "~$open.csv", "__MACOSX/a.csv", ".git/b.csv", "thumbs.db", "a.csv"):
        file = top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(GOOD)
    (top / "link.csv").symlink_to("/etc/passwd")
    (top / "outside").symlink_to("/etc")
    os.mkfifo(top / "pipe.csv")
    (top / "A.CSV").write_bytes(GOOD + b"2,3\n")
    (top / "e\u0301.csv").write_bytes(GOOD + b"3,4\n")
    (top / "\u00e9.csv").write_bytes(GOOD + b"4,5\n")
    return top


def test_a_folder_gives_its_recordings_and_a_reason_for_all_else(folder: Path, services: Services) -> None:
    sentences = {result.path: result.sentence for result in services.uploads.import_paths([folder])}
    assert sentences.pop("day/A.CSV") == "added"
    assert sentences.pop("day/\u00e9.csv").startswith("left out: a file of this name with other bytes")
    assert sentences[
        "day/a.csv"
    ] == "left out: a file of this name with other bytes is here as “day/A.CSV”".replace("“", "").replace(
        "”", ""
    )
    assert sentences["day/link.csv"] == "skipped: symbolic link"
    assert sentences["day/pipe.csv"] == "skipped: not a regular file"
    assert sentences["day/.hidden.csv"] == sentences["day/~$open.csv"] == "skipped: hidden file"
    assert [recording.path for recording in services.recordings.list()] == ["day/A.CSV", "day/\u00e9.csv"]


def test_the_second_file_of_one_name_is_a_conflict_and_changes_nothing(
    services: Services, tmp_path: Path
) -> None:
    for number, data in enumerate((GOOD, GOOD + b"2,3\n")):
        file = tmp_path / str(number) / NAME
        file.parent.mkdir()
        file.write_bytes(data)
    first, second = services.uploads.import_paths([tmp_path / "0" / NAME, tmp_path / "1" / NAME])
    assert first.state == "added"
    assert second.sentence == f"left out: a file of this name with other bytes is here as {NAME}"
    assert [recording.rows for recording in services.recordings.list()] == [2]


LIMITED = """
import resource, sys
from pathlib import Path
from services.cli import command_line
from services.settings import Settings
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
sys.exit(command_line.run(["import", sys.argv[3]], Settings(data_dir=Path(sys.argv[1])), lambda _: 0, lambda *_: 0))
"""


def test_a_disk_that_is_full_halfway_is_reported_and_leaves_nothing(tmp_path: Path) -> None:
    """Limit the file size so that the bytes fit but the columns do not."""
    file = tmp_path / NAME
    file.write_bytes(b"time,v\n" + b"".join(b"%d,%d\n" % (row, row % 7) for row in range(400_000)))
    data = tmp_path / "data"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(data), "3000000", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert f"{NAME}: refused: “{NAME}” could not be stored: the disk is full." in done.stdout or (
        f"There is no room on the disk for “{NAME}”; free some and add it again." in done.stdout
    ), done.stdout
    assert files_in(data) == []
    services = build_services(settings_in(tmp_path))
    (result,) = services.uploads.import_paths([file])
    assert result.state == "added"
    services.database.close()
