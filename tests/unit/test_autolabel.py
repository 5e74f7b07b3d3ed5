"""Auto-labelling compared with a slow row-by-row reference."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from torch import nn

from services.errors import Invalid
from services.ingest.convert import ingest
from services.timeseries import Store
from services.torch_models import limits, run_lengths
from services.torch_models.checkpoints import load
from services.torch_models.fitting import fit
from services.torch_models.model import ModelInfo
from services.torch_models.predict import predict
from tests.unit.checkpoint_files import save, state

LARGEST = 64 * 1024 * 1024


def prices(rows: int, channels: int = 3, seed: int = 7) -> NDArray[np.float64]:
    """Random walks above zero."""
    steps = np.random.default_rng(seed).normal(0, 0.01, (rows, channels))
    return np.round(100 * np.exp(np.cumsum(steps, axis=0)), 4)


def recording(folder: Path, values: NDArray[np.float64], times: NDArray[Any] | None = None) -> Store:
    """A stored recording of these values; NaN are empty cells."""
    times = np.arange(len(values)) if times is None else times
    cells = [
        [str(time), *("" if np.isnan(one) else repr(float(one)) for one in row)]
        for time, row in zip(times, values, strict=True)
    ]
    header = ",".join(["t", *(f"c{index}" for index in range(values.shape[1]))])
    file = folder / "r.csv"
    file.write_text("\n".join([header, *map(",".join, cells), ""]))
    info = ingest(file, name="r.csv", store_root=folder / "store")
    return Store.open(folder / "store" / info.sha256[:2] / info.sha256)


def reference(values: NDArray[np.float64], tensors: dict[str, torch.Tensor], both: bool) -> list[int]:
    """FORMATS 1.5, as it is written, one row after the other, with torch's own GRU; -1 where a number is missing."""
    smooth = np.stack([gaussian_filter1d(values[:, index], 7) for index in range(values.shape[1])], axis=1)
    hidden, features = tensors["gru.weight_ih_l0"].shape[0] // 3, values.shape[1]
    layers = 1 + max(int(key.split("_l")[1][0]) for key in tensors if key.startswith("gru.weight_ih"))
    gru = nn.GRU(features, hidden, layers, batch_first=True, bidirectional=both)
    gru.load_state_dict({key[4:]: value for key, value in tensors.items() if key.startswith("gru.")})
    found = []
    for row in range(len(values)):
        returns = [0.0 if row == 0 else np.log(smooth[row, c] / smooth[row - 1, c]) for c in range(features)]
        if np.isnan(returns).any() or (np.isnan(smooth[0]).any() and row == 0):
            found.append(-1)
            continue
        with torch.no_grad():
            output = gru(torch.tensor(returns, dtype=torch.float32).reshape(1, 1, features))[0][0, 0]
            if both:
                output = output * torch.tanh(
                    tensors["attention_fc.weight"] @ output + tensors["attention_fc.bias"]
                )
            logits = tensors["fc.weight"] @ output + tensors["fc.bias"]
        found.append(int(logits.argmax()))
    return found


def classes(folder: Path, store: Store, tensors: dict[str, torch.Tensor], **part: int) -> list[int]:
    info, loaded = load(save(folder / "m.pth", tensors), "m.pth", LARGEST)
    pieces = list(predict(info, loaded, store, range(info.features), **part))
    return [int(label) for labels, _ in pieces for label in labels]


def loud(**sizes: Any) -> dict[str, torch.Tensor]:
    """Weights that make something of returns of a thousandth."""
    tensors = state(**sizes)
    tensors["gru.weight_ih_l0"] = tensors["gru.weight_ih_l0"] * 300
    tensors["fc.bias"] = tensors["fc.bias"] * 0
    return tensors


@pytest.mark.parametrize(("both", "layers"), [(False, 1), (False, 2), (True, 1), (True, 2)])
def test_every_row_has_the_class_of_the_plain_reference(tmp_path: Path, both: bool, layers: int) -> None:
    values, tensors = prices(600), loud(both=both, layers=layers)
    expected = reference(values, tensors, both)
    assert len(set(expected)) >= 3
    assert classes(tmp_path, recording(tmp_path, values), tensors) == expected


def test_predictions_stay_on_their_rows_over_gaps_and_unsorted_rows(tmp_path: Path) -> None:
    values, tensors = prices(300), loud()
    times = np.concatenate([np.arange(100), np.arange(5_000, 5_100), np.arange(90_000, 90_100)])
    order = np.random.default_rng(3).permutation(300)
    store = recording(tmp_path, values[order], times[order])
    assert store.info.reading.sorted
    assert classes(tmp_path, store, tensors) == reference(values, tensors, both=False)


def test_rows_within_reach_of_a_missing_sample_have_no_class(tmp_path: Path) -> None:
    values, tensors = prices(300), loud()
    values[150, 1] = np.nan
    expected = reference(values, tensors, both=False)
    assert 0 < expected.count(-1) < 100
    assert classes(tmp_path, recording(tmp_path, values), tensors) == expected


def test_one_row_is_a_recording_too(tmp_path: Path) -> None:
    values, tensors = prices(1), loud()
    assert classes(tmp_path, recording(tmp_path, values), tensors) == reference(values, tensors, both=False)


def test_pieces_and_ranges_give_the_same_result_as_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values, tensors = prices(1_000), loud()
    store = recording(tmp_path, values)
    whole = classes(tmp_path, store, tensors)
    monkeypatch.setattr(limits, "PIECE", 64)
    assert classes(tmp_path, store, tensors) == whole
    assert classes(tmp_path, store, tensors, start=130, stop=777) == whole[130:777]


@pytest.mark.parametrize("sequence", ["file", 16])
def test_sequences_over_pieces_are_as_torch_runs_them_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sequence: Any
) -> None:
    values, tensors = prices(200), state()
    content = {
        "format": "labeler-model",
        "format_version": 1,
        "architecture": "gru",
        "hyperparameters": {"sequence": sequence},
        "preprocessing": [{"name": "standardise", "mean": [100.0] * 3, "std": [3.0] * 3}],
        "model_state_dict": tensors,
    }
    info, loaded = load(save(tmp_path / "m.pth", content), "m.pth", LARGEST)
    rows = torch.tensor((values - 100) / 3, dtype=torch.float32)
    gru = nn.GRU(3, 8, batch_first=True)
    gru.load_state_dict({key[4:]: value for key, value in tensors.items() if key.startswith("gru.")})
    length = 200 if sequence == "file" else sequence
    with torch.no_grad():
        output = torch.cat([gru(rows[None, at : at + length])[0][0] for at in range(0, 200, length)])
        expected = (output @ tensors["fc.weight"].T + tensors["fc.bias"]).argmax(1)
    monkeypatch.setattr(limits, "PIECE", 48)
    pieces = list(predict(info, loaded, recording(tmp_path, values), range(3)))
    assert torch.cat([torch.from_numpy(labels) for labels, _ in pieces]).tolist() == expected.tolist()
    assert len(set(expected.tolist())) > 1


def test_a_value_of_zero_is_reported_if_it_matters(tmp_path: Path) -> None:
    values = prices(100)
    values[50, 2] = -5000.0
    with pytest.raises(Invalid, match="above zero"):
        classes(tmp_path, recording(tmp_path, values), loud())


def info_of(**changes: Any) -> ModelInfo:
    return ModelInfo(
        **{
            "family": "gru",
            "features": 3,
            "hidden": 8,
            "layers": 1,
            "bidirectional": False,
            "classes": 5,
            **changes,
        }
    )


def test_the_fit_of_a_model_is_reported_before_a_run(tmp_path: Path) -> None:
    store = recording(tmp_path, prices(50))
    assert fit(info_of(), store.info).channels == (0, 1, 2)
    assert fit(info_of(feature_names=("c2", "c0", "c1")), store.info).channels == (2, 0, 1)
    few = fit(info_of(features=4), store.info)
    assert (few.fits, few.choose) == (False, False)
    assert "takes 4 channels; this recording has 3" in few.reason
    more = fit(info_of(features=2), store.info)
    assert (more.fits, more.choose) == (False, True)
    assert fit(info_of(features=2), store.info, chosen=(2, 0)).channels == (2, 0)
    other = fit(info_of(feature_names=("x", "y", "z")), store.info)
    assert other.choose and "“x”" in other.reason


def test_log_returns_need_positive_values_and_another_step_is_a_warning(tmp_path: Path) -> None:
    values = prices(50)
    values[10, 1] = 0
    store = recording(tmp_path, values)
    assert "above zero; “c1” goes down to 0" in fit(info_of(), store.info).reason
    assert fit(info_of(preprocessing=()), store.info).fits


probabilities = st.lists(st.tuples(st.integers(-1, 3), st.floats(0.25, 1, width=32)), min_size=1, max_size=60)


@given(probabilities, st.lists(st.integers(1, 20), min_size=1, max_size=8))
def test_runs_are_those_of_a_plain_loop_wherever_the_pieces_end(
    rows: list[tuple[int, float]], lengths: list[int]
) -> None:
    labels = np.array([label for label, _ in rows], np.int64)
    scores = np.array([score for _, score in rows], np.float32)
    edges = np.cumsum(lengths)
    pieces = zip(np.split(labels, edges), np.split(scores, edges), strict=True)
    segments = run_lengths.runs(pieces)
    expected: list[list[float]] = []
    for row, (label, score) in enumerate(rows):
        if expected and expected[-1][2] == label:
            expected[-1][1] = row
            expected[-1][3] += score
        else:
            expected.append([row, row, label, score])
    assert list(zip(segments.start, segments.end, segments.label, strict=True)) == [
        tuple(one[:3]) for one in expected
    ]
    assert segments.total == pytest.approx([one[3] for one in expected])


def unknown(runs: run_lengths.Runs) -> list[tuple[int, int]]:
    return [(s, e) for s, e, label in zip(runs.start, runs.end, runs.label, strict=True) if label == -1]


@settings(deadline=None)
@given(probabilities, st.integers(1, 12))
def test_merging_leaves_nothing_short_that_has_a_neighbour_and_covers_the_same_rows(
    rows: list[tuple[int, float]], least: int
) -> None:
    labels = np.array([label for label, _ in rows], np.int64)
    before = run_lengths.runs([(labels, np.array([score for _, score in rows], np.float32))])
    after = run_lengths.merge_short(before, least)
    assert after.start[0] == 0 and after.end[-1] == len(rows) - 1
    assert (after.start[1:] == after.end[:-1] + 1).all()
    assert (after.label[1:] != after.label[:-1]).all()
    assert unknown(after) == unknown(before)
    for place in np.flatnonzero((after.length < least) & (after.label != -1)):
        near = [other for other in (place - 1, place + 1) if 0 <= other < len(after)]
        assert all(after.label[other] == -1 for other in near)


def test_a_short_run_is_merged_into_the_neighbour_with_the_higher_score() -> None:
    labels = np.array([0, 0, 0, 1, 2, 2, 2], np.int64)
    scores = np.array([0.6, 0.6, 0.6, 0.5, 0.9, 0.9, 0.9], np.float32)
    segments = run_lengths.merge_short(run_lengths.runs([(labels, scores)]), 2)
    assert list(
        zip(segments.start.tolist(), segments.end.tolist(), segments.label.tolist(), strict=True)
    ) == [
        (0, 2, 0),
        (3, 6, 2),
    ]
    assert segments.score == pytest.approx([0.6, 0.9])


@pytest.mark.parametrize("sequence", ["row", 25])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("kind", ["gru", "lstm", "rnn"])
def test_every_kind_of_recurrent_layer_gives_the_classes_that_torch_gives(
    tmp_path: Path, kind: str, both: bool, sequence: str | int
) -> None:
    values = np.random.default_rng(5).normal(0, 1, (130, 3))
    tensors = state(kind=kind, both=both, attends=False, layers=2)
    content = {
        "format": "labeler-model",
        "format_version": 1,
        "architecture": kind,
        "hyperparameters": {"sequence": sequence},
        "model_state_dict": tensors,
    }
    info, loaded = load(save(tmp_path / "m.pth", content), "m.pth", LARGEST)
    joined = np.concatenate(
        [labels for labels, _ in predict(info, loaded, recording(tmp_path, values), range(3))]
    )
    layer = {"gru": nn.GRU, "lstm": nn.LSTM, "rnn": nn.RNN}[kind](
        3, 8, 2, batch_first=True, bidirectional=both
    )
    layer.load_state_dict({key[len(kind) + 1 :]: one for key, one in tensors.items() if key.startswith(kind)})
    rows = torch.from_numpy(values.astype(np.float32))
    with torch.no_grad():
        parts = rows.split(1 if sequence == "row" else 25)
        output = torch.cat([layer(part[None])[0][0] for part in parts])
        expected = (output @ tensors["fc.weight"].T + tensors["fc.bias"]).argmax(1)
    assert joined.tolist() == expected.tolist()


def sigmoid(folder: Path, steep: list[list[float]], fields: dict[str, Any]) -> tuple[list[int], list[float]]:
    """Classes and scores of rows of -1, 0 and 1 by a network whose logits are a tanh of these slopes and offsets."""
    tensors = {
        "rnn.weight_ih_l0": torch.tensor([[10.0]]),
        "rnn.weight_hh_l0": torch.zeros(1, 1),
        "rnn.bias_ih_l0": torch.zeros(1),
        "rnn.bias_hh_l0": torch.zeros(1),
        "fc.weight": torch.tensor([[one[0]] for one in steep]),
        "fc.bias": torch.tensor([one[1] for one in steep]),
    }
    described = {
        "format": "labeler-model",
        "format_version": 1,
        "architecture": "rnn",
        "model_state_dict": tensors,
    }
    info, loaded = load(save(folder / "m.pth", described | fields), "m.pth", LARGEST)
    store = recording(folder, np.array([[-1.0], [0.0], [1.0]]))
    labels, scores = next(predict(info, loaded, store, [0]))
    return labels.tolist(), scores.tolist()


def test_one_output_is_class_1_from_the_threshold_on(tmp_path: Path) -> None:
    labels, scores = sigmoid(tmp_path, [[2.0, 0.0]], {"threshold": 0.6})
    assert labels == [0, 0, 1]
    assert scores == pytest.approx([0.8808, 0.5, 0.8808], abs=1e-3)
    assert sigmoid(tmp_path, [[2.0, 0.0]], {"threshold": 0.4})[0] == [0, 1, 1]


def test_a_row_below_the_threshold_in_every_class_has_none(tmp_path: Path) -> None:
    labels, scores = sigmoid(
        tmp_path, [[2.0, -1.0], [-2.0, -1.0]], {"hyperparameters": {"output": "sigmoid"}}
    )
    assert labels == [1, -1, 0]
    assert scores == pytest.approx([0.731, 0.2689, 0.731], abs=1e-3)
    one = sigmoid(tmp_path, [[2.0, -1.0]], {"labels": [{"index": 0, "name": "Run"}]})
    assert one[0] == [-1, -1, 0]


@pytest.mark.parametrize("kind", ["gru", "lstm"])
@pytest.mark.parametrize("both", [False, True])
def test_a_long_sequence_is_cut_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, both: bool
) -> None:
    """One direction exactly; both directions with an overlap far beyond what such a network remembers."""
    values = np.random.default_rng(6).normal(0, 1, (900, 2))
    tensors = {key: one / 4 for key, one in state(2, 4, kind=kind, both=both, attends=False).items()}
    content = {
        "format": "labeler-model",
        "format_version": 1,
        "architecture": kind,
        "hyperparameters": {"sequence": 400},
        "model_state_dict": tensors,
    }
    info, loaded = load(save(tmp_path / "m.pth", content), "m.pth", LARGEST)
    store = recording(tmp_path, values)

    def found(**part: int) -> tuple[list[int], NDArray[np.float32]]:
        pieces = list(predict(info, loaded, store, range(2), **part))
        return [int(label) for labels, _ in pieces for label in labels], np.concatenate(
            [piece for _, piece in pieces]
        )

    labels, scores = found()
    assert fit(info, store.info).warnings == ()
    monkeypatch.setattr(limits, "PIECE", 128)
    cut, sure = found()
    assert np.abs(sure - scores).max() < 1e-5 and cut == labels
    assert found(start=450, stop=777)[0] == labels[450:777]
    warnings = fit(info, store.info).warnings
    assert bool(warnings) == both and (not both or "they are cut to 128 rows, of which 32" in warnings[0])


def test_memory_is_bounded_whatever_the_sizes_and_the_sequence_are() -> None:
    for hidden in (8, 340, 1500, 20_000):
        for both in (False, True):
            info = ModelInfo("gru", 3, hidden, 1, both, 5, sequence=1_000_000)
            rows = limits.rows_at_once(info)
            assert 3 * hidden * rows <= limits.MOST_NUMBERS
            for piece in limits.row_blocks(info, 3_000_000, 1_500_000, 1_500_100):
                assert piece.high - piece.low <= rows
    assert limits.rows_at_once(ModelInfo("gru", 3, 256, 2, True, 5)) == limits.PIECE  # as it always was


def test_a_model_that_takes_more_memory_than_there_is_is_refused_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    info = ModelInfo("gru", 3, 3000, 1, False, 5, sequence=1_000_000)
    limits.check_memory(info, "Wide")
    monkeypatch.setattr(limits.psutil, "virtual_memory", lambda: SimpleNamespace(available=10**8))
    with pytest.raises(Invalid, match="“Wide” needs up to 1.* GB of memory for a run, and 0.1 GB are free"):
        limits.check_memory(info, "Wide")
    with (
        pytest.raises(Invalid, match="not enough memory to run the model “Wide”"),
        limits.enough_memory("Wide"),
    ):
        torch.empty(1 << 60)
