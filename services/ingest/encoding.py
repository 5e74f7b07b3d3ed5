"""Detect the encoding of a text from its first bytes."""

from __future__ import annotations

import codecs
import re

from services.ingest.plan import ReadingPlan, refusal
from services.ingest.reading_options import WrongOption
from services.timeseries.lines import DECODED

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
    "KOI8-R": "koi8-r",
    **DECODED,
}
LETTERS = frozenset({"Windows-1251"})  # guessed from letters: the rest of the file is checked against it
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
    if len(_UNPRINTABLE.findall(head)) > max(1, len(head) // 200):
        raise refusal(file, "this is not a text file; export the recording as CSV and add that.")
    return detect_bytes(head, file, 1), 0


def take(head: bytes, file: str, name: str) -> tuple[str, int]:
    """Like :func:`detect`, for an encoding chosen by the user.

    Raises:
        RefusedFile: the text has NUL bytes.
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
    """Check that ``text`` has the encoding ``name``; it begins at line ``first_line`` and may end inside a character.

    Raises:
        WrongOption: it has another encoding.
    """
    try:
        codecs.getincrementaldecoder(CODECS[name])().decode(bytes(text), final=False)
    except UnicodeDecodeError as error:
        line = first_line + text[: error.start].count(b"\n")
        problem = f"“{file}”, line {line}: the text is not {name}; choose another encoding."
        raise WrongOption("encoding", problem) from None


def _detect_utf16(head: bytes, file: str) -> str:
    """UTF-16 without byte order mark: nearly every other byte of a table of numbers is NUL."""
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
    """Encoding of a text without NUL bytes, which may end inside a character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(bytes(text), final=False)
    except UnicodeDecodeError as error:
        if name := _guess(bytes(text)):
            return name
        if _MULTIBYTE.search(text):
            line = first_line + text[: error.start].count(b"\n")
            raise refuse_mixed(file, line) from None
        return "Latin-1" if re.search(rb"[\x80-\x9f]", text) and not _is_cp1252(text) else "Windows-1252"
    return "UTF-8"


# ---- guesses --------------------------------------------------------------------------------------------

_LOOK = 1 << 16  # bytes of lines with non-ASCII characters
_RUN = re.compile(rb"[\x80-\xff]+")
_ALONE = re.compile(rb"(?<![\x80-\xff])[\xb0\xb5\xb1\xb7\xa7](?![\x80-\xff])")  # a sign such as ° by itself
_EAST = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_SAME = frozenset(  # bytes that are the same character in Windows-1250, 1252 and Latin-1
    code for code in range(0xA0, 0x100) if bytes([code]).decode("cp1250") == bytes([code]).decode("cp1252")
)
_SIGNS = frozenset(b"\xb0\xb5\xb1\xa0\xa7\xb7\xab\xbb")  # ° µ ± and others in Windows-1251 too


_MEASURES = "\u2103\u2109\u2126\u00b0\u00b1\u00b2\u00b3\u03bc"  # ℃ ° ± ² and others
_EASTERN_WORDS = {  # of column names; they decide between encodings that both fit
    "Shift-JIS": ("時間", "日時", "日付", "時刻", "温度", "電圧", "電流", "湿度", "圧力"),
    "EUC-KR": ("시간", "일시", "날짜", "온도", "전압", "전류", "습도", "압력"),
    "GB18030": ("时间", "日期", "温度", "电压", "电流", "湿度", "压力", "数值"),
    "Big5": ("時間", "日期", "溫度", "電壓", "電流", "濕度", "壓力", "數值"),
}


def _guess(text: bytes) -> str:
    """Cyrillic or East Asian encoding, from the bytes of short names; "" for a Western European one."""
    odd = _odd_lines(text)
    runs = _RUN.findall(odd)
    high = b"".join(runs)
    if not high or _is_western(odd, high):
        return ""
    letters = sum(byte >= 0xC0 or byte in b"\xb8\xa8\xb9" for byte in high)
    small = sum(byte >= 0xE0 for byte in high)
    is_word = letters > 0.9 * len(high) and max(map(len, runs)) >= 3 and not _joined_to_ascii(odd)
    if is_word and small > 0.5 * len(high):
        return "Windows-1251"
    return _eastern(odd) or ("Windows-1251" if is_word else "")


def _eastern(odd: bytes) -> str:
    """East Asian encoding that fits; "" if none does."""
    odd = _ALONE.sub(b" ", odd)
    pairs = [
        pair
        for run in re.findall(rb"(?:[\x81-\xfe][\x40-\x7e\x80-\xfe])+", odd)
        for pair in _EAST.findall(run)
    ]
    if len(pairs) < 2:
        return ""
    leads, trails = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if any(lead < 0xA1 for lead in leads):
        order = ("Shift-JIS", "GB18030", "Big5")
    elif any(trail < 0x7F for trail in trails):
        order = ("Big5", "GB18030", "Shift-JIS")
    elif all(0xB0 <= lead <= 0xC8 for lead in leads):
        order = ("EUC-KR", "GB18030", "Big5")
    else:
        order = ("GB18030", "EUC-KR", "Big5")
    fitting = [name for name in order if _reads_as(odd, name)]
    for name in fitting:
        if any(word.encode(CODECS[name]) in odd for word in _EASTERN_WORDS[name]):
            return name
    return fitting[0] if fitting else ""


def _reads_as(odd: bytes, name: str) -> bool:
    """Whether the text is valid in that encoding and consists mostly of its letters."""
    try:
        plain = codecs.getincrementaldecoder(CODECS[name])().decode(odd, final=False)
    except UnicodeDecodeError:
        return False
    other = [character for character in plain if not character.isascii() and character not in _MEASURES]
    return bool(other) and sum(_is_eastern(character) for character in other) > 0.9 * len(other)


def _is_eastern(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3" or character >= "\uff00"


def _odd_lines(text: bytes) -> bytes:
    """The first lines with non-ASCII characters, with their ends: a character may not continue behind one."""
    odd_lines, size = [], 0
    for line in text.splitlines(keepends=True):
        if not line.isascii():
            odd_lines.append(line)
            size += len(line)
            if size > _LOOK:
                break
    return b"".join(odd_lines)


def _is_western(odd: bytes, high: bytes) -> bool:
    """Signs such as ° and µ, or letters between ASCII letters: ``Größe``."""
    if all(byte in _SIGNS for byte in high):
        return True
    runs = max(map(len, _RUN.findall(odd)))
    return runs <= 2 and (_joined_to_ascii(odd) or len(high) <= 1)


def _joined_to_ascii(odd: bytes) -> bool:
    """Whether most runs of non-ASCII bytes are next to an ASCII letter."""
    runs = _RUN.findall(odd)
    joined = re.findall(rb"[A-Za-z][\x80-\xff]+|[\x80-\xff]+[A-Za-z]", odd)
    return len(joined) * 2 > len(runs)


def doubt_guess(plan: ReadingPlan, text: bytes | bytearray) -> None:
    """Add a doubt about a guessed encoding; UTF-8 and plain Western text are certain."""
    name = plan.encoding
    if name in {"UTF-8", "UTF-16 LE", "UTF-16 BE"}:
        return
    odd = _odd_lines(bytes(text))
    high = b"".join(_RUN.findall(odd))
    if not high or (name in {"Windows-1252", "Latin-1"} and all(byte in _SAME for byte in high)):
        return
    shown = odd.decode(CODECS[name], "replace")
    word = next(iter(re.findall(r"\w*[^\x00-\x7f]+\w*", shown)), "")
    plan.doubt(
        f"The encoding is guessed to be {name} (“{word[:30]}”); choose another one with “Read it differently” if names "
        "or units look wrong."
    )


def _is_cp1252(text: bytes | bytearray) -> bool:
    return re.search(rb"[\x81\x8d\x8f\x90\x9d]", text) is None


def refuse_mixed(file: str, line: int) -> Exception:
    """The error for a non-UTF-8 byte in a UTF-8 text."""
    return refusal(file, f"the text mixes UTF-8 with another encoding; {SAVE_AS}.", line)
