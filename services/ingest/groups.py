"""Thousands separators: columns of numbers such as ``1,234.56``, ``1.234,5``, ``1 234`` and ``1'234``.

They are read where they are certain, also with groups of two digits as in India (``1,23,456``). ``1,234`` alone could
be a decimal number: it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product

import pyarrow as pa
import pyarrow.compute as pc

from services.ingest.cells import CURRENCIES, is_address, is_missing_word, shorten
from services.ingest.plan import Column, ColumnKind, ReadingPlan

_BLANKS, _APOSTROPHES = "[ \u00a0\u202f\u2009]", "['’]"  # never decimal signs
POINTS = r"\."
_SIGNS = (",", POINTS, _BLANKS, _APOSTROPHES)
_DECIMALS = {".": r"\.", ",": ","}
_MAY_HAVE = re.compile(r"\d(?:(?:,\d\d)+,\d{3}(?!\d)|[ \u00a0\u202f\u2009'’]\d{3}(?!\d)|[,.]\d{3}[,.])")
_OTHER_SIGNS = frozenset(", \u00a0\u202f\u2009'’")
_MAY_HAVE_POINTS = re.compile(r"\d\.\d{3}(?!\d)")
_MAY_HAVE_COMMAS = re.compile(r"\d,\d{3}(?!\d)")
_UNIT = re.compile(rf"[-+]?\s*([{CURRENCIES}])|\d\s*([{CURRENCIES}%]|[A-Za-zµμ°Ω]{{1,8}})$")


def take_groups(plan: ReadingPlan, column: Column, cells: Iterable[str], known: str = "") -> bool:
    """Read ``column`` with thousands separators, if its cells have them with certainty.

    Certain are a group next to a decimal part of another sign (``1,234.5``), several groups in a number, and groups
    apart by a blank or an apostrophe. All groups have three digits.

    Args:
        known: a separator that is certain in another column.
    """
    every = list(cells)
    written = "\n".join(every)
    if known != POINTS and written.count(".") <= len(every) and not _OTHER_SIGNS.intersection(written):
        return False  # decimals at most
    if not {"": _MAY_HAVE, ",": _MAY_HAVE_COMMAS, POINTS: _MAY_HAVE_POINTS}[known].search(written):
        return False
    texts = [text for cell in every if not is_missing_word(text := cell.strip())]
    suffix = _unit(texts)
    if suffix is None or all(map(is_address, texts)):
        return False
    plain = [text.replace(suffix, "").strip() for text in texts] if suffix else texts
    for sign, decimal in product(_SIGNS, _DECIMALS):
        if sign == _DECIMALS[decimal] or (known and sign != known):
            continue
        if not all(map(re.compile(_number(sign, decimal)).fullmatch, plain)):
            continue
        if known != sign and not any(map(_certain(sign, decimal).fullmatch, plain)):
            continue
        column.kind, column.via, column.groups = ColumnKind.FLOAT, "grouped", sign
        column.decimal, column.suffix = decimal, suffix
        column.unit = column.unit or suffix or None
        odd = next(text for text in plain if re.search(rf"\d{sign}\d", text))
        plan.note(f"“{shorten(odd, 20)}” in “{shorten(column.name)}” is read with thousands separators.")
        return True
    return False


def _number(sign: str, decimal: str) -> str:
    """Numbers with or without groups; valid for Python's ``re`` and RE2."""
    indian = r"|[1-9]\d?(?:,\d\d)+,\d{3}" if sign == "," else ""
    return rf"[+-]?(?:[1-9]\d{{0,2}}(?:{sign}\d{{3}})+{indian}|\d+)(?:{_DECIMALS[decimal]}\d*)?"


def _certain(sign: str, decimal: str) -> re.Pattern[str]:
    """Numbers whose groups cannot be decimals."""
    group = rf"{sign}\d{{3}}"
    several = rf"(?:{group}){{{1 if sign in (_BLANKS, _APOSTROPHES) else 2},}}(?:{_DECIMALS[decimal]}\d*)?"
    indian = rf"|[+-]?[1-9]\d?(?:,\d\d)+,\d{{3}}(?:{_DECIMALS[decimal]}\d*)?" if sign == "," else ""
    return re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{several}|(?:{group})+{_DECIMALS[decimal]}\d+){indian}")


def _unit(texts: Sequence[str]) -> str | None:
    """The unit in all cells, "" without one; None if the cells differ."""
    units = {(match[1] or match[2]) if (match := _UNIT.search(text)) else "" for text in texts}
    return units.pop() if len(units) == 1 else None


def is_grouped_cell(column: Column, cell: str) -> bool:
    """Whether a cell is a number of a column with thousands separators."""
    text = cell.strip()
    if column.suffix and text.count(column.suffix) != 1:
        return False
    return bool(re.fullmatch(_number(column.groups, column.decimal), text.replace(column.suffix, "").strip()))


def without_groups(column: Column, text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells without their unit and separators.

    Raises:
        ArrowInvalid: a cell is not a number of this column.
    """
    if column.suffix:
        if pc.any(pc.not_equal(pc.count_substring(text, column.suffix), 1)).as_py():
            raise pa.ArrowInvalid("another unit")
        text = pc.utf8_trim_whitespace(pc.replace_substring(text, column.suffix, ""))
    fits = pc.match_substring_regex(text, f"^{_number(column.groups, column.decimal)}$")
    if not pc.all(fits).as_py():
        raise pa.ArrowInvalid("other groups")
    return pc.replace_substring_regex(text, column.groups, "")


def number_of(column: Column, text: str) -> float | None:
    """The number in a cell; None for other text."""
    if not is_grouped_cell(column, text):
        return None
    plain = re.sub(column.groups, "", text.strip().replace(column.suffix, "") if column.suffix else text)
    return float(plain.strip().replace(",", "."))
