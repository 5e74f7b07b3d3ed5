"""Group commit of files: what several tasks have written is synced to the disk together.

A task is a generator. It yields the paths that must be on the disk before it continues, for instance before it renames
a folder; :func:`alone` executes one task, :func:`together` several.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from services.storage.files import sync_path

Result = TypeVar("Result")
Task = Generator[Collection[Path], None, Result]

_AT_ONCE = 6  # files synced at the same time
_SMALL = 1 << 20  # bytes; starting threads takes longer than to sync one such file after the other


def alone(task: Task[Result]) -> Result:
    """Execute a task; returns its result.

    Raises:
        OSError: a path could not be synced, unless the task handles it.
    """
    try:
        paths = next(task)
        while True:
            failures = _sync(paths)
            paths = task.throw(next(iter(failures.values()))) if failures else task.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result


def together(tasks: Sequence[Task[Result]]) -> list[Future[Result]]:
    """Execute tasks step by step: each up to the paths that it yields, then these are synced, each path once.

    Returns:
        The ended tasks, in their order; an error of a task is raised by its ``result``.
    """
    ends: list[Future[Result]] = [Future() for _ in tasks]
    waiting = {place: yielded for place, task in enumerate(tasks) if (yielded := _step(task, ends[place]))}
    with ThreadPoolExecutor(_AT_ONCE, "sync") as pool:
        while waiting:
            failures = _sync({path for paths in waiting.values() for path in paths}, pool)
            errors = {
                place: next((failures[path] for path in paths if path in failures), None)
                for place, paths in waiting.items()
            }
            waiting = {
                place: yielded
                for place, error in errors.items()
                if (yielded := _step(tasks[place], ends[place], error))
            }
    return ends


def _step(task: Task[Result], end: Future[Result], error: OSError | None = None) -> Collection[Path]:
    """The paths that the task yields next, after an empty collection too; () if it has ended."""
    try:
        while not (paths := task.throw(error) if error else task.send(None)):
            error = None
        return paths
    except StopIteration as stop:
        end.set_result(stop.value)
    except Exception as problem:
        end.set_exception(problem)
    return ()


def _sync(paths: Collection[Path], pool: ThreadPoolExecutor | None = None) -> dict[Path, OSError]:
    """Sync paths; returns the errors, by path."""
    if pool is None and len(paths) > 1 and any(map(_is_large, paths)):
        with ThreadPoolExecutor(_AT_ONCE, "sync") as own:
            return _sync(paths, own)
    every = list(paths)
    if pool is None:
        return _problems(every)
    shares = [
        every[first::_AT_ONCE] for first in range(_AT_ONCE)
    ]  # a future for each path takes as long as its sync
    return {path: problem for share in pool.map(_problems, shares) for path, problem in share.items()}


def _problems(paths: Sequence[Path]) -> dict[Path, OSError]:
    problems = {}
    for path in paths:
        try:
            sync_path(path)
        except OSError as error:
            problems[path] = error
    return problems


def _is_large(path: Path) -> bool:
    with suppress(OSError):  # reported when it is synced
        return path.stat().st_size > _SMALL
    return False
