"""CSV of the probability of every class in every row: ``time,CLASS,CLASS,…``, written in pieces."""

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
    """Path of the CSV: next to the label CSV, with the same stem."""
    return labels.with_name(f"{labels.stem}{SUFFIX}")


def rows_csv(store: Store, classes: Sequence[str], pieces: Iterable[NDArray[np.floating]]) -> Iterator[bytes]:
    """The bytes of the CSV.

    Args:
        store: the recording; times are written as in its file, or as row numbers.
        classes: names of the columns.
        pieces: [n, classes], rows in order; NaN without a prediction yields empty cells.
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
