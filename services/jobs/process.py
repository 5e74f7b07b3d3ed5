"""The web process's side of one worker process."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]


class WorkerDiedError(Exception):
    """The worker process ended before it answered."""


class WorkerProcess:
    """One worker, started when first needed and again when it died.

    ``run`` and ``warm`` are called by one thread; ``kill`` by any.
    It only ever ends the process it started itself.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules = tuple(modules)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Process id of the worker, None when none is running."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def warm(self) -> None:
        """Start the worker when there is none."""
        self._running()

    def run(self, task: dict[str, Any], on_progress: Callable[[float, str], None]) -> dict[str, Any]:
        """Have ``task`` done (see ``worker.perform``).

        Whatever else goes wrong on the way ends the worker: the next task must not get the answer to this one.

        Raises:
            WorkerDiedError: it was killed or crashed on the way.
        """
        process = self._send(json.dumps(task).encode() + b"\n")
        try:
            return _answer(process, on_progress)
        except BaseException:
            process.kill()
            process.wait()
            raise

    def kill(self) -> None:
        """End the worker at once; the job in it, if any, raises WorkerDiedError where it is awaited.

        It is gone when this returns, so that no later job is given to it.
        """
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.wait()

    def close(self) -> None:
        """End the worker and start no other."""
        with self._lock:
            self._closed = True
        self.kill()

    def release(self) -> None:
        """Give back the pipes of a closed worker, when nobody reads from them any more."""
        _close_pipes(self._process)

    def _send(self, line: bytes) -> subprocess.Popen[bytes]:
        for _ in range(2):
            process = self._running()
            try:
                assert process.stdin is not None
                process.stdin.write(line)
                process.stdin.flush()
                return process
            except OSError:
                log.warning("Worker %s was gone when the next job came", process.pid)
                process.kill()
                process.wait()
        raise WorkerDiedError("it cannot be started")

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise WorkerDiedError("the program is stopping")
            if self._process is None or self._process.poll() is not None:
                _close_pipes(self._process)
                self._process = _start(self._modules)
            return self._process


def _answer(process: subprocess.Popen[bytes], on_progress: Callable[[float, str], None]) -> dict[str, Any]:
    assert process.stdout is not None
    for line in process.stdout:
        if not line.endswith(b"\n"):  # it was killed while it wrote
            break
        answer: dict[str, Any] = json.loads(line)
        if "progress" not in answer:
            return answer
        on_progress(answer["progress"], answer["message"])
    raise WorkerDiedError(f"exit code {process.wait()}")


def _start(modules: Sequence[str]) -> subprocess.Popen[bytes]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return subprocess.Popen(
        [sys.executable, "-m", "services.jobs.worker", *modules],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )


def _close_pipes(process: subprocess.Popen[bytes] | None) -> None:
    for pipe in (process.stdin, process.stdout) if process else ():
        if pipe is not None:
            with suppress(OSError):  # closing flushes what the dead process did not take
                pipe.close()
