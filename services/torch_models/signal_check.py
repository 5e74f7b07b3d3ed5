"""Signal check: channels of a recording that differ from the training recordings; imports no torch.

A model stores the range of some statistics of each channel over its training recordings. A channel that lies far
outside is flat, inverted, of another gain or level, or has a wandering base line. Factors can correct polarity and
gain; a flat channel carries no signal, so a model without it is better (:func:`without_signal`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from services.timeseries import Store
from services.torch_models.fitting import MISSING, resampling
from services.torch_models.model import ModelInfo
from services.wording import joined

Read = Callable[[int, int], NDArray[Any]]  # rows from, to → [rows, channels], NaN = missing
Floats = NDArray[np.float64]
STATISTICS = ("swing", "skewness", "wander", "level", "flat")
OLDER_STATISTICS = (set(STATISTICS[:3]), set(STATISTICS[:4]))  # of older files
LEAST_SPAN, MOST_SPAN = 64, 16_384  # rows of the surroundings that the base line is the mean of
PIECES, MOST_ROWS = 16, 131_072  # pieces of a recording that are read, rows of all of them
FLAT = 1e-3  # of the smallest swing of the training recordings, or of that of the recording itself
PARTLY, MORE_FLAT = 0.05, 2.0  # share of flat samples above that of training, and times that of training
GAIN = 4.0  # times the largest swing of the training recordings, or a part of the smallest
SKEWED = 0.5  # skewness from which a channel has a polarity
WANDER, LEAST_WANDER = 4.0, 2.0  # times the largest wander of the training recordings; in swings
LEVEL = 4.0  # times what levels vary by, within and between the training recordings
_measured: WeakKeyDictionary[Store, dict[tuple[tuple[int, ...], int], Floats]] = WeakKeyDictionary()


@dataclass(frozen=True)
class ChannelDifference:
    """A channel that differs: its index in the recording, what is different, and the factor that corrects it.

    ``dead``: it has no signal, in the whole recording or a part of it.
    """

    channel: int
    words: str
    factor: float | None = None
    dead: bool = False


def measured(read: Read, rows: int, span: int) -> Floats:
    """Statistics of a recording, float64 [channels, statistics]; NaN for a channel without values.

    Swing is the deviation from the base line, skewness that of this deviation, wander the deviation of the base line
    in swings, level its median; flat is the share of samples around which ``span`` samples do not change, or are
    missing, while those of another channel do. The base line is the mean of ``span`` rows.
    """
    size = min(rows, max(4 * span, MOST_ROWS // PIECES))
    count = max(1, min(PIECES, MOST_ROWS // size, -(-rows // size)))
    starts = np.linspace(0, rows - size, count).astype(int).tolist()
    near, base, power = [], [], []
    for start in starts:
        values = np.asarray(read(start, start + size), np.float64)
        is_known = np.isfinite(values)
        filled = np.where(is_known, values, 0.0)
        mean = _moving_mean(filled, span) / np.maximum(_moving_mean(is_known.astype(np.float64), span), 1e-9)
        near.append(np.where(is_known, values - mean, np.nan))
        base.append(np.where(is_known, mean, np.nan))
        power.append(_moving_mean(_squared_steps(filled, is_known), span))
    channels = zip(np.concatenate(near).T, np.concatenate(base).T, strict=True)
    statistics = np.stack([_statistics(one, other) for one, other in channels])
    return np.column_stack([statistics, _flat_shares(np.concatenate(power))])


def _flat_shares(power: Floats) -> Floats:
    """Share of samples in which a channel is flat while another is not; ``power``: mean squared step around samples."""
    flat = power <= FLAT**2 * power.max(0)
    shares: Floats = (flat & ~flat.all(1, keepdims=True)).mean(0)
    return shares


def _squared_steps(values: Floats, is_known: NDArray[np.bool_]) -> Floats:
    """Squared difference of each sample from the one before, 0 next to missing samples."""
    steps = np.zeros_like(values)
    steps[1:] = np.where(is_known[1:] & is_known[:-1], np.diff(values, axis=0), 0.0) ** 2
    return steps


def _moving_mean(values: Floats, span: int) -> Floats:
    width = min(span, len(values))
    padded = np.pad(values, ((width // 2, width - 1 - width // 2), (0, 0)), mode="edge")
    sums = np.concatenate([np.zeros((1, values.shape[1])), padded.cumsum(0)])
    means: Floats = (sums[width:] - sums[:-width]) / width
    return means


def _statistics(near: Floats, base: Floats) -> Floats:
    """Swing, skewness, wander and level of one channel."""
    near, base = near[np.isfinite(near)], base[np.isfinite(base)]
    if not len(near):
        return np.full(4, np.nan)
    deviation, level = near.std(), float(np.median(base))
    least = 1e-9 * max(1e-300, float(np.abs(base).max()))
    if deviation <= least:
        return np.array([0.0, 0.0, 0.0, level])
    scaled = ((near - near.mean()) / deviation).clip(-10, 10)
    return np.array([deviation, (scaled**3).mean(), base.std() / deviation, level])


def ranges(recordings: Sequence[Floats], span: int) -> dict[str, Any]:
    """Lowest and highest value of each statistic of each channel, as plain values for a checkpoint."""
    stacked = np.stack(recordings)
    low, high = np.nan_to_num(np.fmin.reduce(stacked, 0)), np.nan_to_num(np.fmax.reduce(stacked, 0))
    return {
        "span": span,
        "channels": [
            {
                name: [float(f"{value:.6g}") for value in (low[place, number], high[place, number])]
                for number, name in enumerate(STATISTICS)
            }
            for place in range(stacked.shape[1])
        ],
    }


def valid(value: Any, channels: int) -> bool:
    """Whether the plain values of a checkpoint have the form of :func:`ranges`."""
    if not isinstance(value, Mapping) or not isinstance(value.get("channels"), list | tuple):
        return False
    span = value.get("span")
    if not isinstance(span, int) or isinstance(span, bool) or not LEAST_SPAN <= span <= MOST_SPAN:
        return False
    return len(value["channels"]) == channels and all(map(_is_channel, value["channels"]))


def _is_channel(signal: Any) -> bool:
    if not isinstance(signal, Mapping) or set(signal) not in (set(STATISTICS), *OLDER_STATISTICS):
        return False
    return all(
        isinstance(pair, list | tuple)
        and len(pair) == 2
        and all(isinstance(value, float) and np.isfinite(value) for value in pair)
        for pair in signal.values()
    )


def differences(model: ModelInfo, store: Store, channels: Sequence[int]) -> list[ChannelDifference]:
    """Channels of a recording that differ from the training recordings; none for models without such statistics.

    Args:
        channels: channel indices in the order of the model's features.
    """
    signals = (model.portfolio or {}).get("signals")
    there = [place for place, index in enumerate(channels) if index != MISSING]
    if not signals or not there or not store.rows:
        return []

    ratio = resampling(model, store.info)
    span = max(2, round(signals["span"] / (ratio or 1)))
    measures = _kept(store, tuple(channels[place] for place in there), span)
    names = [store.info.channels[channels[place]].name for place in there]
    sees_levels = bool((model.portfolio or {}).get("level"))
    compared = [
        _difference(channels[place], name, signals["channels"][place], here, sees_levels)
        for place, name, here in zip(there, names, measures, strict=True)
    ]
    return [difference for difference in compared if difference]


def _kept(store: Store, channels: tuple[int, ...], span: int) -> Floats:
    """:func:`measured` of channels, kept as long as the store is open: a page checks a recording at each change."""
    kept = _measured.setdefault(store, {})
    if (channels, span) not in kept:

        def read(start: int, stop: int) -> NDArray[Any]:
            return np.stack(
                [store.channel(channel)[start:stop].astype(np.float64) for channel in channels], 1
            )

        kept[channels, span] = measured(read, store.rows, span)
    return kept[channels, span]


def _difference(
    channel: int, name: str, reference: Mapping[str, Sequence[float]], here: Floats, sees_levels: bool
) -> ChannelDifference | None:
    swing, skewness, wander, level, flat = here.tolist()
    least, most = reference["swing"]
    if least <= 0 and (most <= 0 or not np.isfinite(swing)):
        return None
    if not np.isfinite(swing):
        return ChannelDifference(channel, f"“{name}” has no values", dead=True)
    if least > 0 and swing <= FLAT * least:
        return ChannelDifference(channel, f"“{name}” is flat", dead=True)
    if _is_partly_flat(flat, reference):
        return ChannelDifference(channel, f"“{name}” is flat in {100 * flat:.0f} % of the samples", dead=True)
    low, high = reference["skewness"]
    inverted = (low > SKEWED and skewness < -low / 2) or (high < -SKEWED and skewness > -high / 2)
    sign = -1.0 if inverted else 1.0
    words = [f"“{name}” looks inverted"] if inverted else []
    factor = sign
    if least > 0 and not least / GAIN <= swing <= most * GAIN:
        usual = float(np.sqrt(least * most))
        factor = sign * usual / swing
        subject = "its amplitude" if inverted else f"the amplitude of “{name}”"
        words.append(f"{subject} is {swing / usual:.2g} times the usual one")
    elif wander > max(LEAST_WANDER, WANDER * reference["wander"][1]):
        words.append(f"{'its base line' if inverted else f'the base line of “{name}”'} wanders")
    elif sees_levels and not inverted and _is_far(level, reference):
        low, high = reference["level"]
        words.append(f"the level of “{name}” is {level:.3g}, where {_range(low, high)} is usual")
    return ChannelDifference(channel, joined(words), factor if factor != 1.0 else None) if words else None


def _is_partly_flat(flat: float, reference: Mapping[str, Sequence[float]]) -> bool:
    """Whether far more samples are flat than in the training recordings; False for ranges of older files."""
    if "flat" not in reference:
        return False
    usual = reference["flat"][1]
    return flat > max(usual + PARTLY, MORE_FLAT * usual)


def _is_far(level: float, reference: Mapping[str, Sequence[float]]) -> bool:
    """Whether a level is far from those of the training recordings; False for ranges of older files."""
    if "level" not in reference:
        return False
    low, high = reference["level"]
    varies = high - low + reference["swing"][1] * (1 + reference["wander"][1])
    return not low - LEVEL * varies <= level <= high + LEVEL * varies


def _range(low: float, high: float) -> str:
    texts = [f"{value:.3g}" for value in (low, high)]
    return texts[0] if texts[0] == texts[1] else " to ".join(texts)


def without_signal(differences: Sequence[ChannelDifference], channels: Sequence[int]) -> tuple[int, ...]:
    """Places in ``channels`` of those that the recording lacks, or that have no signal; empty if no other is left."""
    dead = {difference.channel for difference in differences if difference.dead} | {MISSING}
    places = tuple(place for place, index in enumerate(channels) if index in dead)
    return places if len(places) < len(channels) else ()


def corrections(differences: Sequence[ChannelDifference], channels: Sequence[int]) -> tuple[float, ...]:
    """The factor of each of ``channels``; empty if none can be corrected."""
    factor = {
        difference.channel: difference.factor for difference in differences if difference.factor is not None
    }
    return tuple(factor.get(index, 1.0) for index in channels) if factor else ()


def sentence(differences: Sequence[ChannelDifference], corrected: bool = False) -> str:
    """The differences as text; "" without differences.

    Args:
        corrected: whether those with a factor are corrected.
    """
    changed = [difference.words for difference in differences if corrected and difference.factor is not None]
    left = [difference.words for difference in differences if not corrected or difference.factor is None]
    parts = [f"Corrected for the model: {'; '.join(changed)}."] if changed else []
    if left:
        parts.append(f"Unlike the training recordings: {'; '.join(left)}. The suggestions may be wrong.")
    return " ".join(parts)
