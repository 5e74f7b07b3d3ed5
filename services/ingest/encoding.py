"""Detect the encoding of a text from its first bytes."""

from __future__ import annotations

import codecs
import re

from services.ingest.plan import refusal
from services.ingest.reading_options import WrongOption

_MULTIBYTE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_UNPRINTABLE = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
CODECS = {
    "UTF-8": "utf-8",
    "UTF-16 LE": "utf-16-le",
    "UTF-16 BE": "utf-16-be",
    "Windows-1252": "cp1252",
    "Latin-1": "latin-1",
    "Windows-1250": "cp1250",
    "Windows-1251": "cp1251",
}
_MARKS = {"UTF-8": codecs.BOM_UTF8, "UTF-16 LE": codecs.BOM_UTF16_LE, "UTF-16 BE": codecs.BOM_UTF16_BE}
_NEARLY_ALL, _NEARLY_NONE = 0.7, 0.05  # share of NUL bytes
SAVE_AS = "save it as UTF-8 and add it again"


def detect(head: bytes, file: str) -> tuple[str, int]:
    """``(name in CODECS, length of the byte order mark)``.

    Raises:
        RefusedFile: UTF-32, NUL bytes, control characters, or UTF-8 mixed with something else.
    """
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise refusal(file, f"the text is encoded as UTF-32, which Tidemark does not read; {SAVE_AS}.")
    for name, mark in _MARKS.items():
        if head.startswith(mark):
            if name == "UTF-8" and detect_bytes(head[len(mark) :], file, 1) != name:
                raise refuse_mixed(file, 1)
            return name, len(mark)
    if b"\0" in head:
        return _detect_utf16(head, file), 0
    if len(_UNPRINTABLE.findall(head)) > len(head) // 200:
        raise refusal(file, "this is not a text file; export the recording as CSV and add that.")
    return detect_bytes(head, file, 1), 0


def take(head: bytes, file: str, name: str) -> tuple[str, int]:
    """What :func:`detect` gives, for a text whose encoding the user chose.

    Raises:
        RefusedFile: there are NUL bytes.
        WrongOption: the text is not in that encoding.
    """
    mark = _MARKS.get(name, b"")
    length = len(mark) if mark and head.startswith(mark) else 0
    if not name.startswith("UTF-16"):
        if b"\0" in head:
            raise refuse_nul(head, file, 1)
        check(head[length:], file, 1, name)
    return name, length


def check(text: bytes | bytearray, file: str, first_line: int, name: str) -> None:
    """See that ``text``, which begins at line ``first_line`` and may be cut inside a character, is so encoded.

    Raises:
        WrongOption: it is not.
    """
    try:
        codecs.getincrementaldecoder(CODECS[name])().decode(bytes(text), final=False)
    except UnicodeDecodeError as error:
        line = first_line + text[: error.start].count(b"\n")
        what = f"“{file}”, line {line}: the text is not {name}; choose another encoding."
        raise WrongOption("encoding", what) from None


def _detect_utf16(head: bytes, file: str) -> str:
    """UTF-16 without a mark: nearly every other byte of a table of numbers is NUL."""
    half = max(1, len(head) // 2)
    even, odd = head[0::2].count(0) / half, head[1::2].count(0) / half
    if odd > _NEARLY_ALL and even < _NEARLY_NONE:
        return "UTF-16 LE"
    if even > _NEARLY_ALL and odd < _NEARLY_NONE:
        return "UTF-16 BE"
    raise refuse_nul(head, file, 1)


def refuse_nul(text: bytes | bytearray, file: str, first_line: int) -> Exception:
    """The error for a NUL byte in ``text``, which begins at line ``first_line``."""
    line = first_line + text[: text.find(b"\0")].count(b"\n")
    return refusal(file, "there is a NUL byte, so the file is damaged or not text; export it again.", line)


def detect_bytes(text: bytes | bytearray, file: str, first_line: int) -> str:
    """Encoding of a text without NUL bytes whose end may be cut inside a character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(bytes(text), final=False)
    except UnicodeDecodeError as error:
        if _MULTIBYTE.search(text):
            line = first_line + text[: error.start].count(b"\n")
            raise refuse_mixed(file, line) from None
        return "Latin-1" if re.search(rb"[\x80-\x9f]", text) and not _is_cp1252(text) else "Windows-1252"
    return "UTF-8"


def _is_cp1252(text: bytes | bytearray) -> bool:
    return re.search(rb"[\x81\x8d\x8f\x90\x9d]", text) is None


def refuse_mixed(file: str, line: int) -> Exception:
    """The error for a byte that is no UTF-8 in a text that is UTF-8 elsewhere."""
    return refusal(file, f"the text mixes UTF-8 with another encoding; {SAVE_AS}.", line)
