"""Values of the cells of a time column, and joining of times in several columns."""

from __future__ import annotations

import pyarrow as pa

from services.ingest.cells import (
    is_hexadecimal,
    is_missing,
    is_missing_word,
    is_number,
    labelled,
    quantity,
    spelt_out,
)
from services.ingest.groups import number_of
from services.ingest.plan import DATES, Column, ColumnKind, ReadingPlan
from services.ingest.spellings import ImpossibleTimeError, nanoseconds_of

Cells = list[list[str]]  # by column


def values_of(plan: ReadingPlan, column: Column, cells: Cells, rows: int | None = None) -> list[float]:
    """Numbers, or nanoseconds, of the first rows of a column; missing cells are left out.

    Args:
        cells: the first rows, by column.
        rows: the number of rows that are examined; None: all.
    """
    if column.parts:
        texts = [
            joined([cells[part][row] for part in column.parts], column.pads)
            for row in range(len(cells[column.index][:rows]))
        ]
    else:
        texts = [cell for cell in cells[column.index][:rows] if not is_missing(cell)]
    if column.kind in DATES:
        return _dates(column, texts)
    if not column.via:
        return [float(text.replace(",", ".")) for text in texts if is_number(text, plan.decimal)]
    return [number for text in texts if (number := _number(plan, column, text)) is not None]


def _number(plan: ReadingPlan, column: Column, text: str) -> float | None:
    """The number in a cell that is not a plain number (``column.via``)."""
    if column.via == "hexadecimal":
        return float(int(text, 16)) if is_hexadecimal(text) else None
    if column.via == "spelt":
        text = spelt_out(text) or text
    if column.via == "labelled":
        named = labelled(text)
        text = named[1] if named else ""
    if column.via == "grouped":
        return number_of(column, text)
    parts = quantity(text) if column.via == "quantity" else None
    text = parts[0] if parts else text
    decimal = column.via if column.via in {",", "."} else column.decimal or plan.decimal
    return float(text.replace(",", ".")) if is_number(text, decimal) else None


def _dates(column: Column, texts: list[str]) -> list[float]:
    if column.spelling is None:
        try:
            read = pa.array(texts).cast(
                pa.timestamp("ns", "UTC" if column.kind is ColumnKind.INSTANT else None)
            )
        except pa.ArrowInvalid:
            return [float(place) for place in range(len(texts))]  # refused with its line when it is read
        return [float(value) for value in read.cast(pa.int64()).to_pylist() if value is not None]
    try:
        order = column.order or "dmy"
        instants = nanoseconds_of(pa.chunked_array([pa.array(texts, pa.string())]), column.spelling, order)
    except ImpossibleTimeError:
        return [float(place) for place in range(len(texts))]
    return [float(value) for value in instants.to_pylist() if value is not None]


def joined(parts: list[str], pads: tuple[int, ...]) -> str:
    """Join the cells of one row: ``2024.02.13`` and ``9:05`` are ``2024.02.13 9:05``.

    "" where seconds or parts of a second are missing.
    """
    pads = pads or (0,) * len(parts)
    pairs = [(part.strip(), pad) for part, pad in zip(parts, pads, strict=True)]
    if any(pad < 0 for pad in pads) and any(map(is_missing_word, parts)):
        return ""
    if any(pad < 0 and not (part.isdigit() and len(part) <= -pad) for part, pad in pairs):
        return " + ".join(part for part, _ in pairs)
    (first, pad), *rest = pairs
    return first.zfill(pad) + "".join(separator(pad) + part.zfill(abs(pad)) for part, pad in rest)


def separator(pad: int) -> str:
    """Character before a part that is padded to ``pad`` digits; negative: digits behind a point."""
    return "." if pad < 0 else " "
