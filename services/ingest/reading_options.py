"""Reading options: the user's choices that override automatic detection."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from services.errors import Invalid
from services.storage.paths import has_hiding

NO_TIME = ""  # value of ``time``: no time column, count rows
KEEP_ROWS = ""  # value of ``series``: keep the rows
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blanks"}
DECIMALS = {".": "point", ",": "comma"}
ENCODINGS = (
    *("UTF-8", "UTF-16 LE", "UTF-16 BE", "Windows-1252", "Latin-1", "Windows-1250", "Windows-1251", "KOI8-R"),
    *("Shift-JIS", "EUC-KR", "GB18030", "Big5"),
)
DATES = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
JOINED = " + "  # between the names of columns that are joined to the time
FROM_HEAD, NO_START = "head", "none"  # values of ``start``
STARTS = {FROM_HEAD: "start in the head of the file", NO_START: "as written"}
APART, ONE_TABLE = "apart", "one"  # values of ``tables``
TABLES = {APART: "each at its own times", ONE_TABLE: "one table"}
CLOCK_IN_DIGITS, PARTS_OF_DAY = "clock", "day"
UNITS = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
    "samples": "sample numbers",
    CLOCK_IN_DIGITS: "clock in digits (1407 is 14:07)",
    "days": "days since 1899-12-30 (spreadsheet)",
    PARTS_OF_DAY: "parts of a day (0.5 is 12:00)",
    "unix s": "seconds since 1970",
    "fit s": "seconds since 1989-12-31 (Garmin)",
    "unix ms": "milliseconds since 1970",
    "unix us": "microseconds since 1970",
    "unix ns": "nanoseconds since 1970",
}
_OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")
_LONGEST_UNIT = 30
_MOST_UNITS = 2_000
_MOST_WORDS = 50
_LAST_LINE = 2_000  # of the rows in which a table is searched for
_LISTS = frozenset({"units", "missing"})
_RATES = 1e-6, 1e9  # Hz


class WrongOption(Invalid):
    """An invalid choice, or one that does not fit this file; ``field`` is its name."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class ReadingOptions:
    """How to read one file; None leaves a decision to the reader.

    ``time``: name of the time column, or NO_TIME; names joined by JOINED are columns that are joined to the time.
    ``dates``: order of day, month and year in dates such as 01/02/2023 and 23/02/01.
    ``zone``: time zone of dates without one: ``+01:00``, ``UTC`` or ``Europe/Berlin``.
    ``unit``: of a time column of numbers. ``rate``: rows per second without a time column.
    ``start``: whether the start in the head of the file is added to elapsed times and clock times.
    ``begins``: line at which the table begins, from 1. ``units_row``: line with the units of the columns.
    ``series``: name of the column whose names become channels, one sample for all rows of a time; or KEEP_ROWS.
    ``tables``: whether tables next to each other, each with a time column, are joined at all their times.
    ``missing``: further words, or numbers, that mean a missing value.
    ``units``: unit by name of channel, "" for none; they do not change how the file is read.
    """

    time: str | None = None
    dates: str | None = None
    zone: str | None = None
    unit: str | None = None
    rate: float | None = None
    start: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None
    encoding: str | None = None
    begins: int | None = None
    units_row: int | None = None
    series: str | None = None
    tables: str | None = None
    missing: tuple[str, ...] = ()
    units: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_json(cls, content: Any) -> ReadingOptions:
        """Validate values from a browser or the database.

        Raises:
            WrongOption: an invalid value.
        """
        if not isinstance(content, Mapping):
            raise Invalid("How a file is to be read comes as names and values.")
        values = {field.name: content.get(field.name) for field in fields(cls) if field.name not in _LISTS}
        for name, choices in _CHOICES.items():
            if values[name] is not None and values[name] not in choices:
                raise WrongOption(name, "Choose one of the values that are offered.")
        if values["header"] not in (None, True, False):
            raise WrongOption("header", "Say whether the first line is a header.")
        if values["time"] is not None and not isinstance(values["time"], str):
            raise WrongOption("time", "Choose one of the columns.")
        if values["series"] is not None and not isinstance(values["series"], str):
            raise WrongOption("series", "Choose one of the columns.")
        values["zone"] = _zone(values["zone"])
        values["rate"] = _rate(values["rate"], values["time"])
        for name in ("begins", "units_row"):
            values[name] = _line(name, values[name])
        missing = _missing_words(content.get("missing") or ())
        return cls(**values, missing=missing, units=_units(content.get("units") or {}))

    def to_json(self) -> dict[str, Any]:
        """Only the choices that were made."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in _LISTS}
        content = {name: value for name, value in values.items() if value is not None}
        if self.missing:
            content["missing"] = list(self.missing)
        return content | ({"units": dict(self.units)} if self.units else {})

    @property
    def counts_rows(self) -> bool:
        """Whether rows are counted instead of times."""
        return self.time == NO_TIME or self.rate is not None

    def store_key(self, sha256: str) -> str:
        """Name of the store folder for a file with this hash, read with these options."""
        content = self.to_json()
        content.pop("units", None)
        if not content:
            return sha256
        text = json.dumps(content, sort_keys=True, ensure_ascii=True)
        return f"{sha256}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


AS_FOUND = ReadingOptions()
_CHOICES: dict[str, Any] = {
    "dates": DATES,
    "unit": UNITS,
    "start": STARTS,
    "tables": TABLES,
    "delimiter": DELIMITERS,
    "decimal": DECIMALS,
    "encoding": ENCODINGS,
}


def _line(name: str, value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LAST_LINE:
        raise WrongOption(name, f"A line is a whole number from 1 to {_LAST_LINE:,}.")
    return value


def _missing_words(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) > _MOST_WORDS:
        raise WrongOption("missing", f"Words for missing are a list of at most {_MOST_WORDS}.")
    words = [word.strip() if isinstance(word, str) else "" for word in value]
    if not all(word and len(word) <= _LONGEST_UNIT and word.isprintable() for word in words):
        raise WrongOption("missing", f"A word for missing has 1 to {_LONGEST_UNIT} characters.")
    return tuple(sorted(set(words)))


@cache
def zone_names() -> tuple[str, ...]:
    """Names of the time zones available on this machine."""
    return tuple(sorted(available_timezones() - {"Factory", "localtime"}))


def _zone(value: Any) -> str | None:
    if value is None or value == "":
        return None
    text = value.strip() if isinstance(value, str) else ""
    zones = {name.casefold(): name for name in zone_names()} | {"utc": "UTC", "z": "UTC"}
    if _OFFSET.fullmatch(text) or text.casefold() in zones:
        return "UTC" if text[1:] == "00:00" else zones.get(text.casefold(), text)
    raise WrongOption("zone", "A zone is a place such as Europe/Berlin, or an offset such as +01:00.")


def _rate(value: Any, time: str | None) -> float | None:
    if value is None:
        return None
    lowest, highest = _RATES
    if not isinstance(value, int | float) or isinstance(value, bool) or not lowest <= value <= highest:
        raise WrongOption("rate", "A sampling rate is a number of rows a second, such as 500.")
    if time:
        raise WrongOption(
            "rate", "A sampling rate goes with no time column; leave it empty, or choose “none”."
        )
    return float(value)


def _units(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Mapping) or len(value) > _MOST_UNITS:
        raise WrongOption("units", "Units are given by the names of channels.")
    units = []
    for name, unit in value.items():
        text = unit.strip() if isinstance(unit, str) else None
        if text is None or len(text) > _LONGEST_UNIT or not text.isprintable() or has_hiding(text):
            raise WrongOption("units", f"A unit is a text of at most {_LONGEST_UNIT} characters, such as mV.")
        units.append((str(name), text))
    return tuple(sorted(units))


def any_order(orders: list[str]) -> str:
    """``day first or month first``, or ``day, month or year first``."""
    words = [words for order, words in DATES.items() if order in orders]
    if len(words) > 2:
        return "day, month or year first"
    return " or ".join(words)
