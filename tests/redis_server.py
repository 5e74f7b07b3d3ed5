"""Redis server of Debian on a free port, and Celery workers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import redis

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 240  # seconds; the machine may be busy


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of a Redis that keeps nothing."""
    program = shutil.which("redis-server")
    assert program, "The tests need redis-server: apt-get install redis-server (make test does it as root)."
    port = _free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    address = f"redis://127.0.0.1:{port}"
    try:
        _await_answer(address)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


class Worker:
    """A Celery worker in a separate process: a master, and a child that executes jobs."""

    def __init__(self, arguments: list[str], ready: str, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr is not None
        lines: list[str] = []
        for line in self._process.stderr:
            lines.append(line)
            if ready in line:
                break
        else:
            raise AssertionError("".join(lines))
        # its later output is not read, so it must not fill the pipe
        self._sink = subprocess.Popen(["cat"], stdin=self._process.stderr, stdout=subprocess.DEVNULL)
        self._process.stderr.close()

    @property
    def pid(self) -> int:
        """Process id of the master."""
        return self._process.pid

    def kill(self) -> None:
        """End all of its processes at once: they cannot tidy up."""
        with suppress(psutil.NoSuchProcess):
            master = psutil.Process(self._process.pid)
            for process in [*master.children(recursive=True), master]:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        self._reap()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it by a signal that lets it tidy up."""
        if self._process.poll() is None:
            self._process.send_signal(how)
        self._reap()

    def _reap(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        self._sink.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_answer(address: str) -> None:
    client = redis.Redis.from_url(address)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            client.ping()
            break
        except redis.ConnectionError:
            assert time.monotonic() < deadline
    client.close()
