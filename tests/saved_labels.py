"""Reads label CSVs."""

from __future__ import annotations

import csv
import io

from services.formats.labels_csv import HEADER, LabelRow, unguard


def read_labels(text: str) -> list[LabelRow]:
    """The segments of a label CSV."""
    head, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert head == HEADER
    return [LabelRow(start, end, unguard(label), color) for _, start, end, label, color in lines]
