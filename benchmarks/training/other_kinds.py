"""Synthetic recordings of kinds that no constant was chosen on: muscles, freezer, earthquakes, driving, network, pulse,
bearing wear, bird song.

Each kind has a development set and a held-out set, as in :mod:`.kinds`. They were written before the learner was run on
them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import butter, sosfilt

from benchmarks.training.made import shuffled
from benchmarks.training.more_kinds import Drawn, Floats, slow, states
from services.learning.data.examples import segments

MUSCLE = ("rest", "light", "medium", "strong")
FREEZER = ("idle", "cooling", "defrost", "door open")
QUAKES = ("noise", "earthquake", "explosion")
DRIVING = ("straight", "braking", "turn", "lane change", "stop")
NETWORK = ("normal", "scan", "flood", "transfer")
PULSE = ("clean", "motion", "loose")
WEAR = ("new", "worn", "damaged", "failing")
SONG = ("silence", "chirp", "trill", "whistle")


def muscle(random: np.random.Generator, held: bool) -> Drawn:
    """Two electromyograms: bursts of three efforts, whose gain drifts with fatigue; the second muscle answers late."""
    order = [label for burst in shuffled(random, [1, 2, 3], 7) for label in (0, burst)]
    labels = states(random, order, [(150, 450), (120, 300), (120, 300), (100, 260)])
    count = len(labels)
    effort = np.array([0.0, 0.25, 0.55, 1.0])[labels]
    rise = 14 if held else 10
    fatigue = 1 + (0.35 if held else 0.2) * np.linspace(0, 1, count)
    first = gaussian_filter1d(effort, rise) * fatigue
    second = np.roll(gaussian_filter1d(effort**1.5, rise), 12)
    envelope = np.stack([first, second], 1) * np.exp(slow(random, count, 40, 1.2))[:, None]
    hum = 0.05 * np.sin(2 * np.pi * np.arange(count) * (0.21 if held else 0.19))[:, None]
    raw = envelope * _coloured(random, (count, 2), 0.05, 0.4) + hum
    return 800 * (raw + 0.04 * random.standard_normal((count, 2))), labels


def freezer(random: np.random.Generator, held: bool) -> Drawn:
    """Temperature, compressor current and fan of a freezer, whose ice and surroundings drift; doors open at times."""
    order: list[int] = []
    for cycle in range(11):
        order += [1, 0] + ([2] if cycle % 3 == 2 else []) + ([3] if cycle % 2 else [])
    labels = states(random, order, [(150, 450), (200, 500), (120, 220), (30, 90)])
    count = len(labels)
    outside = slow(random, count, 500, 40.0)
    target = np.array([-14.0, -24.0, 4.0, 2.0])[labels] + 0.5 * outside
    speed = np.array([0.004, 0.008, 0.012, 0.03])[labels] * (0.8 if held else 1.0)
    temperature, value = np.empty(count), -18.0
    for row in range(count):
        value += (target[row] - value) * speed[row]
        temperature[row] = value
    current = np.array([0.15, 1.2, 2.3, 0.15])[labels] * (1 + 0.05 * outside / 4)
    current += 0.1 * (labels == 1) * np.sin(np.arange(count) / 9) + 0.06 * random.standard_normal(count)
    fan = np.where(labels == 1, 1.0, np.where(labels == 0, 0.6, 0.1)) + 0.25 * random.standard_normal(count)
    noise = 0.15 * random.standard_normal(count)
    return np.stack([temperature + noise, current, fan], 1), labels


def quakes(random: np.random.Generator, held: bool) -> Drawn:
    """Three seismometers: earthquakes have two waves of lower frequency, explosions a short one; wandering noise."""
    order = [label for event in shuffled(random, [1, 2], 10) for label in (0, event)]
    labels = states(random, order, [(200, 700), (160, 340), (70, 150)])
    count, signal = len(labels), np.zeros((len(labels), 3))
    for label, (first, end) in segments(labels):
        last, length = end + 1, end + 1 - first
        size, rows = float(np.exp(random.normal(1.3, 0.3))), np.arange(length)
        if label == 1:
            second = (rows > 0.3 * length) * np.exp(-np.maximum(rows - 0.3 * length, 0) / (0.25 * length))
            early = np.exp(-rows / (0.15 * length))[:, None]
            signal[first:last] += size * 0.6 * early * _coloured(random, (length, 3), 0.16, 0.3)
            signal[first:last] += size * 1.6 * second[:, None] * _coloured(random, (length, 3), 0.04, 0.12)
        elif label == 2:
            fading = np.exp(-rows / (0.3 * length))[:, None]
            signal[first:last] += size * 1.3 * fading * _coloured(random, (length, 3), 0.14, 0.35)
    signal[:, 1] *= 0.7
    ground = _coloured(random, (count, 3), 0.02, 0.2) * np.exp(slow(random, count, 200, 5.0))[:, None]
    return signal + (0.5 if held else 0.4) * ground, labels


def driving(random: np.random.Generator, held: bool) -> Drawn:
    """Speed, yaw rate and two accelerations of a car; turns go either way, traffic changes the speed."""
    order: list[int] = []
    for manoeuvre in shuffled(random, [1, 2, 3, 4], 7):
        order += [0, 1, 4] if manoeuvre == 4 else [0, manoeuvre]
    labels = states(random, order, [(120, 400), (30, 80), (50, 110), (35, 60), (60, 220)])
    count = len(labels)
    speed, yaw, side, value = np.empty(count), np.zeros(count), np.zeros(count), 13.0
    for label, (first, end) in segments(labels):
        last, length = end + 1, end + 1 - first
        wave = np.arange(length) / length
        turn = random.choice([-1, 1]) * random.uniform(0.8, 1.2)
        if label == 2:
            yaw[first:last] = turn * 22 * np.sin(np.pi * wave)
        elif label == 3:
            yaw[first:last] = turn * (6 if held else 7) * np.sin(2 * np.pi * wave)
        cruise = random.uniform(9, 16) if label != 1 else 0.0
        rate = {0: 0.02, 1: 0.045, 2: 0.015, 3: 0.01, 4: 0.3}[label]
        for row in range(first, last):
            value += ((0.0 if label == 4 else 0.6 * cruise if label == 2 else cruise) - value) * rate
            speed[row] = value
    side = np.deg2rad(yaw) * speed + 0.15 * slow(random, count, 4, 3.0)
    forward = np.gradient(speed) * 10 + (0.3 if held else 0.2) * random.standard_normal(count)
    shake = 0.12 * random.standard_normal(count) * (speed > 0.5)
    return np.stack(
        [
            speed + 0.1 * random.standard_normal(count),
            yaw + 0.8 * random.standard_normal(count),
            forward,
            side + shake,
        ],
        1,
    ), labels


def network(random: np.random.Generator, held: bool) -> Drawn:
    """Packets, bytes, connections and ports of a second: daily rhythm, bursts, a scan, a flood, a long transfer."""
    order = [label for attack in shuffled(random, [1, 2, 3], 6) for label in (0, attack)]
    labels = states(random, order, [(200, 600), (80, 250), (60, 200), (100, 300)])
    count = len(labels)
    day = np.exp(
        0.5 * np.sin(2 * np.pi * np.arange(count) / 3000 + random.uniform(0, 6))
        + slow(random, count, 30, 2.0)
    )
    connections = random.poisson(12 * day + np.array([0, 30, 60, 1])[labels] * (0.7 if held else 1.0))
    packets = random.poisson(80 * day + np.array([0, 35, 900, 260])[labels]) * np.exp(
        0.25 * random.standard_normal(count)
    )
    size = np.where(labels == 3, 900.0, np.where(labels == 2, 120.0, np.where(labels == 1, 260.0, 420.0)))
    volume = packets * size * np.exp(0.3 * random.standard_normal(count))
    ports = random.poisson(5 * np.sqrt(day) + np.array([0, 45, 2, 0])[labels] * (random.random(count) < 0.8))
    return np.stack([packets, volume / 1000, connections, ports], 1).astype(np.float64), labels


def pulse(random: np.random.Generator, held: bool) -> Drawn:
    """Photoplethysmogram and acceleration: a pulse of varying rate, disturbed by motion, or of a loose sensor."""
    order = [label for artefact in shuffled(random, [1, 2], 8) for label in (0, artefact)]
    labels = states(random, order, [(300, 900), (100, 320), (120, 350)])
    count = len(labels)
    phase = np.cumsum(2 * np.pi * (1.3 if held else 1.15) * (1 + slow(random, count, 80, 1.2)) / 25)
    beat = np.exp(np.cos(phase) * 2) / 4 + 0.25 * np.exp(np.cos(phase - 2.2) * 2) / 4
    moving = gaussian_filter1d(1.0 * (labels == 1), 5)
    loose = gaussian_filter1d(1.0 * (labels == 2), 5)
    sway = slow(random, count, 6, 4.0)
    light = beat * (1 - 0.85 * loose) * np.exp(slow(random, count, 120, 2.0)) + 0.8 * slow(
        random, count, 150, 6.0
    )
    light += moving * 1.2 * sway + 0.15 * loose * random.standard_normal(count)
    motion = (
        0.06 * random.standard_normal(count)
        + 0.5 * moving * np.roll(sway, 3)
        + 0.1 * slow(random, count, 9, 3.0)
    )
    return np.stack([light + 0.04 * random.standard_normal(count), motion], 1), labels


def wear(random: np.random.Generator, held: bool) -> Drawn:
    """Vibration level, kurtosis, temperature and load of a bearing in tests of four stages of wear, in random order."""
    labels = states(random, shuffled(random, [0, 1, 2, 3], 5), [(200, 600)] * 4)
    count = len(labels)
    load = 1 + gaussian_filter1d(random.choice([-0.3, 0.0, 0.4], count // 100 + 1).repeat(100)[:count], 10)
    level = np.array([1.0, 1.3, 1.8, 3.0])[labels] * load * np.exp(slow(random, count, 50, 1.5))
    level *= np.exp((0.22 if held else 0.18) * random.standard_normal(count))
    peaks = 3 + np.array([0.1, 0.8, 2.6, 1.2])[labels] * random.gamma(2, 0.5, count)
    heat = (
        40
        + 12 * gaussian_filter1d(load, 60)
        + np.array([0, 1.0, 2.5, 6.0])[labels]
        + slow(random, count, 300, 30.0)
    )
    return np.stack(
        [level, peaks, gaussian_filter1d(heat, 15) + 0.2 * random.standard_normal(count), load], 1
    ), labels


def song(random: np.random.Generator, held: bool) -> Drawn:
    """Envelope and pitch of bird song: short syllables in motifs with pauses, in wind."""
    order: list[int] = []
    for motif in range(22):
        order += [(1, 2), (1, 3, 2), (3, 2), (2, 1)][int(random.integers(4))] if motif > 1 else (1, 3, 2)
        order += [0]
    order = [label for syllable in order for label in ((syllable,) if syllable == 0 else (syllable, 0))]
    labels = states(random, order, [(25, 120), (18, 34), (50, 110), (35, 75)])
    count = len(labels)
    loud, pitch = np.zeros(count), 2 + 0.7 * random.standard_normal(count)
    for label, (first, end) in segments(labels):
        last, length = end + 1, end + 1 - first
        part, gain = np.arange(length) / length, random.uniform(0.7, 1.3)
        tone = random.normal(0, 0.15)
        if label == 1:
            loud[first:last], pitch[first:last] = gain * np.sin(np.pi * part), 5 - 2 * part + tone
        elif label == 2:
            beats = 0.5 + 0.5 * np.cos(2 * np.pi * np.arange(length) / (9 if held else 8))
            loud[first:last], pitch[first:last] = gain * 0.8 * beats, 4 + 0.3 * beats + tone
        elif label == 3:
            loud[first:last], pitch[first:last] = gain * 0.6 * np.sin(np.pi * part) ** 0.5, 3.3 + tone
    wind = np.abs(slow(random, count, 15, 1.5))
    pitch += (0.25 if held else 0.2) * random.standard_normal(count)
    return np.stack([loud + wind + 0.05 * np.abs(random.standard_normal(count)), pitch], 1), labels


def _coloured(random: np.random.Generator, shape: tuple[int, int], low: float, high: float) -> Floats:
    """Noise of a band, in cycles per sample, with a deviation of 1: [rows, channels]."""
    bands = butter(2, [2 * low, 2 * high], "band", output="sos")
    noise = sosfilt(bands, random.standard_normal((shape[0] + 200, shape[1])), axis=0)
    spread: NDArray[np.float64] = noise.std(0)
    return np.asarray(noise[200:] / spread, np.float64)
