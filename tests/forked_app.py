"""``python app.py`` in a process that is forked from one with all modules imported, which takes half the time.

It is a separate process in every other respect: environment, standard streams, signals, worker processes. Its workers
are forked from the same process, since each would import torch otherwise.
"""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.reduction import DupFd
from typing import Any

from services.accounts.passwords import Passwords
from services.jobs import pool
from services.jobs.pool import Factory, PoolRunner

MODULES = (
    "app",
    "alembic.command",
    "background",
    "callbacks",
    "pages",
    "routes",
    "services.learning.core",
    "services.web.container",
    "services.web.serving",
    "tests.forked_app",
    "torch._dynamo",
)
PRODUCTION_HASHES = Passwords.parameters


def hash_passwords_quickly() -> None:
    """Passwords of this process get the least cost of argon2id: the usual one is 0.2 s of CPU time per hash."""
    Passwords.parameters = replace(PRODUCTION_HASHES, time_cost=1, memory_cost=8, parallelism=1)


class ForkedApp:
    """The process, with the part of :class:`subprocess.Popen` that tests use.

    Args:
        arguments: those of the command line.
        environment: all its variables.
        streams: the descriptors of this process that are its 0, 1 or 2; it shares those left out.
        lazy: a worker process starts with the first job instead of before it.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        streams: Mapping[int, int],
        lazy: bool = False,
    ) -> None:
        sent = {number: Connection(os.dup(descriptor)) for number, descriptor in streams.items()}
        context = prepare_forking()
        forkserver.ensure_running()
        address = forkserver._forkserver._forkserver_address
        self._process = context.Process(
            target=_run, args=(address, list(arguments), dict(environment), sent, lazy)
        )
        self._process.start()
        for stream in sent.values():
            stream.close()
        assert self._process.pid is not None
        self.pid = self._process.pid
        atexit.register(self._end)  # a forgotten server must not keep the tests from ending

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it has ended."""
        self._process.join(timeout)
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def _end(self) -> None:
        if self.poll() is None:
            self.send_signal(signal.SIGKILL)


def prepare_forking() -> ForkServerContext:
    """The context of processes that are forked from one with all modules imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(MODULES))
    return context


def fork_workers() -> None:
    """Fork the workers of this process from the prepared process, too; servers that users start spawn theirs."""
    PoolRunner.start_method = "forkserver"
    pool._begin = WorkerStart()


class WorkerStart:
    """The start of a worker, with the environment and the error stream of the process that starts it."""

    def __reduce__(self) -> tuple[Any, ...]:
        forkserver.ensure_running()
        address = forkserver._forkserver._forkserver_address
        return partial, (_begin_worker, address, dict(os.environ), DupFd(2))


def _begin_worker(
    address: str, environment: dict[str, str], errors: Any, factory: Factory, name: str
) -> None:
    descriptor = errors.detach()
    if descriptor != 2:  # a spawned process has inherited it
        os.dup2(descriptor, 2)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(environment)
    gc.freeze()
    _share_prepared_process(address)
    pool._begin(factory, name)


def _share_prepared_process(address: str) -> None:
    """Where this process was forked from the prepared one, its processes are, too."""
    if forkserver._forkserver._forkserver_alive_fd is not None:
        forkserver._forkserver._forkserver_address = address
        forkserver._forkserver.ensure_running = resource_tracker.ensure_running


def _run(
    address: str | None,
    arguments: list[str],
    environment: dict[str, str],
    streams: dict[int, Connection],
    lazy: bool,
) -> None:
    for number, stream in streams.items():
        os.dup2(stream.fileno(), number)
        stream.close()
    gc.freeze()  # the modules stay: collections skip them
    hash_passwords_quickly()
    fork_workers()
    _share_prepared_process(address)
    if 0 in streams:
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    import app

    if lazy:
        PoolRunner.warm = lambda *_of: None  # type: ignore[method-assign]
    sys.modules["__main__"] = app  # its worker processes import it instead of pytest
    sys.argv = ["app.py", *arguments]
    sys.exit(app.main())
