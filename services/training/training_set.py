"""Collect the training set: labels and recordings, read in one transaction.

Accepted labels give the class of their rows; rejected suggestions exclude a class; open suggestions are ignored. A
label for some channels is used only if one of them is a training channel. Where labels overlap the shorter is used, in
case of a tie the one edited later.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from services.errors import Invalid, NotFound
from services.learning.data.channels import alike
from services.learning.evaluation.segment_matching import Labelled
from services.recordings.repository import ACCEPTED, LIVE, OWNER, REJECTED, Recording
from services.recordings.service import Recordings
from services.storage.db import chunks
from services.storage.paths import quoted
from services.storage.tables import annotation_table, label_classes, recordings
from services.timeseries import StoreInfo, durations
from services.torch_models.model import ModelLabel
from services.training.label_channels import Scopes, scopes
from services.training.label_overlaps import counts, flat, gaps
from services.training.recipe import BETWEEN, TrainingRequest
from services.training.requirements import sparse
from services.wording import first_of

FEWEST_GAPS = 2  # minimum number of unlabelled gaps; with fewer, they stay unknown
CLASS = ("name", "color", "label_set_id", "position")
UNMARKED = ModelLabel(0, "Unmarked", "#8a8a8a")


@dataclass(frozen=True)
class Part:
    """A recording: ``labels`` without overlaps, ``wrong``: excluded classes of its rows; classes by index.

    ``folder``: its columns, ``places``: indices of the training channels.
    """

    id: int
    path: str
    sha256: str
    folder: str
    rows: int
    step: float | None
    places: tuple[int, ...]
    labels: tuple[Labelled, ...]
    wrong: tuple[Labelled, ...]


@dataclass(frozen=True)
class TrainingSet:
    """The training set; ``background``: index of the background class, or None.

    ``seen``: time of the newest edit of the labels, or ""; ``authors``: number of labels of each person;
    ``label_channels``: channels of the labels of each class, see :mod:`.label_channels`.
    """

    parts: tuple[Part, ...]
    labels: tuple[ModelLabel, ...]
    channels: tuple[str, ...]
    background: int | None = None
    warnings: tuple[str, ...] = ()
    seen: str = ""
    authors: dict[str, int] = field(default_factory=dict)
    label_channels: Scopes = field(default_factory=dict)

    @property
    def marked(self) -> dict[str, int]:
        """Number of labelled segments by class name."""
        counted = sum((counts(part.labels) for part in self.parts), Counter[int]())
        return {label.name: counted[label.index] for label in self.labels if label.index != self.background}

    @property
    def values(self) -> int:
        """Number of samples to read, of all channels."""
        return sum(part.rows for part in self.parts) * len(self.channels)


@dataclass
class _TrainingRecording:
    """A recording with its labels in the database."""

    recording: Recording
    info: StoreInfo
    folder: str
    rows: list[Row[Any]] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(channel.name for channel in self.info.channels)


def collect(connection: Connection, recordings: Recordings, request: TrainingRequest) -> TrainingSet:
    """The current training set of a request.

    Raises:
        Invalid: channels or classes cannot be matched, or a recording to hold out is not in the training set.
    """
    warnings: list[str] = []
    read = _read(connection, recordings, request, warnings)
    if not read:
        return TrainingSet((), (), ())
    channels, places = _channels(read, request.channels, warnings)
    for recording, columns in zip(read, places, strict=True):
        recording.rows = _about(recording.rows, set(columns))
    labels = _classes(read, request.classes)
    if request.sparing:
        labels = _enough(read, labels, warnings)
    if request.unmarked:
        labels = _with_background(labels, request.unmarked)
    parts = tuple(_part(recording, columns, labels) for recording, columns in zip(read, places, strict=True))
    parts = tuple(part for part in parts if part.labels or part.wrong)
    edited = [row.edited_at for recording in read for row in recording.rows]
    seen = max(edited).isoformat() if edited else ""
    learnt = {label.name for label in labels}
    authors = Counter(
        row.owner
        for recording in read
        for row in recording.rows
        if row.status == ACCEPTED and row.name in learnt
    )
    more: dict[str, Any] = {"seen": seen, "authors": dict(sorted(authors.items()))}
    named = _named_channels(read, channels, places)
    more["label_channels"] = scopes(
        (label for label in named if label[0] in learnt), [label.name for label in labels]
    )
    collected = TrainingSet(parts, labels, channels, warnings=tuple(warnings), **more)
    return _filled(collected, request.unmarked) if request.unmarked else collected


def _read(
    connection: Connection, recordings: Recordings, request: TrainingRequest, warnings: list[str]
) -> list[_TrainingRecording]:
    """The named recordings, and those of the folder with labels and the channels of the first."""
    ids = ids_of(connection, request)
    rows = _rows(connection, ids)
    readable, lost = [], []
    for recording in live(
        connection, [identity for identity in ids if identity in rows or identity in request.recordings]
    ):
        try:
            store = recordings.open(recording)
        except NotFound:
            lost.append(recording.path)
            continue
        readable.append(
            _TrainingRecording(recording, store.info, str(store.folder), rows.get(recording.id, []))
        )
    if lost:
        warnings.append(f"Left out, because their samples are missing: {first_of([*map(quoted, lost)], 4)}.")
    return [
        recording
        for recording in readable
        if recording.recording.id in request.recordings
        or is_alike(recording.names, readable[0].names, request)
    ]


def is_alike(names: Sequence[str], first: Sequence[str], request: TrainingRequest) -> bool:
    """True if a recording with these channel names matches the first, or has the chosen channels."""
    if request.channels:
        return set(request.channels) <= set(names)
    return set(names) == set(first)


def ids_of(connection: Connection, request: TrainingRequest) -> list[int]:
    """Ids of recordings that may be used, named ones first."""
    ids = list(request.recordings)
    if request.everywhere or request.folder is not None:
        inside = select(recordings.c.id, recordings.c.path).where(LIVE).order_by(recordings.c.path)
        rows = connection.execute(inside)
        ids += [row.id for row in rows if request.everywhere or folder_of(row.path) == request.folder]
    return list(dict.fromkeys(ids))


def live(connection: Connection, ids: Sequence[int]) -> list[Recording]:
    """Recordings of ``ids`` that are not deleted, in that order."""
    by_id: dict[int, Recording] = {}
    for some in chunks(ids):
        query = select(recordings).where(LIVE, recordings.c.id.in_(some))
        by_id |= {row.id: Recording(**row._mapping) for row in connection.execute(query)}
    return [by_id[identity] for identity in ids if identity in by_id]


def _rows(connection: Connection, ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Accepted labels and rejected suggestions by recording, in the order of their edits."""
    names = ("recording_id", "start_index", "end_index", "channels", "status", "edited_at")
    columns = (*(annotation_table.c[name] for name in names), OWNER.label("owner"))
    query = (
        select(*columns, *(label_classes.c[name] for name in CLASS))
        .join(label_classes, label_classes.c.id == annotation_table.c.label_class_id)
        .where(annotation_table.c.status.in_((ACCEPTED, REJECTED)))
        .order_by(annotation_table.c.edited_at, annotation_table.c.id)
    )
    by_recording: dict[int, list[Row[Any]]] = defaultdict(list)
    for some in chunks(ids):
        for row in connection.execute(query.where(annotation_table.c.recording_id.in_(some))):
            by_recording[row.recording_id].append(row)
    return dict(by_recording)


def _channels(
    read: Sequence[_TrainingRecording], chosen: Sequence[str], warnings: list[str]
) -> tuple[tuple[str, ...], list[tuple[int, ...]]]:
    """Names of the channels, and their indices in each recording.

    If the user chose none and every label is for some channels only, these channels.
    """
    for recording in read if chosen else ():
        lacking = [name for name in chosen if name not in recording.names]
        if lacking:
            raise Invalid(
                f"{quoted(recording.recording.path)} has no channel {quoted(lacking[0], 40)}; leave one of them out."
            )
    if not chosen:
        shared = alike([(recording.recording.path, recording.names) for recording in read])
        warnings += shared.warnings
        about = _scoped(read)
        keep = [place for place, name in enumerate(shared.names) if not about or name in about]
        names = tuple(shared.names[place] for place in keep)
        if names:
            return names, [tuple(columns[place] for place in keep) for columns in shared.places]
        return shared.names, [tuple(columns) for columns in shared.places]
    return tuple(chosen), [tuple(recording.names.index(name) for name in chosen) for recording in read]


def _scoped(read: Sequence[_TrainingRecording]) -> set[str]:
    """Names of the channels of labels; none if a label is for all."""
    names: set[str] = set()
    for recording in read:
        for row in recording.rows:
            if row.status == ACCEPTED and row.channels is None:
                return set()
            names |= {recording.names[place] for place in row.channels or () if place < len(recording.names)}
    return names


def _about(rows: Iterable[Row[Any]], places: set[int]) -> list[Row[Any]]:
    return [row for row in rows if row.channels is None or places & set(row.channels)]


def _named_channels(
    read: Sequence[_TrainingRecording], channels: Sequence[str], places: Sequence[Sequence[int]]
) -> Iterator[tuple[str, list[str] | None]]:
    """Class and channel names of each accepted label, None: all channels; training channels by their common name."""
    for recording, columns in zip(read, places, strict=True):
        names = dict(enumerate(recording.names)) | dict(zip(columns, channels, strict=True))
        for row in recording.rows:
            if row.status == ACCEPTED:
                yield row.name, row.channels and [names[place] for place in row.channels if place in names]


def _classes(read: Sequence[_TrainingRecording], chosen: Sequence[str]) -> tuple[ModelLabel, ...]:
    """Classes in the order of their sets; classes with the same name in several sets are merged."""
    accepted = [row for recording in read for row in recording.rows if row.status == ACCEPTED]
    colors: dict[str, str] = {}
    for row in sorted(accepted, key=lambda row: (row.label_set_id, row.position)):
        if not chosen or row.name in chosen:
            colors.setdefault(row.name, row.color)
    return tuple(ModelLabel(place, name, color) for place, (name, color) in enumerate(colors.items()))


def _enough(
    read: Sequence[_TrainingRecording], labels: tuple[ModelLabel, ...], warnings: list[str]
) -> tuple[ModelLabel, ...]:
    counts = Counter(row.name for recording in read for row in recording.rows if row.status == ACCEPTED)
    few = sparse({label.name: counts[label.name] for label in labels})
    if few:
        warnings.append(f"Left out, because they have too few segments: {first_of([*map(quoted, few)], 4)}.")
    kept = [label for label in labels if label.name not in few]
    return tuple(replace(label, index=place) for place, label in enumerate(kept))


def _with_background(labels: tuple[ModelLabel, ...], unmarked: str) -> tuple[ModelLabel, ...]:
    names = {label.name for label in labels}
    if unmarked in names:
        return labels
    name = UNMARKED.name if unmarked == BETWEEN else unmarked
    while name in names:
        name += " gaps"
    return (*labels, ModelLabel(len(labels), name, UNMARKED.color))


def _part(recording: _TrainingRecording, places: tuple[int, ...], labels: tuple[ModelLabel, ...]) -> Part:
    index = {label.name: label.index for label in labels}
    rows = [row for row in recording.rows if row.name in index]
    by_status = {
        status: [(index[row.name], (row.start_index, row.end_index)) for row in rows if row.status == status]
        for status in (ACCEPTED, REJECTED)
    }
    return Part(
        recording.recording.id,
        recording.recording.path,
        recording.recording.sha256,
        recording.folder,
        recording.recording.rows,
        durations.in_seconds(recording.info.time, recording.info.time.step) or None,
        places,
        tuple(flat(by_status[ACCEPTED])),
        tuple(by_status[REJECTED]),
    )


def _filled(collected: TrainingSet, unmarked: str) -> TrainingSet:
    """Add the class of unlabelled samples: between adjacent labels, or everywhere; too few stay unknown."""
    background = next(
        label.index for label in reversed(collected.labels) if unmarked in (BETWEEN, label.name)
    )
    if unmarked != BETWEEN:
        return replace(
            collected, parts=tuple(_with(part, _rest(part, background)) for part in collected.parts)
        )
    gap_labels = gaps([part.labels for part in collected.parts], background)
    if sum(map(len, gap_labels)) < FEWEST_GAPS:
        return replace(collected, labels=collected.labels[:-1])
    parts = tuple(_with(part, more) for part, more in zip(collected.parts, gap_labels, strict=True))
    return replace(collected, parts=parts, background=background)


def _rest(part: Part, background: int) -> list[Labelled]:
    edges = [-1, *(edge for _, segment in part.labels for edge in segment), part.rows]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(background, (before + 1, after - 1)) for before, after in pairs if before + 1 < after]


def _with(part: Part, more: Sequence[Labelled]) -> Part:
    return replace(part, labels=tuple(sorted((*part.labels, *more), key=lambda item: item[1])))


def folder_of(path: str) -> str:
    """Folder of a recording, "" at the root."""
    return path.rpartition("/")[0]
