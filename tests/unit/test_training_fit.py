"""Learning core: deterministic, unknown samples ignored, identical after a reload."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.signal import resample_poly

from benchmarks.training.recordings import electrocardiograms
from services.errors import Invalid, RefusedFile
from services.inference.label_subtraction import PredictedSegments
from services.inference.suggestions import Landed
from services.learning.data.examples import Example, rows_of, segments
from services.learning.models import calibration
from services.learning.models.saving import load, save
from services.learning.trainer import Recipe, TrainedEnsemble, neighbours, train, without_gaps
from services.storage.files import sha256_of
from services.timeseries import Store
from services.torch_models import checkpoints, job
from services.torch_models.attached_metrics import with_metrics
from services.torch_models.confidence import SEGMENTS
from services.torch_models.ensemble import extra_trees, hmm, in_order, novelty, rocket
from services.torch_models.ensemble.features import Framing, frames, statistics, viewed
from services.torch_models.ensemble.scales import Own, scale_of
from services.torch_models.fitting import MISSING, fit
from services.torch_models.model import ModelInfo, ModelLabel
from services.torch_models.predict import predict, probabilities
from tests.unit.recordings import store_of

CLASSES, CHANNELS = ("calm", "fast", "high"), ("a", "b")
QUICK = Recipe(seconds=0.1, seed=3)
LENGTH = 60


def made(count: int = 12, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Segments that differ by texture and by level."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(count) % 3, LENGTH).astype(np.int16)
    time = np.arange(len(labels))
    wave = np.where(labels == 1, np.sin(time * 1.3), np.sin(time * 0.2))
    signals = np.stack([wave, 4.0 * (labels == 2)], 1) + 0.1 * rng.standard_normal((len(labels), 2))
    return signals.astype(np.float32), labels


def example(signals: NDArray[np.float32], labels: NDArray[np.int16], known: int = 6) -> Example:
    shown = labels.copy()
    shown[known * LENGTH :] = -1
    return Example("a.csv", signals, shown)


def fitted(example: Example, recipe: Recipe = QUICK) -> TrainedEnsemble:
    channels = [str(place) for place in range(example.signals.shape[1])]
    torch.set_num_threads(1)
    return train([example], CLASSES, channels, recipe, lambda _share, _words, _figures: None)


@pytest.fixture(scope="module")
def trained() -> TrainedEnsemble:
    return fitted(example(*made()))


def test_unlabelled_samples_are_predicted_correctly(trained: TrainedEnsemble) -> None:
    signals, labels = made()
    predicted, score = trained.labels(signals)
    assert (predicted == labels)[6 * LENGTH :].mean() > 0.9
    assert score.dtype == np.float32 and predicted.dtype == np.int64
    soft = trained.probabilities(signals)
    assert soft.shape == (len(signals), 3) and soft.min() >= 0 and soft.sum(1).max() < 1 + 1e-5


def test_the_learning_curve_has_the_loss_on_held_out_segments_of_each_network(
    trained: TrainedEnsemble,
) -> None:
    first = [point for point in trained.history if point["network"] == 0]
    for kind in ("loss", "held_loss"):
        assert first[-1][kind] < first[0][kind], kind


def test_a_seed_decides_the_result(trained: TrainedEnsemble) -> None:
    again = fitted(example(*made()))
    assert trained.portfolio.tensors.keys() == again.portfolio.tensors.keys()
    for key, value in trained.portfolio.tensors.items():
        assert torch.equal(value, again.portfolio.tensors[key]), key


def kept(trained: TrainedEnsemble, file: Path, channels: tuple[str, ...] = CHANNELS) -> Path:
    labels = [ModelLabel(index, name, None) for index, name in enumerate(CLASSES)]
    save(trained, file, labels, channels, step=0.01, metrics={"f1": 1.0}, provenance={"files": ["ab"]})
    return file


def test_a_saved_model_gives_the_same_bits_after_a_reload(trained: TrainedEnsemble, tmp_path: Path) -> None:
    again = load(kept(trained, tmp_path / "m.pth"))
    signals, _ = made(seed=5)
    assert (again.classes, again.channels) == (CLASSES, CHANNELS)
    assert np.array_equal(again.probabilities(signals), trained.probabilities(signals))


def test_metrics_that_were_measured_later_are_a_record_of_a_copy(
    trained: TrainedEnsemble, tmp_path: Path
) -> None:
    labels = [ModelLabel(index, name, None) for index, name in enumerate(CLASSES)]
    save(trained, tmp_path / "m.pth", labels, CHANNELS)
    metrics = {"macro_f1": 0.9, "judged_on": "Später"}
    copy = with_metrics(tmp_path / "m.pth", "ab" * 32, metrics).read()
    (tmp_path / "copy.pth").write_bytes(copy)
    info, tensors = checkpoints.load(tmp_path / "copy.pth", "copy.pth", len(copy))
    assert info.metrics == metrics
    assert all(torch.equal(tensors[key], value) for key, value in trained.portfolio.tensors.items())
    with ZipFile(tmp_path / "copy.pth") as archive:
        assert json.loads(archive.read(archive.namelist()[-1]))["model_sha256"] == "ab" * 32
    assert not checkpoints.load(tmp_path / "m.pth", "m.pth", len(copy))[0].metrics


@pytest.mark.parametrize("record", [b"\xff", b"[1]", b'{"metrics": 3}'])
def test_a_record_that_is_no_metrics_is_ignored(
    trained: TrainedEnsemble, tmp_path: Path, record: bytes
) -> None:
    labels = [ModelLabel(index, name, None) for index, name in enumerate(CLASSES)]
    save(trained, tmp_path / "m.pth", labels, CHANNELS)
    with ZipFile(tmp_path / "m.pth", "a") as archive:
        archive.writestr(f"{archive.namelist()[0].partition('/')[0]}/metrics.json", record)
    assert not checkpoints.load(tmp_path / "m.pth", "m.pth", 1 << 30)[0].metrics


def test_a_part_is_as_the_whole(trained: TrainedEnsemble) -> None:
    signals, _ = made(300, seed=2)
    framing = trained.portfolio.shape.framing
    assert len(signals) > framing.rows * framing.piece
    whole = trained.probabilities(signals)
    for start, stop in ((0, 100), (16_300, 16_500), (17_000, len(signals))):
        parts = list(trained.portfolio.pieces(lambda a, b: signals[a:b], len(signals), start, stop))
        assert np.array_equal(np.concatenate(parts, 1).T, whole[start:stop])


@pytest.mark.parametrize("threads", [1, 3])
def test_the_number_of_processors_changes_no_bit(
    trained: TrainedEnsemble, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    signals, _ = made(300, seed=2)
    usual = trained.probabilities(signals)
    monkeypatch.setattr(in_order, "cores", lambda: threads)
    torch.set_num_threads(threads)
    assert np.array_equal(trained.probabilities(signals), usual)
    assert torch.get_num_threads() == threads
    torch.set_num_threads(1)


def test_pieces_are_in_order_and_few_are_ahead_of_what_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_order, "cores", lambda: 2)
    begun: list[int] = []

    def compute(piece: int) -> int:
        begun.append(piece)
        return piece * piece

    pieces = in_order.in_parallel(compute, range(6))
    assert next(pieces) == 0 and len(begun) <= 2
    assert list(pieces) == [1, 4, 9, 16, 25] and sorted(begun) == [0, 1, 2, 3, 4, 5]


def test_an_error_of_a_piece_is_raised_where_the_piece_is_used() -> None:
    pieces = in_order.in_parallel(lambda piece: 1 // (2 - piece), range(5))
    assert [next(pieces), next(pieces)] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(pieces)


@pytest.mark.parametrize("rows", [1, 3])
def test_features_of_some_frames_are_those_of_all(rows: int) -> None:
    random = np.random.default_rng(0)
    framing = Framing(rows, 5, 2, True, segment=20)
    scale = scale_of(random.standard_normal((900, 2)).astype(np.float32))
    signals = random.standard_normal((900, 2)).astype(np.float32)
    own = Own(scale, torch.ones(2, 1))
    framed = viewed(frames(signals, scale, scale, framing), framing, own)
    at = torch.tensor([0, 1, 17, framed.shape[1] - 1])
    assert torch.equal(statistics(framed, framing, at), statistics(framed, framing)[:, at])
    fixed = {"weight": rocket.draw(framing, 0)}
    fixed["threshold"] = rocket.thresholds([framed], fixed["weight"], framing, 0)
    assert torch.equal(
        rocket.shares(framed, fixed, framing, at), rocket.shares(framed, fixed, framing)[:, at]
    )


def test_a_row_of_several_classes_and_one_of_none_count_in_a_cut_with_their_weights() -> None:
    weight = np.array([[1, 0], [0, 0], [0.5, 0.25], [0, 2]], np.float32)
    rows = extra_trees.OpenRows(np.arange(4), weight, np.array([3, 1]))
    held, inside = rows.counted(np.array([[True, True, False, True], [False, False, True, False]]))
    assert held.tolist() == [[[1, 0], [0, 2]], [[0.5, 0.25], [0, 0]]]
    assert inside.tolist() == [[2, 1], [1, 0]]


def test_several_series_are_smoothed_as_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = hmm.switching([[0, 1, 2, 0, 2, 1]], [40.0, 60.0, 20.0])
    series = [
        torch.from_numpy(np.random.default_rng(count).standard_normal((3, count)).astype(np.float32))
        for count in (10, 700, 256)
    ]
    monkeypatch.setattr(hmm, "MOST_BLOCKS", 4)
    together = hmm.posteriors(series, chance, (0.1, 2.0))
    for sharpness, some in zip((0.1, 2.0), together, strict=True):
        for logs, smoothed in zip(series, some, strict=True):
            assert torch.allclose(smoothed, hmm.posterior(logs, chance, sharpness), atol=1e-6)
            assert torch.allclose(smoothed.sum(0), torch.ones(logs.shape[1]), atol=1e-5)


@pytest.fixture(scope="module")
def heart() -> tuple[TrainedEnsemble, Example]:
    """A model of the first QRS and the first T of a recording, and the recording with all its labels: P, QRS, T."""
    example = electrocardiograms().examples[0]
    first = {label: segment for label, segment in reversed(segments(example.labels)) if label}
    shown = rows_of(list(first.items()), len(example.labels))
    return fitted(dataclasses.replace(example, labels=shown)), example


def test_no_class_is_predicted_for_a_wave_unlike_all_labelled_ones(
    heart: tuple[TrainedEnsemble, Example],
) -> None:
    model, example = heart
    predicted, score = model.labels(example.signals)
    assert (predicted == -1)[example.labels == 0].mean() > 0.9 and np.median(score[example.labels == 0]) < 0.3
    for wave in (1, 2):
        mine = example.labels == wave
        assert (predicted == wave)[mine].mean() > 0.9 and np.median(score[mine]) > 0.9


def test_the_share_without_a_class_is_reported_with_the_suggestions(
    heart: tuple[TrainedEnsemble, Example], tmp_path: Path
) -> None:
    model, example = heart
    file = kept(model, tmp_path / "m.pth", ("I", "V2", "V5"))
    store = store_of(tmp_path / "store", list(example.signals.T))
    arguments = {"model_name": "m", "model_sha256": sha256_of(file), "file": str(file), "largest": 1 << 30}
    arguments |= {
        "store": str(store.folder),
        "channels": [0, 1, 2],
        "start": 0,
        "stop": store.rows,
        "skip": [],
    }
    arguments |= {"confidence": str(tmp_path), "job": "run", "least": 1}
    job.run(arguments, lambda _share, _words: None)
    predictions = PredictedSegments.load(tmp_path / "run" / SEGMENTS)
    assert (
        predictions.unlike == pytest.approx((model.labels(example.signals)[0] == -1).mean())
        and predictions.unlike > 0.1
    )
    sentence = Landed(len(predictions), 0, 0, 0, 0, predictions.unlike).sentence
    assert f" {predictions.unlike:.0%} of the samples have no suggestion" in sentence
    assert "have no suggestion" not in Landed(len(predictions), 0, 0, 0, 0, 0.001).sentence


def test_such_scores_are_the_same_after_a_reload_and_a_file_written_before_them_labels_as_it_did(
    heart: tuple[TrainedEnsemble, Example], tmp_path: Path
) -> None:
    model, example = heart
    file = kept(model, tmp_path / "m.pth", ("I", "V2", "V5"))
    assert np.array_equal(load(file).probabilities(example.signals), model.probabilities(example.signals))
    content = torch.load(file, weights_only=True)
    for key in [key for key in content["model_state_dict"] if key.startswith("novelty.")]:
        del content["model_state_dict"][key]
    torch.save(content, file)
    predicted, before = model.labels(example.signals)[0], load(file).labels(example.signals)[0]
    assert np.array_equal(before[predicted != -1], predicted[predicted != -1]) and (before != -1).all()
    assert np.allclose(load(file).probabilities(example.signals).sum(1), 1, atol=1e-5)


def test_nothing_is_doubted_if_segments_of_a_class_are_as_far_apart_as_classes(
    trained: TrainedEnsemble,
) -> None:
    assert not [key for key in trained.portfolio.tensors if key.startswith("novelty")]
    signals, _ = made(seed=7)
    assert np.allclose(trained.probabilities(signals).sum(1), 1, atol=1e-5)


def test_labels_that_touch_cover_states_without_gaps() -> None:
    assert without_gaps([[(0, 9, 0), (10, 19, 1), (20, 29, 0)]])
    assert not without_gaps([[(0, 9, 0), (15, 24, 1), (30, 39, 0)]])
    assert not without_gaps([[(0, 9, 0), (15, 24, 1), (30, 39, 0), (40, 49, 1)]])
    assert not without_gaps([[(0, 9, 0), (900, 909, 1)], []])


def test_where_labels_leave_no_gaps_one_segment_of_each_class_rejects_nothing() -> None:
    example = electrocardiograms().examples[0]
    (start, _), (middle, end) = (
        next(place for label, place in segments(example.labels) if label == wave) for wave in (1, 2)
    )
    labels = np.full(len(example.labels), -1, np.int16)
    labels[start:middle], labels[middle : end + 1] = 1, 2
    shown = dataclasses.replace(example, labels=labels)
    model = fitted(shown)
    assert not [key for key in model.portfolio.tensors if key.startswith("novelty")]
    assert (model.labels(example.signals)[0] != -1).all()
    with_background = fitted(shown, dataclasses.replace(QUICK, background="high"))
    assert "novelty.half" in with_background.portfolio.tensors


def test_at_most_a_share_of_a_recording_without_gaps_is_rejected() -> None:
    rows = torch.randn((1_000, 8), generator=torch.Generator().manual_seed(1)) * 5
    tensors = {"known": torch.zeros(1, 8), "half": torch.tensor(0.1)}
    assert (novelty.belief(rows, tensors, seen=True) < novelty.BELIEVED).float().mean() > 0.9
    limited = novelty.limited(rows, tensors)
    rejected = (novelty.belief(rows, limited, seen=True) < novelty.BELIEVED).float().mean()
    assert rejected == pytest.approx(novelty.MOST_REJECTED, abs=0.01)
    assert torch.equal(novelty.limited(rows[:0], tensors)["half"], tensors["half"])


def test_where_nothing_is_like_the_only_segment_of_each_class_none_is_denied_and_nothing_is_sure() -> None:
    rng, time = np.random.default_rng(1), np.arange(3000)
    signals = np.stack([rng.standard_normal(3000) * np.linspace(1, 9, 3000), np.sin(time**2 / 1e4)], 1)
    labels = np.full(3000, -1, np.int16)
    labels[100:160], labels[300:360] = 0, 1
    predicted, score = (model := fitted(Example("a.csv", signals.astype(np.float32), labels))).labels(signals)
    assert not [key for key in model.portfolio.tensors if key.startswith("novelty")]
    assert (predicted != -1).all() and np.quantile(score, 0.95) < 0.9


@pytest.mark.parametrize("label", [-1, 1])
def test_fewer_than_two_classes_are_refused(label: int) -> None:
    signals, _ = made()
    with pytest.raises(Invalid, match="second class"):
        fitted(Example("a.csv", signals, np.full(len(signals), label, np.int16)))


def test_a_constant_channel_and_one_without_values_do_no_harm() -> None:
    signals, labels = made()
    wide = np.concatenate([signals, np.full((len(signals), 1), 7.0), np.full((len(signals), 1), np.nan)], 1)
    model = fitted(example(wide.astype(np.float32), labels))
    predicted, _ = model.labels(wide.astype(np.float32))
    assert (predicted == labels)[6 * LENGTH :].mean() > 0.9


def test_missing_samples_are_bridged_and_long_gaps_have_no_class(trained: TrainedEnsemble) -> None:
    signals, labels = made()
    signals[100:103] = np.nan
    signals[500:650] = np.nan
    predicted, _ = trained.labels(signals)
    assert (predicted[550:600] == -1).all()
    assert (predicted[:480] == labels[:480]).mean() > 0.95


def test_a_rare_class_is_predicted() -> None:
    signals, labels = made(15)
    shown = np.where((labels == 2) & (np.arange(len(labels)) > 3 * LENGTH), -1, labels).astype(np.int16)
    predicted, _ = fitted(Example("a.csv", signals, shown)).labels(signals)
    assert (predicted == labels)[labels == 2].mean() > 0.9


def test_an_excluded_class_gets_a_lower_probability() -> None:
    signals, labels = made()
    between = slice(7 * LENGTH, 8 * LENGTH)
    signals[between] = (signals[:LENGTH] + signals[LENGTH : 2 * LENGTH]) / 2
    plain = example(signals, labels)
    ruled = np.zeros((len(labels), 3), bool)
    before = fitted(plain).probabilities(signals)[between].mean(0)
    wrong = int(before.argmax())
    ruled[between, wrong] = True
    after = fitted(dataclasses.replace(plain, ruled_out=ruled)).probabilities(signals)[between].mean(0)
    assert after[wrong] < before[wrong]


NOVELTY = {
    "novelty.half": torch.tensor(1.0),
    "novelty.known": torch.zeros(4, 504),
    "novelty.weight": torch.zeros(252, 2, 9),
    "novelty.threshold": torch.zeros(252, 1),
    "novelty.mean": torch.zeros(504),
    "novelty.deviation": torch.ones(504),
}


def hostile(file: Path, change: dict[str, object], tensors: dict[str, torch.Tensor]) -> Path:
    content = torch.load(file, weights_only=True)
    content["hyperparameters"] |= change
    content["model_state_dict"] |= tensors
    torch.save(content, file)
    return file


@pytest.mark.parametrize(
    ("change", "tensors", "words"),
    [
        ({"rows": 0}, {}, "“rows” must be a whole number"),
        ({"rows": 4096, "channels": 512}, {}, "too many samples"),
        ({"levels": True}, {}, "“levels” must be"),
        ({"segment": 100_000}, {}, "“segment” must be"),
        ({"signals": {"span": 1}}, {}, "“signals” must be"),
        ({"networks": ["transformer"]}, {}, "“networks” must be"),
        ({"level": 1}, {}, "“level” must be"),
        ({"classes": 4}, {}, "where"),
        ({}, {"extra": torch.zeros(1)}, r"extra \[1\]"),
        ({}, {"forest.child": torch.zeros(3)}, "forest.child is"),
        ({}, {"scale.width": torch.zeros(2)}, "above zero"),
        ({}, {"smoothing.chance": torch.ones(9, 9)}, "shares of 1"),
        ({}, {"smoothing.sharpness": torch.tensor(-1.0)}, "smoothing.sharpness"),
        ({}, {"smoothing.agreement": torch.tensor(2.0)}, "from 0 to 1"),
        ({}, {"smoothing.least": torch.zeros(2)}, "smoothing.least is"),
        ({}, {"known.edges": torch.tensor(0.0)}, "no known.edges of 2"),
        ({}, {"known.edges": torch.tensor([[0.0, 5.0, 3.0]])}, "classes of its known.edges"),
        ({}, NOVELTY | {"novelty.half": torch.tensor(0.0)}, "half must be above"),
        ({}, NOVELTY | {"novelty.deviation": torch.zeros(504)}, "deviation must be above"),
        ({}, NOVELTY | {"novelty.known": torch.zeros(4, 3)}, "novelty.known is"),
        ({}, {"novelty.known": torch.zeros(0, 3)}, "0 labelled frames where 1 to 4,096"),
        ({}, {"novelty.half": torch.tensor(1.0)}, "no novelty.known"),
        ({}, {"blend.weight": torch.tensor([-1.0, 0, 1])}, "blend.weight"),
        ({}, {"scale.middle": torch.tensor([float("nan"), 0])}, "not finite"),
    ],
)
def test_a_portfolio_that_cannot_be_run_is_refused_in_words(
    trained: TrainedEnsemble,
    tmp_path: Path,
    change: dict[str, object],
    tensors: dict[str, torch.Tensor],
    words: str,
) -> None:
    file = hostile(kept(trained, tmp_path / "m.pth"), change, tensors)
    with pytest.raises(RefusedFile, match=words):
        checkpoints.load(file, "m.pth", 1 << 30)


def test_a_forest_that_never_ends_is_refused(trained: TrainedEnsemble, tmp_path: Path) -> None:
    child = torch.zeros_like(trained.portfolio.tensors["forest.child"])
    file = hostile(kept(trained, tmp_path / "m.pth"), {}, {"forest.child": child})
    with pytest.raises(RefusedFile, match="forest are broken"):
        checkpoints.load(file, "m.pth", 1 << 30)


def test_a_recording_is_labelled_from_its_store_as_from_its_samples(
    trained: TrainedEnsemble, tmp_path: Path
) -> None:
    signals, _ = made(seed=5)
    store = store_of(tmp_path / "store", [signals[:, 1], signals[:, 0] * 0, signals[:, 0]])
    info, tensors = checkpoints.load(kept(trained, tmp_path / "m.pth", ("c2", "c0")), "m.pth", 1 << 30)
    match = fit(info, store.info)
    assert match.channels == (2, 0)  # by name, whatever their order
    predicted, score = (
        np.concatenate(parts) for parts in zip(*predict(info, tensors, store, match.channels), strict=True)
    )
    expected, sure = trained.labels(signals)
    assert np.array_equal(predicted, expected) and np.array_equal(score, sure)
    soft = np.concatenate(list(probabilities(info, tensors, store, match.channels)))
    assert np.array_equal(soft, trained.probabilities(signals))
    assert ModelInfo.from_json(info.to_json()) == info


def test_a_channel_that_is_missing_throughout_has_no_influence(
    trained: TrainedEnsemble, tmp_path: Path
) -> None:
    """Class “high” depends on the second channel only; the others are predicted without it."""
    signals, labels = made(seed=5)
    store = store_of(tmp_path / "store", [signals[:, 0]])
    info, tensors = checkpoints.load(kept(trained, tmp_path / "m.pth", ("c0", "level")), "m.pth", 1 << 30)
    match = fit(info, store.info)
    assert (
        match.channels == (0, MISSING)
        and "“level” is taken as a channel of missing values" in match.warnings[0]
    )
    joined = np.concatenate([part for part, _ in predict(info, tensors, store, match.channels)])
    assert (joined == labels)[labels < 2].mean() > 0.9
    hollow = store_of(tmp_path / "hollow", [signals[:, 0], np.full(len(signals), np.nan)])
    same = np.concatenate([part for part, _ in predict(info, tensors, hollow, (0, 1))])
    assert np.array_equal(joined, same)


@pytest.mark.parametrize("rate", [0.5, 0.72, 2.0])
def test_a_recording_at_another_rate_is_labelled_as_at_its_own(
    trained: TrainedEnsemble, tmp_path: Path, rate: float
) -> None:
    signals, labels = made(seed=5)
    up, down = Fraction(rate).limit_denominator(100).as_integer_ratio()
    other = resample_poly(signals, up, down, axis=0, padtype="edge")
    times = np.arange(len(other)) * 0.01 * down / up
    store = store_of(tmp_path / "store", list(other.T.astype(np.float64)), times)
    store = Store(
        store.folder, dataclasses.replace(store.info, time=dataclasses.replace(store.info.time, unit="s"))
    )
    info, tensors = checkpoints.load(kept(trained, tmp_path / "m.pth", ("c0", "c1")), "m.pth", 1 << 30)
    match = fit(info, store.info)
    joined = np.concatenate([part for part, _ in predict(info, tensors, store, match.channels)])
    assert "resampled" in match.warnings[0] and len(joined) == len(other)
    truth = labels[np.minimum(np.rint(times / 0.01).astype(int), len(labels) - 1)]
    own = (trained.labels(signals)[0] == labels).mean()
    assert (joined == truth).mean() > own - 0.05
    soft = np.concatenate(list(probabilities(info, tensors, store, match.channels)))
    assert soft.shape == (len(other), 3) and np.array_equal(soft.argmax(1)[joined >= 0], joined[joined >= 0])


def test_class_order_is_learnt_from_adjacent_segments_only() -> None:
    regular = [(0, 9, 0), (12, 21, 1), (60, 69, 0), (72, 81, 1), (120, 129, 0), (132, 141, 1)]
    assert neighbours([regular]) == [[0, 1, 0, 1, 0, 1]]  # the longer gap recurs, so it is intentional
    apart = [(0, 9, 0), (12, 21, 1), (24, 33, 0), (36, 45, 1), (5_000, 5_009, 2)]
    assert neighbours([apart, []]) == [[0, 1, 0, 1], [2], []]


def test_the_order_of_classes_counts_the_more_the_more_often_it_was_seen() -> None:
    seen = [
        float(hmm.switching([[0, 1] * times], [10.0] * 3)[hmm.CHAIN - 1, hmm.CHAIN])
        / float(hmm.switching([[0, 1] * times], [10.0] * 3)[hmm.CHAIN - 1, 2 * hmm.CHAIN])
        for times in (1, 3, 10, 40)
    ]
    assert seen == sorted(seen) and seen[0] < 1.5 and seen[-1] > 30
    even = hmm.switching([], [10.0] * 3)
    assert float(even[hmm.CHAIN - 1, hmm.CHAIN]) == pytest.approx(float(even[hmm.CHAIN - 1, 2 * hmm.CHAIN]))


def test_where_levels_tell_the_class_in_part_the_weights_lie_between() -> None:
    usual = calibration.SINGLE_WEIGHTS
    assert calibration.usual_weights(0.0, held_out=False)[0] == pytest.approx(usual)
    assert calibration.usual_weights(1.0, held_out=False) == (calibration.LEVELS,)
    ((forest, kernels, network),) = calibration.usual_weights(0.5, held_out=False)
    assert usual[0] < forest < calibration.LEVELS[0]
    assert usual[1] > kernels > calibration.LEVELS[1] and usual[2] > network > calibration.LEVELS[2]


@pytest.mark.parametrize("right", [0, 2])
def test_held_out_segments_choose_whether_levels_count_more(right: int) -> None:
    targets = torch.zeros(2, 60)
    for place in range(6):
        targets[place % 2, place * 10 : place * 10 + 10] = 0.1
    sure, unsure = (0.9 * (targets > 0) + 0.05).log(), torch.full((2, 60), 0.5).log()
    predictions = tuple(sure if learner == right else unsure for learner in range(3))
    priors = calibration.usual_weights(0.8, held_out=True)
    tuned, *alone = (
        calibration.tune([calibration.HeldOut(predictions, targets)], torch.eye(2), True, 8, 10, usual).weight
        for usual in (priors, priors[:1], priors[1:])
    )
    assert torch.equal(tuned, alone[1 if right == 0 else 0])


def test_learners_whose_predictions_change_more_often_than_segments_weigh_less() -> None:
    steady = torch.zeros(2, 400).index_fill_(1, torch.arange(0, 200), 0.9)
    steady = torch.stack([steady[0] + 0.05, 0.95 - steady[0]]).log()
    restless = torch.stack([torch.tensor([0.9, 0.1]).repeat(200), torch.tensor([0.1, 0.9]).repeat(200)]).log()
    chance = hmm.switching([[0, 1, 0]], [100.0, 100.0])
    opinions = [torch.stack([steady, restless, restless])] * 2
    weight = torch.tensor([1.0, 1.0, 1.0])
    found = calibration.steadied(weight, opinions, chance, 0.25, 1.0)
    assert found[0] > 1 and found[1] < 0.5 and found[2] < 0.5
    half = calibration.steadied(weight, opinions, chance, 0.25, 0.5)
    assert torch.allclose(half.square(), found)
    assert torch.equal(calibration.steadied(weight, opinions, chance, 0.25, 0.0), weight)


def test_a_class_that_most_frames_get_is_preferred_less() -> None:
    tensors = {"blend.weight": torch.tensor([1.0, 0.5, 0.25]), "kernels.offset": torch.tensor([0.0, 0.0])}
    opinions = torch.tensor([[0.8, 0.8], [0.2, 0.2]]).log().expand(3, 2, 2)
    offset = calibration.evened(tensors, opinions, 1.0)["kernels.offset"]
    logs = ((opinions * tensors["blend.weight"][:, None, None]).sum(0) + 0.5 * offset[:, None]).log_softmax(0)
    assert torch.allclose(logs.exp(), torch.full((2, 2), 0.5), atol=1e-6)
    unchanged = calibration.evened(tensors, opinions, 0.0)["kernels.offset"]
    assert torch.equal(unchanged, tensors["kernels.offset"])
