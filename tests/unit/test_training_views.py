"""What training looks at: how channels that walk move, and levels, where these tell segments that were left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from services.errors import RefusedFile
from services.learning.data.examples import Example
from services.learning.feature_selection import clearly_less, keeps_levels
from services.learning.models.saving import load, save
from services.learning.trainer import Recipe, TrainedEnsemble, train
from services.torch_models import checkpoints
from services.torch_models.ensemble.views import Views, Walk, walks_of
from services.torch_models.model import ModelLabel

LENGTH, KNOWN = 120, 9
CLASSES = ("calm", "rising", "volatile")


def bars(seed: int = 0, regimes: int = 18) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Open, high, low and close of regimes that differ by drift and by volatility, never by where the price stands."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(regimes) % 3, LENGTH).astype(np.int16)
    spread = np.array([0.5, 0.8, 2.5])[labels][:, None]
    moves = (
        np.array([0.0, 0.08, 0.0])[labels][:, None]
        + random.standard_normal((len(labels), 6)) * spread / 6**0.5
    )
    ticks = 100 * np.exp(1e-3 * moves.ravel().cumsum()).reshape(len(labels), 6)
    return np.stack([ticks[:, 0], ticks.max(1), ticks.min(1), ticks[:, -1]], 1).astype(np.float32), labels


@pytest.fixture(scope="module")
def priced() -> TrainedEnsemble:
    signals, labels = bars()
    shown = np.where(np.arange(len(labels)) < KNOWN * LENGTH, labels, -1).astype(np.int16)
    torch.set_num_threads(1)
    recipe = Recipe(seconds=0.5, seed=1)
    return train(
        [Example("a.csv", signals, shown)], CLASSES, list("ohlc"), recipe, lambda _done, _what, _told: None
    )


def test_a_training_in_two_processes_has_the_same_result(
    priced: TrainedEnsemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.learning.trainer.cores", lambda: 2)
    signals, labels = bars()
    shown = np.where(np.arange(len(labels)) < KNOWN * LENGTH, labels, -1).astype(np.int16)
    shares: list[float] = []
    trained = train(
        [Example("a.csv", signals, shown)],
        CLASSES,
        list("ohlc"),
        Recipe(seconds=0.5, seed=1),
        lambda done, _what, _told: shares.append(done),
        alone=True,
    )
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert trained.history == priced.history
    tensors, expected = trained.portfolio.tensors, priced.portfolio.tensors
    assert tensors.keys() == expected.keys()
    assert all(torch.equal(tensors[key], expected[key]) for key in tensors)


def test_channels_that_walk_together_are_one_group_whatever_their_names_and_measured_from_the_last_of_a_bar() -> (
    None
):
    signals, _ = bars()
    volume = np.random.default_rng(1).standard_normal((len(signals), 1))
    assert walks_of([np.concatenate([volume, signals], 1).astype(np.float32)]) == (Walk((4, 1, 2, 3), True),)


@pytest.mark.parametrize("kind", ["wave", "noise", "jumps", "constant", "missing", "short"])
def test_channels_without_a_walk_get_no_view(kind: str) -> None:
    random, rows = np.random.default_rng(0), np.arange(2_000)
    signal = {
        "wave": np.sin(rows * 0.3) + 0.1 * random.standard_normal(2_000),
        "noise": random.standard_normal(2_000),
        "jumps": np.repeat(random.standard_normal(20) * 50, 100) + random.standard_normal(2_000),
        "constant": np.zeros(2_000),
        "missing": np.full(2_000, np.nan),
        "short": random.standard_normal(40).cumsum(),
    }[kind]
    assert walks_of([signal[:, None].astype(np.float32)]) == ()


def test_views_of_a_part_are_those_of_the_whole_and_a_price_of_zero_moves_by_nothing_known() -> None:
    signals, _ = bars()
    signals[700] = 0
    read = Views((Walk((3, 0, 1, 2), True),)).of(lambda start, stop: signals[start:stop])
    whole = read(0, len(signals))
    assert whole.shape == (len(signals), 4 + 5)
    np.testing.assert_array_equal(read(500, 900), whole[500:900])
    assert np.isnan(whole[701, 4:]).all() and np.isfinite(np.delete(whole, 701, 0)).all()
    assert whole[600, 4] == pytest.approx(signals[600, 3] / signals[599, 3] - 1, abs=1e-6)


def test_regimes_of_a_price_are_found_at_any_level(priced: TrainedEnsemble) -> None:
    framing = priced.portfolio.shape.framing
    assert framing.moves == 5 and not framing.level
    signals, labels = bars()
    asked = slice(KNOWN * LENGTH, None)
    assert (priced.labels(signals)[0] == labels)[asked].mean() > 0.85
    other, expected = bars(seed=5)
    assert (priced.labels(other * 3)[0] == expected).mean() > 0.85


def test_a_model_with_views_gives_the_same_bits_after_a_reload_and_for_a_part(
    priced: TrainedEnsemble, tmp_path: Path
) -> None:
    file, (signals, _) = kept(priced, tmp_path), bars()
    again, whole = load(file), priced.probabilities(signals)
    np.testing.assert_array_equal(again.probabilities(signals), whole)
    np.testing.assert_array_equal(again.probabilities(signals, 1_000, 1_500), whole[1_000:1_500])
    info, _ = checkpoints.load(file, "model.pth", file.stat().st_size)
    assert info.features == 4


def test_checkpoint_without_views_loads_as_before(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(6) % 3, 60).astype(np.int16)
    signals = (np.array([0.0, 2.0, 9.0])[labels] + random.standard_normal(360))[:, None].astype(np.float32)
    one = Example("a.csv", signals, labels)
    trained = train([one], CLASSES, ["a"], Recipe(seconds=0.1), lambda _done, _what, _told: None)
    file = tmp_path / "model.pth"
    save(trained, file, [ModelLabel(place, name) for place, name in enumerate(CLASSES)], ["a"])
    content = torch.load(file, weights_only=True)
    del content["hyperparameters"]["views"]
    torch.save(content, file)
    np.testing.assert_array_equal(load(file).probabilities(signals), trained.probabilities(signals))


@pytest.mark.parametrize(
    "views",
    [
        [{"channels": [4], "relative": True}],
        [{"channels": [-1, 0], "relative": True}],
        [{"channels": [], "relative": True}],
        [{"channels": [0, 1, 2, 3], "relative": 1}],
        "moves",
    ],
)
def test_views_that_cannot_be_made_are_refused(
    priced: TrainedEnsemble, tmp_path: Path, views: object
) -> None:
    file = kept(priced, tmp_path)
    content = torch.load(file, weights_only=True)
    content["hyperparameters"]["views"] = views
    torch.save(content, file)
    with pytest.raises(RefusedFile):
        checkpoints.load(file, "model.pth", file.stat().st_size)


def test_levels_are_features_where_they_identify_classes_with_fine_frames() -> None:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(18) % 3, 400).astype(np.int16)
    level = np.array([0.0, 1.0, 40.0])[labels] + 0.1 * random.standard_normal(len(labels))
    one = Example(
        "a.csv",
        level[:, None].astype(np.float32),
        np.where(np.arange(7_200) < 3_600, labels, -1).astype(np.int16),
    )
    trained = train([one], CLASSES, ["power"], Recipe(seconds=0.2), lambda _done, _what, _told: None)
    framing = trained.portfolio.shape.framing
    assert framing.level and not framing.moves
    assert (trained.labels(one.signals)[0] == labels)[3_600:].mean() > 0.97
    assert trained.portfolio.shape == replace(trained.portfolio.shape, views=Views())


def kept(trained: TrainedEnsemble, folder: Path) -> Path:
    file = folder / "model.pth"
    save(trained, file, [ModelLabel(place, name) for place, name in enumerate(CLASSES)], list("ohlc"), 60.0)
    return file


def test_levels_are_left_out_only_where_enough_segments_are_clearly_better_without() -> None:
    assert keeps_levels(np.array([-0.1, -0.1]), walks=False)  # two segments may agree by chance
    assert not keeps_levels(np.full(12, -0.1), walks=False)
    assert not keeps_levels(np.array([0.1, 0.1]), walks=True)
    assert keeps_levels(np.full(12, 0.1), walks=True)


def test_an_unusual_view_is_used_only_where_enough_segments_have_clearly_less_loss() -> None:
    usual = np.full(12, 0.3)
    assert clearly_less(usual - 0.1, usual)
    assert not clearly_less(usual - 0.05, usual)
    assert not clearly_less(usual[:4] - 0.1, usual[:4])  # four segments may agree by chance
    assert clearly_less(usual[:11] - 0.1, usual)  # one segment was left out
