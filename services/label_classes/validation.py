"""Validation of class names, colours, keys and model indices."""

from __future__ import annotations

import unicodedata
from typing import Any

from services.errors import Invalid
from services.label_classes import colors
from services.storage.paths import quoted

# Contrast of at least 3 : 1 with the light and the dark page, and a CIELAB difference of at least 10 between all pairs,
# also for protanopia and deuteranopia (Machado, Oliveira, Fernandes 2009). The first colour is the predecessor's
# default for new labels; blue and vermillion are those of Okabe and Ito.
PALETTE = (
    "#d604a2",
    "#0072b2",
    "#d55e00",
    "#4ba569",
    "#5a3cff",
    "#965a2d",
    "#5a6969",
    "#ff4b5a",
    "#3c78ff",
    "#e169a5",
)
HOTKEYS = "1234567890"  # that new classes get
LETTERS = "abcdefghijklmnopqrstuvwxyz"  # that can be chosen where no action has them
LONGEST_NAME = 100
HIGHEST_INDEX = 9999
_TURNING = frozenset(
    {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
)  # directional formatting characters


def clean_name(name: Any, kind: str = "A label") -> str:
    """A canonical name: trimmed, in one Unicode form.

    Raises:
        Invalid: empty, longer than 100 characters, or with control or text-turning characters.
    """
    if not isinstance(name, str):
        raise Invalid(f"{kind} must be text.")
    text = unicodedata.normalize("NFC", name).strip()
    if not text:
        raise Invalid(f"{kind} needs a name.")
    if len(text) > LONGEST_NAME:
        raise Invalid(f"{kind} may have at most {LONGEST_NAME} characters; this one has {len(text)}.")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise Invalid(f"{kind} may not have line breaks or control characters.")
    if any(unicodedata.bidirectional(character) in _TURNING for character in text):
        raise Invalid(f"{kind} may not have characters that turn the direction of the text around them.")
    return text


def clean_color(color: Any) -> str:
    """A CSS colour: a name, ``#rgb`` to ``#rrggbbaa``, ``rgb(…)`` or ``hsl(…)``.

    Raises:
        Invalid: not a CSS colour.
    """
    text = str(color).strip()
    if colors.parse(text):
        return text
    raise Invalid(f"{quoted(str(color))} is not a colour. Use a name such as red, or #rrggbb.")


def clean_key(key: Any) -> str | None:
    """A digit or a small letter; None or "" for no key.

    Raises:
        Invalid: not a digit.
    """
    if key in (None, ""):
        return None
    if not isinstance(key, str) or len(key) != 1 or key not in HOTKEYS + LETTERS:
        raise Invalid("The key of a label class is a digit, 1 to 9 or 0, or a small letter, a to z.")
    return key


def clean_index(index: Any) -> int | None:
    """The number that a model predicts for a class; None for no number.

    Raises:
        Invalid: not such a number.
    """
    if index is None:
        return None
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index <= HIGHEST_INDEX:
        raise Invalid(f"The index of a model is a whole number from 0 to {HIGHEST_INDEX:,}.")
    return index


def free_color(used: set[str]) -> str:
    """The first unused palette colour, or else the colour with the largest difference from all used ones."""
    return next((color for color in PALETTE if color not in used), None) or colors.distinct(used)


def free_key(used: set[str | None]) -> str | None:
    """The first unused key."""
    return next((key for key in HOTKEYS if key not in used), None)
