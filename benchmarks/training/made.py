"""Synthetic recordings of kinds that no package contains: price trends, machine faults.

They do not model a market or a machine. The class depends on the slope over a hundred bars for trends, and on levels,
spreads and slow drifts of some of eight channels for faults. All are reproducible.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.learning.data.examples import Corpus, Example
from services.torch_models.model import ModelLabel

TRENDS = ("down", "sideways", "up")
BARS, TICKS = 5_000, 12  # volatility per recording, and per bar
SLOPE = 1.0  # slope of a trend, in usual moves of one bar
FAULTS = ("normal", "imbalance", "leak", "overheating")
SECONDS = 1_800  # of a recording of the machine
SENSORS = ("vibration x", "vibration y", "current", "pressure", "temperature", "oil", "voltage", "flow")


def trends(count: int = 8) -> Corpus:
    """Open, high, low and close of each bar; segments of 40 to 160 bars go down, sideways or up."""
    return _corpus([_trend(seed) for seed in range(count)], TRENDS, ("open", "high", "low", "close"))


def _trend(seed: int) -> Example:
    random = np.random.default_rng([7, seed])
    labels = regimes(random, BARS, (40, 160), shuffled(random, [0, 1, 2], 40))
    noise = np.exp(random.normal(0, 0.3, BARS)) / np.sqrt(TICKS)
    moves = random.standard_normal((BARS, TICKS)) * noise[:, None] + ((labels - 1) * SLOPE / TICKS)[:, None]
    ticks = 500 * np.exp(2e-3 * np.cumsum(moves.ravel())).reshape(BARS, TICKS)
    bars = np.stack([ticks[:, 0], ticks.max(1), ticks.min(1), ticks[:, -1]], 1)
    return Example(f"trends {seed}", bars.astype(np.float32), labels, None, 60.0)


def faults(count: int = 12) -> Corpus:
    """Eight sensors of machines with different levels and gains, and temporary faults."""
    return _corpus([_machine(seed) for seed in range(count)], FAULTS, SENSORS)


def _machine(seed: int) -> Example:
    random = np.random.default_rng([8, seed])
    order = [label for fault in shuffled(random, [1, 2, 3], 4) for label in (0, fault)]
    labels = regimes(random, SECONDS, (80, 240), order)
    on = np.stack([_lagged(labels == label, lag) for label, lag in ((1, 1), (2, 15), (3, 60))])
    noise = np.stack([_lagged(random.standard_normal(SECONDS), lag) for lag in (1, 1, 2, 3, 20, 30, 2, 3)], 1)
    noise /= noise.std(0)
    noise[:, :2] *= 1 + 0.8 * on[0][:, None]
    shift = np.zeros((SECONDS, len(SENSORS)))
    shift[:, 2] = 0.5 * on[0] + 1.0 * on[2]
    shift[:, 3], shift[:, 7] = -2.0 * on[1], -1.5 * on[1]
    shift[:, 4], shift[:, 5] = 3.0 * on[2], 2.0 * on[2] + 1.0 * on[1]
    levels = random.normal(0, 1, len(SENSORS)) + np.arange(len(SENSORS)) * 10
    gains = np.exp(random.normal(0, 0.15, len(SENSORS)))
    return Example(
        f"machine {seed}", ((noise + shift) * gains + levels).astype(np.float32), labels, None, 1.0
    )


def regimes(
    random: np.random.Generator, rows: int, lengths: tuple[int, int], order: list[int]
) -> NDArray[np.int16]:
    """Segments of random classes, with lengths between two limits."""
    parts = [np.full(int(random.integers(*lengths)), label, np.int16) for label in order]
    return np.concatenate(parts)[:rows]


def shuffled(random: np.random.Generator, labels: list[int], times: int) -> list[int]:
    """All labels, ``times`` times each, in random order without equal neighbours."""
    order: list[int] = []
    while len(order) < times * len(labels):
        drawn = random.permutation(labels).tolist()
        order += drawn if not order or drawn[0] != order[-1] else drawn[::-1]
    return order


def _lagged(series: NDArray[np.generic], seconds: int) -> NDArray[np.float64]:
    """First-order low-pass of ``series``."""
    filtered, state = np.empty(len(series)), 0.0
    for place, value in enumerate(series.astype(float).tolist()):
        state += (value - state) / seconds
        filtered[place] = state
    return filtered


def _corpus(examples: list[Example], classes: tuple[str, ...], channels: tuple[str, ...]) -> Corpus:
    labels = tuple(ModelLabel(index, name) for index, name in enumerate(classes))
    return Corpus(tuple(examples), labels, channels)
