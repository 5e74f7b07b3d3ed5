"""Executes the steps of the Dockerfile in Debian roots, without Docker, and tries the result as a container would run.

``python -m tests.container`` (as root; needs debootstrap and the network). The base image is replaced by a Debian
root with Debian's Python; packages are downloaded by this machine's pip. Then the program starts as the image's user
with a read-only root and one writable volume, takes an upload of 1 GB, trains a model and ends at the stop signal.
"""

from __future__ import annotations

import base64
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from components.ids import UploadIds
from tests.http_client import HttpClient
from tests.support import eventually, fire, write_training_files

ROOT = Path(__file__).resolve().parents[1]
MIRROR = "http://deb.debian.org/debian"
SUITE = "bookworm"  # its Python is 3.11, as in the image
PORT = 18_050
UPLOAD_BYTES = 1 << 30
PIECE = 8 << 20
PATIENCE = 600  # seconds
NAME, PASSWORD = "Ann", "correct horse battery"
SECONDS_TO_STOP = 8
NOT_CHECKED = (
    "Not checked: the base image python:3.11-slim itself (Debian's Python was used), the size of the image, the health "
    "check's timing, cgroup limits."
)


@dataclass
class Stage:
    """A stage of the Dockerfile while its steps are executed."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = "root"
    settings: dict[str, str] = field(default_factory=dict)  # ENTRYPOINT, CMD, VOLUME, STOPSIGNAL …


def main() -> int:
    """Build, start, use, stop; 0 when all of it worked."""
    missing = [name for name in ("debootstrap", "unshare", "chroot") if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        say(f"This needs root and {', '.join(missing or ['debootstrap'])}: apt-get install debootstrap")
        return 2
    with tempfile.TemporaryDirectory(prefix="tidemark-container-") as name:
        folder = Path(name)
        stage = build(folder)
        volume = folder / "volume"
        shutil.copytree(stage.root / stage.settings["VOLUME"].lstrip("/"), volume, symlinks=True)
        for path in (volume, *volume.rglob("*")):
            shutil.chown(path, 1000, 1000)
        use(stage, volume)
    say(NOT_CHECKED)
    return 0


def build(folder: Path) -> Stage:
    """The last stage of the Dockerfile, all of its steps executed."""
    wheels = folder / "wheels"
    download = [sys.executable, "-m", "pip", "download", "-q", "-d", wheels, "-r", ROOT / "requirements.txt"]
    run([*download, "async-timeout"])  # redis needs it with Python before 3.11.3
    base = folder / "base"
    packages = "python3,python3-venv,python3-pip,ca-certificates"
    run(["debootstrap", "--variant=minbase", f"--include={packages}", SUITE, base, MIRROR])
    (base / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    shutil.copy("/etc/resolv.conf", base / "etc/resolv.conf")
    stages: dict[str, Stage] = {}
    stage = Stage(base)
    for instruction, text in instructions((ROOT / "Dockerfile").read_text(encoding="utf-8")):
        if instruction == "FROM":
            name = text.partition(" AS ")[2] or "last"
            stage = stages[name] = Stage(folder / f"stage-{name}")
            run(["cp", "-a", "--reflink=auto", base, stage.root])
            shutil.copytree(wheels, stage.root / "wheels")
        else:
            execute(instruction, text, stage, stages)
    shutil.rmtree(stage.root / "wheels")
    return stage


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """Instructions with their arguments, continued lines joined, comments left out."""
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            instruction, _, text = line.strip().partition(" ")
            yield instruction, text.strip()


def execute(instruction: str, text: str, stage: Stage, stages: dict[str, Stage]) -> None:
    """One step of the Dockerfile."""
    say(f"{instruction} {text[:100]}")
    if instruction == "RUN":
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels", "DEBIAN_FRONTEND": "noninteractive"}
        inside(stage, ["/bin/sh", "-c", text], offline)
    elif instruction == "COPY":
        copy(text, stage, stages)
    elif instruction in {"ENV", "ARG"}:
        stage.environment |= dict(pair.partition("=")[::2] for pair in shlex.split(text))
    elif instruction == "WORKDIR":
        stage.workdir = text
        (stage.root / text.lstrip("/")).mkdir(parents=True, exist_ok=True)
    elif instruction == "USER":
        stage.user = text
    else:
        stage.settings[instruction] = text


def copy(text: str, stage: Stage, stages: dict[str, Stage]) -> None:
    """COPY from the repository or from another stage."""
    words = shlex.split(text)
    source_root = ROOT
    if words[0].startswith("--from="):
        source_root = stages[words.pop(0).removeprefix("--from=")].root
    source = source_root / words[0].lstrip("/")
    target = stage.root / str(Path(stage.workdir, words[1])).lstrip("/")
    if source.is_dir():
        ignored = shutil.ignore_patterns("__pycache__") if source_root == ROOT else None
        shutil.copytree(source, target, symlinks=True, ignore=ignored, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)


def inside(stage: Stage, command: list[str], more: dict[str, str] | None = None) -> None:
    """Run a command in the root of a stage, as a step of a build does."""
    variables = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
    pairs = [f"{name}={value}" for name, value in (variables | stage.environment | (more or {})).items()]
    into = (
        f"mount -t proc proc {stage.root}/proc && cd {stage.root} && exec chroot . env -i -C {stage.workdir} "
    )
    run(["unshare", "--mount", "sh", "-c", into + shlex.join(pairs + command)])


def use(stage: Stage, volume: Path) -> None:
    """Start it with a read-only root, upload, train, stop."""
    user = started(stage, volume, ["python", "app.py", "user", "add", "--admin", NAME], given=PASSWORD)
    assert user.wait(PATIENCE) == 0
    program = json.loads(stage.settings["ENTRYPOINT"]) + json.loads(stage.settings["CMD"])
    server = started(stage, volume, program)
    try:
        wait_for(f"http://127.0.0.1:{PORT}/health")
        say(f"It answers, as user {stage.user}, its root read-only")
        check_root(server)
        upload(volume)
        train(stage, volume)
    finally:
        stop(server, stage.settings["STOPSIGNAL"])


def started(stage: Stage, volume: Path, command: list[str], given: str = "") -> subprocess.Popen[str]:
    """A process in the image as ``docker run --read-only -v volume`` starts it."""
    place = stage.root / stage.settings["VOLUME"].lstrip("/")
    environment = stage.environment | {"TIDEMARK_PORT": str(PORT), "HOME": "/home/tidemark"}
    environment["TIDEMARK_TRUSTED_HOSTS"] = "127.0.0.1"
    pairs = [f"{name}={value}" for name, value in environment.items()]
    known = shlex.join(["env", "-i", "-C", stage.workdir, *pairs, *command])
    steps = [
        f"mount --bind {stage.root} {stage.root}",
        f"mount --bind {volume} {place}",
        f"mount -t proc proc {stage.root}/proc",
        f"mount --bind /dev {stage.root}/dev",
        f"mount -t tmpfs -o size=64m,mode=1777 shm {stage.root}/dev/shm",  # as Docker does
        f"mount -o remount,bind,ro {stage.root}",
        f"exec chroot --userspec=1000:1000 {stage.root} {known}",
    ]
    process = subprocess.Popen(
        ["unshare", "--mount", "sh", "-ec", "\n".join(steps)], stdin=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(given)
    process.stdin.close()
    return process


def check_root(server: subprocess.Popen[str]) -> None:
    """The program must be unable to write outside its volume, and not be root."""
    for process in (found := psutil.Process(server.pid), *found.children(recursive=True)):
        assert process.uids().real == 1000, process
        mounts = Path(f"/proc/{process.pid}/mounts").read_text(encoding="utf-8").splitlines()
        root = next(line.split() for line in mounts if line.split()[1] == "/")
        assert "ro" in root[3].split(","), root


def upload(volume: Path) -> None:
    """Send 1 GB over tus and wait until it is read."""
    client = HttpClient(f"http://127.0.0.1:{PORT}")
    form = {"name": NAME, "password": PASSWORD}
    assert client.session.post(f"{client.url}/login", form, timeout=PATIENCE).ok
    line = "".join(f"{row % 997 / 997:.6f},{row % 89 / 89:.6f}\n" for row in range(997 * 89))
    head = b"first,second\n"
    body = (line.encode() * (UPLOAD_BYTES // len(line) + 1))[: UPLOAD_BYTES - len(head)]
    body = head + body[: body.rindex(b"\n") + 1]
    chosen = {"id": "c1", "batch": 1, "files": [[0, "large.csv", len(body), 1, ""]], "turn": 1}
    sender = {f"{UploadIds.TRANSFER}.sender": {"browser": "drill", "page": "drill"}}
    asked: Any = client
    plan = fire(asked, f"{UploadIds.TRANSFER}.chosen", chosen, "plan", **sender).values
    key = plan[f"{UploadIds.TRANSFER}.plan"]["go"][0][0][1]
    tus = {"Tus-Resumable": "1.0.0", "X-Tidemark-Upload": "1"}
    named = {
        "Upload-Length": str(len(body)),
        "Upload-Metadata": f"key {base64.b64encode(key.encode()).decode()}",
    }
    began = time.monotonic()
    answer = client.session.post(f"{client.url}/upload", headers=tus | named, timeout=PATIENCE)
    assert answer.status_code == 201, answer.text
    for at in range(0, len(body), PIECE):
        piece = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
        address = f"{client.url}/upload/{key}"
        answer = client.session.patch(address, body[at : at + PIECE], headers=tus | piece, timeout=PATIENCE)
        assert answer.status_code == 204, answer.text
    sent = time.monotonic() - began
    store = volume / "data" / "store"
    eventually(lambda: list(store.glob("*/*/meta.json")) and not list(store.glob("*/*/*.part")), PATIENCE)
    eventually(lambda: client.get("/window/12?from=0&to=1000&px=500&channels=0").status_code == 200, PATIENCE)
    say(f"{len(body) / 1e9:.2f} GB sent in {sent:.0f} s, read after {time.monotonic() - began:.0f} s")


def train(stage: Stage, volume: Path) -> None:
    """Train a model on the command line of the image and label with it, as ``docker exec`` does."""
    place = Path(stage.settings["VOLUME"])
    for folder in write_training_files(volume / "outputs"):
        shutil.chown(folder, 1000, 1000)
    source, model = place / "outputs" / "data", place / "outputs" / "model.pth"
    command = [
        "python",
        "app.py",
        "train",
        "--data",
        str(source),
        "--labels",
        str(place / "outputs" / "labels"),
    ]
    process = started(stage, volume, [*command, "--seconds", "2", "--no-holdout", "--out", str(model)])
    assert process.wait(PATIENCE) == 0
    command = [
        "python",
        "app.py",
        "autolabel",
        "--model",
        str(model),
        "--out",
        str(place / "outputs" / "found"),
    ]
    assert started(stage, volume, [*command, str(source)]).wait(PATIENCE) == 0
    found = (volume / "outputs" / "found" / "data" / "a.csv").read_text(encoding="utf-8")
    assert found.count(",a,") > 10 and found.count(",b,") > 10
    say("A model was trained, and labels with it")


def stop(server: subprocess.Popen[str], signal_name: str) -> None:
    """End it as ``docker stop`` does."""
    workers = psutil.Process(server.pid).children(recursive=True)
    began = time.monotonic()
    server.send_signal(getattr(signal, signal_name))
    server.wait(PATIENCE)
    _gone, alive = psutil.wait_procs(workers, timeout=SECONDS_TO_STOP)
    seconds = time.monotonic() - began
    assert not alive and seconds < SECONDS_TO_STOP, (alive, seconds)
    say(f"It ended {seconds:.1f} s after {signal_name}, exit code {server.returncode}")


def wait_for(address: str) -> None:
    """Wait until an address answers."""

    def answers() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    eventually(answers, PATIENCE)


def run(command: list[Any]) -> None:
    """Run a program; its output is shown if it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{shlex.join(map(str, command))[:300]}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
