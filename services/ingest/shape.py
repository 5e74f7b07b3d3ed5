"""Shape of a text table: recognise files of the same device or program, to reuse their reading options.

Two files have the same shape under some reading options if these yield the same delimiter and the same column names
(without names: the same kinds of columns below the same line). ``mark`` makes the comparison cheap: the line of names,
or the first row with all numbers replaced by 0, which files of the shape have near their beginning.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.errors import TidemarkError
from services.ingest.plan import NUMBERS, ColumnKind, ReadingPlan
from services.ingest.reading_options import ReadingOptions
from services.ingest.sniff import sniff

_HEAD = 1 << 16
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class FileShape:
    """``mark`` is "" if the line is too far from the beginning; then only ``digest`` is compared."""

    mark: str
    digest: str


def shape_of(source: Path, name: str, options: ReadingOptions) -> FileShape:
    """Shape of a file under ``options``.

    Raises:
        RefusedFile, WrongOption: it cannot be read with these options.
    """
    plan = sniff(source, name, options)
    lines = _lines(source)
    if plan.header:
        mark = _line_above(plan, lines)
    else:
        mark = _NUMBER.sub("0", lines[plan.data_line - 1]) if plan.data_line <= len(lines) else ""
    return FileShape(mark, _digest(plan, lines))


def _line_above(plan: ReadingPlan, lines: list[str]) -> str:
    """Last non-empty line above the table."""
    return next((line for line in reversed(lines[: plan.data_line - 1]) if line), "")


def first_fitting(
    source: Path, name: str, remembered: Iterable[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """The first of ``remembered`` (mark, digest, options) with the shape of the file, or None."""
    marks: set[str] | None = None
    lines: list[str] = []
    for candidate in remembered:
        if marks is None:
            lines = _lines(source)
            marks = {"", *lines, *(_NUMBER.sub("0", line) for line in lines)}
        if candidate["mark"] in marks and _fits(source, name, candidate, lines):
            return candidate
    return None


def _fits(source: Path, name: str, candidate: Mapping[str, Any], lines: list[str]) -> bool:
    try:
        plan = sniff(source, name, ReadingOptions.from_json(candidate["options"]))
        return bool(_digest(plan, lines) == candidate["digest"])
    except TidemarkError:
        return False


def _lines(source: Path) -> list[str]:
    """First lines of a file, without blanks and quotation marks."""
    with source.open("rb") as file:
        head = file.read(_HEAD)
    codec = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "latin-1"
    text = head.decode(codec, "replace").replace("\r\n", "\n").replace("\r", "\n")
    return [re.sub(r'[\s"]', "", line) for line in text.split("\n")]


def _digest(plan: ReadingPlan, lines: list[str]) -> str:
    columns = plan.header_cells
    if not plan.header:
        columns = [
            _NUMBER.sub("0", _line_above(plan, lines)),
            *(_coarse(column.kind) for column in plan.columns),
        ]
    text = json.dumps([plan.delimiter, plan.blanks, plan.header, columns])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _coarse(kind: ColumnKind) -> str:
    return "number" if kind in NUMBERS or kind is ColumnKind.EPOCH else "other"
