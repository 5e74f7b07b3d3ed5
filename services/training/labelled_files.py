"""Read labelled recordings from folders: data CSVs and their label files."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.annotations.import_labels import LabelToImport
from services.errors import Invalid, RefusedFile, TidemarkError
from services.formats.label_file import read_label_file
from services.ingest import folders
from services.ingest.convert import ingest
from services.ingest.folders import FolderFile
from services.ingest.reading_options import AS_FOUND, ReadingOptions
from services.label_classes.validation import PALETTE, clean_name
from services.label_import.folder import find, holds_labels
from services.label_import.matching import ImportTarget, Matcher
from services.label_import.pairs import Partner, imported_instead, partner_of
from services.label_import.report import FileReport
from services.label_import.service import placed
from services.learning.data.channels import alike
from services.learning.data.examples import UNKNOWN, Corpus, Example, RecordingSource, rows_of, segments
from services.storage.paths import quoted
from services.timeseries import Store, durations
from services.torch_models.model import ModelLabel
from services.training.label_overlaps import gaps
from services.wording import counted

Progress = Callable[[float, str], None]
MOST_TOLD = 3  # maximum number of files named in a message


@dataclass(frozen=True)
class LabelledRecording:
    """A recording with its labels, before classes and channels are matched."""

    path: str
    sha256: str
    channels: tuple[str, ...]
    signals: NDArray[np.float32]  # [rows, channels]
    step: float | None
    labels: tuple[LabelToImport, ...]


def read(
    data: Path,
    labels: Path,
    background: str = "",
    gaps_only: bool = False,
    progress: Progress | None = None,
    options: ReadingOptions = AS_FOUND,
) -> Corpus:
    """The recordings in ``data`` that have labels in ``labels`` (folders, or one file each).

    Args:
        background: class of unlabelled samples; "": unknown.
        gaps_only: background is only the gaps between adjacent labels.
        progress: called with fraction and message.
        options: the user's reading options.

    Raises:
        RefusedFile: a file cannot be read.
        Invalid: no labels, or the channels cannot be matched.
    """
    warnings: list[str] = []
    pairs = _paired(data, labels, warnings)
    if not pairs:
        raise Invalid(f"No label file in {labels} belongs to a recording in {data}.")
    recordings = list(_read(pairs, warnings, progress or (lambda _share, _what: None), options))
    if not background or gaps_only:
        recordings = [recording for recording in recordings if recording.labels]
    if not any(recording.labels for recording in recordings):
        raise Invalid(f"No label in {labels} has a place in its recording. {' '.join(warnings)}".strip())
    return corpus(recordings, background, gaps_only, warnings)


def corpus(
    recordings: Sequence[LabelledRecording],
    background: str = "",
    gaps_only: bool = False,
    warnings: Iterable[str] = (),
) -> Corpus:
    """Recordings with the union of their classes and their common channels.

    Raises:
        Invalid: the channels cannot be matched, or ``background`` is not a valid name.
    """
    shared = alike([(recording.path, recording.channels) for recording in recordings])
    filled = clean_name(background, "The background class") if background else ""
    named = _named(recordings, filled)
    index = {label.name: label.index for label in named}
    fill = partial(_filled, background=index.get(filled), gaps_only=gaps_only)
    examples = tuple(
        _example(recording, index, fill, places)
        for recording, places in zip(recordings, shared.places, strict=True)
    )
    notes = [*warnings, *shared.warnings, *_steps(examples), *_overlaps(recordings)]
    sources = tuple(
        RecordingSource(
            recording.path,
            recording.sha256,
            dict(sorted(Counter(label.label for label in recording.labels).items())),
        )
        for recording in recordings
    )
    return Corpus(examples, named, shared.names, sources, tuple(notes))


def _example(
    recording: LabelledRecording,
    index: dict[str, int],
    fill: Callable[[NDArray[np.int16]], None],
    places: list[int],
) -> Example:
    labels = rows_of(
        [(index[label.label], (label.start, label.end)) for label in recording.labels], len(recording.signals)
    )
    fill(labels)
    as_it_is = places == list(range(recording.signals.shape[1]))  # avoid copying large arrays
    return Example(
        recording.path,
        recording.signals if as_it_is else recording.signals[:, places],
        labels,
        None,
        recording.step,
    )


def _filled(labels: NDArray[np.int16], background: int | None, gaps_only: bool) -> None:
    """Set unlabelled samples to ``background``: all, or gaps between adjacent labels."""
    if background is None:
        return
    if not gaps_only:
        labels[labels == UNKNOWN] = background
        return
    for label, (start, end) in gaps([segments(labels)], background)[0]:
        labels[start : end + 1] = label


def _named(recordings: Iterable[LabelledRecording], background: str) -> tuple[ModelLabel, ...]:
    """Classes by name, with the colour of the first label that has one."""
    colours: dict[str, str | None] = {background: None} if background else {}
    for recording in recordings:
        for label in recording.labels:
            colours[label.label] = colours.get(label.label) or label.color
    return tuple(
        ModelLabel(index, name, colours[name] or PALETTE[index % len(PALETTE)])
        for index, name in enumerate(sorted(colours))
    )


def _paired(data: Path, labels: Path, warnings: list[str]) -> list[tuple[FolderFile, list[FolderFile]]]:
    """Each recording that has label files, with them."""
    recordings = [
        file for file in folders.find([data], _root(data)) if not file.reason and not holds_labels(file)
    ]
    matcher = Matcher(ImportTarget(place, recording.path) for place, recording in enumerate(recordings))
    pairs: dict[int, list[FolderFile]] = {}
    lost = []
    for label_file in find([labels], _root(labels)):
        match = matcher.match(label_file.path)
        if match.target is None:
            lost.append(label_file.path)
        else:
            pairs.setdefault(match.target.id, []).append(label_file)
    without = len(recordings) - len(pairs)
    if lost:
        files = "1 label file is" if len(lost) == 1 else f"{len(lost):,} label files are"
        warnings.append(f"{files} not used: no recording belongs to {_first_names(lost)}.")
    if without:
        warnings.append(
            f"{counted(without, 'recording')} without labels {'is' if without == 1 else 'are'} not used."
        )
    return [(recordings[place], pairs[place]) for place in sorted(pairs)]


def _root(given: Path) -> Path:
    return given if given.is_dir() else given.parent


def _read(
    pairs: Sequence[tuple[FolderFile, list[FolderFile]]],
    warnings: list[str],
    progress: Progress,
    options: ReadingOptions,
) -> Iterator[LabelledRecording]:
    for place, (recording, files) in enumerate(pairs):
        progress(place / len(pairs), f"Reading {recording.path}")
        with tempfile.TemporaryDirectory(prefix="tidemark-") as folder:
            info = ingest(recording.file, name=recording.path, store_root=Path(folder), options=options)
            store = Store.open(Path(folder) / info.sha256[:2] / options.store_key(info.sha256))
            labels = [label for file in _exact(files) for label in _labels(file, store, warnings)]
            yield labelled(recording.path, store, labels)


def labelled(path: str, store: Store, labels: Sequence[LabelToImport]) -> LabelledRecording:
    """A stored recording with its labels, and its samples in memory."""
    info = store.info
    columns = [np.asarray(store.channel(index), np.float32) for index in range(len(info.channels))]
    signals = np.stack(columns, axis=1)
    step = durations.in_seconds(info.time, info.time.step) or None
    names = tuple(channel.name for channel in info.channels)
    return LabelledRecording(path, info.sha256, names, signals, step, tuple(labels))


def _exact(files: Sequence[FolderFile]) -> list[FolderFile]:
    """The label files of a recording, without label CSVs whose label JSON is present.

    Raises:
        Conflict: the two are not from the same save.
    """
    by_path = {file.path: file for file in files}
    pairs = []
    for file in files:
        path = partner_of(file.path, by_path)
        partner = Partner(path, _bytes(by_path[path])) if path else None
        if not (partner and imported_instead(file.path, _bytes(file), partner)):
            pairs.append(file)
    return pairs


def _bytes(file: FolderFile) -> bytes:
    try:
        return file.file.read_bytes()
    except OSError as error:
        raise RefusedFile(f"{quoted(file.path)} cannot be read: {error.strerror}.") from error


def _labels(file: FolderFile, store: Store, warnings: list[str]) -> list[LabelToImport]:
    """Labels of a recording in a label file; labels without a matching sample are reported."""
    report = FileReport(file.path)
    try:
        placed_labels = placed(read_label_file(_bytes(file), file.path), store, report, store.info.sha256)
    except TidemarkError as error:
        raise RefusedFile(f"{error}") from error
    warnings += [f"{quoted(file.path)}: {note}" for note in report.notes]
    lost = [line for line in report.lines if line.fate == "unmatched"]
    if lost:
        warnings.append(
            f"{quoted(file.path)}: {len(lost):,} of {report.labels:,} labels are not used; "
            f"{report.numbered} {lost[0].line}: "
            f"{lost[0].words}."
        )
    return placed_labels


def _steps(examples: Sequence[Example]) -> list[str]:
    """A warning if recordings have different sampling rates, since shapes have different lengths then."""
    steps = sorted({example.step for example in examples if example.step})
    if len(steps) < 2 or steps[-1] - steps[0] <= 0.01 * steps[0]:
        return []
    return [
        f"The recordings have different sampling steps, from {durations.text(steps[0])} to "
        f"{durations.text(steps[-1])}; the model is trained on their samples without resampling."
    ]


def _overlaps(recordings: Iterable[LabelledRecording]) -> list[str]:
    places = [recording.path for recording in recordings if _overlapping(recording.labels)]
    if not places:
        return []
    return [
        f"Labels of different classes overlap in {counted(len(places), 'recording')}; there the shorter label counts "
        f"({_first_names(places)})."
    ]


def _overlapping(labels: Iterable[LabelToImport]) -> bool:
    """True if two labels of different classes overlap."""
    reach: dict[str, int] = {}
    for label in sorted(labels, key=lambda item: item.start):
        if any(end >= label.start for name, end in reach.items() if name != label.label):
            return True
        reach[label.label] = max(reach.get(label.label, -1), label.end)
    return False


def _first_names(paths: Sequence[str]) -> str:
    return ", ".join([*map(quoted, paths[:MOST_TOLD]), *(["…"] if len(paths) > MOST_TOLD else [])])
