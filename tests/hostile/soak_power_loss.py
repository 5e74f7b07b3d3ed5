"""State after a power cut: ``python -m tests.hostile.soak_power_loss`` (needs strace).

A client makes 300 changes while strace notes every write and every fsync. The writes are then replayed, and the
power is cut at each acknowledgement and before each fsync: what was not forced to the disk is gone, or (as disks
do) some of it is there. Every acknowledged change must be in what is left. The same with ``synchronous=NORMAL``
must show losses; otherwise the harness would not notice any.

That a file exists, and how long it is, is taken as safe once the file itself was forced to the disk.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event

from services.annotations.service import NOTHING, Annotations
from services.label_classes.classes import LabelClasses
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage.db import open_database
from tests.hostile.writing_clients import HARMLESS, callback, command, prepare

COMMITS = 300
DATABASE = ("tidemark.db", "tidemark.db-wal")
CALLS = "pwrite64,write,ftruncate,fsync,fdatasync,unlink"
LINE = re.compile(r"(?P<call>\w+)\((?P<arguments>.*)\) += (?P<result>\d+)$")
TARGET = re.compile(r"\d+<(?P<path>[^>]*)>(?:, (?P<rest>.*))?$")


@dataclass
class Disk:
    """A file as it would be after a power cut, and the writes that were not forced to the disk yet."""

    safe: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)  # None: cut off there
    there: bool = False

    def force(self) -> None:
        """An fsync of the file."""
        self.safe = self.after(self.waiting)
        self.waiting = []
        self.there = True

    def after(self, writes: list[tuple[int, bytes | None]]) -> bytearray:
        """The safe content with some of the waiting writes."""
        content = bytearray(self.safe)
        for offset, data in writes:
            content.extend(bytes(max(0, offset - len(content))))
            if data is None:
                del content[offset:]
            else:
                content[offset : offset + len(data)] = data
        return content


@dataclass
class Verdict:
    """Number of simulated power cuts, and the worst loss."""

    cuts: int = 0
    losing: int = 0
    worst: int = 0
    broken: list[str] = field(default_factory=list)


def main() -> int:
    """Try both; 0 when FULL lost nothing and NORMAL did, 2 when it cannot be tried."""
    if shutil.which("strace") is None:
        sys.stdout.write("strace is not installed (apt-get install strace): power loss was NOT tried.\n")
        return 2
    full, normal = _try("FULL"), _try("NORMAL")
    for mode, verdict in (("FULL", full), ("NORMAL", normal)):
        sys.stdout.write(
            f"synchronous={mode}: {COMMITS} changes, {verdict.cuts:,} power cuts, {verdict.losing:,} lost "
            f"acknowledged changes (at worst {verdict.worst}), {len(verdict.broken)} left a broken database\n"
            + "".join(f"  {line}\n" for line in verdict.broken[:10])
        )
    if not normal.losing:
        sys.stdout.write("NORMAL lost nothing: the harness is blind, and FULL is not shown to be safe.\n")
    return 1 if full.losing or full.broken or not normal.losing else 0


def write(folder: Path, mode: str) -> None:
    """The client: make the changes, and write the uuid of each that is acknowledged to ``acknowledged``."""
    settings = Settings(data_dir=folder, outputs_dir=folder / "outputs")
    database = open_database(settings.database_url)
    if mode == "NORMAL":
        database.engine.dispose()
        event.listen(database.engine, "connect", _weaken)
    apply = callback(Annotations(database, Recordings(database, settings), LabelClasses(database)))
    log = os.open(folder / "acknowledged", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    number = done = 0
    while done < COMMITS:
        answer = apply(1, [command(0, number)], NOTHING)
        assert all(rejected["reason"] in HARMLESS for rejected in answer["rejected"]), answer["rejected"]
        for uuid in answer["acked"]:
            os.write(log, f"{uuid}\n".encode())
        done += len(answer["acked"])
        number += 1
    os._exit(0)  # like a power cut: without clean-up


def _weaken(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")


def _try(mode: str) -> Verdict:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "data"
        prepare(folder)
        disks = {file: _now(folder / file) for file in DATABASE}
        trace = folder.parent / "trace"
        _trace(folder, mode, trace)
        return _judge(disks, _events(trace, folder), folder.parent / "left")


def _now(path: Path) -> Disk:
    return Disk(bytearray(path.read_bytes()), there=True) if path.exists() else Disk()


def _trace(folder: Path, mode: str, trace: Path) -> None:
    watched = ["strace", "-qq", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o", str(trace)]
    client = [sys.executable, "-m", "tests.hostile.soak_power_loss", "write", str(folder), mode]
    done = subprocess.run([*watched, *client], stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The client failed under strace: power loss was NOT tried.\n{done.stderr}")


def _events(trace: Path, folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Call, file name and further arguments of every successful call on a file of the folder."""
    with trace.open() as lines:
        for line in lines:
            call = LINE.match(line)
            target = TARGET.match(call["arguments"]) if call else None
            if call is None or target is None:
                continue
            path = Path(os.fsdecode(_bytes(target["path"])))
            if path.parent == folder:
                yield call["call"], path.name, (target["rest"] or "").split(", ")


def _bytes(text: str) -> bytes:
    """What strace shows as ``\\x61`` or as it is."""
    text = text.strip('"')
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()


def _judge(disks: dict[str, Disk], calls: Iterator[tuple[str, str, list[str]]], left: Path) -> Verdict:
    verdict, acknowledged, chance = Verdict(), set[str](), random.Random(1)
    for call, name, arguments in calls:
        if name == "acknowledged":
            acknowledged.add(_bytes(arguments[0]).decode().strip())
            _cut(disks, acknowledged, left, verdict, chance)
        elif name in disks:
            if call in {"fsync", "fdatasync"}:
                _cut(disks, acknowledged, left, verdict, chance)
            _replay(disks[name], call, arguments)
    assert len(acknowledged) == COMMITS, f"the trace shows {len(acknowledged)} acknowledgements"
    return verdict


def _replay(disk: Disk, call: str, arguments: list[str]) -> None:
    if call == "pwrite64":
        disk.waiting.append((int(arguments[2]), _bytes(arguments[0])))
    elif call == "ftruncate":
        disk.waiting.append((int(arguments[0]), None))
    elif call in {"fsync", "fdatasync"}:
        disk.force()
    else:  # SQLite does none of this to these files while it is in WAL mode and open
        raise AssertionError(f"{call} is not replayed")


def _cut(
    disks: dict[str, Disk], acknowledged: set[str], left: Path, verdict: Verdict, chance: random.Random
) -> None:
    """Cut the power twice: nothing that waited is there, and some of it is."""
    for share in (0.0, chance.random()):
        left.mkdir()
        for name, disk in disks.items():
            kept = [one for one in disk.waiting if chance.random() < share]
            if disk.there or kept:
                (left / name).write_bytes(disk.after(kept))
        lost = len(acknowledged - _changes_in(left / DATABASE[0], verdict))
        verdict.cuts += 1
        verdict.losing += lost > 0
        verdict.worst = max(verdict.worst, lost)
        shutil.rmtree(left)


def _changes_in(path: Path, verdict: Verdict) -> set[str]:
    """The uuids of the changes in a database that a power cut left."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            (check,) = connection.execute("PRAGMA integrity_check").fetchone()
            if check != "ok":
                verdict.broken.append(check)
            return {uuid for (uuid,) in connection.execute("SELECT uuid FROM edits")}
    except sqlite3.DatabaseError as error:
        verdict.broken.append(str(error))
        return set()


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(Path(sys.argv[2]), sys.argv[3])
    sys.exit(main())
