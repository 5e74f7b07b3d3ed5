"""Durations as text."""

from __future__ import annotations

from services.timeseries import TimeInfo, TimeKind

UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9, "min": 60.0, "h": 3600.0}
LONGER = (("d", 86400), ("h", 3600), ("min", 60))


def in_seconds(time: TimeInfo, length: float) -> float | None:
    """``length`` on the recording's axis in seconds; None where the unit of the axis is unknown."""
    if time.kind in (TimeKind.DATETIME, TimeKind.NAIVE):
        return length / 1000
    factor = UNITS.get(time.unit or "")
    return None if factor is None else length * factor


def text(seconds: float) -> str:
    """A duration in at most two units.

    >>> text(93784)
    '1 d 2 h'
    """
    if seconds < 1:
        return f"{seconds * 1000:.4g} ms"
    if seconds >= 60:
        seconds = round(seconds, 3)
    parts = []
    for name, size in LONGER:
        if seconds >= size:
            parts.append(f"{int(seconds // size)} {name}")
            seconds %= size
    if not parts or (len(parts) == 1 and seconds):
        parts.append(f"{seconds:.6g} s")
    return " ".join(parts[:2])


def span_text(time: TimeInfo, length: float) -> str:
    """Length of a segment: a duration if the axis is time, else the number with its unit."""
    if time.kind in (TimeKind.DATETIME, TimeKind.NAIVE):
        return text(length / 1000)
    number = f"{length:.10g}"
    return f"{number} {time.unit}" if time.unit else number
