"""Decode CSV files of spreadsheets: UTF-16 (with or without byte order mark), UTF-8, or else Windows-1252."""

from __future__ import annotations

import codecs


def decode(data: bytes) -> str:
    """``data`` as text, without byte order mark; an incomplete character at the end is ignored."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    for first, codec in ((1, "utf-16-le"), (0, "utf-16-be")):  # every other byte of ASCII letters is 0
        if len(data) > 3 and not any(data[first:64:2]) and all(data[1 - first : 64 : 2]):
            return data.decode(codec, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
