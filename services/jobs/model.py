"""What a job is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection


class JobState(StrEnum):
    """Where a job stands; everything but queued and running is final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


ACTIVE = frozenset({JobState.QUEUED, JobState.RUNNING})


@dataclass(frozen=True)
class Job:
    """One row of the table of jobs.

    ``progress`` is 0..1, ``message`` says what is being done, ``error`` is a sentence for the user (failed,
    cancelled, interrupted), ``result`` are the plain values the job left (done).
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
        """True while it waits or runs."""
        return self.state in ACTIVE


Land = Callable[[Connection, Job, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class JobKind:
    """How the jobs of one kind are done.

    ``function`` is ``"module:name"``, called in a worker process as ``name(arguments, report)``; it gets and returns
    values that JSON can hold, and calls ``report(fraction, message)`` as it goes, which also stops it when the job was
    cancelled. Its arguments are those of the job and ``job``, the job's id.
    ``land`` puts the result where it belongs, in the worker, in the transaction that marks the job done; it returns the
    result to keep. ``ended`` is called after every end, when no worker has the job any more, for cleaning up.
    Kinds of the same ``pool`` share workers; kinds of other pools do not wait for them.
    Waiting jobs whose arguments ``joins`` are done at once: ``together`` is called as
    ``name({"jobs": [arguments, …]}, report)`` and returns for each what ``perform.call`` would.
    ``shown``: people see such jobs on every page; their argument ``about`` says what they are
    (``{"title", "what", "href"}``). ``eager``: a worker starts with the program, not with the first need.
    ``prepare`` is called in the worker when a job begins; what it returns is added to the job's arguments. It may raise
    a TidemarkError: then the job has failed with that sentence.
    ``again`` says with which arguments a job that did not come to its end is tried again, else with the same; it may
    raise a TidemarkError: then it is not.
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
