"""Jobs as rows of the database. Every function works inside the caller's transaction."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any

import psutil
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from services.errors import NotFound
from services.jobs.model import ACTIVE, Job, JobState
from services.storage.tables import jobs

PROGRAM_ENDED = "It was interrupted because the program was stopped. Start it again."


def add(connection: Connection, job: Job) -> None:
    """Insert ``job`` as one of this process."""
    pid, created = this_process()
    connection.execute(
        insert(jobs).values(
            id=job.id,
            kind=job.kind,
            arguments=job.arguments,
            recording_id=job.recording_id,
            owner=job.owner,
            state=str(job.state),
            progress=job.progress,
            message=job.message,
            pid=pid,
            pid_created=created,
            created_at=job.created_at,
        )
    )


def get(connection: Connection, job_id: str) -> Job:
    """The job of that id.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).first()
    if row is None:
        raise NotFound("This job is not known (any more).")
    return _job(row)


def some(connection: Connection, ids: Sequence[str]) -> list[Job]:
    """The jobs of those ids, in their order; unknown ids are left out."""
    found = {row.id: _job(row) for row in connection.execute(select(jobs).where(jobs.c.id.in_(ids)))}
    return [found[job_id] for job_id in ids if job_id in found]


def active(connection: Connection) -> list[Job]:
    """Jobs that wait or run, oldest first."""
    rows = connection.execute(select(jobs).where(_is_active()).order_by(jobs.c.created_at))
    return [_job(row) for row in rows]


def shown(connection: Connection, kinds: Collection[str], since: datetime, most: int) -> list[Job]:
    """Jobs of some kinds: running, then waiting (oldest first), then ended after ``since`` (newest first).

    Args:
        most: how many of each at most.
    """
    mine = jobs.c.kind.in_(kinds)
    found: list[Job] = []
    for where, order in (
        (jobs.c.state == str(JobState.RUNNING), jobs.c.started_at),
        (jobs.c.state == str(JobState.QUEUED), jobs.c.created_at),
        (~_is_active() & (jobs.c.finished_at > since), jobs.c.finished_at.desc()),
    ):
        rows = connection.execute(select(jobs).where(mine, where).order_by(order).limit(most))
        found += [_job(row) for row in rows]
    return found


def counts(connection: Connection, kinds: Collection[str], since: datetime) -> dict[str, int]:
    """How many jobs of some kinds there are in each state, of those that ended only the ones after ``since``."""
    recent = _is_active() | (jobs.c.finished_at > since)
    query = select(jobs.c.state, func.count()).where(jobs.c.kind.in_(kinds), recent).group_by(jobs.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def marks(
    connection: Connection, kinds: Collection[str], since: datetime, most: int
) -> list[tuple[Any, ...]]:
    """Id, state, progress and message of jobs of some kinds: active ones, and those that ended after ``since``."""
    recent = _is_active() | (jobs.c.finished_at > since)
    query = select(jobs.c.id, jobs.c.state, jobs.c.progress, jobs.c.message)
    query = query.where(jobs.c.kind.in_(kinds), recent).order_by(
        _is_active().desc(), jobs.c.created_at.desc()
    )
    return [tuple(row) for row in connection.execute(query.limit(3 * most))]


def forget(connection: Connection, kinds: Collection[str], ids: Collection[str] | None) -> int:
    """Remove the rows of ended jobs: those of ``ids``, or all; returns how many."""
    which = [jobs.c.kind.in_(kinds), ~_is_active()]
    if ids is not None:
        which.append(jobs.c.id.in_(ids))
    return connection.execute(delete(jobs).where(*which)).rowcount


def newest(connection: Connection, kind: str, argument: str, value: str) -> Job | None:
    """The newest job of ``kind`` whose text argument ``argument`` is ``value``."""
    query = (
        select(jobs)
        .where(jobs.c.kind == kind, jobs.c.arguments[argument].as_string() == value)
        .order_by(jobs.c.created_at.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else _job(row)


def progressed(
    connection: Connection, job_id: str, progress: float, message: str, started_at: datetime
) -> None:
    """Note how far a running job is; nothing happens to one that has ended."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id, _is_active())
        .values(state=str(JobState.RUNNING), progress=progress, message=message, started_at=started_at)
    )


def end(connection: Connection, job_id: str, state: JobState, **values: Any) -> bool:
    """Give a job its final state; False, and nothing done, when it had one already."""
    ended = connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id, _is_active())
        .values(state=str(state), finished_at=datetime.now(UTC), **values)
    )
    return ended.rowcount == 1


def set_result(connection: Connection, job_id: str, result: dict[str, Any]) -> None:
    """Keep ``result`` with a job."""
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(result=result))


def interrupt(connection: Connection, belongs: Callable[[int | None, float | None], bool]) -> int:
    """Mark as interrupted what waits or runs under a process that ``belongs``; returns how many."""
    rows = connection.execute(select(jobs.c.id, jobs.c.pid, jobs.c.pid_created).where(_is_active())).all()
    gone = [row.id for row in rows if belongs(row.pid, row.pid_created)]
    for job_id in gone:
        end(connection, job_id, JobState.INTERRUPTED, error=PROGRAM_ENDED)
    return len(gone)


def this_process() -> tuple[int, float]:
    """Process id and when the process was made: together they name a process for good."""
    return os.getpid(), psutil.Process().create_time()


def is_dead(pid: int | None, created: float | None) -> bool:
    """True when the process of that id is gone, or is another one that got the same id later."""
    if pid is None or created is None:
        return True
    try:
        return abs(psutil.Process(pid).create_time() - created) > 1.0
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False


def _is_active() -> Any:
    return jobs.c.state.in_([str(state) for state in ACTIVE])


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        arguments=row.arguments,
        recording_id=row.recording_id,
        owner=row.owner,
        state=JobState(row.state),
        progress=row.progress,
        message=row.message,
        result=row.result,
        error=row.error,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
