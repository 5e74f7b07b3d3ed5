"""Bring many labels into a recording in pieces, each a transaction of its own, so that others write in between.

The pieces are edits whose uuids begin alike; undo and redo take them together (``services.recordings.edit_log``). The
last piece has the uuid of the whole: when it is there, all is done. After an interruption the rest is found by
comparison. A piece is only written if nobody changed labels of the recording since the comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from services.annotations.import_labels import Difference, Wanted, bring, compare
from services.annotations.scope import Scope, clean_uuid
from services.annotations.service import Annotations
from services.recordings import edit_log
from services.recordings.edit_log import Edit
from services.recordings.repository import recording_row
from services.storage.db import Database

PIECE = 2_000  # labels in a transaction: about a tenth of a second
MOST_COMPARISONS = 5  # while others keep changing the same labels; then all is done in one transaction


@dataclass
class Bringing:
    """Labels to bring into a recording, and what became of them.

    Args:
        kind: of the edit.
        title: its summary, from the number of labels that are new.
        replace: accepted labels that are not wanted go.
        here: how many were there already.
        fresh: how many were not.
        added: how many were added, ``removed`` how many went; 0 where the same uuid was brought in before.
    """

    recording: int
    uuid: str
    wanted: Sequence[Wanted]
    kind: str
    title: Callable[[int], str]
    replace: bool = False
    with_channels: bool = False
    author: str = ""
    here: int = 0
    fresh: int = 0
    added: int = 0
    removed: int = 0


def bring_in(database: Database, annotations: Annotations, job: Bringing) -> None:
    """Bring everything in that is not there; the same uuid once.

    Raises:
        Invalid: the uuid is none.
        TidemarkError: a piece could not be stored; those before it are kept, and the same call brings in the rest.
    """
    job.uuid = clean_uuid(job.uuid)
    for number in range(MOST_COMPARISONS):
        with database.read() as connection:
            known = edit_log.known(connection, job.recording, job.uuid)
            revision = recording_row(connection, job.recording).revision
            difference = compare(connection, job.recording, job.wanted, job.with_channels)
            written = edit_log.parts(connection, job.recording, job.uuid)
        if number == 0:
            job.here, job.fresh = difference.here, len(difference.fresh)
        if known or _write_pieces(annotations, job, difference, revision, written):
            return
    _write_at_once(annotations, job)


def _write_pieces(
    annotations: Annotations, job: Bringing, difference: Difference, revision: int, written: int
) -> bool:
    """Write the pieces one after the other; False when somebody else changed the recording meanwhile."""
    pieces = list(_split(difference, job.replace))
    for number, piece in enumerate(pieces, 1):
        last = number == len(pieces)
        uuid = job.uuid if last else edit_log.part(job.uuid, written + number)
        of = f", part {number} of {len(pieces)}" if len(pieces) > 1 else ""
        if not _write(annotations, job, uuid, piece, revision + number - 1, job.title(job.fresh) + of):
            return False
    return True


def _split(difference: Difference, replace: bool) -> Iterator[Difference]:
    """Labels that are added come first: an interruption leaves too many, not too few."""
    fresh, others = difference.fresh, difference.others if replace else []
    if len(fresh) + len(others) <= PIECE:
        if fresh or others:
            yield Difference(fresh, 0, others)
        return
    for first in range(0, len(fresh), PIECE):
        yield Difference(fresh[first : first + PIECE], 0, [])
    for first in range(0, len(others), PIECE):
        yield Difference([], 0, others[first : first + PIECE])


def _write(
    annotations: Annotations, job: Bringing, uuid: str, piece: Difference, revision: int, summary: str
) -> bool:
    made: list[Edit] = []

    def make(scope: Scope) -> Edit | None:
        if recording_row(scope.connection, scope.recording).revision != revision:
            return None
        edit = bring(scope, piece, job.replace, job.kind, summary)
        made[:] = [edit] if edit else []
        return edit

    annotations.change(job.recording, uuid, make, job.author)
    _count(job, made)
    return bool(made)


def _write_at_once(annotations: Annotations, job: Bringing) -> None:
    made: list[Edit] = []

    def make(scope: Scope) -> Edit | None:
        difference = compare(scope.connection, scope.recording, job.wanted, job.with_channels)
        edit = bring(scope, difference, job.replace, job.kind, job.title(len(difference.fresh)))
        made[:] = [edit] if edit else []
        return edit

    annotations.change(job.recording, job.uuid, make, job.author)
    _count(job, made)


def _count(job: Bringing, made: Sequence[Edit]) -> None:
    job.added += sum(len(edit.after) for edit in made)
    job.removed += sum(len(edit.before) for edit in made)
