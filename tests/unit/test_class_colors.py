"""Colours of label classes: CSS parsing, low contrast, similar colours, better ones."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from services.label_classes import colors
from services.label_classes.validation import PALETTE


@dataclass(frozen=True)
class One:
    """A class."""

    name: str
    color: str


@pytest.mark.parametrize(
    ("color", "rgb"),
    [
        ("teal", (0, 128, 128)),
        ("RebeccaPurple", (102, 51, 153)),
        ("#abc", (170, 187, 204)),
        ("#aabbcc80", (170, 187, 204)),
        ("rgb(1, 2, 3)", (1, 2, 3)),
        ("rgb(10% 20% 30% / .5)", (26, 51, 76)),
        ("hsl(120, 100%, 25%)", (0, 128, 0)),
        ("hsla(0deg 0% 100% / 1)", (255, 255, 255)),
        ("rgb(999, -5, 0)", (255, 0, 0)),
    ],
)
def test_a_css_colour_is_read_as_browsers_do(color: str, rgb: tuple[int, int, int]) -> None:
    assert colors.parse(color) == rgb
    assert colors.hex_of(color) == "#{:02x}{:02x}{:02x}".format(*rgb)


@pytest.mark.parametrize("text", ["banana", "", "#12", "rgb(1, 2)", "rgb(a, b, c)", "hsl(1, 2, 3)"])
def test_any_other_word_is_no_colour_and_is_drawn_grey(text: str) -> None:
    assert colors.parse(text) is None
    assert colors.hex_of(text) == "#888888"


def test_the_problem_of_a_colour_is_described() -> None:
    qrs = One("QRS", "#d604a2")
    assert colors.problem("#fffff0", []) == "This colour is hard to see on the light page"
    assert colors.problem("#000000", []) == "This colour is hard to see on the dark page"
    assert colors.problem("#d604a4", [qrs]) == "This colour is hard to tell from “QRS”"
    assert colors.problem("#b07a00", [One("P", "#5f9a00")]) == "Colour-blind people cannot tell this from “P”"
    assert colors.problem("#0072b2", [qrs]) == ""


def test_a_better_colour_is_taken_from_the_palette_while_one_is_free() -> None:
    assert colors.better([], PALETTE) == PALETTE[0]
    assert colors.better([PALETTE[0]], PALETTE) == PALETTE[1]
    made = colors.better(PALETTE, PALETTE)
    assert made not in PALETTE
    assert colors.problem(made, [One(color, color) for color in PALETTE]) == ""


def test_ink_is_dark_on_light_colours_and_light_on_dark_ones() -> None:
    assert (colors.ink_on("yellow"), colors.ink_on("navy")) == ("#111", "#fff")
