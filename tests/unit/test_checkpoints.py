"""Untrusted checkpoints: supported architectures by their shapes, everything else refused with a message."""

from __future__ import annotations

import zipfile
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.errors import RefusedFile
from services.torch_models import checkpoints, safe_loading
from services.torch_models.inspection import inspect
from services.torch_models.model import OLD_PREPROCESSING, ModelInfo
from tests.unit.checkpoint_files import CORPUS, save, state

LARGEST = 64 * 1024 * 1024


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("layers", [1, 3])
def test_every_size_is_read_off_the_shapes(tmp_path: Path, layers: int, both: bool) -> None:
    file = save(tmp_path / "m.pth", state(features=7, hidden=6, layers=layers, classes=4, both=both))
    info, tensors = checkpoints.load(file, "m.pth", LARGEST)
    family = "bigru-attention" if both else "gru"
    assert (info.family, info.features, info.hidden, info.layers) == (family, 7, 6, layers)
    assert (info.classes, info.bidirectional, info.sequence) == (4, both, "row")
    assert info.preprocessing == OLD_PREPROCESSING
    assert all(tensor.dtype == torch.float32 for tensor in tensors.values())


def test_a_training_checkpoint_is_read_by_its_model_state_dict(tmp_path: Path) -> None:
    content = {"epoch": 3, "optimizer_state_dict": {"lr": 0.1}, "loss": 0.5, "model_state_dict": state()}
    info, _ = checkpoints.load(save(tmp_path / "m.pth", content), "m.pth", LARGEST)
    assert info.classes == 5
    assert not info.self_describing


PREFIXES = (
    "",
    "module.",
    "_orig_mod.",
    "model.",
    "model._orig_mod.",
    "module.model.",
    "_orig_mod.module.model.model.",
)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("key", ["", "state_dict", "model", "model_state_dict", "net"])
def test_wrappers_around_a_network_change_nothing(tmp_path: Path, prefix: str, key: str) -> None:
    plain = state()
    wrapped: dict[str, Any] = {f"{prefix}{name}": tensor for name, tensor in plain.items()}
    file = save(tmp_path / "m.ckpt", {"epoch": 3, key: wrapped} if key else wrapped)
    info, tensors = checkpoints.load(file, "m.ckpt", LARGEST)
    assert (info.family, info.features, info.hidden, info.classes) == ("gru", 3, 8, 5)
    assert tensors.keys() == plain.keys()
    assert all(torch.equal(tensors[name], plain[name]) for name in plain)


def test_two_networks_under_unusual_keys_are_refused(tmp_path: Path) -> None:
    file = save(tmp_path / "m.pth", {"student": state(), "teacher": state()})
    with pytest.raises(RefusedFile, match="Its entry student is of type dict; a state dict has tensors only"):
        checkpoints.load(file, "m.pth", LARGEST)


def test_a_tensor_of_integers_is_refused_with_its_kind(tmp_path: Path) -> None:
    file = save(tmp_path / "m.pth", {**state(), "fc.bias": torch.zeros(5, dtype=torch.int8)})
    with pytest.raises(RefusedFile, match="Its tensor fc.bias is int8, where dense real numbers"):
        checkpoints.load(file, "m.pth", LARGEST)


@pytest.mark.parametrize("options", [Namespace(lr=0.1), {"folder": Path("/x")}, {"lr": np.float64(0.1)}])
def test_options_of_a_training_are_not_read_and_their_classes_not_imported(
    options: Any, tmp_path: Path
) -> None:
    content = {"state_dict": state(), "hyper_parameters": options}
    info, tensors = checkpoints.load(save(tmp_path / "m.ckpt", content), "m.ckpt", LARGEST)
    assert info.family == "gru" and torch.equal(tensors["fc.bias"], state()["fc.bias"])


def test_a_threshold_that_is_an_object_is_refused(tmp_path: Path) -> None:
    content = {"state_dict": state(), "threshold": np.float64(0.4)}
    with pytest.raises(RefusedFile, match="threshold"):
        checkpoints.load(save(tmp_path / "m.pth", content), "m.pth", LARGEST)


def test_a_lightning_file_is_read_by_its_state_dict(tmp_path: Path) -> None:
    lightning = {
        "epoch": 4,
        "global_step": 100,
        "pytorch-lightning_version": "2.5.0",
        "state_dict": {"criterion.weight": torch.ones(5)}
        | {f"model.{key}": value for key, value in state(kind="lstm").items()},
        "callbacks": {
            "ModelCheckpoint": {"best_model_score": torch.tensor(0.9), "best_model_path": "a.ckpt"}
        },
        "optimizer_states": [{"state": {0: {"exp_avg": torch.zeros(3)}}, "param_groups": [{"lr": 0.1}]}],
        "lr_schedulers": [],
        "hparams_name": "kwargs",
        "hyper_parameters": {"hidden": 8, "threshold": 3},
    }
    info, _ = checkpoints.load(save(tmp_path / "m.ckpt", lightning), "m.ckpt", LARGEST)
    assert (info.family, info.hidden, info.output) == ("lstm", 8, "softmax")


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("kind", ["gru", "lstm", "rnn"])
def test_the_shapes_decide_the_kind_whatever_the_parts_are_called(
    tmp_path: Path, kind: str, both: bool
) -> None:
    plain = state(features=4, hidden=6, layers=2, classes=3, both=both, kind=kind, attends=False)
    other = {
        key.replace(f"{kind}.", "encoder.").replace("fc.", "classifier.1."): one for key, one in plain.items()
    }
    info, tensors = checkpoints.load(save(tmp_path / "m.pt", other), "m.pt", LARGEST)
    assert (info.family, info.bidirectional, info.features, info.hidden, info.layers) == (kind, both, 4, 6, 2)
    assert all(torch.equal(tensors[key], plain[key]) for key in plain)
    assert ModelInfo.from_json(info.to_json()) == info


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("binary", 0.5, 2)),
        ({"threshold": 0.3}, ("binary", 0.3, 2)),
        ({"hyper_parameters": {"threshold": 0.7}}, ("binary", 0.7, 2)),
    ],
)
def test_a_single_output_is_a_sigmoid(
    tmp_path: Path, changes: dict[str, Any], expected: tuple[object, ...]
) -> None:
    file = save(tmp_path / "m.pth", {"state_dict": state(classes=1), **changes})
    info, _ = checkpoints.load(file, "m.pth", LARGEST)
    assert (info.output, info.threshold, info.classes) == expected


def test_a_single_output_of_one_named_class_is_that_class_or_none(tmp_path: Path) -> None:
    content = described(model_state_dict=state(classes=1), labels=[{"index": 0, "name": "Run"}])
    info, _ = checkpoints.load(save(tmp_path / "m.pth", content), "m.pth", LARGEST)
    assert (info.output, info.threshold, info.classes) == ("sigmoid", 0.5, 1)


def described(**changes: object) -> dict[str, object]:
    return {
        "format": "labeler-model",
        "format_version": 1,
        "architecture": "gru",
        "hyperparameters": {"sequence": "file"},
        "features": ["a", "b", "c"],
        "preprocessing": [{"name": "standardise", "mean": [0, 1, 2], "std": [1, 1, 2]}],
        "labels": [{"index": 0, "name": "Rest", "color": "black"}, {"index": 1, "name": "Run"}],
        "sampling": 0.002,
        "metrics": {"f1": 0.9},
        "provenance": {"files": ["ab"]},
        "model_state_dict": state(),
        **changes,
    }


def test_a_checkpoint_may_describe_itself_and_travels_as_json(tmp_path: Path) -> None:
    info, _ = checkpoints.load(save(tmp_path / "m.pth", described()), "m.pth", LARGEST)
    assert info.self_describing
    assert info.feature_names == ("a", "b", "c")
    assert [(label.index, label.name, label.color) for label in info.labels] == [
        (0, "Rest", "black"),
        (1, "Run", None),
    ]
    assert (info.step, info.sequence, info.metrics) == (0.002, "file", {"f1": 0.9})
    assert not info.needs_positive
    assert ModelInfo.from_json(info.to_json()) == info


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architecture": "transformer"}, "metadata name a transformer"),
        ({"architecture": "bigru-attention"}, "its tensors are a gru"),
        ({"features": ["a"]}, "must be 3 names"),
        ({"preprocessing": [{"name": "eval", "code": "1"}]}, "unknown step"),
        ({"preprocessing": [{"name": "standardise", "mean": [0], "std": [1]}]}, "must have 3 numbers"),
        ({"preprocessing": [{"name": "standardise", "mean": [0, 0, 0], "std": [1, 0, 1]}]}, "above zero"),
        ({"preprocessing": [{"name": "gaussian_smoothing", "sigma": 1e9}]}, "between 0.1 and 10,000"),
        ({"labels": [{"index": 9, "name": "x"}]}, "indices from 0 to 4"),
        ({"labels": "x"}, "list of index"),
        ({"sampling": -1}, "step in seconds"),
        ({"hyperparameters": {"sequence": "sideways"}}, "“sequence” must be"),
        ({"model_state_dict": None}, "no “model_state_dict”"),
        ({"architecture": "bigru"}, "metadata name a bigru, but its tensors are a gru"),
        ({"hyperparameters": {"output": "tanh"}}, "“output” is tanh, where softmax or sigmoid is expected"),
    ],
)
def test_a_description_that_contradicts_itself_is_refused(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    file = save(tmp_path / "m.pth", described(**changes))
    with pytest.raises(RefusedFile, match=words):
        checkpoints.load(file, "m.pth", LARGEST)


@pytest.mark.parametrize("case", CORPUS)
def test_a_file_that_is_not_a_checkpoint_is_refused_with_a_message(tmp_path: Path, case: str) -> None:
    make, words = CORPUS[case]
    file = tmp_path / "bad.pth"
    file.write_bytes(make())
    with pytest.raises(RefusedFile) as refusal:
        checkpoints.load(file, "bad.pth", LARGEST)
    assert words in str(refusal.value)
    assert "bad.pth" in str(refusal.value)
    assert not Path("/tmp/tidemark-was-here").exists()


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = save(tmp_path / "m.pth", state())
    with pytest.raises(RefusedFile, match="at most"):
        safe_loading.check(file, "m.pth", 100)


def test_a_checkpoint_is_looked_into_in_another_process(tmp_path: Path) -> None:
    file = save(tmp_path / "m.pth", state(classes=3))
    assert inspect(file, "m.pth", LARGEST).classes == 3
    file.write_bytes(CORPUS["an os.system payload"][0]())
    with pytest.raises(RefusedFile, match="has program code"):
        inspect(file, "m.pth", LARGEST)


def test_a_file_that_needs_far_more_memory_than_its_size_is_refused(tmp_path: Path) -> None:
    file = save(tmp_path / "m.pth", {"fc.weight": torch.zeros(3)})
    with zipfile.ZipFile(file) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    name = next(part for part in parts if part.endswith("data.pkl"))
    changed = parts[name].replace(b"K\x03tq", b"J\x00\x00\x00\x7ftq")  # 2 thousand million floats: 8 GB
    assert changed != parts[name]
    parts[name] = changed
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for entry, content in parts.items():
            archive.writestr(entry, content)
    with pytest.raises(RefusedFile):
        inspect(file, "m.pth", LARGEST)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_change_of_a_few_bytes_makes_an_error_without_words(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(save(tmp_path / "m.pth", state(hidden=2)).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    file = tmp_path / "changed.pth"
    file.write_bytes(
        bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    )
    try:
        checkpoints.load(file, "changed.pth", LARGEST)
    except RefusedFile as refusal:
        assert "changed.pth" in str(refusal)
