"""Threads for large sources only: to start threads and to change between them takes longer than to read a small one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, TypeVar

SMALL = 1 << 20  # bytes of the source

Result = TypeVar("Result")


class SameThread(Executor):
    """Does each task when it is submitted."""

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """The finished task; its error is raised by ``result``."""
        future: Future[Result] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def is_small(size: int) -> bool:
    """Whether a source has few bytes, whose columns are held in memory."""
    return size <= SMALL


def pool_for(size: int, threads: int, name: str) -> Executor:
    """An executor with that many threads, or the thread of the caller for a source of few bytes."""
    return SameThread() if is_small(size) else ThreadPoolExecutor(threads, name)
