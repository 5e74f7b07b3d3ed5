"""Shared test helpers: a real server, callbacks over HTTP, faults of a page."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import psutil
from flask.testing import FlaskClient
from playwright.sync_api import ConsoleMessage, Page, Response

from services.settings import Settings
from services.storage.db import open_database
from tests.forked_app import ForkedApp

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "data" / "samples"
FAILURES = ROOT / "build" / "failures"
PLOT = """Object.defineProperty(window, "plot", {
    get: () => document.getElementById("label-plot")?.timeSeriesPlot, configurable: true });
{ // number of requests in flight
  const send = window.fetch;
  window.underWay = 0;
  window.fetch = (...request) => {
    const held = String(request[0].url || request[0]).includes("cacheKey="); // held until the job changes
    window.underWay += held ? 0 : 1;
    return send(...request).finally(() => setTimeout(() => (window.underWay -= held ? 0 : 1)));
  };
}
{ // messages stay: on a busy machine they would be gone before a test reads them
  const { setTimeout } = window;
  window.setTimeout = (task, ms, ...more) =>
    setTimeout(task, ms >= 4000 && String(task) === "() => toast.remove()" ? 1e8 : ms, ...more);
}"""
PATIENCE = 60  # timeout in seconds of conditions, long enough for a busy machine
_known_dependencies: WeakKeyDictionary[Any, list[dict[str, Any]]] = WeakKeyDictionary()  # by application
_READY = re.compile(r"Tidemark is ready at (http://\S+):(\d+)")


def settings_in(folder: Path, **more: Any) -> Settings:
    """Settings with the three folders in ``folder``."""
    places = {name: folder / name.removesuffix("_dir") for name in ("data_dir", "models_dir", "outputs_dir")}
    return Settings(**{**places, **more})


def with_tables(settings: Settings) -> Settings:
    """The same settings, with an empty migrated database, since migrating takes longer than most tests."""
    file = settings.data_dir / "tidemark.db"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(0o600)
        file.write_bytes(_empty_database())
    return settings


@cache
def _empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        open_database(f"sqlite:///{folder}/empty.db").close()
        return Path(folder, "empty.db").read_bytes()


class Server:
    """``python app.py`` in a separate process, on its own folders; ``restart`` keeps port and data.

    Args:
        samples: add the sample recordings at the first start.
        fresh: import the modules in that process, too, instead of forking it from one that has imported them.
        lazy: start worker processes with their first job; most tests of pages have none.
    """

    def __init__(
        self,
        folder: Path,
        samples: bool = False,
        fresh: bool = False,
        lazy: bool = False,
        **environment: str,
    ) -> None:
        self._fresh = fresh
        self._lazy = lazy
        self.settings = settings_in(folder)
        self.url = ""
        self._port = "0"
        self._environment = environment
        self._lines: list[str] = []
        self._process: subprocess.Popen[bytes] | ForkedApp | None = None
        for path in (self.settings.data_dir, self.settings.models_dir, self.settings.outputs_dir):
            path.mkdir(parents=True, exist_ok=True)
        if not samples:
            (self.settings.data_dir / ".samples-added").touch()

    @property
    def log(self) -> str:
        """Everything written to standard error since the first start."""
        return "".join(self._lines)

    @property
    def pid(self) -> int:
        """Process id of the web process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> Server:
        """Start and wait until it listens."""
        reader, writer = os.pipe()
        variables = self._variables()
        if self._fresh:
            command = [sys.executable, str(ROOT / "app.py")]
            self._process = subprocess.Popen(command, cwd=ROOT, env=variables, stderr=writer)
        else:
            self._process = ForkedApp([], variables, {2: writer}, self._lazy)
        os.close(writer)
        ready = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(reader, ready), daemon=True)
        self._reader.start()
        assert ready.wait(PATIENCE) and self._port != "0", f"the server did not start:\n{self.log}"
        return self

    def kill(self) -> None:
        """End it with SIGKILL, without cleanup."""
        self._end(signal.SIGKILL)

    def wait(self) -> int | None:
        """Wait until it has ended by itself; its exit code."""
        assert self._process is not None
        return self._process.wait(PATIENCE)

    def stop(self) -> None:
        """End it with SIGINT, if it is running."""
        self._end(signal.SIGINT)

    def restart(self) -> Server:
        """Kill it and start it again, same data, same address."""
        self.kill()
        return self.start()

    def command(self, *arguments: str | Path, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run ``python app.py ARGUMENTS`` on the same folders, with ``given`` as its standard input."""
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as stdin,
            tempfile.TemporaryFile("w+", encoding="utf-8") as stdout,
            tempfile.TemporaryFile("w+", encoding="utf-8") as stderr,
        ):
            stdin.write(given or "")
            for stream in (stdin, stdout, stderr):
                stream.seek(0)
            streams = {number: stream.fileno() for number, stream in enumerate((stdin, stdout, stderr))}
            words = [str(argument) for argument in arguments]
            code = ForkedApp(words, self._variables(), streams).wait()
            assert code is not None
            for stream in (stdout, stderr):
                stream.seek(0)
            return subprocess.CompletedProcess(words, code, stdout.read(), stderr.read())

    def _variables(self) -> dict[str, str]:
        ours = {
            "TIDEMARK_PORT": self._port,
            "TIDEMARK_DATA_DIR": str(self.settings.data_dir),
            "TIDEMARK_MODELS_DIR": str(self.settings.models_dir),
            "TIDEMARK_OUTPUTS_DIR": str(self.settings.outputs_dir),
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
        return {**kept, **ours, **self._environment}

    def _read(self, errors: int, ready: threading.Event) -> None:
        with open(errors, encoding="utf-8") as lines:
            for line in lines:
                self._lines.append(line)
                if (found := _READY.search(line)) is not None:
                    self._port, self.url = found[2], f"{found[1]}:{found[2]}"
                    ready.set()
        ready.set()  # it has ended, perhaps before it listened

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
            process.wait(PATIENCE)
            self._reader.join(PATIENCE)  # workers write there, too: all have ended
            assert not self._reader.is_alive(), "a worker still runs"


def write_training_files(folder: Path) -> tuple[Path, Path]:
    """Write a recording of two classes and its labels; returns the folders ``data`` and ``labels``."""
    rows = [f"{row},{(-1) ** (row // 10) * (1 + row % 3)}" for row in range(400)]
    labels = [f"{row},{row + 9},{'ab'[row // 10 % 2]}" for row in range(0, 400, 10)]
    data, labelled = folder / "data", folder / "labels"
    for place, lines in ((data, ["t,v", *rows, ""]), (labelled, ["start,end,label", *labels, ""])):
        place.mkdir()
        (place / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    return data, labelled


def has_torch(process: psutil.Process) -> bool:
    """Whether a process has loaded torch."""
    try:
        return "libtorch" in Path(f"/proc/{process.pid}/maps").read_text()
    except OSError:
        return False


@dataclass
class Fired:
    """Response of a callback: ``values`` by ``id.property``, ``side``: side effects (toasts)."""

    status: int
    values: dict[str, Any] = field(default_factory=dict)
    side: dict[str, Any] = field(default_factory=dict)


NO_OUTPUT = "no output"


def fire(client: FlaskClient, changed: str, value: Any, output: str = "", **others: Any) -> Fired:
    """Request of the browser when the property ``changed`` ("id.property") gets ``value``.

    ``output`` chooses between several callbacks of that property by a part of what they set, or else read;
    :data:`NO_OUTPUT` chooses the one without output. Its
    other inputs and states are None, or as given in ``others`` (``fire(client, "a.n_clicks", 1, **{"b.value": 2})``).
    Pattern ids are written as :func:`prop` does; a wildcard is given all of ``others`` that it includes.
    """
    answer = client.post("/_dash-update-component", json=request_of(client, changed, value, output, **others))
    body = answer.get_json(silent=True) or {}
    values, side = _flat(body.get("response", {})), _flat(body.get("sideUpdate", {}))
    for name, set_to in (
        values | side
    ).items():  # Dash would keep the ids of removed components; a late answer then fails
        assert set_to is not None or not name.endswith(".children"), f"{name}: an empty list, not None"
    return Fired(answer.status_code, values, side)


def request_of(
    client: FlaskClient, changed: str, value: Any, output: str = "", **others: Any
) -> dict[str, Any]:
    """The request that :func:`fire` sends."""
    callback = _callback_of(client, changed, output)
    known = {**others, changed: value}
    return {
        "output": callback["output"],
        "outputs": _outputs(callback["output"], known),
        "inputs": [_dependency(item, known) for item in callback["inputs"]],
        "state": [_dependency(item, known) for item in callback["state"]],
        "changedPropIds": [changed],
    }


def stored(client: FlaskClient, identity: str, name: str = "data") -> Any:
    """The value of a property in the layout that a page begins with."""

    def values(part: Any) -> Iterator[Any]:
        if isinstance(part, list):
            for one in part:
                yield from values(one)
        elif isinstance(part, dict) and "props" in part:
            if part["props"].get("id") == identity:
                yield part["props"].get(name)
            yield from values(part["props"].get("children"))

    (value,) = values(client.get("/_dash-layout").get_json())
    return value


def prop(identity: Mapping[str, Any] | str, name: str) -> str:
    """The name of a property as Dash writes it, such as ``{"index":1,"type":"row"}.n_clicks``."""
    text = (
        identity if isinstance(identity, str) else json.dumps(identity, sort_keys=True, separators=(",", ":"))
    )
    return f"{text}.{name}"


def includes(pattern: str, name: str) -> bool:
    """True when the id ``pattern`` of a callback, perhaps with wildcards, is or includes the id ``name``."""
    if not pattern.startswith("{") or not name.startswith("{"):
        return pattern == name
    wanted, given = json.loads(pattern), json.loads(name)
    return wanted.keys() == given.keys() and all(
        isinstance(value, list) or value == given[key] for key, value in wanted.items()
    )


def _listens(item: Mapping[str, Any], changed: str) -> bool:
    identity, _, name = changed.rpartition(".")
    return bool(item["property"] == name and includes(item["id"], identity))


def _callback_of(client: FlaskClient, changed: str, output: str) -> dict[str, Any]:
    found = [
        callback
        for callback in _dependencies(client)
        if callback["clientside_function"] is None
        and any(_listens(item, changed) for item in callback["inputs"])
    ]
    if output == NO_OUTPUT:
        found = [item for item in found if "." not in item["output"]]
    elif output:
        found = [item for item in found if output in item["output"]] or [
            one for one in found if any(output in item["id"] for item in one["state"])
        ]
    assert len(found) == 1, f"{len(found)} callbacks of the server listen to {changed}"
    return dict(found[0])


def _dependencies(client: FlaskClient) -> list[dict[str, Any]]:
    """The callbacks of the application of a client (of ``tests.http_client``: of its server), asked for once."""
    application = getattr(client, "application", client)
    if application not in _known_dependencies:
        _known_dependencies[application] = client.get("/_dash-dependencies").get_json()
    return _known_dependencies[application]


def _outputs(text: str, known: Mapping[str, Any]) -> Any:
    many = text.startswith("..")
    parts = [part.rpartition(".") for part in text.removeprefix("..").removesuffix("..").split("...")]
    listed = [_output(part[0], part[2], known) for part in parts]
    return listed if many else listed[0]


def _output(identity: str, name: str, known: Mapping[str, Any]) -> Any:
    """Request data of an output: a wildcard matches the components in ``known``."""
    if not identity.startswith("{") or not any(
        isinstance(part, list) for part in json.loads(identity).values()
    ):
        return {"id": _parsed(identity), "property": name}
    there = dict.fromkeys(one.rpartition(".")[0] for one in known)
    return [{"id": _parsed(one), "property": name} for one in there if includes(identity, one)]


def _parsed(identity: str) -> Any:
    return json.loads(identity) if identity.startswith("{") else identity


def _dependency(item: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    identity, name = item["id"], item["property"]
    if identity.startswith("{") and any(isinstance(value, list) for value in json.loads(identity).values()):
        there = [prop_id.rpartition(".")[0] for prop_id in known if _listens(item, prop_id)]
        return [{"id": _parsed(one), "property": name, "value": known[f"{one}.{name}"]} for one in there]
    return {"id": _parsed(identity), "property": name, "value": known.get(f"{identity}.{name}")}


def _flat(by_id: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {f"{identity}.{name}": value for identity, props in by_id.items() for name, value in props.items()}


class Faults:
    """Unexpected events of a page; a test that provokes one permits it with ``allow``."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._allowed: list[str] = []

    def allow(self, pattern: str) -> None:
        """Faults that match this regular expression are part of the test, from its beginning to its end."""
        self._allowed.append(pattern)

    @property
    def unexpected(self) -> list[str]:
        """Events that were not permitted."""
        return [fault for fault in self.seen if not any(re.search(one, fault) for one in self._allowed)]

    def watch(self, page: Page) -> None:
        """Note console errors, warnings of AG Grid, uncaught errors and answers of 400 and above.

        Scripts get the plot as ``plot``.
        """
        page.context.add_init_script(PLOT)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"page error: {error}\n{error.stack}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or (message.type == "warning" and _warns_of_grid(message.text)):
            self.seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.seen.append(f"answer {response.status}: {response.request.method} {response.url}")


def _warns_of_grid(text: str) -> bool:
    """A warning of AG Grid."""
    return "AG Grid" in text


def go(page: Page, href: str) -> None:
    """Open a page of the application as a link does, without loading it again."""
    page.evaluate("href => dash_clientside.set_props('_pages_location', { href })", href)


def eventually(condition: Callable[[], T], patience: float = 4 * PATIENCE) -> T:
    """Wait until ``condition`` is true, and return its value; fail after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not come true"
        threading.Event().wait(0.02)
    return value


def until(page: Page, condition: Any, what: str) -> None:
    """Wait for a condition outside the page (a file, a row); fails with ``what``."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        page.evaluate("() => new Promise(requestAnimationFrame)")
