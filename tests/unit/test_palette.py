"""Palette of new classes: readable on both pages, distinguishable for all kinds of vision."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from services.label_classes.validation import PALETTE

PAGES = ("#ffffff", "#12151a")  # backgrounds of labels, light and dark
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
# Machado, Oliveira, Fernandes (2009), severity 1, on linear RGB.
SIGHT = {
    "all cones": np.eye(3),
    "no green cones": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "no red cones": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}


def linear(color: str) -> NDArray[np.float64]:
    values = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIELAB of linear RGB."""
    parts = np.clip(rgb, 0, 1) @ TO_XYZ.T / TO_XYZ.sum(axis=1)
    x, y, z = np.where(parts > 0.008856, np.cbrt(parts), 7.787 * parts + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("page", PAGES)
def test_every_colour_of_the_palette_can_be_read_on_both_pages(page: str) -> None:
    def contrast(color: str) -> float:
        light, dark = sorted((linear(one) @ TO_XYZ[1] for one in (color, page)), reverse=True)
        return float((light + 0.05) / (dark + 0.05))

    assert [color for color in PALETTE if contrast(color) < 3] == []


@pytest.mark.parametrize("sight", SIGHT)
def test_any_two_colours_of_the_palette_are_distinguishable_with(sight: str) -> None:
    seen = {color: lab(SIGHT[sight] @ linear(color)) for color in PALETTE}
    assert [
        pair for pair in combinations(PALETTE, 2) if np.linalg.norm(seen[pair[0]] - seen[pair[1]]) < 10
    ] == []
