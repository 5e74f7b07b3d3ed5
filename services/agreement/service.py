"""Agreement service: recordings with labels of several authors, figures, disagreements, settling."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from time import perf_counter
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, select

from services.accounts import acting
from services.accounts.model import Role
from services.accounts.users import Users
from services.agreement import settling
from services.agreement.figures import PairFigures, pair_figures
from services.agreement.labels import JUDGED, Labels, labels_of, together
from services.agreement.places import DisagreementKind, LabelledPlace, find_places
from services.annotations.service import Annotations
from services.errors import Conflict, Invalid, TidemarkError
from services.recordings.repository import LIVE, OWNER, Recording, recording_row
from services.recordings.service import Recordings
from services.storage.db import Database
from services.storage.tables import annotation_table, label_classes, recordings
from services.timeseries import Store

log = logging.getLogger(__name__)

MOST_PLACES = 500  # maximum length of the list


class NothingAgreed(Invalid):
    """There is no place to settle in a recording."""


@dataclass(frozen=True)
class SharedFile:
    """A recording with labels of two or more authors: number of labels by author."""

    id: int
    path: str
    labels: Mapping[str, int]


@dataclass(frozen=True)
class Mark:
    """A label at a place: its class, the times of its first and last sample, and its channels."""

    label: str
    color: str
    start: str
    end: str
    channels: str


@dataclass(frozen=True)
class Disagreement:
    """A disagreement in a recording, for display.

    ``ids``: of all its labels; ``marks``: labels by author; ``segment``: first and last row.
    """

    recording: int
    path: str
    revision: int
    kind: DisagreementKind
    segment: tuple[int, int]
    start: str
    off: int
    settled: str | None
    ids: tuple[str, ...]
    marks: Mapping[str, Sequence[Mark]]


@dataclass(frozen=True)
class Comparison:
    """Comparison of authors in some recordings.

    Args:
        authors: all authors of labels there; ``compared``: the compared ones.
        pairs: metrics of each pair.
        classes: names of classes by id.
        places: disagreements; ``open``, ``settled``: their numbers, including those not listed.
        agreed: number of unsettled places where all agree.
        revisions: of the compared recordings.
    """

    authors: Sequence[str]
    compared: Sequence[str]
    pairs: Sequence[PairFigures]
    classes: Mapping[int, str]
    places: Sequence[Disagreement]
    open: int
    settled: int
    agreed: int
    revisions: Mapping[int, int]


@dataclass(frozen=True)
class _RecordingLabels:
    """Labels of a recording, with its samples."""

    recording: Recording
    labels: Labels
    store: Store


class Agreement:
    """Compares labels of several authors, and settles disagreements."""

    def __init__(
        self, database: Database, recordings: Recordings, annotations: Annotations, users: Users
    ) -> None:
        self._database = database
        self._recordings = recordings
        self._annotations = annotations
        self._users = users

    def several(self) -> bool:
        """Whether labels have more than one author: two look-ups in an index."""
        return self._database.commit_cache.get("several authors", self._has_several)

    def _has_several(self) -> bool:
        author = annotation_table.c.author
        first, last = (select(function(author)).scalar_subquery() for function in (func.min, func.max))
        with self._database.read() as connection:
            lowest, highest = connection.execute(select(first, last)).one()
        return bool(lowest != highest)

    def files(self) -> list[SharedFile]:
        """Recordings with labels of two or more authors, by path."""
        query = (
            select(recordings.c.id, recordings.c.path, OWNER.label("owner"), func.count().label("labels"))
            .join(annotation_table, annotation_table.c.recording_id == recordings.c.id)
            .where(LIVE, JUDGED)
            .group_by(recordings.c.id, recordings.c.path, OWNER)
            .order_by(recordings.c.path, OWNER)
        )
        by_file: dict[int, tuple[str, dict[str, int]]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                by_file.setdefault(row.id, (row.path, {}))[1][row.owner] = row.labels
        return [
            SharedFile(identity, path, labels)
            for identity, (path, labels) in by_file.items()
            if len(labels) > 1
        ]

    def revisions(self, ids: Collection[int]) -> dict[int, int]:
        """The revisions of some recordings."""
        query = select(recordings.c.id, recordings.c.revision).where(LIVE, recordings.c.id.in_(ids))
        with self._database.read() as connection:
            return {row.id: row.revision for row in connection.execute(query)}

    def compare(self, ids: Collection[int], authors: Sequence[str] = (), tolerance: int = 0) -> Comparison:
        """Compare authors in some recordings.

        Args:
            ids: recordings; deleted ones, and those labelled by fewer than two of the authors, are left out.
            authors: authors to compare; by default all except reviewers and admins, or all if fewer than two remain.
            tolerance: differences of boundaries, in samples, up to which authors agree.
        """
        begun = perf_counter()
        with self._database.read() as connection:
            reads = [self._read(connection, row) for row in _rows(connection, ids)]
            classes = _classes(connection)
        there = sorted({name for read in reads for name in read.labels.authors}, key=str.casefold)
        compared = [name for name in authors if name in there] or self._annotators(there)
        shared = [read for read in reads if len(set(compared) & set(read.labels.authors)) > 1]
        places = [
            (read, place)
            for read in shared
            for place in find_places(read.labels, read.labels.authors_among(compared), tolerance)
        ]
        differing = [(read, place) for read, place in places if place.kind != DisagreementKind.NONE]
        shown = sorted(differing, key=lambda pair: pair[1].settled is not None)[:MOST_PLACES]
        pairs = [_pair(shared, *names) for names in combinations(compared, 2)]
        comparison = Comparison(
            authors=there,
            compared=compared,
            pairs=[pair for pair in pairs if pair],
            classes={identity: name for identity, (name, _) in classes.items()},
            places=[_disagreement(read, place, classes) for read, place in shown],
            open=sum(place.settled is None for _, place in differing),
            settled=sum(place.settled is not None for _, place in differing),
            agreed=sum(place.kind == DisagreementKind.NONE and place.settled is None for _, place in places),
            revisions={read.recording.id: read.recording.revision for read in reads},
        )
        milliseconds = (perf_counter() - begun) * 1000
        log.info("compared %s in %d recordings, %.1f ms", compared, len(shared), milliseconds)
        return comparison

    def settle(self, recording: int, ids: Sequence[str], seen: int, keep: str | None) -> str:
        """Settle a place; returns the uuid of the edit.

        Args:
            recording: its id.
            ids: of all labels of the place.
            seen: revision of the recording when the place was read.
            keep: the author with the final labels; None: no label is correct.

        Raises:
            NotAllowed: the current user is not a reviewer.
            Conflict: the place was changed since.
            Invalid: ``keep`` has no label there.
            NotFound: the recording does not exist.
        """
        return self._change(recording, lambda scope: settling.settle(scope, [ids], seen, keep))

    def settle_agreed(
        self, recording: int, compared: Sequence[str], tolerance: int, seen: int, keep: str
    ) -> str:
        """Keep one author's label of each place of a recording where all agree; returns the uuid of the edit.

        Raises:
            NotAllowed: the current user is not a reviewer.
            Conflict: labels of the recording were changed since.
            Invalid: there is no such place (any more), or ``keep`` is not compared.
            NotFound: the recording does not exist.
        """
        if keep not in compared:
            raise Invalid(f"{keep or 'No author'} is not compared.")

        def make(scope: Any) -> Any:
            if recording_row(scope.connection, recording).revision != seen:
                raise Conflict("Labels of this file were changed since. Nothing was settled; check again.")
            labels = labels_of(scope.connection, recording)
            agreed = [
                [labels.ids[member] for member in place.members]
                for place in find_places(labels, labels.authors_among(compared), tolerance)
                if place.kind == DisagreementKind.NONE and place.settled is None
            ]
            if not agreed:
                raise NothingAgreed("There is no place where all agree and that is not settled.")
            return settling.settle(scope, agreed, seen, keep)

        return self._change(recording, make)

    def settle_agreed_in(
        self, seen: Mapping[int, int], compared: Sequence[str], tolerance: int, keep: str
    ) -> tuple[list[tuple[int, str]], list[str]]:
        """The same in several recordings (``seen``: their revisions).

        Returns:
            Recordings with their edits; reasons for recordings with such places that were left out.

        Raises:
            NotAllowed: the current user is not a reviewer.
            Invalid, Conflict, NotFound: nothing was settled anywhere.
        """
        acting.require(Role.REVIEWER)
        done, refused = list[tuple[int, str]](), list[TidemarkError]()
        for recording, revision in seen.items():
            try:
                done.append((recording, self.settle_agreed(recording, compared, tolerance, revision, keep)))
            except TidemarkError as error:
                refused.append(error)
        if refused and not done:
            raise refused[0]
        return done, [str(error) for error in refused if not isinstance(error, NothingAgreed)]

    def _change(self, recording: int, make: Callable[[Any], Any]) -> str:
        acting.require(Role.REVIEWER)
        uuid = str(uuid4())
        self._annotations.change(recording, uuid, make)
        log.info("recording %s: settled, edit %s", recording, uuid)
        return uuid

    def _read(self, connection: Connection, row: Any) -> _RecordingLabels:
        recording = Recording(**row._mapping)
        return _RecordingLabels(
            recording, labels_of(connection, recording.id), self._recordings.open(recording)
        )

    def _annotators(self, names: Sequence[str]) -> list[str]:
        above = {user.name for user in self._users.list() if user.role >= Role.REVIEWER}
        others = [name for name in names if name not in above]
        return others if len(others) > 1 else list(names)


def _rows(connection: Connection, ids: Collection[int]) -> Sequence[Any]:
    query = select(recordings).where(LIVE, recordings.c.id.in_(ids)).order_by(recordings.c.path)
    return connection.execute(query).all()


def _classes(connection: Connection) -> dict[int, tuple[str, str]]:
    query = select(label_classes.c.id, label_classes.c.name, label_classes.c.color)
    return {row.id: (row.name, row.color) for row in connection.execute(query)}


def _pair(shared: Sequence[_RecordingLabels], first: str, other: str) -> PairFigures | None:
    """Metrics of a pair over the recordings that both labelled; None without any."""
    both = [read for read in shared if {first, other} <= set(read.labels.authors)]
    if not both:
        return None
    labels = together([(read.labels, read.recording.rows) for read in both])
    return pair_figures(labels, first, other, sum(read.recording.rows for read in both))


def _disagreement(
    read: _RecordingLabels, place: LabelledPlace, classes: Mapping[int, tuple[str, str]]
) -> Disagreement:
    labels, marks = read.labels, dict[str, list[Mark]]()
    for member in place.members:
        start, end = labels.segments[member].tolist()
        name, color = classes[int(labels.label_class[member])]
        chosen = labels.channel_sets[labels.channels[member]]
        names = [read.store.info.channels[channel].name for channel in sorted(chosen or ())]
        mark = Mark(name, color, read.store.time_text(start), read.store.time_text(end), ", ".join(names))
        marks.setdefault(labels.authors[labels.author[member]], []).append(mark)
    return Disagreement(
        recording=read.recording.id,
        path=read.recording.path,
        revision=read.recording.revision,
        kind=place.kind,
        segment=place.segment,
        start=read.store.time_text(place.segment[0]),
        off=place.off,
        settled=place.settled,
        ids=tuple(labels.ids[member] for member in place.members),
        marks=marks,
    )
