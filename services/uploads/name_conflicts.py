"""Store a read file as a recording, and resolve name conflicts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, or_, select

from services.errors import Conflict, RefusedFile, TidemarkError
from services.ingest.read_as import read_as
from services.recordings.repository import LIVE
from services.recordings.service import Recordings
from services.recordings.trash import Trash, Trashed
from services.storage.paths import UsedPaths, folders_of, numbered, quoted, twin_key
from services.storage.tables import recordings as table
from services.timeseries import StoreInfo
from services.uploads.replacing import replace_bytes
from services.wording import counted

KEEP, REPLACE, RESTORE = "keep", "replace", "restore"
DECISIONS = ("", KEEP, REPLACE, RESTORE)  # possible decisions about a name conflict
RESTORED = "its missing files are restored; its labels are as they were"


class FileState(StrEnum):
    """State of an uploaded file."""

    WORKING = "working"
    ADDED = "added"
    HERE = "already here"
    SAME_NAME = "same name"
    IN_TRASH = "in the trash"
    REFUSED = "refused"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    FAILED = "failed"
    PARTIAL = "partial"


@dataclass(frozen=True)
class FileResult:
    """Result of a file; ``path`` is its name, ``where`` the existing recording with the same bytes or name.

    ``progress`` (0..1) and ``message``: progress of a working file; ``offset``: where a partial file resumes.
    ``readable``: a refused file may be read with other options.
    """

    state: FileState
    path: str
    where: str = ""
    reason: str = ""
    recording: int | None = None
    job: str | None = None
    progress: float = 0.0
    message: str = ""
    offset: int = 0
    read_as: str = ""
    doubts: list[str] = field(default_factory=list)
    readable: bool = False

    @property
    def sentence(self) -> str:
        """The result as text."""
        if self.state == FileState.HERE:
            return f"already here, same bytes as {self.where}"
        if self.state == FileState.SAME_NAME and not self.reason:
            return f"left out: a file of this name with other bytes is here as {self.where}"
        return f"{self.state}: {self.reason}" if self.reason else str(self.state)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object, without default values."""
        return {key: value for key, value in asdict(self).items() if value or key == "state"}


@dataclass(frozen=True)
class NameHolder:
    """The recording that already has the name of a new file."""

    id: int
    path: str
    sha256: str


ASKING = frozenset({FileState.SAME_NAME, FileState.IN_TRASH})


def land(
    connection: Connection,
    recordings: Recordings,
    trash: Trash,
    path: str,
    decision: str,
    outcome: dict[str, Any],
) -> FileResult:
    """Add a recording from the result of ``upload_job.read_file``, in the caller's transaction.

    The same bytes are one recording, also when they restored its missing files; if they are in the trash with labels,
    the user decides. A name in use (ignoring case) is never overwritten; its recording gets the new bytes if the user
    chose that and all labels fit.

    Raises:
        Conflict: the file was only compared with a recording, and that recording was deleted.
    """
    if "refused" in outcome:
        readable = bool(outcome.get("readable"))
        return FileResult(FileState.REFUSED, path, reason=outcome["refused"], readable=readable)
    if holder := _holder_of_bytes(connection, outcome["sha256"], path):
        if outcome.get("restored"):
            return FileResult(FileState.ADDED, holder.path, reason=RESTORED, recording=holder.id)
        return FileResult(FileState.HERE, path, holder.path, recording=holder.id)
    if decision in {"", RESTORE} and (deleted := trash.same_bytes(connection, outcome["sha256"])):
        return _deleted(connection, trash, path, decision, deleted)
    try:
        result = _take_place(connection, recordings, path, decision, outcome)
        return _with_reading(result, outcome) if result.state == FileState.ADDED else result
    except RefusedFile as refusal:
        return FileResult(FileState.REFUSED, path, reason=str(refusal))


def _with_reading(result: FileResult, outcome: dict[str, Any]) -> FileResult:
    """The result of an added file, with how it was read."""
    info = StoreInfo.from_json(outcome["info"])
    like = f" · with the options of {outcome['like']}" if outcome.get("like") else ""
    return replace(result, read_as=read_as(info) + like, doubts=list(info.reading.doubts))


def _deleted(connection: Connection, trash: Trash, path: str, decision: str, deleted: Trashed) -> FileResult:
    count = counted(deleted.labels, "label")
    if decision == RESTORE:
        ((recording, restored),) = trash.restore_in(connection, [deleted.id])
        return FileResult(FileState.ADDED, restored, reason=f"restored with {count}", recording=recording)
    reason = f"the same bytes are in the trash as {deleted.path} with {count}"
    return FileResult(FileState.IN_TRASH, path, deleted.path, reason, deleted.id)


def _take_place(
    connection: Connection, recordings: Recordings, path: str, decision: str, outcome: dict[str, Any]
) -> FileResult:
    rival = find_rival(connection, path)
    if rival and decision not in {KEEP, REPLACE}:
        return FileResult(FileState.SAME_NAME, path, rival.path, recording=rival.id)
    if outcome["info"] is None:
        raise Conflict(f"The file with the name or the bytes of {quoted(path)} was deleted. Try again.")
    info = StoreInfo.from_json(outcome["info"])
    if rival and decision == REPLACE:
        try:
            reason = replace_bytes(connection, recordings, rival.id, info, outcome.get("reading"))
        except TidemarkError as misfit:
            return FileResult(FileState.SAME_NAME, path, rival.path, f"not replaced: {misfit}", rival.id)
        return FileResult(FileState.ADDED, rival.path, reason=reason, recording=rival.id)
    if rival:
        path = numbered(path, lambda candidate: find_rival(connection, candidate) is not None)
    added = recordings.add(path, info, connection, outcome.get("reading"))
    if not recordings.is_here(added):  # these bytes were purged from the trash meanwhile
        raise Conflict(f"{quoted(path)} could not be added just now. Try again.")
    return FileResult(FileState.ADDED, path, recording=added.id)


def find_rival(connection: Connection, path: str) -> NameHolder | None:
    """The recording that conflicts with the name ``path``.

    Raises:
        RefusedFile: ``path`` needs a folder where a recording exists, or the reverse.
    """
    key = twin_key(path)
    near = or_(
        table.c.place == key,
        table.c.place.in_(folders_of(key)),
        table.c.place.startswith(f"{key}/", autoescape=True),
    )
    query = select(table.c.id, table.c.path, table.c.sha256).where(LIVE, near)
    holders = {row.path: NameHolder(row.id, row.path, row.sha256) for row in connection.execute(query)}
    twin = UsedPaths(holders).twin(path)
    return holders[twin] if twin else None


def live_paths(connection: Connection) -> list[str]:
    """Paths of all recordings that are not in the trash."""
    return list(connection.execute(select(table.c.path).where(LIVE)).scalars())


def all_paths(connection: Connection) -> dict[str, int]:
    """Path and id of all recordings, including the trash."""
    return {row.path: row.id for row in connection.execute(select(table.c.path, table.c.id))}


def _holder_of_bytes(connection: Connection, sha256: str, path: str) -> NameHolder | None:
    rows = connection.execute(
        select(table.c.id, table.c.path, table.c.sha256)
        .where(LIVE, table.c.sha256 == sha256)
        .order_by(table.c.id)
    )
    holders = [NameHolder(row.id, row.path, row.sha256) for row in rows]
    return next((rival for rival in holders if rival.path == path), holders[0] if holders else None)
