"""Times as other languages write them, translated to the digits and words that :mod:`.spellings` reads."""

from __future__ import annotations

import re
import unicodedata

_ZEROS = "٠۰०০੦૦୦௦౦೦൦๐໐༠၀០０"  # first digits of decimal digits in other scripts
DIGITS = {ord(zero) + digit: str(digit) for zero in _ZEROS for digit in range(10)}
INVISIBLE = dict.fromkeys(
    (0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
_SIGNS = {0xFF1A: ":", 0xFF0F: "/", 0x2044: "/", 0x3000: " "}
_TABLE: dict[int, str | None] = {**DIGITS, **INVISIBLE, **_SIGNS}
QUOTES = "'\"\u201c\u201d\u201e\u2018\u2019`"
QUOTE_SIGNS = frozenset(QUOTES)

_DATE = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]?")
_ERAS = {
    "民國": 1911,
    "民国": 1911,
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
    "大正": 1911,
}  # the year before the first
_ERA = re.compile(rf"(?:中華|中华)?({'|'.join(_ERAS)})\s?(\d{{1,3}}|元)\s?(?=年)")
_CLOCK = re.compile(r"(\d{1,2})\s?[時时시点點](?:\s?(\d{1,2})\s?[分분](?:\s?(\d{1,2}(?:\.\d+)?)\s?[秒초])?)?")
_WEEKDAY = re.compile(
    r"\s?[((](?:[月火水木金土日一二三四五六]|[周週星].{0,2}|[월화수목금토일])[))]|\s?星期[一二三四五六日天]"
)
_CLOCK_FIRST = re.compile(  # [10:00:00.000 20/02/2024]
    r"\[?(\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?)[ ,]+(\d{1,4}[-/.]\d\d?[-/.]\d{1,4})\]?", re.ASCII
)
_HALVES = {
    **dict.fromkeys(("上午", "午前", "오전", "πμ", "π.μ.", "öö", "ق.ظ", "ص"), "AM"),
    **dict.fromkeys(("下午", "午後", "오후", "μμ", "μ.μ.", "ös", "ب.ظ", "م"), "PM"),
}
_HALF = re.compile("|".join(map(re.escape, sorted(_HALVES, key=len, reverse=True))), re.IGNORECASE)
_TURKISH = ("oca", "şub", "mar", "nis", "may", "haz", "tem", "ağu", "eyl", "eki", "kas", "ara")
_RUSSIAN = ("янв", "фев", "мар", "апр", "ма[йя]", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = [
    (re.compile(rf"\b{stem}[^\W\d_]{{0,7}}\.?", re.IGNORECASE), english)
    for stems in (_TURKISH, _RUSSIAN)
    for stem, english in zip(stems, _ENGLISH, strict=True)
    if not stem.isascii()
] + [
    (re.compile(rf"(?<=\d )(?:{words})\b", re.IGNORECASE), english)
    for words, english in (
        ("ocak|oca", "Jan"), ("nisan|nis", "Apr"), ("haziran|haz", "Jun"), ("temmuz|tem", "Jul"),
        ("eylül|eyl", "Sep"), ("ekim|eki", "Oct"),
        ("kas\u0131m|kas", "Nov"), ("aral\u0131k|ara", "Dec"), ("may\u0131s", "May"),
    )
]  # fmt: skip
TURKISH_MONTHS = r"(?i)[0-9] (?:oca|nis|haz|tem|eyl|eki|kas|ara)"  # in ASCII
_TURKISH_WORDS = re.compile(TURKISH_MONTHS)


def plain_time(text: str) -> str:
    """``2024-2-20 1:05:00 AM`` of ``2024年2月20日 上午1:05:00``; quotation marks around the cell are left out."""
    if ":" in text[:5] and (match := _CLOCK_FIRST.fullmatch(text.strip().strip(QUOTES))):
        return f"{match[2]} {match[1]}"
    if text.isascii() and text.lstrip()[:1] not in QUOTE_SIGNS and not _TURKISH_WORDS.search(text):
        return text
    text = text.translate(_TABLE).strip().strip(QUOTES)
    if text.isascii() and not _TURKISH_WORDS.search(text):
        return text
    text = unicodedata.normalize("NFC", text)
    text = _ERA.sub(_year, _WEEKDAY.sub("", text))
    text = _CLOCK.sub(_clock, _DATE.sub(r"\1-\2-\3 ", text))
    if half := _HALF.search(text):
        text = f"{text[: half.start()]}{text[half.end() :]} {_HALVES[half[0].lower()]}"
    for pattern, english in _MONTHS:
        text = pattern.sub(english, text)
    return " ".join(text.split())


def _year(match: re.Match[str]) -> str:
    """The year of ``民國113`` and ``令和元``."""
    return str(_ERAS[match[1]] + (1 if match[2] == "元" else int(match[2])))


def _clock(match: re.Match[str]) -> str:
    hour, minute, second = match.groups()
    return f"{hour}:{minute or '00'}" + (f":{second}" if second else "")
