"""Doubtful labels: labels whose nearest neighbours carry another class.

A label is described by the mean, over its frames, of the thresholded random convolutions and of the statistics that
the learners use, and by its length. Its doubt compares the distance to the nearest labels of its own class with the
distance to the nearest labels of another class, itself excluded; it is above 0.5 where the other class is nearer. This
is a nearest-neighbour filter of label noise (Wilson 1972) with distances in place of votes, because a vote is lost by
every class that has fewer labels than neighbours are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from services.learning.data.examples import Example
from services.learning.data.windows import Spans, framing_of
from services.learning.evaluation.segment_matching import Labelled
from services.torch_models.ensemble import rocket
from services.torch_models.ensemble.ensemble import own_of
from services.torch_models.ensemble.features import Framing, frames, statistics, viewed
from services.torch_models.ensemble.scales import Own, Scale, pooled

NEIGHBOURS = 3  # labels of a class whose mean distance counts
FEWEST = 3  # labels of a class that are needed to judge one of them
DOUBTFUL = 0.51  # least doubt of a label that is shown
DURATION = 0.3  # weight of the logarithm of the length; each block of features has weight 1
LIMIT = 5.0  # standard deviations of a feature from its mean, at most
MOST_REFERENCES = 8_000  # labels that each label is compared with
MOST_THRESHOLD_FILES, MOST_THRESHOLD_FRAMES = 4, 20_000  # from which thresholds are computed
BLOCK = 512  # labels compared at a time

Progress = Callable[[float], None]


@dataclass(frozen=True)
class LabelDoubt:
    """Doubt of a label, 0 to 1, and the other class that is nearest; both None if its class has too few labels."""

    doubt: float | None
    other: int | None


def doubts_of(
    examples: Sequence[Example],
    labels: Sequence[Sequence[Labelled]],
    first: int = 1,
    progress: Progress = lambda _share: None,
) -> list[LabelDoubt]:
    """The doubts of all labels of the first recordings, in order.

    Args:
        examples: recordings with the same channels; ``labels`` of each, which may overlap.
        first: number of recordings whose labels are judged; those of the others are only compared with.
        progress: called with the share done.
    """
    spans = [[(start, end, label) for label, (start, end) in recording] for recording in labels]
    classes = np.array([label for recording_spans in spans for *_, label in recording_spans], np.int64)
    judged = sum(map(len, spans[:first]))
    if len(np.unique(classes)) < 2 or not judged:
        return [LabelDoubt(None, None)] * judged
    return _compared(_table(examples, spans, progress), classes, judged)


def _table(examples: Sequence[Example], spans: Spans, progress: Progress) -> Tensor:
    """Features of all labels, float32 [labels, features]: three blocks on comparable scales."""
    framing = framing_of(examples, spans)
    labelled = [(example, some) for example, some in zip(examples, spans, strict=True) if some]
    common = pooled([example.scale for example, _ in labelled])
    kernels = _kernels([example for example, _ in labelled], framing, common)
    means: list[tuple[Tensor, Tensor]] = []
    for place, (example, some) in enumerate(labelled):
        means.append(_means(example, some, framing, common, kernels))
        progress((place + 1) / len(labelled))
    lengths = torch.tensor(
        [float(end - start + 1) for recording_spans in spans for start, end, _ in recording_spans]
    )
    blocks = [torch.cat([pair[0] for pair in means]), torch.cat([pair[1] for pair in means])]
    scaled = [_standardised(block) / block.shape[1] ** 0.5 for block in blocks]
    return torch.cat([*scaled, DURATION * _standardised(lengths.log()[:, None])], 1)


def _standardised(table: Tensor) -> Tensor:
    return ((table - table.mean(0)) / (table.std(0, correction=0) + 1e-3)).clamp(-LIMIT, LIMIT)


def _kernels(examples: Sequence[Example], framing: Framing, common: Scale) -> tuple[Tensor, Tensor]:
    """Random convolutions, and their thresholds from the beginnings of some recordings."""
    weight = rocket.draw(framing, 0)
    some = [_Frames.of(example, framing, common) for example in examples[:MOST_THRESHOLD_FILES]]
    each = MOST_THRESHOLD_FRAMES // len(some)
    return weight, rocket.thresholds([frames.views(0, each) for frames in some], weight, framing, 0)


@dataclass(frozen=True)
class _Frames:
    """The frames of a recording."""

    example: Example
    framing: Framing
    common: Scale
    own: Own

    @classmethod
    def of(cls, example: Example, framing: Framing, common: Scale) -> _Frames:
        return cls(
            example, framing, common, own_of(example.read, len(example.signals), framing, example.scale)
        )

    def views(self, low: int, high: int) -> Tensor:
        """The views of the frames ``low`` to ``high - 1``."""
        signals = self.example.signals[low * self.framing.rows : high * self.framing.rows]
        return viewed(frames(signals, self.own.scale, self.common, self.framing), self.framing, self.own)


def _means(
    example: Example,
    spans: Sequence[tuple[int, int, int]],
    framing: Framing,
    common: Scale,
    kernels: tuple[Tensor, Tensor],
) -> tuple[Tensor, Tensor]:
    """Means of both kinds of features over the frames of each label, in pieces of bounded size."""
    rows, size = framing.rows, framing.piece
    first = np.array([start // rows for start, *_ in spans])
    stop = np.array([-(-(end + 1) // rows) for _, end, _ in spans])
    sums: list[Tensor] = []
    read = _Frames.of(example, framing, common)
    for begin in range(int(first.min()) // size * size, int(stop.max()), size):
        here = np.flatnonzero((first < begin + size) & (stop > begin))
        if not len(here):
            continue
        low = max(0, begin - framing.reach)
        framed = read.views(low, begin + size + framing.reach)
        features = [
            (rocket.convolved(framed, kernels[0], framing) > kernels[1]).float(),
            statistics(framed, framing),
        ]
        sums = sums or [torch.zeros(len(spans), len(feature), dtype=torch.float64) for feature in features]
        starts = torch.from_numpy(np.maximum(first[here], begin) - low)
        stops = torch.from_numpy(np.minimum(stop[here], begin + size) - low)
        for total, feature in zip(sums, features, strict=True):
            running = torch.nn.functional.pad(feature.double().cumsum(1), (1, 0))
            total[torch.from_numpy(here)] += (running[:, stops] - running[:, starts]).T
    count = torch.from_numpy(stop - first)[:, None]
    return (sums[0] / count).float(), (sums[1] / count).float()


def _compared(table: Tensor, classes: NDArray[np.int64], judged: int) -> list[LabelDoubt]:
    chosen = _references(classes)
    names = np.unique(classes)
    groups = [torch.from_numpy(chosen[classes[chosen] == name]) for name in names]
    counts = np.array([(classes == name).sum() for name in names])
    doubts: list[LabelDoubt] = []
    for begin in range(0, judged, BLOCK):
        places = torch.arange(begin, min(judged, begin + BLOCK))
        near = torch.stack([_nearest(table, places, group) for group in groups], 1).numpy()
        doubts += [
            _doubt(distances, int(np.searchsorted(names, classes[place])), names, counts)
            for place, distances in zip(places.tolist(), near, strict=True)
        ]
    return doubts


def _references(classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels that are compared with: all, or evenly chosen ones of each class in proportion."""
    if len(classes) <= MOST_REFERENCES:
        return np.arange(len(classes))
    step = len(classes) / MOST_REFERENCES
    parts = [np.flatnonzero(classes == name) for name in np.unique(classes)]
    counts = [min(len(part), max(FEWEST * NEIGHBOURS, int(len(part) / step))) for part in parts]
    return np.sort(
        np.concatenate(
            [
                part[np.linspace(0, len(part) - 1, count).astype(int)]
                for part, count in zip(parts, counts, strict=True)
            ]
        )
    )


def _nearest(table: Tensor, places: Tensor, group: Tensor) -> Tensor:
    """Mean distance of each label to the nearest labels of a class, itself excluded; infinite without any."""
    far = torch.cdist(table[places], table[group])
    far[places[:, None] == group[None]] = torch.inf
    near = far.topk(min(NEIGHBOURS, far.shape[1]), largest=False).values
    there = near.isfinite()
    mean = near.where(there, torch.zeros(())).sum(1) / there.sum(1)
    return mean.where(there.any(1), torch.tensor(torch.inf))


def _doubt(
    distances: NDArray[np.float32], own: int, names: NDArray[np.int64], counts: NDArray[np.int64]
) -> LabelDoubt:
    if counts[own] < FEWEST:
        return LabelDoubt(None, None)
    others = distances.copy()
    others[own] = np.inf
    nearest = int(others.argmin())
    total = float(distances[own] + others[nearest])
    return LabelDoubt(float(distances[own]) / total if total else 0.5, int(names[nearest]))
