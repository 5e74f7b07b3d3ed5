"""Response times while many people label at once, with and without a training: real server, real connections.

The processor time of the server per request depends less on other programs of the machine than the response times.

``python -m benchmarks.bench_people [--people 20 50 200] [--seconds 60] [--idle 1000]``. Each person has an open page
(heartbeat and edits of others, every two seconds), pans every three seconds and adds a label every ten, over a
separate connection; ``--idle`` more connections send nothing. The people are threads of this process, on this machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psutil

from benchmarks.timing import verdict
from components.ids import LabelIds, ShellIds
from services.settings import HOME
from tests.http_client import HttpClient
from tests.support import ROOT, Server, request_of

Request = tuple[str, str, bytes | None]  # method, path, body

BUDGET_MS = 500  # 99th percentile
BEAT, PAN, EDIT = 2.0, 3.0, 10.0  # seconds between two requests of a person
TYPES = {"Content-Type": "application/json"}
SAMPLES = HOME / "data" / "samples"


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, nargs="+", default=[20, 50, 200])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--idle", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as folder:
        server = Server(Path(folder) / "server")
        assert server.command("import", SAMPLES).returncode == 0
        server.start()
        try:
            for people in options.people:
                measure(server, people, options.seconds, "")
            with training(Path(folder)):
                measure(
                    server,
                    options.people[min(1, len(options.people) - 1)],
                    options.seconds,
                    ", a training runs",
                )
            with idle(server, options.idle):
                measure(server, options.people[0], options.seconds, f", {options.idle:,} idle connections")
        finally:
            server.stop()


@dataclass
class Seen:
    """Seconds of each request by kind, and failed requests."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, name: str, seconds: float) -> None:
        """Record a request."""
        self.seconds.setdefault(name, []).append(seconds)


def measure(server: Server, people: int, seconds: float, more: str) -> None:
    """Simulate people for some time, and print the response times."""
    seen, stop, asks = Seen(), threading.Event(), Asks(server)
    threads = [
        threading.Thread(target=person, args=(server, asks, number, seen, stop)) for number in range(people)
    ]
    used = cpu_seconds(server)
    for thread in threads:
        thread.start()
    stop.wait(seconds)
    used = cpu_seconds(server) - used
    stop.set()
    for thread in threads:
        thread.join()
    everything = sorted(second for times in seen.seconds.values() for second in times)
    p50, p95, p99 = (statistics.quantiles(everything, n=100)[place] * 1000 for place in (49, 94, 98))
    edits = statistics.quantiles(seen.seconds["edit"], n=100)[98] * 1000
    sys.stdout.write(
        f"{people} people{more}: {len(everything) / seconds:.0f} requests a second, {len(seen.errors)} errors; p50 "
        f"{p50:.0f} ms, p95 {p95:.0f}, p99 {verdict(p99, BUDGET_MS)}, p99 of edits {edits:.0f}; "
        f"the server used {used / seconds:.2f} cores, {used * 1000 / len(everything):.1f} ms per request\n"
    )
    for error in sorted(set(seen.errors))[:3]:
        sys.stdout.write(f"  {error}\n")
    sys.stdout.flush()


def cpu_seconds(server: Server) -> float:
    """Processor time that the web process has used."""
    times = psutil.Process(server.pid).cpu_times()
    return float(times.user + times.system)


def person(server: Server, asks: Asks, number: int, seen: Seen, stop: threading.Event) -> None:
    """Requests of a person with an open page, until ``stop``."""
    chance, recording = random.Random(number), 1 + number % 4
    page: dict[str, Any] = {"recording": recording, "revision": -1}  # what the page has
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    tasks: dict[str, tuple[float, Callable[[], Request]]] = {
        "heartbeat": (BEAT, lambda: asks.of("heartbeat")),
        "edits of others": (BEAT, lambda: asks.of("since", page)),
        "window": (PAN, lambda: ("GET", f"/window/{recording}?from={chance.random()}&to=5&px=1000", None)),
        "edit": (EDIT, lambda: asks.of("commands", added(page, chance))),
    }
    due = {name: time.monotonic() + chance.random() * every for name, (every, _) in tasks.items()}
    while not stop.is_set():
        name = min(due, key=lambda action: due[action])
        stop.wait(max(0.0, due[name] - time.monotonic()))
        every, make = tasks[name]
        due[name] += every
        method, path, body = make()
        began = time.monotonic()
        try:
            connection.request(method, path, body, TYPES if body else {})
            answer = connection.getresponse()
            content = answer.read()
            if answer.status not in {200, 204}:
                seen.errors.append(f"{name}: status {answer.status}")
            elif content and name in {"edits of others", "edit"}:
                page |= newer(json.loads(content))
        except (OSError, http.client.HTTPException) as error:
            seen.errors.append(f"{name}: {type(error).__name__}")
            connection.close()
        seen.add(name, time.monotonic() - began)
    connection.close()


def newer(answer: dict[str, Any]) -> dict[str, Any]:
    """Revision and version of the labels in an answer."""
    plot = answer["response"][LabelIds.PLOT]
    changes = plot["answer"]["answers"][0] if "answer" in plot else plot["changes"]
    return {name: changes[name] for name in ("revision", "version")}


def added(page: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The command that adds a label, as the plot sends it."""
    start = chance.random() * 8
    command = {
        "uuid": str(uuid4()),
        "kind": "add",
        "id": str(uuid4()),
        "label": "QRS",
        "x0": start,
        "x1": start + 0.1,
    }
    request = {"recording": page["recording"], "commands": [command], "since": page["revision"]}
    return {"nonce": 1, "requests": [request | {"version": page.get("version")}]}


class Asks:
    """Builds requests to callbacks of a server, as a page sends them."""

    def __init__(self, server: Server) -> None:
        client: Any = HttpClient(server.url)
        self._requests = {
            "heartbeat": request_of(client, f"{ShellIds.BEAT}.data", 1),
            "since": request_of(client, f"{LabelIds.PLOT}.since", None),
            "commands": request_of(client, f"{LabelIds.PLOT}.commands", None),
        }

    def of(self, name: str, value: Any = 1) -> Request:
        """The request of that name with the value of its input."""
        request = self._requests[name]
        first, *others = request["inputs"]
        body = {**request, "inputs": [{**first, "value": value}, *others]}
        return "POST", "/_dash-update-component", json.dumps(body).encode()


@contextmanager
def training(folder: Path) -> Iterator[None]:
    """A training on the command line, on synthetic labels, that runs until it is stopped."""
    (folder / "labels").mkdir()
    rows = [f"{at * 50},{at * 50 + 20},{'ab'[at % 2]}" for at in range(1, 90)]
    (folder / "labels" / "ludb_001.csv").write_text("\n".join(["start,end,label", *rows, ""]))
    arguments = [
        "--data",
        SAMPLES / "ecg" / "ludb_001.csv",
        "--labels",
        folder / "labels",
        "--seconds",
        "600",
    ]
    command = [sys.executable, "app.py", "train", *map(str, arguments), "--out", str(folder / "model.pth")]
    process = subprocess.Popen(["nice", "-n", "10", *command], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield
        assert process.poll() is None, "the training ended"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


@contextmanager
def idle(server: Server, count: int) -> Iterator[None]:
    """Open idle connections."""
    address = urlsplit(server.url)
    with ExitStack() as opened:
        for _ in range(count):
            opened.enter_context(socket.create_connection((str(address.hostname), int(address.port or 80))))
        yield


if __name__ == "__main__":
    main()
