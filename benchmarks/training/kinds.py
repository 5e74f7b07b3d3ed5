"""Synthetic recordings: price regimes, appliance states, beats with a rare class, movement; more in :mod:`.more_kinds`,
:mod:`.other_kinds` and :mod:`.unseen_kinds`.

Each kind has a development set and a held-out set, which differ in seeds and parameters (lengths, gains, noise), so
that constants chosen on the first do not fit the second by construction. All are reproducible.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from benchmarks.training import more_kinds, other_kinds, unseen_kinds
from benchmarks.training.made import regimes, shuffled
from services.learning.data.examples import Corpus, Example
from services.torch_models.model import ModelLabel

RECORDINGS = 4
PRICES = ("calm", "rising", "falling", "volatile")
APPLIANCE = ("off", "standby", "heating", "pumping")
BEATS = ("normal", "ectopic", "fused")
MOVEMENT = ("sitting", "standing", "walking", "transition")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Kind:
    """Generates a recording: samples [rows, channels] and classes [rows]."""

    name: str
    classes: tuple[str, ...]
    channels: tuple[str, ...]
    step: float
    draw: Callable[[np.random.Generator, bool], tuple[Floats, NDArray[np.int16]]]


def prices(random: np.random.Generator, held: bool) -> tuple[Floats, NDArray[np.int16]]:
    """Open, high, low, close and volume of regimes that differ by drift and volatility."""
    order = shuffled(random, [0, 1, 2, 3], 7)
    labels = regimes(random, 6_000, (90, 300) if held else (120, 260), order)
    drift = np.array([0.0, 0.35, -0.35, 0.0])[labels] * (0.9 if held else 1.0)
    spread = np.array([0.6, 1.0, 1.0, 2.4])[labels]
    moves = drift[:, None] / 8 + random.standard_normal((len(labels), 8)) * spread[:, None] / np.sqrt(8)
    ticks = 100 * np.exp(1e-3 * moves.ravel().cumsum()).reshape(len(labels), 8)
    volume = np.exp(0.3 * random.standard_normal(len(labels)) + 0.4 * (spread - 1))
    return np.stack([ticks[:, 0], ticks.max(1), ticks.min(1), ticks[:, -1], volume], 1), labels


def appliance(random: np.random.Generator, held: bool) -> tuple[Floats, NDArray[np.int16]]:
    """Power and current of a machine with states of a hundred to thousands of rows."""
    order = shuffled(random, [0, 1, 2, 3], 5)
    lengths = {0: (800, 2500), 1: (300, 1200), 2: (400, 900), 3: (120, 400)}
    parts = [np.full(int(random.integers(*lengths[label])), label, np.int16) for label in order]
    labels = np.concatenate(parts)
    levels = np.array([2.0, 40.0, 1900.0, 260.0]) * (1 + 0.1 * random.standard_normal(4))
    rows = np.arange(len(labels))
    cycle = (np.sin(rows * 2 * np.pi / (35 if held else 50)) > 0) * 300.0 * (labels == 3)
    noise = np.array([0.5, 4.0, 25.0, 40.0])[labels] * random.standard_normal(len(labels))
    power = levels[labels] + cycle + noise
    current = power / 230 + 0.02 * random.standard_normal(len(labels))
    return np.stack([power, current], 1), labels


def beats(random: np.random.Generator, held: bool) -> tuple[Floats, NDArray[np.int16]]:
    """Two leads of beats in three shapes, the second one in ten, the third one in forty; every row is part of one."""
    kinds = random.choice(3, 260, p=[0.86, 0.1, 0.04])
    signal, labels = [], []
    for kind in kinds.tolist():
        length = int(random.normal(90, 6) * (0.75 if kind == 1 else 1.0))
        place = np.arange(length) - length * 0.4
        width = (3.0, 7.0, 5.0)[kind] * (1.15 if held else 1.0)
        wave = np.exp(-((place / width) ** 2)) * (1.0, -1.3, 1.2)[kind]
        wave += 0.25 * np.exp(-(((place - 28) / 9) ** 2)) * (1, -1, -1)[kind]
        wave += 0.12 * np.exp(-(((place + 18) / 5) ** 2)) * (kind == 0)
        signal.append(np.stack([wave, 0.6 * np.roll(wave, 2)], 1))
        labels.append(np.full(length, kind, np.int16))
    beats_of_signal = np.concatenate(signal)
    wander = gaussian_filter1d(random.standard_normal(beats_of_signal.shape), 300, axis=0) * 25
    return beats_of_signal + 0.2 * wander + 0.05 * random.standard_normal(
        beats_of_signal.shape
    ), np.concatenate(labels)


def movement(random: np.random.Generator, held: bool) -> tuple[Floats, NDArray[np.int16]]:
    """Three accelerations: postures differ by direction, walking by its rhythm, with short transitions."""
    order = [label for part in shuffled(random, [0, 1, 2], 7) for label in (part, 3)]
    parts = [
        np.full(int(random.integers(*((25, 60) if label == 3 else (220, 520)))), label, np.int16)
        for label in order
    ]
    labels = np.concatenate(parts)
    tilt = np.array([[0.2, 0.9, 0.3], [0.05, 1.0, 0.05], [0.05, 1.0, 0.1], [0.3, 0.7, 0.5]])[labels]
    base = gaussian_filter1d(tilt, 8, axis=0)
    rows = np.arange(len(labels))
    pace = rows * 2 * np.pi / (24 if held else 28) + 0.3 * np.cumsum(0.1 * random.standard_normal(len(rows)))
    walk = np.stack([0.15 * np.sin(pace / 2), 0.35 * np.sin(pace), 0.2 * np.sin(pace + 1)], 1)
    burst = gaussian_filter1d(random.standard_normal(base.shape), 6, axis=0) * 1.2
    signals = base + walk * (labels == 2)[:, None] + burst * (labels == 3)[:, None]
    return signals + (0.06 if held else 0.04) * random.standard_normal(base.shape), labels


KINDS = (
    Kind("price regimes", PRICES, ("open", "high", "low", "close", "volume"), 60.0, prices),
    Kind("appliance states", APPLIANCE, ("power", "current"), 1.0, appliance),
    Kind("beats, rare class", BEATS, ("I", "II"), 0.01, beats),
    Kind("movement, transitions", MOVEMENT, ("ax", "ay", "az"), 0.02, movement),
    Kind("breathing", more_kinds.BREATHING, ("flow", "chest", "oxygen"), 0.1, more_kinds.breathing),
    Kind("activity", more_kinds.ACTIVITY, ("ax", "ay", "az", "gx", "gy", "gz"), 0.04, more_kinds.activity),
    Kind("household power", more_kinds.HOUSEHOLD, ("power",), 1.0, more_kinds.household),
    Kind("tremor", more_kinds.TREMOR, ("ax", "ay", "az"), 0.02, more_kinds.tremor),
    Kind("sleep stages", more_kinds.SLEEP, ("C3", "O1", "EOG"), 0.02, more_kinds.sleep),
    Kind("vibration", more_kinds.VIBRATION, ("x", "y", "temperature"), 0.001, more_kinds.vibration),
    Kind("price alone", more_kinds.TRENDS, ("close",), 60.0, more_kinds.trends),
    Kind("press", more_kinds.PRESS, ("pressure", "current"), 0.1, more_kinds.press),
    Kind("muscles", other_kinds.MUSCLE, ("flexor", "extensor"), 0.002, other_kinds.muscle),
    Kind("freezer", other_kinds.FREEZER, ("temperature", "current", "fan"), 10.0, other_kinds.freezer),
    Kind("earthquakes", other_kinds.QUAKES, ("Z", "N", "E"), 0.02, other_kinds.quakes),
    Kind("driving", other_kinds.DRIVING, ("speed", "yaw", "forward", "side"), 0.1, other_kinds.driving),
    Kind("network", other_kinds.NETWORK, ("packets", "kB", "connections", "ports"), 1.0, other_kinds.network),
    Kind("pulse", other_kinds.PULSE, ("light", "motion"), 0.04, other_kinds.pulse),
    Kind("bearing wear", other_kinds.WEAR, ("level", "peaks", "heat", "load"), 1.0, other_kinds.wear),
    Kind("bird song", other_kinds.SONG, ("loudness", "pitch"), 0.01, other_kinds.song),
)
UNSEEN = (  # both sets are held out
    Kind("lift", unseen_kinds.LIFT, ("pressure", "acceleration"), 0.1, unseen_kinds.lift),
    Kind("radio", unseen_kinds.RADIO, ("I", "Q"), 0.001, unseen_kinds.radio),
    Kind("river", unseen_kinds.RIVER, ("level", "rain", "temperature"), 900.0, unseen_kinds.river),
    Kind("welding", unseen_kinds.WELD, ("current", "voltage", "wire"), 0.001, unseen_kinds.weld),
    Kind("swimming", unseen_kinds.SWIM, ("forward", "roll", "tilt"), 0.05, unseen_kinds.swim),
    Kind("server", unseen_kinds.SERVER, ("latency", "processor", "memory", "disk"), 1.0, unseen_kinds.server),
    Kind("seizures", unseen_kinds.SEIZURE, ("F3", "F4"), 0.01, unseen_kinds.seizure),
    Kind("solar panel", unseen_kinds.SOLAR, ("power", "temperature"), 60.0, unseen_kinds.solar),
)


def corpus(kind: Kind, held: bool) -> Corpus:
    """The development set of a kind, or its held-out set."""
    examples = []
    for number in range(RECORDINGS):
        random = np.random.default_rng([11, (*KINDS, *UNSEEN).index(kind), number, int(held)])
        signals, labels = kind.draw(random, held)
        name = f"{kind.name} {'held out' if held else 'development'} {number}"
        examples.append(Example(name, signals.astype(np.float32), labels, None, kind.step))
    labels = tuple(ModelLabel(index, name) for index, name in enumerate(kind.classes))
    return Corpus(tuple(examples), labels, kind.channels)
