"""Three simple reference methods on the same cases as the learner.

``trees``: statistics at several scales and the level, extremely randomised trees. ``rocket``: the 84 convolutions of
MiniRocket (Dempster, Schmidt and Webb 2021) at several dilations, each as the share of a window above a quantile, and
ridge. ``nearest``: the raw window nearest to this one. All use every recording both on its own scale and on that of the
training recordings, in frames of a few rows; predictions are smoothed over half a usual segment.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.training.protocol import Case
from benchmarks.training.recordings import PACKAGES
from services.learning.data.examples import UNKNOWN, Example, segments

FRAMES = 48  # share of a usual segment
MOST = 6_000  # maximum number of training frames
Floats = NDArray[np.float32]
Seen = Callable[[Floats, Floats], Floats]  # on the own and on the common scale [frames, channels] → features


@dataclass(frozen=True)
class _Method:
    """Features of each frame, and a scikit-learn classifier."""

    seen: Seen
    learner: Any


def references(case: Case, seed: int = 0) -> Iterator[tuple[str, list[NDArray[np.int64]]]]:
    """Name of each method, and its predicted classes per row of each test recording."""
    if str(PACKAGES) not in sys.path:
        sys.path.append(str(PACKAGES))  # after our own packages, since it needs their numpy and scipy
    usual = np.median(
        [end - start + 1 for example in case.given for _, (start, end) in segments(example.labels)]
    )
    rows = max(1, int(usual) // FRAMES)
    width = max(3, int(usual) // rows)
    for name, method in _methods(width, seed).items():
        yield name, list(_solved(case, method, rows, width, seed))


def _methods(width: int, seed: int) -> dict[str, _Method]:
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    trees = ExtraTreesClassifier(200, min_samples_leaf=2, class_weight="balanced", random_state=seed)
    ridge = make_pipeline(StandardScaler(), RidgeClassifierCV(np.logspace(0, 5, 6), class_weight="balanced"))
    return {
        "trees": _Method(_Statistics(width), trees),
        "rocket": _Method(_Rocket(width), ridge),
        "nearest": _Method(_Window(width), KNeighborsClassifier(1)),
    }


def _solved(case: Case, method: _Method, rows: int, width: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Fit on some training frames; returns the predictions for each test recording, [rows] each."""
    signals = np.concatenate([example.signals for example in case.given])
    common = (np.nanmean(signals, 0), np.nanstd(signals, 0) + 1e-9)
    random = np.random.default_rng(seed)
    tables, answers = [], []
    for example in case.given:
        labels = example.labels[rows // 2 :: rows]
        frames = random.permutation(np.flatnonzero(labels != UNKNOWN))[: MOST // len(case.given)]
        tables.append(method.seen(*_scaled(example, common, rows))[frames])
        answers.append(labels[frames])
    learner = method.learner.fit(np.concatenate(tables), np.concatenate(answers))
    for example in case.held_out:
        table = method.seen(*_scaled(example, common, rows))
        parts = np.array_split(table, len(table) // 4096 + 1)
        chosen = np.concatenate([learner.predict(part) for part in parts])[:, None] == learner.classes_
        votes = ndimage.uniform_filter1d(chosen.astype(float), width // 2 | 1, 0)
        predicted = learner.classes_[votes.argmax(1)]
        yield np.repeat(predicted, rows)[: len(example.labels)].astype(np.int64)


def _scaled(example: Example, common: tuple[Floats, Floats], rows: int) -> tuple[Floats, Floats]:
    """Means of frames on the recording's own scale and on the common one, [frames, channels]."""
    signals = example.signals.astype(np.float64)
    count = -(-len(signals) // rows)
    signals = np.pad(signals, ((0, count * rows - len(signals)), (0, 0)), mode="edge")
    signals = np.where(np.isfinite(signals), signals, np.nanmean(signals, 0))
    framed = signals.reshape(count, rows, -1).mean(1)
    own = (framed - framed.mean(0)) / (framed.std(0) + 1e-9)
    return own.astype(np.float32), ((framed - common[0]) / common[1]).astype(np.float32)


class _Statistics:
    """Level, mean, spread, extremes, slope and roughness at doubling scales."""

    def __init__(self, width: int) -> None:
        self._scales = [1 << place for place in range(1, max(3, int(np.log2(width)) + 3))]

    def __call__(self, own: Floats, common: Floats) -> Floats:
        columns = [own, common]
        for scale in self._scales:
            mean = ndimage.uniform_filter1d(own, scale, 0)
            square = ndimage.uniform_filter1d(own**2, scale, 0)
            rough = ndimage.uniform_filter1d(np.abs(np.diff(own, axis=0, prepend=own[:1])), scale, 0)
            later, sooner = np.roll(mean, -scale // 2, 0), np.roll(mean, scale // 2, 0)
            top, bottom = (
                extremum(own, scale, axis=0)
                for extremum in (ndimage.maximum_filter1d, ndimage.minimum_filter1d)
            )
            spread = np.sqrt((square - mean**2).clip(0))
            columns += [ndimage.uniform_filter1d(common, scale, 0), mean, spread, rough, later - sooner]
            columns += [top, bottom, own - mean, top - mean, mean - bottom]
        return np.concatenate(columns, 1)


class _Window:
    """The frames around each frame, at most 64."""

    def __init__(self, width: int) -> None:
        self._places = np.linspace(-width, width, min(65, 2 * width + 1)).round().astype(int)

    def __call__(self, own: Floats, _common: Floats) -> Floats:
        at = (np.arange(len(own))[:, None] + self._places).clip(0, len(own) - 1)
        return own[at].reshape(len(own), -1)


class _Rocket:
    """Shares above random quantiles, which are computed on the first recording."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._weight = torch.full((84, 1, 9), -1.0)
        for place, taps in enumerate(combinations(range(9), 3)):
            self._weight[place, 0, list(taps)] = 2.0
        self._dilations = [1 << place for place in range(max(1, int(np.log2(max(2, width // 4)))))]
        self._biases: dict[int, torch.Tensor] = {}

    def __call__(self, own: Floats, _common: Floats) -> Floats:
        series, layers = torch.from_numpy(own.T.copy())[:, None], []
        for wide in self._dilations:
            given = torch.nn.functional.conv1d(series, self._weight, dilation=wide, padding=4 * wide)
            if wide not in self._biases:
                some = given[..., :: max(1, len(own) // 10_000)]
                self._biases[wide] = some.quantile(torch.tensor((0.3, 0.7)), 2)[..., None]
            for bias in self._biases[wide]:
                above = (given > bias).float().reshape(-1, 1, len(own))
                half = self._width // 2
                layers.append(torch.nn.functional.avg_pool1d(above, 2 * half + 1, 1, half)[:, 0].T.numpy())
        return np.concatenate(layers, 1)
