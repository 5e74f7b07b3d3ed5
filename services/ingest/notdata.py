"""Rows that are no data: comments, settings, sections, footers, counts of rows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.ingest.cells import (
    MISSING_WORDS,
    cell_class,
    is_missing_word,
    is_number,
)
from services.ingest.headrate import (
    is_spike2_start,
    rate_in,
)

MARKS = "#%;*"  # comment signs
FOOTER = re.compile(
    r"(?:sub|grand )?total|sum(?:mary|me|ma)?\b|suma\b|somme\b|insgesamt|gesamt\b|mittelwert|moyenne|promedio|"
    r"average|mean\b|min\b|max\b|std|count\b|end\b|eof|[-=*#]{2,}|m[aá]xim|m[ií]nim|medi(?:a|ana|an)\b|mittel\b|"
    r"gemiddelde|medel|średni|合計|平均|最大|最小|итого|сумма|средн",
    re.IGNORECASE,
)
_ROWS = re.compile(
    r"\(?\d[\d,]* rows?(?: (?:affected|selected|fetched|returned|in set)\b.*)?[.)]*", re.IGNORECASE
)
_WORDS_OF_COUNT = 6  # 30 rows in set (0.00 sec)
_COMMENTED_KEY = re.compile(r"\s*[#%]+\s*([A-Za-z][\w ]*?)\s*[:=]")
_NUMBERED_COMMENT = re.compile(r"[#%;*]+\d+")
_KEY_AND_VALUE = re.compile(r"[#%;*]+\w+[=:]\S+")  # #SIZE=30, #UNITS:mV
_WAVEFORM = frozenset(("t0", "dt", "delta t", "delta_t", "x0", "delta x", "delta_x"))
_SECTION = re.compile(
    r"(?:wave ?form|curve|trace|raw|sample|measurement) data:?|\[(?:wave ?form |curve )?data\]", re.IGNORECASE
)
Cells = list[str]


def is_waveform_setting(row: Cells) -> bool:
    """The start or the interval of each channel, as LabVIEW writes them: ``dt,0.1,0.1``."""
    return (
        len(row) > 1
        and row[0].strip().rstrip(":=").lower() in _WAVEFORM
        and "x" not in map(cell_class, row[1:])
    )


def is_section(row: Cells, width: int) -> bool:
    """The title of the data below settings, once for each series (``Waveform Data,,``): no name of a column."""
    filled = {cell.strip() for cell in row if cell.strip()}
    return 1 < len(row) <= width + 1 and len(filled) == 1 and all(map(_SECTION.fullmatch, filled))


def is_setting_line(row: Cells) -> bool:
    """A comment with the rate or another number (``; Sample Rate 8000``, ``; Channels 2``), or the start of Spike2."""
    words = " ".join(row).split()
    if words and words[0].startswith("@"):
        return True  # a command of Grace
    if len(words) > 1 and words[0].endswith("=") and sum(word.endswith("=") for word in words) > 1:
        return True  # NPTS= 4000, DT= .005 SEC
    if not words or words[0][:1] not in MARKS:
        return is_spike2_start(row)
    if len(row) > 2 and _NUMBERED_COMMENT.fullmatch(row[0].strip()) and row[1].rstrip().endswith(":"):
        return True  # #1, Recorder:, X
    if len(words) == 1 and _KEY_AND_VALUE.fullmatch(words[0]):
        return True
    numbers = [place for place, word in enumerate(words) if is_number(word)]
    return rate_in(" ".join(words)) is not None or (len(words) > 2 and numbers == [len(words) - 1])


def is_footer(row: Cells, width: int) -> bool:
    """A total, a comment, or text with no or too few cells next to it."""
    first = row[0].strip() if row else ""
    if is_row_count(row):
        return True
    if len(row) == width and first[:1].isdigit():
        return False  # neither a word nor a comment
    kind = cell_class(first)
    if kind == "l":  # Total time = 2.5
        return len(row) < width and not any(map(is_number, row[1:]))
    if kind != "x":
        return False
    if is_comment_row(row, width):
        return True
    return FOOTER.match(first) is not None or (len(row) < width and not any(map(is_number, row[1:])))


def setting_keys(comments: Iterable[str]) -> frozenset[str]:
    """Names of the settings in lines of comment: ``name`` of ``# name: v``."""
    matches = (_COMMENTED_KEY.match(text) for text in comments)
    return frozenset(match[1].strip().lower() for match in matches if match)


def is_row_count(row: Cells) -> bool:
    """``(30 rows affected)``, as databases write below a table."""
    if not row or len(row) > _WORDS_OF_COUNT or row[-1][-1:].isdigit():
        return False
    return _ROWS.fullmatch(" ".join(row).strip()) is not None


def is_comment_row(row: Cells, width: int) -> bool:
    """A comment, also among data: ``# pause``, but neither ``#1`` nor a row of ``width`` cells that begins with a word
    for missing, such as ``####``."""
    if not is_comment(row) or is_number(row[0].strip().lstrip("#%")):
        return False
    is_data = (
        len(row) == width and is_missing_word(row[0]) and any(cell_class(cell) != "x" for cell in row[1:])
    )
    return not is_data


def is_comment(row: Cells) -> bool:
    """Whether the line begins with a comment sign that is not part of a word for missing, such as ``#DIV/0!``."""
    first = row[0].strip() if row else ""
    return first.startswith(("#", "%")) and first.casefold() not in MISSING_WORDS
