"""Resampling, missing channels, names ignoring case: input of a model, and mapping of its results."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import resample_poly

from services.errors import Invalid
from services.timeseries import Store
from services.torch_models import checkpoints
from services.torch_models.fitting import MISSING, channels_of_classes, chosen_channels, fit, resampling
from services.torch_models.model import ModelInfo, ModelLabel
from services.torch_models.predict import predict
from services.torch_models.resampling import ResampledInput, model_input
from tests.unit.checkpoint_files import save
from tests.unit.recordings import store_of
from tests.unit.running import threshold

LARGEST = 1 << 30
RATES = (Fraction(1, 2), Fraction(18, 25), Fraction(2), Fraction(1, 7), Fraction(5, 3))
STEP = 0.01  # seconds, of the models


def waves(times: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sin(times * 2 * np.pi / 0.9) + 0.3 * np.sin(times * 2 * np.pi / 0.31)


def recorded(folder: Path, times: NDArray[np.float64], *channels: NDArray[np.float64]) -> Store:
    """A recording with its times in seconds."""
    store = store_of(folder, list(channels or [waves(times)]), times)
    return Store(store.folder, replace(store.info, time=replace(store.info.time, unit="s")))


def model(**changes: Any) -> ModelInfo:
    return ModelInfo(**{**vars(ModelInfo("gru", 1, 1, 1, False, 2, preprocessing=(), step=STEP)), **changes})


@pytest.mark.parametrize("rate", RATES)
def test_a_regular_recording_is_resampled_as_by_scipy_in_any_pieces(tmp_path: Path, rate: Fraction) -> None:
    times = np.arange(4000) * (STEP / float(rate))
    store = recorded(tmp_path, times)
    given = model_input(model(), store, [0])
    assert isinstance(given, ResampledInput) and resampling(model(), store.info) == 1 / rate
    whole = given(0, given.rows)[:, 0]
    up, down = (1 / rate).numerator, (1 / rate).denominator
    expected = resample_poly(waves(times), up, down, padtype="edge")
    inner = slice(len(whole) // 4, len(whole) * 3 // 4)
    assert np.abs(whole[inner] - expected[inner]).max() < 1e-9
    assert np.abs(whole - waves(np.arange(len(whole)) * STEP))[inner].max() < 0.02
    for start, stop in ((0, 1), (17, 18), (100, 333), (given.rows - 5, given.rows)):
        assert np.array_equal(given(start, stop)[:, 0], whole[start:stop])


@pytest.mark.parametrize("rate", RATES)
def test_every_sample_gets_the_nearest_row_of_the_model(tmp_path: Path, rate: Fraction) -> None:
    times = np.arange(3001) * (STEP / float(rate))
    given = model_input(model(), recorded(tmp_path, times), [0])
    for start, stop in ((0, 3001), (1234, 2345)):
        low, high = given.span(start, stop)
        rows = np.arange(low, high)
        pieces = [rows[:0], rows[:1], rows[1:100], rows[100:]]
        joined = np.concatenate([one for (one,) in given.back(((piece,) for piece in pieces), start, stop)])
        assert len(joined) == stop - start
        assert np.abs(joined * STEP - times[start:stop]).max() <= STEP / 2 + 1e-9


def labels_of(folder: Path, store: Store, content: dict[str, Any], **part: int) -> list[int]:
    info, tensors = checkpoints.load(save(folder / "m.pth", content), "m.pth", LARGEST)
    match = fit(info, store.info)
    assert match.fits, match.reason
    return [int(one) for piece in predict(info, tensors, store, match.channels, **part) for one in piece[0]]


@pytest.mark.parametrize("rate", [Fraction(1, 2), Fraction(18, 25), Fraction(2)])
def test_states_are_found_at_their_times_whatever_the_rate(tmp_path: Path, rate: Fraction) -> None:
    times = np.arange(5000) * (STEP / float(rate))
    truth = (np.floor(times / 2.5) % 2).astype(int)
    store = recorded(tmp_path / "r", times, np.where(truth == 1, 1.0, -1.0))
    found = np.array(labels_of(tmp_path, store, threshold(("c0",)) | {"sampling": STEP}))
    assert len(found) == len(times)
    edges = np.abs(times[:, None] - np.arange(0, times[-1], 2.5)).min(1)
    assert (found == truth)[edges > STEP].all()
    part = labels_of(tmp_path, store, threshold(("c0",)) | {"sampling": STEP}, start=777, stop=1999)
    assert part == found[777:1999].tolist()


def test_gaps_uneven_steps_and_missing_samples_keep_their_times(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    step = 2 * STEP
    times = np.concatenate([np.arange(400), 1000 + np.arange(300), 5000 + np.arange(500)]) * step
    times = times + rng.uniform(-0.2, 0.2, len(times)) * step
    keep = rng.random(len(times)) > 0.1  # some rows are not there
    times = times[keep]
    values = np.where(np.floor(times / 3) % 2 == 1, 1.0, -1.0)
    values[200:240] = np.nan
    store = recorded(tmp_path / "r", times, values)
    assert store.info.time.gaps >= 2 and not store.info.time.uniform
    found = np.array(labels_of(tmp_path, store, threshold(("c0",)) | {"sampling": STEP}))
    assert len(found) == len(times)
    assert (found[202:238] == -1).all() and (found[:198] >= 0).all() and (found[242:] >= 0).all()
    edges = np.abs(times[:, None] - np.arange(0, times[-1], 3)).min(1)
    known = np.isfinite(values) & (edges > 3 * step)
    known[195:245] = False
    assert (found == (values > 0))[known].all()


def test_resampling_is_reported_and_omitted_beyond_its_limits(tmp_path: Path) -> None:
    half = recorded(tmp_path / "half", np.arange(100) * 2 * STEP)
    assert fit(model(), half.info).warnings == (
        "The model expects a sample every 10 ms; here it is every 20 ms, so the recording is resampled for it.",
    )
    slow = recorded(tmp_path / "slow", np.arange(100) * 1.0)
    assert resampling(model(), slow.info) is None
    assert "too different for resampling" in fit(model(), slow.info).warnings[0]
    same = recorded(tmp_path / "same", np.arange(100) * STEP)
    assert resampling(model(), same.info) is None and fit(model(), same.info).warnings == ()


def two(folder: Path, *names: str) -> Store:
    """A recording with channels of these names."""
    store = store_of(folder, [np.arange(9.0) for _ in names])
    channels = tuple(replace(one, name=name) for one, name in zip(store.info.channels, names, strict=True))
    return Store(store.folder, replace(store.info, channels=channels))


ENSEMBLE = ModelInfo(
    "portfolio", 2, 0, 0, False, 3, feature_names=("II", "V1"), preprocessing=(), portfolio={"trees": 1}
)


def test_names_match_without_case_and_exactly_first(tmp_path: Path) -> None:
    assert fit(ENSEMBLE, two(tmp_path / "a", " v1", "ii", "x").info).channels == (1, 0)
    assert fit(ENSEMBLE, two(tmp_path / "b", "v1", "V1", "II").info).channels == (2, 1)
    gru = replace(ENSEMBLE, family="gru", portfolio=None)
    assert fit(gru, two(tmp_path / "c", "v1", "ii").info).channels == (1, 0)


def test_a_missing_column_is_a_channel_of_missing_values_where_the_model_can_do_without(
    tmp_path: Path,
) -> None:
    lone = two(tmp_path / "a", "ii").info
    fitted = fit(ENSEMBLE, lone)
    assert fitted.channels == (0, MISSING)
    assert fitted.warnings == ("“V1” is taken as a channel of missing values; scores may be less reliable.",)
    gru = replace(ENSEMBLE, family="gru", portfolio=None)
    assert fit(gru, lone).reason == "The model takes 2 channels; this recording has 1."
    assert "needs every channel" in fit(gru, lone, (0, MISSING)).reason
    assert not fit(ENSEMBLE, two(tmp_path / "b", "x", "y", "z").info).fits  # none of them: the user chooses
    assert fit(ENSEMBLE, lone, (MISSING, MISSING)).reason == "No channel is chosen."
    assert fit(ENSEMBLE, lone, (0, 0)).reason == "A channel is chosen twice."


def test_the_channels_of_a_class_are_those_of_its_training_labels(tmp_path: Path) -> None:
    store = two(tmp_path, "II", "V1")
    known: dict[str, Any] = {"Quiet": ["A"], "Loud": ["v1", "A", "gone"], "Other": ["A"]}
    labels = (ModelLabel(0, "Quiet"), ModelLabel(1, "Loud"), ModelLabel(2, "Third"))
    trained = model(feature_names=("A", "B"), labels=labels, provenance={"label_channels": known})
    assert channels_of_classes(trained, store.info, (0, MISSING)) == {0: {0}, 1: {0, 1}}
    assert channels_of_classes(trained, store.info, (MISSING, 0)) == {1: {1}}
    for wrong in (None, {"label_channels": 3}, {"label_channels": {"Quiet": [7, None], "Loud": "v1"}}):
        assert not channels_of_classes(model(labels=labels, provenance=wrong), store.info, (0, 1))


def test_channels_are_chosen_by_text(tmp_path: Path) -> None:
    info = two(tmp_path, "II", "V5", "aVF").info
    assert chosen_channels("V1=v5", ENSEMBLE, info) == (0, 1)
    assert chosen_channels("ii = aVF, V1=", ENSEMBLE, info) == (2, MISSING)
    nameless = replace(ENSEMBLE, feature_names=())
    assert chosen_channels("1=V5,2=II", nameless, info) == (1, 0)
    for text, words in (
        ("V9=II", "no channel “V9”"),
        ("II=V9", "no column “V9” for “II”"),
        ("II", "NAME=COLUMN"),
    ):
        with pytest.raises(Invalid, match=words):
            chosen_channels(text, ENSEMBLE, info)
