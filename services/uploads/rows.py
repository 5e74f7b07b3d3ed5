"""Queries of the table ``uploads``. Every function works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from services.jobs import ACTIVE, JobState
from services.storage.tables import jobs
from services.storage.tables import uploads as table
from services.uploads.name_conflicts import ASKING, FileResult, FileState

RECORDING, LABELS, MODEL = "recording", "labels", "model"  # purposes
WAITING, CHECKING, ARRIVED = "waiting", "checking", "arrived"
LEFT_OUT, ARE_LABELS, BROUGHT = "left out", "labels", "brought"
GONE = "The server does not have this file any more."
AT_ONCE = 500


@dataclass(frozen=True)
class Sender:
    """A browser and a page load: only that page can send the bytes of its files."""

    browser: str
    page: str


@dataclass(frozen=True)
class Upload:
    """A file; ``state`` is a constant of this module or a ``FileState``, ``progress`` that of reading."""

    key: str
    purpose: str
    browser: str
    page: str
    batch: int
    position: int
    path: str
    size: int
    state: str
    reason: str = ""
    place: str = ""
    recording_id: int | None = None
    job: str | None = None
    sent: bool = False
    detail: dict[str, Any] | None = None
    progress: float = 0.0
    running: bool = False


@dataclass(frozen=True)
class Totals:
    """Totals of a list: files by state, bytes, sum of reading progress, time of the last change."""

    files: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    reading: float = 0.0
    changed: str = ""

    def count(self, *states: str) -> int:
        """Number of files in one of ``states``."""
        return sum(self.files.get(state, 0) for state in states)

    @property
    def version(self) -> str:
        """Changes whenever a row of the list changes."""
        return f"{sorted(self.files.items())} {self.reading:.3f} {self.changed}"


def upsert(connection: Connection, rows: Sequence[Upload]) -> None:
    """Insert or replace rows by key."""
    if not rows:
        return
    for keys in _groups(row.key for row in rows):
        connection.execute(delete(table).where(table.c.key.in_(keys)))
    now = datetime.now(UTC)
    columns = [column.name for column in table.columns if column.name != "changed_at"]
    connection.execute(
        insert(table),
        [{**{name: getattr(row, name) for name in columns}, "changed_at": now} for row in rows],
    )


def by_keys(connection: Connection, keys: Iterable[str]) -> dict[str, Upload]:
    """The existing rows of those keys."""
    by_key: dict[str, Upload] = {}
    for group in _groups(keys):
        by_key |= {
            row.key: _upload(row) for row in connection.execute(_query().where(table.c.key.in_(group)))
        }
    return by_key


def move(
    connection: Connection, keys: Iterable[str], before: Collection[str], state: str, **values: Any
) -> list[str]:
    """Set the state of rows that are in a state of ``before``; returns their keys."""
    moved: list[str] = []
    values |= {"state": state, "changed_at": datetime.now(UTC)}
    for group in _groups(keys):
        query = update(table).where(table.c.key.in_(group), table.c.state.in_(before)).values(**values)
        moved += connection.execute(query.returning(table.c.key)).scalars()
    return moved


def settle(connection: Connection, results: Iterable[tuple[str, FileResult]]) -> None:
    """Store results of files, by key."""
    for key, result in results:
        connection.execute(
            update(table)
            .where(table.c.key == key)
            .values(
                state=str(result.state),
                reason=result.reason,
                place=result.where or result.path,
                recording_id=result.recording,
                changed_at=datetime.now(UTC),
                **({"detail": reading_of(result)} if result.read_as else {}),
            )
        )


def reading_of(result: FileResult) -> dict[str, Any]:
    """How a file was read, as the detail of its row."""
    return {"read_as": result.read_as, "doubts": result.doubts}


def reads(connection: Connection, job_of: dict[str, str]) -> None:
    """Store the job that reads each file."""
    if job_of:
        connection.execute(
            update(table).where(table.c.key == bindparam("of")).values(job=bindparam("by")),
            [{"of": key, "by": job} for key, job in job_of.items()],
        )


def describe(connection: Connection, key: str, detail: dict[str, Any], state: str | None = None) -> None:
    """Set the detail and the state of a row."""
    values = {"detail": detail, "changed_at": datetime.now(UTC)} | ({"state": state} if state else {})
    connection.execute(update(table).where(table.c.key == key).values(**values))


def forget(connection: Connection, keys: Iterable[str]) -> None:
    """Delete rows."""
    for group in _groups(keys):
        connection.execute(delete(table).where(table.c.key.in_(group)))


def forget_older(connection: Connection, than: datetime) -> int:
    """Delete rows that did not change since; returns their number."""
    return connection.execute(delete(table).where(table.c.changed_at < than)).rowcount


def unread(connection: Connection) -> list[Upload]:
    """Received files without a job that reads them."""
    left = and_(table.c.state == CHECKING, table.c.job.is_(None), table.c.purpose == RECORDING)
    return [_upload(row) for row in connection.execute(_query().where(left))]


def totals(connection: Connection, sender: Sender, purpose: str) -> Totals:
    """Totals of a list."""
    state = _state().label("state")
    query = (
        select(
            state,
            func.count(),
            func.sum(table.c.size),
            func.sum(case((state == CHECKING, func.coalesce(jobs.c.progress, 0.0)), else_=0.0)),
            func.max(table.c.changed_at),
        )
        .select_from(table.outerjoin(jobs, jobs.c.id == table.c.job))
        .where(_listed(sender, purpose))
        .group_by(state)
    )
    rows_read = connection.execute(query).all()
    return Totals(
        {row[0]: row[1] for row in rows_read},
        {row[0]: int(row[2]) for row in rows_read},
        sum(float(row[3] or 0) for row in rows_read),
        max((str(row[4]) for row in rows_read), default=""),
    )


def listed(
    connection: Connection,
    sender: Sender,
    purpose: str,
    states: Collection[str] | None = None,
    most: int | None = None,
) -> list[Upload]:
    """Rows of a list: newest batch first, each batch in its order.

    Args:
        states: only rows in one of these states.
        most: maximum number of rows.
    """
    query = _query().where(_listed(sender, purpose)).order_by(table.c.batch.desc(), table.c.position)
    if states is not None:
        query = query.where(_state().in_(states))
    return [_upload(row) for row in connection.execute(query.limit(most))]


def _groups(keys: Iterable[str]) -> Iterator[list[str]]:
    """Keys in chunks: the parameters of a statement are limited."""
    left = iter(keys)
    while group := list(islice(left, AT_ONCE)):
        yield group


def _query() -> Any:
    joined = table.outerjoin(jobs, jobs.c.id == table.c.job)
    return select(table, jobs.c.progress, jobs.c.message, jobs.c.error, _state().label("now")).select_from(
        joined
    )


def _state() -> ColumnElement[Any]:
    """The state of a row; for a file being read, its job may have ended without a result."""
    active = jobs.c.state.in_([str(state) for state in ACTIVE])
    return case(
        (table.c.state != CHECKING, table.c.state),
        (or_(table.c.job.is_(None), active, jobs.c.state == str(JobState.DONE)), CHECKING),
        (jobs.c.state == str(JobState.CANCELLED), str(FileState.CANCELLED)),
        else_=str(FileState.FAILED),
    )


def _listed(sender: Sender, purpose: str) -> ColumnElement[bool]:
    own = and_(
        table.c.browser == sender.browser,
        or_(table.c.page == sender.page, table.c.sent),
    )
    if purpose == RECORDING:  # samples, and conflicts of any browser
        asking = table.c.state.in_([str(state) for state in ASKING])
        own = or_(own, asking, and_(table.c.browser == "", table.c.state == CHECKING))
    return and_(table.c.purpose == purpose, own)


def _upload(row: Row[Any]) -> Upload:
    lost = row.now == FileState.FAILED and row.state == CHECKING
    return Upload(
        key=row.key,
        purpose=row.purpose,
        browser=row.browser,
        page=row.page,
        batch=row.batch,
        position=row.position,
        path=row.path,
        size=row.size,
        state=row.now,
        reason=(row.error or GONE) if lost else row.reason,
        place=row.place,
        recording_id=row.recording_id,
        job=row.job,
        sent=row.sent,
        detail=row.detail,
        progress=row.progress or 0.0,
        running=bool(row.progress or row.message),
    )
