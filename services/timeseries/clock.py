"""Exact conversion between instants (int64 nanoseconds since 1970-01-01 UTC) and text."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

NANOSECONDS = 1_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?:\.(?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?$"
)


def offset_seconds(zone: str | None) -> int:
    """Seconds east of UTC of ``"+02:00"``, ``"+0200"``, ``"+02"``; 0 for ``"UTC"``, ``"Z"``, named zones and None."""
    if not zone or zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if zone[0] == "-" else seconds


def offset_text(zone: str | None) -> str:
    """``"+02:00"`` for any spelling of that zone; UTC and no zone are ``"+00:00"``."""
    seconds = offset_seconds(zone)
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}"


def instant_text(nanoseconds: int, zone: str | None, separator: str = " ") -> str:
    """Date and time on the clock of ``zone``, without the offset, with 0, 3, 6 or 9 decimals as needed."""
    seconds, rest = divmod(nanoseconds + offset_seconds(zone) * NANOSECONDS, NANOSECONDS)
    text = (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S").replace(" ", separator)
    if rest == 0:
        return text
    digits = f"{rest:09}"
    while digits.endswith("000"):
        digits = digits[:-3]
    return f"{text}.{digits}"


def parse_instant(text: str) -> int | None:
    """Nanoseconds since 1970 of an ISO 8601 text (UTC if it has no offset); None for other texts."""
    match = _ISO.match(text.strip())
    if match is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{match['date']} {match['time'] or '00:00'}+00:00")
    except ValueError:
        return None
    passed = moment - EPOCH
    whole = (passed.days * 86_400 + passed.seconds - offset_seconds(match["zone"])) * NANOSECONDS
    return whole + int((match["fraction"] or "0").ljust(9, "0"))
