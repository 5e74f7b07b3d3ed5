"""Queries of the table of jobs. Every function works inside the caller's transaction."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import psutil
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from services.errors import NotFound
from services.jobs.model import ACTIVE, Job, JobState
from services.storage.tables import jobs

ALONE = "Waiting for its turn"  # message of a job that is requeued to run alone
PROGRAM_ENDED = "It was interrupted because the program was stopped. Start it again."


def add(connection: Connection, added: Sequence[Job], remote: bool) -> None:
    """Insert jobs with this process as their owner, or (``remote``) without one, for a persistent queue."""
    if not added:
        return
    pid, created = (None, None) if remote else this_process()
    columns = (
        "id",
        "kind",
        "arguments",
        "recording_id",
        "owner",
        "state",
        "progress",
        "message",
        "created_at",
    )
    connection.execute(
        insert(jobs),
        [
            {name: getattr(job, name) for name in columns} | {"pid": pid, "pid_created": created}
            for job in added
        ],
    )


def is_queued(connection: Connection, job_id: str) -> bool:
    """True when a job waits for a worker; False for an unknown one."""
    return connection.execute(select(jobs.c.state).where(jobs.c.id == job_id)).scalar() == JobState.QUEUED


def get(connection: Connection, job_id: str) -> Job:
    """The job with that id.

    Raises:
        NotFound: unknown job.
    """
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).first()
    if row is None:
        raise NotFound("This job does not exist (any more).")
    return _job(row)


def by_ids(connection: Connection, ids: Sequence[str]) -> list[Job]:
    """The jobs with those ids, in their order; unknown ids are ignored."""
    by_id = {row.id: _job(row) for row in connection.execute(select(jobs).where(jobs.c.id.in_(ids)))}
    return [by_id[job_id] for job_id in ids if job_id in by_id]


def active(connection: Connection) -> list[Job]:
    """Queued and running jobs, oldest first."""
    rows = connection.execute(select(jobs).where(_is_active()).order_by(jobs.c.created_at))
    return [_job(row) for row in rows]


def active_ids(connection: Connection, kinds: Collection[str], most: int) -> list[str]:
    """Ids of running, then queued jobs of some kinds, oldest first."""
    running = jobs.c.state == str(JobState.RUNNING)
    query = select(jobs.c.id).where(jobs.c.kind.in_(kinds), _is_active())
    return list(connection.execute(query.order_by(running.desc(), jobs.c.created_at).limit(most)).scalars())


def listed(connection: Connection, kinds: Collection[str], since: datetime, most: int) -> list[Job]:
    """Jobs of some kinds: running, then queued (oldest first), then ended after ``since`` (newest first).

    Args:
        most: maximum number of each.
    """
    of_kinds = jobs.c.kind.in_(kinds)
    listed_jobs: list[Job] = []
    for where, order in (
        (jobs.c.state == str(JobState.RUNNING), jobs.c.started_at),
        (jobs.c.state == str(JobState.QUEUED), jobs.c.created_at),
        (~_is_active() & (jobs.c.finished_at > since), jobs.c.finished_at.desc()),
    ):
        rows = connection.execute(select(jobs).where(of_kinds, where).order_by(order).limit(most))
        listed_jobs += [_job(row) for row in rows]
    return listed_jobs


def counts(connection: Connection, kinds: Collection[str], since: datetime) -> dict[str, int]:
    """Number of jobs of some kinds in each state; ended jobs only if ended after ``since``."""
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


def forget(
    connection: Connection, kinds: Collection[str], ids: Collection[str] | None, owns: Callable[[str], bool]
) -> int:
    """Delete ended jobs: those of ``ids``, or all; only of owners that ``owns`` accepts. Returns their number."""
    owners = filter(owns, connection.execute(select(jobs.c.owner).distinct()).scalars().all())
    which = [jobs.c.kind.in_(kinds), jobs.c.owner.in_(list(owners)), ~_is_active()]
    if ids is not None:
        which.append(jobs.c.id.in_(ids))
    return connection.execute(delete(jobs).where(*which)).rowcount


def newest(connection: Connection, kind: str, argument: str, value: str) -> Job | None:
    """The newest job of ``kind`` whose text argument ``argument`` equals ``value``, or None."""
    query = (
        select(jobs)
        .where(jobs.c.kind == kind, jobs.c.arguments[argument].as_string() == value)
        .order_by(jobs.c.created_at.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else _job(row)


def waiting(connection: Connection) -> int:
    """Number of queued jobs."""
    query = select(func.count()).where(jobs.c.state == str(JobState.QUEUED))
    return connection.execute(query).scalar_one()


def claim(connection: Connection, ids: Sequence[str]) -> list[Job]:
    """Mark queued jobs as running in this process; returns those that were queued, in the order of ``ids``."""
    if not ids:
        return []
    claimed = connection.execute(
        update(jobs)
        .where(jobs.c.id.in_(ids), jobs.c.state == str(JobState.QUEUED))
        .values(
            state=str(JobState.RUNNING),
            worker=os.getpid(),
            heard_at=datetime.now(UTC),
            started_at=datetime.now(UTC),
        )
        .returning(jobs.c.id)
    )
    queued = set(claimed.scalars())
    return by_ids(connection, [job_id for job_id in ids if job_id in queued]) if queued else []


def waiting_alike(connection: Connection, job: Job, most: int) -> list[Job]:
    """Queued jobs of the kind of ``job`` with equal conditions that were not tried before, oldest first."""
    if job.message == ALONE:
        return []
    pid = select(jobs.c.pid).where(jobs.c.id == job.id).scalar_subquery()
    query = select(jobs).where(
        jobs.c.kind == job.kind,
        jobs.c.state == str(JobState.QUEUED),
        jobs.c.message != ALONE,
        jobs.c.pid.is_not_distinct_from(pid),
    )
    return [_job(row) for row in connection.execute(query.order_by(jobs.c.created_at).limit(most))]


def wait_again(connection: Connection, ids: Collection[str]) -> None:
    """Queue running jobs again, to be executed one by one."""
    connection.execute(
        update(jobs)
        .where(jobs.c.id.in_(ids), jobs.c.state == str(JobState.RUNNING))
        .values(state=str(JobState.QUEUED), message=ALONE, started_at=None)
    )


def of_worker(connection: Connection, pid: int) -> list[Job]:
    """Running jobs of a worker process on this machine."""
    query = select(jobs).where(
        jobs.c.worker == pid, _of_this_process(), jobs.c.state == str(JobState.RUNNING)
    )
    return [_job(row) for row in connection.execute(query)]


def jobs_in_worker(connection: Connection, job_id: str) -> int:
    """Number of other jobs that run in the worker of this job."""
    worker = select(jobs.c.worker).where(jobs.c.id == job_id).scalar_subquery()
    query = select(func.count()).where(
        jobs.c.worker == worker,
        _of_this_process(),
        jobs.c.id != job_id,
        jobs.c.state == str(JobState.RUNNING),
    )
    return connection.execute(query).scalar_one()


def beat(connection: Connection, ids: Collection[str]) -> None:
    """Write a heartbeat of the worker of running jobs."""
    running = jobs.c.id.in_(ids) & (jobs.c.state == str(JobState.RUNNING))
    connection.execute(update(jobs).where(running).values(heard_at=datetime.now(UTC)))


def let_go(connection: Connection, ids: Collection[str]) -> None:
    """Record that a remote worker has stopped work on jobs."""
    connection.execute(update(jobs).where(jobs.c.id.in_(ids)).values(heard_at=None))


def is_let_go(connection: Connection, job_id: str) -> bool:
    """True if the worker of a job has stopped work on it."""
    return connection.execute(select(jobs.c.heard_at).where(jobs.c.id == job_id)).scalar() is None


def silent(connection: Connection, since: datetime) -> list[Job]:
    """Running jobs of remote workers without a heartbeat after ``since``."""
    remote = jobs.c.pid.is_(None) & (jobs.c.state == str(JobState.RUNNING))
    return [_job(row) for row in connection.execute(select(jobs).where(remote, jobs.c.heard_at < since))]


def waiting_remote(connection: Connection) -> list[Job]:
    """Jobs queued for a remote worker, oldest first."""
    remote = jobs.c.pid.is_(None) & (jobs.c.state == str(JobState.QUEUED))
    return [_job(row) for row in connection.execute(select(jobs).where(remote).order_by(jobs.c.created_at))]


def progressed(connection: Connection, job_id: str, progress: float, message: str) -> bool:
    """Write the progress of a running job; False without a change when it has ended."""
    noted = connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.state == str(JobState.RUNNING))
        .values(progress=progress, message=message, heard_at=datetime.now(UTC))
    )
    return noted.rowcount == 1


def end(connection: Connection, job_id: str, state: JobState, **values: Any) -> bool:
    """Set the final state of a job; False without a change if it already has one."""
    ended = connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id, _is_active())
        .values(state=str(state), finished_at=datetime.now(UTC), **values)
    )
    return ended.rowcount == 1


def set_result(connection: Connection, job_id: str, result: dict[str, Any]) -> None:
    """Store ``result`` with a job."""
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(result=result))


def interrupt(connection: Connection, belongs: Callable[[int | None, float | None], bool]) -> int:
    """Mark queued and running jobs as interrupted if ``belongs`` accepts their process; returns their number."""
    rows = connection.execute(select(jobs.c.id, jobs.c.pid, jobs.c.pid_created).where(_is_active())).all()
    dead = [row.id for row in rows if belongs(row.pid, row.pid_created)]
    for job_id in dead:
        end(connection, job_id, JobState.INTERRUPTED, error=PROGRAM_ENDED)
    return len(dead)


def this_process() -> tuple[int, float]:
    """Process id and creation time, which together identify a process uniquely."""
    return os.getpid(), _creation_time(os.getpid())


@lru_cache(1)
def _creation_time(pid: int) -> float:
    return float(psutil.Process(pid).create_time())


def is_dead(pid: int | None, created: float | None) -> bool:
    """True when the process has ended, also if a later process has the same id."""
    if pid is None or created is None:
        return True
    try:
        return abs(psutil.Process(pid).create_time() - created) > 1.0
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False


def _of_this_process() -> Any:
    pid, created = this_process()
    return (jobs.c.pid == pid) & (jobs.c.pid_created == created)


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
