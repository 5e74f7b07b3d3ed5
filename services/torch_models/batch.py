"""Auto-label files in folders, without the database: ``python app.py autolabel``."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np

from services.errors import Invalid, RefusedFile, TidemarkError
from services.formats.label_classes_csv import read_classes
from services.formats.labels_csv import LabelRow, write_labels
from services.ingest import folders
from services.ingest.convert import ingest
from services.ingest.folders import FolderFile
from services.ingest.reading_options import AS_FOUND, ReadingOptions
from services.label_classes.validation import PALETTE, clean_color, clean_name
from services.log import new_reference
from services.storage.files import atomic_write
from services.storage.paths import quoted
from services.timeseries import Store, StoreInfo
from services.torch_models import run_lengths
from services.torch_models.fitting import Fit, chosen_channels, fit
from services.torch_models.guarded import GuardedModel
from services.torch_models.model import ModelInfo
from services.torch_models.output_paths import Places, are_probabilities
from services.torch_models.rows_csv import rows_file
from services.torch_models.run_lengths import NONE, RunLengths
from services.torch_models.signal_check import (
    ChannelDifference,
    corrections,
    differences,
    sentence,
    without_signal,
)
from services.wording import counted, joined

log = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
T = TypeVar("T")
Names = dict[int, tuple[str, str]]  # class index → name, colour
Refit = Callable[[ModelInfo, Sequence[str]], GuardedModel]  # the model trained again on some channels
OPTION = "--channels NAME=COLUMN"
REFIT = "With its training recordings (--training DIR) the model is trained again without missing or flat channels."
PROBABILITIES = "probabilities written by autolabel, not a recording"


@dataclass(frozen=True)
class Outcome:
    """Result of a file: number of labels written, or the reason of a failure; ``skipped``: not a recording."""

    path: str
    labels: int = 0
    reason: str = ""
    skipped: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The result as text."""
        if self.reason:
            return self.reason
        return " ".join([f"{counted(self.labels, 'label')} written.", *self.warnings])


@dataclass(frozen=True)
class Wish:
    """Options for writing labels.

    Args:
        least: shorter segments (in samples) are merged into a neighbour.
        scores: add a column of scores.
        per_row: write a second file with the probability of each class in each row.
        leave_out: names of classes without labels.
        channels: columns of the channels of the model, as ``A=II,B=V1``; "": matched by name.
        correct: correct polarity and gain of channels that differ from the training recordings.
        reading: the user's reading options.
    """

    least: int = 1
    scores: bool = False
    per_row: bool = False
    leave_out: frozenset[str] = frozenset()
    channels: str = ""
    correct: bool = False
    reading: ReadingOptions = AS_FOUND


PLAIN = Wish()


@dataclass(frozen=True)
class _ChosenModel:
    """The model for a recording, how it fits it, and how the recording differs; ``note``: on missing channels."""

    model: GuardedModel
    match: Fit
    different: list[ChannelDifference]
    note: str = ""


class Labeller:
    """A checkpoint opened in a separate process, and the names of its classes.

    Files are read while that process imports torch.
    """

    def __init__(self, model: GuardedModel, classes: Path | None, refit: Refit | None = None) -> None:
        """``classes`` is a CSV of label classes (``label,value,Color``), or None; ``refit`` trains the model again for
        recordings with missing or flat channels.
        """
        self._model, self._classes, self._refit = model, classes, refit

    @cached_property
    def _names(self) -> Names:
        return _names(self._model.info, self._classes)

    def label(
        self, paths: Iterable[Path], out: Path, wish: Wish = PLAIN, progress: Progress | None = None
    ) -> Iterator[Outcome]:
        """Label files and folders; writes one CSV per file below ``out``, at the path of the recording.

        Raises:
            RefusedFile: the checkpoint or the CSV of classes is unusable.
            Invalid: a class to leave out is not a class of the model.
        """
        places = Places(out)
        for file in folders.find(paths):
            reason = file.reason or (PROBABILITIES if are_probabilities(file) else "")
            if reason:
                yield Outcome(file.path, reason=reason, skipped=not file.is_missed)
            else:
                yield self._attempt(file, places, wish, progress or (lambda _fraction, _message: None))
        self._check(wish)

    def _check(self, wish: Wish) -> None:
        """Check that the checkpoint, the names of its classes and the options are consistent."""
        unknown = wish.leave_out - {name for name, _ in self._names.values()}
        if unknown:
            raise Invalid(f"The model has no class {quoted(min(unknown))} to leave out.")

    def _attempt(self, file: FolderFile, places: Places, wish: Wish, progress: Progress) -> Outcome:
        with tempfile.TemporaryDirectory(prefix="tidemark-") as folder:
            read = _in_words(file, lambda: self._read(file, Path(folder), places, wish, progress))
            if isinstance(read, Outcome):
                return read
            self._check(wish)  # the model process was loading until here
            return _in_words(file, lambda: self._label(file, *read, wish, progress))

    def _read(
        self, file: FolderFile, folder: Path, places: Places, wish: Wish, progress: Progress
    ) -> tuple[Store, Path]:
        """The recording, and the path of its labels."""
        place = places.of(file)
        info = ingest(
            file.file,
            name=file.path,
            store_root=folder,
            progress=lambda done, message: progress(done / 2, f"{file.path}: {message}"),
            options=wish.reading,
        )
        return Store.open(folder / info.sha256[:2] / wish.reading.store_key(info.sha256)), place

    def _label(self, file: FolderFile, store: Store, place: Path, wish: Wish, progress: Progress) -> Outcome:
        chosen = self._choose(store, wish)
        model, match = chosen.model, chosen.match

        def show(done: float, message: str) -> None:
            progress(0.5 + done / 2, f"{file.path}: {message}")

        factors = corrections(chosen.different, match.channels) if wish.correct else ()
        found_runs = model.runs(store.folder, match.channels, store.folder, show, factors)
        found_runs = run_lengths.merge_short(found_runs, wish.least)
        rows = self._rows(found_runs.only(~np.isin(found_runs.label, self._silent(wish))), store)
        if wish.per_row:
            names = [self._names[index][0] for index in range(model.info.classes)]
            model.write_rows(store.folder, match.channels, names, rows_file(place), show, factors)
        atomic_write(place, write_labels(rows, wish.scores).encode())
        warnings = (*match.warnings, sentence(chosen.different, bool(factors)), chosen.note)
        return Outcome(file.path, labels=len(rows), warnings=tuple(filter(None, warnings)))

    def _choose(self, store: Store, wish: Wish) -> _ChosenModel:
        """The model, or one that is trained again where a channel is missing or has no signal.

        Raises:
            Invalid: the model does not fit the recording, or cannot be trained again.
        """
        info = self._model.info
        match = fit(info, store.info, _chosen(wish, info, store.info))
        if not match.fits:
            raise Invalid(f"{match.reason.removesuffix('.')} ({OPTION})." if match.choose else match.reason)
        different = differences(info, store, match.channels)
        dead = without_signal(different, match.channels)
        if not dead or self._refit is None:
            note = REFIT if dead and info.provenance else ""
            return _ChosenModel(self._model, match, different, note)
        kept = [place for place in range(info.features) if place not in dead]
        model = self._refit(info, [info.feature_names[place] for place in kept])
        match = fit(model.info, store.info, [match.channels[place] for place in kept])
        names = joined([quoted(info.feature_names[place]) for place in dead])
        note = f"Suggested without {names}: trained again on {_others(len(kept))}."
        return _ChosenModel(model, match, differences(model.info, store, match.channels), note)

    def _silent(self, wish: Wish) -> list[int]:
        """Class indices without labels."""
        return [NONE, *(index for index, (name, _) in self._names.items() if name in wish.leave_out)]

    def _rows(self, runs: RunLengths, store: Store) -> list[LabelRow]:
        return [
            LabelRow(store.time_saved(start), store.time_saved(end), *self._names[label], score)
            for start, end, label, score in zip(
                runs.start.tolist(), runs.end.tolist(), runs.label.tolist(), runs.score.tolist(), strict=True
            )
        ]


def _in_words(file: FolderFile, work: Callable[[], T]) -> T | Outcome:
    """The result of ``work``, or the reason of its failure."""
    try:
        return work()
    except TidemarkError as error:
        return Outcome(file.path, reason=str(error))
    except Exception:
        reference = new_reference()
        log.exception("[%s] %s could not be labelled", reference, quoted(file.path))
        return Outcome(file.path, reason=f"Unexpected error (reference {reference}).")


def _others(count: int) -> str:
    return "the other channel" if count == 1 else f"the other {count} channels"


def _chosen(wish: Wish, model: ModelInfo, recording: StoreInfo) -> tuple[int, ...] | None:
    return chosen_channels(wish.channels, model, recording) if wish.channels else None


def _names(info: ModelInfo, file: Path | None) -> Names:
    """Name of each class index: from the CSV, else the checkpoint, else the number."""
    if file is None:
        labels = {label.index: (clean_name(label.name), label.color) for label in info.labels}
        classes = {index: labels.get(index, (f"Class {index}", None)) for index in range(info.classes)}
        return {
            index: (name, clean_color(color) if color else PALETTE[index % len(PALETTE)])
            for index, (name, color) in classes.items()
        }
    rows, bad = read_classes(_text(file), file.name)
    if bad:
        raise RefusedFile(f"{quoted(file.name)}: {bad[0]}")
    names = {
        row.index: (clean_name(row.name), clean_color(row.color)) for row in rows if row.index is not None
    }
    missing = sorted(set(range(info.classes)) - names.keys())
    if missing:
        raise RefusedFile(f"{quoted(file.name)} has no class {missing[0]}, which the model can predict.")
    return names


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedFile(f"{quoted(file.name)} cannot be read as text in UTF-8.") from error
