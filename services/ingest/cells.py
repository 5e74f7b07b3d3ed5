"""What a single cell of a CSV can be."""

from __future__ import annotations

import re

MISSING = (
    "",
    "NaN",
    "nan",
    "NAN",
    "-nan",
    "-NaN",
    "null",
    "NULL",
    "Null",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "<NA>",
    "None",
)
_MISSING = frozenset(MISSING)
_POINT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?")
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_INTEGER = re.compile(r"-?\d{1,19}")
_DIGITS = re.compile(r"[+-]?\d+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([,. '’\u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
_SURELY_GROUPED = re.compile(
    r"[+-]?\d{1,3}(?:([,. '’\u00a0\u202f])\d{3})(?:\1\d{3}|(?!\1)[.,]\d+)(?:\1\d{3}|[.,]\d+)*"
)
_INT64 = 2**63
_LONGEST = 310  # digits that float64 can reach
_STRICT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d(?::\d\d(?::\d\d(?:\.\d{1,9})?)?)?)?(Z|[+-]\d\d(?::?\d\d)?)?"
)
_LOOSE = re.compile(
    r"\s*\d{4}[-/]\d\d?[-/]\d\d?"
    r"(?:[Tt ]\s*\d\d?(?::\d\d(?::\d\d(?:[.,]\d*)?)?)?)?\s*(UTC|GMT|Z|z|[+-]\d\d(?::?\d\d)?)?\s*"
)
_ORDERED = re.compile(
    r"\s*\d\d?[./-]\d\d?[./-](?:\d{4}|\d\d)"
    r"(?:(?:[Tt ]|,\s)\s*\d\d?(?::\d\d(?::\d\d(?:[.,]\d*)?)?)?\s*(?:[AaPp]\.?[Mm]\.?)?)?"
    r"\s*(UTC|GMT|Z|z|[+-]\d\d(?::?\d\d)?)?\s*"
)  # day or month first


def is_missing(text: str) -> bool:
    """Empty, ``NaN``, ``null``, ``NA`` and their spellings."""
    return text in _MISSING


def is_number(text: str, decimal: str = ".") -> bool:
    """A decimal number, or an infinity (which is refused later, in words)."""
    text = text.strip(" \t")
    return bool((_COMMA if decimal == "," else _POINT).fullmatch(text) or _INFINITE.fullmatch(text))


def is_infinite(text: str) -> bool:
    """Spelt out infinity."""
    return bool(_INFINITE.fullmatch(text.strip(" \t")))


def is_integer(text: str) -> bool:
    """A whole number that int64 holds."""
    text = text.strip(" \t")
    return bool(_INTEGER.fullmatch(text)) and -_INT64 <= int(text) < _INT64


def loses_digits(text: str) -> bool:
    """A whole number written out that float64 cannot hold."""
    text = text.strip(" \t")
    if not _DIGITS.fullmatch(text):
        return False
    if len(text) > _LONGEST:
        return True
    return int(float(text)) != int(text)


def is_grouped(text: str) -> bool:
    """May have thousands separators: ``1,234``, ``1.234,5``, ``1 234``."""
    return bool(_GROUPED.fullmatch(text.strip(" \t")))


def is_surely_grouped(text: str) -> bool:
    """Has thousands separators whatever the decimal sign is: ``1,234,567``, ``1.234,5``."""
    return bool(_SURELY_GROUPED.fullmatch(text.strip(" \t")))


def time_form(text: str, order: str | None = None) -> tuple[bool, bool] | None:
    """``(has a zone, needs cleaning before pyarrow reads it)`` of a date; None for other text.

    Args:
        order: “dmy” or “mdy” where dates such as 01/02/2023 are to be read too.
    """
    match = _STRICT.fullmatch(text)
    if match:
        return match[1] is not None, False
    match = _LOOSE.fullmatch(text) or (_ORDERED.fullmatch(text) if order else None)
    return (match[1] is not None, True) if match else None


def shorten(text: str, length: int = 40) -> str:
    """``text`` as quoted in a sentence: one line, not too long."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain if len(plain) <= length else plain[: length - 1] + "…"
