"""More synthetic recordings: breathing, human activity, household power, tremor, sleep, vibration, trends, a press.

Each kind has a development set and a held-out set, as in :mod:`.kinds`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import butter, sosfilt

from benchmarks.training.made import shuffled

Floats = NDArray[np.float64]
Drawn = tuple[Floats, NDArray[np.int16]]
BREATHING = ("normal", "hypopnoea", "apnoea")
ACTIVITY = ("sitting", "standing", "walking", "running")
HOUSEHOLD = ("standby", "fridge", "washing", "oven")
TREMOR = ("rest", "tremor", "movement")
SLEEP = ("wake", "N2", "N3", "REM")
VIBRATION = ("healthy", "imbalance", "bearing", "looseness")
TRENDS = ("flat", "up", "down")
PRESS = ("idle", "closing", "holding", "opening")


def breathing(random: np.random.Generator, held: bool) -> Drawn:
    """Flow, chest and a late oxygen saturation; breaths become shallow, or stop."""
    events = [1, 2, 1, 2, 2, 1, *random.choice([1, 2], 6).tolist()]
    labels = states(
        random, [label for event in events for label in (0, event)], [(250, 700), (120, 300), (120, 300)]
    )
    count = len(labels)
    depth = np.array([1.0, 0.45, 0.06])[labels] * np.exp(slow(random, count, 80, 1.0))
    rate = (0.3 if held else 0.25) * (1 + slow(random, count, 60, 1.5))
    phase, depth = np.cumsum(2 * np.pi * rate / 10), gaussian_filter1d(depth, 6)
    wander = slow(random, count, 400, 12.0)
    noise = 0.05 * random.standard_normal((count, 2))
    flow = depth * np.sin(phase) + 0.2 * wander + noise[:, 0]
    chest = 0.8 * depth * np.sin(phase - 0.7) + 0.15 * (labels == 2) * np.sin(1.02 * phase) + 0.4 * wander
    oxygen = 97 - gaussian_filter1d(3.0 * (labels > 0), 80) + slow(random, count, 5, 0.3)
    return np.stack([flow, chest + noise[:, 1], np.roll(oxygen, 100)], 1), labels


def activity(random: np.random.Generator, held: bool) -> Drawn:
    """Acceleration and rotation at the wrist: two postures, two rhythms."""
    labels = states(
        random, shuffled(random, [0, 1, 2, 3], 5), [(200, 500), (150, 400), (250, 600), (200, 500)]
    )
    count = len(labels)
    posture = np.array([[0.1, 0.3, 0.95], [0.05, 0.98, 0.1], [0.1, 0.96, 0.15], [0.2, 0.93, 0.2]])[labels]
    drift = np.stack([slow(random, count, 150, 1.2) for _ in range(3)], 1)
    pace = 1 + (0.1 if held else 0.05) * random.standard_normal()
    phase = np.cumsum(2 * np.pi * np.array([0.1, 0.1, 1.8, 2.7])[labels] * pace / 25)
    swing = np.stack(
        [0.4 * np.sin(phase / 2), np.sin(phase) + 0.4 * np.sin(2 * phase), 0.6 * np.sin(phase + 1)], 1
    )
    turn = np.stack([np.sin(phase / 2), 0.4 * np.sin(phase), 0.6 * np.sin(phase / 2 + 0.5)], 1)
    noise = np.array([0.01, 0.02, 0.06, 0.15])[labels][:, None]
    acceleration = gaussian_filter1d(posture, 6, axis=0) + drift
    acceleration += np.array([0, 0.01, 0.25, 0.8])[labels][:, None] * swing
    acceleration += noise * random.standard_normal((count, 3))
    rotation = np.array([2, 5, 60, 160])[labels][:, None] * turn
    return np.concatenate(
        [acceleration, rotation + 200 * noise * random.standard_normal((count, 3))], 1
    ), labels


def household(random: np.random.Generator, held: bool) -> Drawn:
    """Power of a household: a wandering base, and one appliance at a time, two of them switching."""
    labels = states(
        random, shuffled(random, [0, 1, 2, 3], 5), [(400, 1500), (300, 700), (500, 900), (200, 500)]
    )
    count = len(labels)
    rows, period = np.arange(count), 90 if held else 70
    washing = 200 + 250 * (rows % period < 0.4 * period) + 40 * random.standard_normal(count)
    power = 60 + slow(random, count, 200, 200.0) + (labels == 1) * (90 + 8 * np.exp(-(rows % 300) / 20))
    power += (labels == 2) * washing + (labels == 3) * np.where(rows % 60 < 40, 2000, 30)
    power += (random.random(count) < 0.002) * random.uniform(100, 900, count)
    return (power + 5 * random.standard_normal(count))[:, None], labels


def tremor(random: np.random.Generator, held: bool) -> Drawn:
    """Three accelerations: bursts of a rhythm, and movements without one, in noise."""
    order = [label for burst in (1, 2) * 7 for label in (0, burst)]
    labels = states(random, order, [(150, 600), (100, 350), (80, 250)])
    count = len(labels)
    phase = np.cumsum(2 * np.pi * (4.5 if held else 5.0) * (1 + slow(random, count, 50, 0.4)) / 50)
    depth = gaussian_filter1d(1.0 * (labels == 1), 10) * (1 + slow(random, count, 25, 3.2))
    shaking = depth[:, None] * np.stack(
        [0.5 * np.sin(phase), 0.3 * np.sin(phase + 0.8), 0.2 * np.sin(phase + 2)], 1
    )
    moving = np.stack([slow(random, count, 8, 2.5) for _ in range(3)], 1)
    moving *= gaussian_filter1d(1.0 * (labels == 2), 6)[:, None]
    return shaking + moving + 0.25 * random.standard_normal((count, 3)), labels


def sleep(random: np.random.Generator, held: bool) -> Drawn:
    """Two channels of an electroencephalogram and one of the eyes, whose bands differ by stage."""
    labels = states(random, shuffled(random, [0, 1, 2, 3], 4), [(400, 1100)] * 4)
    count, bands = len(labels), ((8, 12), (0.6, 3), (4, 7), (12, 15), (16, 23))
    power = np.array([[1.2, 0.4, 0.4, 0.3, 0.8], [0.3, 0.9, 0.7, 0.9, 0.3], [0.2, 2.6, 0.6, 0.3, 0.2]])
    power = np.concatenate([power, [[0.4, 0.6, 1.0, 0.2, 0.5]]])[labels]
    power = power * np.exp((0.2 if held else 0.1) * random.standard_normal((1, 5)))
    power[:, 3] *= slow(random, count, 25, 1.0) > 0.03  # spindles come in bursts
    centre = sum(power[:, place] * _band(random, count, *band) for place, band in enumerate(bands))
    back = 0.6 * centre + 0.5 * (
        power[:, 0] * _band(random, count, 8, 12) + power[:, 1] * _band(random, count, 0.6, 3)
    )
    eyes = np.where((labels == 3) | (labels == 0), 1.5, 0.3) * _band(random, count, 0.3, 1.5) + 0.4 * centre
    return 10 * np.stack([centre, back, eyes], 1) + 2 * random.standard_normal((count, 3)), labels


def vibration(random: np.random.Generator, held: bool) -> Drawn:
    """Two vibrations and the temperature of a machine, whose speed and load wander and mean nothing."""
    labels = states(random, shuffled(random, [0, 1, 2, 3], 5), [(250, 700)] * 4)
    count = len(labels)
    turn = np.cumsum(2 * np.pi * 0.04 * (1 + slow(random, count, 200, 0.6)) * (1.1 if held else 1.0))
    hit = (turn * 3.57 / (2 * np.pi) % 1 < 0.12) & (labels == 2)
    shake = (0.8 + 1.2 * (labels == 1)) * np.sin(turn) + 0.2 * np.sin(2 * turn)
    shake += 2.2 * hit * random.standard_normal(count)
    shake += (labels == 3) * (0.8 * np.sin(turn / 2) + 0.5 * np.sin(1.5 * turn))
    load = 1 + slow(random, count, 150, 2.2)
    noise = 0.3 * random.standard_normal((count, 2))
    other, heat = 0.7 * np.roll(shake, 6) * load, 50 + slow(random, count, 300, 54.0)
    return np.stack([shake * load + noise[:, 0], other + noise[:, 1], heat], 1), labels


def trends(random: np.random.Generator, held: bool) -> Drawn:
    """The closing price alone, which is flat, rises or falls."""
    labels = states(random, shuffled(random, [0, 1, 2], 9), [(150, 350)] * 3)
    drift = np.array([0.0, 0.12, -0.12])[labels] * (0.9 if held else 1.0)
    moves = drift + np.array([0.7, 1.0, 1.0])[labels] * random.standard_normal(len(labels))
    return 100 * np.exp(4e-3 * np.cumsum(moves))[:, None], labels


def press(random: np.random.Generator, held: bool) -> Drawn:
    """Pressure, with a slow drift, and current of a press, always in the same order."""
    labels = states(random, [0, 1, 2, 3] * 14, [(60, 200), (40, 80), (120, 300), (30, 70)])
    count = len(labels)
    aim = np.array([5.0, 60.0, 100.0, 20.0])[labels] * (1.1 if held else 1.0)
    pressure, state = np.empty(count), 5.0
    for row, (target, speed) in enumerate(zip(aim, np.array([0.08, 0.06, 0.2, 0.12])[labels], strict=True)):
        state += (target - state) * speed
        pressure[row] = state
    valve = gaussian_filter1d(1.0 * (labels == 1) - 1.0 * (labels == 3), 8)
    current = 20 + 3 * valve + 0.2 * np.sqrt(pressure) + 0.3 * random.standard_normal(count)
    return np.stack(
        [pressure + slow(random, count, 600, 60.0) + 0.8 * random.standard_normal(count), current], 1
    ), labels


def states(
    random: np.random.Generator, order: Sequence[int], lengths: Sequence[tuple[int, int]]
) -> NDArray[np.int16]:
    """Segments of these classes, of random lengths between the limits of each class."""
    return np.concatenate(
        [np.full(int(random.integers(*lengths[label])), label, np.int16) for label in order]
    )


def slow(random: np.random.Generator, count: int, rows: float, gain: float) -> Floats:
    """Noise without what changes within so many rows."""
    return gaussian_filter1d(random.standard_normal(count), rows) * gain


def _band(random: np.random.Generator, count: int, low: float, high: float) -> Floats:
    """Noise of a band in Hz at 50 samples a second, with a deviation of 1."""
    some = sosfilt(
        butter(2, [low / 25, high / 25], "band", output="sos"), random.standard_normal(count + 400)
    )
    return np.asarray(some[400:] / some[400:].std(), np.float64)
