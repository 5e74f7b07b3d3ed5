"""Clients that change labels through the callback of the plot and are killed (SIGKILL) at random moments.

Every command of a client follows from its number: so the process that takes a dead client's place sends again what
was on its way, and some that was acknowledged before, with the same uuids, as a browser does. Afterwards
:func:`examine` compares the answers to the clients with the database.
"""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from dash import Dash, html
from sqlalchemy import select

from callbacks.labels import register
from components.ids import ShellIds
from services.annotations.service import NOTHING, Annotations
from services.ingest.convert import ingest
from services.label_classes.classes import LabelClasses
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage.db import open_database
from services.storage.tables import annotation_table, edits, recordings

ROWS = 1000
FILES = 4
CLIENTS = 8
OVERLAP = 5  # acknowledged commands that a new process sends once more
PRELOADED = ("dash.backends._flask", "flask.testing")  # a client that imports them itself starts 0.3 s later
PATIENCE = 120  # seconds without any acknowledgement after which something hangs
HARMLESS = (
    "There is nothing to undo.",
    "There is nothing to redo.",
    "These labels were deleted already.",
    "This label already exists.",
    "The change to undo was refused, so nothing was undone.",
)


@dataclass
class Outcome:
    """Answers to the clients: numbers of the acknowledged commands by client, and number of killed clients."""

    acknowledged: dict[int, set[int]] = field(default_factory=dict)
    kills: int = 0
    resent: int = 0

    @property
    def writes(self) -> int:
        """Different commands that were acknowledged."""
        return sum(map(len, self.acknowledged.values()))


def command(client: int, number: int) -> dict[str, Any]:
    """The command of that number: mostly a new label, sometimes one deleted, undone or redone."""
    kind = {7: "delete", 8: "undo", 9: "redo"}.get(number % 10, "add")
    made: dict[str, Any] = {"uuid": _uuid(client, number), "kind": kind}
    if kind == "delete":
        made["ids"] = [_uuid(client, number - 3)]
    elif kind == "add":
        made |= {"id": made["uuid"], "label": f"class {number % 3}"}
        made["x0"], made["x1"] = place(client, number)
    return made


def place(client: int, number: int) -> tuple[int, int]:
    """First and last sample of the label that a command adds."""
    first = (client * 7919 + number * 31) % (ROWS - 10)
    return first, first + number % 10


def prepare(folder: Path) -> Settings:
    """A data folder with a few recordings."""
    settings = Settings(data_dir=folder, outputs_dir=folder / "outputs")
    database = open_database(settings.database_url)
    recordings = Recordings(database, settings)
    for number in range(FILES):
        source = folder / f"{number}.csv"
        source.write_text("v\n" + "".join(f"{row * (number + 1) % 17}.5\n" for row in range(ROWS)))
        recordings.add(source.name, ingest(source, name=source.name, store_root=settings.store_dir))
    database.close()
    return settings


def run(settings: Settings, kills: int, writes: int, seed: int) -> Outcome:
    """Let the clients write until so many were killed and so many commands acknowledged.

    One kill in five takes all clients at once, as when the machine's only server dies: then the next to open the
    database has to recover it.
    """
    chance = random.Random(seed)
    outcome = Outcome({client: set() for client in range(CLIENTS)})
    with ExitStack() as stack:
        crowd = stack.enter_context(_Crowd(settings, outcome, chance))
        while outcome.writes < writes or outcome.kills < kills:
            crowd.listen()
            if outcome.kills < kills and outcome.writes >= (outcome.kills + chance.random()) * writes / kills:
                together = chance.random() < 0.2
                crowd.kill(range(CLIENTS) if together else [chance.randrange(CLIENTS)])
    return outcome


class _Crowd:
    """The living clients."""

    def __init__(self, settings: Settings, outcome: Outcome, chance: random.Random) -> None:
        self._settings = settings
        self._outcome = outcome
        self._chance = chance
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__, *PRELOADED])
        self._processes: dict[int, ForkServerProcess] = {}
        self._ears: dict[int, Connection] = {}

    def __enter__(self) -> _Crowd:
        for client in range(CLIENTS):
            self._start(client)
        return self

    def __exit__(self, *_error: object) -> None:
        for client in range(CLIENTS):
            self._end(client)

    def listen(self) -> None:
        """Receive messages of the clients for a random time."""
        ready = wait(list(self._ears.values()), timeout=PATIENCE)
        assert ready, f"no client was answered for {PATIENCE} s"
        for client, ear in self._ears.items():
            if ear in ready:
                assert self._hear(client), f"client {client} ended by itself, see its traceback"

    def kill(self, clients: Any) -> None:
        """Kill clients at whatever they are doing, and put new ones in their places."""
        wait([self._chance.choice(list(self._ears.values()))], timeout=self._chance.random() / 50)
        for client in clients:
            self._processes[client].kill()
        for client in clients:
            self._end(client)
            self._start(client)
        self._outcome.kills += 1

    def _start(self, client: int) -> None:
        ear, mouth = self._context.Pipe(duplex=False)
        first = max(0, max(self._outcome.acknowledged[client], default=0) - OVERLAP)
        arguments = (self._settings, client, first, self._chance.random(), mouth)
        process = self._context.Process(target=write, args=arguments, daemon=True)
        process.start()
        mouth.close()
        self._processes[client], self._ears[client] = process, ear

    def _end(self, client: int) -> None:
        self._processes[client].kill()
        self._processes[client].join()
        while self._hear(client):  # messages sent before its death count
            pass
        self._ears[client].close()
        self._processes[client].close()

    def _hear(self, client: int) -> bool:
        """Receive one message; False if the client has no more."""
        try:
            text = self._ears[client].recv_bytes().decode()
        except (EOFError, OSError):
            return False
        numbers = {int(number) for number in text.split()}
        self._outcome.resent += len(numbers & self._outcome.acknowledged[client])
        self._outcome.acknowledged[client] |= numbers
        return True


def write(settings: Settings, client: int, first: int, seed: float, mouth: Connection) -> None:
    """Main loop of a client: send commands, a few at a time, and report the acknowledged ones."""
    chance = random.Random(seed)
    database = open_database(settings.database_url)
    recordings = Recordings(database, settings)
    apply = callback(Annotations(database, recordings, LabelClasses(database)))
    recording = 1 + client % FILES
    revision = NOTHING
    for numbers in _groups(first, chance):
        sent = {command(client, number)["uuid"]: number for number in numbers}
        answer = apply(recording, [command(client, number) for number in numbers], revision)
        odd = [rejected for rejected in answer["rejected"] if rejected["reason"] not in HARMLESS]
        assert not odd, odd
        revision = answer["revision"]
        mouth.send_bytes(" ".join(str(sent[uuid]) for uuid in answer["acked"]).encode())


def callback(annotations: Annotations) -> Callable[[int, list[dict[str, Any]], int], dict[str, Any]]:
    """A command request of a plot: the callback that converts commands to edits."""
    app = Dash("clients")
    app.layout = html.Div()
    register(app, SimpleNamespace(annotations=annotations))  # type: ignore[arg-type]  # all it needs of the services
    client = app.server.test_client()

    def apply(recording: int, commands: list[dict[str, Any]], since: int) -> dict[str, Any]:
        asked = {"nonce": 1, "requests": [{"recording": recording, "commands": commands, "since": since}]}
        commands_changed = {"id": "label-plot", "property": "commands", "value": asked}
        payload = {
            "output": "label-plot.answer",
            "outputs": {"id": "label-plot", "property": "answer"},
            "inputs": [commands_changed],
            "state": [{"id": ShellIds.CONNECTION, "property": "data-user"}],
            "changedPropIds": ["label-plot.commands"],
        }
        body = client.post("/_dash-update-component", json=payload).get_json()
        return dict(body["response"]["label-plot"]["answer"]["answers"][0])

    return apply


def _groups(first: int, chance: random.Random) -> Iterator[range]:
    while True:
        count = chance.randrange(1, 9)
        yield range(first, first + count)
        first += count


def examine(settings: Settings, outcome: Outcome) -> list[str]:
    """Everything that is wrong with the database after the clients died; nothing, if the promises hold."""
    database = open_database(settings.database_url)
    wrong = []
    with database.read() as connection:
        check = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        if check != "ok":
            wrong.append(f"integrity_check: {check}")
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
            wrong.append(f"foreign_key_check: {broken[:3]}")
        done = connection.execute(select(edits).order_by(edits.c.recording_id, edits.c.revision)).all()
        there = connection.execute(select(annotation_table)).all()
        reached = {row.id: row.revision for row in connection.execute(select(recordings))}
    database.close()
    return wrong + _lost_or_doubled(done, outcome) + _holes(done, reached) + _drift(done, there)


def _lost_or_doubled(done: Any, outcome: Outcome) -> list[str]:
    """Acknowledged commands that are not there exactly once, as they were sent."""
    by_uuid: dict[str, list[Any]] = {}
    for edit in done:
        by_uuid.setdefault(edit.uuid, []).append(edit)
    wrong = []
    for client, numbers in outcome.acknowledged.items():
        for number in numbers:
            sent = command(client, number)
            found = by_uuid.get(sent["uuid"], [])
            if [edit.kind for edit in found] != [sent["kind"]]:
                wrong.append(f"command {number} of client {client} is there {len(found)} times")
            elif sent["kind"] == "add" and _segments(found[0].after) != [
                (sent["id"], *place(client, number))
            ]:
                wrong.append(f"command {number} of client {client} added something else")
    return wrong


def _segments(rows: Any) -> list[tuple[str, int, int]]:
    return [(row["id"], row["start_index"], row["end_index"]) for row in rows]


def _holes(done: Any, reached: dict[int, int]) -> list[str]:
    """Recordings whose edits are not numbered from 1 to their revision."""
    return [
        f"revisions of recording {recording} have holes"
        for recording, revision in reached.items()
        if [edit.revision for edit in done if edit.recording_id == recording] != list(range(1, revision + 1))
    ]


def _drift(done: Any, there: Any) -> list[str]:
    """Labels that are not what all edits in their order make of nothing."""
    made: dict[str, tuple[str, int, int]] = {}
    for edit in done:
        for row in edit.before:
            made.pop(row["id"], None)
        made |= {row["id"]: segment for row, segment in zip(edit.after, _segments(edit.after), strict=True)}
    found = {(row.id, row.start_index, row.end_index) for row in there}
    return [f"labels that differ from the edits: {sorted(found ^ set(made.values()))[:3]}"] * (
        found != set(made.values())
    )


def _uuid(client: int, number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"{client}:{number}"))
