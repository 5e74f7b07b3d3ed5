"""Dates in other spellings than the one pyarrow reads."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def cleaned(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates in the form that pyarrow reads: ``2023/1/5 2:50:00,5 UTC`` is ``2023-01-05 02:50:00.5Z``."""
    cells = pc.utf8_trim_whitespace(cells.cast(pa.string()))
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
