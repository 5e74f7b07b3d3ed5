"""The probability of every class in every row, as a CSV: ``time,CLASS,CLASS,…``, piece by piece."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from math import isnan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.formats.labels_csv import guard
from services.timeseries import Store

SUFFIX = ".per-row.csv"


def rows_file(labels: Path) -> Path:
    """Its path: next to the label CSV, under its name."""
    return labels.with_name(f"{labels.stem}{SUFFIX}")


def rows_csv(store: Store, classes: Sequence[str], pieces: Iterable[NDArray[np.floating]]) -> Iterator[bytes]:
    """The bytes of the CSV.

    Args:
        store: the recording; the time of each row is written as its file has it, the row number where it has none.
        classes: names, one a column.
        pieces: [n, classes], the rows in order; NaN where nothing was predicted, whose cells stay empty.
    """
    yield _lines([[store.info.time.name or "row", *map(guard, classes)]])
    row = 0
    for piece in pieces:
        yield _lines(
            [store.time_text(row + place), *("" if isnan(value) else f"{value:.6f}" for value in values)]
            for place, values in enumerate(piece.tolist())
        )
        row += len(piece)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
