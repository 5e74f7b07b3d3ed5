"""Training examples: labelled recordings as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from services.timeseries.intervals import Segment
from services.torch_models.ensemble.scales import Own, Read, Scale, sampled, scale_of
from services.torch_models.model import ModelLabel

if TYPE_CHECKING:
    from services.torch_models.ensemble.features import Framing

UNKNOWN = -1


@dataclass(frozen=True)
class Example:
    """One recording: its samples, and the label of each of them.

    Args:
        name: its path.
        signals: float32 [rows, channels], NaN where a value is missing.
        labels: int16 [rows], the index of the class, ``UNKNOWN`` for unlabelled rows.
        ruled_out: bool [rows, classes], True where a row is certainly not of that class (a rejected suggestion).
        step: seconds from sample to sample, None where the recording has no time in seconds.
    """

    name: str
    signals: NDArray[np.float32]
    labels: NDArray[np.int16]
    ruled_out: NDArray[np.bool_] | None = None
    step: float | None = None

    @property
    def read(self) -> Read:
        """A reader of the samples by rows."""
        return lambda start, stop: self.signals[start:stop]

    @cached_property
    def scale(self) -> Scale:
        """Middle and width of each channel; computed once."""
        return scale_of(sampled(self.read, len(self.signals)))

    def own(self, framing: Framing) -> Own:
        """Scale and swing, which framings of the same frames and surroundings share; computed once for these."""
        from services.torch_models.ensemble.ensemble import own_of  # with torch: not in the web process

        key = (framing.rows, framing.surroundings)
        if key not in self._owns:
            self._owns[key] = own_of(self.read, len(self.signals), framing, self.scale)
        return self._owns[key]

    @cached_property
    def _owns(self) -> dict[tuple[int, int], Own]:
        return {}


@dataclass(frozen=True)
class RecordingSource:
    """Origin of an example: the sha256 of the recording, and the number of its used labels by class name."""

    path: str
    sha256: str
    segments: dict[str, int]


@dataclass(frozen=True)
class Corpus:
    """Examples over the same classes and channels; ``warnings`` are sentences about the matching of their channels.

    ``authors``: number of labels of each person, empty if unknown; ``label_channels``: channels of the labels of each
    class whose labels are all for the same ones.
    """

    examples: tuple[Example, ...]
    labels: tuple[ModelLabel, ...]
    channels: tuple[str, ...]
    sources: tuple[RecordingSource, ...] = ()
    warnings: tuple[str, ...] = ()
    authors: dict[str, int] = field(default_factory=dict)
    label_channels: dict[str, list[str]] = field(default_factory=dict)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, by their index."""
        return tuple(label.name for label in self.labels)

    @property
    def step(self) -> float | None:
        """The usual seconds from sample to sample, None where no example has a time in seconds."""
        steps = sorted(example.step for example in self.examples if example.step)
        return steps[len(steps) // 2] if steps else None

    def on(self, channels: Sequence[str]) -> Corpus:
        """The same recordings with these of their channels."""
        places = [self.channels.index(name) for name in channels]
        examples = tuple(
            replace(example, signals=np.ascontiguousarray(example.signals[:, places]))
            for example in self.examples
        )
        return replace(self, examples=examples, channels=tuple(channels))

    def relabelled(self, labels: Sequence[ModelLabel]) -> Corpus:
        """The same examples over ``labels``, whose indices count up from 0 and which contain every class."""
        place = {label.name: label.index for label in labels}
        index = np.array([*(place[name] for name in self.classes), UNKNOWN], np.int16)
        examples = tuple(_over(example, index, len(labels)) for example in self.examples)
        return replace(self, examples=examples, labels=tuple(labels))


def _over(example: Example, index: NDArray[np.int16], classes: int) -> Example:
    """An example whose class ``i`` becomes class ``index[i]``; UNKNOWN, -1, selects the last entry."""
    ruled_out = example.ruled_out
    if ruled_out is not None:
        wider = np.zeros((len(example.labels), classes), bool)
        wider[:, index[:-1]] = ruled_out
        ruled_out = wider
    return replace(example, labels=index[example.labels], ruled_out=ruled_out)


def segments(labels: NDArray[np.int16]) -> list[tuple[int, Segment]]:
    """Runs of rows of one class, in order, as (class, (first, last)), without unknown rows."""
    if not len(labels):
        return []
    first = np.concatenate(([0], np.flatnonzero(labels[1:] != labels[:-1]) + 1))
    last = np.append(first[1:], len(labels)) - 1
    runs = zip(labels[first].tolist(), first.tolist(), last.tolist(), strict=True)
    return [(label, (start, end)) for label, start, end in runs if label != UNKNOWN]


def rows_of(labelled: Sequence[tuple[int, Segment]], rows: int) -> NDArray[np.int16]:
    """The class of each of ``rows`` rows. Where segments overlap, the shorter segment counts, as more specific."""
    labels = np.full(rows, UNKNOWN, np.int16)
    for label, (start, end) in sorted(labelled, key=lambda item: item[1][0] - item[1][1]):
        labels[start : end + 1] = label
    return labels
