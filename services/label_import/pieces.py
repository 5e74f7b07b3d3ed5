"""Import many labels into a recording in pieces, one transaction each, so that other writers are not blocked.

The pieces are edits whose uuids have a common prefix; undo and redo group them (``services.recordings.edit_log``). The
last piece has the uuid of the whole import: if it exists, the import is complete. After an interruption the rest is
determined by comparison. A piece is written only if the labels did not change since the comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from services.annotations.import_labels import ImportDifference, LabelToImport, compare, store_import
from services.annotations.scope import Scope, clean_uuid
from services.annotations.service import Annotations
from services.recordings import edit_log
from services.recordings.edit_log import PIECE, Edit
from services.recordings.repository import recording_row
from services.storage.db import Database

MOST_COMPARISONS = 5  # attempts while others change the labels; then everything in one transaction


@dataclass
class RecordingImport:
    """Labels to import into a recording, and the result.

    Args:
        kind: kind of the edit.
        title: its summary, given the number of new labels.
        replace: delete other accepted labels.
        here: number of labels that already existed.
        fresh: number of new labels.
        added: number of added labels, ``removed`` of deleted ones; 0 if the same uuid was imported before.
    """

    recording: int
    uuid: str
    labels: Sequence[LabelToImport]
    kind: str
    title: Callable[[int], str]
    replace: bool = False
    with_channels: bool = False
    author: str = ""
    here: int = 0
    fresh: int = 0
    added: int = 0
    removed: int = 0


def import_in_pieces(database: Database, annotations: Annotations, job: RecordingImport) -> None:
    """Import the missing labels; idempotent per uuid.

    Raises:
        Invalid: malformed uuid.
        TidemarkError: a piece could not be stored; earlier pieces are kept, and the same call imports the rest.
    """
    job.uuid = clean_uuid(job.uuid)
    for number in range(MOST_COMPARISONS):
        with database.read() as connection:
            is_done = edit_log.is_applied(connection, job.recording, job.uuid)
            revision = recording_row(connection, job.recording).revision
            difference = compare(connection, job.recording, job.labels, job.with_channels)
            written = edit_log.parts(connection, job.recording, job.uuid)
        if number == 0:
            job.here, job.fresh = difference.here, len(difference.fresh)
        if is_done or _write_pieces(annotations, job, difference, revision, written):
            return
    _write_at_once(annotations, job)


def _write_pieces(
    annotations: Annotations, job: RecordingImport, difference: ImportDifference, revision: int, written: int
) -> bool:
    """Write the pieces one after the other; False if another user changed the recording meanwhile."""
    pieces = list(_split(difference, job.replace))
    names = edit_log.part_names(job.uuid, len(pieces), written)
    for number, (piece, (uuid, of)) in enumerate(zip(pieces, names, strict=True)):
        if not _write(annotations, job, uuid, piece, revision + number, job.title(job.fresh) + of):
            return False
    return True


def _split(difference: ImportDifference, replace: bool) -> Iterator[ImportDifference]:
    """Pieces of additions, then of deletions, so that an interruption leaves too many labels, not too few."""
    fresh, others = difference.fresh, difference.others if replace else []
    if len(fresh) + len(others) <= PIECE:
        if fresh or others:
            yield ImportDifference(fresh, 0, others)
        return
    for first in range(0, len(fresh), PIECE):
        yield ImportDifference(fresh[first : first + PIECE], 0, [])
    for first in range(0, len(others), PIECE):
        yield ImportDifference([], 0, others[first : first + PIECE])


def _write(
    annotations: Annotations,
    job: RecordingImport,
    uuid: str,
    piece: ImportDifference,
    revision: int,
    summary: str,
) -> bool:
    made: list[Edit] = []

    def make(scope: Scope) -> Edit | None:
        if recording_row(scope.connection, scope.recording).revision != revision:
            return None
        edit = store_import(scope, piece, job.replace, job.kind, summary)
        made[:] = [edit] if edit else []
        return edit

    annotations.change(job.recording, uuid, make, job.author)
    _count(job, made)
    return bool(made)


def _write_at_once(annotations: Annotations, job: RecordingImport) -> None:
    made: list[Edit] = []

    def make(scope: Scope) -> Edit | None:
        difference = compare(scope.connection, scope.recording, job.labels, job.with_channels)
        edit = store_import(scope, difference, job.replace, job.kind, job.title(len(difference.fresh)))
        made[:] = [edit] if edit else []
        return edit

    annotations.change(job.recording, job.uuid, make, job.author)
    _count(job, made)


def _count(job: RecordingImport, made: Sequence[Edit]) -> None:
    job.added += sum(len(edit.after) for edit in made)
    job.removed += sum(len(edit.before) for edit in made)
