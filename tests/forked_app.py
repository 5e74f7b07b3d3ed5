"""``python app.py`` in a process that is forked from one with all modules imported, which takes half the time.

It is a process of its own in every other respect: environment, standard streams, signals, worker processes.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext

MODULES = (
    "app",
    "alembic.command",
    "background",
    "callbacks",
    "pages",
    "routes",
    "services.web.container",
    "services.web.serving",
    "tests.forked_app",
    "torch",
)


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
        self._process = prepare_forking().Process(
            target=_run, args=(list(arguments), dict(environment), sent, lazy)
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


def _run(
    arguments: list[str], environment: dict[str, str], streams: dict[int, Connection], lazy: bool
) -> None:
    for number, stream in streams.items():
        os.dup2(stream.fileno(), number)
        stream.close()
    if 0 in streams:
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    import app
    from services.jobs.pool import PoolRunner

    if lazy:
        PoolRunner.warm = lambda *_of: None  # type: ignore[method-assign]
    sys.modules["__main__"] = app  # its worker processes import it instead of pytest
    sys.argv = ["app.py", *arguments]
    sys.exit(app.main())
