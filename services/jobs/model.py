"""Data model of jobs: states, rows, kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection


class JobState(StrEnum):
    """State of a job; every state except queued and running is final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


ACTIVE = frozenset({JobState.QUEUED, JobState.RUNNING})


@dataclass(frozen=True)
class Job:
    """A row of the table of jobs.

    ``progress`` is 0..1, ``message`` describes the current step, ``error`` is a sentence for the user (failed,
    cancelled, interrupted), ``result`` has JSON values (done).
    """

    id: str
    kind: str
    arguments: dict[str, Any]
    recording_id: int | None
    owner: str
    state: JobState
    progress: float
    message: str
    result: dict[str, Any] | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def active(self) -> bool:
        """True while the job is queued or running."""
        return self.state in ACTIVE


Land = Callable[[Connection, Job, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class JobKind:
    """How jobs of one kind are executed.

    ``function`` is ``"module:name"``, called in a worker process as ``name(arguments, report)`` with JSON values; it
    returns JSON values and calls ``report(fraction, message)`` regularly, which also stops it after a cancellation. Its
    arguments are those of the job and ``job``, the job's id.
    ``land`` stores the result, in the worker, in the transaction that marks the job done; it returns the
    result for the row. ``ended`` cleans up after every end, when no worker holds the job any more.
    Kinds of the same ``pool`` share workers; kinds of other pools do not wait for them.
    Queued jobs for whose arguments ``joins`` is True are executed together: ``together`` is called as
    ``name({"jobs": [arguments, …]}, report)`` and returns for each what ``perform.call`` would.
    ``shown``: jobs are listed on every page; their argument ``about`` describes them
    (``{"title", "what", "href"}``). ``eager``: a worker starts with the program, not with the first job.
    ``prepare`` is called in the worker when a job begins; its result is added to the job's arguments. A TidemarkError
    that it raises is the error of the job.
    ``warm``: ``"module:function"``, called in a thread of the worker by :meth:`Jobs.warm`: what only this kind needs.
    ``gives_way``: other jobs that its user submits to its pool go first; a running one starts again after them.
    ``again`` returns the arguments for a retry (default: the same arguments); a TidemarkError that it raises refuses
    the retry.
    """

    function: str
    land: Land | None = None
    ended: Callable[[Job], None] | None = None
    pool: str = "main"
    together: str = ""
    joins: Callable[[dict[str, Any]], bool] | None = None
    shown: bool = False
    eager: bool = True
    prepare: Callable[[Job], dict[str, Any]] | None = None
    again: Callable[[Job], dict[str, Any]] | None = None
    warm: str = ""
    gives_way: bool = False
