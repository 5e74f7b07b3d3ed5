"""Dates in other spellings than the one pyarrow reads."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_ORDERS = {"dmy": r"\3-\2-\1", "mdy": r"\3-\1-\2"}
_DATE = r"^(\d\d?)[./-](\d\d?)[./-]"
_HALF_DAY = r"(?i)[ap]\.?m"


def cleaned(cells: pa.ChunkedArray, order: str | None = None) -> pa.ChunkedArray:
    """Dates in the form that pyarrow reads: ``2023/1/5 2:50:00,5 UTC`` is ``2023-01-05 02:50:00.5Z``.

    Args:
        order: “dmy” or “mdy”: what ``05/01/2023 2:50 PM`` means; two digits of a year are 1970 to 2069.
    """
    cells = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    if order:
        cells = _year_first(cells, _ORDERS[order])
    for pattern, new in (
        (r"(?i)\s*(utc|gmt|z)$", "Z"),
        (r"^(\d{4})[-/](\d\d?)[-/](\d\d?)", r"\1-0\2-0\3"),
        (r"^(\d{4})-0?(\d\d)-0?(\d\d)", r"\1-\2-\3"),
        (r"[Tt ]\s*(\d):", r" 0\1:"),
        (r":(\d\d)[.,](\d+)", r":\1.\2"),
        (r":(\d\d)[.,]($|[Z+-])", r":\1\2"),
        (r"\s+([+-]\d)", r"\1"),
        (r"^([\d-]{10})t", r"\1 "),
    ):
        cells = pc.replace_substring_regex(cells, pattern, new)
    return cells


def _year_first(cells: pa.ChunkedArray, new: str) -> pa.ChunkedArray:
    """``5.1.23, 2:50 PM`` → ``2023-1-5 14:50``; ``new`` is the order of the three groups."""
    for year, century in ((r"(\d{4})", ""), (r"([0-6]\d)\b", "20"), (r"([7-9]\d)\b", "19")):
        cells = pc.replace_substring_regex(cells, _DATE + year, century + new)
    cells = pc.replace_substring_regex(cells, r"^([\d-]+),\s+", r"\1 ")
    if not pc.any(pc.match_substring_regex(cells, _HALF_DAY)).as_py():
        return cells
    for hour in range(1, 13):
        for half, first in (("a", 0), ("p", 12)):
            wanted = rf"(?i)[T ]\s*0?{hour}(:[\d:.,]*)?\s*{half}\.?m\.?"
            cells = pc.replace_substring_regex(cells, wanted, rf" {hour % 12 + first:02}\1")
    return cells
