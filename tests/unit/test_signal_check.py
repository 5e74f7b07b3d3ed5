"""Channels of a recording unlike the training: flat, inverted, of another gain or level, wandering base line."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.torch_models import signal_check
from services.torch_models.fitting import MISSING
from services.torch_models.model import ModelInfo
from services.torch_models.signal_check import (
    corrections,
    differences,
    measured,
    ranges,
    sentence,
    without_signal,
)
from tests.unit.recordings import store_of

SPAN = 256


def beats(seed: int) -> NDArray[np.float64]:
    """Two channels of narrow peaks, as in an electrocardiogram, with a little noise."""
    rng = np.random.default_rng(seed)
    phase = np.arange(6_000) % int(rng.integers(80, 110))
    peak = np.exp(-(((phase - 40) / 4) ** 2))
    return np.stack([peak, 0.6 * peak], 1) + 0.02 * rng.standard_normal((6_000, 2))


def model(sees_levels: bool = False) -> ModelInfo:
    recordings = [beats(seed) for seed in range(3)]
    ranges_known = ranges(
        [
            measured(lambda a, b, values=recording: values[a:b], len(recording), SPAN)
            for recording in recordings
        ],
        SPAN,
    )
    assert signal_check.valid(ranges_known, 2)
    return ModelInfo(
        "portfolio",
        2,
        0,
        0,
        False,
        2,
        ("II", "V1"),
        portfolio={"signals": ranges_known, "level": sees_levels},
    )


def found(signals: NDArray[np.float64], place: Path) -> list[signal_check.ChannelDifference]:
    return differences(model(), store_of(place, list(signals.T)), [0, 1])


def test_a_recording_like_those_of_the_training_has_no_difference(tmp_path: Path) -> None:
    assert found(beats(9) * 1.3 + 5, tmp_path) == []
    assert (
        differences(ModelInfo("gru", 2, 4, 1, False, 2), store_of(tmp_path, list(beats(9).T)), [0, 1]) == []
    )


@pytest.mark.parametrize(
    ("factors", "words", "factor"),
    [
        ((1, -1), "“c1” looks inverted", -1.0),
        ((20, 1), "the amplitude of “c0” is 2. times the usual one", 1 / 20),
        ((1, -0.01), r"“c1” looks inverted and its amplitude is 0.01\d? times the usual one", -100.0),
        ((0, 1), "“c0” is flat", None),
    ],
)
def test_a_difference_is_named_with_the_factor_that_corrects_it(
    factors: tuple[float, float], words: str, factor: float | None, tmp_path: Path
) -> None:
    signals = beats(9) * factors
    (one,) = found(signals, tmp_path)
    assert re.fullmatch(words, one.words)
    if factor is None:
        assert one.factor is None and corrections([one], [0, 1]) == ()
        return
    assert one.factor == pytest.approx(factor, rel=0.1)
    corrected = signals * corrections([one], [0, 1])
    assert found(corrected, tmp_path / "corrected") == []
    assert sentence([one]).startswith("Unlike the training recordings: ")
    assert sentence([one], corrected=True) == f"Corrected for the model: {one.words}."


def test_a_wandering_base_line_is_named(tmp_path: Path) -> None:
    signals = beats(9)
    signals[:, 1] += 2 * np.sin(np.arange(len(signals)) / 500)
    (one,) = found(signals, tmp_path)
    assert one.words == "the base line of “c1” wanders" and one.factor is None
    assert sentence([one], corrected=True).endswith("The suggestions may be wrong.")


def test_another_level_is_named_where_the_model_sees_levels(tmp_path: Path) -> None:
    store = store_of(tmp_path, list((beats(9) + np.array([5, 0])).T))
    info = model(sees_levels=True)
    (one,) = differences(info, store, [0, 1])
    assert re.fullmatch(r"the level of “c0” is 5\.\d+, where 0\.\d+( to 0\.\d+)? is usual", one.words)
    assert one.factor is None
    assert differences(model(), store, [0, 1]) == []


def test_ranges_of_older_files_have_no_levels(tmp_path: Path) -> None:
    info = model(sees_levels=True)
    assert info.portfolio is not None
    for channel in info.portfolio["signals"]["channels"]:
        del channel["level"], channel["flat"]
    assert signal_check.valid(info.portfolio["signals"], 2)
    assert differences(info, store_of(tmp_path, list((beats(9) + 5).T)), [0, 1]) == []


def test_a_channel_that_was_flat_in_the_training_or_has_no_values_is_no_difference(tmp_path: Path) -> None:
    signals = beats(1)
    signals[:, 0], signals[:, 1] = 3.0, np.nan
    ranges_known = ranges([measured(lambda a, b: signals[a:b], len(signals), SPAN)], SPAN)
    info = ModelInfo("portfolio", 2, 0, 0, False, 2, portfolio={"signals": ranges_known})
    assert differences(info, store_of(tmp_path, list(signals.T)), [0, 1]) == []


def test_a_channel_that_is_flat_in_a_part_of_the_recording_has_no_signal_there(tmp_path: Path) -> None:
    signals = beats(9)
    signals[2_000:5_000, 0] = 0.3
    (one,) = found(signals, tmp_path)
    assert re.fullmatch("“c0” is flat in 4[0-9] % of the samples", one.words) and one.factor is None
    assert without_signal([one], [0, 1]) == (0,)
    signals[2_000:5_000] = np.nan  # as if the device was off
    assert found(signals, tmp_path / "off") == []


def test_channels_without_signal_are_those_that_are_flat_empty_or_not_there(tmp_path: Path) -> None:
    signals = beats(9)
    signals[:, 0] = np.nan
    (one,) = found(signals, tmp_path)
    assert one.words == "“c0” has no values"
    assert without_signal([one], [0, 1]) == (0,)
    assert without_signal([], [MISSING, 1]) == (0,)
    assert without_signal([one], [0, MISSING]) == ()  # no channel would be left


@pytest.mark.parametrize(
    "wrong",
    [[], {"span": 256}, {"span": True, "channels": []}, {"span": 256, "channels": [{"swing": [0.0, 1.0]}]}],
)
def test_ranges_of_another_form_are_invalid(wrong: object) -> None:
    assert not signal_check.valid(wrong, 1)
