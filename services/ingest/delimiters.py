"""Choose the delimiter."""

from __future__ import annotations

import re
from itertools import pairwise

from services.ingest.cells import (
    cell_class,
    is_grouped,
    is_number,
    quantity,
)
from services.ingest.names import UNIT_WORD
from services.ingest.notdata import (
    is_comment,
)
from services.ingest.plan import BLANKS
from services.ingest.samplerows import DELIMITERS, Sample

DELIMITER_ROWS = 100
_SEARCHED_ROWS = 400  # the last of them determine the delimiter: those above may be a head
_FEW_STEPS = 5  # rows in which steps may be equal by chance
_DATED = re.compile(  # possibly with an unsupported zone, or minutes and seconds
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T]\d{1,2}:\d\d|\d{1,5}:\d\d[.,]\d+\s*$"
)
_PLAIN = re.compile(r"-?\d+(?:[.,]\d+)?", re.ASCII)
_BLANK_BYTES = b"\t\x0b\x0c\x1c\x1d\x1e\x1f "


def likely_delimiter(sample: Sample) -> str:
    """The delimiter with which rows have equal numbers of cells and most cells are numbers or times.

    Runs of blanks are the delimiter only if they are clearly better; the decimal comma of a single column is not one.
    """
    best, choice = 0.0, ","
    for delimiter in (*DELIMITERS, BLANKS):
        if not (_has_blanks(sample.text) if delimiter == BLANKS else delimiter.encode() in sample.text):
            continue
        table = [cells for _, cells in sample.rows(delimiter, _SEARCHED_ROWS) if not is_comment(cells)]
        rows = table[max(0, min(len(table) // 2, len(table) - DELIMITER_ROWS)) :] if len(table) > 2 else table
        widths = [len(row) for row in rows]
        width = max(set(widths), key=widths.count, default=0)
        if width < 2:
            continue
        if delimiter == "," and not best and _is_one_column(table):
            return DELIMITERS[0]  # that no line has
        if delimiter == BLANKS and _have_other_delimiters(rows):
            continue
        cells = [cell for row in rows if len(row) == width for cell in row]
        typed = sum(map(_is_typed, cells))
        score = widths.count(width) / len(rows) * (0.01 + typed / len(cells))
        if score > best * (1.2 if delimiter == BLANKS else 1):
            best, choice = score, delimiter
    return choice


def _has_blanks(text: bytes) -> bool:
    """Whether there are blanks between cells, or characters that could be some."""
    alone = text.count(b"\r") > text.count(b"\r\n")
    return alone or not text.isascii() or any(blank in text for blank in _BLANK_BYTES)


def _have_other_delimiters(rows: list[list[str]]) -> bool:
    """Most rows have text that contains a delimiter: ``0.1,0x1A,00`` of ``0.1,0x1A,00 FF``."""
    ending = sum(sum(cell.endswith((",", ";")) for cell in row) * 2 >= len(row) for row in rows)
    if ending * 2 > len(rows):
        return True  # 0.1, "a", 0.2
    count = sum(any(re.search(r"\w[,;|]\w", cell) and not _is_typed(cell) for cell in row) for row in rows)
    return count * 2 > len(rows)


def _is_typed(cell: str) -> bool:
    """A number, a time or a switch; ``8 Good`` is two cells rather than a number with a unit."""
    if _PLAIN.fullmatch(cell):
        return True
    parsed = quantity(cell)
    if parsed and parsed[1] and parsed[1] not in ";€$£¥" and not UNIT_WORD.fullmatch(parsed[1]):
        return False
    return (
        cell_class(cell) != "x"
        or is_grouped(cell)
        or (bool(_DATED.match(cell.strip())) and not re.search(r"[;|\t]", cell))
    )


def _is_one_column(rows: list[list[str]]) -> bool:
    """A name without a comma above ``1,5``, ``2,75`` …: decimals of one column.

    Not if the first numbers rise steadily, as those of pairs below a title do.
    """
    if len(rows) < 2 or len(rows[0]) != 1 or any(len(row) > 2 for row in rows):
        return False
    if not all(is_number(",".join(row), ",") for row in rows[1:]):
        return False
    steps = {
        float(after[0]) - float(before[0]) for before, after in pairwise(rows[1:]) if is_number(before[0])
    }
    certain = any(len(row) == 1 or (row[1].startswith("0") and len(row[1]) > 1) for row in rows[1:])
    return certain or len(rows) <= _FEW_STEPS or len(steps) != 1 or steps == {0.0}
