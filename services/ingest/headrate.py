"""Sampling rate in the lines above a table: as a frequency, or as the interval between samples."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TIMES = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sek", "sekunden", "seconde", "秒"), 1.0),
    **dict.fromkeys(("ms", "msec", "msecs", "millis", "millisecond", "milliseconds", "millisekunden"), 1e-3),
    **dict.fromkeys(("us", "µs", "μs", "usec", "µsec", "microsecond", "microseconds"), 1e-6),
    **dict.fromkeys(("ns", "nsec", "nanoseconds"), 1e-9),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuten", "分"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "stunden"), 3600.0),
}
_PREFIXES = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9}
_HERTZ = re.compile(r"([kmg]?)(?:hz|hertz|s/s|sps|sa/s|samples?/s(?:ec)?|samples?|/s|1/s|гц)", re.IGNORECASE)
_UNIT = r"(?:[^\W\d_]+|1)?/?[^\W\d_]+"
_NUMBER = r"\d[\d.,]*(?:[eE][+-]?\d+)?"
_SETTING = re.compile(
    rf"(?P<key>[^\d:=\[(]*[^\d:=\[(\s,;])\s*(?:[\[(](?P<a>[^\[\]()]*)[\])])?[\s:=,;)\]]{{1,6}}"
    rf"(?:analog\W{{1,4}})?(?P<x>{_NUMBER}(?::\d\d){{0,2}})(?![\w.]*\d)\s*(?P<b>{_UNIT})?(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
_COUNTED = re.compile(rf"(?P<x>{_NUMBER})\s*(?P<b>samples per second|sps|samples?/s(?:ec)?)\b", re.IGNORECASE)
_AT = re.compile(rf"\bat (?P<x>{_NUMBER})\s*(?P<b>[kMG]?Hz)\b", re.IGNORECASE)
_EACH = re.compile(rf"(?P<x>{_NUMBER})\s*(?P<b>[mµμu]?s(?:ec)?)/sample", re.IGNORECASE)
_RATES = re.compile(  # a number without a unit is in Hz
    r"sampl\w*[ _.-]*(?:rate|freq\w*)|sampling$|s_?rate|sample?rate|sfreq|\bfs\b|\bfps\b|\bsps\b|"
    r"samp(?:le)?s?[ _-]*(?:per|/)[ _-]*s(?:ec(?:ond)?)?|abtastrate|abtastfrequenz|fréquence d.échantillonnage|"
    r"frecuencia de muestreo|frequenza di campionamento|taxa de amostragem|采样[频頻]?率|取樣頻率|"
    r"サンプリング(?:周波数|レート)|частота дискретизации",
    re.IGNORECASE,
)
_LEAST_SAMPLING = 16  # in “sampling: 128”; smaller numbers could be seconds
_FREQUENCIES = re.compile(r"frequency|(?<!\w)rate|hz|frequenz", re.IGNORECASE)  # a rate in Hz
_OTHERS = re.compile(  # frequencies of something else
    r"line|mains|filter|cut|notch|pass|refresh|excit|heart|baud|carrier|cent[er]|clock|pulse|band|stimul|resona|"
    r"flow|bit|nyquist|respir|tone|drive|modul|laser|lock|reference",
    re.IGNORECASE,
)
_INTERVALS = re.compile(
    r"epoch[ _-]*(?:period|length)|^clock$|"
    r"(?:(?:sampl\w*|log\w*|record\w*|scan|meas\w*|mess|abtast|time|zeit|wf)[ _.-]*)?(?:interval\w*|increment)|"
    r"sampl\w*[ _-]*(?:period|time)|\bt[ _]?inc|delta[ _-]?[tx]|\bdt\b|[Δδ]t|time[ _-]?step|schrittweite|采样间隔|"
    r"サンプリング(?:間隔|周期)",
    re.IGNORECASE,
)
_ASSUMED_SECONDS = re.compile(
    r"increment|^t[ _]?inc$|^interval|sampl\w*[ _-]*(?:interval|period|time)|delta[ _-]?x", re.IGNORECASE
)
_DURATION = re.compile(r"sampl\w*[ _-]*time", re.IGNORECASE)  # may be how long
_TITLE = re.compile(r"sampl|record|acqui|logg|scan|digiti|measur", re.IGNORECASE)
_UNIT_FIRST = re.compile(r"\s*=\s*([a-zµμ]{1,12}):\s*(?=\d)")  # interval = seconds: 0.5
_UNCLEAR = re.compile(
    rf"(?:(?P<rate>rate|freq(?:uency)?|frequenz)|dt|delta[ _]?t|[Δδ]t|time[ _-]?step|"
    rf"(?:sampl\w*|epoch)[ _-]?(?:interval|period|length))\s*[:=]?\s*(?P<x>{_NUMBER})",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"([^"]+)"\s*:\s*(\d[\d.]*)')  # in JSON
_GROUPED, _GROUPED_POINTS = re.compile(r"\d{1,3}(?:,\d{3})+"), re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")


def rate_in_head(rows: Sequence[Sequence[str]], *, commas: bool) -> float | None:
    """Samples per second in the lines above a table; None without a rate that is certain."""
    for place, row in enumerate(rows):
        below = rows[place + 1] if place + 1 < len(rows) else []
        line = " ".join(row)
        quoted = [f"{key} : {value}" for key, value in _QUOTED.findall(line)]
        texts = " : ".join(cell.strip() for cell in row), line, *(row if len(row) > 2 else ()), *quoted
        rate = next((rate for text in texts if (rate := rate_in(text, commas=commas))), None)
        if rate := rate or _rate_below(row, below):
            return rate
    return _rate_of_spike2(rows)


def unclear_rate_in_head(rows: Sequence[Sequence[str]]) -> tuple[str, float, str] | None:
    """A line with a rate or an interval in an unknown unit (``dt=0.004``); None without one.

    Its number may be alone in the line below. Returns the line, the samples per second if it is in Hz or seconds, and
    words for that.
    """
    for place, row in enumerate(rows):
        filled = list(dict.fromkeys(cell.strip() for cell in row if cell.strip()))
        if len(filled) == 1 and filled[0].endswith((":", "=")) and place + 1 < len(rows):
            filled += [cell.strip() for cell in rows[place + 1][:1]]
        match = _UNCLEAR.fullmatch(" ".join(filled).lstrip("#%;*/ "))
        if match and (value := _number(match["x"])) and rate_in(match[0]) is None:
            if match["rate"]:
                return match[0], value, f"{value:,.9g} rows a second"
            return match[0], 1 / value, f"{value:,.9g} seconds between rows"
    return None


def rate_in(text: str, *, commas: bool = False) -> float | None:
    """Samples per second given in a line; None without a rate or for a rate in an unknown unit.

    Args:
        commas: the decimal sign of the file is a comma.
    """
    text = _UNIT_FIRST.sub(r" (\1): ", text.replace('"', "").strip().lstrip("#%;*/ "))
    match = _SETTING.match(text)
    if match and (rate := _setting(match, commas)):
        return rate
    if match := _EACH.search(text):
        return _inverse(_number(match["x"]), _TIMES[match["b"].lower().replace("sec", "s")])
    match = _COUNTED.search(text) or _AT.search(text)
    if match and not _OTHERS.search(text[: match.start()]):
        value, factor = _number(match["x"], commas), _per_second(match["b"].replace(" per second", "/s"))
        return value * factor if value and factor else None
    return None


def _setting(match: re.Match[str], commas: bool) -> float | None:
    """The rate in a key and a value, with the unit next to one of them."""
    key, unit = match["key"].strip().strip("'"), (match["a"] or match["b"] or "").strip()
    inner = re.search(r"\bin (\w+)$", key)
    if inner:
        key, unit = key[: inner.start()].strip(), unit or inner[1]
    ended = not re.search(r"\w", match["rest"]) or match["key"] in match["rest"]  # once for each channel
    clock = ":" in match["x"]
    rate_key = None if _OTHERS.search(key) else _RATES.search(key)
    if rate_key and not unit and not clock:
        value = _number(match["x"], commas)
        certain = rate_key[0].lower() != "sampling" or (value or 0) >= _LEAST_SAMPLING
        return value if certain and ended else None
    if rate_key:
        return _in_unit(match["x"], unit, commas)
    if _FREQUENCIES.search(key) and not _OTHERS.search(key):
        unit = unit or ("Hz" if key.lower() == "hz" else "")
        return _in_unit(match["x"], unit, commas) if _per_second(unit) or _TITLE.search(key) else None
    named = _INTERVALS.fullmatch(key) or _INTERVALS.search(key)
    if not named or re.search(r"confidence|refresh|export|report|save|alarm", key, re.IGNORECASE):
        return None
    if clock:
        return _of_clock(match["x"])
    if not unit:
        assumed = _ASSUMED_SECONDS.search(key) and ended and not _DURATION.search(key)
        return _inverse(_number(match["x"], commas), 1.0) if assumed else None
    rate = _in_unit(match["x"], unit, commas) if _TIMES.get(unit.lower()) else None
    return None if rate and rate <= 1 and _DURATION.search(key) else rate


def _in_unit(text: str, unit: str, commas: bool) -> float | None:
    """A number of samples per second, or of times per sample."""
    if ":" in text:
        return _of_clock(text)
    value, factor = _number(text, commas), _per_second(unit)
    if value and factor:
        return value * factor
    return _inverse(value, _TIMES.get(unit.lower()))


def _per_second(unit: str) -> float | None:
    match = _HERTZ.fullmatch(unit)
    return _PREFIXES.get(match[1].lower()) if match else None


def _inverse(value: float | None, seconds: float | None) -> float | None:
    return float(f"{1 / (value * seconds):.15g}") if value and seconds else None


def _of_clock(text: str) -> float | None:
    """The rate of an interval of ``00:01:00`` (hours, minutes, seconds)."""
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    hours, minutes, seconds = map(int, parts)
    return _inverse(hours * 3600 + minutes * 60 + seconds, 1.0)


def _rate_below(row: Sequence[str], below: Sequence[str]) -> float | None:
    """``Increment`` in one row and its value below it."""
    for cell, value in zip(row, below, strict=False):
        if cell.strip().lower() in {"increment", "wf_increment"}:
            return _inverse(_number(value), 1.0)
    return None


def _rate_of_spike2(rows: Sequence[Sequence[str]]) -> float | None:
    """The interval in ``START, 0.0, 0.001``, as Spike2 writes it below the name of a channel, in seconds."""
    words = [" ".join(row).replace('"', "").split() for row in rows]
    if not any(row[:1] == ["CHANNEL"] for row in words):
        return None
    starts = [row for row in words if len(row) == 3 and is_spike2_start(row)]
    return _inverse(_number(starts[-1][2]), 1.0) if starts else None


def is_spike2_start(row: Sequence[str]) -> bool:
    """``START, 0.0, 0.001``: time of the first sample and interval, also in one cell."""
    return re.fullmatch(r'"?START"?[\s:]+[\d.]+[\s:]+[\d.]+', " ".join(row).strip()) is not None


def is_per_sample(cell: str) -> bool:
    """``2 msec/sample``: the interval, as AcqKnowledge writes it."""
    return _EACH.search(cell) is not None


def _number(text: str, commas: bool = False) -> float | None:
    """A positive number; None for other text, and for ``1,000``, which could be 1 or 1000.

    In a file with decimal commas, ``1,000`` is 1, and ``1.000`` could be 1000.
    """
    text = text.strip().rstrip(".,")
    if (_GROUPED_POINTS if commas else _GROUPED).fullmatch(text):
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if value > 0 else None
