"""Detect files of other formats with the suffix of a text table, by their magic bytes."""

from __future__ import annotations

import re

_SIGNATURES = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"PAR1", "a Parquet table"),
    (b"ARROW1", "an Arrow table"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
)


_LOOK = 64  # bytes
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_WORDS = frozenset(
    {b"GIF8", b"BZh", b"Rar!", b"PAR1", b"ARROW1"}
)  # may be the first cell of a text: PAR1,PAR2


def recognise(head: bytes) -> str | None:
    """Format of a file by its first bytes, worded to follow “is”; None if it may be text."""
    if head.startswith(b"PK\x03\x04"):
        return "an Excel workbook" if b"xl/" in head or b"[Content_Types]" in head[:4096] else "a ZIP archive"
    text = head[:_LOOK].isascii() and not _CONTROL.search(head[:_LOOK])
    for start, words in _SIGNATURES:
        if head.startswith(start) and not (text and start in _WORDS):
            return words
    if head.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if head.lstrip()[:1] == b"{":
        return "a JSON document"
    return None
