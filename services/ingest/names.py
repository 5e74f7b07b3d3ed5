"""Column names: from the header or generated; detection of time-like names."""

from __future__ import annotations

import re

_UNIT = re.compile(r"(?P<name>.*?)\s*\[(?P<unit>[^\[\]]+)\]\s*")
_ROUND = re.compile(r"(?P<name>.*?)\s*\((?P<unit>[^()]+)\)\s*")
_IN = re.compile(r"(?P<name>.*?)\s*\bin (?P<unit>[^\s()\[\]]+)\s*")  # Temperature in °C
# Units in round brackets or in a separate row: “EMA (10)” and “SMA (close)” have none.
UNIT_WORD = re.compile(
    r"[munpkMGµμ]?(?:s|V|A|W|Wh|Hz|g|m|Pa|bar|N|J|K|C|F|T|Ω|Ohm|rad|mol|l|L|B)|[munµμ]?sec|ticks?|seconds?|minutes?|hours?|"
    r"days?|[Vv]olts?|[Aa]mps?|[Ww]atts?|[Dd]eg ?[CF]?|[Cc]elsius|[Hh]ertz|[Pp]ercent|pp[mb]|rpm|lux|lx|dB[mA]?|mmHg|"
    r"bpm|mph|psi|knots?|NTU|mAU|min|h|d|k[Ww]h|[A-Za-zµμ]{1,3}/\([A-Za-z]{1,3}\^?\d?\)|%|‰|°[CFK]?|[℃℉]|[A-Za-zµμ°Ω%]{1,4}(?:[/·^*][A-Za-z0-9^²³-]{1,6}){1,2}"
)
_TIME = re.compile(
    r"(?P<name>date|datetimes?|date[_ /]time|times?|timestamps?|time[_ ]stamp|ts|t|epoch|unix[_ ]?time(?:stamp)?)"
    r"(?:[_ ]?\((?P<round>[^()]+)\)|[_ ](?P<suffix>[a-zµμ]+))?"
)
_UNITS = {
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "ms": "ms", "msec": "ms", "millis": "ms", "milliseconds": "ms",
    "us": "us", "µs": "us", "μs": "us", "usec": "us", "microseconds": "us",
    "ns": "ns", "nsec": "ns", "nanoseconds": "ns",
    "min": "min", "minutes": "min", "h": "h", "hours": "h", "days": "d", "utc": "",
}  # fmt: skip
DURATIONS = frozenset({"s", "ms", "us", "ns", "min", "h", "d"})
_NAMED_BY_UNIT = frozenset(
    (
        "sec",
        "secs",
        "second",
        "micros",
        "nanos",
        "ms",
        "msec",
        "millis",
        "milliseconds",
        "usec",
        "us",
        "ns",
        "nsec",
        "relative",
    )
)
LONGEST = 200


def split_unit(text: str) -> tuple[str, str | None]:
    """``acc_x [g]`` → ``("acc_x", "g")``; control characters become spaces."""
    plain = "".join(character if character.isprintable() else " " for character in text).strip()[:LONGEST]
    match = _UNIT.fullmatch(plain)
    if match and match["unit"].isdigit() and not plain[len(match["name"])].isspace():
        return plain, None  # q[0], an index
    if (
        match is None
        and (match := _ROUND.fullmatch(plain))
        and not UNIT_WORD.fullmatch(match["unit"].strip())
    ):
        match = None
    if match is None and (inner := _IN.fullmatch(plain)) and UNIT_WORD.fullmatch(inner["unit"]):
        return inner["name"] or plain, inner["unit"]
    return (match["name"], match["unit"].strip() or None) if match and match["name"] else (plain, None)


_QUOTIENT = re.compile(r"(?P<name>[^\s/]+)\s?/\s?(?P<unit>[^\s/]+)")
_APART = re.compile(r"(?P<name>.*\S) / (?P<unit>\S+)")
_TIME_QUOTIENT = re.compile(r"(?:t|time|zeit|temps|tiempo)\s?/\s?(?:[mµun]?s|sec|min|h)", re.IGNORECASE)


def split_quotients(parts: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """``t/s``, ``F/kN`` as in norms: names and units, if one of them is a time in its unit; otherwise unchanged.

    So are ``Test Time / h``, ``Cycle Count / 1``, if all names are like that (Battery Data Format).
    """
    apart = [_APART.fullmatch(name) for name, unit in parts if unit is None]
    if len(apart) == len(parts) > 1 and all(apart):
        return [(match["name"], None if match["unit"] == "1" else match["unit"]) for match in apart if match]
    if not any(_TIME_QUOTIENT.fullmatch(name) for name, _ in parts):
        return parts
    matches = [(_QUOTIENT.fullmatch(name), name, unit) for name, unit in parts]
    return [
        (match["name"], match["unit"])
        if match and not unit and UNIT_WORD.fullmatch(match["unit"])
        else (name, unit)
        for match, name, unit in matches
    ]


def unique_names(names: list[str]) -> tuple[list[str], list[str]]:
    """Names with ``column 3`` for an empty one, ``close (2)`` for a second ``close``; and notes about them."""
    used_names = {name for name in names if name}
    seen: set[str] = set()
    result, notes = [], []
    for number, name in enumerate(names, 1):
        new = name or _free(f"column {number}", used_names)
        if name and name in seen:
            new = _free(name, used_names, 2)
            notes.append(f"A second column “{name}” is called “{new}”.")
        elif not name:
            notes.append(f"Column {number} has no name and is called “{new}”.")
        seen.add(name)
        used_names.add(new)
        result.append(new)
    return result, notes


def _free(name: str, used: set[str], number: int = 1) -> str:
    while True:
        new = name if number == 1 else f"{name} ({number})"
        if new not in used:
            return new
        number += 1


def time_unit(name: str, unit: str | None) -> str | None:
    """Unit of a column named like time: ``time_ms`` → ``"ms"``, ``Time [s]`` → ``"s"``, ``time`` → ``""``.

    None for other names.
    """
    match = _TIME.fullmatch(name.strip().strip("<>").lower())
    if match is None:
        return None
    given = (unit or match["round"] or match["suffix"] or "").strip().lower()
    if match["suffix"] and match["suffix"] not in _UNITS:
        return None
    return _UNITS.get(given, given)


_TOKEN = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])")
_HINTS = frozenset(
    [
        "time",
        "timestamp",
        "datetime",
        "date",
        "elapsed",
        "timer",
        "timecode",
        "gpst",
        "timepoint",
        "datenum",
        "julian",
        "julianday",
        "jday",
        "yday",
        "btjd",
        "bkjd",
        "tjd",
        "doy",
        "epoch",
        "clock",
        "tow",
        "sow",
        "sod",
        "uptime",
        "seconds",
        "zeit",
        "uhrzeit",
        "datum",
        "zeitstempel",
        "fecha",
        "hora",
        "tiempo",
        "heure",
        "horodatage",
        "tijd",
        "tid",
        "czas",
        "ora",
        "hjd",
        "bjd",
        "mjd",
        "jd",
        "jour",
        *(
            "temps",
            "tempo",
            "aika",
            "klo",
            "dato",
            "dátum",
            "idő",
            "godzina",
            "tarih",
            "saat",
            "zaman",
            "waktu",
            "tanggal",
        ),
        *(
            "vrijeme",
            "vreme",
            "čas",
            "thời",
            "gian",
            "час",
            "ώρα",
            "χρόνος",
            "ημερομηνία",
            "زمان",
            "وقت",
            "تاریخ",
            "التاريخ",
        ),
        *("समय", "दिनांक", "เวลา", "วันที่", "תאריך", "שעה"),
        *("when", "stamp", "hhmm", "hhmmss", "realtime"),
        "время",
        "дата",
        "日時",
        "日付",
        "時刻",
        "時間",
        "时间",
        "日期",
        "時間戳",
        "时间戳",
        "시간",
        "날짜",
        "일시",
    ]
)
_X_AXIS = re.compile(r"x(?:[ _-]?(?:axis|values?))?", re.IGNORECASE)


def tokens(name: str) -> set[str]:
    """The words of a name in lower case: ``entity_id`` and ``EntityId`` are “entity” and “id”."""
    return {token.lower() for token in _TOKEN.findall(name)}


_EPOCHS = frozenset(  # time systems with an epoch other than 1970
    (
        "gps",
        "gpst",
        "gnss",
        "gal",
        "gst",
        "bdt",
        "tow",
        "sow",
        "itow",
        "wnc",
        "tai",
        "mac",
        "hfs",
        "cocoa",
        "labview",
        "lv",
        "garmin",
    )
) | frozenset(
    ("ntp", "filetime", "webkit", "dotnet", "ticks", "sap", "ole", "met", "scet", "cuc", "tdb", "tt", "et")
)
_OTHER_YEAR = re.compile(r"(?<!\d)(?:1601|1858|1899|190[04]|198[09]|200[01])(?!\d)|j2000|y2k", re.IGNORECASE)


def names_epoch(name: str, unit: str | None) -> bool:
    """A name or unit of a time that is not counted from 1970: ``gps_time``, ``s since 2001-01-01``."""
    text = f"{name} {unit or ''}"
    return bool(_EPOCHS & tokens(text) or _OTHER_YEAR.search(text))


_FIT = frozenset(  # fields of Garmin's FIT that other formats do not name so
    {
        *(
            "position_lat",
            "position_long",
            "enhanced_speed",
            "enhanced_altitude",
            "heart_rate",
            "stance_time",
        ),
        *("fractional_cadence", "vertical_oscillation", "left_right_balance", "compressed_speed_distance"),
    }
)


def is_of_fit(name: str, unit: str | None) -> bool:
    """A column of a record in Garmin's FIT, whose times are counted from 1989-12-31."""
    return name.strip().lower() in _FIT or (unit or "").strip().lower() == "semicircles"


def period_in(name: str, unit: str | None) -> str:
    """Unit of time in a unit or a name: ``minutes`` → ``"min"``, ``elapsed_h`` → ``"h"``; ``""`` without one."""
    found = {_UNITS.get(word, "") for word in ({unit.strip().lower()} if unit else tokens(name))} - {""}
    return found.pop() if len(found) == 1 else ""


def sounds_like_time(name: str, unit: str | None) -> bool:
    """A name with a word for time in it (``elapsed_s``, ``recorded_at``, ``HJD``), or an x axis in units of time."""
    if _X_AXIS.fullmatch(name.strip()):
        return (unit or "").strip().lower() in _UNITS or "value" in name.lower()
    if (unit or "").strip().lower() in _UNITS or name.strip().lower() in _NAMED_BY_UNIT:
        return True
    tokens = [token.lower() for token in _TOKEN.findall(name)]
    if "zone" in tokens or "offset" in tokens:
        return False
    return (
        any(token in _HINTS for token in tokens)
        or tokens in (["data"], ["utc"], ["gmt"])
        or (len(tokens) > 1 and tokens[-1] == "at")
    )
