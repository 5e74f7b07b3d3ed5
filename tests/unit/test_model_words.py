"""What a model is, in words."""

from __future__ import annotations

from services.models import words
from services.torch_models.model import ModelInfo

SIZES = {"trees": 80, "networks": ["tcn", "tcn", "unet"]}


def test_a_model_that_was_trained_here_says_what_it_is_made_of() -> None:
    info = ModelInfo("portfolio", 3, 0, 0, False, 4, preprocessing=(), portfolio=SIZES)
    assert words.architecture(info) == "Trained here: 80 trees, random convolutions, 3 networks, blended"
    assert words.preparation(info).startswith("Channels scaled")


def test_a_network_of_the_old_families_says_its_sizes() -> None:
    assert words.architecture(ModelInfo("gru", 3, 64, 2, False, 5)) == "GRU, 2 layers of 64"
