"""Classification of a single CSV cell: missing, number, switch, quantity, time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from services.ingest.localtext import DIGITS, INVISIBLE, QUOTES
from services.ingest.names import UNIT_WORD
from services.ingest.spellings import CLOCKS, DATED, Spelling, has_clock, has_zone, spelling_of

BYTE_ORDER_MARK = "\ufeff"
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
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_POINT, _COMMA = (
    re.compile(rf"[ \t]*[+-]?(?:\d+{sign}?\d*|{sign}\d+)(?:[eE][+-]?\d+)?[ \t]*", re.ASCII)
    for sign in (r"\.", ",")
)
_INTEGER = re.compile(r"-?\d{1,19}", re.ASCII)
_DIGITS = re.compile(r"[+-]?\d+", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([,. '’\u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
_SURELY_GROUPED = re.compile(
    r"[+-]?\d{1,3}(?:([,. '’\u00a0\u202f])\d{3})(?:\1\d{3}|(?!\1)[.,]\d+)(?:\1\d{3}|[.,]\d+)*"
)
_SHORT = 120  # characters of a cell that is remembered
_REMEMBERED = 1 << 14  # cells: several steps of the detection classify the same ones
_INT64 = 2**63
_LONGEST = 310  # digits that float64 can reach
_STRICT = re.compile(
    r"\d{4}-\d\d-\d\d(?:(?:[T ]\d\d(?::\d\d(?::\d\d(?:\.\d{1,9})?)?)?)(Z|[+-]\d\d(?::?\d\d)?)?)?"
)
# Words for a missing value in loggers, historians and spreadsheets, in lower case.
MISSING_WORDS = frozenset(
    [
        ".",
        "-",
        "--",
        "---",
        "----",
        "?",
        "??",
        "*",
        "**",
        "n.a.",
        "n/e",
        "n.a",
        "n/a",
        "n/d",
        "s/d",
        "n._a.",
        "(null)",
        "keine_daten",
        "kein_wert",
        "fehlt",
        "sin_datos",
        "sin_dato",
        "no_data_available",
        "нет_данных",
        "欠測",
        "#n/a_n/a",
        "#wert!",
        "#bezug!",
        "#zahl!",
        "#valeur!",
        "#¡valor!",
        "#¡ref!",
        "#valore!",
        "na",
        "nan",
        "null",
        "nil",
        "none",
        "missing",
        "unavailable",
        "unknown",
        "undefined",
        "invalid",
        "bad",
        "error",
        "err",
        "fail",
        "failed",
        "fault",
        "timeout",
        "overload",
        "overflow",
        "underflow",
        "overrange",
        "underrange",
        "ol",
        "offline",
        "stale",
        "shutdown",
        "#n/a",
        "#div/0!",
        "#value!",
        "#ref!",
        "#num!",
        "#name?",
        "#null!",
        "\\n",
        "no_data",
        "nodata",
        "no-data",
        "bad_input",
        "i/o_timeout",
        "comm_fail",
        "configure",
        "intf_shut",
        "pt_created",
        "no_sample",
        "not_connect",
        "scan_off",
        "under_range",
        "over_range",
        "calc_failed",
        "-?-",
        *("-1.#ind", "1.#ind", "1.#qnan", "-1.#qnan", "nan(ind)", "-nan(ind)", "nat"),
    ]
)
SWITCHES = {"true": 1.0, "false": 0.0, "on": 1.0, "off": 0.0, "yes": 1.0, "no": 0.0} | {
    word: value
    for value, words in (
        (1.0, "wahr vrai verdadero vero verdadeiro waar ein oui ja sí si sim da да вкл 开 是 オン はい"),
        (0.0, "falsch faux falso onwaar aus non nein nee nej não nao ne нет выкл 关 關 否 オフ いいえ"),
    )
    for word in words.split()
}
SWITCH_DIGITS = {"1": 1.0, "0": 0.0}  # next to TRUE and FALSE
SWITCH_LETTERS = {"t": 1.0, "f": 0.0, "y": 1.0, "j": 1.0, "n": 0.0}
_QUANTITY = re.compile(
    r"([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?)\s*"
    r"([;€$£¥]|[%‰°A-Za-zµμΩ][A-Za-z0-9°µμΩ%/²³^·*]{0,11}(?: (?:AC|DC)(?:\+DC)?)?)"
)
_HEX = re.compile(r"0[xX]|0\d [0-9A-F]{2}\b")  # 0x1A, and 00 FF 12
HEXADECIMAL = r"0[xX][0-9A-Fa-f]{1,13}"  # below 2**53
_HEXADECIMAL = re.compile(HEXADECIMAL)
_PRICE = re.compile(r"([+-]?)([€$£¥])\s*([+-]?\d+(?:[.,]\d*)?)")
CURRENCIES = "€$£¥"
_IDENTIFIER = re.compile(r"0\d+[A-Za-z]|\d+[A-Za-z]+\d{2}")  # 04JD005: a station
_MULTIPLIER = re.compile(r"\d[kKMBGT]$")  # 68.18K: a letter for thousands, no unit
_LABELLED = re.compile(r"([^\W\d_][^:=\d]*)\s*[:=]\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_WIDE: dict[int, str | None] = {
    **DIGITS,
    **INVISIBLE,
    **{0xFEE0 + ord(sign): sign for sign in ".,+-"},
    0x2212: "-",
    0x2013: "-",
    0x066B: ".",  # dashes, Arabic decimal sign
    **{ord(raised): str(digit) for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    0x207B: "-",
    0x00D7: "x",
    0x00B7: "x",
}
_VALUE = r"(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?"
_EXPONENT = re.compile(  # 1.5D+03, 1.5x10^3, and Fortran's 1.5-103
    r"(?P<a>[+-]?(?:\d+[.,]\d*|[.,]\d+))(?:[dD](?P<d>[+-]?\d{1,3})|(?P<f>[+-]\d{3}))|"
    r"(?P<b>[+-]?\d+(?:[.,]\d*)?)\s?[x*]\s?10\s?\^?\s?(?P<x>[+-]?\d{1,3})",
    re.ASCII,
)
_DIGIT = re.compile(r"\d")
_FRACTION = re.compile(r"\d[.,]\d")
_SPELT = re.compile(rf"[+-]?\s*(?P<a>{_VALUE})|(?P<b>{_VALUE})\s?-|\((?P<c>{_VALUE})\)")
_CENSORED = re.compile(r"([<>≤≥])=?\s*\d+(?:[.,]\d*)?(?:[eE][+-]?\d+)?", re.ASCII)
_FLAGGED = re.compile(
    r"([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?)"
    r"\s*([*#†‡!?§^]{1,3}|[A-Za-z]{1,2}|\s[#!;].{0,80}|(?:±|\+/-|\+-)\s*[\d.,]+|\(\d{1,3}\))",
    re.ASCII,
)
_MULTIPLES = frozenset("kKMGTBmunpµdD") | {"bn", "mn", "tr", "x", "X"}
_FORMULA = re.compile(r'=?"([^"]*)"')  # or a quotation mark behind a blank, which is none of CSV


def is_missing(text: str) -> bool:
    """Empty, ``NaN``, ``null``, ``NA`` and their spellings."""
    return text in _MISSING


def is_number(text: str, decimal: str = ".") -> bool:
    """A decimal number, or an infinity (refused later with a message)."""
    return (_COMMA if decimal == "," else _POINT).fullmatch(text) is not None or is_infinite(text)


def spelt_out(text: str) -> str | None:
    """``-1.5`` of ``−1.5``, ``- 1.5``, ``1.5-``, ``(1.5)`` and full-width digits; None for other cells."""
    if not _DIGIT.search(text):
        return None
    plain = text.translate(_WIDE).strip().strip(QUOTES).strip()
    if power := _EXPONENT.fullmatch(plain):
        return f"{power['a'] or power['b']}e{power['d'] or power['f'] or power['x']}"
    match = _SPELT.fullmatch(plain)
    if match is None:
        return None
    sign = "-" if plain.startswith(("-", "(")) or plain.endswith("-") else ""
    return sign + (match["a"] or match["b"] or match["c"])


def flagged(text: str) -> tuple[str | None, str] | None:
    """Number and mark of ``12.3*``, ``5.0 e``, ``7.5 # spike``, ``0.5±0.1`` and ``0.5(3)``; None and the sign of a
    limit such as ``<0.01``; None for other text, and for letters that could be units or multiples."""
    if match := _CENSORED.fullmatch(text.strip()):
        return None, match[1]
    match = _FLAGGED.fullmatch(text.strip())
    if not match or UNIT_WORD.fullmatch(match[2]) or match[2] in _MULTIPLES:
        return None
    return match[1], match[2]


def is_infinite(text: str) -> bool:
    """Spelt out infinity."""
    return bool(_INFINITE.fullmatch(text.strip(" \t")))


def is_integer(text: str) -> bool:
    """A whole number within int64."""
    text = text.strip(" \t")
    return bool(_INTEGER.fullmatch(text)) and -_INT64 <= int(text) < _INT64


def loses_digits(text: str) -> bool:
    """A whole number that float64 cannot represent exactly."""
    text = text.strip(" \t")
    if not _DIGITS.fullmatch(text):
        return False
    if len(text) > _LONGEST:
        return True
    return int(float(text)) != int(text)


def is_grouped(text: str) -> bool:
    """May have thousands separators: ``1,234``, ``1.234,5``, ``1 234``."""
    return bool(_GROUPED.fullmatch(text.strip(" \t")))


def is_address(text: str) -> bool:
    """``192.168.100.200``: no number, although its parts have three digits."""
    parts = text.strip().split(".")
    return len(parts) == 4 and all(part.isdigit() and int(part) <= 255 for part in parts)


def is_surely_grouped(text: str) -> bool:
    """Has thousands separators under any decimal sign: ``1,234,567``, ``1.234,5``."""
    return bool(_SURELY_GROUPED.fullmatch(text.strip(" \t")))


def is_missing_word(text: str) -> bool:
    """A known word for a missing value; whitespace is ignored."""
    if len(text) > _SHORT:
        return _is_missing_word.__wrapped__(text)
    return _is_missing_word(text)


@lru_cache(_REMEMBERED)
def _is_missing_word(text: str) -> bool:
    plain = text.strip().casefold()
    if len(plain) > 1 and set(plain) in ({"*"}, {"#"}):  # a number that is too wide for its field
        return True
    return not plain or text in _MISSING or "_".join(plain.split()) in MISSING_WORDS


def means_missing(text: str, words: Iterable[str]) -> bool:
    """Whether the cell equals one of ``words``, as text or as a number."""
    plain = text.strip()
    if plain in words:
        return True
    if not (is_number(plain) or is_number(plain, ",")):
        return False
    value = float(plain.replace(",", "."))
    return any(is_number(word) and float(word) == value for word in words)


def is_switch(text: str) -> bool:
    """``TRUE``, ``OFF``, ``yes``: read as 1 or 0."""
    return text.strip().casefold() in SWITCHES


def quantity(text: str) -> tuple[str, str] | None:
    """Number and unit of ``12.50 °C`` or ``50%``; number and "" of ``="0.5"`` and ``"0.5"``; None for other text."""
    text = text.strip()
    formula = _FORMULA.fullmatch(text)
    if formula and (is_number(formula[1]) or is_number(formula[1], ",")):
        return formula[1], ""
    if _HEX.match(text):
        return None
    price = _PRICE.fullmatch(text)
    if price:
        return price[1] + price[3], price[2]
    match = _QUANTITY.fullmatch(text)
    if match and _IDENTIFIER.match(text):
        return None
    if not match or _MULTIPLIER.search(text) or match[2].casefold() in {"am", "pm", "e", "d", "x"}:
        return None
    return match[1], match[2]


def is_hexadecimal(text: str) -> bool:
    """``0x1A``."""
    return _HEXADECIMAL.fullmatch(text.strip()) is not None


def labelled(text: str) -> tuple[str, str] | None:
    """Name and number of ``Temperature: 23.5``; None for other text."""
    match = _LABELLED.fullmatch(text.strip())
    return (match[1].strip(), match[2]) if match else None


@dataclass(frozen=True)
class TimeForm:
    """Format of a time in a cell: whether it has a zone, and its spelling (None: the ISO form pyarrow parses)."""

    zoned: bool
    spelling: Spelling | None
    clock: bool  # it contains a time of day


def time_form(text: str, order: str | None = None) -> TimeForm | None:
    """The form of a date, or of a clock alone; None for other text.

    Args:
        order: “dmy” or “mdy”, to read dates such as 01/02/2023 too.
    """
    if len(text) > _SHORT:
        return _time_form.__wrapped__(text, order)
    return _time_form(text, order)


@lru_cache(_REMEMBERED)
def _time_form(text: str, order: str | None) -> TimeForm | None:
    match = _STRICT.fullmatch(text)
    if match:
        return TimeForm(match[1] is not None, None, len(text) > 10)
    spelling = spelling_of(text, (*DATED, *CLOCKS))
    if spelling is None or (spelling.needs_order and not order):
        return None
    parts = spelling.match(text)
    assert parts is not None
    return TimeForm(has_zone(parts), spelling, has_clock(parts))


def cell_class(cell: str) -> str:
    """``e`` empty or missing, ``n`` number, ``t`` time, ``b`` switch, ``l`` name and number, ``x`` text."""
    if len(cell) > _SHORT:
        return _cell_class.__wrapped__(cell)
    return _cell_class(cell)


@lru_cache(_REMEMBERED)
def _cell_class(cell: str) -> str:
    text = cell.strip()
    if not text or is_missing_word(text):
        return "e"
    if is_number(text) or is_number(text, ",") or is_hexadecimal(text):
        return "n"
    if time_form(text, "dmy") is not None:
        return "t"
    if is_switch(text):
        return "b"
    if (
        quantity(text)
        or (is_surely_grouped(text) and not is_address(text))
        or (spelt_out(text) and (not text.startswith("(") or _FRACTION.search(text)))
    ):
        return "n"
    return "l" if labelled(text) else "x"


def _shown(character: str) -> str:
    """A blank, or the name of an invisible character: ``[zero width space]``."""
    if character.isspace():
        return " "
    name = unicodedata.name(character, f"character {ord(character)}").lower()
    return f"[{'byte order mark' if character == BYTE_ORDER_MARK else name}]"


def shorten(text: str, length: int = 40) -> str:
    """``text`` as quoted in a sentence: one line, not too long; invisible characters by their names."""
    plain = "".join(character if character.isprintable() else _shown(character) for character in text)
    return plain if len(plain) <= length else plain[: length - 1] + "…"
