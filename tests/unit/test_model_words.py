"""Descriptions of models."""

from __future__ import annotations

from services.models import words
from services.torch_models.model import ModelInfo

SIZES = {"trees": 80, "networks": ["tcn", "tcn", "unet"]}


def test_an_ensemble_trained_here_is_described_by_its_parts() -> None:
    info = ModelInfo("portfolio", 3, 0, 0, False, 4, preprocessing=(), portfolio=SIZES)
    assert words.architecture(info) == "Trained here: 80 trees, random convolutions, 3 networks, blended"
    assert words.preparation(info).startswith("Channels on the scale of the training recordings")


def test_a_recurrent_network_is_described_by_its_sizes() -> None:
    assert words.architecture(ModelInfo("gru", 3, 64, 2, False, 5)) == "GRU, 2 layers of 64"
    assert words.architecture(ModelInfo("lstm", 3, 64, 1, True, 5)) == "Bidirectional LSTM, 1 layer of 64"
    assert words.architecture(ModelInfo("bigru-attention", 3, 8, 1, True, 5)).startswith(
        "Bidirectional GRU with attention, 1 layer"
    )


def test_a_sigmoid_is_named_with_its_threshold() -> None:
    one = ModelInfo("gru", 3, 8, 1, False, 2, output="binary", threshold=0.5)
    assert words.architecture(one).endswith(
        "one output, read as a sigmoid: class 1 from 0.5 on, else class 0"
    )
    several = ModelInfo("gru", 3, 8, 1, False, 4, output="sigmoid", threshold=0.3)
    assert words.architecture(several).endswith("a sigmoid for each class, from 0.3 on")
