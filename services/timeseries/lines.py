"""Rows of a CSV text as byte ranges; skips blank lines, handles quoted line ends."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.timeseries.info import Reading

_QUOTE = ord('"')
_PIECE = 1 << 20
DECODED = {  # encodings in which an ASCII byte may be part of another character, with their codecs
    "UTF-16 LE": "utf-16-le",
    "UTF-16 BE": "utf-16-be",
    "Shift-JIS": "cp932",
    "EUC-KR": "cp949",
    "GB18030": "gb18030",
    "Big5": "big5hkscs",
}


class LineBytes(NamedTuple):
    """Bytes ``start`` to ``stop - 1`` of a text, without the line end; ``line`` counts from 0."""

    start: int
    stop: int
    line: int


def scan_rows(text: bytes | bytearray, delimiter: bytes, finished: bool = True) -> Iterator[LineBytes]:
    """The rows of ``text`` without blank lines.

    A quote opens only at the start of a cell, as in RFC 4180 and in pyarrow; elsewhere it is a character. A
    last row without a line end, or with an open quote, is included only when ``finished``.
    """
    position, line, size = 0, 0, len(text)
    while position < size:
        start, first, open_at = position, line, False
        while True:
            end = text.find(b"\n", position)
            stop = size if end < 0 else end
            open_at = ends_open(text[position:stop], delimiter, open_at)
            position, line = stop + 1, line + 1
            if end < 0 or not open_at:
                break
        if (end < 0 or open_at) and not finished:
            return
        if stop > start and text[stop - 1 : stop] == b"\r":
            stop -= 1
        if stop > start:
            yield LineBytes(start, stop, first)


def ends_open(line: bytes | bytearray, delimiter: bytes, inside: bool) -> bool:
    """True if a quoted cell is open at the end of ``line``; ``inside``: it is open at the beginning."""
    if line.find(b'"') < 0:
        return inside
    position, separator = 0, delimiter[0]
    if not inside:
        if line[0] != _QUOTE:
            position = _next_cell(line, delimiter, 0)
            if position < 0:
                return False
        position += 1 if line[position : position + 1] == b'"' else 0
    while True:
        close = line.find(b'"', position)
        if close < 0:
            return True
        if line[close + 1 : close + 2] == b'"':
            position = close + 2
            continue
        if close + 1 < len(line) and line[close + 1] == separator and line[close + 2 : close + 3] == b'"':
            position = close + 3
            continue
        opened = _next_cell(line, delimiter, close)
        if opened < 0:
            return False
        position = opened + 1


def _next_cell(line: bytes | bytearray, delimiter: bytes, start: int) -> int:
    """Position of the quote of the next quoted cell after ``start``, or -1."""
    position = line.find(delimiter + b'"', start)
    return position + 1 if position >= 0 else -1


def read_row(source: Path, index: NDArray[np.int64], row: int, reading: Reading) -> bytes:
    """Text of data row ``row`` of ``source``, as UTF-8 without its line end.

    Args:
        index: int64 [n, 2], ascending: data row, byte offset of its beginning.
    """
    entry = int(np.searchsorted(index[:, 0], row, side="right")) - 1
    skip, offset = row - int(index[entry, 0]), int(index[entry, 1])
    size = _PIECE
    while True:
        with open(source, "rb", opener=_open_no_link) as file:
            file.seek(offset)
            raw = file.read(size)
        text = decode(raw, reading.encoding)
        if reading.newline == "\r":
            text = text.replace(b"\r", b"\n")
        rows = scan_rows(text, reading.delimiter.encode(), finished=len(raw) < size)
        for number, cells in enumerate(rows):
            if number == skip:
                return text[cells.start : cells.stop]
        if len(raw) < size:
            raise OSError("the source is shorter than its line index")
        size *= 4


def _open_no_link(path: str, flags: int) -> int:
    """Opener of a file that must not be a link, which could lead out of the data folder."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


def decode(raw: bytes, encoding: str) -> bytes:
    """``raw``, possibly cut inside a character, as UTF-8 if its encoding is one of DECODED."""
    codec = DECODED.get(encoding)
    if codec is None:
        return raw
    return codecs.getincrementaldecoder(codec)("replace").decode(raw, final=False).encode()
