"""Read a source file once in blocks of whole rows, and hash it."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

import numpy as np

from services.ingest.encoding import (
    CODECS,
    LETTERS,
    check,
    detect_bytes,
    doubt_guess,
    refuse_mixed,
    refuse_nul,
)
from services.ingest.plan import ReadingPlan, refusal
from services.timeseries.lines import DECODED, LineBytes, scan_rows

BLOCK = 3 << 20
_LONGEST = 5 << 20  # bytes of a row
_BLOCK_UTF16 = 1 << 20
_PIECE = 64 << 10  # bytes per entry of the line index
_LINE_END, _QUOTE = ord("\n"), ord('"')
_STRICT_ROW = rb'(?:"(?:[^"]|"")*+"|(?!")[^@\n]*+)(?:@(?:"(?:[^"]|"")*+"|(?!")[^@\n]*+))*+'
_MARK = codecs.BOM_UTF8
_UNCLOSED = "a quotation mark opens in this row and is never closed; correct it and add the file again."


@dataclass
class Block:
    """Whole rows as UTF-8 (or another superset of ASCII)."""

    text: bytes
    size: int  # used bytes of ``text``
    line: int  # line of its first byte, from 1
    lines: int  # number of lines; a last line without a line end counts too
    offset: int  # byte of the source at which it begins
    done: int  # bytes of the source read so far
    folded: bool  # may have line ends inside quoted cells
    entries: list[tuple[int, int]]  # (row in the block, byte of the source)
    last: bool = False  # last block of the file
    dropped: list[int] = field(default_factory=list)  # starts of dropped rows (not data), ascending
    source: bytes = b""  # the text before rows were dropped
    ragged: bool = False  # rows without their last cells, or with empty cells too many, are completed
    above: dict[int, str | None] = field(default_factory=dict)  # values above it of columns with empty cells
    even: bytes = b""  # the text with completed rows; empty until it is needed

    def rows(self, plan: ReadingPlan) -> list[LineBytes]:
        """Position of each row; slow, for messages and for rows with line ends in cells."""
        return list(scan_rows(self.text[: self.size], plan.delimiter.encode()))

    def line_at(self, start: int) -> int:
        """Line of the source, from 1, of the row that begins at byte ``start`` of the text."""
        return self.line + (self.source or self.text).count(b"\n", 0, start)

    def drop(self, rows: list[LineBytes]) -> None:
        """Blank out rows; the positions of later rows do not change."""
        self.source = self.source or self.text
        text = bytearray(self.text)
        for row in rows:
            text[row.start : row.stop] = b"\n" * (row.stop - row.start)
        self.text, self.even = bytes(text), b""
        self.dropped = sorted([*self.dropped, *(row.start for row in rows)])


class Blocks:
    """Iterates once over the blocks of a source; afterwards ``sha256`` and ``size`` are known."""

    def __init__(self, source: Path, plan: ReadingPlan) -> None:
        self._source = source
        self._plan = plan
        self._hash = hashlib.sha256()
        self._decoded = plan.encoding in DECODED
        self._line = plan.data_line
        self._offset = plan.data_start
        self._foreign = plan.encoding != "UTF-8"
        self._seen_utf8 = False
        self.size = source.stat().st_size

    @property
    def sha256(self) -> str:
        """SHA-256 of the whole source, valid after the last block."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[Block]:
        with FileIO(self._source) as file:
            before = os.fstat(file.fileno())
            before_data = file.read(self._plan.data_start)
            self._seen_utf8 = not self._foreign and not before_data.isascii()
            self._hash.update(before_data)
            yield from self._read(file)
            after = os.fstat(file.fileno())
            if (before.st_size, before.st_mtime_ns) != (
                after.st_size,
                after.st_mtime_ns,
            ) or self._offset != self.size:
                raise refusal(
                    self._plan.file, "the file changed while it was read; add it again once it is complete."
                )

    def _read(self, file: FileIO) -> Iterator[Block]:
        codec = CODECS[self._plan.encoding] if self._decoded else None
        block_size = _BLOCK_UTF16 if codec else BLOCK
        while raw := file.read(block_size):
            ended = len(raw) < block_size
            if not ended and self._plan.newline[-1:].encode() not in raw:
                raw += file.read(_LONGEST - len(raw))
                ended = len(raw) < _LONGEST
            text = self._decode(codec, raw, ended) if codec else raw
            if self._plan.newline == "\r":
                text = text.replace(b"\r", b"\n")
            size = len(text) if ended else self._cut(text)
            used = len(text[:size].decode().encode(codec)) if codec else size
            file.seek(self._offset + used)  # the incomplete last row is read again: cheaper than keeping it
            self._hash.update(raw if ended else memoryview(raw)[:used])
            if not text.isascii():  # marks of files that were appended; blanks keep the positions of bytes
                text = text.replace(b"\n" + _MARK, b"\n   ")
            self._check(text)
            yield self._block(text, size, used, ended)

    def _decode(self, codec: str, raw: bytes, ended: bool) -> bytes:
        try:
            return codecs.getincrementaldecoder(codec)().decode(raw, final=ended).encode()
        except UnicodeError:
            guessed = not self._plan.encoding.startswith("UTF-16")
            choose = "choose its encoding (import --encoding), or " if guessed else ""
            problem = (
                f"the text is not valid {self._plan.encoding}; {choose}save it as UTF-8 and add it again."
            )
            raise refusal(self._plan.file, problem, self._line) from None

    def _check(self, text: bytes) -> None:
        """Refuse NUL bytes and mixed encodings."""
        if b"\0" in text:
            raise refuse_nul(text, self._plan.file, self._line)
        if self._decoded or text.isascii():
            return
        if self._plan.options.encoding or (self._foreign and self._plan.encoding in LETTERS):
            check(text, self._plan.file, self._line, self._plan.encoding)
            return
        detected = detect_bytes(text, self._plan.file, self._line)
        if detected == "UTF-8":
            self._seen_utf8 = True
        elif not self._foreign and self._seen_utf8:
            line = self._line + text[: _first_invalid(text)].count(b"\n")
            raise refuse_mixed(self._plan.file, line)
        else:
            self._foreign, self._plan.encoding = True, detected
            doubt_guess(self._plan, text)

    def _cut(self, text: bytes) -> int:
        """End of the last whole row."""
        cut = text.rfind(b"\n") + 1
        if cut and b'"' in text and _odd_quotes(text):
            rows = list(scan_rows(text, self._plan.delimiter.encode(), finished=False))
            cut = text.find(b"\n", rows[-1].stop) + 1 if rows else 0
        if not cut:
            problem = "the line is longer than 5 MB; write one row per sample, each on its own line."
            raise refusal(self._plan.file, _UNCLOSED if b"\n" in text else problem, self._line)
        return cut

    def _block(self, text: bytes, size: int, used: int, ended: bool) -> Block:
        text = text[:size] if size < len(text) and self._plan.newline == "\r" else text
        folded = b'"' in text and _odd_quotes(text[:size])
        if folded:
            self._check_folded(text[:size])
        if ended and b'"' in text:
            self._check_closed(text)
        entries = _line_index(text, size, self._offset)
        lines = entries.pop()[0]
        lines += text[size - 1] != _LINE_END
        if self._decoded or folded:
            entries = entries[:1]
        block = Block(
            text, size, self._line, lines, self._offset, self._offset + used, folded, entries, last=ended
        )
        self._line += lines
        self._offset += used
        return block

    def _check_folded(self, text: bytes) -> None:
        """Refuse a multi-line row with a misplaced quotation mark, which could hide rows."""
        strict = re.compile(_STRICT_ROW.replace(b"@", re.escape(self._plan.delimiter.encode())))
        for row in scan_rows(text, self._plan.delimiter.encode()):
            cells = text[row.start : row.stop]
            if b"\n" in cells and not strict.fullmatch(cells):
                raise refusal(self._plan.file, _UNCLOSED, self._line + row.line)

    def _check_closed(self, text: bytes) -> None:
        """Refuse a last row whose quoted cell is still open."""
        if text.count(b'"') % 2 == 0:
            return
        delimiter = self._plan.delimiter.encode()
        last = list(scan_rows(text, delimiter))[-1]
        if not list(scan_rows(text[last.start :] + b"\n", delimiter, finished=False)):
            raise refusal(self._plan.file, _UNCLOSED, self._line + last.line)


def _line_index(text: bytes, size: int, offset: int) -> list[tuple[int, int]]:
    """``(row, byte)`` of about every 64th kilobyte, as if each line were a row; the last entry is the end."""
    data = np.frombuffer(text, np.uint8, size)
    entries, position, lines = [(0, offset)], 0, 0
    while position < size:
        end = text.find(b"\n", min(position + _PIECE, size - 1), size) + 1 or size
        lines += int(np.count_nonzero(data[position:end] == _LINE_END))
        position = end
        entries.append((lines, offset + position))
    return entries


def _first_invalid(text: bytes) -> int:
    """Position of the first byte that is not UTF-8."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(text)


def _odd_quotes(text: bytes) -> bool:
    """Whether the number of quotation marks before some line end is odd.

    If not, no cell contains a line end, and the slow scan is not needed.
    """
    data = np.frombuffer(text, np.uint8)
    quotes, ends = np.flatnonzero(data == _QUOTE), np.flatnonzero(data == _LINE_END)
    return bool((np.searchsorted(quotes, ends) & 1).any())
