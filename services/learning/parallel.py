"""Run a function in a second process, so that two trainings run in parallel on two cores.

The second process is never a fork of this process, and ends with it in all cases. If the system allows, it is a fork of
a process that only imported ``PRELOADED``, which takes seconds, once. If it cannot be started, is killed or fails, the
work runs in this process, with the same result.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Generic, TypeVar

from services.processors import cores

__all__ = ["Progress", "SecondProcess", "cores"]
log = logging.getLogger(__name__)

PRELOADED = ("services.learning.core", "torch._dynamo")  # which the first optimiser imports

Result = TypeVar("Result")
Progress = Callable[[float, str, dict[str, Any]], None]


def warm() -> None:
    """Prepare this process for a training: imports that take a second, here and in the process to fork from."""
    context = _context()
    if context.get_start_method() == "forkserver":
        forkserver.ensure_running()
    importlib.import_module(PRELOADED[1])


class SecondProcess(Generic[Result]):
    """``work(*arguments, progress)``: in a second process from ``with`` on, or (not ``apart``) here, by :meth:`result`.

    Arguments and result must be picklable. Progress of a second process is passed on by :meth:`look` and
    :meth:`result`: ``progress`` is only called by the caller of these.
    """

    def __init__(
        self, work: Callable[..., Result], arguments: tuple[Any, ...], progress: Progress, apart: bool = True
    ) -> None:
        self._work, self._arguments, self._progress = work, arguments, progress
        self._results: list[Result] = []
        context = _context()
        self._receiver, sender = context.Pipe(duplex=False)
        self._process = context.Process(target=_perform, args=(sender, work, arguments), daemon=True)
        self._starting = threading.Thread(target=self._start, args=(sender, apart))

    def __enter__(self) -> SecondProcess[Result]:
        self._starting.start()  # apart, for it waits until the interpreter has taken in the arguments
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._starting.join()
        if self._process.pid is not None:
            self._process.kill()
            self._process.join()
        self._receiver.close()

    def look(self) -> None:
        """Pass on the progress messages of the second process."""
        with suppress(EOFError, OSError):
            while self._receiver.poll():
                self._handle(self._receiver.recv())

    def result(self) -> Result:
        """Wait for the result.

        Raises:
            Exception: the exception of ``work``.
        """
        with suppress(EOFError, OSError):
            while not self._results:
                self._handle(self._receiver.recv())
        if not self._results:
            if self._process.pid is not None:
                log.warning("The second process ended before its work was done, which is done here now")
            return self._work(*self._arguments, self._progress)
        return self._results[0]

    def _handle(self, message: tuple[Any, ...]) -> None:
        if len(message) == 1:
            self._results.append(message[0])
        else:
            self._progress(*message)

    def _start(self, sender: Connection, apart: bool) -> None:
        try:
            if apart:
                self._process.start()
        except OSError as error:  # it ended while it was being started, or there can be no more processes
            log.warning("There is no second process: %s", error)
        finally:
            sender.close()  # only the other process holds it now, so its end is read as the end of the pipe


def _context() -> Any:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context


def _perform(sender: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Main function of the second process. After an error the work is repeated in the first process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(Exception):
        sender.send((work(*arguments, lambda *message: sender.send(message)),))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
