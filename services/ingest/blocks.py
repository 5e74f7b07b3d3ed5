"""The source in blocks of whole rows, read once, hashed on the way."""

from __future__ import annotations

import codecs
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from services.ingest.encoding import CODECS, detect_bytes, refuse_mixed, refuse_nul
from services.ingest.plan import Plan, refusal
from services.timeseries.lines import Row, scan_rows

BLOCK = 8 << 20
_BLOCK_UTF16 = 1 << 20
_PIECE = 64 << 10  # one entry of the line index for so many bytes


@dataclass
class Block:
    """Whole rows as UTF-8 (or another superset of ASCII)."""

    text: bytearray
    size: int  # bytes of ``text`` that count
    line: int  # line of its first byte, from 1
    lines: int  # line ends in it, and one for a last line without
    offset: int  # byte of the source at which it begins
    done: int  # bytes of the source read so far
    folded: bool  # may have line ends inside quoted cells
    entries: list[tuple[int, int]] = field(default_factory=list)  # (row in the block, byte of the source)

    def rows(self, plan: Plan) -> list[Row]:
        """Where each row is; slow, for messages and for rows that are not lines."""
        return list(scan_rows(self.text[: self.size], plan.delimiter.encode()))


class Blocks:
    """Iterates once over the blocks of a source; afterwards ``sha256`` and ``size`` are known."""

    def __init__(self, source: Path, plan: Plan) -> None:
        self._source = source
        self._plan = plan
        self._hash = hashlib.sha256()
        self._utf16 = plan.encoding.startswith("UTF-16")
        self._line = plan.data_line
        self._offset = plan.data_start
        self._foreign = plan.encoding != "UTF-8"
        self._seen_utf8 = False
        self.size = source.stat().st_size

    @property
    def sha256(self) -> str:
        """Of the whole source, once all blocks were taken."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[Block]:
        with self._source.open("rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            self._hash.update(file.read(self._plan.data_start))
            yield from self._read(file)
            after = os.fstat(file.fileno())
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or file.tell() != self.size:
                raise refusal(self._plan.file, "the file changed while it was read; add it again once it is complete.")

    def _read(self, file: BinaryIO) -> Iterator[Block]:
        carry = bytearray()
        decoder = codecs.getincrementaldecoder(CODECS[self._plan.encoding])() if self._utf16 else None
        while True:
            text, size, ended = self._fill(file, carry, decoder)
            cut = size if ended else self._cut(text, size)
            carry = text[cut:size]
            if cut:
                block = self._block(text, cut, file.tell())
                yield block
            if ended:
                return

    def _fill(
        self, file: BinaryIO, carry: bytearray, decoder: codecs.IncrementalDecoder | None
    ) -> tuple[bytearray, int, bool]:
        """``carry`` and what follows it: the buffer, bytes that count in it, and whether the source ended."""
        if decoder is not None:
            raw = file.read(_BLOCK_UTF16)
            self._hash.update(raw)
            text = carry + self._decode(decoder, raw)
            size, ended = len(text), not raw
        else:
            text = bytearray(len(carry) + BLOCK)  # read in place: no second copy of the block
            text[: len(carry)] = carry
            with memoryview(text) as view:
                count = file.readinto(view[len(carry) :])  # type: ignore[attr-defined]  # an unbuffered file has it
                self._hash.update(view[len(carry) : len(carry) + count])
            size, ended = len(carry) + count, count == 0
        self._check(text, len(carry), size)
        if self._plan.newline == "\r":
            text = text.replace(b"\r", b"\n")
        return text, size, ended

    def _decode(self, decoder: codecs.IncrementalDecoder, raw: bytes) -> bytes:
        try:
            return decoder.decode(raw, final=not raw).encode()
        except UnicodeError:
            what = f"the text is not valid {self._plan.encoding}; save it as UTF-8 and add it again."
            raise refusal(self._plan.file, what, self._line) from None

    def _check(self, text: bytearray, start: int, size: int) -> None:
        """Refuse NUL bytes and mixed encodings in what was just read."""
        if text.find(b"\0", start, size) >= 0:
            raise refuse_nul(text[:size], self._plan.file, self._line)
        if self._utf16 or text.isascii():
            return
        found = detect_bytes(text[:size], self._plan.file, self._line)
        if found == "UTF-8":
            self._seen_utf8 = True
        elif not self._foreign and self._seen_utf8:
            raise refuse_mixed(self._plan.file, self._line)
        else:
            self._foreign, self._plan.encoding = True, found

    def _cut(self, text: bytearray, size: int) -> int:
        """End of the last whole row."""
        cut = text.rfind(b"\n", 0, size) + 1
        if cut and text.find(b'"', 0, size) >= 0 and _odd_quotes(text, size):
            rows = list(scan_rows(text[:size], self._plan.delimiter.encode(), finished=False))
            cut = text.find(b"\n", rows[-1].stop) + 1 if rows else 0
        if not cut and size >= BLOCK:
            raise self._refuse_long(text[:size])
        return cut

    def _refuse_long(self, text: bytearray) -> Exception:
        if b"\n" in text:
            what = "a quotation mark opens in this row and is never closed; correct it and add the file again."
        else:
            what = "the line is longer than 8 MB; write one row per sample, each on its own line."
        return refusal(self._plan.file, what, self._line)

    def _block(self, text: bytearray, size: int, done: int) -> Block:
        if size == len(text) or text[size - 1] != ord("\n"):
            self._check_closed(text, size)
        folded = text.find(b'"', 0, size) >= 0 and _odd_quotes(text, size)
        entries, lines = [(0, self._offset)], 0
        if self._utf16 or folded:
            lines = text.count(b"\n", 0, size)
        else:
            position = 0
            while position < size:
                end = text.find(b"\n", min(position + _PIECE, size), size) + 1 or size
                lines += text.count(b"\n", position, end)
                position = end
                entries.append((lines, self._offset + position))
            entries.pop()
        lines += text[size - 1] != ord("\n")
        block = Block(text, size, self._line, lines, self._offset, done, folded, entries)
        self._line += lines
        self._offset += len(text[:size].decode().encode(CODECS[self._plan.encoding])) if self._utf16 else size
        return block

    def _check_closed(self, text: bytearray, size: int) -> None:
        """Refuse a last row whose quoted cell is still open."""
        if text.find(b'"', 0, size) >= 0 and _odd_quotes(text, size, at_end=True):
            delimiter = self._plan.delimiter.encode()
            last = None
            for last in scan_rows(text[:size] + b"\n", delimiter):
                pass
            if last is not None and not list(scan_rows(text[last.start : size] + b"\n", delimiter, finished=False)):
                what = "a quotation mark opens in this row and is never closed; correct it and add the file again."
                raise refusal(self._plan.file, what, self._line + last.line)


def _odd_quotes(text: bytearray, size: int, at_end: bool = False) -> bool:
    """Is the number of quotation marks odd before some line end (or in all)?

    If it never is, no cell has a line end in it: the quick test that spares most files the slow scan.
    """
    if at_end:
        return text.count(b'"', 0, size) % 2 == 1
    data = np.frombuffer(text, np.uint8, size)
    quotes, ends = np.flatnonzero(data == ord('"')), np.flatnonzero(data == ord("\n"))
    return bool((np.searchsorted(quotes, ends) & 1).any())
