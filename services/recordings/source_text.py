"""Source text of a sample: the cells of its row exactly as written in the file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from services.ingest.encoding import CODECS
from services.ingest.plan import BLANKS, split_blanks
from services.timeseries import Store
from services.timeseries.lines import DECODED


@dataclass(frozen=True)
class SourceText:
    """Cells of a row as written; None where the file has no such column, or the store has no source positions."""

    time: str | None
    values: tuple[str | None, ...]


def source_text(store: Store, index: int, channels: Sequence[int]) -> SourceText:
    """Cells of sample ``index``: its time, and the value of each of ``channels``.

    Raises:
        NotFound: the source is missing.
    """
    cells = _cells(store, index)
    info = store.info
    values = (info.channels[channel].column for channel in channels)
    return SourceText(_at(cells, info.time.column), tuple(_at(cells, column) for column in values))


def _cells(store: Store, index: int) -> list[str]:
    reading = store.info.reading
    codec = "utf-8" if reading.encoding in DECODED else CODECS[reading.encoding]
    text = store.source_line(index).decode(codec, "replace")
    if reading.delimiter == BLANKS:
        return split_blanks(text)
    return next(csv.reader([text], delimiter=reading.delimiter), [])


def _at(cells: list[str], column: int | None) -> str | None:
    return cells[column].strip() if column is not None and column < len(cells) else None
