"""Formats of dates and times other than ISO 8601, which pyarrow parses.

A spelling is one regular expression with named groups, valid for Python's ``re`` and for RE2 (pyarrow): the same
pattern recognises a cell and, column-wise, cuts it into numbers. Groups: ``Y`` year, ``m`` month, ``d`` day, ``b`` name
of the month, ``A`` and ``B`` day and month in an order that must be known, ``H M S`` clock, ``e`` elapsed seconds,
``f`` fraction of a second, ``p`` AM or PM, ``zn zs zh zm`` zone: name, sign, hours, minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from services.ingest.localtext import TURKISH_MONTHS, plain_time
from services.ingest.months import LETTERS, MONTHS
from services.timeseries.clock import NANOSECONDS

_DIGIT = re.compile(r"\d")
_DIGIT_CLASS = re.compile(r"\[[^\]]*\d-\d|\[\d|(?<![\\{,\d])\d(?![\d,]*\})")  # or a digit by itself
_BLANKS = "\u00a0\u202f\u2009"  # that RE2 does not match as blanks
BUDDHIST = 2442  # earliest year of the Buddhist era: 1899
_FARTHEST = 15  # hours from UTC
_MONTHS_OF_YEAR, _LONGEST_MONTH = 12, 31
_MONTH = rf"(?P<b>[{LETTERS}]{{3,12}})\.?"
_WEEKDAY = (  # in English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Polish and Russian
    r"(?:(?i:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mi[eé]|jue|vie|s[aá]b|dom|gio"
    r"|seg|ter|qua|qui|sex|ma|wo|vr|za|zo|m[aå]n|tis|ons|tor|fre|l[oö]r|s[oö]n|pon|wt|[sś]r|czw|pt|sob|nie"
    rf"|пн|вт|ср|чт|пт|сб|вс|пон|вто|сре|чет|пят|суб|вос)[{LETTERS}]{{0,9}}(?:-feira)?\.?,?\s+)?"  # noqa: RUF001
)
_HALF = r"(?:\s*(?P<p>[AaPp](?:\.?\s?[Mm]\.?)?))?"
_CLOCK = rf"(?P<H>\d\d?)[:h](?P<M>\d\d?)(?::(?P<S>\d\d?)(?:[.,:](?P<f>\d*))?)?{_HALF}"
_POINTED = rf"(?P<H>\d\d?)\.(?P<M>[0-5]\d)(?:\.(?P<S>\d\d)(?:[.,](?P<f>\d*))?)?{_HALF}"
_ZONE = (
    r"(?:\s*(?P<zn>Z|z|UTC|GMT|utc|gmt))?(?:\s*(?P<zs>[+-])(?P<zh>\d\d?)(?::?(?P<zm>\d\d))?(?:\s+[A-Z]{3,4})?)?"
    r"(?:\s*[\[(][A-Za-z_/ +-]+[\])])?"
)
_GODA = "\u0433"  # behind a year in Bulgarian and Russian
_AT = f"@|klo|kl|um|à|at|{_GODA}"  # between a date and its clock
_HOUR = r"(?P<h>\d\d?)(?:[\s-]*(?P<q>[AaPp]\.?[Mm]\.?))?"
_TAIL = rf"(?:(?:[TtD_-]|\s*,\s*|\s+(?:(?:{_AT})\.?)?|:)\s*(?:{_CLOCK}|{_HOUR}))?{_ZONE}"
_OFFSET = r"(?:(?P<zn>UTC|GMT)|(?:UTC|GMT)?(?P<zs>[+-])(?P<zh>\d\d):?(?P<zm>\d\d))"
_END = r"(?:(?:\s+[-–]\s+|/)\d[\d./:TZ -]*)?"  # of an interval: its start is the time
_YEAR = r"(?P<Y>\d{4})"
_ANY_YEAR = r"(?P<Y>\d{4}|\d\d)"


@dataclass(frozen=True)
class Spelling:
    """Format of a date, a date with a clock time, or a clock time."""

    name: str
    pattern: str
    era: int = 0  # years ahead of the Gregorian calendar; negative: behind it

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(rf"\s*{self.pattern}\s*")

    def match(self, text: str) -> re.Match[str] | None:
        """Match of a whole cell; None for other text."""
        match = self._compiled.fullmatch(plain_time(text))
        named = match is not None and "b" in match.re.groupindex
        return None if match and named and match["b"].lower() not in MONTHS else match

    @property
    def needs_order(self) -> bool:
        """Whether the order of day and month must be known."""
        return "(?P<A>" in self.pattern

    @property
    def is_clock(self) -> bool:
        """Whether it is a clock time without a date, or an elapsed time."""
        return "(?P<Y>" not in self.pattern

    @property
    def is_elapsed(self) -> bool:
        """Whether it is an elapsed time with its days, which does not begin again at midnight."""
        return "(?P<D>" in self.pattern


def pointed(spelling: Spelling) -> Spelling:
    """A date and a clock time with points: ``10/03/2004 18.00.00``, ``10/03/2004 18.00``."""
    return Spelling(f"{spelling.name}, points", spelling.pattern.replace(_CLOCK, _POINTED))


YEAR_FIRST = Spelling(
    "year first", rf"{_YEAR}[-/.年]\s*(?P<m>\d\d?)[-/.月]\s*(?P<d>\d\d?)[日.]?{_TAIL}{_END}"
)
MINGUO = Spelling(  # 113/03/25
    "year of the Republic of China first",
    rf"(?P<Y>1[0-4]\d)[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?){_TAIL}",
    era=-1911,
)
EITHER_ORDER = Spelling(
    "day and month in either order",
    rf"{_WEEKDAY}(?P<A>\d\d?)[./-]\s?(?P<B>\d\d?)[./-]\s?{_ANY_YEAR}(?:\.|\s?{_GODA}\.)?{_TAIL}{_END}",
)
DAY_NAME = Spelling(
    "day, name of the month, year",
    rf"{_WEEKDAY}(?P<d>\d\d?)\.?(?:[ ./-]?|\s+(?:de|of)\s+){_MONTH}(?:[ ,./-]*|\s+(?:de|del|of)\s+){_ANY_YEAR}{_TAIL}",
)
NAME_DAY = Spelling(
    "name of the month, day, year",
    rf"{_WEEKDAY}{_MONTH}[ .-]+(?P<d>\d\d?)(?:st|nd|rd|th)?,?[ -]+{_YEAR}{_TAIL}",
)
SHORT_YEAR_NAME = Spelling(
    "year of two digits, name of the month, day", rf"(?P<Y>\d\d)[ ./-]?{_MONTH}[ ./-]?(?P<d>\d\d?){_TAIL}"
)  # 24MAR05
YEAR_NAME = Spelling(
    "year, name of the month, day", rf"{_YEAR}[ ./-]\s?{_MONTH}[ ./-]\s?(?P<d>\d\d?)\.?{_TAIL}"
)
YEAR_MONTH = Spelling("year and month", rf"{_YEAR}[-/](?P<m>0[1-9]|1[0-2])")
MONTH_YEAR = Spelling("name of the month and year", rf"{_MONTH}[ ,./-]*{_YEAR}")
YEAR_MONTH_NAME = Spelling("year and name of the month", rf"{_YEAR}[ ./-]?{_MONTH}")
ISO_WEEK = Spelling("week of ISO 8601", rf"{_YEAR}[- ]?W(?P<w>\d\d?)(?:-(?P<k>[1-7]))?")
WEEK_YEAR = Spelling("week of ISO 8601, then year", rf"(?:KW|CW|W)\s?(?P<w>\d\d?)[ ./-]+{_YEAR}")
QUARTER = Spelling("year and quarter", rf"{_YEAR}[- ]?[QqT](?P<Q>[1-4])")
QUARTER_YEAR = Spelling("quarter and year", rf"[QqT](?P<Q>[1-4])[ ./-]*{_YEAR}")
YEAR_DAY_ISO = Spelling("year and day of the year", rf"{_YEAR}-(?P<j>\d\d\d){_TAIL}")
CTIME = Spelling("as ctime", rf"{_WEEKDAY}{_MONTH}\s+(?P<d>\d\d?)\s+{_CLOCK}(?:\s+{_OFFSET})?\s+{_YEAR}")
COMPACT = Spelling(
    "digits only",
    rf"{_YEAR}(?P<m>\d\d)(?P<d>\d\d)"
    r"(?:[T _:-]?(?P<H>\d\d)(?:(?P<M>\d\d)(?:(?P<S>\d\d)(?:\.?(?P<f>\d{1,9}))?)?)?)?(?P<zn>Z)?",
)
FIELDS = Spelling(
    "numbers in columns of their own",
    rf"{_YEAR}[ /.-](?P<m>\d\d?)(?:[ /.-](?P<d>\d\d?)"
    r"(?: (?P<H>\d\d?))?(?: (?P<M>\d\d?))?(?: (?P<S>\d\d?)(?:[.,](?P<f>\d{1,9}))?)?)?",
)
YEAR_DAY = Spelling(
    "year and day of the year in columns of their own",
    rf"{_YEAR} (?P<j>\d{{1,3}})(?: (?P<H>\d\d?)(?: (?P<M>\d\d?)(?: (?P<S>\d\d?)(?:[.,](?P<f>\d{{1,9}}))?)?)?)?",
)
NAMED_MONTH = Spelling("year and name of the month in columns of their own", rf"{_YEAR} {_MONTH}")
SIX_DIGITS = Spelling(
    "date in six digits, clock in digits",
    r"(?P<A>\d\d)(?P<B>\d\d)(?P<Y>\d\d)\s+(?P<H>\d\d)(?P<M>\d\d)(?:(?P<S>\d\d)(?P<f>\d{3})?)?",
)
COMPACT_CLOCK = Spelling(
    "date in digits, clock",
    r"(?P<Y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?:[T_:-]|\s+)(?P<H>\d\d?):?(?P<M>\d\d)(?::?(?P<S>\d\d)(?:[.,]?(?P<f>\d+))?)?"
    rf"{_HALF}{_ZONE}",
)
CLOCK = Spelling("clock", r"(?P<H>\d{1,5}):(?P<M>\d\d?):(?P<S>\d\d?)(?:[.,:](?P<f>\d*))?" + _HALF)
CLOCK_ZONED = Spelling(
    "clock with zone",
    r"(?P<H>\d\d?):(?P<M>\d\d)(?::(?P<S>\d\d)(?:[.,](?P<f>\d*))?)?\s*(?:(?P<zn>Z|UTC|GMT)|(?P<zs>[+-])(?P<zh>\d\d):?(?P<zm>\d\d))",
)
CLOCK_POINTS = Spelling("clock with points", r"(?P<H>[01]?\d|2[0-3])\.(?P<M>[0-5]\d)\.(?P<S>[0-5]\d)")
ELAPSED = Spelling(
    "days and clock",
    r"(?P<D>-?\d{1,5})\s*(?:(?:days?|d),?\s+\+?|D)(?P<H>\d\d?):(?P<M>\d\d):(?P<S>\d\d)(?:[.,](?P<f>\d*))?",
)
DURATION = Spelling(  # PT1H2M3.5S
    "duration of ISO 8601",
    r"P(?:(?P<D>\d{1,5})D)?(?:T(?:(?P<h>\d{1,5})H)?(?:(?P<M>\d{1,6})M)?(?:(?P<e>\d{1,8})(?:[.,](?P<f>\d*))?S)?)?",
)
SECONDS = Spelling("minutes and seconds, as the name says", r"(?P<M>\d{1,5}):(?P<S>\d\d)(?:[.,](?P<f>\d*))?")
MINUTES = Spelling("minutes and seconds", r"'?\s*(?P<M>\d{1,5}):(?P<S>\d\d)[.,](?P<f>\d{2,})\s*'?")
CLOCK_HALF = Spelling("clock with AM and PM", r"(?P<H>\d\d?):(?P<M>\d\d)\s*(?P<p>[AaPp]\.?\s?[Mm]\.?)")
CLOCK_MINUTES = Spelling(
    "clock without seconds",
    r"(?P<H>\d\d?)[:h](?P<M>\d\d)" + _HALF + r"(?:\s+[-–]\s+\d\d?:\d\d)?",  # or an interval
)

_TO_END = r"(?:\s?[-–]\s?|\s+to\s+)\d\d?:\d\d(?::\d\d)?"
CLOCK_INTERVAL = Spelling("clock and end", rf"(?P<H>\d\d?):(?P<M>\d\d)(?::(?P<S>\d\d))?{_TO_END}")

DASHED = Spelling(  # as in names of files
    "date and clock with dashes",
    rf"{_YEAR}-(?P<m>\d\d)-(?P<d>\d\d)[T_ -](?P<H>\d\d)-(?P<M>\d\d)-(?P<S>\d\d)(?:[._-](?P<f>\d{{1,9}}))?{_ZONE}",
)

_MINUTES_EAST = {  # offsets of zones by their names; other names mean several zones
    "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180,
    "SAST": 120, "HKT": 480, "SGT": 480, "AWST": 480, "JST": 540, "KST": 540, "ACST": 570, "ACDT": 630, "AEST": 600,
    "AEDT": 660, "NZST": 720, "NZDT": 780, "HST": -600, "AKST": -540, "AKDT": -480, "PST": -480, "PDT": -420,
    "MST": -420, "MDT": -360, "CST": -360, "CDT": -300, "EST": -300, "EDT": -240, "BRT": -180, "ART": -180,
}  # fmt: skip
_NAMED_ZONE = rf"\s+[\[(]?(?P<za>{'|'.join(_MINUTES_EAST)})[\])]?"
SEVERAL_ZONES = frozenset(("CST", "EST", "MST"))  # read as North American, as in RFC 2822
ZONE_NAME = re.compile(_NAMED_ZONE)
ENDS_WITH_ZONE = re.compile(rf"(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?|{_NAMED_ZONE})\s*$", re.IGNORECASE)


def offset_of_name(name: str) -> str | None:
    """``+01:00`` of ``CET``; None for other words."""
    minutes = _MINUTES_EAST.get(name.strip("[]() ").upper())
    return (
        None
        if minutes is None
        else f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    )


def with_zone_name(spelling: Spelling) -> Spelling:
    """A spelling with the name of a zone: ``2024-02-13 10:00:00 CET``."""
    pattern = spelling.pattern.replace(_ZONE, _NAMED_ZONE).replace(rf"(?:\s+{_OFFSET})?", _NAMED_ZONE)
    return Spelling(f"{spelling.name}, name of the zone", pattern)


DATED = (
    YEAR_FIRST,
    EITHER_ORDER,
    DAY_NAME,
    NAME_DAY,
    YEAR_NAME,
    CTIME,
    COMPACT_CLOCK,
    MINGUO,
    YEAR_MONTH,
    MONTH_YEAR,
    YEAR_MONTH_NAME,
    DASHED,
    YEAR_DAY_ISO,
    ISO_WEEK,
    WEEK_YEAR,
    QUARTER,
    QUARTER_YEAR,
    *map(with_zone_name, (YEAR_FIRST, EITHER_ORDER, DAY_NAME, NAME_DAY, CTIME)),
    *(pointed(spelling) for spelling in (YEAR_FIRST, EITHER_ORDER, DAY_NAME)),
)
CLOCKS = (CLOCK, CLOCK_HALF, CLOCK_MINUTES, CLOCK_ZONED, ELAPSED, DURATION)


def spelling_of(text: str, among: Iterable[Spelling] = DATED) -> Spelling | None:
    """First spelling that matches ``text``; None if none does."""
    if not _DIGIT.search(text):
        return None
    return next((spelling for spelling in among if spelling.match(text)), None)


def with_digits(spelling: Spelling) -> Spelling:
    """A date and a clock time in digits: ``20.02.2024 2350``."""
    clock = r"(?:\s+(?P<H>\d\d)(?P<M>\d\d)(?:(?P<S>\d\d)(?P<f>\d{3})?)?)"
    return Spelling(f"{spelling.name}, digits", spelling.pattern.replace(_TAIL, clock).removesuffix(_END))


def has_clock(match: re.Match[str]) -> bool:
    """Whether the cell has a time of day."""
    return _has(match, ("H", "h"))


def has_zone(match: re.Match[str]) -> bool:
    """Whether the cell has an offset from UTC."""
    return _has(match, ("zn", "zs", "za"))


def _has(match: re.Match[str], names: tuple[str, ...]) -> bool:
    groups = match.re.groupindex
    return any(name in groups and match[name] is not None for name in names)


def order_shown(cells: Iterable[str]) -> str | None:
    """“dmy”, “mdy” or “ymd” if numbers that are no month or no day decide; None if several orders fit, or none.

    Years of two digits may also be first: the day is then the first number if it differs between dates of several rows
    each.
    """
    dates = [(match["A"], match["B"], match["Y"]) for cell in cells if (match := EITHER_ORDER.match(cell))]
    if not dates:
        return None
    first, second, third = (max(map(int, part)) for part in zip(*dates, strict=True))
    short = any(len(year) == 2 for _, _, year in dates)
    order = order_of(first, second, third if short else None)
    if order is not None or not first > _MONTHS_OF_YEAR >= second:
        return order
    days, _, years = (len({*part}) for part in zip(*dates, strict=True))
    several = len({*dates}) * 2 <= len(dates)
    return "dmy" if several and days > years else "ymd" if several and years > days else None


def order_of(first: int, second: int, short_year: int | None) -> str | None:
    """Order of dates from the largest first, second and third number; None if several orders fit, or none.

    Args:
        short_year: the third number if it has two digits; None for years of four digits.
    """
    if second > _MONTHS_OF_YEAR >= first:
        return "mdy"
    if not first > _MONTHS_OF_YEAR >= second:
        return None
    if short_year is None or short_year > _LONGEST_MONTH:
        return "dmy"
    return "ymd" if first > _LONGEST_MONTH else None


def possible_orders(first: int, second: int, short_year: int | None) -> list[str]:
    """All orders of dates that fit the largest first, second and third number; see :func:`order_of`."""
    days, months = _LONGEST_MONTH, _MONTHS_OF_YEAR
    fitting = {
        "dmy": first <= days and second <= months,
        "mdy": first <= months and second <= days,
        "ymd": short_year is not None and second <= months and short_year <= days,
    }
    return [order for order, fits in fitting.items() if fits]


def with_hours(spelling: Spelling) -> Spelling:
    """A date and an interval of an hour: ``20.02.2024 23-24``."""
    hours = r"\s+(?P<h>\d\d)\s?[-–]\s?\d\d"
    return Spelling(f"{spelling.name}, hours", spelling.pattern.replace(_TAIL, hours).removesuffix(_END))


def with_end(spelling: Spelling) -> Spelling:
    """A date with a clock time and the clock time at its end: ``2024-02-20 08:00-09:00``, which is no zone."""
    return Spelling(f"{spelling.name}, end", spelling.pattern.replace(_ZONE, _TO_END).removesuffix(_END))


class ImpossibleTimeError(Exception):
    """A cell that matches the spelling but is not a time: the 31st of February, 25:00."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def nanoseconds_of(
    cells: pa.ChunkedArray, spelling: Spelling, order: str | None, zoned: bool | None = None
) -> pa.ChunkedArray:
    """Convert ``cells`` to nanoseconds since 1970 UTC (clock times: since midnight); missing cells stay missing.

    Args:
        order: “dmy”, “mdy” or “ymd” for a spelling that needs it; two digits of a year are 1970 to 2069.
        zoned: whether each cell must have a zone, or none may; None: not checked.

    Raises:
        ImpossibleTimeError: a cell has another spelling or is not a possible time; its row counts from 0.
    """
    text = cells.cast(pa.string()).combine_chunks()
    field: _Fields | None = _equal_fields(text, spelling)
    there = np.ones(len(text), np.bool_)
    if field is None:
        text = _plain(pc.utf8_trim_whitespace(text), spelling)
        there = np.asarray(text.is_valid())
        field = _equal_fields(text, spelling)
    if field is None:
        parts = pc.extract_regex(text, f"^{spelling.pattern}$")
        _check(there, np.asarray(parts.is_valid()))
        field = _Fields(parts, len(text))
    if zoned is not None and not spelling.is_clock:
        _check(there, field.zoned() == zoned)
    total = field.clock(there)
    if not spelling.is_clock:
        total = total + field.days_of_rows(there, order, spelling.era) * (86_400 * NANOSECONDS)
        if field.has_zone:
            total = total - field.offset()
    return pa.chunked_array([pa.array(total, pa.int64(), mask=~there)])


def _plain(text: pa.StringArray, spelling: Spelling) -> pa.StringArray:
    """Cells with the digits and words that spellings read; unchanged if all are ASCII without quotation marks."""
    if len(text) == text.null_count:
        return text
    characters = np.frombuffer(text.buffers()[2], np.uint8)
    odd = (characters >= 128) | (characters == ord("'")) | (characters == ord('"'))
    named = "(?P<b>" in spelling.pattern
    first = text[pc.index(text.is_valid(), True).as_py()].as_py()
    if (
        odd.any()
        or plain_time(first) != first
        or (named and pc.any(pc.match_substring_regex(text, TURKISH_MONTHS)).as_py())
    ):
        cells = [None if cell is None else plain_time(cell) for cell in text.to_pylist()]
        text = pa.array(cells, pa.string())
        for blank in _BLANKS:
            text = pc.replace_substring(text, blank, " ")
    return text


def _check(there: NDArray[np.bool_], fine: NDArray[np.bool_]) -> None:
    wrong = np.flatnonzero(there & ~fine)
    if len(wrong):
        raise ImpossibleTimeError(int(wrong[0]))


class _Fields:
    """Numbers of all cells, by name of the group; 0 for an empty group."""

    def __init__(self, parts: Any, rows: int, names: Iterable[str] | None = None) -> None:
        self._parts = parts
        self._rows = rows
        self._names = set(
            (parts.type.field(index).name for index in range(parts.type.num_fields))
            if names is None
            else names
        )

    def text(self, name: str) -> Any:
        return self._parts.field(name) if name in self._names else pa.array([""] * self._rows)

    def number(self, name: str) -> NDArray[np.int64]:
        if name not in self._names:
            return np.zeros(self._rows, np.int64)
        text = pc.fill_null(self.text(name), "")
        filled = pc.if_else(pc.equal(text, ""), "0", text)
        return np.asarray(filled.cast(pa.int64()))

    def clock(self, there: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Nanoseconds since midnight; 24:00 is the midnight that ends the day."""
        hour = self.number("H") + self.number("h") + 24 * self.number("D")
        minute, second = self.number("M"), self.number("S")
        fraction = self._fraction(there)
        half = self._half("p") + self._half("q")
        if half.any():
            _check(there, (half == 0) | ((hour >= 1) & (hour <= 12)))
            hour = np.where(half == 0, hour, hour % 12 + 12 * (half == 2))
        dated = "Y" in self._names
        midnight = (hour == 24) & (minute == 0) & (second == 0) & (fraction == 0)
        _check(
            there,
            ((hour <= 23) | midnight | (not dated))
            & ((minute <= 59) | ("H" not in self._names))
            & (second <= 59),
        )
        return ((hour * 60 + minute) * 60 + second + self.number("e")) * NANOSECONDS + fraction

    def _fraction(self, there: NDArray[np.bool_]) -> NDArray[np.int64]:
        if "f" not in self._names:
            return np.zeros(self._rows, np.int64)
        text = pc.fill_null(self.text("f"), "")
        rest = np.asarray(pc.match_substring_regex(pc.utf8_slice_codeunits(text, 9), "[1-9]"))
        _check(there, ~rest)  # finer than a nanosecond
        digits = pc.utf8_slice_codeunits(pc.utf8_rpad(text, 9, "0"), 0, 9)
        return np.asarray(digits.cast(pa.int64()))

    def _half(self, name: str) -> NDArray[np.int64]:
        """0 without, 1 AM, 2 PM."""
        if name not in self._names:
            return np.zeros(self._rows, np.int64)
        first = pc.utf8_lower(pc.utf8_slice_codeunits(pc.fill_null(self.text(name), ""), 0, 1))
        half: NDArray[np.int64] = np.where(np.asarray(pc.equal(first, "a")), 1, 0)
        return half + np.where(np.asarray(pc.equal(first, "p")), 2, 0)

    @property
    def has_zone(self) -> bool:
        """Whether cells may have a zone."""
        return bool({"zn", "zs", "za"} & self._names)

    def days_of_rows(self, there: NDArray[np.bool_], order: str | None, era: int) -> NDArray[np.int64]:
        """Days since 1970-01-01."""
        return self.days(there, order, era)

    def days(self, there: NDArray[np.bool_], order: str | None, era: int) -> NDArray[np.int64]:
        """Days since 1970-01-01."""
        year, month, day = self.number("Y"), self.number("m"), self.number("d")
        written = self.text("Y")
        if "A" in self._names:
            first, second = self.number("A"), self.number("B")
            day, month = (second, first) if order == "mdy" else (first, second)
            if order == "ymd":
                year, month, day = first, second, year
                written = self.text("A")
        if "d" in self._names or day.max(initial=0) == 0:  # a month
            day = np.where(np.asarray(pc.equal(pc.fill_null(self.text("d"), ""), "")), 1, day)
        if "b" in self._names:
            name = pc.utf8_lower(pc.fill_null(self.text("b"), ""))
            place = pc.index_in(name, pa.array(list(MONTHS)))
            _check(there, np.asarray(place.is_valid()))
            month = np.asarray(list(MONTHS.values()), np.int64)[np.asarray(pc.fill_null(place, 0))]
        short = np.asarray(pc.fill_null(pc.utf8_length(written), 0)) <= 2  # 0001 is no year 2001
        year = np.where(short, year + np.where(year < 70, 2000, 1900), year - era)
        if "j" in self._names:
            return self._days_of_years(there, year)
        if "w" in self._names:
            return self._days_of_weeks(there, year)
        if "Q" in self._names:
            month = 3 * self.number("Q") - 2
        fine = (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1678) & (year <= 2261)
        _check(there, fine)
        month = np.clip(month, 1, 12)
        start = np.datetime64("1970-01", "M") + ((year - 1970) * 12 + month - 1).astype("timedelta64[M]")
        length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(np.int64)
        _check(there, day <= length)
        result: NDArray[np.int64] = start.astype("datetime64[D]").astype(np.int64) + day - 1
        return result

    def _days_of_years(self, there: NDArray[np.bool_], year: NDArray[np.int64]) -> NDArray[np.int64]:
        """Days since 1970-01-01 of days of the year."""
        number = self.number("j")
        _check(there, (year >= 1678) & (year <= 2261))
        start = np.datetime64("1970", "Y") + (year - 1970).astype("timedelta64[Y]")
        first, after = (bound.astype("datetime64[D]").astype(np.int64) for bound in (start, start + 1))
        _check(there, (number >= 1) & (number <= after - first))
        result: NDArray[np.int64] = first + number - 1
        return result

    def _days_of_weeks(self, there: NDArray[np.bool_], year: NDArray[np.int64]) -> NDArray[np.int64]:
        """Days since 1970-01-01 of weeks of ISO 8601, the first of which has the 4th of January, and their Mondays."""
        week, day = self.number("w"), np.maximum(self.number("k"), 1)
        _check(there, (year >= 1678) & (year <= 2261) & (week >= 1))
        start = np.datetime64("1970", "Y") + (year - 1970).astype("timedelta64[Y]")
        fourths = [(start + add).astype("datetime64[D]").astype(np.int64) + 3 for add in (0, 1)]
        first, after = (fourth - (fourth + 3) % 7 for fourth in fourths)  # 1970-01-01 was a Thursday
        result: NDArray[np.int64] = first + 7 * (week - 1) + day - 1
        _check(there, result < after)
        return result

    def zoned(self) -> NDArray[np.bool_]:
        """Whether each cell has a zone."""
        has_zone = np.zeros(self._rows, np.bool_)
        for name in ("zn", "zs", "za"):
            if name in self._names:
                has_zone |= np.asarray(pc.not_equal(pc.fill_null(self.text(name), ""), ""))
        return has_zone

    def offset(self) -> NDArray[np.int64]:
        """Nanoseconds east of UTC."""
        if "za" in self._names:
            place = pc.index_in(pc.fill_null(self.text("za"), ""), pa.array(list(_MINUTES_EAST)))
            minutes = np.asarray([*_MINUTES_EAST.values(), 0], np.int64)
            named: NDArray[np.int64] = minutes[np.asarray(pc.fill_null(place, len(_MINUTES_EAST)))]
            return named * 60 * NANOSECONDS
        if "zs" not in self._names:
            return np.zeros(self._rows, np.int64)
        _check(np.ones(self._rows, np.bool_), self.number("zh") <= _FARTHEST)
        sign = np.where(np.asarray(pc.equal(pc.fill_null(self.text("zs"), ""), "-")), -1, 1)
        result: NDArray[np.int64] = sign * (self.number("zh") * 3600 + self.number("zm") * 60) * NANOSECONDS
        return result


def _equal_fields(text: pa.StringArray, spelling: Spelling) -> _Fields | None:
    """The fields of cells that differ in their digits only, which need no regular expression; None for other cells.

    A spelling treats all digits alike, unless a class of characters in it begins or ends with one.
    """
    if (
        not len(text)
        or text.null_count
        or _DIGIT_CLASS.search(spelling.pattern)
        or "(?P<b>" in spelling.pattern
    ):
        return None
    ends = np.frombuffer(text.buffers()[1], np.int32)[text.offset :][: len(text) + 1]
    first = text[0].as_py()
    width = len(first)
    if (
        not first.isascii()
        or plain_time(first) != first
        or ends[-1] - ends[0] != width * len(text)
        or (np.diff(ends) != width).any()
    ):
        return None
    match = spelling.match(first)
    if not width or match is None:
        return None
    cells = np.frombuffer(text.buffers()[2], np.uint8)[ends[0] : ends[-1]].reshape(len(text), width)
    places = np.ascontiguousarray(cells.T)  # character by character: each step below is one pass over memory
    places -= np.uint8(ord("0"))
    for place, character in zip(places, first, strict=True):
        other = place > 9 if character.isdigit() else place != np.uint8((ord(character) - ord("0")) % 256)
        if other.any():
            return None
    return _EqualFields(match, places)


class _EqualFields(_Fields):
    """Numbers of cells that have the same characters, except digits, at the same places."""

    def __init__(self, match: re.Match[str], places: NDArray[np.uint8]) -> None:
        """``places`` [characters, rows]: values of the digits."""
        super().__init__(None, places.shape[1], match.re.groupindex)
        self._match, self._places = match, places

    def text(self, name: str) -> Any:
        """The text of the first cell: only whether it is empty, its length, and its letters are used."""
        return pa.repeat(self._match[name] or "" if name in self._names else "", self._rows)

    def number(self, name: str) -> NDArray[np.int64]:
        return self._number_at(*(self._match.span(name) if name in self._names else (0, 0)))

    def clock(self, there: NDArray[np.bool_]) -> NDArray[np.int64]:
        seconds = self._plain_clock()
        return super().clock(there) if seconds is None else seconds * NANOSECONDS + self._fraction(there)

    def _plain_clock(self) -> NDArray[np.int64] | None:
        """Seconds of ``HH:MM:SS``; None for other clocks, and if one of them is not possible."""
        groups = self._match.groupdict()
        if any(groups.get(name) for name in "pqhD") or not all(map(groups.get, "HMS")):
            return None
        spans = [self._match.span(name) for name in "HMS"]
        if any(stop - start != 2 for start, stop in spans):
            return None
        hour, minute, second = (10 * self._places[start] + self._places[start + 1] for start, _ in spans)
        if hour.max(initial=0) > 23 or minute.max(initial=0) > 59 or second.max(initial=0) > 59:
            return None
        seconds: NDArray[np.int64] = (hour * np.uint16(60) + minute) * np.int64(60) + second
        return seconds

    def days_of_rows(self, there: NDArray[np.bool_], order: str | None, era: int) -> NDArray[np.int64]:
        """Days since 1970-01-01, computed once for rows of the same date that follow each other."""
        changed = np.ones(self._rows, np.bool_)
        changed[1:] = False
        for name in self._names & set("YmdABjwkQ"):
            for place in self._places[slice(*self._match.span(name))]:
                changed[1:] |= place[1:] != place[:-1]
        starts = np.flatnonzero(changed)
        if len(starts) * 4 > self._rows:
            return self.days(there, order, era)
        try:
            days = _EqualFields(self._match, self._places[:, starts]).days(there[starts], order, era)
        except ImpossibleTimeError as error:
            raise ImpossibleTimeError(int(starts[error.row])) from None
        return np.repeat(days, np.diff([*starts.tolist(), self._rows]))

    def _number_at(self, start: int, stop: int) -> NDArray[np.int64]:
        numbers = np.zeros(self._rows, np.int64)
        for place in self._places[start:stop]:
            numbers = numbers * 10 + place
        return numbers

    def _fraction(self, there: NDArray[np.bool_]) -> NDArray[np.int64]:
        if "f" not in self._names or not self._match["f"]:
            return np.zeros(self._rows, np.int64)
        start, stop = self._match.span("f")
        _check(there, ~np.any(self._places[start + 9 : stop], axis=0))  # finer than a nanosecond
        digits = min(stop - start, 9)
        fraction: NDArray[np.int64] = self._number_at(start, start + digits) * 10 ** (9 - digits)
        return fraction
